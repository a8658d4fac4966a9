//! Paths as Plutora reads them: whatever the client wrote in, plain segments out.

use percent_encoding::percent_decode_str;

/// Splits a path into decoded segments; trailing and doubled slashes are as good as none.
///
/// Decoding comes after splitting, so an encoded slash stays inside its segment.
pub(crate) fn segments(path: &str) -> Vec<String> {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_do_not_matter_and_encoded_ones_do_not_split() {
        assert_eq!(segments("/releases"), ["releases"]);
        assert_eq!(segments("//Releases///a%20b%2Fc/"), ["Releases", "a b/c"]);
        assert_eq!(segments("/"), [""; 0]);
    }
}
