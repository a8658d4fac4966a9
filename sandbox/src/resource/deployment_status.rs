//! Deployment statuses: which of them may be set, and where.
//!
//! A status is stored as a word and shown under the tenant's label. Refusals are asserted against a
//! real tenant (2019) as texts; that they come with a 400 is inferred.

use serde_json::{Value, json};

use super::parts::text;
use crate::choices::StatusRules;
use crate::data::Object;
use crate::entity::Write;
use crate::http::Refusal;
use crate::world::Tenant;

/// The key that holds the word.
pub(super) const KEY: &str = "deploymentStatus";

/// What everything starts with (asserted against a real tenant, 2019).
pub(super) const PENDING: &str = "Pending";

/// What has a deployment status.
#[derive(Clone, Copy, Debug)]
pub(super) enum Carrier {
    /// A system's row in a release.
    Row,
    /// A deployment date in an Enterprise release.
    EnterpriseDate,
    /// A deployment date in any other release.
    Date,
}

type May = Result<(), &'static str>;

const INVALID: May = Err("Invalid deployment status");

#[derive(Clone, Copy, Debug)]
struct Rule {
    word: &'static str,
    row: May,
    enterprise_date: May,
    date: May,
    /// Whether a date with this status has a date of completion.
    completes: bool,
}

/// All that may be set.
///
/// The three of a row are documented (vendor help, 2020). `Endorsed` and the refusal of `Rejected` for
/// an Enterprise, and `Rejected` elsewhere, are asserted against a real tenant (2019). That nothing
/// goes back to `Pending`, that each kind of release refuses the other's word for done, and the two
/// cells of `RollbackPending` for dates are inferred, and a habit ([`StatusRules`]).
const RULES: &[Rule] = &[
    Rule { word: PENDING, row: INVALID, enterprise_date: INVALID, date: INVALID, completes: false },
    Rule {
        word: "Completed",
        row: Ok(()),
        enterprise_date: INVALID,
        date: Ok(()),
        completes: true,
    },
    Rule {
        word: "Endorsed",
        row: INVALID,
        enterprise_date: Ok(()),
        date: INVALID,
        completes: true,
    },
    Rule {
        word: "Rejected",
        row: Ok(()),
        enterprise_date: Err("Can not set deployment status to Rejected"),
        date: Ok(()),
        completes: false,
    },
    Rule {
        word: "RollbackPending",
        row: Ok(()),
        enterprise_date: Ok(()),
        date: Ok(()),
        completes: false,
    },
];

impl Rule {
    fn of(word: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.word == word)
    }

    fn may(&self, carrier: Carrier, rules: StatusRules) -> May {
        let may = match carrier {
            Carrier::Row => self.row,
            Carrier::EnterpriseDate => self.enterprise_date,
            Carrier::Date => self.date,
        };
        // The refusal of a word that is one is inferred.
        if rules == StatusRules::Loose && may == INVALID { Ok(()) } else { may }
    }
}

/// Sets the status that a PUT carries.
///
/// One that is not carried stays, as does one that is sent back as it was read (both inferred).
pub(super) fn settle(
    tenant: &Tenant,
    carrier: Carrier,
    write: &Write<'_>,
    object: &mut Object,
) -> Result<(), Refusal> {
    let labels = &tenant.habits.status_labels;
    let Some(sent) = write.body.value(KEY) else {
        return Ok(());
    };
    let sent = sent.as_str().unwrap_or_default().trim();
    let current = text(write.before, KEY);
    let word = labels.word(sent);
    if word == Some(current) || labels.label(current).eq_ignore_ascii_case(sent) {
        return Ok(());
    }
    let allowed = word
        .and_then(Rule::of)
        .map_or(INVALID, |rule| rule.may(carrier, tenant.habits.status_rules));
    allowed.map_err(|text| Refusal::rules(vec![text.to_owned()]))?;
    object.insert(KEY.to_owned(), json!(word));
    Ok(())
}

/// Tells whether something with this status is done.
pub(super) fn is_complete(object: &Object) -> bool {
    let word = object.get(KEY).and_then(Value::as_str);
    word.and_then(Rule::of).is_some_and(|rule| rule.completes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::StatusLabels;

    #[test]
    fn there_is_a_rule_for_every_word() {
        let words: Vec<&str> = RULES.iter().map(|rule| rule.word).collect();
        assert_eq!(words, StatusLabels::WORDS);
    }
}
