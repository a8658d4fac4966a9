//! Chromium, driven by the `WebDriver` protocol of the driver that comes with it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};

/// The key under which the protocol gives an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long an element may take to appear.
const PATIENCE: Duration = Duration::from_secs(20);

/// Nothing but what the test asks for goes over the network.
const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser with one page.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    client: Client,
    session: String,
}

/// The process that drives it.
#[derive(Debug)]
pub(crate) struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ended = self.0.kill().and_then(|()| self.0.wait());
    }
}

impl Browser {
    /// Starts a browser; none where Chromium or its driver is not installed.
    pub(crate) async fn start() -> Option<(Self, Driver)> {
        let mut driver = Command::new("chromedriver");
        driver.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null());
        let mut driver = driver.spawn().ok()?;
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let driver = Driver(driver);
        let base = format!("http://127.0.0.1:{}/session", port?);
        let client = Client::builder().no_proxy().tls_certs_only([]).timeout(PATIENCE * 3);
        let mut browser = Self { client: client.build().unwrap(), session: base };
        let wanted = json!({"browserName": "chrome", "goog:chromeOptions": {"args": FLAGS}});
        let session =
            browser.ask("", json!({"capabilities": {"alwaysMatch": wanted}})).await.ok()?;
        browser.session = format!("{}/{}", browser.session, session["sessionId"].as_str()?);
        browser.ask("/timeouts", json!({"implicit": PATIENCE.as_secs() * 1000})).await.unwrap();
        Some((browser, driver))
    }

    async fn ask(&self, path: &str, body: Value) -> Result<Value, String> {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, String> {
        let request = self.client.request(method, format!("{}{path}", self.session));
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let is_fine = answer.status().is_success();
        let mut answer: Value = answer.json().await.map_err(|error| error.to_string())?;
        let value = answer["value"].take();
        if is_fine { Ok(value) } else { Err(value["message"].to_string()) }
    }

    pub(crate) async fn open(&self, url: &str) {
        self.ask("/url", json!({ "url": url })).await.unwrap();
    }

    /// The path of the first element that an `XPath` finds, once there is one.
    async fn find(&self, xpath: &str) -> String {
        let found = self.ask("/element", json!({"using": "xpath", "value": xpath})).await;
        let found = found.unwrap_or_else(|error| panic!("{xpath}: {error}"));
        format!("/element/{}", found[ELEMENT].as_str().unwrap())
    }

    pub(crate) async fn click(&self, xpath: &str) {
        let element = self.find(xpath).await;
        self.ask(&format!("{element}/click"), json!({})).await.unwrap();
    }

    /// Replaces what is typed in a field.
    pub(crate) async fn write(&self, xpath: &str, text: &str) {
        let element = self.find(xpath).await;
        self.ask(&format!("{element}/clear"), json!({})).await.unwrap();
        self.ask(&format!("{element}/value"), json!({ "text": text })).await.unwrap();
    }

    pub(crate) async fn text(&self, xpath: &str) -> String {
        let path = format!("{}/text", self.find(xpath).await);
        let text = self.send(Method::GET, &path, None).await.unwrap();
        text.as_str().unwrap().to_owned()
    }

    /// What stands in a field.
    pub(crate) async fn value(&self, xpath: &str) -> String {
        let path = format!("{}/property/value", self.find(xpath).await);
        let value = self.send(Method::GET, &path, None).await.unwrap();
        value.as_str().unwrap().to_owned()
    }

    /// What a script returns.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.ask("/execute/sync", json!({"script": script, "args": []})).await.unwrap()
    }

    pub(crate) async fn quit(&self) {
        self.send(Method::DELETE, "", None).await.unwrap();
    }
}
