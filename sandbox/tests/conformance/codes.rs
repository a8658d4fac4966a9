//! The status of each call that is about changes and environments, as newer answers have it.

use serde_json::{Value, json};

use crate::plutora::{STRANGER, facts};

facts! {
    async fn asserted_post_of_a_change_is_201_with_it(plutora) {
        let body = plutora.change_body().await;
        let (change, _) = plutora.make("/changes", &body).await;
        assert_eq!(change["name"], body["name"]);
    }

    /// 2021; it was a 201 in 2019, and a 204 before.
    async fn asserted_put_of_a_change_is_200_with_it(plutora) {
        let (change, path) = plutora.change().await;
        assert_eq!(plutora.put(&path, &change).await.expect(200)["id"], change["id"]);
    }

    async fn asserted_get_of_an_unknown_change_is_404(plutora) {
        plutora.get(&format!("/changes/{STRANGER}")).await.expect(404);
    }

    async fn asserted_delete_of_a_change_is_200_even_of_an_unknown_one(plutora) {
        let (_, path) = plutora.change().await;
        plutora.delete(&path).await.expect(200);
        plutora.get(&path).await.expect(404);
        plutora.delete(&path).await.expect(200);
        plutora.delete(&format!("/changes/{STRANGER}")).await.expect(200);
    }

    async fn asserted_post_of_changes_in_bulk_is_200_with_an_array_or_400(plutora) {
        let body = plutora.change_body().await;
        assert!(plutora.post("/changes/bulk", &json!([body])).await.expect(200).is_array());
        let filter = format!("`name` = `{}`", body["name"].as_str().unwrap());
        let made = plutora.filter("/changes", &filter).await.expect(200);
        plutora.made(format!("/changes/{}", made["resultSet"][0]["id"].as_str().unwrap()));
        plutora.post("/changes/bulk", &json!({})).await.expect(400);
    }

    async fn asserted_post_of_an_environment_is_201_with_it(plutora) {
        let body = plutora.environment_body().await;
        let (environment, _) = plutora.make("/environments", &body).await;
        assert_eq!(environment["name"], body["name"]);
    }

    async fn asserted_put_of_an_environment_is_204_without_a_body(plutora) {
        let (_, path) = plutora.environment().await;
        let environment = plutora.get(&path).await.expect(200);
        assert_eq!(plutora.put(&path, &environment).await.expect(204), Value::Null);
    }

    async fn asserted_delete_of_an_environment_is_200_and_then_404(plutora) {
        let (_, path) = plutora.environment().await;
        plutora.delete(&path).await.expect(200);
        plutora.delete(&path).await.expect(404);
    }
}
