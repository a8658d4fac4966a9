//! Digests of values: equal values have equal digests, however they were written down.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Returns `sha256:` and the hash of a JSON value in canonical form.
///
/// Canonical is: no white space, the keys of objects sorted. So a plan file that a tool has
/// indented or sorted still has its digest.
pub fn digest(value: &Value) -> String {
    digest_without(value, &[])
}

/// Returns the digest of an object as if it did not have some of its keys.
pub fn digest_without(value: &Value, left_out: &[&str]) -> String {
    let mut text = String::new();
    match value {
        Value::Object(object) => {
            let covered = object.iter().filter(|(key, _)| !left_out.contains(&key.as_str()));
            write_object(covered.collect(), &mut text);
        }
        Value::Array(_) | Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {
            write_canonical(value, &mut text);
        }
    }
    written(&Sha256::digest(text.as_bytes()))
}

/// Returns the digest of a list, of which only one item is there at a time: `write` writes it in
/// canonical form.
pub fn digest_of_list<T>(
    items: impl IntoIterator<Item = T>,
    write: impl Fn(T, &mut String),
) -> String {
    let mut hash = Sha256::new();
    let mut text = String::from("[");
    for (position, item) in items.into_iter().enumerate() {
        if position > 0 {
            text.push(',');
        }
        write(item, &mut text);
        hash.update(text.as_bytes());
        text.clear();
    }
    text.push(']');
    hash.update(text.as_bytes());
    written(&hash.finalize())
}

fn written(hash: &[u8]) -> String {
    hash.iter().fold("sha256:".to_owned(), |mut text, byte| {
        // Writing to a String cannot fail.
        write!(text, "{byte:02x}").ok();
        text
    })
}

/// Writes a text as JSON does.
pub fn write_text(text: &str, out: &mut String) {
    #[expect(clippy::needless_bitwise_bool, reason = "without a branch, many are seen at once")]
    let is_plain = |byte: u8| (byte >= b' ') & (byte != b'"') & (byte != b'\\');
    if text.bytes().fold(true, |plain, byte| plain & is_plain(byte)) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&Value::from(text).to_string());
    }
}

/// Writes a value in canonical form.
pub fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(object) => write_object(object.iter().collect(), out),
        Value::Array(items) => {
            write_list(out, ['[', ']'], items, |out, item| {
                write_canonical(item, out);
            });
        }
        Value::String(text) => write_text(text, out),
        Value::Null | Value::Bool(_) | Value::Number(_) => out.push_str(&value.to_string()),
    }
}

fn write_object(mut entries: Vec<(&String, &Value)>, out: &mut String) {
    entries.sort_by_key(|(key, _)| *key);
    write_list(out, ['{', '}'], entries, |out, (key, value)| {
        write_text(key, out);
        out.push(':');
        write_canonical(value, out);
    });
}

fn write_list<T>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    out.push(open);
    for (position, item) in items.into_iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(close);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn order_and_layout_of_objects_do_not_matter_and_everything_else_does() {
        let one: Value = serde_json::from_str("{\"a\": [1, 2], \"b\": {\"x\": null}}").unwrap();
        let two: Value = serde_json::from_str("{\"b\":{\"x\":null},\"a\":[1,2]}").unwrap();
        assert_eq!(digest(&one), digest(&two));
        assert_ne!(digest(&one), digest(&json!({"a": [2, 1], "b": {"x": null}})));
        assert_ne!(digest(&json!({"a": 1})), digest(&json!({"a": "1"})));
    }

    #[test]
    fn a_list_has_the_same_digest_item_by_item() {
        for list in [json!([]), json!([1]), json!([{"b": 1, "a": [null]}, "x", []])] {
            assert_eq!(digest_of_list(list.as_array().unwrap(), write_canonical), digest(&list));
        }
    }

    #[test]
    fn texts_are_written_as_json_does() {
        for text in ["", "plain é", "a \"b\" \\c", "\u{1}\n\u{7f}"] {
            let mut out = String::new();
            write_text(text, &mut out);
            assert_eq!(out, Value::from(text).to_string());
        }
    }

    #[test]
    fn the_hash_is_sha256() {
        let known = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assert_eq!(digest(&json!({})), known);
    }
}
