//! What the configuration says of one connection.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::shape::Misfit;
use crate::error::Failure;
use crate::plutora::{Endpoint, Rate, Region, Share};
use crate::resource::{LabelError, Labels, StatusRoute, Tenant};
use crate::yaml::Pointer;

/// Settings of a connection; a flag or a variable goes before them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Profile {
    /// The region of the vendor's cloud: us, uk, au or eu.
    pub(super) region: Option<String>,
    /// The base of the API, instead of a region.
    pub(super) api_url: Option<String>,
    /// The base of the token endpoint; the API's by default.
    pub(super) oauth_url: Option<String>,
    /// Requests a second; 0 is unpaced, 5.5 the default.
    pub(super) rate: Option<f64>,
    /// The part of the rate, and of the 26,000 requests of an hour, that a run may use; above 0 and at
    /// most 1, which is the default.
    pub(super) budget_share: Option<f64>,
    /// Whether the token stays from one run to the next; true by default.
    pub(super) token_cache: Option<bool>,
    /// Requests that may be under way at the same time; 8 by default.
    #[schemars(range(min = 1, max = 256))]
    pub(super) parallelism: Option<u16>,
    /// Seconds that one request may take; 30 by default.
    #[schemars(range(min = 1, max = 3600))]
    pub(super) timeout: Option<u32>,
    /// Further certificates to trust, in PEM form.
    pub(super) ca_file: Option<PathBuf>,
    /// Whether lists are read whole, even where asking by filter takes fewer requests.
    pub(super) whole_lists: bool,
    /// The labels that the tenant shows in the place of the deployment statuses Pending, Completed,
    /// Endorsed, `RollbackPending` and Rejected, by these words.
    pub(super) status_labels: BTreeMap<String, String>,
    /// Where a deployment status is kept that names no deployment; auto by default.
    pub(super) status_route: RouteWord,
}

/// Where a deployment status is kept that names no deployment.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RouteWord {
    /// On the only deployment date of the system in the release; on the system's row in the release
    /// where it has none.
    #[default]
    Auto,
    /// Always on the system's row in the release.
    ReleaseSystem,
    /// Always on a deployment date.
    DeploymentDate,
}

impl Profile {
    /// Returns what is particular to the tenant.
    pub(super) fn tenant(&self) -> Result<Tenant, Failure> {
        let labels = Labels::new(self.status_labels.clone());
        let labels = labels.map_err(|error| Failure::input(format!("`statusLabels`: {error}")))?;
        let route = match self.status_route {
            RouteWord::Auto => StatusRoute::Auto,
            RouteWord::ReleaseSystem => StatusRoute::ReleaseSystem,
            RouteWord::DeploymentDate => StatusRoute::DeploymentDate,
        };
        Ok(Tenant { labels, route })
    }

    /// Returns what is wrong beyond its shape; it stands `at` a place in the file.
    pub(super) fn mistakes(&self, at: &Pointer) -> Vec<Misfit> {
        let Self { region, api_url, oauth_url, status_labels, rate, budget_share, .. } = self;
        let urls = [("apiUrl", api_url), ("oauthUrl", oauth_url)].into_iter();
        let urls = urls.filter_map(|(key, url)| {
            let error = Endpoint::new(url.as_ref()?, None).err()?;
            Some(Misfit::new(at.key(key), error.to_string()))
        });
        let rate = rate.and_then(|rate| Rate::new(rate).err());
        let rate = rate.map(|error| Misfit::new(at.key("rate"), error.to_string()));
        let both = region.as_ref().and(api_url.as_ref()).map(|_| Misfit {
            help: Some("keep one of them".to_owned()),
            ..Misfit::new(at.key("apiUrl"), "a region says already which Plutora is meant")
        });
        let share = budget_share.and_then(|share| Share::new(share).err());
        let share = share.map(|error| Misfit::new(at.key("budgetShare"), error.to_string()));
        let region = region.as_ref().and_then(|word| word.parse::<Region>().err());
        let region = region.map(|error| Misfit::new(at.key("region"), error.to_string()));
        let labels = Labels::new(status_labels.clone()).err().map(|error| {
            let (LabelError::Word(word)
            | LabelError::Empty(word)
            | LabelError::Twice { one: word, .. }) = &error;
            let at_key = matches!(error, LabelError::Word(_));
            let at = at.key("statusLabels").key(word);
            Misfit { at_key, ..Misfit::new(at, error.to_string()) }
        });
        urls.chain(region).chain(both).chain(labels).chain(rate).chain(share).collect()
    }
}
