//! The description of a release that `GET /schema/Release` gives.
//!
//! Its keys, and which fields are mandatory or read-only, are the vendor's own output (2019); the words
//! for data types and for applicable values are inferred where it is not quoted.

use serde_json::{Value, json};

use crate::http::{Call, Outcome, Refusal, Reply};
use crate::world::Tenant;

/// Name, data type, read-only, mandatory, applicable values.
const RELEASE: &[(&str, &str, bool, bool, &str)] = &[
    ("id", "Guid", true, false, ""),
    ("identifier", "String", false, true, ""),
    ("name", "String", false, true, ""),
    ("summary", "String", false, false, ""),
    ("releaseTypeId", "Guid", false, true, "GET lookupfields/ReleaseType"),
    ("releaseType", "String", true, false, ""),
    ("location", "String", false, false, ""),
    ("releaseStatusTypeId", "Guid", false, true, "GET lookupfields/ReleaseStatusType"),
    ("releaseStatusType", "String", true, false, ""),
    ("releaseRiskLevelId", "Guid", false, true, "GET lookupfields/ReleaseRiskLevel"),
    ("releaseRiskLevel", "String", true, false, ""),
    ("implementationDate", "DateTime", false, true, ""),
    ("displayColor", "String", true, false, ""),
    ("organizationId", "Guid", false, true, "GET organizations"),
    ("organization", "String", true, false, ""),
    ("managerId", "Guid", false, false, "GET release/{id}/stakeholders with accountable=true"),
    ("manager", "String", true, false, ""),
    (
        "parentReleaseId",
        "Guid",
        false,
        false,
        "POST releases/filter with plutoraReleaseType=Enterprise and releaseStatusType in not end \
         state, or =null for Enterprise Release",
    ),
    ("parentRelease", "String", true, false, ""),
    ("plutoraReleaseType", "Enum", true, true, "Enterprise, Integrated, Independent"),
    ("releaseProjectType", "Enum", false, true, "None, NotIsProject, IsProject"),
    ("additionalInformation", "Array", false, false, "GET schema/AdditionalInformationList"),
    ("lastModifiedDate", "DateTime", true, false, ""),
];

/// Answers the description of an entity; only that of a release is known here.
pub(crate) fn read(_tenant: &mut Tenant, call: &Call) -> Outcome {
    if !call.captured("entity").eq_ignore_ascii_case("Release") {
        return Err(Refusal::NotFound);
    }
    let properties = RELEASE.iter().map(|(name, data_type, read_only, mandatory, values)| {
        json!({
            "name": name,
            "dataType": data_type,
            "readOnly": read_only,
            "mandatory": mandatory,
            "applicableValues": values,
        })
    });
    let properties: Vec<Value> = properties.collect();
    Ok(Reply::ok(json!({"description": "Release", "properties": properties})))
}
