//! Reading the lists, each in the way that takes the fewest requests.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};

use super::ask::may_be_misread;
use super::choices::{ByFilter, How, ListRead};
use super::fetch::Scope;
use super::find::MOST_FILTERED;
use super::gathered::{Gathered, List, MOST_NAMES, Matters, NamesOf, Row, list_of};
use super::kept::Kept;
use super::kept_names::KeptNames;
use super::names::Names;
use super::vain::{any_in_vain, keep_in_vain};
use super::wants::Rows;
use super::way::{Way, choose, filters, filters_by_id, filters_by_part};
use crate::plutora::{
    Came, Length, Listed, Listing, News, PAGE_SIZE, Pages, Read, ReadError, list, whole,
};
use crate::resource::Referent;

/// What asking takes.
pub(super) struct Asking<'a, R> {
    pub(super) reader: &'a R,
    pub(super) kept: &'a Kept,
    pub(super) api_url: &'a str,
    /// Whether no list is to be asked by filter.
    pub(super) whole_lists: bool,
    pub(super) parallelism: usize,
}

impl<'a, R> Asking<'a, R> {
    /// Asks through a reader.
    pub(super) fn new(reader: &'a R, scope: &Scope<'a>) -> Self {
        let Scope { api_url, user: _, tenant: _, parallelism, kept, whole_lists } = *scope;
        Self { reader, kept, api_url, whole_lists, parallelism }
    }
}

impl<R: Read> Asking<'_, R> {
    /// Reads a list, or takes what an earlier run has kept of it.
    pub(super) async fn list(
        &self,
        referent: Referent,
        wanted: &Rows,
    ) -> Result<(Referent, (List, ListRead)), ReadError> {
        let path = referent.list_path();
        let (length_path, api_url) = (length_path(referent), self.api_url);
        let by_filter = filters(referent, wanted, api_url);
        let was_vain =
            by_filter.as_ref().is_some_and(|filters| any_in_vain(self.kept, &path, filters));
        let read = |how, length, in_vain| ListRead {
            path: path.clone(),
            how,
            wanted: wanted.count(),
            length,
            by_filter: by_filter.as_ref().map(|filters| {
                let asked = filters.len() as u64;
                if in_vain { ByFilter::InVain } else { ByFilter::Takes(asked) }
            }),
        };
        let mut length: Option<Length> = self.kept.value(&length_path).map(|(_, length)| length);
        if let Some((list, how)) = self.kept_list(referent, wanted) {
            self.reader.tell(News::Spared(1));
            return Ok((referent, (list, read(how, length, was_vain))));
        }
        let filters = by_filter.clone().filter(|_| !self.whole_lists && !was_vain);
        let mut is_asked = false;
        let (came, how) = match choose(filters, length) {
            Way::Whole => (self.whole(referent, &path, wanted).await?, How::Whole),
            Way::ByFilter(filters) => {
                is_asked = true;
                self.filtered(referent, &path, (filters, wanted)).await?
            }
            Way::WholeUpTo(most, filters) => {
                match self.everything(&path, most, &Matters::of(referent, wanted)).await? {
                    Ok(listed) => (listed, How::Whole),
                    Err(seen) => {
                        length = Some(seen);
                        is_asked = true;
                        self.filtered(referent, &path, (filters, wanted)).await?
                    }
                }
            }
        };
        tracing::info!(list = path, rows = came.length, ?how, "read");
        let is_whole = how == How::Whole;
        if is_whole {
            length =
                Some(Length { rows: came.length, pages: came.pages, is_least: came.says_more });
        }
        if let Some(length) = length {
            self.kept.keep_news(&length_path, &length);
        }
        let list = list_of(referent, &path, came, is_whole)?;
        self.keep_list(referent, wanted, &list);
        Ok((referent, (list, read(how, length, was_vain || (is_asked && is_whole)))))
    }

    /// Reads all pages; twice, where a name is missing that no filter can ask for. A row that moves from a page
    /// not yet read to one that is read stands on none, not every server tells, and nobody can ask for this
    /// one by itself before it is created.
    async fn whole(
        &self,
        referent: Referent,
        path: &str,
        wanted: &Rows,
    ) -> Result<Listed<Gathered>, ReadError> {
        let listing = Listing::whole(path, self.parallelism);
        let matters = Matters::of(referent, wanted);
        let keep = &|all: &mut Gathered, row| all.add(matters.row(row));
        let mut listed = whole(self.reader, &listing, keep).await?;
        if listed.length > PAGE_SIZE && listed.rows.misses(referent, wanted) {
            tracing::info!(list = path, "read again, for a name that no filter can ask for");
            listed.rows.complete(whole(self.reader, &listing, keep).await?.rows, referent);
        }
        Ok(listed)
    }

    /// Asks by filter: a name that might be misread and was not found once more by a part of it. Reads the whole
    /// list after all where that is no answer, and for a name that is referred to and not found, as the
    /// message says what there is instead.
    async fn filtered(
        &self,
        referent: Referent,
        path: &str,
        (filters, wanted): (Vec<String>, &Rows),
    ) -> Result<(Listed<Gathered>, How), ReadError> {
        match self.all_filtered(referent, path, (filters, wanted)).await? {
            Some(Listed { rows, length, pages, says_more }) => {
                let mut all = Gathered::default();
                for row in rows {
                    all.add(row);
                }
                Ok((Listed { rows: all, length, pages, says_more }, How::ByFilter))
            }
            None => Ok((self.whole(referent, path, wanted).await?, How::Whole)),
        }
    }

    async fn all_filtered(
        &self,
        referent: Referent,
        path: &str,
        (filters, wanted): (Vec<String>, &Rows),
    ) -> Result<Option<Listed<Vec<Option<Row>>>>, ReadError> {
        let matters = &Matters::of(referent, wanted);
        let Some(mut came) = self.by_filter(path, filters, matters).await? else { return Ok(None) };
        let found: BTreeSet<&str> =
            came.rows.iter().flatten().map(|row| row.name.as_str()).collect();
        let names = wanted.names().into_iter().map(String::as_str);
        let missing: Vec<&str> = names.filter(|name| !found.contains(name)).collect();
        if !missing.iter().all(|name| wanted.may_miss(name)) {
            return Ok(None);
        }
        // What was asked for by a part of its name already is not there.
        let mut misread = missing.into_iter().filter(|name| may_be_misread(name)).peekable();
        if misread.peek().is_some() {
            let Some(parts) = filters_by_part(referent, misread, self.api_url) else {
                return Ok(None);
            };
            self.reader.tell(News::Expected(1));
            let Some(again) = self.by_filter(path, parts, matters).await? else { return Ok(None) };
            came.rows.extend(again.rows);
            came.length += again.length;
        }
        Ok(Some(came))
    }

    /// Asks by filters, each for some rows of a list; none where the server does not know one of them, or where one
    /// lets too much through, which is kept for the next run.
    async fn by_filter(
        &self,
        path: &str,
        filters: Vec<String>,
        matters: &Matters<'_>,
    ) -> Result<Option<Listed<Vec<Option<Row>>>>, ReadError> {
        if any_in_vain(self.kept, path, &filters) {
            return Ok(None);
        }
        let keep = &|rows: &mut Vec<_>, row| rows.push(matters.row(row));
        self.reader.tell(News::Expected((filters.len() as u64).saturating_sub(1)));
        let asked = stream::iter(filters).map(|filter| async move {
            let listing = Listing::filtered(path, filter.clone()).up_to(MOST_FILTERED);
            (filter, list(self.reader, &listing, keep).await)
        });
        let mut asked = std::pin::pin!(asked.buffered(self.parallelism.max(1)));
        let (rows, pages) = (Vec::new(), Pages::Bare);
        let mut all = Listed { rows, length: 0, pages, says_more: false };
        while let Some((filter, came)) = asked.next().await {
            match came {
                Ok(Came::Whole(Listed { rows, length, pages, says_more: _ })) => {
                    all.rows.extend(rows);
                    all.length += length;
                    all.pages = pages;
                }
                Ok(Came::TooLong(_)) => {
                    tracing::info!(list = path, "the filter lets too much through");
                    keep_in_vain(self.kept, path, &filter);
                    return Ok(None);
                }
                // What a filter is answered that the server does not understand (asserted of unknown
                // fields, 2021, and of requests that are no good in general). It may be an accident too, so
                // the next run asks again: that is one request.
                Err(ReadError::Refused { refusal, .. }) if matches!(refusal.status, 400 | 500) => {
                    tracing::info!(list = path, status = refusal.status, "the filter was refused");
                    return Ok(None);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Some(all))
    }

    /// Asks for the names of what bears these ids, as a list that was asked by filter holds only what
    /// was named. What cannot be found is shown by the name that the live object itself has for it.
    pub(super) async fn name(
        &self,
        referent: Referent,
        mut ids: BTreeSet<String>,
        list: &mut List,
    ) -> Result<(), ReadError> {
        let kept = KeptNames::of(self.kept, referent);
        // A name that something else has by now would be that of two.
        let is_free = |name: &String| list.names.ids_of(name).len() == 0;
        let known: Vec<(String, String)> = ids
            .iter()
            .filter_map(|id| Some((id.clone(), kept.name_of(id).filter(is_free)?)))
            .collect();
        for (id, _) in &known {
            ids.remove(id);
        }
        let filters = filters_by_id(referent, ids.iter(), self.api_url).unwrap_or_default();
        if filters.is_empty() {
            Arc::make_mut(&mut list.names).extend(known);
            return Ok(());
        }
        self.reader.tell(News::Expected(1));
        let wanted = Rows { pinned: ids, ..Rows::default() };
        let (named, names_of) = self.names_by_id(referent, &wanted, filters).await?;
        if names_of == NamesOf::All {
            // Newer than anything that is known of it.
            list.names = Arc::new(named);
            kept.keep_all(list.names.pairs());
        } else {
            let named = wanted.pinned.iter().filter_map(|id| Some((&**id, named.name_of(id)?)));
            let known = known.iter().map(|(id, name)| (&**id, &**name));
            Arc::make_mut(&mut list.names).extend(named.clone().chain(known));
            kept.keep_ids(named);
        }
        Ok(())
    }

    /// Returns what the wanted ids are called, by filter, or what all of the list is.
    async fn names_by_id(
        &self,
        referent: Referent,
        wanted: &Rows,
        filters: Vec<String>,
    ) -> Result<(Names, NamesOf), ReadError> {
        let (path, length_path) = (referent.list_path(), length_path(referent));
        let length = self.kept.value(&length_path).map(|(_, length)| length);
        let matters = Matters::of(referent, wanted);
        let filters = match choose(Some(filters).filter(|_| !self.whole_lists), length) {
            Way::Whole => None,
            Way::ByFilter(filters) => Some(filters),
            Way::WholeUpTo(most, filters) => match self.everything(&path, most, &matters).await? {
                Ok(all) => return Ok(all.rows.names()),
                Err(length) => {
                    self.kept.keep_news(&length_path, &length);
                    Some(filters)
                }
            },
        };
        if let Some(filters) = filters
            && let Some(came) = self.by_filter(&path, filters, &matters).await?
        {
            let mut found = Gathered::default();
            came.rows.into_iter().for_each(|row| found.add(row));
            return Ok((found.names().0, NamesOf::Asked));
        }
        // Shown by other names it would be another plan.
        let all = self.everything(&path, u64::MAX, &matters).await?;
        Ok(all.map_or_else(|_| (Names::default(), NamesOf::Asked), |all| all.rows.names()))
    }

    /// Reads a list of no more pages, or tells how long it is.
    async fn everything(
        &self,
        path: &str,
        most: u64,
        matters: &Matters<'_>,
    ) -> Result<Result<Listed<Gathered>, Length>, ReadError> {
        let listing = Listing::whole(path, self.parallelism).up_to(most);
        let keep = |all: &mut Gathered, row| all.add(matters.row(row));
        Ok(match list(self.reader, &listing, keep).await? {
            Came::Whole(listed) => Ok(listed),
            Came::TooLong(length) => Err(length),
        })
    }

    fn kept_list(&self, referent: Referent, wanted: &Rows) -> Option<(List, How)> {
        let kept = KeptNames::of(self.kept, referent).take(wanted);
        let (names, at, whole) = kept.filter(|(_, _, whole)| *whole || !self.whole_lists)?;
        let (names, rows) = (Arc::new(names), RefCell::default());
        let names_of = match whole {
            true if names.len() < MOST_NAMES => NamesOf::All,
            true => NamesOf::Wanted,
            false => NamesOf::Asked,
        };
        let list = List { names, rows, pages: Pages::Bare, names_of };
        Some((list, How::Kept(self.kept.age(at))))
    }

    fn keep_list(&self, referent: Referent, wanted: &Rows, list: &List) {
        let names = KeptNames::of(self.kept, referent);
        match list.names_of {
            NamesOf::All | NamesOf::Wanted => names.keep_all(list.names.pairs()),
            NamesOf::Asked => names.keep_wanted(wanted, &list.names),
        }
    }
}

/// Returns under which path the length of a list is kept.
fn length_path(referent: Referent) -> String {
    format!("{} length", referent.list_path())
}
