//! The demo utility's books: what each operation of the contract reads and writes.

use super::address::Place;
use super::seed::MINUTES;
use super::tariff::yuan;
use crate::event::{Account, Bill, Outage, Pii, Ticket, TicketDraft};
use crate::tickets::State;
use chrono::NaiveDateTime;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row, Sqlite, Transaction};
use std::sync::Arc;
use std::time::Instant;

/// The books and the utility's clock.
#[derive(Clone)]
pub(super) struct Ledger {
    pool: SqlitePool,
    opened: (NaiveDateTime, Arc<Instant>),
}

/// Why an operation has no good answer.
pub(super) enum Trouble {
    NotFound,
    /// A rule of the utility is against it.
    Refused(String),
    Broken(sqlx::Error),
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Trouble {
        match error {
            sqlx::Error::RowNotFound => Trouble::NotFound,
            error => Trouble::Broken(error),
        }
    }
}

type Answer<T> = Result<T, Trouble>;

fn refused<T>(reason: impl Into<String>) -> Answer<T> {
    Err(Trouble::Refused(reason.into()))
}

/// Which column names an account without doubt.
#[derive(Clone, Copy)]
pub(super) enum Key {
    Number,
    Meter,
    Phone,
}

const ACCOUNT: &str = "SELECT account_number, meter_number, name, address, phone, (SELECT coalesce(sum(amount_fen), 0)
    FROM bill WHERE bill.account_number = account.account_number AND NOT paid) AS due_fen FROM account";

impl Ledger {
    pub fn new(pool: SqlitePool, now: NaiveDateTime) -> Ledger {
        Ledger {
            pool,
            opened: (now, Arc::new(Instant::now())),
        }
    }

    fn now(&self) -> NaiveDateTime {
        self.opened.0 + self.opened.1.elapsed()
    }

    pub async fn account(&self, key: Key, value: &str) -> Answer<Account> {
        let condition = match key {
            Key::Number => "account_number = ?",
            Key::Meter => "meter_number = upper(?)",
            Key::Phone => "phone = ?",
        };
        let statement = sqlx::AssertSqlSafe(format!("{ACCOUNT} WHERE {condition}"));
        let row = sqlx::query(statement)
            .bind(value)
            .fetch_one(&self.pool)
            .await?;
        account_of(&row)
    }

    pub async fn account_at(&self, address: &str) -> Answer<Account> {
        let Some(said) = Place::read(address) else {
            return refused("the address names no road");
        };
        let statement = sqlx::AssertSqlSafe(format!("{ACCOUNT} WHERE road = ?"));
        let rows = sqlx::query(statement)
            .bind(&said.road)
            .fetch_all(&self.pool)
            .await?;
        let mut found = Vec::new();
        for row in &rows {
            let place = Place::read(row.try_get("address")?);
            if place.is_some_and(|place| place.fits(&said)) {
                found.push(row);
            }
        }
        match found[..] {
            [] => Err(Trouble::NotFound),
            [row] => account_of(row),
            _ => refused(format!(
                "{} accounts are at this address: lane, building and room are needed",
                found.len()
            )),
        }
    }

    pub async fn bill(&self, account_number: &str, month: Option<&str>) -> Answer<Bill> {
        let account = self.account(Key::Number, account_number).await?;
        let row = sqlx::query(
            "SELECT month, usage_m3, amount_fen, paid, due FROM bill
             WHERE account_number = ?1 AND (?2 IS NULL OR month = ?2) ORDER BY month DESC LIMIT 1",
        )
        .bind(account_number)
        .bind(month)
        .fetch_one(&self.pool)
        .await?;
        Ok(Bill {
            month: row.try_get("month")?,
            usage: row.try_get::<i64, _>("usage_m3")?.to_string(),
            amount: yuan(row.try_get("amount_fen")?),
            paid: row.try_get("paid")?,
            due: row.try_get("due")?,
            balance_due: account.balance_due,
        })
    }

    /// Outages that are not over, those on the road of the caller first, then the sooner ones.
    pub async fn outages(
        &self,
        account_number: Option<&str>,
        address: Option<&str>,
    ) -> Answer<Vec<Outage>> {
        let road = match (account_number, address) {
            (Some(number), _) => {
                let account = self.account(Key::Number, number).await?;
                Place::read(&account.address.0).map(|place| place.road)
            }
            (None, Some(address)) => match Place::read(address) {
                Some(place) => Some(place.road),
                None => return refused("the address names no road"),
            },
            (None, None) => None,
        };
        let rows = sqlx::query(
            "SELECT area, cause, planned, starts, ends FROM outage
             WHERE ends > ?1 AND (?2 IS NULL OR road = ?2) ORDER BY starts",
        )
        .bind(self.now().format(MINUTES).to_string())
        .bind(road)
        .fetch_all(&self.pool)
        .await?;
        let outage = |row: &SqliteRow| {
            Ok(Outage {
                area: row.try_get("area")?,
                cause: row.try_get("cause")?,
                planned: row.try_get("planned")?,
                from: row.try_get("starts")?,
                until: row.try_get("ends")?,
            })
        };
        rows.iter().map(outage).collect()
    }

    pub async fn ticket(&self, number: Option<&str>, phone: Option<&str>) -> Answer<Ticket> {
        if number.is_none() && phone.is_none() {
            return refused("a ticket is found by its number or by a telephone number");
        }
        let row = sqlx::query(
            "SELECT ticket, state, draft, remark FROM ticket
             WHERE (?1 IS NOT NULL AND ticket = ?1) OR (?1 IS NULL AND phone = ?2)
             ORDER BY ticket DESC LIMIT 1",
        )
        .bind(number)
        .bind(phone)
        .fetch_one(&self.pool)
        .await?;
        Ok(Ticket {
            ticket: row.try_get("ticket")?,
            state: row.try_get("state")?,
            draft: read_json(row.try_get("draft")?)?,
            remark: row.try_get("remark")?,
        })
    }

    pub async fn create_ticket(&self, draft: &TicketDraft, key: &str) -> Answer<Ticket> {
        self.once("create_ticket", draft, key, async |tx| {
            let day = self.now().format("%Y%m%d").to_string();
            let taken: i64 =
                sqlx::query_scalar("SELECT count(*) FROM ticket WHERE ticket GLOB ? || '*'")
                    .bind(&day)
                    .fetch_one(&mut **tx)
                    .await?;
            let ticket = Ticket {
                ticket: format!("{day}{:05}", taken + 1),
                state: State::Accepted.name().into(),
                draft: draft.clone(),
                remark: None,
            };
            sqlx::query("INSERT INTO ticket VALUES (?, ?, ?, ?, NULL)")
                .bind(&ticket.ticket)
                .bind(&ticket.state)
                .bind(draft.phone.as_ref().map(|phone| &phone.0))
                .bind(write_json(draft)?)
                .execute(&mut **tx)
                .await?;
            Ok(ticket)
        })
        .await
    }

    /// Sends a message about an account to a telephone. `what` says which: the same words make the same request.
    pub async fn send(
        &self,
        account: &str,
        phone: &str,
        what: &str,
        key: &str,
    ) -> Answer<Pii<String>> {
        if !is_mobile(phone) {
            return refused("messages go to mobile telephones only: eleven digits from 1");
        }
        self.once("send", &(account, phone, what), key, async |tx| {
            sqlx::query(
                "INSERT INTO message (sent_at, phone, account_number, what) VALUES (?, ?, ?, ?)",
            )
            .bind(self.now().format(MINUTES).to_string())
            .bind(phone)
            .bind(account)
            .bind(what)
            .execute(&mut **tx)
            .await?;
            Ok(Pii(phone.to_owned()))
        })
        .await
    }

    /// Does an effect once for each idempotency key; an attempt made again gets the first one's answer.
    async fn once<T: Serialize + DeserializeOwned>(
        &self,
        operation: &str,
        request: &impl Serialize,
        key: &str,
        effect: impl AsyncFnOnce(&mut Transaction<'_, Sqlite>) -> Answer<T>,
    ) -> Answer<T> {
        let request = format!("{operation} {}", write_json(request)?);
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let before = sqlx::query("SELECT request, answer FROM answered WHERE idempotency_key = ?")
            .bind(key)
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(row) = before {
            if row.try_get::<&str, _>("request")? != request {
                return refused("this idempotency key was used for another request");
            }
            return read_json(row.try_get("answer")?);
        }
        let answer = effect(&mut tx).await?;
        sqlx::query("INSERT INTO answered VALUES (?, ?, ?)")
            .bind(key)
            .bind(request)
            .bind(write_json(&answer)?)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(answer)
    }
}

fn account_of(row: &SqliteRow) -> Answer<Account> {
    let text = |column: &str| row.try_get::<String, _>(column).map(Pii);
    Ok(Account {
        account_number: text("account_number")?,
        meter_number: text("meter_number")?,
        name: text("name")?,
        address: text("address")?,
        phone: text("phone")?,
        balance_due: yuan(row.try_get("due_fen")?),
    })
}

fn is_mobile(phone: &str) -> bool {
    phone.len() == 11 && phone.starts_with('1') && phone.bytes().all(|b| b.is_ascii_digit())
}

fn write_json(value: &impl Serialize) -> Answer<String> {
    serde_json::to_string(value).map_err(|error| Trouble::Broken(sqlx::Error::Encode(error.into())))
}

fn read_json<T: DeserializeOwned>(text: &str) -> Answer<T> {
    serde_json::from_str(text).map_err(|error| Trouble::Broken(sqlx::Error::Decode(error.into())))
}
