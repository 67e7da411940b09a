//! The log of calls on a real SQLite file: what is written, found again, and kept when the database cannot be.

use lingting::event::{
    CallId, Decision, HangUpReason, Input, Kind, Millis, PromptId, Record, UtteranceId,
};
use lingting::store::{CallLog, CallSummary, Outcome, Query, Store};
use std::path::Path;
use ulid::Ulid;

const STARTED: i64 = 1_795_435_200_000;

fn call(number: u64) -> CallId {
    CallId(Ulid::from_parts(STARTED.unsigned_abs() + number, 7))
}

fn answered() -> Kind {
    Kind::Input(Input::Answered {
        from: "15400000001".into(),
        to: "962000".into(),
        pack: "water".into(),
        pack_version: "1".into(),
        today: "2026-11-23".parse().unwrap(),
    })
}

fn understood(text: &str, intent: &str) -> Kind {
    Kind::Decision(Decision::Understood {
        utterance: UtteranceId(1),
        text: text.into(),
        corrected: text.into(),
        intent: intent.into(),
        confidence: 0.9,
        slots: Default::default(),
    })
}

fn say(text: &str) -> Kind {
    Kind::Decision(Decision::Say {
        prompt: PromptId(1),
        text: text.into(),
        interruptible: true,
    })
}

fn ended() -> Kind {
    Kind::Record(Record::Ended {
        reason: HangUpReason::Done,
        duration_ms: 9_000,
    })
}

/// A call from its beginning to its end.
fn whole_call(store: &Store, id: CallId, said: &str) -> CallLog {
    let log = store.begin(id, STARTED);
    let kinds = [
        answered(),
        say("您好"),
        understood(said, "bill_lookup"),
        ended(),
    ];
    for (at, kind) in (0..).zip(kinds) {
        log.append(Millis(at * 1000), kind);
    }
    log
}

async fn found(store: &Store, query: Query) -> Vec<CallId> {
    let calls = store.archive().calls(&query).await.unwrap();
    calls.into_iter().map(|call| call.id).collect()
}

async fn summary(store: &Store, id: CallId) -> CallSummary {
    store.archive().summary(id).await.unwrap().unwrap()
}

#[tokio::test]
async fn what_was_appended_is_read_again_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    whole_call(&store, call(1), "查水费");
    store.flush().await;
    let events = store.archive().events(call(1)).await.unwrap();
    let seqs: Vec<u64> = events.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, [0, 1, 2, 3]);
    assert_eq!(events[2].kind, understood("查水费", "bill_lookup"));
    let summary = summary(&store, call(1)).await;
    assert_eq!(summary.from.0, "15400000001");
    assert_eq!(summary.outcome, Outcome::Contained);
    assert_eq!((summary.turns, summary.duration_ms), (1, Some(9_000)));
    assert_eq!(summary.started_at.timestamp_millis(), STARTED);
}

#[tokio::test]
async fn calls_are_found_by_what_was_said_however_short() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    whole_call(&store, call(1), "我想查一下水费");
    whole_call(&store, call(2), "四平路的水管爆了");
    store.flush().await;
    let text = |text: &str| Query {
        text: Some(text.into()),
        ..Query::default()
    };
    assert_eq!(found(&store, text("水费")).await, [call(1)]);
    assert_eq!(found(&store, text("四平路")).await, [call(2)]);
    assert_eq!(found(&store, text("0000001")).await, [call(2), call(1)]);
    assert_eq!(found(&store, text("\"OR\" 水")).await, []);
    assert_eq!(found(&store, text("%")).await, []);
    assert_eq!(found(&store, text("四平\0路")).await, [call(2)]);
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_overlap() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    for number in 0..5 {
        whole_call(&store, call(number), "查水费");
    }
    store.flush().await;
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = Query {
            limit: 2,
            before,
            outcome: Some(Outcome::Contained),
            pack: Some("water".into()),
            ..Query::default()
        };
        let page = found(&store, page).await;
        before = page.last().copied();
        if page.is_empty() {
            break;
        }
        seen.extend(page);
    }
    assert_eq!(seen, [4, 3, 2, 1, 0].map(call));
}

#[tokio::test]
async fn a_watcher_sees_every_event_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let log = store.begin(call(1), STARTED);
    log.append(Millis(0), answered());
    let (live, mut news) = store.watch();
    log.append(Millis(10), say("您好"));
    assert_eq!(live.len(), 1);
    assert_eq!(live[0].events.len(), 1);
    let next = news.recv().await.unwrap();
    assert_eq!((next.call, next.event.seq), (call(1), 1));
    log.append(Millis(20), ended());
    assert!(store.live().is_empty());
    let (_, events) = store.call(call(1)).await.unwrap().unwrap();
    assert_eq!(events.len(), 3);
}

#[tokio::test]
async fn a_log_that_its_call_dropped_is_marked_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let log = store.begin(call(1), STARTED);
    log.append(Millis(700), answered());
    drop(log);
    store.flush().await;
    let summary = summary(&store, call(1)).await;
    assert_eq!(summary.outcome, Outcome::Interrupted);
    assert_eq!(summary.duration_ms, Some(700));
}

#[tokio::test]
async fn a_second_process_is_kept_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let _store = Store::open(folder.path()).await.unwrap();
    let error = Store::open(folder.path()).await.err().unwrap().to_string();
    assert!(error.contains("another lingting"), "{error}");
}

/// Somebody else writes the database and does not let go.
async fn locked(folder: &Path) -> sqlx::SqliteConnection {
    use sqlx::{Connection, Executor};
    let url = format!("sqlite://{}", folder.join("lingting.sqlite").display());
    let mut other = sqlx::SqliteConnection::connect(&url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    other
}

#[tokio::test]
async fn while_the_database_is_locked_events_wait_on_disk_and_come_in_later() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let other = locked(folder.path()).await;
    let log = store.begin(call(1), STARTED);
    log.append(Millis(0), answered());
    store.flush().await;
    assert!(store.is_spooling());
    assert_eq!(found(&store, Query::default()).await, []);
    log.append(Millis(10), understood("查水费", "bill_lookup"));
    log.append(Millis(20), ended());
    store.flush().await;
    let waiting = std::fs::read_to_string(folder.path().join("spool.jsonl")).unwrap();
    assert_eq!(waiting.lines().count(), 4);

    drop(other);
    store.flush().await;
    assert!(!store.is_spooling());
    let summary = summary(&store, call(1)).await;
    assert_eq!(summary.outcome, Outcome::Contained);
    assert_eq!(summary.turns, 1);
    assert_eq!(store.archive().events(call(1)).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_spool_left_by_the_last_run_is_taken_in_but_for_its_torn_line() {
    let folder = tempfile::tempdir().unwrap();
    let began = format!(
        r#"{{"began":{{"call":"{}","started_unix_ms":{STARTED}}}}}"#,
        call(1)
    );
    let happened = format!(
        r#"{{"happened":{{"call":"{}","event":{{"seq":0,"at":5,"input":{{"type":"key","key":"5"}}}}}}}}"#,
        call(1)
    );
    let torn = &happened[..40];
    std::fs::write(
        folder.path().join("spool.jsonl"),
        format!("{began}\n{happened}\n{torn}"),
    )
    .unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let events = store.archive().events(call(1)).await.unwrap();
    assert_eq!(events[0].kind, Kind::Input(Input::Key { key: '5' }));
    assert_eq!(events[1].kind, Kind::Record(Record::Interrupted));
    assert!(!folder.path().join("spool.jsonl").exists());
}
