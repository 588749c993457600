//! Is it alive, can it serve: for whoever watches the machine.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::App;
use crate::knock::Knock;
use crate::routes::Route;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route::get("/healthz", Knock::Public, "health", alive), Route::get("/readyz", Knock::Public, "health", ready)]
}

async fn alive() -> &'static str {
    "ok\n"
}

async fn ready(State(app): State<App>) -> Response {
    match crate::session::is_ready(&app).await {
        Ok(()) => "ready\n".into_response(),
        Err(reason) => {
            (StatusCode::SERVICE_UNAVAILABLE, axum::Json(serde_json::json!({ "reason": reason }))).into_response()
        }
    }
}
