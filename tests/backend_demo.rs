//! The connector against the demo utility, over HTTP, as in a call.

use chrono::{NaiveDate, NaiveDateTime};
use lingting::backend::demo::Demo;
use lingting::backend::{Backend, HttpBackend};
use lingting::event::{Account, Reply, Request, Ticket, TicketDraft, Urgency};
use std::time::Duration;

/// A demo utility in a folder of its own, and the way to it.
struct Office {
    connector: HttpBackend,
    _demo: Demo,
    _folder: tempfile::TempDir,
}

fn noon() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, 23)
        .and_then(|day| day.and_hms_opt(12, 0, 0))
        .unwrap()
}

async fn office() -> Office {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), noon()).await.unwrap();
    let connector = HttpBackend::new(&demo.url(), Duration::from_secs(20)).unwrap();
    Office {
        connector,
        _demo: demo,
        _folder: folder,
    }
}

impl Office {
    async fn ask(&self, request: Request) -> Reply {
        self.connector.ask(&request, "call-1").await
    }

    async fn account(&self, request: Request) -> Account {
        match self.ask(request).await {
            Reply::Account(account) => account,
            other => panic!("{other:?}"),
        }
    }
}

fn by_address(address: &str) -> Request {
    Request::AccountByAddress {
        address: address.into(),
    }
}

fn burst_pipe() -> Request {
    Request::CreateTicket(TicketDraft {
        category: "repair.burst".into(),
        urgency: Urgency::Urgent,
        description: "路面水管爆裂".into(),
        phone: Some("15400000001".into()),
        ..TicketDraft::default()
    })
}

#[tokio::test]
async fn one_account_is_found_by_number_meter_telephone_and_address() {
    let office = office().await;
    let account = office
        .account(Request::AccountByNumber {
            account_number: "10086230".into(),
        })
        .await;
    assert_eq!(account.name.0, "王建国");
    assert_eq!(account.address.0, "国权路525弄15号602室");
    for request in [
        Request::AccountByMeter {
            meter_number: account.meter_number.clone(),
        },
        Request::AccountByPhone {
            phone: account.phone.clone(),
        },
        by_address("国权路525弄15号602室"),
        by_address("上海市杨浦区国权路525弄15号602"),
    ] {
        assert_eq!(office.account(request).await, account);
    }
}

#[tokio::test]
async fn an_address_without_road_or_house_is_answered_truthfully() {
    let office = office().await;
    assert_eq!(
        office.ask(by_address("国权路9999号")).await,
        Reply::NotFound
    );
    assert!(matches!(
        office.ask(by_address("我家")).await,
        Reply::Refused { .. }
    ));
    let whole_road = office.ask(by_address("国权路")).await;
    assert!(
        matches!(whole_road, Reply::Refused { .. }),
        "{whole_road:?}"
    );
}

#[tokio::test]
async fn bills_reach_back_two_years_and_the_newest_comes_first() {
    let office = office().await;
    let ask = |month: Option<&str>| {
        office.ask(Request::Bill {
            account_number: "10086230".into(),
            month: month.map(str::to_owned),
        })
    };
    let (Reply::Bill(newest), Reply::Bill(oldest)) = (ask(None).await, ask(Some("2024-12")).await)
    else {
        panic!("no bill")
    };
    assert_eq!(
        (newest.month.as_str(), newest.due.as_str()),
        ("2026-11", "2026-12-25")
    );
    assert!(!newest.paid && oldest.paid);
    assert_eq!(newest.balance_due, newest.amount);
    assert_eq!(ask(Some("2024-11")).await, Reply::NotFound);
}

#[tokio::test]
async fn a_payment_link_goes_out_only_where_something_is_owed() {
    let office = office().await;
    let link = |account: &str| Request::SendPaymentLink {
        account_number: account.into(),
        phone: "15400000001".into(),
    };
    let sent = office.connector.ask(&link("10086230"), "a").await;
    assert_eq!(
        sent,
        Reply::Sent {
            phone: "15400000001".into()
        }
    );
    let refused = office.connector.ask(&link("10112405"), "b").await;
    assert!(matches!(refused, Reply::Refused { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_bill_is_sent_again_to_a_mobile_telephone_only() {
    let office = office().await;
    let reissue = |phone: &str| Request::ReissueBill {
        account_number: "10086230".into(),
        month: "2026-10".into(),
        phone: phone.into(),
    };
    assert!(matches!(
        office.ask(reissue("15400000001")).await,
        Reply::Sent { .. }
    ));
    assert!(matches!(
        office.ask(reissue("02165123456")).await,
        Reply::Refused { .. }
    ));
}

#[tokio::test]
async fn a_ticket_asked_for_twice_with_one_key_is_one_ticket() {
    let office = office().await;
    let open = |key: &'static str| {
        let office = &office;
        async move {
            match office.connector.ask(&burst_pipe(), key).await {
                Reply::Ticket(ticket) => ticket,
                other => panic!("{other:?}"),
            }
        }
    };
    let first: Ticket = open("call-1/3").await;
    assert_eq!(first.ticket, "2026112300001");
    assert_eq!(open("call-1/3").await, first);
    assert_eq!(open("call-2/1").await.ticket, "2026112300002");
}

#[tokio::test]
async fn one_key_for_two_different_requests_is_refused() {
    let office = office().await;
    assert!(matches!(office.ask(burst_pipe()).await, Reply::Ticket(_)));
    let other = office
        .ask(Request::CreateTicket(TicketDraft {
            category: "complaint".into(),
            ..TicketDraft::default()
        }))
        .await;
    assert!(matches!(other, Reply::Refused { .. }), "{other:?}");
}

#[tokio::test]
async fn a_new_ticket_is_the_newest_of_its_telephone() {
    let office = office().await;
    let Reply::Ticket(opened) = office.ask(burst_pipe()).await else {
        panic!("no ticket")
    };
    let newest = office
        .ask(Request::TicketStatus {
            ticket: None,
            phone: Some("15400000001".into()),
        })
        .await;
    assert_eq!(newest, Reply::Ticket(opened));
    let older = office
        .ask(Request::TicketStatus {
            ticket: Some("2026112200001".into()),
            phone: None,
        })
        .await;
    assert!(matches!(older, Reply::Ticket(ticket) if ticket.state == "accepted"));
}

#[tokio::test]
async fn an_outage_is_told_to_those_on_its_road() {
    let office = office().await;
    let outages = |account: &str| {
        office.ask(Request::Outages {
            account_number: Some(account.into()),
            address: None,
        })
    };
    let Reply::Outages { outages: planned } = outages("10112405").await else {
        panic!("no answer")
    };
    assert_eq!(planned[0].from, "2026-11-24 08:00");
    assert!(planned[0].planned);
    let nothing = outages("10086230").await;
    assert_eq!(nothing, Reply::Outages { outages: vec![] });
}

#[tokio::test]
async fn a_month_later_the_books_have_one_bill_more_and_keep_the_old_ones() {
    let folder = tempfile::tempdir().unwrap();
    drop(Demo::start(folder.path(), noon()).await.unwrap());
    let demo = Demo::start(folder.path(), noon() + chrono::Days::new(30))
        .await
        .unwrap();
    let connector = HttpBackend::new(&demo.url(), Duration::from_secs(20)).unwrap();
    for month in ["2026-12", "2024-12"] {
        let bill = Request::Bill {
            account_number: "10086230".into(),
            month: Some(month.into()),
        };
        assert!(
            matches!(connector.ask(&bill, "").await, Reply::Bill(_)),
            "{month}"
        );
    }
}
