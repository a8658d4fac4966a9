//! What happens when the program itself is at fault.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use futures_util::FutureExt as _;

use super::ui::{Color, Ui};
use crate::error::{Exit, Failure};

const MISTAKE: &str = "this is a mistake of plutora-sync itself; please report what stands above";
const HINT: &str =
    "what was written until then stays; `plutora-sync plan` shows what is left to do";

/// Runs the program so that a panic in it ends with the exit code and the words for it.
pub(super) fn contained(run: impl FnOnce() -> ExitCode) -> ExitCode {
    no_core_files();
    // Nothing that a panic may have left half-done is looked at afterwards.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_shown_already| {
        let ui = Ui::new(Color::Auto);
        ui.error(MISTAKE);
        ui.hint(HINT);
        Exit::Failed.into()
    })
}

/// Makes a panic in a run a failure like another, which its reports tell.
pub(super) async fn told(
    run: impl Future<Output = Result<Exit, Failure>>,
) -> Result<Exit, Failure> {
    let ran = AssertUnwindSafe(run).catch_unwind().await;
    ran.unwrap_or_else(|_shown_already| Err(Failure::new(Exit::Failed, MISTAKE).hint(HINT)))
}

/// Has the system write no memory of this process to a file: the password and the token are in it.
fn no_core_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

        let Rlimit { maximum, .. } = getrlimit(Resource::Core);
        // A process may always lower its own limit; without it, all works as well.
        setrlimit(Resource::Core, Rlimit { current: Some(0), maximum }).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure_like_another() {
        let code = format!("{:?}", contained(|| panic!("of the test")));
        assert_eq!(code, format!("{:?}", ExitCode::from(Exit::Failed)));
        assert_eq!(
            format!("{:?}", contained(|| ExitCode::from(5))),
            format!("{:?}", ExitCode::from(5))
        );
    }

    #[tokio::test]
    async fn a_panic_in_a_run_is_told_by_its_reports() {
        let failure = told(async { panic!("of the test") }).await.unwrap_err();
        assert_eq!((failure.exit, failure.to_string().as_str()), (Exit::Failed, MISTAKE));
        assert_eq!(told(async { Ok(Exit::Changes) }).await.unwrap(), Exit::Changes);
    }

    #[cfg(unix)]
    #[test]
    fn no_core_file_is_written() {
        contained(|| ExitCode::SUCCESS);
        let limit = rustix::process::getrlimit(rustix::process::Resource::Core);
        assert_eq!(limit.current, Some(0));
    }
}
