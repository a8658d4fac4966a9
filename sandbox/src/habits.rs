//! In what one tenant's answers differ from another's.

use serde::{Deserialize, Serialize};

use crate::choices::{
    BareArrays, BareValues, Dialect, EnterpriseChanges, Identifiers, InlineFields, Linking, Lists,
    Names, NotFoundBody, OmittedParent, PartLists, PlutoraInfo, RefreshGrant, RowStatus,
    UnknownPut, WrongFilter,
};
use crate::labels::StatusLabels;

/// Holds what differs by tenant or by year, or is settled by no public text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Habits {
    /// The shape in which lists are answered.
    pub lists: Lists,
    /// Of which year the answers are.
    pub dialect: Dialect,
    /// Whether a system's row in a release keeps a deployment status.
    pub row_status: RowStatus,
    /// What becomes of an Enterprise's phases and gates when a release gets it as its parent.
    pub linking: Linking,
    /// What a list of more than 100 rows is that is asked for without a page.
    pub bare_arrays: BareArrays,
    /// What a filter's value is that stands without back-ticks.
    pub bare_values: BareValues,
    /// How lists below a release come.
    pub part_lists: PartLists,
    /// What a 404 for an id that is not there carries.
    pub not_found_body: NotFoundBody,
    /// What a filter is answered that is not understood.
    pub wrong_filter: WrongFilter,
    /// Whether the header `Plutora-Info` is looked at.
    pub plutora_info: PlutoraInfo,
    /// What a refresh token is good for.
    pub refresh_grant: RefreshGrant,
    /// Whether two releases can have one identifier.
    pub identifiers: Identifiers,
    /// Whether two systems, or two environments, can have one name.
    pub names: Names,
    /// What a PUT of a release does that leaves out its parent.
    pub omitted_parent: OmittedParent,
    /// What a PUT does with the custom fields that it carries.
    pub inline_fields: InlineFields,
    /// Whether an Enterprise release can deliver a change.
    pub enterprise_changes: EnterpriseChanges,
    /// What a valid PUT of what is not there answers.
    pub unknown_put: UnknownPut,
    /// How the tenant calls the deployment statuses.
    pub status_labels: StatusLabels,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            lists: Lists::Documented,
            dialect: Dialect::Of2025,
            row_status: RowStatus::Kept,
            linking: Linking::Leaves,
            bare_arrays: BareArrays::Cut,
            bare_values: BareValues::Refused,
            part_lists: PartLists::Paged,
            not_found_body: NotFoundBody::Empty,
            wrong_filter: WrongFilter::Failure,
            plutora_info: PlutoraInfo::Ignored,
            refresh_grant: RefreshGrant::Refused,
            identifiers: Identifiers::Repeat,
            names: Names::Repeat,
            omitted_parent: OmittedParent::Cleared,
            inline_fields: InlineFields::Ignored,
            enterprise_changes: EnterpriseChanges::Refused,
            unknown_put: UnknownPut::NotFound,
            status_labels: StatusLabels::default(),
        }
    }
}
