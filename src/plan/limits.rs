//! Limits: what a pipeline may not do, however right the manifests are.

use super::step::{Action, FieldChange, Step};
use super::{Plan, status};
use crate::resource::{FieldType, Instant, Kind};

/// What a pipeline may not do; nothing is limited by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// The most objects that are written.
    pub changes: Option<u64>,
    /// The most objects that are written, as a share of those that are declared, in percent.
    pub change_percent: Option<u64>,
    /// The most requests of a run, those of the plan included.
    pub requests: Option<u64>,
    /// Times in which nothing is applied.
    pub freezes: Vec<Freeze>,
    /// For how many days before a release goes live it is not changed, statuses aside.
    pub lead_days: Option<u64>,
    /// Whether statuses may not go back.
    pub deny_backward: bool,
    /// The statuses of releases in the order in which they follow each other; of what is not among them
    /// nobody says whether it goes back.
    pub release_status_order: Vec<String>,
    /// Whether Enterprise releases, and what is below them, are not written.
    pub deny_enterprise: bool,
    /// Whether objects are written that a manifest protects.
    pub allow_protected: bool,
}

/// A time in which nothing is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// When it begins.
    pub from: Instant,
    /// When it has ended.
    pub to: Instant,
    /// As it was written, for people.
    pub written: String,
}

/// A limit that a plan would go beyond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// How the plan goes beyond it; one for each object where the limit is about objects.
    pub messages: Vec<String>,
    /// The flag that sets and lifts it, without dashes.
    pub flag: &'static str,
    /// Its key below `limits` in the configuration.
    pub key: &'static str,
}

impl Limits {
    /// Returns what of a plan goes beyond them, however often it is applied; `used` is how many requests
    /// were made for it.
    pub fn breaches(&self, plan: &Plan, used: u64, now: Instant) -> Vec<Breach> {
        let written: Vec<&Step> = plan.steps.iter().filter(|step| step.writes()).collect();
        if written.is_empty() {
            return Vec::new();
        }
        let mut breaches = self.by_number(plan, written.len() as u64, used);
        let by_object = [
            by_object(&written, ("allow-protected", "allowProtected"), |it| self.protected(it)),
            by_object(&written, ("deny-enterprise", "denyEnterprise"), |it| self.enterprise(it)),
            by_object(&written, ("lead-days", "leadDays"), |it| self.too_near(it, now)),
            by_object(&written, ("deny-backward", "denyBackward"), |it| self.backward(it)),
        ];
        breaches.extend(by_object.into_iter().flatten());
        breaches
    }

    /// Returns whether they are about releases, of which more has to be known than their names.
    pub fn are_about_releases(&self) -> bool {
        self.deny_enterprise || self.lead_days.is_some()
    }

    /// Returns the time without applies that it is.
    pub fn frozen(&self, now: Instant) -> Option<Breach> {
        let freeze = self.freezes.iter().find(|it| it.from <= now && now < it.to)?;
        let message = format!("nothing is applied from {}", freeze.written);
        Some(beyond(message, "freeze", "freeze"))
    }

    fn by_number(&self, plan: &Plan, written: u64, used: u64) -> Vec<Breach> {
        let Self { changes, change_percent, requests, .. } = self;
        let mut breaches = Vec::new();
        if let Some(most) = changes.filter(|most| written > *most) {
            let objects = if written == 1 { "1 object" } else { &format!("{written} objects") };
            let message = format!("{objects} would be written, and {most} may be");
            breaches.push(beyond(message, "max-changes", "maxChanges"));
        }
        let all = plan.steps.len() as u64;
        if let Some(most) = change_percent.filter(|most| written * 100 > all.saturating_mul(*most))
        {
            let message =
                format!("{written} of {all} objects would be written, and {most} % may be");
            breaches.push(beyond(message, "max-change-percent", "maxChangePercent"));
        }
        let needed = used.saturating_add(plan.apply_requests());
        if let Some(most) = requests.filter(|most| needed > *most) {
            let message = format!("the run would make {needed} requests, and may make {most}");
            breaches.push(beyond(message, "max-requests", "maxRequests"));
        }
        breaches
    }

    fn protected(&self, step: &Step) -> Option<String> {
        let refused = step.stands.protected && !self.allow_protected;
        let below = step.key.parent().is_some();
        let by = if below { ", by its own manifest or by that of what it is below" } else { "" };
        refused.then(|| format!("{} is protected{by}", step.key))
    }

    fn enterprise(&self, step: &Step) -> Option<String> {
        if !self.deny_enterprise || step.key.release().is_none() {
            return None;
        }
        match step.stands.enterprise {
            Some(false) => None,
            Some(true) if step.key.kind == Kind::Release => {
                Some(format!("{} is an Enterprise release", step.key))
            }
            Some(true) => Some(format!("{} is below an Enterprise release", step.key)),
            None => Some(format!("nobody says whether {} is an Enterprise release", step.key)),
        }
    }

    /// Statuses are what is written on the day itself.
    fn too_near(&self, step: &Step, now: Instant) -> Option<String> {
        let days = self.lead_days?;
        step.key.release()?;
        let changes = step.action.changes();
        if changes.iter().all(|change| change.def.ty == FieldType::Status) {
            return None;
        }
        let dates = &step.stands.goes_live;
        if dates.is_empty() {
            return Some(format!("nobody says when the release of {} goes live", step.key));
        }
        // The day itself counts to its end, as a date without a time is its beginning.
        let near =
            dates.iter().find(|it| now.day_start() <= **it && **it <= now.plus_days(days))?;
        Some(format!("the release of {} goes live on {near}, within {days} days", step.key))
    }

    fn backward(&self, step: &Step) -> Option<String> {
        if !self.deny_backward || matches!(step.action, Action::Create { .. }) {
            return None;
        }
        step.action.changes().iter().find_map(|change| self.goes_back(step, change))
    }

    fn goes_back(&self, step: &Step, change: &FieldChange) -> Option<String> {
        let (before, after) = (change.before.as_text()?, change.after.as_text()?);
        let back = format!("the status of {} goes back from {before} to {after}", step.key);
        if change.def.ty == FieldType::Status {
            return (status::is_completed(before) && !status::is_completed(after)).then_some(back);
        }
        if change.def.name != "status" || step.key.kind != Kind::Release {
            return None;
        }
        let place = |word: &str| self.release_status_order.iter().position(|it| it == word);
        match (place(before), place(after)) {
            (Some(was), Some(is)) => (is < was).then_some(back),
            _ => Some(format!(
                "nobody says whether {back}: name both in --release-status-order, or \
                 `limits.releaseStatusOrder`"
            )),
        }
    }
}

fn beyond(message: String, flag: &'static str, key: &'static str) -> Breach {
    Breach { messages: vec![message], flag, key }
}

/// Gathers the objects that a limit is about.
fn by_object(
    written: &[&Step],
    (flag, key): (&'static str, &'static str),
    limit: impl Fn(&Step) -> Option<String>,
) -> Option<Breach> {
    let messages: Vec<String> = written.iter().filter_map(|step| limit(step)).collect();
    (!messages.is_empty()).then_some(Breach { messages, flag, key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_freeze_begins_with_its_first_moment_and_has_ended_at_its_last() {
        let at = |text: &str| Instant::parse(text).unwrap();
        let (from, to) = (at("2026-12-20"), at("2026-12-21"));
        let freezes = vec![Freeze { from, to, written: "then".into() }];
        let limits = Limits { freezes, ..Limits::default() };
        let frozen = |text: &str| limits.frozen(at(text)).is_some();
        assert!(frozen("2026-12-20") && frozen("2026-12-20T23:59:59.999Z"));
        assert!(!frozen("2026-12-19T23:59:59.999Z") && !frozen("2026-12-21"));
    }
}
