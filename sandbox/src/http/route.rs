//! How a line of the route table is written, and how a request finds it.

use std::collections::BTreeMap;

use axum::http::Method;

/// Ties the handlers of one path to their methods; `{name}` in the pattern captures a segment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route<H> {
    pub(crate) pattern: &'static str,
    get: Option<H>,
    post: Option<H>,
    put: Option<H>,
    patch: Option<H>,
    delete: Option<H>,
}

impl<H: Copy> Route<H> {
    pub(crate) const fn at(pattern: &'static str) -> Self {
        Self { pattern, get: None, post: None, put: None, patch: None, delete: None }
    }

    pub(crate) const fn get(mut self, handler: H) -> Self {
        self.get = Some(handler);
        self
    }

    pub(crate) const fn post(mut self, handler: H) -> Self {
        self.post = Some(handler);
        self
    }

    pub(crate) const fn put(mut self, handler: H) -> Self {
        self.put = Some(handler);
        self
    }

    pub(crate) const fn patch(mut self, handler: H) -> Self {
        self.patch = Some(handler);
        self
    }

    pub(crate) const fn delete(mut self, handler: H) -> Self {
        self.delete = Some(handler);
        self
    }

    /// Gives the methods that it knows, in lower case.
    #[cfg(test)]
    pub(crate) fn methods(&self) -> Vec<&'static str> {
        let Self { pattern: _, get, post, put, patch, delete } = self;
        let methods = [
            ("get", get.is_some()),
            ("post", post.is_some()),
            ("put", put.is_some()),
            ("patch", patch.is_some()),
            ("delete", delete.is_some()),
        ];
        methods.into_iter().filter(|(_, is_known)| *is_known).map(|(method, _)| method).collect()
    }

    fn handler(&self, method: &Method) -> Option<H> {
        match method.as_str() {
            "GET" => self.get,
            "POST" => self.post,
            "PUT" => self.put,
            "PATCH" => self.patch,
            "DELETE" => self.delete,
            _ => None,
        }
    }

    /// Gives the captured segments, where the pattern fits; its words match in any case.
    fn fit(&self, segments: &[String]) -> Option<BTreeMap<&'static str, String>> {
        let parts = || self.pattern.split('/').filter(|part| !part.is_empty());
        if parts().count() != segments.len() {
            return None;
        }
        let mut captured = BTreeMap::new();
        for (part, segment) in parts().zip(segments) {
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => drop(captured.insert(name, segment.clone())),
                None if part.eq_ignore_ascii_case(segment) => {}
                None => return None,
            }
        }
        Some(captured)
    }
}

/// What a look into a route table found.
#[derive(Debug)]
pub(crate) enum Found<H> {
    Handler(H, BTreeMap<&'static str, String>),
    WrongMethod,
    Nothing,
}

/// Finds the first line that fits the path and knows the method.
pub(crate) fn find<H: Copy>(table: &[Route<H>], method: &Method, segments: &[String]) -> Found<H> {
    let mut found = Found::Nothing;
    for route in table {
        if let Some(captured) = route.fit(segments) {
            match route.handler(method) {
                Some(handler) => return Found::Handler(handler, captured),
                None => found = Found::WrongMethod,
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[Route<u8>] = &[
        Route::at("/a/filter").post(1),
        Route::at("/a/{id}").get(2).delete(3),
        Route::at("/a").get(4),
    ];

    fn look(method: &Method, path: &str) -> Result<(u8, String), bool> {
        match find(TABLE, method, &super::super::path::segments(path)) {
            Found::Handler(number, mut captured) => {
                Ok((number, captured.remove("id").unwrap_or_default()))
            }
            Found::WrongMethod => Err(true),
            Found::Nothing => Err(false),
        }
    }

    #[test]
    fn path_and_method_decide() {
        assert_eq!(look(&Method::GET, "/A/"), Ok((4, String::new())));
        assert_eq!(look(&Method::DELETE, "//a/X"), Ok((3, "X".to_owned())));
        assert_eq!(look(&Method::POST, "/a/Filter"), Ok((1, String::new())));
        assert_eq!(look(&Method::GET, "/a/filter"), Ok((2, "filter".to_owned())));
        assert_eq!(look(&Method::PUT, "/a/x"), Err(true));
        assert_eq!(look(&Method::HEAD, "/a"), Err(true));
        assert_eq!(look(&Method::GET, "/b"), Err(false));
        assert_eq!(look(&Method::GET, "/a/x/y"), Err(false));
    }
}
