//! The API description, and the tests that hold it against the code.

/// The description as it is kept: written by hand, in YAML.
pub(crate) const DESCRIPTION: &str = include_str!("../openapi.yaml");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Map, Value};

    use super::DESCRIPTION;
    use crate::entity::{Entity, Need};
    use crate::http::{API, OPEN};
    use crate::list::{Column, Listed};
    use crate::resource::{
        Activity, Change, Criterion, DeploymentDate, Environment, Gate, GateName, Organization,
        Phase, Release, ReleaseSystem, Stakeholder, System, User, UserGroup, custom_fields,
        lookups,
    };

    fn description() -> Value {
        serde_yaml::from_str(DESCRIPTION).unwrap()
    }

    fn keys(object: &Value) -> Vec<&str> {
        object.as_object().unwrap().keys().map(String::as_str).collect()
    }

    fn names(columns: &[Column]) -> Vec<&'static str> {
        columns.iter().map(|column| column.name).collect()
    }

    #[test]
    fn every_route_is_described_and_everything_described_is_routed() {
        let api = API.iter().map(|route| (route.pattern, route.methods()));
        let open = OPEN.iter().map(|route| (route.pattern, route.methods()));
        let routed: BTreeSet<(String, &str)> = api
            .chain(open)
            .flat_map(|(pattern, methods)| {
                methods.into_iter().map(move |it| (pattern.to_owned(), it))
            })
            .collect();
        let mut described = BTreeSet::new();
        for (path, item) in description()["paths"].as_object().unwrap() {
            for method in ["get", "post", "put", "patch", "delete"] {
                if item.get(method).is_some() {
                    described.insert((path.clone(), method));
                }
            }
        }
        assert_eq!(described, routed);
    }

    fn assert_written<E: Entity>(schemas: &Value, name: &str) {
        let schema = &schemas[name];
        assert_eq!(keys(&schema["properties"]), names(E::DETAIL), "{name}");
        let always = E::INPUTS.iter().filter(|input| input.need == Need::Always);
        let always: BTreeSet<&str> = always.map(|input| input.name).collect();
        let required = schema["required"].as_array().into_iter().flatten();
        assert_eq!(
            required.map(|it| it.as_str().unwrap()).collect::<BTreeSet<_>>(),
            always,
            "{name}"
        );
        for (key, property) in schema["properties"].as_object().unwrap() {
            let is_input = E::INPUTS.iter().any(|input| input.name == key);
            // Next to a reference, a key of its own would be ignored.
            let is_read_only = property["readOnly"] == true || property["allOf"].is_array();
            assert!(is_input || is_read_only || property["$ref"].is_string(), "{name}.{key}");
            assert!(!(is_input && property["readOnly"] == true), "{name}.{key}");
        }
    }

    #[test]
    fn bodies_are_described_key_by_key() {
        let schemas = &description()["components"]["schemas"];
        assert_written::<System>(schemas, "System");
        assert_written::<Release>(schemas, "Release");
        assert_written::<ReleaseSystem>(schemas, "ReleaseSystem");
        assert_written::<DeploymentDate>(schemas, "DeploymentDate");
        assert_written::<Phase>(schemas, "Phase");
        assert_written::<Gate>(schemas, "Gate");
        assert_written::<Activity>(schemas, "Activity");
        assert_written::<Criterion>(schemas, "Criterion");
        assert_written::<Stakeholder>(schemas, "Stakeholder");
        assert_written::<Change>(schemas, "Change");
        assert_written::<Environment>(schemas, "Environment");
    }

    fn assert_row<L: Listed>(schemas: &Value, name: &str) {
        assert_eq!(keys(&schemas[name]["properties"]), names(L::ROW), "{name}");
    }

    #[test]
    fn rows_of_lists_are_described_key_by_key() {
        let schemas = &description()["components"]["schemas"];
        assert_row::<System>(schemas, "SystemRow");
        assert_row::<Release>(schemas, "ReleaseRow");
        assert_row::<Change>(schemas, "ChangeRow");
        assert_row::<Environment>(schemas, "EnvironmentRow");
        assert_row::<User>(schemas, "User");
        assert_row::<UserGroup>(schemas, "UserGroup");
        assert_row::<Organization>(schemas, "Organization");
        assert_row::<custom_fields::CustomField>(schemas, "CustomField");
        assert_row::<lookups::LookupType>(schemas, "LookupType");
        assert_row::<lookups::LookupValue>(schemas, "LookupValue");
        assert_row::<GateName>(schemas, "WorkItemName");
    }

    #[test]
    fn every_reference_leads_somewhere_and_every_component_is_used() {
        let description = description();
        let mut references = BTreeSet::new();
        let mut pending = vec![&description];
        while let Some(node) = pending.pop() {
            if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
                let pointer = reference.strip_prefix('#').unwrap();
                assert!(description.pointer(pointer).is_some(), "{reference}");
                references.insert(reference.to_owned());
            }
            pending.extend(node.as_object().into_iter().flat_map(Map::values));
            pending.extend(node.as_array().into_iter().flatten());
        }
        for (kind, components) in description["components"].as_object().unwrap() {
            for name in keys(components).into_iter().filter(|_| kind != "securitySchemes") {
                let reference = format!("#/components/{kind}/{name}");
                assert!(references.contains(&reference), "{reference} is not used");
            }
        }
    }
}
