//! What happens when the program itself is at fault.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use super::ui::{Color, Ui};
use crate::error::Exit;

/// Runs the program so that a panic in it ends with the exit code and the words for it.
pub(super) fn contained(run: impl FnOnce() -> ExitCode) -> ExitCode {
    no_core_files();
    // Nothing that a panic may have left half-done is looked at afterwards.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_shown_already| {
        let ui = Ui::new(Color::Auto);
        ui.error("this is a mistake of plutora-sync itself; please report what stands above");
        ui.hint("what was written until then stays; `plutora-sync plan` shows what is left to do");
        Exit::Failed.into()
    })
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

    #[cfg(unix)]
    #[test]
    fn no_core_file_is_written() {
        contained(|| ExitCode::SUCCESS);
        let limit = rustix::process::getrlimit(rustix::process::Resource::Core);
        assert_eq!(limit.current, Some(0));
    }
}
