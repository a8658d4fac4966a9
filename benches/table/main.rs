//! How fast the program is: a table in Markdown, of the release build against the sandbox as another
//! process, beside a bare client that makes the same requests. docs/performance.md tells more.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic is how a measurement fails"
)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is printed")]
#![expect(clippy::cast_precision_loss, reason = "figures are rounded anyway")]

mod bare;
mod levels;
mod manifests;
mod markdown;
mod measured;
mod sandbox;
mod tenant;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use bare::BARE;
use markdown::{line, median, seconds, thousands};
use measured::{MEASURE, measure};
use tenant::{Program, Size, What};

const ALL: &[What] = &[What::Cold, What::Warm, What::Apply];
const FEW: &[What] = &[What::Cold, What::Warm, What::Apply, What::Whole];

/// What `--quick` measures.
const SMALL: [Size; 2] = [
    Size { releases: 100, managed: 100, whats: ALL, runs: 5 },
    Size { releases: 1_000, managed: 1_000, whats: ALL, runs: 5 },
];
const LARGE: [Size; 3] = [
    Size { releases: 10_000, managed: 10_000, whats: ALL, runs: 3 },
    Size { releases: 20_000, managed: 5, whats: FEW, runs: 3 },
    Size { releases: 100_000, managed: 100, whats: FEW, runs: 3 },
];

/// Milliseconds before each answer.
const LATENCIES: [u64; 2] = [0, 20];

/// How often what takes milliseconds is run.
const STARTS: usize = 21;

fn main() {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    match args.split_first() {
        Some((word, [program, args @ ..])) if word == MEASURE => measured::as_parent(program, args),
        Some((word, [file])) if word == BARE => bare::as_client(file),
        _ => print_tables(&args),
    }
}

fn print_tables(args: &[OsString]) {
    let started = Instant::now();
    let is_quick = args.iter().any(|arg| arg == "--quick");
    let given = args.iter().position(|arg| arg == "--binary").map(|place| place + 1);
    let program = program(given.map(|place| PathBuf::from(&args[place])));
    let cores = std::thread::available_parallelism().unwrap();
    println!("{} on {}, {cores} cores.\n", std::env::consts::OS, std::env::consts::ARCH);
    print_start(&program.binary);
    println!("{}", tenant::heads());
    let sizes = SMALL.iter().chain(LARGE.iter().filter(|_| !is_quick));
    for size in sizes {
        for line in tenant::lines(&program, *size, &LATENCIES) {
            println!("{line}");
        }
    }
    if !program.has_cache {
        println!("\nThere is no `--cache-dir`, so nothing is warm.");
    }
    eprintln!("it took {}", seconds(started.elapsed()));
}

/// Takes a binary, or builds the program as it is released.
fn program(given: Option<PathBuf>) -> Program {
    let binary = given.unwrap_or_else(build);
    let help = Command::new(&binary).args(["plan", "--help"]).output().unwrap().stdout;
    let has_cache = String::from_utf8(help).unwrap().contains("--cache-dir");
    Program { binary, has_cache }
}

fn build() -> PathBuf {
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--release", "--locked", "--quiet"]);
    build.current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(build.status().unwrap().success());
    // Benchmarks are built into the folder of the release build.
    PathBuf::from(env!("CARGO_BIN_EXE_plutora-sync"))
}

fn print_start(binary: &Path) {
    println!("{}\n{}", line(["", "wall"]), line(["---", "--:"]));
    for command in ["--version", "schema"] {
        let args = [command.into()];
        let walls = (0..STARTS).map(|_| measure(binary.as_os_str(), &args, &[]).wall);
        println!("{}", line([&format!("`{command}`"), &seconds(median(walls))]));
    }
    let size = fs::metadata(binary).unwrap().len();
    println!("\nThe binary has {} bytes.\n", thousands(size));
}
