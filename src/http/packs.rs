//! Packs, for their authors: flows as diagrams, a sentence to try, scripted calls, a new version.

use super::App;
use super::error::{ApiError, Problem};
use crate::dialogue::{Pack, PackView, Understanding};
use crate::nlu::{Context, FaqEntry, SlotId};
use crate::packs::scripted::Played;
use crate::packs::{Listed, PacksError, Publication};
use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// All packs.
#[derive(Serialize, ToSchema)]
pub(super) struct PackList {
    /// By name.
    packs: Vec<Listed>,
}

/// Which version of a pack.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Of {
    /// The one for new calls.
    #[default]
    Current,
    /// The one that lies in its folder.
    Draft,
}

/// Which version of a pack.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// `current`, the one for new calls, or `draft`, the one that lies in its folder.
    #[param(inline)]
    #[serde(default)]
    of: Of,
}

/// A pack, whole.
#[derive(Serialize, ToSchema)]
pub(super) struct WholePack {
    #[serde(flatten)]
    pack: PackView,
    of: Of,
    /// Whether it answers calls.
    serving: bool,
    /// Whether its folder holds another version than the one for new calls, common questions aside.
    outdated: bool,
    /// Common questions, in the order of their file.
    faq: Vec<FaqState>,
    /// Why the file of common questions is not in force, if it is not.
    faq_fault: Option<String>,
}

/// A common question and whether it is answered today.
#[derive(Serialize, ToSchema)]
pub(super) struct FaqState {
    #[serde(flatten)]
    entry: FaqEntry,
    in_force: bool,
}

/// A sentence to try.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Sentence {
    /// What a caller says.
    text: String,
    /// The slot that was asked for.
    #[serde(default)]
    expect: Option<String>,
    /// The day that 昨天 is counted from; absent: today.
    #[serde(default)]
    today: Option<NaiveDate>,
    #[serde(default)]
    of: Of,
}

/// Scripted calls that were played.
#[derive(Serialize, ToSchema)]
pub(super) struct PlayedScripts {
    /// The version that was tried.
    version: String,
    scripts: Vec<Played>,
}

/// All packs.
#[utoipa::path(get, path = "/api/packs", responses((status = 200, description = "All packs.", body = PackList), Problem))]
pub(super) async fn list(State(app): State<App>) -> Result<Json<PackList>, ApiError> {
    let packs = app.state.packs.list().await?;
    Ok(Json(PackList { packs }))
}

/// One pack with its flows, intents, slots and common questions.
#[utoipa::path(get, path = "/api/packs/{id}", params(("id" = String, Path, description = "The pack."), Which),
    responses((status = 200, description = "The pack.", body = WholePack), Problem))]
pub(super) async fn one(
    State(app): State<App>,
    Path(id): Path<String>,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Json<WholePack>, ApiError> {
    let of = of(which)?;
    let pack = version(&app, &id, of).await?;
    let today = today();
    let faq = pack.faq_entries().iter();
    Ok(Json(WholePack {
        pack: pack.view(),
        of,
        serving: app.state.packs.serving() == id,
        outdated: app.state.packs.is_outdated(&id).await?,
        faq: faq
            .map(|entry| FaqState {
                entry: entry.clone(),
                in_force: entry.is_in_force(today),
            })
            .collect(),
        faq_fault: app.state.packs.faq_fault(&id).await?,
    }))
}

/// What a sentence means to a pack and why.
#[utoipa::path(post, path = "/api/packs/{id}/understand", params(("id" = String, Path, description = "The pack.")),
    request_body = Sentence,
    responses((status = 200, description = "What matched.", body = Understanding), Problem))]
pub(super) async fn understand(
    State(app): State<App>,
    Path(id): Path<String>,
    sentence: Result<Json<Sentence>, JsonRejection>,
) -> Result<Json<Understanding>, ApiError> {
    let Json(sentence) = sentence.map_err(|error| ApiError::bad_request(error.body_text()))?;
    if let Some(slot) = &sentence.expect {
        slot.parse::<SlotId>().map_err(ApiError::bad_request)?;
    }
    let pack = version(&app, &id, sentence.of).await?;
    let context = Context {
        today: sentence.today.unwrap_or_else(today),
        expected_slot: sentence.expect,
    };
    let understood = app
        .state
        .packs
        .explain(pack, sentence.text, context)
        .await?;
    Ok(Json(understood))
}

/// Plays a pack's scripted calls; takes some seconds.
#[utoipa::path(post, path = "/api/packs/{id}/scripts", params(("id" = String, Path, description = "The pack."), Which),
    responses((status = 200, description = "How each call went.", body = PlayedScripts), Problem))]
pub(super) async fn scripts(
    State(app): State<App>,
    Path(id): Path<String>,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Json<PlayedScripts>, ApiError> {
    let pack = version(&app, &id, of(which)?).await?;
    let version = pack.version.clone();
    let scripts = app.state.packs.play(&id, pack).await?;
    Ok(Json(PlayedScripts { version, scripts }))
}

/// Loads a pack's folder afresh, plays its scripted calls, and if all go as written makes it the version for new calls. Calls
/// in progress keep theirs.
#[utoipa::path(post, path = "/api/packs/{id}/publish", params(("id" = String, Path, description = "The pack.")),
    responses((status = 200, description = "What came of it.", body = Publication), Problem))]
pub(super) async fn publish(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Publication>, ApiError> {
    Ok(Json(app.state.packs.publish(&id).await?))
}

fn of(which: Result<Query<Which>, QueryRejection>) -> Result<Of, ApiError> {
    let Query(which) = which.map_err(|error| ApiError::bad_request(error.body_text()))?;
    Ok(which.of)
}

async fn version(app: &App, id: &str, of: Of) -> Result<Arc<Pack>, ApiError> {
    Ok(match of {
        Of::Current => app.state.packs.current(id).await?,
        Of::Draft => app.state.packs.draft(id).await?,
    })
}

pub(super) fn today() -> NaiveDate {
    chrono::Local::now().date_naive()
}

impl From<PacksError> for ApiError {
    fn from(error: PacksError) -> ApiError {
        let sentence = error.to_string();
        match error {
            PacksError::NoSuchPack(_) | PacksError::NoSuchEntry(_) => ApiError::not_found(sentence),
            PacksError::Entry(_) | PacksError::NoAuthor => ApiError::bad_request(sentence),
            PacksError::Pack(_) | PacksError::Scripts(_) => ApiError::conflict(sentence),
            PacksError::Unusable { .. }
            | PacksError::Store(_)
            | PacksError::Full(_)
            | PacksError::Lost(_) => {
                tracing::error!(sentence, "a pack cannot be worked on");
                ApiError::unavailable(sentence)
            }
        }
    }
}
