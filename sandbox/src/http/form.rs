//! Bodies of `application/x-www-form-urlencoded`: fields in, the JSON that they stand for out.
//!
//! A real tenant takes them for every POST and PUT of an entity (asserted 2021). Arrays and objects
//! come as old clients write them: `a=1&a=2`, `a[]=1`, `a[0]=1` and `a[0][name]=x`, a whole array as
//! `[0][name]=x` or `0[name]=x`. Every value is a
//! text; an empty one says nothing to a field that needs a value.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The form that a body is, where the request says that it is one.
pub(super) const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// Deeper keys are nobody's.
const DEEPEST: usize = 8;

/// The fields below one key, in their order: a text for each time that it comes.
#[derive(Debug, Default)]
struct Node {
    texts: Vec<String>,
    below: BTreeMap<Step, Self>,
}

/// One step of a key; places sort as numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Place(usize),
    Name(String),
}

/// Turns the fields of a form into a JSON object or, where all keys are places, an array.
pub(super) fn to_json(fields: &[(String, String)]) -> Value {
    let mut root = Node::default();
    for (key, text) in fields {
        let mut node = &mut root;
        for step in steps(key) {
            let step = match step {
                // `a[]` takes the next place.
                "" => Step::Place(node.below.len()),
                digits => {
                    digits.parse().map_or_else(|_| Step::Name(digits.to_owned()), Step::Place)
                }
            };
            node = node.below.entry(step).or_default();
        }
        node.texts.push(text.clone());
    }
    if root.below.is_empty() { Value::Object(Map::new()) } else { value(root) }
}

/// Splits `a[0][name]` into `a`, `0` and `name`; a key with stray brackets is one name.
fn steps(key: &str) -> Vec<&str> {
    let Some((first, rest)) = key.split_once('[') else { return vec![key] };
    let inner = rest.strip_suffix(']').map(|inner| inner.split("]["));
    let is_named = |first: &&str| !first.is_empty();
    let first = std::iter::once(first).filter(is_named);
    let steps: Vec<&str> = first.chain(inner.into_iter().flatten()).collect();
    let is_plain = |step: &&str| !step.contains(['[', ']']);
    let is_well_formed = rest.ends_with(']') && steps.len() <= DEEPEST;
    if is_well_formed && steps.iter().all(is_plain) { steps } else { vec![key] }
}

fn object(below: BTreeMap<Step, Node>) -> Map<String, Value> {
    let name = |step| match step {
        Step::Name(name) => name,
        Step::Place(place) => place.to_string(),
    };
    below.into_iter().map(|(step, node)| (name(step), value(node))).collect()
}

fn value(node: Node) -> Value {
    let Node { mut texts, below } = node;
    if below.keys().any(|step| matches!(step, Step::Name(_))) {
        return Value::Object(object(below));
    }
    if !below.is_empty() {
        return below.into_values().map(value).collect();
    }
    if texts.len() == 1 { texts.remove(0).into() } else { texts.into() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn json_of(form: &str) -> Value {
        let pairs = form_urlencoded::parse(form.as_bytes()).into_owned();
        to_json(&pairs.collect::<Vec<_>>())
    }

    #[test]
    fn keys_say_where_a_value_stands() {
        for (form, wanted) in [
            ("name=x+y&size=3&empty=", json!({"name": "x y", "size": "3", "empty": ""})),
            ("a=1&a=2", json!({"a": ["1", "2"]})),
            ("a%5B%5D=1&a%5B%5D=2", json!({"a": ["1", "2"]})),
            ("a[1]=y&a[0]=x&a[10]=z", json!({"a": ["x", "y", "z"]})),
            ("a[0][name]=PAY&a[0][no]=1", json!({"a": [{"name": "PAY", "no": "1"}]})),
            ("a[b][c]=1", json!({"a": {"b": {"c": "1"}}})),
            ("a[b=1&[x=2&c]=3", json!({"a[b": "1", "[x": "2", "c]": "3"})),
            ("[1][name]=y&[0][name]=x", json!([{"name": "x"}, {"name": "y"}])),
            ("0[name]=x", json!([{"name": "x"}])),
            ("", json!({})),
        ] {
            assert_eq!(json_of(form), wanted, "{form}");
        }
        let deep = format!("a{}=1", "[b]".repeat(100));
        assert_eq!(json_of(&deep).as_object().unwrap().len(), 1);
        assert!(json_of(&deep).as_object().unwrap().values().all(Value::is_string));
    }
}
