//! Who may call: the token endpoint, and the tokens that it gave out.

mod sessions;
mod token;

pub(crate) use sessions::Sessions;
pub(crate) use token::issue as issue_token;
