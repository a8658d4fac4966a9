//! What one field is: its name in a manifest, its type, and the key it has in Plutora's bodies.

use std::borrow::Cow;

use super::held::in_lower_case;

/// A field of a kind: the single place where it is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldDef {
    /// The name in a manifest, such as `riskLevel`.
    pub name: &'static str,
    /// One sentence for the JSON Schema and the editor's hover.
    pub doc: &'static str,
    /// The key that is written in a body, such as `releaseRiskLevelId`.
    pub key: &'static str,
    /// What a manifest may say, and how Plutora holds it.
    pub ty: FieldType,
    /// Whether a creation needs it.
    pub on_create: OnCreate,
    /// Whether it can be cleared with `null`.
    pub emptiness: Emptiness,
    /// Whether the rows of lists carry it too.
    pub in_rows: InRows,
}

/// The shape of a field's value on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// Free text.
    Text,
    /// One of a fixed set of words.
    Choice(&'static [Choice]),
    /// A date-time, compared as an instant.
    Instant,
    /// A colour, `#rrggbb`.
    Color,
    /// A name in the manifest, an id in the body.
    Reference {
        /// Where names are turned into ids.
        to: Referent,
        /// The read-only key that shows the name in a live body.
        twin: &'static str,
    },
    /// A set of names, written as `[{"name": ...}]`.
    Names,
    /// A deployment status: one of our words, or a tenant's label for it.
    Status,
}

/// A word of a fixed set, with the number that Plutora accepts and may answer in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The word.
    pub word: &'static str,
    /// Its number, where one is known.
    pub number: Option<u8>,
}

/// What a reference points to, and so which list turns its names into ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Referent {
    /// A value of `GET /lookupfields/{type}`.
    Lookup(&'static str),
    /// An organization, by its name.
    Organization,
    /// A user, by e-mail.
    User,
    /// A system, by its name.
    System,
    /// A release, by its identifier.
    Release,
}

/// Whether a creation must carry the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnCreate {
    /// The API refuses a creation without it.
    Required,
    /// It may be left out.
    Optional,
}

/// Whether the rows of a kind's list carry a field, or only the details.
///
/// A row may have the key of a field that it does not carry, with null in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InRows {
    /// Seen with its value in rows (output of a user's client, 2025).
    Carried,
    /// Not known to be there.
    Unknown,
}

/// What `null` in a manifest means for the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emptiness {
    /// `null` clears it.
    Clearable,
    /// `null` is an error.
    NeverEmpty,
}

impl Referent {
    /// Returns the path of the list that holds the names.
    pub fn list_path(self) -> String {
        match self {
            Self::Lookup(kind) => format!("/lookupfields/{kind}"),
            Self::Organization => "/organizations".into(),
            Self::User => "/users".into(),
            Self::System => "/systems".into(),
            Self::Release => "/releases".into(),
        }
    }

    /// Returns the key under which a row of that list carries the name.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Lookup(_) => "value",
            Self::Organization | Self::System => "name",
            Self::User => "userName",
            Self::Release => "identifier",
        }
    }

    /// Returns what a message calls it, such as `organization`.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Lookup(kind) => kind,
            Self::Organization => "organization",
            Self::User => "user",
            Self::System => "system",
            Self::Release => "release",
        }
    }

    /// Returns a name in the form in which names of this target are compared.
    ///
    /// E-mail addresses differ in case between sources; every other name is exact.
    pub fn canonical(self, name: &str) -> Cow<'_, str> {
        match self {
            Self::User => in_lower_case(name),
            Self::Lookup(_) | Self::Organization | Self::System | Self::Release => name.into(),
        }
    }
}
