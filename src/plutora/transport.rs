//! One HTTP exchange: what was certainly not sent, what may have been, and what came.

use std::io;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER};
use reqwest::{Certificate, Client, RequestBuilder, Response, redirect, retry};

use super::answer::Answer;
use super::connecting::Connecting;
use super::endpoint::Endpoint;
use super::secret::Hidden;

/// The largest body that is read: a page of 100 records is about 100 kB. Read as JSON, a body can take
/// eighty times its size.
const MAX_BODY: usize = 16 << 20;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// How long a connection may take to come about.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Why an exchange brought no whole answer.
#[derive(Debug)]
pub(super) enum SendError {
    /// The connection never came about; the server knows nothing of the request.
    NeverSent(String),
    /// The same, and it will not next time: a certificate does not fit, or a proxy is of a kind that is unknown.
    Never(String),
    /// The request went out, or may have; no answer came.
    NoAnswer(String),
    /// An answer began and broke off.
    CutShort(String),
    /// The answer is larger than any that means something, and will be so again.
    TooLarge(String),
}

impl SendError {
    pub(super) fn cause(&self) -> &str {
        match self {
            Self::NeverSent(cause)
            | Self::Never(cause)
            | Self::NoAnswer(cause)
            | Self::CutShort(cause)
            | Self::TooLarge(cause) => cause,
        }
    }

    pub(super) fn into_cause(self) -> String {
        self.cause().to_owned()
    }
}

/// Why no client could be made.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The extra certificates.
    #[error("the certificates of the CA file cannot be read: {0}")]
    Certificates(String),
    /// Anything else.
    #[error("no HTTP client could be made: {0}")]
    Client(String),
}

/// Makes the client, which tells of each connection that it makes; `ca` holds further certificates to trust, as PEM.
pub(super) fn client(
    endpoint: &Endpoint,
    timeout: Duration,
    ca: Option<&[u8]>,
    connecting: Option<&Connecting>,
) -> Result<Client, TransportError> {
    let builder = || {
        let builder = Client::builder()
            .user_agent(concat!("plutora-sync/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(timeout)
            // A token must not follow a redirect to another host, and the API has none.
            .redirect(redirect::Policy::none())
            // What may be sent again is decided in one place, by what it does.
            .retry(retry::never());
        let builder = match connecting {
            Some(connecting) => builder.connector_layer(connecting.clone()),
            None => builder,
        };
        // A proxy cannot reach this machine's own loopback interface.
        let builder = if endpoint.is_loopback() { builder.no_proxy() } else { builder };
        // Reading the system's certificates takes longer than a plan of a sandbox.
        if endpoint.is_plain() { builder.tls_certs_only([]) } else { builder }
    };
    let Some(ca) = ca else {
        // Without a store of certificates, as in a slim container, the client cannot be made.
        return builder().build().or_else(|_no_store| {
            builder().tls_certs_only(bundled()).build().map_err(|error| client_error(&error))
        });
    };
    let extra = Certificate::from_pem_bundle(ca)
        .map_err(|error| TransportError::Certificates(chain(&error)))?;
    if extra.is_empty() {
        return Err(TransportError::Certificates("it holds no certificate in PEM form".into()));
    }
    builder().tls_certs_merge(extra.clone()).build().or_else(|_no_store| {
        let all = bundled().into_iter().chain(extra);
        builder().tls_certs_only(all).build().map_err(|error| client_error(&error))
    })
}

fn client_error(error: &reqwest::Error) -> TransportError {
    TransportError::Client(chain(error))
}

fn bundled() -> Vec<Certificate> {
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS;
    roots.iter().filter_map(|der| Certificate::from_der(der).ok()).collect()
}

/// Sends a request and reads the whole answer, of which nothing `hidden` will be told.
pub(super) async fn exchange(request: RequestBuilder, hidden: Hidden) -> Result<Answer, SendError> {
    let response = request.send().await.map_err(|error| {
        let cause = told_of_proxy(chain(&error));
        if error.is_connect() && (is_handshake(&error) || cause.contains(UNKNOWN_SCHEME)) {
            SendError::Never(cause)
        } else if error.is_connect() || error.is_builder() {
            SendError::NeverSent(cause)
        } else {
            SendError::NoAnswer(cause)
        }
    })?;
    read(response, hidden).await
}

/// Returns whether the TLS handshake failed, which rustls reports as invalid data.
fn is_handshake(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    causes.any(|cause| cause.downcast_ref().is_some_and(is_invalid_data))
}

/// An I/O error hides the one that it wraps from the chain of sources.
fn is_invalid_data(error: &io::Error) -> bool {
    let wrapped = || error.get_ref()?.downcast_ref::<io::Error>();
    error.kind() == io::ErrorKind::InvalidData || wrapped().is_some_and(is_invalid_data)
}

async fn read(mut response: Response, hidden: Hidden) -> Result<Answer, SendError> {
    let header = |name| {
        let value = response.headers().get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let mut answer = Answer {
        status: response.status().as_u16(),
        retry_after: header(RETRY_AFTER),
        date: header(DATE),
        content_type: header(CONTENT_TYPE).unwrap_or_default(),
        location: header(LOCATION).filter(|_| response.status().is_redirection()),
        body: Vec::new(),
        hidden,
    };
    loop {
        match response.chunk().await {
            Ok(None) => {
                // Some servers put one before what they say, and JSON has none.
                if answer.body.starts_with(BYTE_ORDER_MARK) {
                    answer.body.drain(..BYTE_ORDER_MARK.len());
                }
                return Ok(answer);
            }
            Ok(Some(chunk)) if answer.body.len() + chunk.len() <= MAX_BODY => {
                answer.body.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => {
                let most = MAX_BODY >> 20;
                return Err(SendError::TooLarge(format!("a body of more than {most} MB")));
            }
            Err(error) => {
                let status = answer.status;
                return Err(SendError::CutShort(format!(
                    "the answer with status {status} broke off: {}",
                    chain(&error)
                )));
            }
        }
    }
}

/// What is said of a proxy that is no HTTP proxy.
const UNKNOWN_SCHEME: &str = "unsupported scheme";

/// Says that a proxy was in between, where it was that failed: the library speaks of a tunnel.
fn told_of_proxy(cause: String) -> String {
    let Some(why) = cause.strip_prefix("tunnel error: ") else { return cause };
    let why = why.strip_prefix("failed to create underlying connection: ").unwrap_or(why);
    format!("no way through the proxy that HTTPS_PROXY, ALL_PROXY or the system names: {why}")
}

/// What causes are wrapped in, and says nothing of them.
const WRAPPED: [&str; 2] = ["error sending request", "client error (Connect)"];

/// Returns an error with its causes, which hold what matters; without the URL, which we name.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let part = error.to_string();
        let part = part.split(" for url (").next().unwrap_or(&part).to_owned();
        let is_wrapping = WRAPPED.contains(&part.as_str()) && error.source().is_some();
        if !is_wrapping && !text.contains(&part) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&part);
        }
        next = error.source();
    }
    text
}
