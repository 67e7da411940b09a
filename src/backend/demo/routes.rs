//! The contract over HTTP, served from the books. `docs/backoffice-api.yaml` is generated from this file.

use super::ledger::{Key, Ledger, Trouble};
use crate::event::{Account, Bill, Outage, Pii, Ticket, TicketDraft};
use axum::Json;
use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::openapi::{InfoBuilder, OpenApi};
use utoipa::{IntoResponses, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const ABOUT: &str = "What Lingting asks of a utility's back office: one operation for each question, its fields as a \
JSON body, so that telephone numbers and addresses stay out of URLs and of the logs that URLs end up in. \
Questions without effect may be asked again at will. Questions with an effect carry an `Idempotency-Key`: a second \
request with the same key and body gets the first one's answer and has no second effect. Amounts are yuan with two \
decimals as text (`36.50`), months `2026-10`, dates `2026-11-30`, times `2026-11-30 08:00`, local.";

/// The routes and their description.
pub(super) fn router(ledger: Ledger) -> (Router, OpenApi) {
    let (router, api) = described();
    (router.with_state(ledger), api)
}

/// The description alone.
pub(super) fn contract() -> OpenApi {
    described().1
}

fn described() -> (Router<Ledger>, OpenApi) {
    let info = InfoBuilder::new()
        .title("Back office of a public utility")
        .version("1")
        .description(Some(ABOUT))
        .build();
    let empty = OpenApi::new(info, utoipa::openapi::Paths::new());
    OpenApiRouter::with_openapi(empty)
        .routes(routes!(account_by_number))
        .routes(routes!(account_by_meter))
        .routes(routes!(account_by_address))
        .routes(routes!(account_by_phone))
        .routes(routes!(bill))
        .routes(routes!(send_payment_link))
        .routes(routes!(reissue_bill))
        .routes(routes!(outages))
        .routes(routes!(create_ticket))
        .routes(routes!(ticket_status))
        .split_for_parts()
}

/// Why there is no answer.
#[derive(Debug, Serialize, ToSchema)]
struct ErrorBody {
    /// A sentence for the log.
    error: String,
}

/// Answers other than the good one.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "read by the contract's generator only")]
enum Otherwise {
    /// The request does not fit the contract, or its `Idempotency-Key` is missing.
    #[response(status = 400)]
    Malformed(ErrorBody),
    /// There is no such thing.
    #[response(status = 404)]
    NotFound(ErrorBody),
    /// A rule of the utility is against it; the sentence says which.
    #[response(status = 422)]
    Refused(ErrorBody),
    /// A fault of the back office; it may be asked again.
    #[response(status = 500)]
    Broken(ErrorBody),
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Trouble::NotFound => (StatusCode::NOT_FOUND, "there is no such thing".into()),
            Trouble::Refused(reason) => (StatusCode::UNPROCESSABLE_ENTITY, reason),
            Trouble::Broken(error) => {
                tracing::error!(%error, "the demo utility's books cannot be read");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "the books cannot be read".into(),
                )
            }
        };
        (status, Json(ErrorBody { error })).into_response()
    }
}

/// A body that fits the contract; anything else is answered 400.
#[derive(FromRequest)]
#[from_request(via(Json), rejection(Malformed))]
struct Body<T>(T);

/// A request that does not fit the contract.
struct Malformed(String);

impl From<JsonRejection> for Malformed {
    fn from(rejection: JsonRejection) -> Malformed {
        Malformed(rejection.body_text())
    }
}

impl IntoResponse for Malformed {
    fn into_response(self) -> Response {
        let body = Json(ErrorBody { error: self.0 });
        (StatusCode::BAD_REQUEST, body).into_response()
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<&str, Malformed> {
    headers
        .get("Idempotency-Key")
        .and_then(|value| value.to_str().ok())
        .filter(|key| !key.is_empty() && key.len() <= 200)
        .ok_or_else(|| {
            Malformed("an Idempotency-Key of 1 to 200 printable characters is needed".into())
        })
}

macro_rules! body {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        struct $name { $($(#[$field_doc])* $field: $type),* }
    };
}

body!(ByNumber {
    /// Digits.
    account_number: Pii<String>
});
body!(ByMeter {
    /// Digits and letters.
    meter_number: Pii<String>
});
body!(ByAddress {
    /// As the caller said it, numbers in Arabic digits: `国权路525弄15号602室`; the district may stand in front.
    address: Pii<String>
});
body!(ByPhone {
    /// Eleven digits, or area code and number.
    phone: Pii<String>
});
body!(WhichBill {
    account_number: Pii<String>,
    /// `2026-10`; absent: the newest bill.
    month: Option<String>
});
body!(PaymentLink {
    account_number: Pii<String>,
    /// The mobile telephone that the link goes to.
    phone: Pii<String>
});
body!(Reissue {
    account_number: Pii<String>,
    /// `2026-10`.
    month: String,
    /// The mobile telephone that the bill goes to.
    phone: Pii<String>
});
body!(WhichOutages {
    /// Outages that touch this account.
    account_number: Option<Pii<String>>,
    /// Outages that touch this address; not looked at where an account is given.
    address: Option<Pii<String>>
});
body!(WhichTicket {
    /// Its number.
    ticket: Option<String>,
    /// The newest ticket of this telephone; not looked at where a number is given.
    phone: Option<Pii<String>>
});

/// Where a message went.
#[derive(Serialize, ToSchema)]
struct Sent {
    phone: Pii<String>,
}

/// Outages that are not over.
#[derive(Serialize, ToSchema)]
struct Outages {
    /// None when empty, the one that concerns the caller most first.
    outages: Vec<Outage>,
}

type Answer<T> = Result<Json<T>, Trouble>;

/// Finds an account by its number.
#[utoipa::path(post, path = "/v1/account_by_number", request_body = ByNumber, responses((status = 200, description = "The account.", body = Account), Otherwise))]
async fn account_by_number(
    State(books): State<Ledger>,
    Body(ask): Body<ByNumber>,
) -> Answer<Account> {
    books
        .account(Key::Number, &ask.account_number)
        .await
        .map(Json)
}

/// Finds an account by its meter's number.
#[utoipa::path(post, path = "/v1/account_by_meter", request_body = ByMeter, responses((status = 200, description = "The account.", body = Account), Otherwise))]
async fn account_by_meter(
    State(books): State<Ledger>,
    Body(ask): Body<ByMeter>,
) -> Answer<Account> {
    books.account(Key::Meter, &ask.meter_number).await.map(Json)
}

/// Finds the one account at an address; 422 where several accounts fit what was said.
#[utoipa::path(post, path = "/v1/account_by_address", request_body = ByAddress, responses((status = 200, description = "The account.", body = Account), Otherwise))]
async fn account_by_address(
    State(books): State<Ledger>,
    Body(ask): Body<ByAddress>,
) -> Answer<Account> {
    books.account_at(&ask.address).await.map(Json)
}

/// Finds the account whose holder has this telephone number.
#[utoipa::path(post, path = "/v1/account_by_phone", request_body = ByPhone, responses((status = 200, description = "The account.", body = Account), Otherwise))]
async fn account_by_phone(
    State(books): State<Ledger>,
    Body(ask): Body<ByPhone>,
) -> Answer<Account> {
    books.account(Key::Phone, &ask.phone).await.map(Json)
}

/// The bill of one month, or the newest.
#[utoipa::path(post, path = "/v1/bill", request_body = WhichBill, responses((status = 200, description = "The bill.", body = Bill), Otherwise))]
async fn bill(State(books): State<Ledger>, Body(ask): Body<WhichBill>) -> Answer<Bill> {
    let bill = books.bill(&ask.account_number, ask.month.as_deref()).await;
    bill.map(Json)
}

/// Sends a link for paying what is owed; 422 where nothing is owed.
#[utoipa::path(post, path = "/v1/send_payment_link", request_body = PaymentLink,
    params(("Idempotency-Key" = String, Header, description = "the same in every attempt of one request")),
    responses((status = 200, description = "It went out.", body = Sent), Otherwise))]
async fn send_payment_link(
    State(books): State<Ledger>,
    headers: HeaderMap,
    Body(ask): Body<PaymentLink>,
) -> Result<Json<Sent>, Response> {
    let key = idempotency_key(&headers).map_err(IntoResponse::into_response)?;
    let sent = async {
        let account = books.account(Key::Number, &ask.account_number).await?;
        if account.balance_due == "0.00" {
            return Err(Trouble::Refused("nothing is owed on this account".into()));
        }
        books
            .send(&ask.account_number, &ask.phone, "payment link", key)
            .await
    };
    let phone = sent.await.map_err(IntoResponse::into_response)?;
    Ok(Json(Sent { phone }))
}

/// Sends a bill again.
#[utoipa::path(post, path = "/v1/reissue_bill", request_body = Reissue,
    params(("Idempotency-Key" = String, Header, description = "the same in every attempt of one request")),
    responses((status = 200, description = "It went out.", body = Sent), Otherwise))]
async fn reissue_bill(
    State(books): State<Ledger>,
    headers: HeaderMap,
    Body(ask): Body<Reissue>,
) -> Result<Json<Sent>, Response> {
    let key = idempotency_key(&headers).map_err(IntoResponse::into_response)?;
    let sent = async {
        let bill = books.bill(&ask.account_number, Some(&ask.month)).await?;
        let what = format!("bill {}", bill.month);
        books
            .send(&ask.account_number, &ask.phone, &what, key)
            .await
    };
    let phone = sent.await.map_err(IntoResponse::into_response)?;
    Ok(Json(Sent { phone }))
}

/// Outages, planned or not, that touch an account or an address; all of them where neither is given.
#[utoipa::path(post, path = "/v1/outages", request_body = WhichOutages, responses((status = 200, description = "The outages.", body = Outages), Otherwise))]
async fn outages(State(books): State<Ledger>, Body(ask): Body<WhichOutages>) -> Answer<Outages> {
    let account_number = ask.account_number.as_ref().map(|number| number.as_str());
    let address = ask.address.as_ref().map(|address| address.as_str());
    let outages = books.outages(account_number, address).await?;
    Ok(Json(Outages { outages }))
}

/// Opens a ticket.
#[utoipa::path(post, path = "/v1/create_ticket", request_body = TicketDraft,
    params(("Idempotency-Key" = String, Header, description = "the same in every attempt of one request")),
    responses((status = 201, description = "The ticket.", body = Ticket), Otherwise))]
async fn create_ticket(
    State(books): State<Ledger>,
    headers: HeaderMap,
    Body(draft): Body<TicketDraft>,
) -> Result<(StatusCode, Json<Ticket>), Response> {
    let key = idempotency_key(&headers).map_err(IntoResponse::into_response)?;
    let ticket = books.create_ticket(&draft, key).await;
    let ticket = ticket.map_err(IntoResponse::into_response)?;
    Ok((StatusCode::CREATED, Json(ticket)))
}

/// The ticket with a number, or the newest one of a telephone.
#[utoipa::path(post, path = "/v1/ticket_status", request_body = WhichTicket, responses((status = 200, description = "The ticket.", body = Ticket), Otherwise))]
async fn ticket_status(
    State(books): State<Ledger>,
    Body(ask): Body<WhichTicket>,
) -> Answer<Ticket> {
    let phone = ask.phone.as_ref().map(|phone| phone.as_str());
    let ticket = books.ticket(ask.ticket.as_deref(), phone).await;
    ticket.map(Json)
}
