//! The law of every apply in which nothing fails: it makes as many requests as its plan forecast.

use serde_json::Value;

use super::Ran;

/// What the report of an apply says of its requests.
#[derive(Debug, PartialEq)]
struct Requests {
    /// Those of its plan; Markdown does not say it.
    planned: Option<u64>,
    forecast: u64,
    used: u64,
}

/// Holds an apply to its forecast, and to what was `counted` while it ran; anything else that was run
/// has no report and is held to nothing.
pub(super) fn assert_as_forecast(ran: &Ran, counted: Option<usize>) {
    let Some(Requests { planned, forecast, used }) = requests(&ran.stdout) else { return };
    assert_eq!(used, forecast, "requests as forecast: {ran:?}");
    match (counted, planned) {
        (Some(counted), Some(planned)) => {
            assert_eq!(counted as u64, planned + used, "requests that were made: {ran:?}");
        }
        (Some(counted), None) => assert!(counted as u64 > used, "{counted}: {ran:?}"),
        (None, _) => {}
    }
}

/// Returns what a report says of its requests; none where a step did not come to its end.
fn requests(report: &str) -> Option<Requests> {
    const FAILED: [&str; 4] = ["failed", "in doubt", "skipped", "not started"];
    if let Ok(report) = serde_json::from_str::<Value>(report) {
        let ended = |word: &str| report["summary"].get(word.replace(' ', "-")).is_none();
        let used = report["run"]["applyRequests"].as_u64();
        return used.filter(|_| FAILED.into_iter().all(ended)).map(|used| Requests {
            planned: Some(report["run"]["planRequests"].as_u64().unwrap()),
            forecast: report["forecast"]["applyRequests"].as_u64().unwrap(),
            used,
        });
    }
    let number = |text: &str| text.split(' ').find_map(|word| word.replace(',', "").parse().ok());
    let summary = report.lines().find_map(|line| line.strip_prefix("Apply: "))?;
    let (steps, requests) = summary.split_once("; ").unwrap();
    if FAILED.iter().any(|word| steps.contains(word)) {
        return None;
    }
    let (used, forecast) = requests.split_once(" used, ").unwrap();
    // What checked a saved plan, and what was sent again, is told after that.
    let forecast = forecast.split(';').next().unwrap();
    let used = number(used).unwrap();
    let planned = report.split_once("(plan used ").and_then(|(_, rest)| rest.split(')').next());
    Some(Requests {
        planned: planned.and_then(number),
        forecast: if forecast == "as forecast" { used } else { number(forecast).unwrap() },
        used,
    })
}

#[test]
fn reports_are_read_in_every_format() {
    let wanted = |planned| Some(Requests { planned, forecast: 1_034, used: 1_036 });
    let line = "Apply: 2 done, 1 differs, 0 in sync before; 1,036 requests used, 1,034 forecast";
    let plan = "Plan: 3 to create; apply needs 1,034 requests (plan used 19), 4 %\n";
    assert_eq!(requests(line), wanted(None));
    assert_eq!(requests(&format!("{plan}{line}\n")), wanted(Some(19)));
    assert_eq!(requests(&line.replace("1 differs", "1 skipped")), None);
    assert_eq!(requests(plan), None);
    let run = r#""forecast": {"applyRequests": 1034}, "run": {"planRequests": 19, "applyRequests": 1036}"#;
    assert_eq!(requests(&format!(r#"{{"summary": {{"done": 2}}, {run}}}"#)), wanted(Some(19)));
    assert_eq!(requests(&format!(r#"{{"summary": {{"in-doubt": 2}}, {run}}}"#)), None);
}
