//! The parts of the benchmark `table` that could be wrong without anybody noticing.

#[path = "../../benches/table/levels.rs"]
mod levels;
#[path = "../../benches/table/markdown.rs"]
mod markdown;

use std::time::Duration;

use serde_json::json;

use levels::{Chain, Level, Request, levels, requests_of};
use markdown::{line, median, seconds, thousands};

fn journal(lines: &[&str]) -> Vec<Request> {
    let entries = lines.iter().map(|line| {
        let (method, url) = line.split_once(' ').unwrap();
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        json!({"seq": 1, "method": method, "path": path, "query": query, "status": 200, "body": null})
    });
    requests_of(&json!({"entries": entries.collect::<Vec<_>>()}))
}

fn shown(levels: &[Level]) -> Vec<Vec<String>> {
    let line = |it: &Request| format!("{} {}?{}", it.method, it.path, it.query);
    let chain = |chain: &Chain| chain.iter().map(line).collect::<Vec<_>>().join(", ");
    levels.iter().map(|level| level.iter().map(chain).collect()).collect()
}

#[test]
fn a_plan_is_its_token_its_lists_their_pages_and_the_details() {
    let levels = levels(journal(&[
        "POST /oauth/token",
        "GET /releases?pageNum=0&recordsPerPage=100",
        "GET /organizations?pageNum=0&recordsPerPage=100",
        "GET /releases?pageNum=10&recordsPerPage=100",
        "GET /releases/b",
        "GET /releases/a",
    ]));
    let expected = [
        vec!["POST /oauth/token?"],
        vec![
            "GET /releases?pageNum=0&recordsPerPage=100",
            "GET /organizations?pageNum=0&recordsPerPage=100",
        ],
        vec!["GET /releases?pageNum=10&recordsPerPage=100"],
        vec!["GET /releases/a?", "GET /releases/b?"],
    ];
    assert_eq!(shown(&levels), expected);
}

#[test]
fn what_is_written_is_a_chain_from_the_look_before_it() {
    let levels = levels(journal(&[
        "GET /releases/a",
        "GET /releases/b",
        "GET /releases/c",
        "GET /releases/a",
        "GET /releases/b",
        "PUT /releases/b",
        "PUT /releases/a",
        "GET /releases/a",
        "GET /releases/b",
    ]));
    let expected = [
        vec!["GET /releases/a?", "GET /releases/b?", "GET /releases/c?"],
        vec![
            "GET /releases/a?, PUT /releases/a?, GET /releases/a?",
            "GET /releases/b?, PUT /releases/b?, GET /releases/b?",
        ],
    ];
    assert_eq!(shown(&levels), expected);
}

#[test]
fn no_level_is_empty_and_no_request_is_lost() {
    assert_eq!(levels(Vec::new()), Vec::<Level>::new());
    let requests = journal(&["GET /me", "GET /me", "POST /releases", "GET /releases?pageNum=0"]);
    let count = |levels: &[Level]| levels.iter().flatten().map(Vec::len).sum::<usize>();
    assert_eq!(count(&levels(requests)), 4);
}

#[test]
fn numbers_are_short() {
    assert_eq!(median([3, 1, 2]), 2);
    assert_eq!(median([4, 1, 3, 2]), 3);
    assert_eq!([0, 999, 1_000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    let shown = [1_234, 123_456, 12_345_678].map(|it| seconds(Duration::from_micros(it)));
    assert_eq!(shown, ["1.2 ms", "123 ms", "12.35 s"]);
    assert_eq!(line(["a", "b"]), "| a | b |");
}
