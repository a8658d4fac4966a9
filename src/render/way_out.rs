//! What ends a difference that an apply has shown: an edit, or applying again.

use serde_json::Value;

use crate::apply::{Cause, Difference};
use crate::resource::{
    Emptiness, FieldDef, FieldType, FieldValue, Guid, Kind, PENDING, Referent, is_status,
};

/// One of the things that end a difference, each by itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum WayOut {
    /// Planning and applying again, which writes what is declared.
    Apply,
    /// Declaring what is live.
    Declare(Value),
    /// Leaving the field out of the manifest, so that it is not managed.
    LeaveOut,
    /// Saying in the configuration that what is live is the tenant's label for the status.
    Map {
        /// The status.
        word: String,
        /// What the tenant shows in its place.
        label: String,
    },
}

/// Returns what ends a difference, what is most probably meant first.
pub(super) fn ways_out(difference: &Difference) -> Vec<WayOut> {
    let Difference { def, cause, expected, found, desired: _ } = difference;
    if matches!(cause, Cause::Renamed | Cause::Retyped) {
        // Another plan finds what has the name now, or says that there is none.
        return Vec::new();
    }
    let again = match cause {
        // What was not written, or perhaps not, or was lost since, is there when it is written once more.
        // But by another name it is not found, and would be created once more.
        Cause::Moved | Cause::Overwritten | Cause::Unclear if is_key(def) => None,
        // And what every new one has cannot be written, and so not be brought back.
        Cause::Overwritten if is_initial(def, expected) => None,
        Cause::Moved | Cause::Overwritten | Cause::Unclear => Some(WayOut::Apply),
        // What the server has made of a value it would make of it again.
        Cause::Stored | Cause::Initial | Cause::Renamed | Cause::Retyped => None,
    };
    let label = found.as_text().filter(|it| def.ty == FieldType::Status && !is_status(it));
    let edit = match (label, expected.as_text()) {
        (Some(label), Some(word)) if is_status(word) => {
            Some(WayOut::Map { word: word.to_owned(), label: label.to_owned() })
        }
        _ => can_be_declared(def, found).then(|| WayOut::Declare(found.to_json())),
    };
    // Without a name there is no object.
    let leave_out = (!is_key(def)).then_some(WayOut::LeaveOut);
    again.into_iter().chain(edit).chain(leave_out).collect()
}

/// Returns what the manifests say of a field, as far as it is known: of a reference that no step was to
/// change, the report has the id alone.
pub(super) fn declared(difference: &Difference) -> Option<&FieldValue> {
    let Difference { def, cause, expected, found: _, desired } = difference;
    let declared = desired.as_ref().unwrap_or(expected);
    // Of the type of another release they may say nothing.
    (*cause != Cause::Retyped && !is_bare_id(def, declared)).then_some(declared)
}

/// Returns whether a manifest may say a live value, with the same meaning.
fn can_be_declared(def: &FieldDef, live: &FieldValue) -> bool {
    match (def.ty, live) {
        (_, FieldValue::Empty) => def.emptiness == Emptiness::Clearable,
        (FieldType::Status, FieldValue::Text(word)) => is_status(word),
        (FieldType::Choice(choices), FieldValue::Text(word)) => {
            choices.iter().any(|choice| choice.word == word)
        }
        // Bodies may show a user by the name and not by the e-mail.
        (FieldType::Reference { to: Referent::User, .. }, FieldValue::Text(name)) => {
            name.contains('@')
        }
        (_, live) => !is_bare_id(def, live),
    }
}

/// Returns whether a reference is shown by its id, for want of a name.
fn is_bare_id(def: &FieldDef, value: &FieldValue) -> bool {
    matches!(def.ty, FieldType::Reference { .. })
        && value.as_text().is_some_and(|text| Guid::parse(text).is_ok())
}

fn is_initial(def: &FieldDef, value: &FieldValue) -> bool {
    def.ty == FieldType::Status && value.as_text() == Some(PENDING)
}

fn is_key(def: &FieldDef) -> bool {
    Kind::ALL.iter().any(|kind| kind.key_field() == def)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cause: Cause, kind: Kind, field: &str, values: (&str, &str)) -> Vec<WayOut> {
        let def = kind.all_fields().find(|def| def.name == field).unwrap();
        let (expected, found) = (FieldValue::text(values.0), FieldValue::text(values.1));
        ways_out(&Difference { def, cause, expected, found, desired: None })
    }

    fn declare(text: &str) -> WayOut {
        WayOut::Declare(text.into())
    }

    #[test]
    fn what_was_not_written_may_be_written_again() {
        let clearable = |cause, found| of(cause, Kind::Release, "location", ("Rome", found));
        for cause in [Cause::Moved, Cause::Overwritten, Cause::Unclear] {
            let all = [WayOut::Apply, declare("Oslo"), WayOut::LeaveOut];
            assert_eq!(clearable(cause, "Oslo"), all);
        }
        for cause in [Cause::Stored, Cause::Initial] {
            assert_eq!(clearable(cause, "Oslo"), [declare("Oslo"), WayOut::LeaveOut]);
            assert_eq!(
                clearable(cause, ""),
                [WayOut::Declare(Value::Null), WayOut::LeaveOut],
                "`null` is what clears it"
            );
        }
    }

    #[test]
    fn what_no_manifest_may_say_is_not_proposed() {
        let stored = |kind, field, found| of(Cause::Stored, kind, field, ("a", found));
        let id = "d95f23e4-52a1-e811-8146-029a1f64cdff";
        for (field, found) in
            [("name", ""), ("parent", id), ("manager", "Jane Doe"), ("plutoraReleaseType", "7")]
        {
            assert_eq!(stored(Kind::Release, field, found), [WayOut::LeaveOut], "{field}");
        }
        let mail = "jane@example.com";
        assert_eq!(stored(Kind::Release, "manager", mail)[0], declare(mail));
        assert_eq!(stored(Kind::Release, "parent", "ENT")[0], declare("ENT"));
        // A name cannot be left out.
        assert_eq!(stored(Kind::Release, "metadata.name", "B"), [declare("B")]);
    }

    #[test]
    fn what_was_lost_is_written_again_unless_it_cannot_be_written() {
        let lost =
            |status, found| of(Cause::Overwritten, Kind::Deployment, "status", (status, found));
        assert_eq!(lost("Completed", "Pending")[0], WayOut::Apply);
        assert_eq!(lost("Pending", "Completed")[0], declare("Completed"));
        let renamed = of(Cause::Overwritten, Kind::Release, "metadata.name", ("R", "S"));
        assert_eq!(renamed, [declare("S")], "the next apply would not find it");
    }

    #[test]
    fn a_label_that_nobody_mapped_is_for_the_configuration() {
        let status = |cause, found| of(cause, Kind::Deployment, "status", ("Pending", found));
        let map = WayOut::Map { word: "Pending".into(), label: "Planned".into() };
        for cause in [Cause::Stored, Cause::Initial] {
            assert_eq!(status(cause, "Planned"), [map.clone(), WayOut::LeaveOut]);
            assert_eq!(status(cause, "Rejected"), [declare("Rejected"), WayOut::LeaveOut]);
            assert_eq!(status(cause, ""), [WayOut::LeaveOut]);
        }
    }

    #[test]
    fn an_id_is_nothing_that_was_declared() {
        let def = Kind::Release.field("parent").unwrap();
        let id = FieldValue::text("d95f23e4-52a1-e811-8146-029a1f64cdff");
        let (found, cause) = (FieldValue::text("ENT"), Cause::Moved);
        let mut difference = Difference { def, cause, expected: id, found, desired: None };
        assert_eq!(declared(&difference), None);
        difference.desired = Some(FieldValue::text("ENT-2"));
        assert_eq!(declared(&difference), difference.desired.as_ref());
    }
}
