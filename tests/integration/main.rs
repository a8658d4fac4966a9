//! One binary for all tests that need more than one module, or the program itself.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::expect_used,
    reason = "a panic is the test's failure report"
)]

#[cfg(test)]
mod any_tenant;
#[cfg(test)]
mod apply_faults;
mod apply_outcomes;
mod bad_input;
#[cfg(test)]
mod bad_servers;
#[cfg(test)]
mod benchmarks;
mod blind;
mod bulk;
mod cli;
mod comments;
mod connection;
mod deployments;
mod diagnostics;
mod drift;
mod edited;
mod every_fault;
mod examples;
mod explain;
mod forecast;
mod fuzzed;
#[cfg(test)]
mod guards;
mod help;
mod hostile_names;
#[cfg(test)]
mod interrupts;
mod kept;
mod killed;
mod last_look;
mod late;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod limits;
mod lists;
mod minimal;
mod pacing;
mod parent_moves;
mod pipelines;
mod planner;
mod planner_bulk;
#[cfg(test)]
mod planner_calls;
mod planner_closing;
mod planner_orders;
mod planner_properties;
mod processes;
mod quickstart;
mod readme;
mod reads;
mod render;
mod reports;
mod row_faults;
mod rows;
mod rows_together;
mod sandbox_docs;
mod saved_names;
mod saved_plans;
mod scenario;
#[cfg(test)]
mod schemas;
mod secrets;
#[cfg(test)]
mod statuses;
mod support;
mod terminal;
mod tls;
