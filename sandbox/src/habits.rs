//! In what one tenant's answers differ from another's.

use serde::{Deserialize, Serialize};

use crate::choices::{
    BareArrays, BareValues, BulkAnswers, DeploymentRefusals, Dialect, EnterpriseChanges,
    Identifiers, IgnoredItems, InlineFields, LargePages, Linking, Lists, Managers, Names,
    NotFoundBody, OmittedDelivery, OmittedKind, OmittedParent, PartLists, PlutoraInfo,
    RefreshGrant, RowStatus, StakeholderIds, StatusRules, UnknownPut, WorkItemIds, WorkItemPut,
    WrongCredentials, WrongFilter, Zone,
};
use crate::labels::StatusLabels;

/// Holds what differs by tenant or by year, or is settled by no public text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// What a page of more than 100 records is that is asked for.
    pub large_pages: LargePages,
    /// What wrong credentials are answered.
    pub wrong_credentials: WrongCredentials,
    /// What a PUT of a phase or a gate answers.
    pub work_item_put: WorkItemPut,
    /// With which status a deployment date is refused.
    pub deployment_refusals: DeploymentRefusals,
    /// What making many releases or changes at once answers.
    pub bulk_answers: BulkAnswers,
    /// Which deployment statuses may be set.
    pub status_rules: StatusRules,
    /// Whether a release needs a manager.
    pub managers: Managers,
    /// By which id a path names a stakeholder.
    pub stakeholder_ids: StakeholderIds,
    /// Of what an activity's work item is the id.
    pub work_item_ids: WorkItemIds,
    /// What `isIgnore` does in a POST to an Enterprise.
    pub ignored_items: IgnoredItems,
    /// What a PUT of a change does that leaves out its delivery date.
    pub omitted_delivery: OmittedDelivery,
    /// What a PUT of a release does that leaves out its kind.
    pub omitted_kind: OmittedKind,
    /// The zone in which date-times are kept.
    pub zone: Zone,
    /// How the tenant calls the deployment statuses.
    pub status_labels: StatusLabels,
}
