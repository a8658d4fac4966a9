//! A token in a file, for the runs to come.

use std::path::PathBuf;

use super::private;
use crate::plutora::{KeptToken, TokenStore};

/// The largest file that is read, in bytes.
const MOST_BYTES: u64 = 64 << 10;

/// Keeps a token in a file of a private folder.
#[derive(Debug)]
pub(super) struct TokenFile(pub(super) PathBuf);

impl TokenStore for TokenFile {
    fn load(&self) -> Option<KeptToken> {
        match private::read(&self.0, MOST_BYTES) {
            Ok(text) => KeptToken::read(&text?),
            Err(error) => {
                tracing::warn!("the token in {} is not used: {error}", self.0.display());
                None
            }
        }
    }

    fn keep(&self, token: &KeptToken) {
        let Some(text) = token.written() else { return };
        if let Err(error) = private::replace(&self.0, &text) {
            tracing::info!("the token is not kept in {}: {error}", self.0.display());
        }
    }

    fn forget(&self) {
        if let Err(error) = private::remove(&self.0) {
            tracing::info!("the token in {} stays: {error}", self.0.display());
        }
    }
}
