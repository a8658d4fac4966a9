//! What a server answers, and short ways to look into it.

use reqwest::header::HeaderMap;
use reqwest::{Client, StatusCode};
use serde_json::Value;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The JSON body, given that the status is the one expected.
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }
}

pub(crate) fn client() -> Client {
    Client::builder().no_proxy().tls_certs_only([]).build().unwrap()
}

pub(crate) async fn answer(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    Ok(Answer { status, headers, text: response.text().await? })
}

/// The texts that `key` has in the rows of a list.
pub(crate) fn column(rows: &Value, key: &str) -> Vec<String> {
    let rows = rows.as_array().unwrap_or_else(|| panic!("no array: {rows}"));
    rows.iter().map(|row| row[key].as_str().unwrap_or_default().to_owned()).collect()
}

/// The text of the business rule for which a request was refused.
pub(crate) fn rule(refused: &Value) -> &str {
    assert_eq!(keys(&refused["modelState"]), ["internalServerValidationError"], "{refused}");
    refused["modelState"]["internalServerValidationError"][0].as_str().unwrap()
}

/// The keys of an object, in their order.
pub(crate) fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The path of an object below its collection.
pub(crate) fn at(collection: &str, object: &Value) -> String {
    format!("{collection}/{}", object["id"].as_str().unwrap())
}

/// Gives what can send a request a short way for each method.
macro_rules! verbs {
    ($client:ty) => {
        impl $client {
            pub(crate) async fn get(&self, path: &str) -> Answer {
                self.send(Method::GET, path, None).await
            }

            pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
                self.send(Method::POST, path, Some(body)).await
            }

            pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
                self.send(Method::PUT, path, Some(body)).await
            }

            pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
                self.send(Method::PATCH, path, Some(body)).await
            }

            pub(crate) async fn delete(&self, path: &str) -> Answer {
                self.send(Method::DELETE, path, None).await
            }
        }
    };
}
pub(crate) use verbs;
