//! Plan files.

use plutora_sync::digest::digest;
use plutora_sync::render::{self, Forge, Format, read_plan};
use serde_json::Value;

/// A plan file is read as exactly what it was, shown in every format, or refused; also one that was
/// edited by somebody who knows how the digest is made.
pub(crate) fn a_plan_file_is_what_it_was_or_refused(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    read_back(&text);
    let Ok(mut value) = serde_json::from_str::<Value>(&text) else { return };
    let Some(object) = value.as_object_mut() else { return };
    object.shift_remove("digest");
    let run = object.shift_remove("run");
    let forged = digest(&value);
    let Some(object) = value.as_object_mut() else { return };
    object.extend(run.map(|run| ("run".to_owned(), run)));
    object.insert("digest".to_owned(), forged.into());
    read_back(&value.to_string());
}

fn read_back(text: &str) {
    let Ok(planned) = read_plan(text) else { return };
    let [written, _, _] = [Format::Json, Format::Text, Format::Markdown(Forge::GitHub)]
        .map(|format| render::plan(format, &planned));
    // A newer minor version may say more than we know; what is of our own is written as it was read.
    let [read, own]: [Value; 2] =
        [text, &written].map(|it| serde_json::from_str(it).expect("JSON"));
    if read["formatVersion"] == own["formatVersion"] {
        assert_eq!(read["steps"], own["steps"]);
        assert_eq!(read["warnings"], own["warnings"]);
        assert_eq!(read["target"], own["target"]);
        assert_eq!(read["digest"], own["digest"]);
    }
    let again = read_plan(&written).expect("what was written can be read");
    assert_eq!(render::plan(Format::Json, &again), written);
}
