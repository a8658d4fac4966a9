//! How an object is named, in plans and between documents.

use std::fmt;

use super::kind::Kind;

/// The natural key of an object: its kind and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The kind.
    pub kind: Kind,
    /// A system's name or a release's identifier; below a release the path of names from there,
    /// such as `REL-2026.12/Payments API/wave 1`, in which a `/` of a name is written `%2F`.
    pub name: String,
}

impl Key {
    /// Names an object that stands by itself.
    pub fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }

    /// Names the object below this one that bears a name; none where nothing stands below.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<Self> {
        let kind = self.kind.children()?.kind;
        let above = match self.kind.parent() {
            Some(_) => self.name.clone(),
            None => escaped(&self.name),
        };
        Some(Self { kind, name: format!("{above}/{}", escaped(name)) })
    }

    /// Returns the key of the object that this one stands below.
    pub fn parent(&self) -> Option<Self> {
        let kind = self.kind.parent()?;
        let (above, _) = self.name.rsplit_once('/')?;
        let name = if kind.parent().is_some() { above.to_owned() } else { unescaped(above) };
        Some(Self { kind, name })
    }

    /// Returns the key of the release that the object is, or is below.
    pub fn release(&self) -> Option<Self> {
        let mut path = std::iter::successors(Some(self.clone()), Self::parent);
        path.find(|key| key.kind == Kind::Release)
    }

    /// Returns the object's own name, without those of the objects above it.
    pub fn own_name(&self) -> String {
        match (self.kind.parent(), self.name.rsplit_once('/')) {
            (Some(_), Some((_, own))) => unescaped(own),
            _ => self.name.clone(),
        }
    }
}

/// Writes a name as a part of a path. A `%` is touched only where it could be taken for an escape.
fn escaped(name: &str) -> String {
    name.replace("%25", "%2525").replace("%2F", "%252F").replace('/', "%2F")
}

fn unescaped(part: &str) -> String {
    let mut name = String::new();
    let mut rest = part;
    while let Some((before, after)) = rest.split_once('%') {
        name.push_str(before);
        rest = if let Some(after) = after.strip_prefix("2F") {
            name.push('/');
            after
        } else {
            name.push('%');
            after.strip_prefix("25").unwrap_or(after)
        };
    }
    name + rest
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.kind.name(), self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_names_is_taken_apart_again_whatever_the_names_are() {
        let names = ["a", "a/b", "a%2Fb", "100%", "%25", "%252F", "%%2F/", "%2525", "a%2fb"];
        let mut known = std::collections::BTreeSet::new();
        for release in names {
            for system in names {
                let release = Key::new(Kind::Release, release);
                let linked = release.child(system).unwrap();
                let date = linked.child("wave 1/2").unwrap();
                assert_eq!((date.kind, date.own_name().as_str()), (Kind::Deployment, "wave 1/2"));
                assert_eq!(date.parent().unwrap(), linked);
                assert_eq!(linked.own_name(), system);
                assert_eq!(linked.parent().unwrap(), release);
                assert!(known.insert(linked.name.clone()), "two keys are one: {linked}");
            }
        }
    }

    #[test]
    fn a_slash_in_a_name_is_escaped_and_nothing_else_of_an_everyday_name() {
        let release = Key::new(Kind::Release, "REL 1/2");
        let linked = release.child("Payments API, 100 %").unwrap();
        assert_eq!(linked.name, "REL 1%2F2/Payments API, 100 %");
        assert_eq!(release.own_name(), "REL 1/2");
        assert_eq!(release.parent(), None);
    }
}
