//! Truth values of flags and variables, refused in our words.

/// Reads whether something is to be so.
pub(super) fn truth(text: &str) -> Result<bool, String> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "y" | "on" | "1" | "t" => Ok(true),
        "false" | "no" | "n" | "off" | "0" | "f" => Ok(false),
        _ => Err("write true or false".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_yes_and_no_are_known_and_others_are_refused() {
        assert_eq!((truth("Yes"), truth("0")), (Ok(true), Ok(false)));
        for text in ["maybe", "2", ""] {
            assert!(truth(text).is_err(), "{text}");
        }
    }
}
