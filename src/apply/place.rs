//! Where an object is, when its step begins: everything on the path exists by then.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use serde_json::{Map, Value};
use tokio::time::Instant;

use super::outcome::Outcome;
use crate::live::{Row, Worth, find, named, read_detail, read_page, read_rows};
use crate::plutora::{Listed, Read, ReadError};
use crate::resource::{Guid, Kind, Labels, id_of};

/// The collection of an object, and how its bodies are read.
///
/// What stands below a release is read with the whole list: the API is not known to answer a single
/// deployment date, and a system in a release only by inference. The step before in the same list has
/// read it back a moment ago, which is as good as reading it.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) kind: Kind,
    /// The path of the collection, with ids.
    pub(super) collection: String,
    pub(super) labels: &'a Labels,
    /// The list as it was read last.
    list: RefCell<Option<Listed<Vec<Row>>>>,
    /// Since when what is known of the place grows old.
    looked_at: Cell<Instant>,
}

impl<'a> Place<'a> {
    /// Describes a place of which nothing was read.
    pub(super) fn new(kind: Kind, collection: String, labels: &'a Labels) -> Self {
        let looked_at = Cell::new(Instant::now());
        Self { kind, collection, labels, list: RefCell::default(), looked_at }
    }

    /// Returns when that was read which is known of the place now; where nothing had to be, when it was made, or
    /// last added to.
    pub(super) fn looked_at(&self) -> Instant {
        self.looked_at.get()
    }

    /// Returns the path of an object.
    pub(super) fn path_of(&self, id: Guid) -> String {
        format!("{}/{id}", self.collection)
    }

    /// Reads an object anew.
    pub(super) async fn read(
        &self,
        reader: &impl Read,
        id: Guid,
    ) -> Result<Map<String, Value>, ReadError> {
        if self.kind.parent().is_none() {
            return self.now(read_detail(reader, &self.path_of(id)).await);
        }
        self.read_list(reader).await?;
        self.known(id).ok_or_else(|| ReadError::Missing { path: self.path_of(id) })
    }

    /// Returns an object as it was read last, and reads it if it was not.
    pub(super) async fn known_or_read(
        &self,
        reader: &impl Read,
        id: Guid,
    ) -> Result<Map<String, Value>, ReadError> {
        match self.known(id) {
            Some(body) => Ok(body),
            None => self.read(reader, id).await,
        }
    }

    /// Returns a row as it is right before it is written; `body` is the object as it was read last.
    ///
    /// Where the list takes several requests, the page of the row may be much older than the last one, and is
    /// read again; those after it where rows before it are deleted, and the whole where it is on none.
    pub(super) async fn newest(
        &self,
        reader: &impl Read,
        (id, body): (Guid, Map<String, Value>),
    ) -> Result<Map<String, Value>, ReadError> {
        let Some(pages) = self.pages_of(id) else { return Ok(body) };
        for number in pages {
            let page = self.now(read_page(reader, self.kind, &self.collection, number).await)?;
            if let Some(row) = page.into_iter().find(|row| id_of(self.kind, row) == Some(id)) {
                return Ok(row);
            }
        }
        self.read(reader, id).await
    }

    /// Returns the pages on which a row may be, first that on which it is where no row is deleted; none where all
    /// of the list is on one.
    fn pages_of(&self, id: Guid) -> Option<Range<u64>> {
        let list = self.list.borrow();
        let Listed { rows, length, pages, says_more: _ } = list.as_ref()?;
        let place = rows.iter().position(|row| id_of(self.kind, row) == Some(id))?;
        let requests = pages.requests(*length);
        (requests > 1).then(|| pages.page_of(place as u64)..requests)
    }

    /// Reads all rows anew, without keeping them.
    pub(super) async fn rows(&self, reader: &impl Read) -> Result<Vec<Row>, ReadError> {
        self.now(read_rows(reader, self.kind, &self.collection).await.map(|list| list.rows))
    }

    async fn read_list(&self, reader: &impl Read) -> Result<(), ReadError> {
        let listed = self.now(read_rows(reader, self.kind, &self.collection).await)?;
        self.list.replace(Some(listed));
        Ok(())
    }

    /// Returns an object of the list as it was read last; none where it was not, or the object not there yet.
    pub(super) fn known(&self, id: Guid) -> Option<Map<String, Value>> {
        let list = self.list.borrow();
        list.as_ref()?.rows.iter().find(|row| id_of(self.kind, row) == Some(id)).cloned()
    }

    /// Returns the ids of the objects of the list as it was read last that have a natural key; none
    /// where it was not read.
    pub(super) fn known_by(&self, wanted: &str) -> Option<Vec<Guid>> {
        Some(named(self.kind, &self.list.borrow().as_ref()?.rows, wanted))
    }

    /// Takes note that an object was added where none is looked for before: so it is with the next one.
    pub(super) fn adds_unseen(&self) {
        self.looked_at.set(Instant::now());
    }

    /// Takes note of what came of a step: unless it was done, nobody knows how things stand.
    pub(super) fn after(&self, outcome: &Outcome) {
        if !matches!(outcome, Outcome::Done { .. }) {
            self.list.take();
            self.looked_at.set(Instant::now());
        }
    }

    /// Asks for the ids of the objects that have a natural key, by a filter where one is worth `enough`.
    pub(super) async fn find(
        &self,
        reader: &impl Read,
        wanted: &str,
        enough: Option<Worth>,
    ) -> Result<Vec<Guid>, ReadError> {
        if self.kind.parent().is_some() {
            self.read_list(reader).await?;
            return Ok(self.known_by(wanted).unwrap_or_default());
        }
        self.now(find(reader, (self.kind, &self.collection), wanted, enough).await)
    }

    /// Takes note of when something was read.
    fn now<T>(&self, read: Result<T, ReadError>) -> Result<T, ReadError> {
        self.looked_at.set(Instant::now());
        read
    }
}
