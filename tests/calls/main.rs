//! Whole calls with telephones that are not ours: baresip and SIPp on loopback, real models, the demo utility.

#[path = "../support/mod.rs"]
mod support;

mod endings;
mod flows;
mod handoff;
mod together;
mod turns;
