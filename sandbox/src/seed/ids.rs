//! Ids of seeded objects: a collection and a number in, always the same GUID out.

/// Makes the id of the object with the given number, counted from 1.
///
/// The first group tells collections apart, the last is the number, so an id in a log can be read.
pub(super) fn guid(collection: &str, number: usize) -> String {
    format!("{:08x}-0000-4000-8000-{:012x}", fnv1a(collection), number)
}

/// The FNV-1a hash: short, and the same for all time, which the standard library's is not.
fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_guids_that_never_change() {
        assert_eq!(fnv1a("a"), 0xe40c_292c);
        let id = guid("releases", 10_000);
        assert_eq!(uuid::Uuid::try_parse(&id).unwrap().to_string(), id);
        assert!(id.ends_with("-0000-4000-8000-000000002710"));
        assert_ne!(guid("systems", 1), guid("releases", 1));
    }
}
