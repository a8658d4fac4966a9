//! The limits of a run: those of the configuration, and the flags over them.

use clap::Args;
use schemars::JsonSchema;
use serde::Deserialize;

use super::freeze::FreezeWindow;
use super::number;
use super::shape::Misfit;
use super::truth::truth;
use crate::plan::{Freeze, Limits};
use crate::yaml::Pointer;

/// What a run may not do; the configuration's `limits` say it where a flag does not.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Limits")]
pub(super) struct LimitArgs {
    /// The most objects that may be written.
    #[arg(long, value_name = "N", env = "PLUTORA_SYNC_MAX_CHANGES", allow_negative_numbers = true, value_parser = number::count)]
    pub(super) max_changes: Option<u64>,
    /// The most objects that may be written, in percent of those that are declared.
    #[arg(long, value_name = "N", env = "PLUTORA_SYNC_MAX_CHANGE_PERCENT", allow_negative_numbers = true, value_parser = number::percent)]
    pub(super) max_change_percent: Option<u64>,
    /// The most requests of a run.
    #[arg(long, value_name = "N", env = "PLUTORA_SYNC_MAX_REQUESTS", allow_negative_numbers = true, value_parser = number::count)]
    pub(super) max_requests: Option<u64>,
    /// A time in which nothing is applied, such as 2026-12-20/2027-01-04[Europe/Berlin]; repeatable.
    #[arg(long, value_name = "FROM/TO[ZONE]", value_delimiter = ',', env = "PLUTORA_SYNC_FREEZE")]
    pub(super) freeze: Vec<FreezeWindow>,
    /// Change no release, statuses aside, in so many days before it goes live.
    #[arg(long, value_name = "N", env = "PLUTORA_SYNC_LEAD_DAYS", allow_negative_numbers = true, value_parser = number::count)]
    pub(super) lead_days: Option<u64>,
    /// Let no status go back: of a deployment from Completed, of a release in --release-status-order.
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_missing_value = "true", env = "PLUTORA_SYNC_DENY_BACKWARD", value_parser = truth)]
    pub(super) deny_backward: Option<bool>,
    /// The statuses of releases in the order in which they follow each other.
    #[arg(
        long,
        value_name = "A,B,C",
        value_delimiter = ',',
        env = "PLUTORA_SYNC_RELEASE_STATUS_ORDER"
    )]
    pub(super) release_status_order: Vec<String>,
    /// Write no Enterprise release, and nothing below one.
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_missing_value = "true", env = "PLUTORA_SYNC_DENY_ENTERPRISE", value_parser = truth)]
    pub(super) deny_enterprise: Option<bool>,
    /// Write what a manifest protects with the annotation plutora-sync.dev/protect.
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_missing_value = "true", env = "PLUTORA_SYNC_ALLOW_PROTECTED", value_parser = truth)]
    pub(super) allow_protected: Option<bool>,
}

/// What a run may not do; nothing is limited by default.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct LimitSettings {
    /// The most objects that may be written.
    max_changes: Option<u64>,
    /// The most objects that may be written, in percent of those that are declared.
    #[schemars(range(min = 0, max = 100))]
    max_change_percent: Option<u64>,
    /// The most requests of a run.
    max_requests: Option<u64>,
    /// Times in which nothing is applied; those of the flag `--freeze` come on top.
    freeze: Vec<FreezeWindow>,
    /// Change no release, statuses aside, in so many days before it goes live.
    lead_days: Option<u64>,
    /// Let no status go back.
    deny_backward: bool,
    /// The statuses of releases in the order in which they follow each other, for `denyBackward`.
    release_status_order: Vec<String>,
    /// Write no Enterprise release, and nothing below one.
    deny_enterprise: bool,
    /// Write what a manifest protects.
    allow_protected: bool,
}

impl LimitSettings {
    /// Returns what is wrong with them, beyond their shape.
    pub(super) fn mistakes(&self, at: &Pointer) -> Vec<Misfit> {
        let order = check_order(&self.release_status_order).err();
        let freezes = self.freeze.iter().enumerate().filter_map(|(index, window)| {
            let error = window.resolve().err()?;
            Some(Misfit::new(at.key("freeze").item(index), error))
        });
        let order = order.map(|error| Misfit::new(at.key("releaseStatusOrder"), error));
        freezes.chain(order).collect()
    }

    /// Returns the limits of a run.
    pub(super) fn with(&self, flags: &LimitArgs) -> Result<Limits, String> {
        let LimitArgs {
            max_changes,
            max_change_percent,
            max_requests,
            freeze,
            lead_days,
            deny_backward,
            release_status_order,
            deny_enterprise,
            allow_protected,
        } = flags;
        let order = if release_status_order.is_empty() {
            &self.release_status_order
        } else {
            release_status_order
        };
        if let Some(percent) = max_change_percent.or(self.max_change_percent).filter(|it| *it > 100)
        {
            return Err(format!("`maxChangePercent` is at most 100, and not {percent}"));
        }
        check_order(order)?;
        let freezes = self.freeze.iter().chain(freeze).map(FreezeWindow::resolve);
        Ok(Limits {
            changes: max_changes.or(self.max_changes),
            change_percent: max_change_percent.or(self.max_change_percent),
            requests: max_requests.or(self.max_requests),
            freezes: freezes.collect::<Result<Vec<Freeze>, _>>()?,
            lead_days: lead_days.or(self.lead_days),
            deny_backward: deny_backward.unwrap_or(self.deny_backward),
            release_status_order: order.clone(),
            deny_enterprise: deny_enterprise.unwrap_or(self.deny_enterprise),
            allow_protected: allow_protected.unwrap_or(self.allow_protected),
        })
    }
}

fn check_order(order: &[String]) -> Result<(), String> {
    let twice = |word: &&String| order.iter().filter(|other| other == word).count() > 1;
    match order.iter().find(twice) {
        Some(word) => Err(format!("`releaseStatusOrder` names `{word}` twice")),
        None => Ok(()),
    }
}
