//! A sandbox on a free port, manifests in a folder, and the program run on both.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use plutora_sandbox::{Behaviour, Credentials, Habits, Lists, Options, Sandbox, Seed, start};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::forecast::assert_as_forecast;

/// A sandbox and a folder of manifests.
pub(crate) struct World {
    runtime: Runtime,
    sandbox: Sandbox,
    http: reqwest::Client,
    /// Whether a request was made to go wrong.
    goes_wrong: Cell<bool>,
    pub(crate) folder: TempDir,
    /// What applies keep for later ones.
    kept: TempDir,
}

/// What a run of the program left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl World {
    pub(crate) fn new(seed: Seed) -> Self {
        Self::with(Options { seed, ..Options::default() })
    }

    pub(crate) fn with_lists(seed: Seed, lists: Lists) -> Self {
        Self::with(Options { seed, ..Options::from(Habits { lists, ..Habits::default() }) })
    }

    pub(crate) fn with_latency(seed: Seed, milliseconds: u64) -> Self {
        let behaviour = Behaviour { latency_milliseconds: milliseconds, ..Behaviour::default() };
        Self::with(Options { seed, behaviour, ..Options::default() })
    }

    pub(crate) fn with(options: impl Into<Options>) -> Self {
        let runtime = Runtime::new().unwrap();
        let sandbox = runtime.block_on(start(options.into())).unwrap();
        let plain = reqwest::Client::builder().no_proxy();
        // Reading the certificates of the system would take longer than all else.
        let http = plain.tls_certs_only([]).build().unwrap();
        let (folder, kept) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        Self { runtime, sandbox, http, goes_wrong: Cell::new(false), folder, kept }
    }

    pub(crate) fn url(&self) -> String {
        self.sandbox.url()
    }

    /// Writes a manifest into the folder.
    pub(crate) fn manifest(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    }

    /// Runs the program in the folder, connected to the sandbox, with nothing else in its
    /// environment.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[])
    }

    /// Holds every apply that nothing was made to fail to its forecast, by what the sandbox counted.
    pub(crate) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let before = self.journal().len();
        let ran = finish(self.command(arguments, variables));
        // What was saved says what planning took then, and counts what may be done by now.
        let is_saved = ["--plan", "--resume"].iter().any(|flag| arguments.contains(flag));
        // A machine that stands still for longer than a request may take makes it fail by itself.
        let stood_still = ran.stderr.contains("operation timed out");
        if !self.goes_wrong.get() && !is_saved && !stood_still {
            assert_as_forecast(&ran, Some(self.journal().len() - before));
        }
        ran
    }

    /// Starts the program without waiting for its end.
    pub(crate) fn spawn(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Child {
        let mut command = self.command(arguments, variables);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The same, with a terminal for what it asks and what it is answered.
    pub(crate) fn spawn_on(&self, arguments: &[&str], terminal: [Stdio; 2]) -> Child {
        let mut command = self.command(arguments, &[("TERM", "xterm")]);
        let [stdin, stderr] = terminal;
        command.stdin(stdin).stdout(Stdio::piped()).stderr(stderr).spawn().unwrap()
    }

    fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = program(self.folder.path());
        command.args(arguments).envs(self.access()).envs(variables.iter().copied());
        command
    }

    /// Returns the variables with which the program reaches the sandbox.
    pub(crate) fn access(&self) -> [(&'static str, String); 8] {
        let Credentials { client_id, client_secret, username, password } = Credentials::DEMO;
        [
            ("PLUTORA_API_URL", self.url()),
            ("PLUTORA_CLIENT_ID", client_id.to_owned()),
            ("PLUTORA_CLIENT_SECRET", client_secret.to_owned()),
            ("PLUTORA_USERNAME", username.to_owned()),
            ("PLUTORA_PASSWORD", password.to_owned()),
            ("PLUTORA_SYNC_RATE", "0".to_owned()),
            ("PLUTORA_SYNC_STATE_DIR", self.kept.path().to_str().unwrap().to_owned()),
            // Tests count requests by hand, those for tokens too.
            ("PLUTORA_SYNC_NO_TOKEN_CACHE", "true".to_owned()),
        ]
    }

    /// Plans all manifests of the folder and returns the plan.
    pub(crate) fn plan(&self) -> Value {
        let ran = self.run(&["plan", "-f", ".", "--format", "json"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        serde_json::from_str(&ran.stdout).unwrap()
    }

    /// Applies all manifests of the folder and holds the apply to the laws of every apply: it
    /// leaves nothing to do, and once more writes nothing. Returns what the first apply asked of the
    /// sandbox.
    pub(crate) fn apply(&self) -> Vec<Value> {
        self.clear_journal();
        let ran = self.apply_once();
        assert_eq!(ran.code, 0, "{ran:?}");
        let journal = self.journal();
        self.clear_journal();
        let again = self.run(&["plan", "-f", ".", "--detailed-exitcode"]);
        assert_eq!(again.code, 0, "nothing is left to do: {again:?}");
        let ran = self.run(&["apply", "-f", "."]);
        assert_eq!(ran.code, 0, "nothing to do needs no approval: {ran:?}");
        assert_eq!(writes(&self.journal()), Vec::<&Value>::new());
        journal
    }

    /// Applies all manifests of the folder.
    pub(crate) fn apply_once(&self) -> Ran {
        self.run(&["apply", "-f", ".", "--auto-approve", "--format", "json"])
    }

    /// Applies all manifests of the folder with a fault at one request, and then once more: the
    /// second time does the rest, and nothing was taken for done that was not.
    pub(crate) fn apply_with_fault_at(&self, skip: u32, action: &Value) {
        self.fault(&json!({"skip": skip, "action": action}));
        let ran = self.run(&["apply", "-f", ".", "--auto-approve", "--timeout", "1"]);
        self.clear_faults();
        assert!([0, 1, 4, 7].contains(&ran.code), "{action} at {skip}: {ran:?}");
        if ran.code == 0 {
            let plan = self.run(&["plan", "-f", ".", "--detailed-exitcode"]);
            assert_eq!(plan.code, 0, "no wrong success: {action} at {skip}");
        }
        self.apply();
    }

    /// Returns what was asked of the sandbox, without tokens.
    pub(crate) fn journal(&self) -> Vec<Value> {
        let all = self.control("GET", "/journal", &Value::Null);
        let entries = all["entries"].as_array().unwrap().iter();
        entries.filter(|entry| entry["path"] != "/oauth/token").cloned().collect()
    }

    /// Returns how often a token was asked for.
    pub(crate) fn tokens(&self) -> usize {
        let all = self.control("GET", "/journal", &Value::Null);
        let entries = all["entries"].as_array().unwrap().iter();
        entries.filter(|entry| entry["path"] == "/oauth/token").count()
    }

    pub(crate) fn clear_journal(&self) {
        self.control("DELETE", "/journal", &Value::Null);
    }

    /// Makes coming requests go wrong.
    pub(crate) fn fault(&self, fault: &Value) {
        self.goes_wrong.set(true);
        self.control("POST", "/faults", &json!([fault]));
    }

    /// Says that what follows need not come to what was forecast.
    pub(crate) fn goes_wrong(&self) {
        self.goes_wrong.set(true);
    }

    /// Runs something of the test's own beside the sandbox.
    pub(crate) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Lets no further request go wrong.
    pub(crate) fn clear_faults(&self) {
        self.control("DELETE", "/faults", &Value::Null);
        self.goes_wrong.set(false);
    }

    /// Changes a live object past the API, as an editor in the UI would.
    pub(crate) fn edit(&self, kind: &str, id: &str, change: &Value) {
        self.control("PATCH", &format!("/{kind}/{id}"), change);
    }

    /// Adds an object past the API, as only an editor in the UI could; answers it as it is stored.
    pub(crate) fn plant(&self, kind: &str, object: &Value) -> Value {
        self.control("POST", &format!("/{kind}"), object)
    }

    /// Returns everything that is stored.
    pub(crate) fn state(&self) -> Value {
        self.control("GET", "/state", &Value::Null)
    }

    /// Returns the deployment dates of a system in a release, as the API lists them.
    pub(crate) fn dates(&self, release: &str, system: &str) -> Vec<Value> {
        let (release, system) =
            (self.id("releases", "identifier", release), self.id("systems", "name", system));
        let path = format!("/releases/{release}/systems/{system}/deploymentDates");
        self.api("GET", &path, &Value::Null).as_array().unwrap().clone()
    }

    /// Returns the id of the one stored object of a list whose `key` is `value`.
    pub(crate) fn id(&self, list: &str, key: &str, value: &str) -> String {
        let found = self.find(list, key, value);
        assert_eq!(found.len(), 1, "{list} {key} {value}");
        found[0]["id"].as_str().unwrap().to_owned()
    }

    /// Returns the live detail of the release with an identifier.
    pub(crate) fn release(&self, identifier: &str) -> Value {
        let path = format!("/releases/{}", self.id("releases", "identifier", identifier));
        self.api("GET", &path, &Value::Null)
    }

    /// Returns the stored objects of a list whose `key` is `value`.
    pub(crate) fn find(&self, list: &str, key: &str, value: &str) -> Vec<Value> {
        let state = self.state();
        let rows = state[list].as_array().unwrap().iter();
        rows.filter(|row| row[key] == value).cloned().collect()
    }

    /// Calls the sandbox's API with a token of its own; the call is in the journal too.
    pub(crate) fn api(&self, method: &str, path: &str, body: &Value) -> Value {
        let token = self.token();
        let request = self.http.request(method.parse().unwrap(), self.url() + path);
        self.send(request.bearer_auth(token).json(body))
    }

    /// Returns a token of the sandbox.
    pub(crate) fn token(&self) -> String {
        let Credentials { client_id, client_secret, username, password } = Credentials::DEMO;
        let form = [
            ("client_id", client_id),
            ("client_secret", client_secret),
            ("grant_type", "password"),
            ("username", username),
            ("password", password),
        ];
        let token = self.http.post(format!("{}/oauth/token", self.url())).form(&form);
        let token = self.send(token);
        token["access_token"].as_str().unwrap().to_owned()
    }

    fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let url = format!("{}/__sandbox{path}", self.url());
        self.send(self.http.request(method.parse().unwrap(), url).json(body))
    }

    /// Returns the files that applies have kept for later ones, by their names.
    pub(crate) fn kept(&self) -> BTreeMap<String, PathBuf> {
        let folders = std::fs::read_dir(self.kept.path()).unwrap();
        let files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
        files
            .map(|file| file.unwrap().path())
            .map(|file| (file.file_name().unwrap().to_str().unwrap().to_owned(), file))
            .collect()
    }

    /// Returns whether every fault has had its request.
    pub(crate) fn faults_are_taken(&self) -> bool {
        self.behaviour_of(&self.url())["faults"].as_array().unwrap().is_empty()
    }

    /// Returns how another sandbox behaves.
    pub(crate) fn behaviour_of(&self, url: &str) -> Value {
        self.send(self.http.get(format!("{url}/__sandbox/behaviour")))
    }

    fn send(&self, request: reqwest::RequestBuilder) -> Value {
        self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            let status = answer.status();
            let body = answer.bytes().await.unwrap();
            assert!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
            serde_json::from_slice(&body).unwrap_or(Value::Null)
        })
    }
}

impl Ran {
    /// Returns the answer as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).expect("JSON on stdout")
    }

    /// Runs the program in a folder without any variable.
    pub(crate) fn bare(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = program(folder);
        command.args(arguments);
        let ran = finish(command);
        assert_as_forecast(&ran, None);
        ran
    }
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plutora-sync"));
    command.current_dir(folder).env_clear().stdin(Stdio::null());
    command
}

fn finish(mut command: Command) -> Ran {
    command.output().unwrap().into()
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Returns the requests that write.
pub(crate) fn writes(journal: &[Value]) -> Vec<&Value> {
    journal.iter().filter(|entry| entry["method"] != "GET").collect()
}
