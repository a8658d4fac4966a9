//! Where Plutora is.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// The path of the token endpoint below its base.
const TOKEN: &str = "/oauth/token";

/// A region of the vendor's cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// United States.
    Us,
    /// United Kingdom.
    Uk,
    /// Australia.
    Au,
    /// European Union.
    Eu,
}

/// The two bases of one Plutora: the API's and the token endpoint's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    api: Url,
    oauth: Url,
}

/// Why a URL is not one of a Plutora.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// Not a URL.
    #[error("`{}` is not a URL such as https://usapi.plutora.com", without_user(.0))]
    NotAUrl(String),
    /// Not HTTP.
    #[error("`{}` must start with https:// (or http:// on the loopback interface)", without_user(.0))]
    Scheme(String),
    /// It holds a user, a query or a fragment.
    #[error("the URL of {0} must be a plain base without user, query or fragment")]
    NotABase(String),
    /// Unknown region.
    #[error("`{0}` is not a region; the regions are us, uk, au and eu")]
    Region(String),
}

/// Returns a text without what may be a user and a password in front of a host.
fn without_user(text: &str) -> String {
    text.rsplit_once('@').map_or_else(|| text.to_owned(), |(_, host)| format!("***@{host}"))
}

impl Region {
    /// Every region.
    pub const ALL: [Self; 4] = [Self::Us, Self::Uk, Self::Au, Self::Eu];

    /// Returns its short name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Uk => "uk",
            Self::Au => "au",
            Self::Eu => "eu",
        }
    }

    /// Returns where it is (vendor API primer, 2018; the European one from tests of 2021).
    pub fn endpoint(self) -> Result<Endpoint, EndpointError> {
        let name = self.name();
        let oauth = format!("https://{name}oauth.plutora.com");
        Endpoint::new(&format!("https://{name}api.plutora.com"), Some(&oauth))
    }
}

impl FromStr for Region {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        Self::ALL
            .into_iter()
            .find(|region| region.name().eq_ignore_ascii_case(text))
            .ok_or_else(|| EndpointError::Region(text.to_owned()))
    }
}

impl Endpoint {
    /// Takes the API's base and the token endpoint's, which defaults to the first; the latter may be the whole
    /// URL, as the vendor's documents have it.
    pub fn new(api: &str, oauth: Option<&str>) -> Result<Self, EndpointError> {
        let mut oauth = base(oauth.unwrap_or(api))?;
        let path = oauth.path().trim_end_matches('/');
        if let Some(before) = path.strip_suffix(TOKEN).map(str::to_owned) {
            oauth.set_path(&before);
        }
        Ok(Self { api: base(api)?, oauth })
    }

    /// Returns the URL of a path of the API, which starts with a slash.
    pub(super) fn api_url(&self, path: &str) -> Url {
        append(&self.api, path)
    }

    /// Returns whether both bases are on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.api) && is_loopback(&self.oauth)
    }

    /// Returns whether neither base is reached by TLS.
    pub(super) fn is_plain(&self) -> bool {
        self.api.scheme() == "http" && self.oauth.scheme() == "http"
    }

    /// Returns the URL of the token endpoint.
    pub fn token_url(&self) -> Url {
        append(&self.oauth, TOKEN)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.api.as_str().trim_end_matches('/'))
    }
}

fn append(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn base(text: &str) -> Result<Url, EndpointError> {
    let url = Url::parse(text.trim()).map_err(|_error| EndpointError::NotAUrl(text.to_owned()))?;
    match url.scheme() {
        "https" => {}
        // A token in clear text is for the loopback interface only.
        "http" if is_loopback(&url) => {}
        _ => return Err(EndpointError::Scheme(text.to_owned())),
    }
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if plain {
        Ok(url)
    } else {
        Err(EndpointError::NotABase(url.host_str().unwrap_or_default().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_have_the_vendors_hosts() {
        let endpoint = "EU".parse::<Region>().unwrap().endpoint().unwrap();
        assert_eq!(endpoint.api_url("/releases").as_str(), "https://euapi.plutora.com/releases");
        assert_eq!(endpoint.token_url().as_str(), "https://euoauth.plutora.com/oauth/token");
        assert!("de".parse::<Region>().is_err());
    }

    #[test]
    fn the_token_endpoint_defaults_to_the_api_and_bases_may_have_a_path() {
        let endpoint = Endpoint::new("https://proxy.example.com/plutora/", None).unwrap();
        assert_eq!(endpoint.api_url("/me").as_str(), "https://proxy.example.com/plutora/me");
        assert_eq!(endpoint.token_url().as_str(), "https://proxy.example.com/plutora/oauth/token");
    }

    #[test]
    fn credentials_never_travel_in_clear_or_in_a_url() {
        assert!(Endpoint::new("http://usapi.plutora.com", None).is_err());
        assert!(Endpoint::new("http://127.0.0.1:9000", None).is_ok());
        assert!(Endpoint::new("http://[::1]:9000", None).is_ok());
        let error = Endpoint::new("https://user:hunter2@usapi.plutora.com", None).unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
        assert!(Endpoint::new("usapi.plutora.com", None).is_err());
    }
}
