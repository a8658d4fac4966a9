//! What no public text settles: each switch in every position, the default first.

mod answers;
mod lists;
mod objects;

const STRANGER: &str = "11111111-2222-4333-8444-555555555555";
