//! Suggestions for names that do not exist.

/// How many names a message lists before it says how many more there are.
const LISTED: usize = 12;

/// Returns the name that was probably meant.
pub fn closest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let names: Vec<&str> = names.into_iter().collect();
    if let Some(same) = names.iter().find(|name| name.to_lowercase() == word.to_lowercase()) {
        return Some(same);
    }
    similar::get_close_matches(word, &names, 1, 0.6).first().copied()
}

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
