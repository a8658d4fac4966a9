//! What is left out where there is no room for everything: whole objects, details first.

/// How much room an object takes, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    /// Its line in the list of names.
    pub(super) line: usize,
    /// Its details.
    pub(super) details: usize,
    /// Whether it is one of those that are to stay when others go.
    pub(super) urgent: bool,
}

/// What is shown of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// Its line and its details.
    Whole,
    /// Its line.
    Named,
    /// Nothing; it is counted.
    Counted,
}

/// Shares room among objects: names before details, and what is urgent before the rest.
///
/// What does not fit is passed over for what comes later and does, as one object of a megabyte would
/// otherwise hide all others.
pub(super) fn share(room: usize, objects: &[Size]) -> Vec<Kept> {
    let mut kept: Vec<(&Size, Kept)> = objects.iter().map(|size| (size, Kept::Counted)).collect();
    let mut left = room;
    for (from, to) in [(Kept::Counted, Kept::Named), (Kept::Named, Kept::Whole)] {
        for urgent in [true, false] {
            for (size, it) in &mut kept {
                let needed = if to == Kept::Named { size.line } else { size.details };
                if size.urgent == urgent && *it == from && needed <= left {
                    left -= needed;
                    *it = to;
                }
            }
        }
    }
    kept.into_iter().map(|(_, it)| it).collect()
}

#[cfg(test)]
mod tests {
    use super::Kept::{Counted, Named, Whole};
    use super::*;

    #[test]
    fn details_go_before_names_and_what_is_urgent_stays() {
        let size = |line, details, urgent| Size { line, details, urgent };
        let objects = [size(10, 50, false), size(10, 50, true), size(10, 5, false)];
        assert_eq!(share(135, &objects), [Whole, Whole, Whole]);
        assert_eq!(share(134, &objects), [Whole, Whole, Named]);
        assert_eq!(share(85, &objects), [Named, Whole, Whole]);
        assert_eq!(share(79, &objects), [Named, Named, Whole]);
        assert_eq!(share(29, &objects), [Named, Named, Counted]);
        assert_eq!(share(10, &objects), [Counted, Named, Counted]);
        assert_eq!(share(9, &objects), [Counted, Counted, Counted]);
    }
}
