//! The command line: the only place that knows clap, the environment, files and the terminal.
//!
//! One file per command; each gathers its inputs, calls the library and prints the answer.

mod apply;
mod args;
mod cache;
mod carry_out;
mod check;
mod config;
mod connection;
mod connection_args;
mod crash;
mod credentials;
mod discover;
mod drift;
mod embedded;
mod environment;
mod events;
mod explain;
mod files;
mod format_args;
mod freeze;
mod generate;
mod interrupt;
mod last_applied;
mod ledger_file;
mod limits;
mod logging;
mod manifests;
mod number;
mod outputs;
mod plan;
mod policy;
mod private;
mod profile;
mod progress;
mod pulse;
mod remembered;
mod report_args;
mod reports;
#[cfg(feature = "sandbox")]
mod sandbox;
#[cfg(feature = "sandbox")]
mod sandbox_args;
mod saved;
mod secret_names;
mod session;
mod shape;
mod show;
mod state;
mod target;
mod token_file;
mod truth;
mod ui;
mod variables;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::error::{Exit, Failure};
use crate::render::laid_out;
use args::{App, Command};
use environment::Environment;
use ui::{Color, Ui};

pub use config::schema as config_schema;

/// Runs the program on the arguments and the environment of this process.
pub fn main() -> ExitCode {
    crash::contained(|| {
        let environment = Environment::of_process();
        match run(std::env::args_os().collect(), &environment) {
            Ok(exit) => exit.into(),
            Err(code) => code,
        }
    })
}

fn run(arguments: Vec<OsString>, environment: &Environment) -> Result<Exit, ExitCode> {
    let app = parse(arguments, environment)?;
    let ui = Ui::new(app.global.color(environment));
    logging::start(&app.global, &ui);
    let outcome =
        check_variables(environment).and_then(|()| dispatch(app.command, environment, &ui));
    outcome.or_else(|failure| {
        ui.failure(&failure);
        Ok(failure.exit)
    })
}

/// A variable that nothing reads may be meant for another program, or may be a limit that is misspelled.
fn check_variables(environment: &Environment) -> Result<(), Failure> {
    for name in variables::check(environment, &args::command(&Environment::default()))? {
        tracing::warn!("the variable {name} is unknown, and changes nothing");
    }
    Ok(())
}

/// Parses the arguments; help and version are answers, everything else wrong is bad input.
fn parse(arguments: Vec<OsString>, environment: &Environment) -> Result<App, ExitCode> {
    let command = args::command(environment);
    let parsed = command
        .try_get_matches_from(arguments)
        .and_then(|matches| <App as clap::FromArgMatches>::from_arg_matches(&matches));
    parsed.map_err(|error| {
        // A closed pipe is no failure; clap chooses stdout for help and stderr for errors.
        let ui = Ui::new(Color::Auto);
        let text = error.render().ansi().to_string();
        if error.use_stderr() {
            // It quotes arguments, among them names of files that a shell put in their place.
            ui.note(&laid_out(&text));
            return Exit::Input.into();
        }
        ui.answer(&text).map_or(Exit::Failed, |()| Exit::Done).into()
    })
}

fn dispatch(command: Command, environment: &Environment, ui: &Ui) -> Result<Exit, Failure> {
    match command {
        Command::Validate(args) => manifests::validate(&args, environment, ui),
        Command::Plan(args) => block_on(plan::run(&args, environment, ui))?,
        Command::Apply(args) => block_on(apply::run(&args, environment, ui))?,
        Command::Show(args) => show::run(&args, ui),
        Command::Drift(args) => block_on(drift::run(&args, environment, ui))?,
        Command::Explain(args) => block_on(explain::run(&args, environment, ui))?,
        Command::Schema(args) => generate::schema(&args, ui),
        #[cfg(feature = "sandbox")]
        Command::Sandbox(args) => block_on(sandbox::run(&args, ui))?,
        Command::Completions(args) => generate::completions(&args, ui),
        Command::Man(args) => generate::man(&args, ui),
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime =
        runtime.map_err(|error| Failure::new(Exit::Failed, format!("no runtime: {error}")))?;
    let done = runtime.block_on(future);
    // What a stop has left waiting, as for a pipe that nobody writes to, is not waited for.
    runtime.shutdown_background();
    Ok(done)
}

/// Checks the definition of the command line itself.
#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_defined() {
        args::command(&Environment::default()).debug_assert();
        assert!(App::try_parse_from(["plutora-sync", "validate", "-f", "x"]).is_ok());
    }
}
