//! Lists: a collection and a request's filter, `pageNum` and `recordsPerPage` in, one page out.

mod column;
mod filter;
mod page;

pub(crate) use column::{Column, render};
pub(crate) use page::{Asked, Listed, found_by, page_of};
