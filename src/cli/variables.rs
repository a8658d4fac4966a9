//! Variables with our prefix that cannot mean what somebody meant: a limit that is misspelled is none.

use std::collections::BTreeSet;

use super::environment::Environment;
use crate::error::Failure;
use crate::manifest::closest;

/// The prefix of variables that stand for flags.
const FLAGS: &str = "PLUTORA_SYNC_";

/// Those that are read as text, and stand for no flag.
const TEXTS: [&str; 8] = [
    "PLUTORA_CLIENT_ID",
    "PLUTORA_CLIENT_SECRET",
    "PLUTORA_USERNAME",
    "PLUTORA_PASSWORD",
    "PLUTORA_TOKEN",
    "PLUTORA_REGION",
    "PLUTORA_API_URL",
    "PLUTORA_OAUTH_URL",
];

/// Refuses variables that are misspelled or cannot be read; returns the names of others that nothing reads.
///
/// Whoever starts the program may have variables of such names for purposes of their own, so one that is like
/// none of ours is only told.
pub(super) fn check<'a>(
    environment: &'a Environment,
    command: &clap::Command,
) -> Result<Vec<&'a str>, Failure> {
    if let Some(name) = environment.unreadable().find(|name| TEXTS.contains(name)) {
        let failure = Failure::input(format!("{name} is not UTF-8"));
        return Err(failure.hint("it was probably set in another encoding, such as Latin-1"));
    }
    let mut known = BTreeSet::new();
    add_names(command, &mut known);
    let unknown: Vec<&str> = environment
        .names()
        .filter(|name| name.starts_with(FLAGS) && !known.contains(*name))
        .filter(|name| !environment.is_empty(name))
        .collect();
    for name in &unknown {
        let rest = |name: &str| name.strip_prefix(FLAGS).map(str::to_owned);
        let names: Vec<String> = known.iter().filter_map(|name| rest(name)).collect();
        let word = rest(name).unwrap_or_default();
        if let Some(meant) = closest(&word, names.iter().map(String::as_str)) {
            let message = format!("the variable {name} is unknown, and would change nothing");
            return Err(Failure::input(message).hint(format!("did you mean {FLAGS}{meant}?")));
        }
    }
    Ok(unknown)
}

fn add_names(command: &clap::Command, names: &mut BTreeSet<String>) {
    let of_flags = command.get_arguments().filter_map(clap::Arg::get_env);
    names.extend(of_flags.map(|name| name.to_string_lossy().into_owned()));
    for command in command.get_subcommands() {
        add_names(command, names);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args;

    fn checked(name: &str) -> Result<Vec<String>, Failure> {
        checked_with(name, "1")
    }

    fn checked_with(name: &str, value: &str) -> Result<Vec<String>, Failure> {
        let environment = Environment::from_iter([(name.to_owned(), value.to_owned())]);
        let command = args::command(&Environment::default());
        check(&environment, &command).map(|names| names.into_iter().map(str::to_owned).collect())
    }

    #[test]
    fn a_variable_like_one_of_ours_is_a_mistake_and_another_is_told() {
        let failure = checked("PLUTORA_SYNC_MAX_CHANGE").unwrap_err();
        assert_eq!(failure.hints, ["did you mean PLUTORA_SYNC_MAX_CHANGES?"]);
        assert_eq!(checked("PLUTORA_SYNC_VERSION").unwrap(), ["PLUTORA_SYNC_VERSION"]);
        assert!(checked_with("PLUTORA_SYNC_MAX_CHANGE", "").unwrap().is_empty(), "it is not set");
        for fine in ["PLUTORA_SYNC_MAX_CHANGES", "PLUTORA_TENANT", "HOME"] {
            assert!(checked(fine).unwrap().is_empty(), "{fine}");
        }
    }
}
