//! What happens to a request that goes wrong.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use crate::control::edit::Edit;
use crate::http::{Answer, Paging};

/// Says what happens to a request that a fault chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// This is answered, and nothing happens.
    Answer(Answer),
    /// Nothing happens, and the connection breaks.
    DropBefore,
    /// The request takes effect, and the connection breaks without an answer.
    DropAfter,
    /// The request takes effect, and its status comes without a body.
    EmptyBody,
    /// The request takes effect, and half of the body comes, under a length that is right for it.
    Truncate,
    /// The request takes effect, and the body is no JSON.
    Malformed,
    /// The request takes effect after a while.
    Delay(Duration),
    /// The request takes effect at once, and is answered after a while.
    DelayAnswer(Duration),
    /// Every token is revoked before the request is looked at.
    RevokeTokens,
    /// Another page is answered than was asked for.
    Page(Paging),
    /// Somebody edits before the request is looked at.
    Edit(Vec<Edit>),
}

/// The actions that are a word.
const WORDS: [(&str, Action); 8] = [
    ("drop-before", Action::DropBefore),
    ("drop-after", Action::DropAfter),
    ("empty-body", Action::EmptyBody),
    ("truncate", Action::Truncate),
    ("malformed", Action::Malformed),
    ("revoke-tokens", Action::RevokeTokens),
    ("ignore-paging", Action::Page(Paging::Ignored)),
    ("repeat-page", Action::Page(Paging::Repeated)),
];

impl Action {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Answer(_) => "status",
            Self::Delay(_) => "delay",
            Self::DelayAnswer(_) => "delay-answer",
            Self::Page(Paging::Shifted(_)) => "shift-page",
            Self::Edit(_) => "edit",
            Self::DropBefore
            | Self::DropAfter
            | Self::EmptyBody
            | Self::Truncate
            | Self::Malformed
            | Self::RevokeTokens
            | Self::Page(_) => {
                WORDS.iter().find(|(_, it)| it == self).map_or("fault", |(word, _)| word)
            }
        }
    }

    /// Reads a fault's `action`; the error says what it should have been.
    ///
    /// By hand, because an untagged serde enum cannot hold numbers of arbitrary precision.
    pub(super) fn read(action: Value) -> Result<Self, String> {
        let Some(name) = action.as_str() else {
            let written: Written =
                serde_json::from_value(action).map_err(|error| error.to_string())?;
            return written.read();
        };
        let known = WORDS.iter().find(|(word, _)| *word == name);
        known.map(|(_, action)| action.clone()).ok_or_else(|| {
            format!(
                "unknown action '{name}': write {} or {OBJECTS}",
                WORDS.map(|it| it.0).join(", ")
            )
        })
    }
}

const OBJECTS: &str = "status=N, retry-after=SECONDS, delay=MS, delay-answer=MS, shift-page=ROWS, \
                       as JSON an object with such a key, or with edit";

/// An action with values, as JSON writes it: exactly one of the keys that say what happens.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
    delay: Option<u64>,
    delay_answer: Option<u64>,
    shift_page: Option<i64>,
    edit: Option<Value>,
}

impl Written {
    fn read(self) -> Result<Action, String> {
        let Self { status, headers, body, delay, delay_answer, shift_page, edit } = self;
        if status.is_none() && !(headers.is_empty() && body.is_empty()) {
            return Err("headers and body need a status".to_owned());
        }
        let answer = status.map(|status| read_answer(status, headers, body)).transpose()?;
        let edits = edit.map(Edit::read_all).transpose()?;
        let actions = [
            answer.map(Action::Answer),
            delay.map(Duration::from_millis).map(Action::Delay),
            delay_answer.map(Duration::from_millis).map(Action::DelayAnswer),
            shift_page.map(Paging::Shifted).map(Action::Page),
            edits.map(Action::Edit),
        ];
        let mut actions = actions.into_iter().flatten();
        match (actions.next(), actions.next()) {
            (Some(action), None) => Ok(action),
            _ => {
                Err("an action is one of status, delay, delay-answer, shift-page and edit"
                    .to_owned())
            }
        }
    }
}

fn read_answer(
    status: u16,
    written: BTreeMap<String, String>,
    body: String,
) -> Result<Answer, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in written {
        let name: HeaderName = name.parse().map_err(|_error| format!("bad header '{name}'"))?;
        let value: HeaderValue =
            value.parse().map_err(|_error| format!("bad value of header '{name}'"))?;
        // The server frames its answers itself.
        if [CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION].contains(&name) {
            return Err(format!("the header '{name}' cannot be set"));
        }
        headers.insert(name, value);
    }
    // A status below 200 is not an answer, and HTTP would go on waiting for one.
    let code = StatusCode::from_u16(status).ok().filter(|code| code.as_u16() >= 200);
    let status = code.ok_or_else(|| format!("bad status {status}"))?;
    Ok(Answer { status, headers, body: body.into() })
}
