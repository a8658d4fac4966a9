//! What earlier runs have read and this one need not read again.
//!
//! Only planning uses it. Before a write each object is read fresh, and names by which a plan would write are
//! read anew, so what is kept and no longer true can hide a difference, but never decide what is written.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

/// The first line of the text; another one is of another version.
const HEADER: &str = "plutora-sync cache 1";

/// How far a clock may have gone back before what was kept counts as of the future.
const BACK: SignedDuration = SignedDuration::from_mins(5);

/// Where the lines of an earlier run are.
pub trait Lines: std::fmt::Debug {
    /// Looks at each of them, with its place.
    fn each(&self, look: &mut dyn FnMut(u64, &str));

    /// Returns the line at a place.
    fn at(&self, place: u64) -> Option<String>;
}

/// What is kept of one Plutora, as one user sees it.
///
/// A text of one line an entry: a check sum, when it was read, what it was read by, its path and the
/// value as JSON. A line is looked at when its path is asked for, and what is damaged counts as not kept. Those
/// of an earlier run stay where they are until then: they may be of much that this one does not manage.
#[derive(Debug, Default)]
pub struct Kept {
    now: Timestamp,
    oldest: Timestamp,
    before: Option<Box<dyn Lines>>,
    /// Where each path has its line there.
    places: RefCell<BTreeMap<Box<str>, u64>>,
    /// What this run has read.
    new: RefCell<BTreeMap<Box<str>, Box<str>>>,
    /// Whether anything is to be kept.
    on: bool,
    /// Whether what stands below a release counts as unchanged with it.
    children: bool,
}

/// One entry, taken apart.
struct Line<'a> {
    at: Timestamp,
    stamp: &'a str,
    json: &'a str,
}

impl Kept {
    /// Keeps nothing.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Takes up the lines of an earlier run, if any, of which nothing counts that is older than `most`.
    pub fn read(
        before: Option<Box<dyn Lines>>,
        now: Timestamp,
        most: SignedDuration,
        children: bool,
    ) -> Self {
        let mut places = BTreeMap::new();
        if let Some(lines) = &before {
            each(&**lines, &mut |place, line| {
                places.extend(path_of(line).map(|path| (path.into(), place)));
            });
        }
        let oldest = now.checked_sub(most).unwrap_or(Timestamp::MIN);
        let (places, new) = (RefCell::new(places), RefCell::default());
        Self { now, oldest, before, places, new, on: true, children }
    }

    /// Returns whether something is to be written for the next run.
    pub fn has_changed(&self) -> bool {
        !self.new.borrow().is_empty()
    }

    /// Writes the lines for the next run: those of this one, and those of `before` that are not too old and not
    /// damaged; of more than `most` bytes what was read last.
    pub fn write<E>(
        &self,
        before: Option<&dyn Lines>,
        most: usize,
        mut line_out: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let new = self.new.borrow();
        let mut old: Vec<(Timestamp, u64)> = Vec::new();
        if let Some(lines) = before {
            each(lines, &mut |place, line| {
                let is_old = path_of(line).is_some_and(|path| !new.contains_key(path));
                let taken = self.taken_apart(line).filter(|_| is_old);
                old.extend(taken.map(|Line { at, .. }| (at, place)));
            });
        }
        old.sort_by(|one, other| other.cmp(one));
        line_out(HEADER)?;
        let mut left = most.saturating_sub(HEADER.len() + 1);
        let mut write = |line: &str| {
            if let Some(rest) = left.checked_sub(line.len() + 1) {
                left = rest;
                return line_out(line);
            }
            Ok(())
        };
        new.values().try_for_each(|line| write(line))?;
        let old = old.into_iter().filter_map(|(_, place)| before?.at(place));
        old.into_iter().try_for_each(|line| write(&line))
    }

    /// Returns a detail that was read when the object bore the same stamp; once, as there may be many, and
    /// nobody asks twice.
    pub(super) fn detail<T: DeserializeOwned>(&self, path: &str, stamp: &str) -> Option<T> {
        let value = self.get(path, |kept| kept == stamp).map(|(_, value)| value);
        self.places.borrow_mut().remove(path);
        value
    }

    /// Returns the rows below an object with that stamp, where the user says that these do not change
    /// without it.
    pub(super) fn rows<T: DeserializeOwned>(&self, path: &str, stamp: &str) -> Option<T> {
        self.detail(path, stamp).filter(|_| self.children)
    }

    /// Returns a value that has no stamp, and when it was read.
    pub(super) fn value<T: DeserializeOwned>(&self, path: &str) -> Option<(Timestamp, T)> {
        self.get(path, str::is_empty)
    }

    /// Returns for how long a value that has no stamp has been known.
    pub(super) fn age(&self, at: Timestamp) -> SignedDuration {
        self.now.duration_since(at)
    }

    /// Keeps what was read at a path; `stamp` is empty where it has none.
    pub(super) fn keep(&self, path: &str, stamp: &str, value: &impl Serialize) {
        let odd = |text: &str| text.contains(char::is_control);
        if !self.on || odd(path) || odd(stamp) {
            return;
        }
        let Ok(json) = serde_json::to_string(value) else { return };
        let rest = format!("{}\t{stamp}\t{path}\t{json}", self.now.as_second());
        let line = format!("{}\t{rest}", sum(&rest));
        self.new.borrow_mut().insert(path.into(), line.into());
    }

    /// Keeps a value that has no stamp, unless it is known.
    pub(super) fn keep_news<T: Serialize + DeserializeOwned + PartialEq>(
        &self,
        path: &str,
        value: &T,
    ) {
        if self.value(path).is_none_or(|(_, known): (_, T)| known != *value) {
            self.keep(path, "", value);
        }
    }

    /// Forgets for this run what was read at a path, by whichever.
    pub(super) fn forget(&self, path: &str) {
        self.places.borrow_mut().remove(path);
        self.new.borrow_mut().remove(path);
    }

    /// Forgets for this run what was read at all paths that begin so.
    pub(super) fn forget_all(&self, beginning: &str) {
        self.places.borrow_mut().retain(|path, _| !path.starts_with(beginning));
        self.new.borrow_mut().retain(|path, _| !path.starts_with(beginning));
    }

    /// Keeps the rows below an object, where the user says that they do not change without it.
    pub(super) fn keep_rows(&self, path: &str, stamp: &str, value: &impl Serialize) {
        if self.children {
            self.keep(path, stamp, value);
        }
    }

    fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Option<(Timestamp, T)> {
        let new = self.new.borrow();
        let before = || self.before.as_ref()?.at(*self.places.borrow().get(path)?);
        let line: Cow<'_, str> = match new.get(path) {
            Some(line) => Cow::Borrowed(line),
            None => Cow::Owned(before().filter(|line| path_of(line) == Some(path))?),
        };
        let Line { at, stamp, json } = self.taken_apart(&line)?;
        let value = fits(stamp).then(|| serde_json::from_str(json).ok()).flatten()?;
        Some((at, value))
    }

    /// Takes a line apart, if it is whole and of no other time.
    fn taken_apart<'a>(&self, line: &'a str) -> Option<Line<'a>> {
        let (claimed, rest) = line.split_once('\t')?;
        let mut parts = rest.splitn(4, '\t');
        let (at, stamp, _path, json) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let at = Timestamp::from_second(at.parse().ok()?).ok()?;
        let counts = self.oldest <= at && self.now.duration_since(at) >= -BACK;
        (counts && claimed == sum(rest)).then_some(Line { at, stamp, json })
    }
}

/// Looks at the entries among lines; there are none where the first says that they are of another version.
fn each(lines: &dyn Lines, look: &mut dyn FnMut(u64, &str)) {
    let mut known = None;
    lines.each(&mut |place, line| match known {
        None => known = Some(line == HEADER),
        Some(true) => look(place, line),
        Some(false) => {}
    });
}

fn path_of(line: &str) -> Option<&str> {
    line.split('\t').nth(3)
}

/// Tells a line that was damaged from a whole one.
fn sum(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(8).fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        write!(text, "{byte:02x}").ok();
        text
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Lines in memory.
    #[derive(Debug)]
    struct Text(String);

    impl Lines for Text {
        fn each(&self, look: &mut dyn FnMut(u64, &str)) {
            (0..).zip(self.0.lines()).for_each(|(place, line)| look(place, line));
        }

        fn at(&self, place: u64) -> Option<String> {
            self.0.lines().nth(place.try_into().ok()?).map(str::to_owned)
        }
    }

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + hours * 3_600).unwrap()
    }

    /// Returns what is written where nobody else has written meanwhile.
    fn text_of(kept: &Kept, most: usize) -> String {
        written(kept, kept.before.as_deref(), most)
    }

    fn text_with(kept: &Kept, before: &str, most: usize) -> String {
        written(kept, Some(&Text(before.to_owned())), most)
    }

    fn written(kept: &Kept, before: Option<&dyn Lines>, most: usize) -> String {
        let mut text = String::new();
        let written: Result<(), ()> = kept.write(before, most, |line| {
            text.push_str(line);
            text.push('\n');
            Ok(())
        });
        written.unwrap();
        text
    }

    fn read(text: &str, now: Timestamp) -> Kept {
        Kept::read(Some(Box::new(Text(text.to_owned()))), now, DAY, false)
    }

    fn later(kept: &Kept, hours: i64) -> Kept {
        read(&text_of(kept, 1 << 20), at(hours))
    }

    fn detail(kept: &Kept, stamp: &str) -> Option<Value> {
        kept.detail("/releases/1", stamp)
    }

    fn with_a_detail() -> Kept {
        let kept = read("", at(0));
        kept.keep("/releases/1", "t1", &json!({"name": "one\ttwo\nthree"}));
        kept
    }

    #[test]
    fn a_detail_counts_as_long_as_its_stamp_and_for_a_day() {
        let kept = with_a_detail();
        assert!(kept.has_changed());
        let body = Some(json!({"name": "one\ttwo\nthree"}));
        assert_eq!(detail(&later(&kept, 1), "t1"), body);
        assert_eq!(detail(&later(&kept, 24), "t1"), body);
        assert_eq!(detail(&later(&kept, 1), "t2"), None);
        assert_eq!(detail(&later(&kept, 25), "t1"), None, "too old");
        assert_eq!(detail(&later(&kept, -1), "t1"), None, "of the future");
        assert!(!later(&kept, 1).has_changed());
    }

    #[test]
    fn numbers_and_the_order_of_keys_come_back_as_they_were() {
        let kept = read("", at(0));
        let text = r#"{"z":1.10,"a":12345678901234567890123}"#;
        let body: Value = serde_json::from_str(text).unwrap();
        kept.keep("/releases/1", "t", &body);
        assert_eq!(detail(&later(&kept, 1), "t").unwrap().to_string(), text);
    }

    #[test]
    fn what_is_damaged_is_not_kept_and_spoils_nothing_else() {
        let kept = with_a_detail();
        kept.keep("/releases/2", "t", &json!({"name": "other"}));
        let text = text_of(&kept, 1 << 20);
        for damaged in [
            text.replace("one", "two"),
            text.replace("\tt1", " t1"),
            text.replace("t1", "t9"),
            text.split("one").next().unwrap().to_owned(),
        ] {
            let kept = read(&damaged, at(1));
            assert_eq!(detail(&kept, "t1"), None, "{damaged}");
            assert_eq!(detail(&kept, "t9"), None, "{damaged}");
        }
        let half = read(&text.replace("one", "two"), at(1));
        assert_eq!(half.detail("/releases/2", "t"), Some(json!({"name": "other"})));
        assert!(!text_of(&half, 1 << 20).contains("/releases/1"));
        let foreign = read(&text.replace("cache 1", "cache 2"), at(1));
        assert_eq!(detail(&foreign, "t1"), None);
        assert_eq!(detail(&read("\u{0}\n\n\t\t\t\t", at(1)), "t1"), None);
    }

    #[test]
    fn what_was_used_is_kept_on_unless_it_was_read_anew() {
        let before = text_of(&with_a_detail(), 1 << 20);
        let kept = read(&before, at(1));
        assert!(detail(&kept, "t1").is_some() && detail(&kept, "t1").is_none(), "once");
        kept.keep("/releases/2", "t", &json!({"name": "new"}));
        let text = text_with(&kept, &before, 1 << 20);
        assert!(text.contains("/releases/1") && text.contains("/releases/2"), "{text}");
        kept.keep("/releases/1", "t2", &json!({"name": "newer"}));
        let text = text_with(&kept, &before, 1 << 20);
        assert_eq!(text.matches("/releases/1").count(), 1, "{text}");
        assert_eq!(detail(&read(&text, at(2)), "t2"), Some(json!({"name": "newer"})));
    }

    #[test]
    fn what_is_too_much_goes_by_its_age() {
        let kept = with_a_detail();
        let kept = later(&kept, 1);
        kept.keep("/releases/2", "t", &json!({"name": "newer"}));
        let text = text_of(&kept, 120);
        assert!(text.contains("newer") && !text.contains("/releases/1"), "{text}");
    }

    #[test]
    fn lists_have_no_stamp() {
        let kept = with_a_detail();
        kept.keep("/users", "", &json!([["1", "jane"]]));
        assert_eq!(kept.value("/users"), Some((at(0), json!([["1", "jane"]]))));
        assert_eq!(kept.value::<Value>("/releases/1"), None, "that has a stamp");
        let kept = later(&kept, 2);
        assert_eq!(kept.age(kept.value::<Value>("/users").unwrap().0).as_hours(), 2);
        kept.forget("/users");
        assert_eq!(kept.value::<Value>("/users"), None);
        assert!(detail(&kept, "t1").is_some());
    }

    #[test]
    fn rows_are_kept_only_where_the_user_says_so() {
        for children in [false, true] {
            let kept = Kept::read(None, at(0), DAY, children);
            kept.keep_rows("/releases/1/systems", "t", &json!([1]));
            let rows: Option<Value> = kept.rows("/releases/1/systems", "t");
            assert_eq!(rows.is_some(), children);
        }
        let off = Kept::nothing();
        off.keep("/releases/1", "t", &json!({}));
        assert!(!off.has_changed() && detail(&off, "t").is_none());
    }
}
