//! What a program took: time, CPU and memory, exactly.
//!
//! The kernel tells what a child took only together with all other children that have ended. So each
//! run has a parent of its own: this executable again, which starts the one program, waits for it and
//! asks then. Watching `/proc` while it runs would miss its last moment.

use std::ffi::{OsStr, OsString};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// The word by which this executable is told to be such a parent.
pub(crate) const MEASURE: &str = "measure";

/// What a program took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Taken {
    pub(crate) code: i32,
    /// From its start to its end.
    pub(crate) wall: Duration,
    /// In user mode and in the kernel, of all threads; none where the system does not tell.
    pub(crate) cpu: Option<Duration>,
    /// The most memory that was resident, in bytes. The system counts this parent's, some 3 MB, as the
    /// child's until that has taken its place, so less is never told.
    pub(crate) peak: Option<u64>,
}

/// Runs a program with nothing but these variables and tells what it took; it must end with 0.
pub(crate) fn measure(program: &OsStr, args: &[OsString], variables: &[(&str, String)]) -> Taken {
    let mut parent = Command::new(std::env::current_exe().unwrap());
    parent.arg(MEASURE).arg(program).args(args);
    parent.env_clear().envs(variables.iter().map(|(name, value)| (name, value)));
    let output = parent.output().unwrap();
    let taken: Taken = serde_json::from_slice(&output.stdout).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(taken.code, 0, "{} {args:?}: {told}", program.display());
    taken
}

/// Is the parent of one program: runs it, and prints what it took.
pub(crate) fn as_parent(program: &OsStr, args: &[OsString]) {
    let started = Instant::now();
    let mut child = Command::new(program);
    let status = child.args(args).stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
    let wall = started.elapsed();
    let (cpu, peak) = of_children().unzip();
    let taken = Taken { code: status.code().unwrap_or(-1), wall, cpu, peak };
    println!("{}", serde_json::to_string(&taken).unwrap());
}

#[cfg(unix)]
fn of_children() -> Option<(Duration, u64)> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike as _;

    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let microseconds = (usage.user_time() + usage.system_time()).num_microseconds();
    // Kilobytes, but for Apple's.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    let peak = u64::try_from(usage.max_rss()).unwrap() * unit;
    Some((Duration::from_micros(u64::try_from(microseconds).unwrap()), peak))
}

#[cfg(not(unix))]
fn of_children() -> Option<(Duration, u64)> {
    None
}
