//! Which Plutora is meant: what the variables say, or else the profile.

use super::environment::Environment;
use super::profile::Profile;
use crate::error::Failure;
use crate::plutora::{Endpoint, EndpointError, Region};

/// Finds where Plutora is.
///
/// A variable goes before the profile. Within each, a URL and a region exclude each other, because
/// nobody could say which of them is to get the password.
pub(super) fn endpoint(profile: &Profile, environment: &Environment) -> Result<Endpoint, Failure> {
    let variable = |name| Said { by: name, text: environment.get(name) };
    let variables = Place {
        whose: "the variables name",
        region: variable("PLUTORA_REGION"),
        api_url: variable("PLUTORA_API_URL"),
        oauth_url: variable("PLUTORA_OAUTH_URL"),
    };
    let Profile { region, api_url, oauth_url, .. } = profile;
    let profile = Place {
        whose: "the profile names",
        region: Said { by: "`region` of the profile", text: region.as_deref() },
        api_url: Said { by: "`apiUrl` of the profile", text: api_url.as_deref() },
        oauth_url: Said { by: "`oauthUrl` of the profile", text: oauth_url.as_deref() },
    };
    for place in [variables, profile] {
        if let Some(endpoint) = place.endpoint()? {
            return Ok(endpoint);
        }
    }
    let failure = Failure::input("it is not said which Plutora is meant")
        .hint("set PLUTORA_REGION to us, uk, au or eu, or PLUTORA_API_URL to a base URL")
        .hint("or give `region` or `apiUrl` in a profile of plutora-sync.yaml");
    Err(if cfg!(feature = "sandbox") {
        failure.hint("or try it on a local one with --sandbox")
    } else {
        failure
    })
}

/// One place that can say where Plutora is.
struct Place<'a> {
    whose: &'a str,
    region: Said<'a>,
    api_url: Said<'a>,
    oauth_url: Said<'a>,
}

/// What is said there, and by what.
struct Said<'a> {
    by: &'a str,
    text: Option<&'a str>,
}

impl Place<'_> {
    fn endpoint(&self) -> Result<Option<Endpoint>, Failure> {
        let Self { whose, region, api_url, oauth_url } = self;
        match (region.text, api_url.text, oauth_url.text) {
            (None, None, None) => Ok(None),
            (Some(word), None, None) => {
                let endpoint = word.parse::<Region>().and_then(Region::endpoint);
                endpoint.map(Some).map_err(|error| region.refused(&error))
            }
            (None, Some(api), oauth) => {
                let alone = Endpoint::new(api, None).map_err(|error| api_url.refused(&error))?;
                let Some(oauth) = oauth else { return Ok(Some(alone)) };
                let both = Endpoint::new(api, Some(oauth));
                both.map(Some).map_err(|error| oauth_url.refused(&error))
            }
            (Some(_), _, _) => {
                let message = format!("{whose} both a region and a URL");
                Err(Failure::input(message).hint("keep one of them"))
            }
            (None, None, Some(_)) => {
                let message = format!("{whose} a token endpoint and no API");
                Err(Failure::input(message).hint("name the API in the same place"))
            }
        }
    }
}

impl Said<'_> {
    fn refused(&self, error: &EndpointError) -> Failure {
        Failure::input(format!("{}: {error}", self.by))
    }
}
