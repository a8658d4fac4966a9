//! How many requests a run may still make.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What a run may spend.
#[derive(Debug)]
pub(super) struct Budget {
    most: Option<u64>,
    spent: AtomicU64,
    refused: AtomicBool,
}

impl Budget {
    /// Allows so many requests, or any number.
    pub(super) fn new(most: Option<u64>) -> Self {
        Self { most, spent: AtomicU64::new(0), refused: AtomicBool::new(false) }
    }

    /// Takes one request, and returns whether there was one.
    pub(super) fn take(&self) -> bool {
        let Some(most) = self.most else { return true };
        let next = |spent| (spent < most).then_some(spent + 1);
        let taken = self.spent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).is_ok();
        if !taken {
            self.refuse();
        }
        taken
    }

    /// Takes back a request that was not sent.
    pub(super) fn give_back(&self) {
        if self.most.is_some() {
            self.spent.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Notes that a request was refused for another reason.
    pub(super) fn refuse(&self) {
        self.refused.store(true, Ordering::Relaxed);
    }

    /// Returns whether a request was refused.
    pub(super) fn is_spent(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Returns how many requests a run may make.
    pub(super) fn most(&self) -> u64 {
        self.most.unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_ends() {
        let budget = Budget::new(Some(2));
        assert!(budget.take() && budget.take() && !budget.is_spent());
        assert!(!budget.take() && budget.is_spent());
        budget.give_back();
        assert!(budget.take() && !budget.take());
        assert!((0..9).all(|_| Budget::new(None).take()));
    }
}
