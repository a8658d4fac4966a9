//! plutora-sync: declarative releases, systems and deployment statuses for Plutora.
//!
//! ARCHITECTURE.md tells how the modules fit together. The library exists for the binary and the
//! tests; it makes no promise to other crates.

pub mod apply;
pub mod cli;
mod cores;
pub mod desired;
pub mod digest;
pub mod error;
pub mod live;
pub mod manifest;
pub mod plan;
pub mod plutora;
pub mod render;
pub mod resource;
pub mod yaml;
