//! The lookup types of a tenant, and the values that a seeded one has.
//!
//! The type names are asserted against a real tenant (2021); values are a tenant's own, so these are
//! plausible ones. A type without values answers an empty list.

/// Every lookup type with its values, in their sort order.
pub(super) const LOOKUPS: &[(&str, &[&str])] = &[
    ("ActionType", &[]),
    ("ActionStatus", &[]),
    ("ActionsByType", &[]),
    ("ActionsPriority", &[]),
    ("BlockoutPeriodType", &["Freeze", "Maintenance"]),
    ("BookingRequestStatus", &["Draft", "Approved", "Rejected"]),
    ("BookingRequestType", &["New", "Extension"]),
    ("CalendarEventPortfolio", &[]),
    ("CalendarEventStatus", &[]),
    ("CalendarEventType", &[]),
    ("ChangeDeliveryRisk", &["Low", "Medium", "High"]),
    ("ChangePriority", &["Low", "Medium", "High", "Critical"]),
    ("ChangeRequestStatus", &["Draft", "Approved", "Completed"]),
    ("ChangeRequestType", &["Deployment", "Configuration"]),
    ("ChangeStatus", &["Draft", "In Progress", "Completed"]),
    ("ChangeTheme", &["Growth", "Regulatory", "Stability"]),
    ("ChangeType", &["Feature", "Defect", "Technical Debt"]),
    ("DefectPriority", &["Low", "Medium", "High"]),
    ("DefectStatus", &["Open", "Closed"]),
    ("DefectType", &["Functional", "Performance"]),
    ("DeploymentPlanGroupName", &[]),
    ("DeploymentTo", &["Production", "Pre-production", "Disaster Recovery"]),
    ("DeploymentType", &["Blue/green", "Rolling", "Big bang"]),
    ("EnvironmentMapConnectivityType", &["Interface", "Data feed"]),
    ("EnvironmentStatus", &["Active", "Inactive"]),
    ("EscapingDefectsByChangeType", &[]),
    ("ExternalChangeType", &[]),
    ("ExternalSystem", &[]),
    ("ImpactType", &[]),
    ("KPIMetricType", &[]),
    ("MilestoneLookupField", &["Code Freeze", "Go/No-go", "Go Live"]),
    ("PhaseLookupField", &["Development", "System Test", "User Acceptance Test", "Deployment"]),
    ("PIRCategory", &[]),
    ("PIRItemStatus", &[]),
    ("PIRItemSubCategory", &[]),
    ("PIRItemType", &[]),
    ("PIRStatus", &[]),
    ("PIRTheme", &[]),
    ("PIRType", &[]),
    ("PMStatus", &[]),
    ("PMType", &[]),
    ("ReleaseApprovalWorkflowStatus", &["Pending", "Approved", "Rejected"]),
    ("ReleaseCapacityType", &[]),
    ("ReleasePackage", &[]),
    ("ReleaseRiskLevel", &["Low", "Medium", "High"]),
    (
        "ReleaseStatusType",
        &["Draft", "Submitted", "Planning", "Processing", "Completed", "Cancelled"],
    ),
    ("ReleaseType", &["Major", "Minor", "Patch", "Emergency"]),
    ("RequirementStatus", &[]),
    ("RootCauseStatus", &[]),
    ("RootCauseType", &[]),
    ("StackLayer", &["Application", "Database", "Operating System"]),
    ("StakeholderRole", &["Release Manager", "Admin", "Interested User"]),
    ("SystemDependencyImpact", &[]),
    ("SystemDeploymentType", &["Automated", "Manual"]),
    (
        "SystemRoleDependencyType",
        &["Code Implementation Dependency", "Regression Verification Dependency"],
    ),
    ("UsedForWorkItem", &["Development", "System Test", "User Acceptance Test", "Production"]),
    ("ChangeCustomField", &[]),
    ("EnvironmentCustomField", &[]),
    ("SystemCustomField", &[]),
];

/// Gives the life-cycle mode that a release status belongs to; other values belong to none.
pub(super) fn mode(kind: &str, value: &str) -> Option<&'static str> {
    match (kind, value) {
        ("ReleaseStatusType", "Draft" | "Submitted" | "Planning") => Some("Planning"),
        ("ReleaseStatusType", "Processing") => Some("Execution"),
        ("ReleaseStatusType", "Completed") => Some("Completed"),
        ("ReleaseStatusType", "Cancelled") => Some("Cancelled"),
        _ => None,
    }
}
