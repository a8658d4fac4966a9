//! The fields that each list can be filtered by.

use crate::plutora::{Plutora, STRANGER, facts};

/// Asserts that a list can be filtered by each of some fields: an unknown one would be a 500.
async fn assert_filterable(plutora: &Plutora, path: &str, fields: &[(&str, &str)]) {
    for (field, value) in fields {
        plutora.filter(path, &format!("`{field}` = `{value}`")).await.expect(200);
    }
}

facts! {
    async fn asserted_fields_that_releases_are_filtered_by(plutora) {
        assert_filterable(plutora, "/releases", &[
            ("displayColor", "#00ccff"),
            ("id", STRANGER),
            ("identifier", "x"),
            ("implementationDate", "2030-11-28"),
            ("lastModifiedDate", "2030-11-28"),
            ("name", "x"),
            ("parentRelease", "x"),
            ("parentReleaseID", STRANGER),
            ("plutoraReleaseType", "Enterprise"),
            ("releaseProjectType", "IsProject"),
            ("releaseStatusType", "Draft"),
            ("releaseStatusTypeID", STRANGER),
        ]).await;
    }

    async fn asserted_fields_that_changes_are_filtered_by(plutora) {
        assert_filterable(plutora, "/changes", &[
            ("assignedTo", "x"),
            ("assignedToId", STRANGER),
            ("businessValueScore", "20"),
            ("id", STRANGER),
            ("lastModifiedBy", "x"),
            ("lastModifiedDate", "2030-11-28"),
            ("name", "x"),
            ("priority", "x"),
            ("raisedBy", "x"),
            ("raisedDate", "2030-11-28"),
            ("status", "x"),
        ]).await;
    }

    async fn asserted_fields_that_systems_are_filtered_by(plutora) {
        assert_filterable(plutora, "/systems", &[("id", STRANGER), ("name", "x")]).await;
    }

    async fn asserted_fields_that_environments_are_filtered_by(plutora) {
        assert_filterable(plutora, "/environments", &[
            ("color", "#123456"),
            ("id", STRANGER),
            ("linkedSystem", "x"),
            ("name", "x"),
            ("status", "x"),
            ("url", "x"),
            ("usageWorkItem", "x"),
        ]).await;
    }

    async fn asserted_fields_that_users_are_filtered_by(plutora) {
        assert_filterable(plutora, "/users", &[
            ("id", STRANGER),
            ("firstName", "x"),
            ("lastName", "x"),
            ("userName", "x"),
            ("status", "Active"),
        ]).await;
    }

    async fn asserted_fields_that_groups_of_users_are_filtered_by(plutora) {
        assert_filterable(plutora, "/users/UserGroups", &[
            ("id", STRANGER),
            ("groupName", "x"),
            ("description", "x"),
        ]).await;
    }

    async fn asserted_fields_that_organizations_are_filtered_by(plutora) {
        assert_filterable(plutora, "/organizations", &[
            ("id", STRANGER),
            ("name", "x"),
            ("type", "Company"),
        ]).await;
    }

    async fn asserted_fields_that_lookup_types_are_filtered_by(plutora) {
        assert_filterable(plutora, "/lookupfields", &[
            ("id", STRANGER),
            ("name", "x"),
            ("description", "x"),
        ]).await;
    }

    async fn asserted_fields_that_names_of_phases_and_gates_are_filtered_by(plutora) {
        for path in ["/WorkItemNames/Phases", "/WorkItemNames/Gates"] {
            assert_filterable(plutora, path, &[("id", STRANGER), ("name", "x")]).await;
        }
    }

    async fn asserted_fields_that_values_of_a_lookup_type_are_filtered_by(plutora) {
        let fields = [("id", STRANGER), ("value", "x")];
        assert_filterable(plutora, "/lookupfields/ReleaseType", &fields).await;
    }
}
