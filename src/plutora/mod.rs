//! Plutora: the port that the rest of the program sees, and its adapter over HTTP.
//!
//! [`Read`] and [`Write`] are two traits with two adapters, and only the apply command makes a
//! writer. The adapter knows tokens, pacing, retries and time-outs; what is asked and what the
//! answers mean is decided elsewhere. This is the only user of reqwest.

mod account;
mod answer;
mod asked;
mod auth;
mod budget;
mod client;
mod connecting;
mod endpoint;
mod error;
mod hour;
mod identity;
mod ledger;
mod list;
mod pace;
mod paging;
mod patience;
mod port;
mod rate;
mod retry;
mod second;
mod secret;
mod session;
#[cfg(test)]
mod simulated;
mod slowdown;
mod spent;
mod token_store;
mod transport;
mod turns;
mod waits;
mod writer;

pub use account::Account;
pub use asked::{Asked, Counting, Endpoints};
pub use auth::{Credentials, PasswordGrant};
pub use client::{CanBegin, Client, Reader};
pub use endpoint::{Endpoint, EndpointError, Region};
pub use error::{ConnectError, Effect, ReadError, Refusal, WriteError};
pub use identity::{Correlation, Identity};
pub use ledger::{Alone, Ledger};
pub use list::{Came, Listed, Listing, children, list, one_page, whole};
pub use paging::{Length, PAGE_SIZE, Pages, Uncounted};
pub use port::{Get, News, Read, Tried, Write, Written};
pub use rate::{Rate, RateError, Share, ShareError};
pub use secret::Secret;
pub use session::Settings;
pub use spent::Spent;
pub use token_store::{KeptToken, TokenStore};
pub use transport::TransportError;
pub use waits::Reason;
pub use writer::Writer;
