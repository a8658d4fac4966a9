//! Suggestions for names that do not exist.

/// How many names a message lists before it says how many more there are.
const LISTED: usize = 12;

/// Returns the name that was probably meant.
pub fn closest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    let close = |name: &str| strsim::normalized_levenshtein(&word, &name.to_lowercase());
    // Comparing two names takes the time of both lengths multiplied, and lengths alone can tell.
    let may_be = |name: &str| {
        let (short, long) = (length.min(name.chars().count()), length.max(name.chars().count()));
        long <= LONGEST && short * 10 >= long * 6
    };
    let names = names.into_iter().filter(|name| may_be(name)).map(|name| (close(name), name));
    let closest = names.max_by(|(one, _), (other, _)| one.total_cmp(other));
    closest.filter(|(close, _)| *close >= CLOSE).map(|(_, name)| name)
}

/// How many characters a name that is suggested may have.
const LONGEST: usize = 200;

/// How much two names have in common, of one, for one to be meant by the other.
const CLOSE: f64 = 0.6;

/// Returns names for a message: all of them, or the first and how many more there are.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_unstable();
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    let list = names.join(", ");
    if more == 0 { list } else { format!("{list} and {more} more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_is_suggested_if_any_is_close() {
        let names = ["vendor", "status", "organization"];
        assert_eq!(closest("organisation", names), Some("organization"));
        assert_eq!(closest("STATUS", names), Some("status"));
        assert_eq!(closest("colour", names), None);
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (10..30).map(|number| format!("n{number}")).collect();
        let text = listed(names.iter().map(String::as_str));
        assert!(text.starts_with("n10, n11") && text.ends_with("n21 and 8 more"), "{text}");
    }
}
