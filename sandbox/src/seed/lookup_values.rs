//! The lookup types of a tenant, and the values that a seeded one has.
//!
//! The type names are asserted against a real tenant (2021); values are a tenant's own, so these are
//! plausible ones. The three types of custom fields have none of their own.

/// Every lookup type with its values, in their sort order.
pub(super) const LOOKUPS: &[(&str, &[&str])] = &[
    ("ActionType", &["Task", "Decision"]),
    ("ActionStatus", &["Open", "Closed"]),
    ("ActionsByType", &["Release", "System"]),
    ("ActionsPriority", &["Low", "Medium", "High"]),
    ("BlockoutPeriodType", &["Freeze", "Maintenance"]),
    ("BookingRequestStatus", &["Draft", "Approved", "Rejected"]),
    ("BookingRequestType", &["New", "Extension"]),
    ("CalendarEventPortfolio", &["Retail", "Corporate"]),
    ("CalendarEventStatus", &["Planned", "Confirmed"]),
    ("CalendarEventType", &["Release Freeze", "Public Holiday"]),
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
    ("DeploymentPlanGroupName", &["Preparation", "Cut-over", "Verification"]),
    ("DeploymentTo", &["Production", "Pre-production", "Disaster Recovery"]),
    ("DeploymentType", &["Blue/green", "Rolling", "Big bang"]),
    ("EnvironmentMapConnectivityType", &["Interface", "Data feed"]),
    ("EnvironmentStatus", &["Active", "Inactive"]),
    ("EscapingDefectsByChangeType", &["Feature", "Defect"]),
    ("ExternalChangeType", &["Story", "Bug"]),
    ("ExternalSystem", &["Tracker", "Service Desk"]),
    ("ImpactType", &["Low", "High"]),
    ("KPIMetricType", &["Count", "Percentage"]),
    ("MilestoneLookupField", &["Code Freeze", "Go/No-go", "Go Live"]),
    ("PhaseLookupField", &["Development", "System Test", "User Acceptance Test", "Deployment"]),
    ("PIRCategory", &["People", "Process", "Technology"]),
    ("PIRItemStatus", &["Open", "Closed"]),
    ("PIRItemSubCategory", &["Communication", "Testing"]),
    ("PIRItemType", &["Issue", "Lesson Learned"]),
    ("PIRStatus", &["Draft", "Completed"]),
    ("PIRTheme", &["Quality", "Planning"]),
    ("PIRType", &["Release", "Incident"]),
    ("PMStatus", &["Open", "Closed"]),
    ("PMType", &["Problem", "Known Error"]),
    ("ReleaseApprovalWorkflowStatus", &["Pending", "Approved", "Rejected"]),
    ("ReleaseCapacityType", &["Story Points", "Person Days"]),
    ("ReleasePackage", &["Standard", "Out of Band"]),
    ("ReleaseRiskLevel", &["Low", "Medium", "High"]),
    (
        "ReleaseStatusType",
        &["Draft", "Submitted", "Planning", "Processing", "Completed", "Cancelled"],
    ),
    ("ReleaseType", &["Major", "Minor", "Patch", "Emergency"]),
    ("RequirementStatus", &["Draft", "Approved"]),
    ("RootCauseStatus", &["Open", "Confirmed"]),
    ("RootCauseType", &["Configuration", "Code", "Data"]),
    ("StackLayer", &["Application", "Database", "Operating System"]),
    ("StakeholderRole", &["Release Manager", "Admin", "Interested User"]),
    ("SystemDependencyImpact", &["Low", "Medium", "High"]),
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
