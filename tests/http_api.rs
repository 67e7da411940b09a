//! The API over real HTTP, on a real store.

use futures_util::StreamExt;
use lingting::acd::{AgentState, AgentView};
use lingting::compute::Pool;
use lingting::config::PackChoice;
use lingting::event::{AgentId, CallId, HangUpReason, Input, Kind, Millis, Record};
use lingting::http::{HttpState, Serving, serve};
use lingting::models::Folder;
use lingting::nlu::Encoder;
use lingting::packs::Packs;
use lingting::store::{CallLog, Store};
use metrics_exporter_prometheus::PrometheusBuilder;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_util::sync::CancellationToken;
use ulid::Ulid;

const STARTED: i64 = 1_795_435_200_000;

struct House {
    store: Store,
    serving: Serving,
    ready: Arc<AtomicBool>,
    agents: watch::Sender<Vec<AgentView>>,
    stop: CancellationToken,
    _folder: tempfile::TempDir,
}

fn packs(store: &Store) -> Arc<Packs> {
    static ENCODER: LazyLock<Arc<Encoder>> =
        LazyLock::new(|| Encoder::open(&Folder::locate(None)).unwrap());
    let pool = Arc::new(Pool::new(1, 16));
    let changes = store.faq_changes().clone();
    Arc::new(Packs::new(
        PackChoice::default(),
        ENCODER.clone(),
        pool,
        changes,
    ))
}

async fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let ready = Arc::new(AtomicBool::new(true));
    let (agents, seen) = watch::channel(Vec::new());
    let stop = CancellationToken::new();
    let is_ready = ready.clone();
    let state = HttpState {
        store: store.clone(),
        agents: seen,
        packs: packs(&store),
        ready: Arc::new(move || match is_ready.load(Ordering::Relaxed) {
            true => Ok(()),
            false => Err("the models are still loading".into()),
        }),
        metrics: PrometheusBuilder::new().build_recorder().handle(),
    };
    let any_port = "127.0.0.1:0".parse().unwrap();
    let serving = serve(any_port, state, stop.clone()).await.unwrap();
    House {
        store,
        serving,
        ready,
        agents,
        stop,
        _folder: folder,
    }
}

impl House {
    async fn get(&self, path: &str) -> Response {
        let url = format!("http://{}{path}", self.serving.address);
        reqwest::get(url).await.unwrap()
    }

    async fn json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    /// Status and sentence of an answer that must be an error.
    async fn error(&self, path: &str) -> (u16, String) {
        let response = self.get(path).await;
        let status = response.status().as_u16();
        let body: Value = response.json().await.unwrap();
        (status, body["error"].as_str().unwrap().to_owned())
    }

    async fn finished_call(&self, number: u64) -> CallId {
        let log = self.begin(number);
        log.append(
            Millis(5000),
            Kind::Record(Record::Ended {
                reason: HangUpReason::Done,
                duration_ms: 5000,
            }),
        );
        self.store.flush().await;
        log.call()
    }

    fn begin(&self, number: u64) -> CallLog {
        let id = CallId(Ulid::from_parts(STARTED.unsigned_abs() + number, 1));
        let log = self.store.begin(id, STARTED);
        log.append(
            Millis(0),
            Kind::Input(Input::Answered {
                from: "15400000001".into(),
                to: "962000".into(),
                pack: "water".into(),
                pack_version: "1".into(),
                today: "2026-11-23".parse().unwrap(),
            }),
        );
        log
    }
}

#[tokio::test]
async fn the_list_is_paged_and_says_where_the_next_page_begins() {
    let house = house().await;
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(house.finished_call(number).await);
    }
    let first = house.json("/api/calls?limit=2").await;
    assert_eq!(
        first["calls"][0],
        json!({
            "id": ids[2], "started_at": "2026-11-23T12:00:00Z", "duration_ms": 5000,
            "from": "15400000001", "to": "962000", "pack": "water", "intent": null,
            "outcome": "contained", "turns": 0, "agent": null
        })
    );
    assert_eq!(first["next"], json!(ids[1]));
    let next = format!(
        "/api/calls?limit=2&before={}&q=154000&outcome=contained",
        ids[1]
    );
    let second = house.json(&next).await;
    assert_eq!(second["calls"].as_array().unwrap().len(), 1);
    assert_eq!(second["next"], Value::Null);
}

#[tokio::test]
async fn a_malformed_question_gets_one_sentence() {
    let house = house().await;
    for path in [
        "/api/calls?limit=0",
        "/api/calls?limit=many",
        "/api/calls?outcome=lost",
        "/api/calls?before=yesterday",
        "/api/calls?order=up",
        "/api/calls/not-a-call",
    ] {
        let (status, error) = house.error(path).await;
        assert_eq!(status, 400, "{path}: {error}");
    }
    let nobody = CallId(Ulid::from_parts(1, 1));
    for path in [
        format!("/api/calls/{nobody}"),
        format!("/api/calls/{nobody}/recording.wav"),
        "/api/nothing".to_owned(),
        "/no/such/file.js".to_owned(),
    ] {
        assert_eq!(house.error(&path).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn a_call_in_progress_is_read_to_its_last_event() {
    let house = house().await;
    let log = house.begin(1);
    log.append(Millis(10), Kind::Input(Input::Key { key: '5' }));
    let call = house.json(&format!("/api/calls/{}", log.call())).await;
    assert_eq!(call["summary"]["outcome"], "in_progress");
    assert_eq!(
        call["events"][1]["input"],
        json!({"type": "key", "key": "5"})
    );
    assert_eq!(call["recording"], false);
}

#[tokio::test]
async fn a_part_of_a_recording_can_be_asked_for() {
    let house = house().await;
    let id = house.finished_call(1).await;
    let recorder = house.store.recorder(id);
    recorder.push(&[7; 8000], &[9; 8000]);
    recorder.finish().unwrap();
    let path = format!("/api/calls/{id}/recording.wav");
    let whole = house.get(&path).await;
    assert_eq!(whole.headers()["content-type"], "audio/wav");
    assert_eq!(whole.bytes().await.unwrap().len(), 44 + 8000 * 4);
    let part = reqwest::Client::new()
        .get(format!("http://{}{path}", house.serving.address))
        .header("range", "bytes=44-47")
        .send()
        .await
        .unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.bytes().await.unwrap().as_ref(), [7, 0, 9, 0]);
}

#[tokio::test]
async fn a_live_page_gets_what_is_there_and_then_what_happens() {
    let house = house().await;
    let log = house.begin(1);
    let url = format!("ws://{}/api/live", house.serving.address);
    let (mut page, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    let mut next = async || loop {
        let message = page.next().await.unwrap().unwrap();
        if message.is_text() {
            return serde_json::from_str::<Value>(message.to_text().unwrap()).unwrap();
        }
    };
    let snapshot = next().await;
    assert_eq!(snapshot["snapshot"][0]["summary"]["id"], json!(log.call()));
    assert_eq!(snapshot["snapshot"][0]["events"][0]["seq"], 0);
    log.append(Millis(30), Kind::Input(Input::Key { key: '1' }));
    assert_eq!(
        next().await,
        json!({"call": log.call(), "event": {"seq": 1, "at": 30, "input": {"type": "key", "key": "1"}}})
    );
}

#[tokio::test]
async fn a_page_of_another_site_cannot_listen_in() {
    let house = house().await;
    let url = format!("ws://{}/api/live", house.serving.address);
    for (origin, lets_in) in [
        (format!("http://{}", house.serving.address), true),
        ("http://evil.example".to_owned(), false),
        ("null".to_owned(), false),
    ] {
        let mut request = url.as_str().into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("origin", origin.parse().unwrap());
        let connected = tokio_tungstenite::connect_async(request).await;
        assert_eq!(connected.is_ok(), lets_in, "{origin}");
    }
}

#[tokio::test]
async fn agents_are_shown_as_they_are_now() {
    let house = house().await;
    house.agents.send_replace(vec![AgentView {
        id: AgentId("1001".into()),
        skills: vec!["water".into()],
        state: AgentState::Offline,
    }]);
    assert_eq!(
        house.json("/api/agents").await,
        json!({"agents": [{"id": "1001", "skills": ["water"], "state": "offline"}]})
    );
}

#[tokio::test]
async fn a_program_that_is_not_ready_says_why() {
    let house = house().await;
    assert_eq!(house.get("/readyz").await.status(), StatusCode::OK);
    house.ready.store(false, Ordering::Relaxed);
    let (status, why) = house.error("/readyz").await;
    assert_eq!(
        (status, why.as_str()),
        (503, "the models are still loading")
    );
    assert_eq!(house.get("/healthz").await.status(), StatusCode::OK);
    let metrics = house.get("/metrics").await;
    assert_eq!(
        metrics.headers()["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
}

#[tokio::test]
async fn every_path_of_the_application_is_its_one_page_and_is_protected() {
    let house = house().await;
    for path in ["/", "/desk", "/calls/01KAR8Z0M5V3T2J8Q4N6W7X9YB"] {
        let page = house.get(path).await;
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        let headers = page.headers();
        assert_eq!(headers["content-type"], "text/html");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(headers.contains_key("content-security-policy"));
    }
    let calls = house.get("/api/calls").await;
    assert_eq!(calls.headers()["cache-control"], "no-store");
    let up = house.get("/assets/..%2f..%2fCargo.toml").await;
    assert_eq!(up.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_description_names_every_route_and_every_schema_it_refers_to() {
    let house = house().await;
    let api = house.json("/api/openapi.json").await;
    for path in [
        "/api/calls",
        "/api/calls/{id}",
        "/api/calls/{id}/recording.wav",
        "/api/live",
        "/api/agents",
        "/api/packs",
        "/api/packs/{id}",
        "/api/packs/{id}/faq/{entry}",
        "/api/packs/{id}/faq-changes",
    ] {
        assert!(api["paths"][path]["get"].is_object(), "{path}");
    }
    for what in ["understand", "scripts", "publish"] {
        let path = format!("/api/packs/{{id}}/{what}");
        assert!(api["paths"][&path]["post"].is_object(), "{path}");
    }
    assert!(api["paths"]["/api/packs/{id}/faq/{entry}"]["put"].is_object());
    let text = api.to_string();
    let references = text.split("\"#/components/schemas/").skip(1);
    let mut count = 0;
    for name in references.filter_map(|rest| rest.split('"').next()) {
        assert!(api["components"]["schemas"][name].is_object(), "{name}");
        count += 1;
    }
    assert!(count > 50, "{count} references");
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let house = house().await;
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let state = HttpState {
        packs: packs(&store),
        store,
        agents: house.agents.subscribe(),
        ready: Arc::new(|| Ok(())),
        metrics: PrometheusBuilder::new().build_recorder().handle(),
    };
    let address = house.serving.address;
    let error = serve(address, state, CancellationToken::new())
        .await
        .err()
        .unwrap();
    let message = error.to_string();
    assert!(
        message.contains(&format!("http.listen {address}")),
        "{message}"
    );
}

#[tokio::test]
async fn at_the_end_open_pages_do_not_hold_the_program_back() {
    let house = house().await;
    let url = format!("ws://{}/api/live", house.serving.address);
    let (_page, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    house.stop.cancel();
    house.serving.ended().await;
}
