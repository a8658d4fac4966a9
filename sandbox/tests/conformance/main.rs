//! What is known of Plutora's REST API, a test a fact.
//!
//! The name of each test begins with how sure its fact is:
//!
//! - `documented`: stated by the vendor (help pages 2018-25, API primer 2018, schema output 2019);
//! - `asserted`: asserted by tests that were run against a real tenant (2019, 2021);
//! - `seen`: seen in client code that ran against a real tenant, or in its output (2017-25);
//! - `inferred`: settled by no public text, and what the sandbox does by default.
//!
//! They run against a sandbox of their own, or against the tenant that `PLUTORA_CONFORMANCE_URL` names;
//! what they make there they delete.

#[cfg(test)]
mod access;
#[cfg(test)]
mod activities;
#[cfg(test)]
#[path = "../common/answer.rs"]
mod answer;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod custom_fields;
#[cfg(test)]
mod deployment_dates;
#[cfg(test)]
mod deployment_status;
#[cfg(test)]
#[path = "../common/described.rs"]
mod described;
#[cfg(test)]
mod environments;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod filterable;
#[cfg(test)]
mod filters;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod links;
#[cfg(test)]
mod making;
#[cfg(test)]
mod migration;
#[cfg(test)]
mod objects;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod phases_gates;
#[cfg(test)]
mod plutora;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod release_systems;
#[cfg(test)]
mod releases;
#[cfg(test)]
mod replacing;
#[cfg(test)]
mod searches;
#[cfg(test)]
mod stakeholders;
#[cfg(test)]
mod systems;
#[cfg(test)]
mod test_product;
