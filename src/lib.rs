//! Lingting (聆听): a speech-driven front desk for public-utility hotlines.
//!
//! The rooms stand on floors; arrows only go down. `docs/tour.md` follows one sentence of a caller through the house.
#![forbid(unsafe_code)]

pub mod acd;
pub mod asr;
pub mod audio;
pub mod backend;
pub mod call;
pub mod cli;
pub mod compute;
pub mod config;
pub mod dialogue;
pub mod event;
pub mod http;
pub mod mandarin;
pub mod models;
pub mod nlu;
pub mod packs;
pub mod sim;
pub mod store;
pub mod telephony;
pub mod tickets;
pub mod tts;
pub mod turn;
