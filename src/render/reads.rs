//! How it was chosen what to read, with the price of the other ways.

use super::words::{count, grouped, share};
use super::{Out, Planned, plain};
use crate::live::{ByFilter, Choices, Details, How, Length, ListRead, Reads};

/// Says of each list how it was read, and of the details where they came from.
pub(super) fn choices(out: &mut Out, choices: &Choices, reads: &Reads) {
    let Choices { lists, details } = choices;
    out.heading("How lists and details were read");
    let width = lists.iter().map(|list| list.path.len()).max().unwrap_or(0).max("details".len());
    for list in lists {
        let ListRead { path, how, wanted, length, by_filter } = list;
        let requests = count(reads.requests(path), "request");
        let rows = match length {
            Some(Length { rows, is_least, pages: _ }) => {
                let least = if *is_least { "at least " } else { "" };
                format!("{wanted} of {least}{}", count(*rows, "row"))
            }
            None => count(*wanted, "row"),
        };
        let by_filter = match by_filter {
            Some(ByFilter::Takes(asked)) => format!("by filter {asked}"),
            Some(ByFilter::InVain) => "by filter in vain".to_owned(),
            None => "by filter impossible".to_owned(),
        };
        let whole = match list.whole() {
            Some(pages) if length.is_some_and(|it| it.is_least) => format!("whole {pages} or more"),
            Some(pages) => format!("whole {pages}"),
            None => "whole unknown".to_owned(),
        };
        let said = match how {
            How::Whole => format!("whole, {requests} for {rows}; {by_filter}"),
            How::ByFilter => format!("by filter, {requests} for {rows}; {whole}"),
            How::Kept(age) => {
                format!("kept for {}, no request for {rows}; {whole}, {by_filter}", span(*age))
            }
        };
        out.line(&format!("  {:width$}  {said}", plain(path)));
    }
    let Details { in_rows, kept, read } = *details;
    if details.all() > 0 {
        out.line(&format!(
            "  {:width$}  {} for {}: {in_rows} from rows, {kept} kept, {read} read",
            "details",
            count(read, "request"),
            count(details.all(), "object"),
        ));
    }
    out.line("");
}

/// Says what planning took by endpoint, and what there is for an apply.
pub(super) fn spent(out: &mut Out, planned: &Planned) {
    let Planned { plan, requests, spent, .. } = planned;
    out.heading("Requests by endpoint");
    let width = spent.by_endpoint.keys().map(String::len).max().unwrap_or(0);
    for (endpoint, requests) in &spent.by_endpoint {
        out.line(&format!("  {:width$}  {}", plain(endpoint), grouped(*requests)));
    }
    let needed = plan.apply_requests();
    let all = share(requests.saturating_add(needed));
    let pace = match spent.rate.zip(spent.least_seconds(needed)) {
        Some((rate, seconds)) => format!("at least {seconds:.1} s at {rate:.1} a second"),
        None => "as fast as they come".to_owned(),
    };
    out.line(&format!(
        "  an apply needs {}, {pace}; with the plan {all} of an hour's",
        count(needed, "request")
    ));
    let token = match (spent.token_seconds, spent.token_outlives(needed)) {
        (Some(seconds), Some(false)) => {
            format!("the token is used for {} more, which is not enough", lasting(seconds))
        }
        (Some(seconds), _) => format!("the token is used for {} more", lasting(seconds)),
        (None, _) => "the token does not say how long it lasts".to_owned(),
    };
    out.line(&format!("  {token}"));
    out.line("");
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a day")]
fn lasting(seconds: u64) -> String {
    super::spent::span(seconds as f64)
}

fn span(age: jiff::SignedDuration) -> String {
    match (age.as_hours(), age.as_mins()) {
        (0, minutes) => format!("{minutes} min"),
        (hours, _) => format!("{hours} h"),
    }
}
