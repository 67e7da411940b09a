//! The pages of `web/`, embedded in the program.

use super::error::ApiError;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

/// What `make` built; `build.rs` puts a line there where it has not yet.
#[derive(RustEmbed)]
#[folder = "web/dist"]
struct Dist;

/// The file at a path. Every path that names no file is a page of the one-page application, which knows its own
/// routes; only what looks like a file and is none is not found.
pub(super) fn page(path: &str) -> Response {
    let name = path.trim_start_matches('/');
    if let Some(file) = Dist::get(name) {
        return respond(name, file);
    }
    let last = name.rsplit('/').next().unwrap_or(name);
    match Dist::get("index.html") {
        Some(index) if !last.contains('.') => respond("index.html", index),
        _ => ApiError::not_found("there is no such page").into_response(),
    }
}

fn respond(name: &str, file: EmbeddedFile) -> Response {
    // Vite puts a hash of the content into the names below assets/.
    let keep = match name.starts_with("assets/") {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let kind = file.metadata.mimetype().to_owned();
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, keep.to_owned())];
    (headers, file.data).into_response()
}
