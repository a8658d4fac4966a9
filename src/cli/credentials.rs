//! The credentials: variables, or files that variables name.

use std::path::PathBuf;

use super::environment::Environment;
use super::files::{small_file, why};
use crate::error::Failure;
use crate::plutora::{Credentials, PasswordGrant, Secret};

const TOKEN: &str = "PLUTORA_TOKEN";

/// What the password grant needs.
const GRANT: [&str; 4] =
    ["PLUTORA_CLIENT_ID", "PLUTORA_CLIENT_SECRET", "PLUTORA_USERNAME", "PLUTORA_PASSWORD"];

/// How large a file with a credential may be, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// Returns the files that hold credentials.
pub(super) fn credential_files(environment: &Environment) -> impl Iterator<Item = PathBuf> {
    let names = GRANT.into_iter().chain([TOKEN]);
    names.filter_map(|name| environment.path(&file_of(name)))
}

/// Returns the variable that names the file of a credential.
fn file_of(name: &str) -> String {
    format!("{name}_FILE")
}

/// Takes the credentials that the environment holds, or names files of.
pub(super) fn credentials(environment: &Environment) -> Result<Credentials, Failure> {
    if let Some(token) = read_credential(TOKEN, environment)? {
        return Ok(Credentials::Token(Secret::new(token)));
    }
    let mut missing = Vec::new();
    let [client_id, client_secret, username, password] = GRANT.map(|name| {
        let value = read_credential(name, environment);
        if matches!(value, Ok(None)) {
            missing.push(name);
        }
        value
    });
    let (client_id, client_secret) = (client_id?, client_secret?);
    let (username, password) = (username?, password?);
    if let (Some(client_id), Some(client_secret), Some(username), Some(password)) =
        (client_id, client_secret, username, password)
    {
        let (client_secret, password) = (Secret::new(client_secret), Secret::new(password));
        return Ok(Credentials::Password(PasswordGrant {
            client_id,
            client_secret,
            username,
            password,
        }));
    }
    Err(Failure::input(format!("credentials are missing: {}", missing.join(", ")))
        .hint("set each as a variable, or with _FILE added as the path of a file that holds it")
        .hint("or set PLUTORA_TOKEN to a ready-made token"))
}

/// Returns a credential as HTTP can carry it.
fn checked(name: &str, value: &str) -> Result<Option<String>, Failure> {
    if value.chars().any(char::is_control) {
        let message = format!("{name} holds a line break or another control character");
        return Err(Failure::input(message).hint("it was probably copied with something around it"));
    }
    Ok(Some(value.to_owned()))
}

/// Reads a credential from its variable, or from the file that the variable with `_FILE` names.
fn read_credential(name: &str, environment: &Environment) -> Result<Option<String>, Failure> {
    let variable = file_of(name);
    let file = match (environment.get(name), environment.path(&variable)) {
        (None, None) => return Ok(None),
        (Some(value), None) => return checked(name, value),
        (None, Some(file)) => file,
        (Some(_), Some(_)) => {
            let message = format!("{name} and {variable} are both set");
            return Err(Failure::input(message).hint("keep one of them"));
        }
    };
    let text = small_file(&file, MOST_BYTES).map_err(|error| {
        Failure::input(format!("{variable}: {} cannot be read: {}", file.display(), why(&error)))
    })?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(Failure::input(format!("{variable}: {} is empty", file.display())));
    }
    checked(&variable, text)
}
