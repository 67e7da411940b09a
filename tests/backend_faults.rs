//! The connector before back offices that fail in every way: a fault is an answer, and nothing happens twice.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{NaiveDate, NaiveDateTime};
use lingting::backend::demo::Demo;
use lingting::backend::{Backend, HttpBackend, Outbox};
use lingting::event::{Reply, Request, TicketDraft};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const LONG: Duration = Duration::from_secs(20);

/// What a back office does with its n-th request, and what it saw of each.
type Behaviour = fn(usize) -> Response;
type Seen = Arc<Mutex<Vec<HeaderMap>>>;

/// A back office with that behaviour; its base URL and the headers of the requests it got.
async fn office(behaviour: Behaviour) -> (String, Seen) {
    let seen = Seen::default();
    let serve = async |State((seen, behaviour)): State<(Seen, Behaviour)>, headers: HeaderMap| {
        let mut seen = seen.lock().unwrap();
        seen.push(headers);
        behaviour(seen.len())
    };
    let app = axum::Router::new()
        .fallback(serve)
        .with_state((seen.clone(), behaviour));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, seen)
}

fn bill() -> Request {
    Request::Bill {
        account_number: "10086230".into(),
        month: None,
    }
}

fn ticket() -> Request {
    Request::CreateTicket(TicketDraft {
        category: "repair.burst".into(),
        ..TicketDraft::default()
    })
}

fn a_ticket() -> Response {
    let body = r#"{"ticket":"2026112300001","state":"accepted","category":"repair.burst","description":""}"#;
    (StatusCode::CREATED, body).into_response()
}

async fn reason(url: &str, timeout: Duration, request: &Request) -> String {
    let connector = HttpBackend::new(url, timeout).unwrap();
    match connector.ask(request, "call-1/1").await {
        Reply::Unavailable { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nobody_there_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert!(
        reason(&url, LONG, &bill())
            .await
            .contains("cannot be reached")
    );
}

#[tokio::test]
async fn silence_is_unavailable_after_the_bound_of_each_attempt() {
    // Connections are accepted by the kernel and never answered.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let reason = reason(&url, Duration::from_millis(50), &bill()).await;
    assert!(reason.contains("in time"), "{reason}");
}

#[tokio::test]
async fn a_passing_fault_is_asked_again_under_the_same_key() {
    let (url, seen) = office(|nth| match nth {
        1 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        2 => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        _ => a_ticket(),
    })
    .await;
    let connector = HttpBackend::new(&url, LONG).unwrap();
    let reply = connector.ask(&ticket(), "call-1/7").await;
    assert!(matches!(reply, Reply::Ticket(_)), "{reply:?}");
    let seen = seen.lock().unwrap();
    let keys: Vec<_> = seen
        .iter()
        .map(|headers| &headers["idempotency-key"])
        .collect();
    assert_eq!(keys, ["call-1/7"; 3]);
}

#[tokio::test]
async fn a_question_without_effect_carries_no_key() {
    let (url, seen) = office(|_| StatusCode::NOT_FOUND.into_response()).await;
    let connector = HttpBackend::new(&url, LONG).unwrap();
    assert_eq!(connector.ask(&bill(), "call-1/7").await, Reply::NotFound);
    assert!(!seen.lock().unwrap()[0].contains_key("idempotency-key"));
}

#[tokio::test]
async fn a_lasting_fault_is_not_asked_again() {
    for behaviour in [
        (|_| StatusCode::UNAUTHORIZED.into_response()) as Behaviour,
        |_| "not JSON at all".into_response(),
        |_| r#"{"month":"2026-10"}"#.into_response(),
        |_| vec![b' '; 1 << 20].into_response(),
        |_| {
            (
                StatusCode::FOUND,
                [("location", "http://elsewhere.example/")],
            )
                .into_response()
        },
    ] {
        let (url, seen) = office(behaviour).await;
        let reason = reason(&url, LONG, &bill()).await;
        assert_eq!(seen.lock().unwrap().len(), 1, "{reason}");
        assert!(!reason.contains("10086230"), "{reason}");
    }
}

#[tokio::test]
async fn a_back_office_that_fails_again_and_again_is_left_alone() {
    let (url, seen) = office(|_| StatusCode::BAD_GATEWAY.into_response()).await;
    let connector = HttpBackend::new(&url, LONG).unwrap();
    for _ in 0..4 {
        let reply = connector.ask(&bill(), "").await;
        assert!(matches!(reply, Reply::Unavailable { .. }));
    }
    assert_eq!(seen.lock().unwrap().len(), 5);
}

/// Lets the first request through to the real service and loses its answer; then it is a plain wire.
async fn losing_the_first_answer(service: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await?;
        let mut server = TcpStream::connect(&service).await?;
        let (mut request, mut answer) = (vec![0; 65536], vec![0; 65536]);
        let length = client.read(&mut request).await?;
        server.write_all(&request[..length]).await?;
        assert_ne!(server.read(&mut answer).await?, 0);
        drop((client, server));
        loop {
            let (mut client, _) = listener.accept().await?;
            let mut server = TcpStream::connect(&service).await?;
            tokio::io::copy_bidirectional(&mut client, &mut server).await?;
        }
        #[expect(unreachable_code, reason = "gives the task its type")]
        std::io::Result::Ok(())
    });
    url
}

fn noon() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, 23)
        .and_then(|day| day.and_hms_opt(12, 0, 0))
        .unwrap()
}

#[tokio::test]
async fn a_ticket_whose_answer_was_lost_is_not_opened_twice() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), noon()).await.unwrap();
    let service = demo.url().replace("http://", "").replace('/', "");
    let url = losing_the_first_answer(service).await;
    let first = HttpBackend::new(&url, LONG).unwrap();
    let Reply::Ticket(opened) = first.ask(&ticket(), "call-1/1").await else {
        panic!("no ticket")
    };
    assert_eq!(opened.ticket, "2026112300001");
    let straight = HttpBackend::new(&demo.url(), LONG).unwrap();
    let Reply::Ticket(next) = straight.ask(&ticket(), "call-2/1").await else {
        panic!("no ticket")
    };
    assert_eq!(next.ticket, "2026112300002");
}

#[test]
fn an_address_that_is_none_is_named() {
    for url in ["", "back-office:80", "ftp://back.office/"] {
        let error = HttpBackend::new(url, LONG).err().unwrap().to_string();
        assert!(error.contains("backend.url"), "{error}");
    }
}

#[tokio::test]
async fn a_ticket_that_could_not_be_delivered_waits_on_disk_and_goes_out_once() {
    let folder = tempfile::tempdir().unwrap();
    let (url, seen) = office(|nth| match nth {
        1..=3 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        _ => a_ticket(),
    })
    .await;
    let connector = || Arc::new(HttpBackend::new(&url, LONG).unwrap());
    let before = Outbox::new(folder.path(), connector());
    let reply = before.ask(&ticket(), "call-1/7").await;
    assert!(
        matches!(&reply, Reply::Unavailable { reason } if reason.contains("outbox")),
        "{reply:?}"
    );
    drop(before);

    let after_a_restart = Outbox::new(folder.path(), connector());
    assert_eq!(after_a_restart.deliver().await.unwrap(), 0);
    assert_eq!(after_a_restart.deliver().await.unwrap(), 0);
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 4);
    assert_eq!(seen[3]["idempotency-key"], "call-1/7");
}
