//! `/swagger`: the description, and the page that shows it.

use plutora_sandbox::Seed;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::support::{Tenant, answer, column};

/// Where Plutora has its page is documented (vendor help, 2020).
#[tokio::test]
async fn the_page_and_its_parts_are_there_without_a_token() {
    let tenant = Tenant::seeded(Seed::Empty).await;
    let get = |path: &str| answer(tenant.client.get(format!("{}{path}", tenant.sandbox.url())));
    for path in ["/swagger", "/Swagger/", "/swagger/ui/index"] {
        let page = get(path).await.unwrap();
        assert_eq!(
            (page.status.as_u16(), &page.headers["content-type"]),
            (200, &"text/html; charset=utf-8".parse().unwrap())
        );
        for part in ["/swagger/page.js", "/swagger/page.css"] {
            assert!(page.text.contains(part));
            assert_eq!(get(part).await.unwrap().status, 200);
        }
        assert!(!page.text.contains("://"), "it loads nothing from elsewhere");
    }
    let description = get("/swagger/docs/v1").await.unwrap().expect(200);
    assert_eq!(description["openapi"], "3.0.3");
    let wrong = tenant.client.post(format!("{}/swagger", tenant.sandbox.url()));
    assert_eq!(answer(wrong).await.unwrap().status, 405);
    get("/swagger/unknown").await.unwrap().expect(401);
    assert!(tenant.journal().await.iter().all(|entry| entry["path"] != "/swagger"));
}

/// Runs where Chromium and its driver are installed, as `.ci/run` sees to on Debian; elsewhere there is
/// nothing to drive.
#[tokio::test]
async fn somebody_logs_in_reads_and_writes_on_the_page() {
    let Some((browser, _driver)) = Browser::start().await else {
        println!("not run: chromedriver is not installed");
        return;
    };
    let tenant = Tenant::demo().await;
    let outcome = tokio::spawn(use_page(browser.clone(), tenant)).await;
    browser.quit().await;
    outcome.unwrap();
}

/// The code of an answer below an operation, once it is there.
fn code(operation: &str, code: u16) -> String {
    format!("//*[@id='{operation}']//pre[@class='code' and text()='{code}']")
}

async fn use_page(browser: Browser, tenant: Tenant) {
    let url = tenant.sandbox.url();
    browser.open(&format!("{url}/swagger")).await;
    log_in_and_list(&browser, &tenant).await;
    create_and_read(&browser, &tenant).await;
    let count = browser.run("return document.querySelectorAll('.operation').length").await;
    assert_eq!(count, operations(&tenant).await);
    let loaded = browser.run("return performance.getEntriesByType('resource').map(it => it.name)");
    let loaded = loaded.await;
    let loaded = loaded.as_array().unwrap();
    let is_ours = |it: &Value| it.as_str().unwrap().starts_with(&url);
    assert!(loaded.len() > 3 && loaded.iter().all(is_ours), "{loaded:?}");
}

/// How many operations the description has.
async fn operations(tenant: &Tenant) -> usize {
    let url = format!("{}/swagger/docs/v1", tenant.sandbox.url());
    let description = answer(tenant.client.get(url)).await.unwrap().expect(200);
    let items = description["paths"].as_object().unwrap().values();
    let methods = ["get", "post", "put", "patch", "delete"];
    items.map(|item| methods.iter().filter(|it| item.get(**it).is_some()).count()).sum()
}

async fn log_in_and_list(browser: &Browser, tenant: &Tenant) {
    browser.click("//*[@id='listSystems']/summary").await;
    let send = "//*[@id='listSystems']//button[text()='Try it out!']";
    browser.click(send).await;
    browser.text(&code("listSystems", 401)).await;

    browser.write("//*[@id='token']", &tenant.token).await;
    browser.click(send).await;
    browser.text(&code("listSystems", 200)).await;
    browser.click("//*[@id='log-in']").await;
    browser.text("//*[@id='who' and text()='as jane@example.com']").await;
    let field = |name: &str| format!("//*[@id='listSystems']//input[@name='{name}']");
    browser.write(&field("filter"), "name Contains `core`").await;
    browser.write(&field("pageNum"), "0").await;
    browser.click(send).await;
    let body = "//*[@id='listSystems']//pre[@class='body' and contains(., 'totalCount')]";
    let page: Value = serde_json::from_str(&browser.text(body).await).unwrap();
    assert_eq!(column(&page["resultSet"], "name"), ["Core Ledger"]);
}

async fn create_and_read(browser: &Browser, tenant: &Tenant) {
    browser.click("//*[@id='createSystem']/summary").await;
    let text = "//*[@id='createSystem']//textarea";
    let example = browser.value(text).await;
    let example: Value = serde_json::from_str(&example).unwrap();
    assert_eq!(example["status"], "Active", "a body begins with an example: {example}");
    let mut system = tenant.system_body().await;
    system["name"] = json!("<b>Made & \"quoted\"</b>");
    browser.write(text, &system.to_string()).await;
    browser.click("//*[@id='createSystem']//button[text()='Try it out!']").await;
    browser.text(&code("createSystem", 201)).await;
    let shown = browser.text("//*[@id='createSystem']//pre[@class='body']").await;
    let made: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(made["name"], system["name"]);
    let read = tenant.get(&format!("/systems/{}", made["id"].as_str().unwrap())).await;
    assert_eq!(read.expect(200)["name"], system["name"]);
    read_by_id(browser, made["id"].as_str().unwrap()).await;
}

/// An identifier goes into the path.
async fn read_by_id(browser: &Browser, id: &str) {
    browser.click("//*[@id='getSystem']/summary").await;
    browser.write("//*[@id='getSystem']//input[@name='id']", id).await;
    browser.click("//*[@id='getSystem']//button[text()='Try it out!']").await;
    browser.text(&code("getSystem", 200)).await;
}
