//! Where an object is in the API, also while it or what it stands below does not exist yet.

use std::collections::BTreeMap;
use std::fmt;

use super::guid::Guid;
use super::key::Key;
use super::kind::Kind;

/// An object that a path or a body names: live, or created by an earlier step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ref {
    /// The live object with this id.
    Id(Guid),
    /// The object that a step creates.
    ToCome(Key),
}

/// The path of a collection, or of one object in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    kind: Kind,
    /// The objects above, the outermost first, and at the end the object itself if one is meant.
    refs: Vec<Ref>,
}

impl Path {
    /// Makes the path of a kind's collection below the given objects, the outermost first.
    pub fn collection(kind: Kind, above: Vec<Ref>) -> Self {
        Self { kind, refs: above }
    }

    /// Makes the path of an object of this collection.
    #[must_use]
    pub fn of(&self, object: Ref) -> Self {
        let mut refs = self.refs.clone();
        refs.push(object);
        Self { kind: self.kind, refs }
    }

    /// Returns the path of the collection that this one is in, or is.
    #[must_use]
    pub fn of_collection(&self) -> Self {
        let above = self.kind.words().len() - 1;
        Self { kind: self.kind, refs: self.refs.iter().take(above).cloned().collect() }
    }

    /// Returns the id of the outermost object on the path, if it exists.
    pub fn outermost(&self) -> Option<Guid> {
        match self.refs.first()? {
            Ref::Id(id) => Some(*id),
            Ref::ToCome(_) => None,
        }
    }

    /// Returns the objects on the path, the outermost first.
    pub fn refs(&self) -> &[Ref] {
        &self.refs
    }

    /// Returns whether everything on the path exists.
    pub fn is_settled(&self) -> bool {
        self.refs.iter().all(|object| matches!(object, Ref::Id(_)))
    }

    /// Returns the path with the ids of created objects in place; the key of the first that is
    /// missing fails.
    pub fn resolve(&self, created: &BTreeMap<Key, Guid>) -> Result<String, Key> {
        let mut path = String::new();
        let mut refs = self.refs.iter();
        for word in self.kind.words() {
            path.push('/');
            path.push_str(word);
            let id = match refs.next() {
                None => break,
                Some(Ref::Id(id)) => id,
                Some(Ref::ToCome(key)) => created.get(key).ok_or_else(|| key.clone())?,
            };
            path = format!("{path}/{id}");
        }
        Ok(path)
    }

    /// Reads the written form of a path that a step of the object `key` calls.
    pub fn parse(key: &Key, text: &str) -> Option<Self> {
        let mut keys: Vec<Key> = std::iter::successors(Some(key.clone()), Key::parent).collect();
        keys.reverse();
        let (mut refs, mut rest) = (Vec::new(), text);
        for (word, key) in key.kind.words().iter().zip(keys) {
            rest = rest.strip_prefix('/')?.strip_prefix(word)?;
            if rest.is_empty() {
                break;
            }
            rest = rest.strip_prefix('/')?;
            if let Some(after) = rest.strip_prefix(in_braces(&key).as_str()) {
                refs.push(Ref::ToCome(key));
                rest = after;
            } else {
                let (id, _) = rest.split_once('/').unwrap_or((rest, ""));
                refs.push(Ref::Id(Guid::parse(id).ok()?));
                rest = rest.strip_prefix(id)?;
            }
        }
        let above = key.kind.words().len() - 1;
        (rest.is_empty() && refs.len() >= above).then_some(Self { kind: key.kind, refs })
    }
}

fn in_braces(key: &Key) -> String {
    format!("{{{}}}", key.name)
}

/// Writes ids as they are, and the keys of objects to come in braces.
impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut refs = self.refs.iter();
        for word in self.kind.words() {
            write!(out, "/{word}")?;
            match refs.next() {
                None => break,
                Some(Ref::Id(id)) => write!(out, "/{id}")?,
                Some(Ref::ToCome(key)) => write!(out, "/{}", in_braces(key))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "d95f23e4-52a1-e811-8146-029a1f64cdff";

    fn id() -> Ref {
        Ref::Id(Guid::parse(ID).unwrap())
    }

    #[test]
    fn what_does_not_exist_yet_stands_in_braces() {
        let release = Key::new(Kind::Release, "REL-2026.12");
        let path = Path::collection(Kind::ReleaseSystem, vec![Ref::ToCome(release.clone())]);
        assert_eq!(path.to_string(), "/releases/{REL-2026.12}/systems");
        assert!(!path.is_settled());
        assert_eq!(path.resolve(&BTreeMap::new()), Err(release.clone()));
        let created = BTreeMap::from([(release, Guid::parse(ID).unwrap())]);
        assert_eq!(path.resolve(&created).unwrap(), format!("/releases/{ID}/systems"));
    }

    #[test]
    fn a_written_path_is_read_back_whatever_the_names_are() {
        let release = Key::new(Kind::Release, "a}/{b/systems");
        let linked = release.child("c}/deploymentDates").unwrap();
        let date = linked.child("{d}").unwrap();
        let to_come = |key: &Key| Ref::ToCome(key.clone());
        let above = [vec![id(), id()], vec![to_come(&release), to_come(&linked)]];
        for above in above {
            let collection = Path::collection(Kind::Deployment, above);
            for path in [collection.clone(), collection.of(id()), collection.of(to_come(&date))] {
                assert_eq!(Path::parse(&date, &path.to_string()), Some(path.clone()), "{path}");
                assert_eq!(path.of_collection(), collection);
            }
        }
        let root = Path::collection(Kind::Release, Vec::new());
        assert_eq!(Path::parse(&release, "/releases"), Some(root.clone()));
        assert_eq!(Path::parse(&release, &format!("/releases/{ID}")), Some(root.of(id())));
    }

    #[test]
    fn any_other_path_is_refused() {
        let date = Key::new(Kind::Deployment, "R/S/wave 1");
        for path in ["", "/releases", "/systems", "/releases/x/systems", "/releases/{S}/systems"] {
            assert_eq!(Path::parse(&date, path), None, "{path}");
        }
        let more = format!("/releases/{ID}/systems/{ID}/deploymentDates/{ID}/x");
        assert_eq!(Path::parse(&date, &more), None);
    }
}
