//! Organizations: reference data that the API only reads.

use crate::list::{Column, Listed};

/// An organization: a row of `GET /organizations` (vendor API primer, 2018).
#[derive(Debug)]
pub(crate) struct Organization;

impl Listed for Organization {
    const COLLECTION: &'static str = "organizations";
    const ROW: &'static [Column] =
        &[Column::text("id"), Column::text("name"), Column::text("type")];
    const FILTERABLE: &'static [Column] = Self::ROW;
}
