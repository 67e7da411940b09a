//! Fills the demo utility's database. The same customers and bills each time; outages and tickets around `now`.

use super::people::{self, Customer};
use super::tariff::amount_fen;
use crate::event::{Pii, TicketDraft, Urgency};
use crate::tickets::{State, Step};
use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use sqlx::{Sqlite, Transaction};
use std::path::Path;

/// Months of bills, the current one included.
const MONTHS: u32 = 24;
/// How times are written: sorts as text, and the dialogue reads it aloud.
pub(super) const MINUTES: &str = "%Y-%m-%d %H:%M";

/// Opens the database, makes what is missing in it, and lays the outages around `now`.
pub(super) async fn open(path: &Path, now: NaiveDateTime) -> sqlx::Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal);
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .connect_with(options)
        .await?;
    sqlx::raw_sql(include_str!("schema.sql"))
        .execute(&pool)
        .await?;
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    let customers = people::customers();
    accounts(&mut tx, &customers).await?;
    bills(&mut tx, &customers, now.date()).await?;
    outages(&mut tx, now).await?;
    tickets(&mut tx, now.date()).await?;
    tx.commit().await?;
    Ok(pool)
}

async fn accounts(tx: &mut Transaction<'_, Sqlite>, customers: &[Customer]) -> sqlx::Result<()> {
    let rows = customers.iter().map(|c| {
        json!([
            c.account_number,
            c.meter_number,
            c.name,
            c.district,
            c.address,
            c.road,
            c.phone
        ])
    });
    insert(
        tx,
        "INSERT OR IGNORE INTO account
         SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6 FROM json_each(?)",
        rows.collect(),
    )
    .await
}

async fn bills(
    tx: &mut Transaction<'_, Sqlite>,
    customers: &[Customer],
    today: NaiveDate,
) -> sqlx::Result<()> {
    let newest: Option<String> = sqlx::query_scalar("SELECT max(month) FROM bill")
        .fetch_one(&mut **tx)
        .await?;
    let this_month = first_of(today);
    for age in (0..MONTHS).rev() {
        let month = this_month - Months::new(age);
        let name = month.format("%Y-%m").to_string();
        if newest.as_ref().is_some_and(|newest| *newest >= name) {
            continue;
        }
        let due = month + Months::new(1) + Days::new(24);
        let rows = (0u32..).zip(customers).map(|(index, customer)| {
            let (usage, fen) = consumption(index, month);
            let paid = is_paid(index, month, age);
            json!([customer.account_number, name, usage, fen, paid, due])
        });
        insert(
            tx,
            "INSERT OR IGNORE INTO bill
             SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each(?)",
            rows.collect(),
        )
        .await?;
    }
    Ok(())
}

/// What a customer used in a month in m³, and what it cost in fen.
fn consumption(index: u32, month: NaiveDate) -> (u32, i64) {
    let january = month.with_month(1).unwrap_or(month);
    let before: u32 = january
        .iter_days()
        .take_while(|day| *day < month)
        .filter(|day| day.day() == 1)
        .map(|earlier| usage(index, earlier))
        .sum();
    let usage = usage(index, month);
    (usage, amount_fen(before, usage))
}

fn usage(index: u32, month: NaiveDate) -> u32 {
    let household = 4 + index * 7 % 23;
    let summer = if (6..=9).contains(&month.month()) {
        3
    } else {
        0
    };
    household + summer + draw(index, month).random_range(0..5)
}

/// Whether a bill has been paid. The first three accounts are told apart on purpose: one bill open, none, three.
fn is_paid(index: u32, month: NaiveDate, age: u32) -> bool {
    match index {
        0 => age > 0,
        1 => true,
        2 => age > 2,
        _ => {
            let chance = match age {
                0 => 0.45,
                1 => 0.85,
                2 => 0.96,
                _ => 1.0,
            };
            draw(index, month + Days::new(1)).random_bool(chance)
        }
    }
}

fn draw(index: u32, day: NaiveDate) -> StdRng {
    StdRng::seed_from_u64(u64::from(index) << 32 | u64::from(day.to_epoch_days().unsigned_abs()))
}

fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

async fn outages(tx: &mut Transaction<'_, Sqlite>, now: NaiveDateTime) -> sqlx::Result<()> {
    let hour = TimeDelta::hours;
    let tomorrow = now.date().and_time(chrono::NaiveTime::MIN) + hour(24);
    let rows = [
        (
            "四平路",
            "四平路1000弄至1300弄",
            "管网检修",
            true,
            tomorrow + hour(8),
            tomorrow + hour(16),
        ),
        (
            "政通路",
            "政通路100弄至300弄",
            "水管爆裂",
            false,
            now - hour(2),
            now + hour(3),
        ),
        (
            "长寿路",
            "长寿路800弄至900弄",
            "二次供水设施清洗",
            true,
            tomorrow + hour(33),
            tomorrow + hour(37),
        ),
        (
            "世纪大道",
            "世纪大道1400弄至1600弄",
            "阀门更换",
            true,
            now - hour(1),
            now + hour(5),
        ),
        (
            "金沙江路",
            "金沙江路",
            "水管爆裂",
            false,
            now - hour(1),
            now + hour(4),
        ),
        (
            "沪闵路",
            "沪闵路",
            "泵站停电",
            false,
            now - hour(30),
            now - hour(26),
        ),
    ]
    .into_iter()
    .map(|(road, area, cause, planned, starts, ends)| {
        let (starts, ends) = (starts.format(MINUTES), ends.format(MINUTES));
        json!([
            road,
            area,
            cause,
            planned,
            starts.to_string(),
            ends.to_string()
        ])
    });
    sqlx::query("DELETE FROM outage").execute(&mut **tx).await?;
    insert(
        tx,
        "INSERT INTO outage
         SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each(?)",
        rows.collect(),
    )
    .await
}

/// One ticket in each state, of the first five customers, taken down over the last days. Only where there are none.
async fn tickets(tx: &mut Transaction<'_, Sqlite>, today: NaiveDate) -> sqlx::Result<()> {
    let any: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM ticket)")
        .fetch_one(&mut **tx)
        .await?;
    if any {
        return Ok(());
    }
    let way = [Step::Dispatch, Step::Start, Step::Finish, Step::Confirm];
    let stories: [(&str, &str, &str); 5] = [
        ("repair.meter", "水表走得不准，要求校表", ""),
        ("repair.leak", "厨房水管接头漏水", "维修人员明天上午上门"),
        ("repair.pressure", "六楼以上水压低", "正在检查二次供水泵房"),
        (
            "repair.quality",
            "早上放出来的水发黄",
            "管道已冲洗，水质合格",
        ),
        ("complaint", "抄表数和实际不符", "已更正账单"),
    ];
    let mut state = State::Accepted;
    let customers = people::customers();
    let mut rows = Vec::new();
    for (index, (category, description, remark)) in stories.into_iter().enumerate() {
        if let Some(step) = index.checked_sub(1).map(|last| way[last]) {
            state = state
                .after(step)
                .expect("the steps of `way` lead through the loop in order");
        }
        let customer = &customers[index];
        let day = today - Days::new(index as u64 + 1);
        let draft = TicketDraft {
            category: category.into(),
            urgency: Urgency::Normal,
            description: description.into(),
            address: Some(Pii(customer.address.clone())),
            since: None,
            phone: Some(Pii(customer.phone.clone())),
            account_number: Some(Pii(customer.account_number.clone())),
        };
        let remark = if remark.is_empty() {
            Value::Null
        } else {
            remark.into()
        };
        let number = format!("{}00001", day.format("%Y%m%d"));
        rows.push(json!([
            number,
            state.name(),
            customer.phone,
            json!(draft).to_string(),
            remark
        ]));
    }
    insert(
        tx,
        "INSERT INTO ticket
         SELECT value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?)",
        rows,
    )
    .await
}

async fn insert(
    tx: &mut Transaction<'_, Sqlite>,
    statement: &'static str,
    rows: Vec<Value>,
) -> sqlx::Result<()> {
    sqlx::query(statement)
        .bind(Value::Array(rows).to_string())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
