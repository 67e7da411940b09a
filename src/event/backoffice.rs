//! The questions that a call puts to the utility's back office, and its answers.
//!
//! Flows name an operation and fill its fields with strings, so every field here reads from a string.
//! Amounts are yuan with two decimals as text (`36.50`), months `2026-10`, dates `2026-11-30`.

use crate::event::Pii;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A question to the back office. [`Request::has_effect`] says whether asking changes anything there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "operation", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Finds an account by its number.
    AccountByNumber { account_number: Pii<String> },
    /// Finds an account by its meter's number.
    AccountByMeter { meter_number: Pii<String> },
    /// Finds an account by its address as the caller said it.
    AccountByAddress { address: Pii<String> },
    /// Finds the account whose holder has this telephone number.
    AccountByPhone { phone: Pii<String> },
    /// The bill of one month, or the newest when `month` is absent.
    Bill {
        account_number: Pii<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        month: Option<String>,
    },
    /// Sends a payment link to the telephone of the account's holder or to `phone`.
    SendPaymentLink {
        account_number: Pii<String>,
        phone: Pii<String>,
    },
    /// Sends a bill again.
    ReissueBill {
        account_number: Pii<String>,
        month: String,
        phone: Pii<String>,
    },
    /// Outages, planned or not, that touch an address or an account.
    Outages {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account_number: Option<Pii<String>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<Pii<String>>,
    },
    /// Opens a ticket.
    CreateTicket(TicketDraft),
    /// The ticket with this number, or the newest one of this telephone.
    TicketStatus {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phone: Option<Pii<String>>,
    },
}

impl Request {
    /// Whether the request changes something; such a request is never made ahead of need and carries an
    /// idempotency key.
    pub fn has_effect(&self) -> bool {
        match self {
            Request::SendPaymentLink { .. }
            | Request::ReissueBill { .. }
            | Request::CreateTicket(_) => true,
            Request::AccountByNumber { .. }
            | Request::AccountByMeter { .. }
            | Request::AccountByAddress { .. }
            | Request::AccountByPhone { .. }
            | Request::Bill { .. }
            | Request::Outages { .. }
            | Request::TicketStatus { .. } => false,
        }
    }
}

/// What the back office answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// The account.
    Account(Account),
    /// The bill.
    Bill(Bill),
    /// A message or bill went out to this telephone.
    Sent { phone: Pii<String> },
    /// Outages, none when empty, the one that concerns the caller most first.
    Outages { outages: Vec<Outage> },
    /// The ticket, as opened or as found.
    Ticket(Ticket),
    /// There is no such thing.
    NotFound,
    /// The back office refused: the sentence says why, for the log.
    Refused { reason: String },
    /// The back office could not be reached or did not answer in time.
    Unavailable { reason: String },
}

/// A customer's account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Account {
    /// Digits.
    pub account_number: Pii<String>,
    /// Digits and letters.
    pub meter_number: Pii<String>,
    /// The holder.
    pub name: Pii<String>,
    /// Where the meter is: `国权路525弄15号602室`.
    pub address: Pii<String>,
    /// The holder's telephone.
    pub phone: Pii<String>,
    /// What is owed over all bills: `36.50`.
    pub balance_due: String,
}

/// One month's bill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Bill {
    /// `2026-10`.
    pub month: String,
    /// Units used, in the utility's own unit (m³, kWh): `12`.
    pub usage: String,
    /// Amount in yuan: `36.50`.
    pub amount: String,
    /// Whether it has been paid.
    pub paid: bool,
    /// Last day to pay: `2026-11-25`.
    pub due: String,
    /// What is owed over all bills: `36.50`.
    pub balance_due: String,
}

/// A stretch of time without water, heat or power.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Outage {
    /// Where: a road, a neighbourhood.
    pub area: String,
    /// Why: 管网检修, 水管爆裂.
    pub cause: String,
    /// Whether it was announced beforehand.
    pub planned: bool,
    /// First day and time: `2026-11-30 08:00`.
    pub from: String,
    /// Expected restoration: `2026-11-30 16:00`.
    pub until: String,
}

/// What a ticket says when it is opened.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketDraft {
    /// Intent that it comes from: `repair.burst`, `complaint`, `callback`, `voicemail`.
    pub category: String,
    /// `normal` or `urgent`.
    #[serde(default)]
    pub urgency: Urgency,
    /// What is wrong or wanted, in a sentence.
    pub description: Pii<String>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Pii<String>>,
    /// Since when, as said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Whom to ring back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Pii<String>>,
    /// Which account, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_number: Option<Pii<String>>,
}

/// How fast a ticket must be seen to.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// In its turn.
    #[default]
    Normal,
    /// At once: a burst pipe.
    Urgent,
}

/// A ticket as the back office holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// Its number, digits only so that it can be spoken: `2026112300017`.
    pub ticket: String,
    /// `accepted`, `dispatched`, `in_progress`, `follow_up` or `closed` (受理 派单 处理 回访 办结).
    pub state: String,
    /// What it says.
    #[serde(flatten)]
    pub draft: TicketDraft,
    /// The newest remark of those who work on it, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_reads_from_the_strings_of_a_flow() {
        let request: Request = serde_json::from_value(serde_json::json!({
            "operation": "bill", "account_number": "10086235", "month": "2026-10"
        }))
        .unwrap();
        assert!(!request.has_effect());
    }

    #[test]
    fn a_misspelt_field_is_refused() {
        let request = serde_json::from_value::<Request>(serde_json::json!({
            "operation": "bill", "account": "10086235"
        }));
        assert!(request.is_err());
    }
}
