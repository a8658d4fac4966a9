//! What is particular to a tenant, and no manifest says.

use super::status::Labels;

/// What the configuration says of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tenant {
    /// Its labels of deployment statuses.
    pub labels: Labels,
    /// Where a status is kept that names no deployment.
    pub route: StatusRoute,
}

/// Where the status of a system in a release is kept when no deployment date is named.
///
/// The vendor's help (2020) says that the API can set it and not with which call, so a tenant for
/// which only one of the two works can be held to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatusRoute {
    /// On its only deployment date, or on its row in the release where it has no dates.
    #[default]
    Auto,
    /// Always on its row in the release.
    ReleaseSystem,
    /// Always on a deployment date; a system without dates has no status that could be set.
    DeploymentDate,
}
