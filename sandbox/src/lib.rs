//! A stateful Plutora over HTTP on loopback.
//!
//! An API client is tested on it, and a newcomer tries a tool on it, without a tenant. It answers as
//! the real product does, quirks included, keeps a journal of every request and can be told to
//! misbehave. It speaks raw JSON and shares no type with any client.
//!
//! In: [`Options`]. Out: a running [`Sandbox`], whose [`Sandbox::url`] is API base and OAuth base at
//! once; [`Credentials::DEMO`] opens it.
//!
//! How a request travels: `http` (bytes to a call, fault rules, delay, journal, bytes back) finds the
//! handler in `http::routes`; `access` guards it; the handler is generic code of `entity` and `list`,
//! parameterised by a description in `resource`; what it reads and writes is `data`.
//! Adding a resource is one file in `resource` and its line or two in `http::routes`.

mod access;
mod behaviour;
mod choices;
mod control;
mod data;
mod description;
mod entity;
mod error;
mod habits;
mod http;
mod labels;
mod list;
mod options;
mod resource;
mod seed;
mod server;
mod world;

pub use behaviour::Behaviour;
pub use choices::{
    BareArrays, BareValues, BulkAnswers, DeploymentRefusals, Dialect, EnterpriseChanges,
    Identifiers, IgnoredItems, InlineFields, LargePages, Linking, Lists, Managers, Names,
    NotFoundBody, OmittedDelivery, OmittedKind, OmittedParent, PartLists, PlutoraInfo,
    RefreshGrant, RetryAfter, RowStatus, Seed, StakeholderIds, StatusRules, UnknownPut,
    WorkItemIds, WorkItemPut, WrongCredentials, WrongFilter, Zone,
};
pub use control::{Fault, ParseFaultError, Throttle};
pub use error::{ParseChoiceError, StartError, StateError, StopError};
pub use habits::Habits;
pub use labels::StatusLabels;
pub use options::{Credentials, Options};
pub use server::{Sandbox, start};
