//! The vocabulary of the log: what can happen on a call, in the words of the field.
//!
//! A call is an append-only sequence of [`Event`]s. An event is one of three things:
//! an [`Input`] of the pure core (what the line, the recogniser, the back office and the agents told it),
//! a [`Decision`] that the core took, or a [`Record`] of something that the core neither heard nor decided
//! but that people will want to see later. Feeding the inputs of a log to the core again gives its decisions.
//!
//! In: nothing. Out: types that every other room uses.

mod backoffice;
mod check_rule;
mod expectation;
mod id;
mod kind;
mod pii;

pub use backoffice::*;
pub use check_rule::CheckRule;
pub use expectation::*;
pub use id::*;
pub use kind::*;
pub use pii::Pii;
