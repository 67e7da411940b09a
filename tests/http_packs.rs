//! The authors' side of the API over real HTTP: real packs, a real store.

#[path = "support/folder.rs"]
mod folder;

use folder::copy;
use lingting::compute::Pool;
use lingting::config::PackChoice;
use lingting::http::{HttpState, Serving, serve};
use lingting::models::Folder;
use lingting::nlu::Encoder;
use lingting::packs::Packs;
use lingting::store::Store;
use metrics_exporter_prometheus::PrometheusBuilder;
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

static ENCODER: LazyLock<Arc<Encoder>> =
    LazyLock::new(|| Encoder::open(&Folder::locate(None)).unwrap());

struct Site {
    serving: Serving,
    folder: TempDir,
}

async fn site() -> Site {
    let folder = tempfile::tempdir().unwrap();
    for part in ["grammars/common", "grammars/water"] {
        copy(Path::new(part), &folder.path().join(part));
    }
    let calls = folder.path().join("calls/water");
    std::fs::create_dir_all(&calls).unwrap();
    std::fs::copy("fixtures/calls/water/faq.toml", calls.join("faq.toml")).unwrap();
    let store = Store::open(&folder.path().join("data")).await.unwrap();
    let choice = PackChoice {
        name: "water".into(),
        folder: folder.path().join("grammars"),
        scripts: folder.path().join("calls"),
    };
    let (pool, changes) = (Arc::new(Pool::new(1, 16)), store.faq_changes().clone());
    let (_, agents) = watch::channel(Vec::new());
    let state = HttpState {
        store,
        agents,
        packs: Arc::new(Packs::new(choice, ENCODER.clone(), pool, changes)),
        ready: Arc::new(|| Ok(())),
        metrics: PrometheusBuilder::new().build_recorder().handle(),
    };
    let any_port = "127.0.0.1:0".parse().unwrap();
    let serving = serve(any_port, state, CancellationToken::new())
        .await
        .unwrap();
    Site { serving, folder }
}

impl Site {
    /// Status and body of an answer.
    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let url = format!("http://{}/api/packs{path}", self.serving.address);
        let mut request = reqwest::Client::new().request(method, url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap())
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    async fn post(&self, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.ask(Method::POST, path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    fn replace(&self, file: &str, text: &str, by: &str) {
        let path = self.folder.path().join("grammars/water").join(file);
        let content = std::fs::read_to_string(&path).unwrap();
        assert!(content.contains(text), "{file} does not hold {text}");
        std::fs::write(path, content.replacen(text, by, 1)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_shown_with_its_flows_intents_slots_and_questions() {
    let site = site().await;
    let list = site.get("").await;
    assert_eq!(list["packs"][0]["title"], "供水服务热线");
    assert_eq!(list["packs"][0]["serving"], true);

    let water = site.get("/water").await;
    assert_eq!(water["version"], list["packs"][0]["version"]);
    assert_eq!(
        (&water["of"], &water["outdated"]),
        (&json!("current"), &json!(false))
    );
    let named = |list: &str, key: &str, name: &str| {
        let all = water[list].as_array().unwrap().iter();
        all.clone().find(|one| one[key] == name).cloned().unwrap()
    };
    let repair = named("flows", "name", "repair");
    assert_eq!(repair["topic"], "报修");
    let steps = repair["steps"].as_array().unwrap();
    let choose = steps.iter().find(|step| step["verb"] == "choose").unwrap();
    let bad = choose["edges"][0]["to"].as_u64().unwrap() as usize;
    assert_eq!(
        (&choose["edges"][0]["why"], &steps[bad]["id"]),
        (&json!("option"), &json!("bad"))
    );
    assert_eq!(
        steps.last().unwrap()["edges"],
        json!([{"to": null, "why": "next", "words": null}])
    );
    let intent = named("intents", "id", "bill_lookup");
    assert!(intent["examples"].as_u64().unwrap() >= 10, "{intent}");
    assert_eq!(intent["flow"], "bill_lookup");
    assert_eq!(named("slots", "name", "account_number")["label"], "户号");
    assert_eq!(named("faq", "id", "price")["in_force"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sentence_is_explained() {
    let site = site().await;
    let text = "我要茶水费户号是一零零八六二三零";
    let found = site
        .post("/water/understand", Some(json!({"text": text})))
        .await;
    assert_eq!(found["corrected"], "我要查水费户号是一零零八六二三零");
    assert_eq!(
        found["corrections"][0],
        json!({"span": {"start": 2, "end": 3}, "from": "茶", "to": "查"})
    );
    assert_eq!(found["syllables"][2]["pinyin"], "cha2");
    let slot = &found["slots"][0];
    assert_eq!(
        (&slot["slot"], &slot["value"]),
        (&json!("account_number"), &json!("10086230"))
    );
    assert_eq!(slot["span"]["end"], 16);
    let path = slot["path"].as_array().unwrap();
    assert!(path.len() > 1 && path[0]["span"] == slot["span"], "{slot}");

    let wish = site
        .post("/water/understand", Some(json!({"text": "我要茶水费"})))
        .await;
    assert_eq!(wish["intents"][0]["intent"], "bill_lookup");
    assert!(wish["intents"][0]["probability"].as_f64() > wish["confident"].as_f64());
    assert_eq!(wish["starts"], "bill_lookup");

    let asked = json!({"text": "水费多少钱一吨啊"});
    let question = site.post("/water/understand", Some(asked)).await;
    assert_eq!(
        (&question["faq"][0]["id"], &question["faq"][0]["answers"]),
        (&json!("price"), &json!(true))
    );
    assert!(question["faq_threshold"].as_f64().unwrap() > 0.0);
    let bare = json!({"text": "张", "expect": "name"});
    let name = site.post("/water/understand", Some(bare)).await;
    assert_eq!(name["slots"][0]["value"], "张");

    let long = "喂".repeat(10_000);
    for text in ["", "😀😀", "\u{0}\u{1b}[31m", "שלום नमस्ते", long.as_str()] {
        let answer = site
            .post("/water/understand", Some(json!({"text": text})))
            .await;
        assert!(!answer["intents"].as_array().unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_common_question_is_changed_under_its_authors_name() {
    let site = site().await;
    let old = site.get("/water/faq/hours").await;
    assert_eq!(old["changes"], json!([]));
    let edit = json!({
        "author": "王芳", "questions": ["营业厅几点开门"], "answer": "每天九点。", "from": "2026-11-01", "sms": "9:00"
    });
    let (status, new) = site.ask(Method::PUT, "/water/faq/hours", Some(edit)).await;
    assert_eq!(
        (status, &new["entry"]["answer"]),
        (200, &json!("每天九点。"))
    );
    assert_eq!(new["changes"][0]["author"], "王芳");
    assert_eq!(new["changes"][0]["before"], old["entry"]);
    assert_eq!(new["changes"][0]["after"], new["entry"]);
    let changes = site.get("/water/faq-changes").await;
    assert_eq!(changes["changes"], new["changes"]);

    let good = json!({"author": "王芳", "questions": ["几点"], "answer": "九点。"});
    for (entry, key, value, hint) in [
        ("hours", "author", json!(""), "author"),
        ("hours", "answer", json!(" "), "an answer"),
        ("hours", "from", json!("soon"), "from"),
        ("hours", "questions", json!(["水费多少钱一吨"]), "\"price\""),
        ("x!", "answer", json!("九点。"), "letters"),
    ] {
        let mut edit = good.clone();
        edit[key] = value;
        let (status, body) = site
            .ask(Method::PUT, &format!("/water/faq/{entry}"), Some(edit))
            .await;
        assert_eq!(status, 400, "{body}");
        assert!(body["error"].as_str().unwrap().contains(hint), "{body}");
    }
    assert_eq!(site.get("/water/faq-changes").await, changes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_tried_and_published() {
    let site = site().await;
    let before = site.get("/water").await["version"].clone();
    site.replace(
        "intents.toml",
        "examples = [",
        "examples = [\"我要办鱼缸换水\", ",
    );
    assert_eq!(site.get("").await["packs"][0]["outdated"], true);
    let draft = site.get("/water?of=draft").await;
    assert_ne!(draft["version"], before);
    assert_eq!(site.get("/water").await["version"], before);
    let played = site.post("/water/scripts?of=draft", None).await;
    assert_eq!(played["version"], draft["version"]);
    assert_eq!(played["scripts"][0]["difference"], Value::Null);
    let publication = site.post("/water/publish", None).await;
    assert_eq!(publication["published"], true, "{publication}");
    assert_eq!(site.get("/water").await["version"], draft["version"]);

    site.replace("intents.toml", "examples = [", "exmples = [");
    let (status, body) = site.ask(Method::POST, "/water/publish", None).await;
    assert_eq!(status, 409);
    assert!(
        body["error"].as_str().unwrap().contains("intents.toml:"),
        "{body}"
    );
    assert_eq!(site.get("/water").await["version"], draft["version"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_get_one_sentence_and_other_sites_nothing() {
    let site = site().await;
    for (method, path, body, status) in [
        (Method::GET, "/gas", None, 404),
        (Method::GET, "/..%2Fwater", None, 404),
        (Method::GET, "/water?of=yesterday", None, 400),
        (Method::GET, "/water/faq/nothing", None, 404),
        (
            Method::POST,
            "/water/understand",
            Some(json!({"txt": "水费"})),
            400,
        ),
        (
            Method::POST,
            "/water/understand",
            Some(json!({"text": "水费", "expect": "x"})),
            400,
        ),
        (Method::POST, "/gas/publish", None, 404),
    ] {
        let (found, answer) = site.ask(method, path, body).await;
        assert_eq!(found, status, "{path}: {answer}");
        assert!(answer["error"].is_string());
    }
    let url = format!("http://{}/api/packs/water/publish", site.serving.address);
    let request = reqwest::Client::new()
        .post(url)
        .header("origin", "https://other.example");
    assert_eq!(request.send().await.unwrap().status().as_u16(), 403);
}
