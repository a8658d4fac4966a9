//! Bodies as forms, which old clients send for everything.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Tenant, answer, at};

async fn send(tenant: &Tenant, method: Method, path: &str, form: &[(&str, &str)]) -> Answer {
    let url = format!("{}{path}", tenant.sandbox.url());
    let request = tenant.client.request(method, url).bearer_auth(&tenant.token).form(form);
    answer(request).await.unwrap()
}

/// Asserted against a real tenant (2021): all entity calls of a suite are forms.
#[tokio::test]
async fn an_entity_may_be_sent_as_a_form() {
    let tenant = Tenant::demo().await;
    let body = tenant.system_body().await;
    let organization = body["organizationId"].as_str().unwrap();
    let form = [
        ("Name", "Payments & more"),
        ("vendor", "In-house"),
        ("status", "Active"),
        ("organizationId", organization),
        ("systemAlias[0][name]", "PAY"),
        ("systemAlias[1][name]", "PAY2"),
        ("", ""),
    ];
    let made = send(&tenant, Method::POST, "/systems", &form).await.expect(201);
    assert_eq!(made["name"], "Payments & more");
    assert_eq!(made["systemAlias"], json!([{"name": "PAY"}, {"name": "PAY2"}]));

    let refused = send(&tenant, Method::POST, "/systems", &[("vendor", "")]).await.expect(400);
    assert_eq!(refused["modelState"]["system.Name"], json!(["The Name field is required."]));
}

/// Inferred: an array is indexed at its top as it is below.
#[tokio::test]
async fn many_may_be_sent_as_one_form() {
    let tenant = Tenant::demo().await;
    let body = tenant.system_body().await;
    let organization = body["organizationId"].as_str().unwrap();
    let form: Vec<(String, &str)> = ["[0]", "[1]"]
        .into_iter()
        .zip(["One", "Two"])
        .flat_map(|(place, name)| {
            let key = |key| format!("{place}[{key}]");
            let fields = [("name", name), ("vendor", "x"), ("status", "Active")];
            let fields = fields.into_iter().chain([("organizationId", organization)]);
            fields.map(move |(name, value)| (key(name), value)).collect::<Vec<_>>()
        })
        .collect();
    let form: Vec<(&str, &str)> = form.iter().map(|(key, value)| (key.as_str(), *value)).collect();
    let messages = send(&tenant, Method::POST, "/systems/bulk", &form).await.expect(200);
    assert_eq!(messages, json!(["System One has been created", "System Two has been created"]));
}

/// That a byte order mark is no part of a text is known of .NET; the limit is the sandbox's own.
#[tokio::test]
async fn a_body_may_begin_with_a_byte_order_mark_and_has_an_end() {
    let tenant = Tenant::demo().await;
    let send = |body: String| {
        let request = tenant.client.post(format!("{}/systems", tenant.sandbox.url()));
        let request = request.bearer_auth(&tenant.token).header("content-type", "application/json");
        answer(request.body(body))
    };
    let body = tenant.system_body().await;
    send(format!("\u{feff}{body}")).await.unwrap().expect(201);
    let refused = send(" ".repeat(33 * 1024 * 1024)).await.unwrap();
    assert!(refused.expect(413)["message"].as_str().unwrap().contains("longer"));
}

/// Inferred: what a form cannot say otherwise is a text, and nothing an empty one.
#[tokio::test]
async fn custom_fields_and_lists_may_be_sent_as_a_form() {
    let tenant = Tenant::demo().await;
    let path = at("/releases", &tenant.release("REL-2026.10").await);
    let fields = path.clone() + "/additionalInformation";
    let rows = tenant.get(&fields).await.expect(200);
    let id = |place: usize| rows[place]["id"].as_str().unwrap();
    let form = [
        ("[0][id]", id(4)),
        ("[0][number]", "42"),
        ("[1][id]", id(10)),
        ("[1][decimal]", "1.5"),
        ("[2][id]", id(1)),
        ("[2][listItem]", ""),
    ];
    send(&tenant, Method::PUT, &fields, &form).await.expect(200);
    let after = tenant.get(&fields).await.expect(200);
    assert_eq!((&after[4]["number"], &after[10]["decimal"]), (&json!(42), &json!(1.5)));
    assert_eq!(after[1]["listItem"], Value::Null);

    let users = tenant.get("/users").await.expect(200);
    let role = tenant.lookup("StakeholderRole", "Admin").await;
    let form = [("userId", users[3]["id"].as_str().unwrap()), ("stakeholderRoleIds", &role)];
    let made = send(&tenant, Method::POST, &(path + "/stakeholders"), &form).await.expect(201);
    assert_eq!(made["stakeholderRoleIds"], json!([role]));

    let change = at("/changes", &tenant.get("/changes").await.expect(200)[0]);
    let mut body = tenant.get(&change).await.expect(200);
    for key in ["additionalInformation", "systems", "deliveryReleases"] {
        body[key] = json!("");
    }
    tenant.put(&change, &body).await.expect(200);
}
