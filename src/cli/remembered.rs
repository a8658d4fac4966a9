//! What a connection remembers from one run to the next: what its key has sent, and its token.

use std::path::PathBuf;
use std::sync::Arc;

use super::connection_args::StateArgs;
use super::environment::Environment;
use super::ledger_file::LedgerFile;
use super::private::{folder, state_folder};
use super::profile::Profile;
use super::state::folder_of;
use super::token_file::TokenFile;
use crate::plutora::{Alone, Credentials, Endpoint, Ledger, Rate, TokenStore};

/// Where a connection is remembered, if there is a place for it.
pub(super) struct Remembered<'a> {
    args: &'a StateArgs,
    base: Option<PathBuf>,
    endpoint: &'a Endpoint,
    credentials: &'a Credentials,
}

impl<'a> Remembered<'a> {
    pub(super) fn new(
        args: &'a StateArgs,
        environment: &Environment,
        endpoint: &'a Endpoint,
        credentials: &'a Credentials,
    ) -> Self {
        Self { args, base: state_folder(args, environment), endpoint, credentials }
    }

    /// Returns where requests are counted: by all runs of one key together, where they can.
    pub(super) fn ledger(&self, rate: Rate) -> Arc<dyn Ledger> {
        let key = format!("{} {}", self.endpoint, self.credentials.key());
        let file = (rate != Rate::Unpaced).then(|| self.file("keys", &key)).flatten();
        file.map_or_else(
            || Arc::new(Alone::new()) as Arc<dyn Ledger>,
            |file| Arc::new(LedgerFile::new(file)),
        )
    }

    /// Returns where the token is kept; nowhere if that is not wanted, or if it is not ours to get.
    pub(super) fn tokens(&self, profile: &Profile) -> Option<Box<dyn TokenStore>> {
        let Credentials::Password(grant) = self.credentials else { return None };
        if self.args.no_token_cache || profile.token_cache == Some(false) {
            return None;
        }
        let url = self.endpoint.token_url();
        // A line break is in none of the three, so no two users have one name.
        let user = format!("{url}\n{}\n{}", grant.client_id, grant.username);
        Some(Box::new(TokenFile(self.file("tokens", &user)?)))
    }

    fn file(&self, kind: &str, whose: &str) -> Option<PathBuf> {
        let Some(base) = &self.base else {
            tracing::info!(
                "nothing is kept in {kind}: there is neither --state-dir nor a home folder"
            );
            return None;
        };
        let place = base.join(kind);
        if let Err(error) = folder(&place) {
            let place = place.display();
            if self.args.state_dir.is_some() {
                tracing::warn!("nothing is kept in {place}: {error}");
            } else {
                tracing::info!("nothing is kept in {place}: {error}");
            }
            return None;
        }
        Some(place.join(folder_of(whose)).with_extension("json"))
    }
}
