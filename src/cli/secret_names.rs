//! Which variables no manifest may use, because they are, or hold, secrets.

/// Words in a variable's name that say that its value is, or holds, a secret.
const SECRET: [&str; 26] = [
    "TOKEN",
    "SECRET",
    "PASS",
    "PWD",
    "CRED",
    "PRIVATE",
    "KEY",
    "AUTH",
    "COOKIE",
    "SESSION",
    "JWT",
    "CERT",
    "DSN",
    "DATABASE_URL",
    "CONNECTION_STRING",
    "PROXY",
    "WEBHOOK",
    "REDIS_URL",
    "MONGO",
    "AMQP",
    "PSW",
    "BEARER",
    "SAS_",
    "VAULT",
    "HMAC",
    "KUBECONFIG",
];

/// Tells whether a text is an address with a user's password in it.
pub(super) fn has_password(value: &str) -> bool {
    let user = value
        .split_once("://")
        .and_then(|(_, rest)| rest.split(['/', '?']).next()?.rsplit_once('@'));
    user.is_some_and(|(user, _)| user.contains(':'))
}

/// A pull request may change the configuration too, so the refusal is not for it to lift.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_uppercase();
    let is_word = |word: &str| name.split('_').any(|part| part == word);
    name.starts_with("PLUTORA_")
        || is_word("PAT")
        || is_word("PW")
        || SECRET.iter().any(|part| name.contains(part))
}
