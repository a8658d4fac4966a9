//! A comment on a pull request: its parts, and how they become a text that is not too long.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Forge;
use super::room::{Kept, Size, share};
use super::safe::inert;
use super::words::grouped;

/// The parts of a comment, in their order.
#[derive(Debug, Default)]
pub(super) struct Comment {
    /// What is always there.
    pub(super) head: String,
    /// The lists of names.
    pub(super) lists: Vec<List>,
    /// Whether details stand after the warnings, folded if that can be done, and not below each name.
    pub(super) folded: bool,
    /// What nobody may miss.
    pub(super) warnings: Vec<Warned>,
    /// What is always there, at the end.
    pub(super) tail: String,
}

/// A list of names.
#[derive(Debug)]
pub(super) struct List {
    /// Its title; none where there is but one list.
    pub(super) title: Option<&'static str>,
    pub(super) objects: Vec<Object>,
}

/// An object, in whole lines.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) line: String,
    pub(super) details: String,
    /// Whether it is one of those that are to stay when others go.
    pub(super) urgent: bool,
}

/// A warning, in whole lines.
#[derive(Debug)]
pub(super) struct Warned {
    pub(super) whole: String,
    /// Where all the warnings together are too long.
    pub(super) line: String,
    /// Where even these lines are: what it says of any object, for all of which it says the same together.
    pub(super) title: String,
    /// Its object, within a line.
    pub(super) object: String,
}

/// How much is said of the warnings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Telling {
    Whole,
    Lines,
    Names,
}

/// The room for what says that something was left out.
const NOTES: usize = 800;

impl Comment {
    /// Returns the text. What is too long loses details, then names, and never a warning.
    pub(super) fn fitted(mut self, forge: Forge) -> String {
        self.make_inert();
        let all = vec![Kept::Whole; self.objects().count()];
        let text = self.text(&all, Telling::Whole, forge);
        if !forge.is_exceeded_by(&text) {
            return text;
        }
        let none = vec![Kept::Counted; all.len()];
        let room = |telling| {
            let least = self.text(&none, telling, forge).len() + NOTES;
            Some((forge.most().checked_sub(least)?, telling))
        };
        let fits = [Telling::Whole, Telling::Lines, Telling::Names].into_iter().find_map(room);
        let (room, telling) = fits.unwrap_or((0, Telling::Names));
        let sizes: Vec<Size> = self.objects().map(Object::size).collect();
        self.text(&share(room, &sizes), telling, forge)
    }

    fn objects(&self) -> impl Iterator<Item = &Object> {
        self.lists.iter().flat_map(|list| &list.objects)
    }

    /// Lets no runner of a pipeline find a command in any line, which makes lines longer.
    fn make_inert(&mut self) {
        let objects = self.lists.iter_mut().flat_map(|list| &mut list.objects);
        let objects = objects.flat_map(|it| [&mut it.line, &mut it.details]);
        let warnings = self.warnings.iter_mut();
        let warnings = warnings.flat_map(|it| [&mut it.whole, &mut it.line, &mut it.object]);
        for part in objects.chain(warnings).chain([&mut self.head, &mut self.tail]) {
            *part = inert(part).into_owned();
        }
    }

    fn text(&self, kept: &[Kept], telling: Telling, forge: Forge) -> String {
        let mut out = self.head.clone();
        let mut kept_of = kept.iter();
        let mut folded = String::new();
        let mut without_details = 0;
        for List { title, objects } in &self.lists {
            if let Some(title) = title {
                writeln!(out, "**{title}**\n").ok();
            }
            let mut counted = 0;
            for (object, kept) in objects.iter().zip(kept_of.by_ref()) {
                match kept {
                    Kept::Counted => counted += 1,
                    Kept::Named | Kept::Whole => out.push_str(&object.line),
                }
                match (kept, self.folded) {
                    (Kept::Whole, true) => folded.push_str(&object.details),
                    (Kept::Whole, false) => out.push_str(&object.details),
                    (Kept::Named | Kept::Counted, _) => {
                        without_details += u64::from(!object.details.is_empty());
                    }
                }
            }
            if counted > 0 {
                writeln!(out, "- and {} more", grouped(counted)).ok();
            }
            if !objects.is_empty() {
                out.push('\n');
            }
        }
        self.warn(&mut out, telling);
        if !folded.is_empty() {
            out.push_str(&forge.folded("Details", &folded));
        }
        let is_short = telling != Telling::Whole && !self.warnings.is_empty();
        out.push_str(&left_out(without_details, is_short));
        out.push_str(&self.tail);
        out
    }

    fn warn(&self, out: &mut String, telling: Telling) {
        let mut together: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for Warned { whole, line, title, object } in &self.warnings {
            match telling {
                Telling::Whole => out.push_str(whole),
                Telling::Lines => out.push_str(line),
                Telling::Names => together.entry(title).or_default().push(object),
            }
        }
        for (title, objects) in together {
            writeln!(out, "{title} ({}): {}\n", objects.len(), objects.join(", ")).ok();
        }
        if telling == Telling::Lines {
            out.push('\n');
        }
    }
}

/// Says what a comment has no room for, and where it is.
fn left_out(details: u64, warnings: bool) -> String {
    let what = match (details, warnings) {
        (0, false) => return String::new(),
        (1, false) => "the details of 1 object".to_owned(),
        (details, false) => format!("the details of {} objects", grouped(details)),
        (details, true) => {
            format!("the details of the warnings and of {} objects", grouped(details))
        }
    };
    format!(
        "Left out, as a comment has no room for more: {what}. `plutora-sync show` of the plan file has \
         everything, and so have the run's other reports.\n\n"
    )
}

impl Object {
    fn size(&self) -> Size {
        Size { line: self.line.len(), details: self.details.len(), urgent: self.urgent }
    }
}
