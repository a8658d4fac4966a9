//! Faults: which of the coming requests go wrong, and how.

mod action;
mod fault;

pub(crate) use action::Action;
use axum::http::Method;
pub use fault::{Fault, ParseFaultError};

/// Holds the faults that still have requests to spoil.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        Self(faults)
    }

    pub(crate) fn add(&mut self, faults: Vec<Fault>) {
        self.0.extend(faults);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Gives what is left of them.
    pub(crate) fn left(&self) -> &[Fault] {
        &self.0
    }

    /// Decides on a request: the first fault that fits and has skipped its share takes it.
    pub(crate) fn take(&mut self, method: &Method, path: &[String]) -> Option<Action> {
        let mut fitting = self.0.iter_mut().filter(|fault| fault.fits(method, path));
        let taken = fitting.find_map(Fault::take);
        self.0.retain(|fault| !fault.is_used_up());
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::segments;

    #[test]
    fn faults_count_what_fits_them_and_nothing_else() {
        let faults = ["post /Releases/ skip=1 times=2 truncate", "/releases drop-before"];
        let mut faults = Faults(faults.map(|fault| fault.parse().unwrap()).into());
        let mut take = |method: Method, path: &str| {
            faults.take(&method, &segments(path)).map(|action| action.name())
        };
        assert_eq!(take(Method::POST, "/systems"), None);
        assert_eq!(take(Method::POST, "/releases"), Some("drop-before"), "skipped by the first");
        assert_eq!(take(Method::GET, "/releases"), None, "the second is used up");
        assert_eq!(take(Method::POST, "/releases/abc"), Some("truncate"));
        assert_eq!(take(Method::POST, "/RELEASES"), Some("truncate"));
        assert_eq!(take(Method::POST, "/releases"), None);
    }

    #[test]
    fn a_star_is_any_part_of_a_path_and_always_has_no_end() {
        let fault = "GET /releases/*/phases times=always empty-body".parse().unwrap();
        let mut faults = Faults(vec![fault]);
        for (path, hits) in [("/releases/a/phases", true), ("/releases/a/gates", false)] {
            for _ in 0..3 {
                assert_eq!(faults.take(&Method::GET, &segments(path)).is_some(), hits, "{path}");
            }
        }
    }
}
