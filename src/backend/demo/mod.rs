//! A utility that does not exist: an embedded back office for the demo and the tests.
//!
//! In: HTTP requests of the contract `docs/backoffice-api.yaml`, on a loopback port. Out: its answers, from an SQLite
//! file with some thousand invented customers, their bills of 24 months, outages and tickets.
//! A real back office takes its place by `backend.url` in the configuration; the connector is the same.
//!
//! Accounts that tests, the demo and the README rely on (all telephones begin with 154, which no operator has):
//!
//! | account | meter | holder | address | telephone | on purpose |
//! | --- | --- | --- | --- | --- | --- |
//! | 10086230 | SW2600001 | 王建国 | 国权路525弄15号602室 | 15400000001 | this month's bill is open |
//! | 10112405 | SW2600032 | 李秀英 | 四平路1028弄7号301室 | 15400000002 | nothing owed; planned outage tomorrow 8:00–16:00 |
//! | 10138575 | SW2600063 | 张伟 | 政通路189弄3号1204室 | 15400000003 | three bills open; burst pipe since two hours ago |
//! | 10164749 | SW2600094 | 刘洋 | 延长路50号405室 | 15400000004 | |
//! | 10190913 | SW2600125 | 陈桂兰 | 长寿路868弄2号902室 | 15400000005 | outage the day after tomorrow |
//! | 10217081 | SW2600156 | 赵敏 | 漕溪北路398号1105室 | 15400000006 | |
//! | 10243255 | SW2600187 | 黄志强 | 复兴中路1195弄4号201室 | 15400000007 | |
//! | 10269426 | SW2600218 | 周丽 | 世纪大道1500弄11号2103室 | 15400000008 | planned outage going on |
//!
//! The first five also have a ticket each, from accepted to closed. The last digit of an account number checks the
//! others: the first seven weighted 3, 7, 1, 3, 7, 1, 3, summed, modulo 10.

mod address;
mod ledger;
mod people;
mod routes;
mod seed;
mod tariff;

use super::BackendError;
use chrono::NaiveDateTime;
use ledger::Ledger;
use sqlx::sqlite::SqlitePool;
use std::future::IntoFuture;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use tokio::task::JoinHandle;

/// The running demo utility; dropping it ends it.
pub struct Demo {
    address: SocketAddr,
    server: JoinHandle<()>,
    books: SqlitePool,
}

impl Demo {
    /// Opens or makes `folder/demo-utility.sqlite` and serves it on a free loopback port.
    ///
    /// `now` is the utility's local time at the start: bills end with its month, outages lie around it, and it goes
    /// on from there.
    pub async fn start(folder: &Path, now: NaiveDateTime) -> Result<Demo, BackendError> {
        let path = folder.join("demo-utility.sqlite");
        let unusable = |source| BackendError::Database {
            path: path.clone(),
            source,
        };
        std::fs::create_dir_all(folder).map_err(|error| unusable(sqlx::Error::Io(error)))?;
        let pool = seed::open(&path, now).await.map_err(unusable)?;
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(BackendError::Listen)?;
        let address = listener.local_addr().map_err(BackendError::Listen)?;
        let (router, _) = routes::router(Ledger::new(pool.clone(), now));
        let serving = axum::serve(listener, router).into_future();
        let server = tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the demo utility stopped");
            }
        });
        Ok(Demo {
            address,
            server,
            books: pool,
        })
    }

    /// Ends it and waits until its books are closed: from then on the file is whole and alone in its folder.
    pub async fn end(mut self) {
        self.server.abort();
        // It was just aborted: that is how it ends.
        let _ = (&mut self.server).await;
        self.books.close().await;
    }

    /// Base URL for the connector.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The contract that the demo utility serves, as it is published in `docs/backoffice-api.yaml`.
    pub fn contract() -> utoipa::openapi::OpenApi {
        routes::contract()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.server.abort();
    }
}
