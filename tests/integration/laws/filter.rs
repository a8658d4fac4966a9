//! Filters from names.

use plutora_sync::live::filter_for;
use plutora_sync::resource::Kind;

/// A filter names a field, an operator and the name, each where the grammar looks for it; where a name
/// could mean more in it there is none.
pub(crate) fn a_filter_asks_for_one_name(bytes: &[u8]) {
    let name = String::from_utf8_lossy(bytes);
    for (kind, field) in [(Kind::Release, "identifier"), (Kind::System, "name")] {
        let Some(filter) = filter_for(kind, &name) else {
            let is_plain = |it: char| it.is_ascii_alphanumeric() || " -_.:/".contains(it);
            assert!(!name.chars().all(is_plain), "{name:?} can be asked for");
            continue;
        };
        // The grammar's own view: what stands between back-ticks is one word, whatever is in it.
        let parts: Vec<&str> = filter.split('`').collect();
        assert_eq!(parts, ["", field, " = ", &name, ""]);
        let is_safe = |it: char| !it.is_control() && !"\"'\\&%+#?;(){}<>=!~,".contains(it);
        assert!(name.chars().all(is_safe), "{name:?}");
    }
}
