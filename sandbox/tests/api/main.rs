//! Drives a sandbox over HTTP, as a client of the API does.

#[cfg(test)]
mod activities;
#[cfg(test)]
#[path = "../common/answer.rs"]
mod answer;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod bulk;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod children;
#[cfg(test)]
mod custom_fields;
#[cfg(test)]
mod date_order;
#[cfg(test)]
mod date_status;
#[cfg(test)]
mod defects;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod deployment_dates;
#[cfg(test)]
#[path = "../common/described.rs"]
mod described;
#[cfg(test)]
mod dialects;
#[cfg(test)]
mod environments;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod inheritance;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod linked_releases;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod misbehaviour;
#[cfg(test)]
mod open_points;
#[cfg(test)]
mod options;
#[cfg(test)]
mod organizations;
#[cfg(test)]
mod page;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod planting;
#[cfg(test)]
mod release_systems;
#[cfg(test)]
mod releases;
#[cfg(test)]
mod replacing;
#[cfg(test)]
mod row_status;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod searches;
#[cfg(test)]
mod stakeholders;
#[cfg(test)]
mod state;
#[cfg(test)]
mod support;
#[cfg(test)]
mod systems;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod users;
#[cfg(test)]
mod work_items;
