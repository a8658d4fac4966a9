//! Drives a sandbox over HTTP, as a client of the API does.

#[cfg(test)]
mod faults;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod options;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod releases;
#[cfg(test)]
mod replacing;
#[cfg(test)]
mod state;
#[cfg(test)]
mod support;
#[cfg(test)]
mod systems;
#[cfg(test)]
mod tokens;
