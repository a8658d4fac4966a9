//! One tenant, and what is measured on it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::bare::{BARE, Script};
use super::levels::levels;
use super::manifests::{self, CHANGED};
use super::markdown::{line, median, seconds, thousands};
use super::measured::{Taken, measure};
use super::sandbox::Sandbox;

/// What the program does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A plan that finds nothing to do, and knows nothing from before.
    Cold,
    /// The same once more, with what the one before has kept.
    Warm,
    /// An apply with one release in a hundred changed.
    Apply,
    /// A plan that knows nothing from before, and reads lists whole.
    Whole,
}

/// A tenant of a size, and how much of it manifests say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) releases: usize,
    pub(crate) managed: usize,
    pub(crate) whats: &'static [What],
    pub(crate) runs: usize,
}

/// The program that is measured.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) binary: PathBuf,
    /// Whether it keeps details, and so has anything warm.
    pub(crate) has_cache: bool,
}

/// The heads of the columns.
pub(crate) fn heads() -> String {
    let heads = [
        "releases",
        "managed",
        "",
        "latency",
        "requests",
        "wall",
        "bare client",
        "ratio",
        "CPU",
        "peak memory",
    ];
    let rules = ["--:", "--:", "---"].into_iter().chain(std::iter::repeat_n("--:", 7));
    format!("{}\n{}", line(heads), line(rules))
}

/// Measures one size at each latency, and returns the lines of the table.
pub(crate) fn lines(program: &Program, size: Size, latencies: &[u64]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(&program.binary, size.releases);
    let state = sandbox.state();
    for (name, changed) in [("changed", true), ("unchanged", false)] {
        manifests::write(&folder.path().join(name), &state, size.managed, changed);
    }
    let mut tenant = Tenant {
        program,
        size,
        sandbox,
        folder: folder.path().to_owned(),
        changed: false,
        homes: 0,
    };
    let mut lines = Vec::new();
    for milliseconds in latencies {
        tenant.sandbox.delay(*milliseconds);
        for what in size.whats {
            if *what != What::Warm || program.has_cache {
                eprintln!("{size:?}, {what:?}, {milliseconds} ms");
                lines.push(tenant.row(*what, *milliseconds));
            }
        }
    }
    lines
}

struct Tenant<'a> {
    program: &'a Program,
    size: Size,
    sandbox: Sandbox,
    folder: PathBuf,
    /// Whether the sandbox holds what the changed manifests say.
    changed: bool,
    homes: usize,
}

impl Tenant<'_> {
    /// Runs the program and the bare client by turns.
    fn row(&mut self, what: What, milliseconds: u64) -> String {
        let mut home = self.new_home();
        if what == What::Warm {
            self.run(what, &home);
        }
        let (mut program, mut bare, mut counts) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.size.runs {
            self.sandbox.forget();
            program.push(self.run(what, &home));
            let (count, taken) = self.repeat_barely();
            counts.push(count);
            bare.push(taken);
            if what != What::Warm {
                home = self.new_home();
            }
        }
        assert_eq!(counts.iter().min(), counts.iter().max(), "the same requests in each run");
        let Size { releases, managed, .. } = self.size;
        let what = match what {
            What::Cold => "plan, nothing to do",
            What::Warm => "the same again, warm",
            What::Apply if managed < CHANGED => "apply, 1 changed",
            What::Apply => "apply, 1 % changed",
            What::Whole => "plan, lists read whole",
        };
        let count = |number: usize| thousands(number as u64);
        let mut cells = vec![count(releases), count(managed), what.to_owned()];
        cells.extend([format!("{milliseconds} ms"), count(median(counts))]);
        cells.extend(figures(&program, &bare));
        line(cells)
    }

    /// Returns a folder in which nothing is kept yet.
    fn new_home(&mut self) -> PathBuf {
        self.homes += 1;
        let home = self.folder.join(format!("home-{}", self.homes));
        fs::create_dir(&home).unwrap();
        home
    }

    fn run(&mut self, what: What, home: &Path) -> Taken {
        let mut variables = self.sandbox.variables();
        let home_text = home.to_str().unwrap().to_owned();
        for name in ["HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
            variables.push((name, home_text.clone()));
        }
        if what == What::Apply {
            self.changed = !self.changed;
        }
        let manifests = self.folder.join(if self.changed { "changed" } else { "unchanged" });
        let command: &[&str] = match what {
            What::Cold | What::Warm => &["plan", "--detailed-exitcode"],
            What::Whole => &["plan", "--detailed-exitcode", "--whole-lists"],
            What::Apply => &["apply", "--auto-approve"],
        };
        let mut args: Vec<OsString> = command.iter().map(OsString::from).collect();
        args.extend(["--rate".into(), "0".into(), "-f".into(), manifests.into()]);
        if self.program.has_cache {
            args.extend(["--cache-dir".into(), home.join("cache").into()]);
        }
        measure(self.program.binary.as_os_str(), &args, &variables)
    }

    /// Has the bare client ask what the program has asked; returns how many requests it was.
    fn repeat_barely(&self) -> (usize, Taken) {
        let requests = self.sandbox.journal();
        let count = requests.len();
        let is_token = |request: &super::levels::Request| request.path == "/oauth/token";
        let token = (!requests.iter().any(is_token)).then(|| self.sandbox.token());
        let url = self.sandbox.url().to_owned();
        let script = Script { url, token, levels: levels(requests) };
        let file = self.folder.join("script.json");
        fs::write(&file, serde_json::to_vec(&script).unwrap()).unwrap();
        let client = std::env::current_exe().unwrap();
        (count, measure(client.as_os_str(), &[BARE.into(), file.into()], &[]))
    }
}

fn figures(program: &[Taken], bare: &[Taken]) -> [String; 5] {
    let wall = |runs: &[Taken]| median(runs.iter().map(|taken| taken.wall));
    let ratio = wall(program).as_secs_f64() / wall(bare).as_secs_f64();
    let cpu: Option<Vec<Duration>> = program.iter().map(|taken| taken.cpu).collect();
    let peak: Option<Vec<u64>> = program.iter().map(|taken| taken.peak).collect();
    [
        seconds(wall(program)),
        seconds(wall(bare)),
        format!("{ratio:.2}"),
        cpu.map(|all| seconds(median(all))).unwrap_or_default(),
        peak.map(|all| format!("{:.1} MB", median(all) as f64 / 1e6)).unwrap_or_default(),
    ]
}
