//! Common questions of a pack, which change within the day, and who changed them.

use super::App;
use super::error::{ApiError, Problem};
use super::packs::today;
use crate::dialogue::Pack;
use crate::nlu::FaqEntry;
use crate::packs::PacksError;
use crate::store::FaqChange;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Changes that are shown of one pack.
const MOST_CHANGES: u32 = 200;

/// A common question with its history.
#[derive(Serialize, ToSchema)]
pub(super) struct WholeEntry {
    entry: FaqEntry,
    /// Whether it is answered today.
    in_force: bool,
    /// Who changed it, the newest first.
    changes: Vec<FaqChange>,
}

/// What an entry is to say, and who says so.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EntryEdit {
    /// Name of who changes it, 1 to 40 characters.
    author: String,
    /// The same question as different people ask it.
    questions: Vec<String>,
    /// As it is spoken.
    answer: String,
    /// As it is written in a message, where that differs.
    #[serde(default)]
    sms: Option<String>,
    /// First day on which it answers; absent: since ever.
    #[serde(default)]
    from: Option<NaiveDate>,
    /// Last day on which it answers; absent: for good.
    #[serde(default)]
    until: Option<NaiveDate>,
}

/// Who changed what.
#[derive(Serialize, ToSchema)]
pub(super) struct Changes {
    /// The newest first, 200 at most.
    changes: Vec<FaqChange>,
}

/// One common question with its history.
#[utoipa::path(get, path = "/api/packs/{id}/faq/{entry}",
    params(("id" = String, Path, description = "The pack."), ("entry" = String, Path, description = "The entry.")),
    responses((status = 200, description = "The entry.", body = WholeEntry), Problem))]
pub(super) async fn one(
    State(app): State<App>,
    Path((id, entry)): Path<(String, String)>,
) -> Result<Json<WholeEntry>, ApiError> {
    let pack = app.state.packs.current(&id).await?;
    whole(&app, &pack, &entry).await
}

/// Changes a common question, or adds it. The next call gets it.
#[utoipa::path(put, path = "/api/packs/{id}/faq/{entry}",
    params(("id" = String, Path, description = "The pack."), ("entry" = String, Path, description = "The entry: letters, digits and _.")),
    request_body = EntryEdit,
    responses((status = 200, description = "The entry as it now is.", body = WholeEntry), Problem))]
pub(super) async fn change(
    State(app): State<App>,
    Path((id, entry)): Path<(String, String)>,
    edit: Result<Json<EntryEdit>, JsonRejection>,
) -> Result<Json<WholeEntry>, ApiError> {
    let Json(edit) = edit.map_err(|error| ApiError::bad_request(error.body_text()))?;
    let changed = FaqEntry {
        id: entry.clone(),
        questions: edit.questions,
        answer: edit.answer,
        sms: edit.sms,
        from: edit.from,
        until: edit.until,
    };
    let packs = &app.state.packs;
    let pack = packs.change_faq(&id, changed, &edit.author).await?;
    whole(&app, &pack, &entry).await
}

/// Who changed a pack's common questions, when, from what to what.
#[utoipa::path(get, path = "/api/packs/{id}/faq-changes", params(("id" = String, Path, description = "The pack.")),
    responses((status = 200, description = "The newest first.", body = Changes), Problem))]
pub(super) async fn changes(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Changes>, ApiError> {
    let pack = app.state.packs.current(&id).await?;
    let packs = &app.state.packs;
    let changes = packs.faq_changes(&pack.name, None, MOST_CHANGES).await?;
    Ok(Json(Changes { changes }))
}

async fn whole(app: &App, pack: &Pack, id: &str) -> Result<Json<WholeEntry>, ApiError> {
    let mut entries = pack.faq_entries().iter();
    let entry = entries.find(|entry| entry.id == id).cloned();
    let entry = entry.ok_or_else(|| PacksError::NoSuchEntry(id.to_owned()))?;
    let packs = &app.state.packs;
    let changes = packs
        .faq_changes(&pack.name, Some(id), MOST_CHANGES)
        .await?;
    Ok(Json(WholeEntry {
        in_force: entry.is_in_force(today()),
        entry,
        changes,
    }))
}
