//! Why an object is created, and what it may have been taken for.

use super::planner::Planner;
use crate::desired::Object;
use crate::live::{Live, natural_key, undeclared};
use crate::manifest::listed;
use crate::resource::{Fields, Key, Kind, id_of};

impl Planner<'_> {
    /// Says that there is no such object, and what there is that looks like it.
    pub(super) fn why_created(&self, object: &Object) -> String {
        let Key { kind, name } = &object.key;
        let none = match kind {
            Kind::System | Kind::Release => {
                let key_field = kind.key_field().key;
                format!("no {} has the {key_field} `{name}`", kind.name())
            }
            Kind::ReleaseSystem => "the system is not in the release".to_owned(),
            // What bears it is pinned, or it would be the one that is meant.
            Kind::Deployment if !self.live.bearers(&object.key).is_empty() => {
                let own_name = object.key.own_name();
                format!("the deployment that has the title `{own_name}` is given another")
            }
            Kind::Deployment => format!("no deployment has the title `{}`", object.key.own_name()),
        };
        match self.alike(object) {
            Some(alike) => format!("{none}, but there is {alike}"),
            None => none + &self.beside(object),
        }
    }

    /// Names the undeclared dates beside one that is created: one of them may be the one that is
    /// meant, with another title and another time.
    fn beside(&self, object: &Object) -> String {
        let key = &object.key;
        let Some(above) = key.parent().filter(|_| key.kind == Kind::Deployment) else {
            return String::new();
        };
        let others = undeclared(self.live.rows_below(&above), self.desired.below(&above));
        let titles: Vec<&str> = others.map(|row| natural_key(key.kind, row)).collect();
        match titles.as_slice() {
            [] => String::new(),
            titles => format!("; undeclared beside it: {}", listed(titles.iter().copied())),
        }
    }

    /// Returns what is perhaps meant: a live name that differs only in case, or an undeclared
    /// deployment date at the very same time, whose title somebody may have changed.
    pub(super) fn alike(&self, object: &Object) -> Option<String> {
        let key = &object.key;
        if let Some(referent) = key.kind.referent() {
            let mut names = self.live.names.get(&referent)?.iter();
            return names.find(|it| it.eq_ignore_ascii_case(&key.name)).map(|it| format!("`{it}`"));
        }
        let above = key.parent().filter(|_| key.kind == Kind::Deployment)?;
        let time =
            |fields: &Fields| Some((fields.get("start")?.clone(), fields.get("end")?.clone()));
        let wanted = time(&object.fields)?;
        let others = undeclared(self.live.rows_below(&above), self.desired.below(&above));
        let rows = others.filter_map(|row| {
            let fields = self.live.read(key, row, key.kind.all_fields());
            let title = fields.get("title")?.as_text()?.to_owned();
            (time(&fields)? == wanted).then_some((title, id_of(key.kind, row)?))
        });
        // Of several the first by its title, so that the order of live rows does not matter.
        let (title, id) = rows.min()?;
        Some(format!("`{title}` at the same time; if it was renamed, pin it with `id: {id}`"))
    }
}

impl Live {
    /// Returns the ids of the live objects beside an object that bear its name.
    pub(super) fn bearers(&self, key: &Key) -> Vec<String> {
        if let Some(referent) = key.kind.referent() {
            let names = self.names.get(&referent);
            let ids = names.into_iter().flat_map(|names| names.ids_of(&key.name));
            return ids.map(str::to_owned).collect();
        }
        let (own_name, above) = (key.own_name(), key.parent());
        let rows = above.as_ref().map(|above| self.rows_below(above)).unwrap_or_default();
        let named = rows.iter().filter(|row| natural_key(key.kind, row) == own_name);
        named.filter_map(|row| id_of(key.kind, row)).map(|id| id.to_string()).collect()
    }
}
