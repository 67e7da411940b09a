//! Agents and what they are doing.

use super::App;
use crate::acd::AgentView;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// All agents.
#[derive(Serialize, ToSchema)]
pub(super) struct Agents {
    /// In the order of the configuration.
    agents: Vec<AgentView>,
}

/// Agents and what they are doing now.
#[utoipa::path(get, path = "/api/agents", responses((status = 200, description = "All agents.", body = Agents)))]
pub(super) async fn agents(State(app): State<App>) -> Json<Agents> {
    let agents = app.state.agents.borrow().clone();
    Json(Agents { agents })
}
