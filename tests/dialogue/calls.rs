//! Scripted calls: each file of `fixtures/calls` is a whole call against the demo utility, typed instead of spoken.
//! A folder in it is named after the pack that its calls ring; those beside the folders ring `water`.

use crate::caller::{Agents, Answer, Caller, Office, folder, pack};
use lingting::dialogue::Stimulus;
use lingting::event::{AgentNews, HangUpReason};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A scripted call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    /// What the call shows, in a sentence.
    story: String,
    /// The caller's number.
    #[serde(default)]
    from: String,
    #[serde(default)]
    agents: Vec<Agents>,
    #[serde(default)]
    office_is_down: bool,
    turn: Vec<Turn>,
    /// Why the call ended; absent: it goes on.
    ends: Option<HangUpReason>,
    /// Whether caller and agent hear each other at the end.
    #[serde(default)]
    bridged: bool,
    /// Tickets that the call opened: category and urgency.
    #[serde(default)]
    tickets: Vec<ExpectedTicket>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedTicket {
    category: String,
    #[serde(default)]
    urgency: lingting::event::Urgency,
    /// Texts that the ticket's fields hold.
    #[serde(default)]
    holds: Vec<String>,
}

/// What the caller does, and what comes of it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Turn {
    say: Option<String>,
    /// The recogniser's readings, best first.
    hears: Vec<String>,
    keys: Option<String>,
    mumble: bool,
    silent: bool,
    agent_comes_free: bool,
    /// The utility goes down before the turn.
    office_goes_down: bool,
    /// What the bot says holds these texts, in this order.
    bot: Vec<String>,
    /// What the bot says holds none of these.
    bot_not: Vec<String>,
    intent: Option<String>,
    /// Operations with an effect that the turn asks for, all of them.
    effects: Vec<String>,
    /// Slots after the turn, among others; an empty value means empty.
    slots: BTreeMap<String, String>,
    /// The bot looks for a person in this turn.
    seeks_agent: bool,
    /// The skill that the person must have.
    skill: Option<String>,
    /// Texts that the whisper holds.
    whisper: Vec<String>,
    /// Texts that the agent's summary holds after the turn.
    summary: Vec<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn scripted_calls_go_as_written() {
    let books = tempfile::tempdir().unwrap();
    Office::make_books(books.path()).await;
    let scripts = scripts();
    assert!(!scripts.is_empty(), "there are no scripted calls");
    let mut faults = Vec::new();
    for (pack, path) in scripts {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let name = format!("{pack}/{file}");
        if std::env::var("CALL").is_ok_and(|only| !name.contains(&only)) {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let script: Script = toml::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        if let Err(fault) = play(&pack, &script, books.path()).await {
            faults.push(format!("{name} ({}): {fault}", script.story));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Every scripted call with the pack that it rings.
fn scripts() -> Vec<(String, PathBuf)> {
    let inside = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let mut scripts = Vec::new();
    for path in inside(&folder("fixtures/calls")) {
        if path.is_dir() {
            let pack = path.file_name().unwrap().to_string_lossy().into_owned();
            scripts.extend(inside(&path).into_iter().map(|path| (pack.clone(), path)));
        } else {
            scripts.push(("water".to_owned(), path));
        }
    }
    scripts.sort();
    scripts
}

async fn play(name: &str, script: &Script, books: &Path) -> Result<(), String> {
    let mut office = Office::open(books).await;
    if script.office_is_down {
        office.close();
    }
    let agents = script.agents.clone();
    let mut caller = Caller::ring_pack(pack(name), office, &script.from, agents).await;
    caller.take();
    for (nth, turn) in script.turn.iter().enumerate() {
        if let Some(reason) = caller.ended {
            return Err(format!("turn {}: the call is over ({reason:?})", nth + 1));
        }
        act(&mut caller, turn).await;
        let answer = caller.take();
        judge(turn, &answer, &caller).map_err(|fault| {
            let said = turn.say.clone().or(turn.keys.clone()).unwrap_or_default();
            format!("turn {} {said:?}: {fault}; {answer:?}", nth + 1)
        })?;
    }
    same("the call ended", &caller.ended, &script.ends)?;
    same(
        "caller and agent are bridged",
        &caller.bridged,
        &script.bridged,
    )?;
    same("tickets", &caller.tickets.len(), &script.tickets.len())?;
    for (ticket, expected) in caller.tickets.iter().zip(&script.tickets) {
        same(
            "the ticket's category",
            &ticket.draft.category,
            &expected.category,
        )?;
        same(
            "the ticket's urgency",
            &ticket.draft.urgency,
            &expected.urgency,
        )?;
        let written = serde_json::to_string(ticket).unwrap();
        for text in &expected.holds {
            if !written.contains(text.as_str()) {
                return Err(format!("the ticket does not hold {text:?}: {written}"));
            }
        }
    }
    Ok(())
}

async fn act(caller: &mut Caller, turn: &Turn) {
    if turn.office_goes_down {
        caller.office.close();
    }
    if let Some(text) = &turn.say {
        caller.says(&[text]).await;
    } else if !turn.hears.is_empty() {
        let readings: Vec<&str> = turn.hears.iter().map(String::as_str).collect();
        caller.says(&readings).await;
    } else if let Some(keys) = &turn.keys {
        caller.tell(Stimulus::Keys(keys)).await;
    } else if turn.mumble {
        caller.mumbles().await;
    } else if turn.silent {
        caller.tell(Stimulus::Silent { ms: 6_000 }).await;
    } else if turn.agent_comes_free {
        caller.agents = vec![Agents::Free].into();
        let agent = lingting::event::AgentId("1001".into());
        let news = AgentNews::Found { agent };
        caller.tell(Stimulus::Agent(&news)).await;
    }
}

fn judge(turn: &Turn, answer: &Answer, caller: &Caller) -> Result<(), String> {
    let said = answer.said.join(" ");
    let mut from = 0;
    for text in &turn.bot {
        match said[from..].find(text.as_str()) {
            Some(place) => from += place + text.len(),
            None => return Err(format!("the bot did not say {text:?}")),
        }
    }
    for text in &turn.bot_not {
        if said.contains(text.as_str()) {
            return Err(format!("the bot said {text:?}"));
        }
    }
    if turn.intent.is_some() {
        same("the intent", &answer.intent, &turn.intent)?;
    }
    same("the effects", &answer.effects, &turn.effects)?;
    same(
        "a person is sought",
        &answer.skill.is_some(),
        &turn.seeks_agent,
    )?;
    if turn.skill.is_some() {
        same("the person's skill", &answer.skill, &turn.skill)?;
    }
    for (slot, value) in &turn.slots {
        let found = caller.slots.get(slot).cloned().unwrap_or_default();
        same(slot, &found, value)?;
    }
    for text in &turn.summary {
        let summary = caller.summary.clone().unwrap_or_default().text.0;
        if !summary.contains(text.as_str()) {
            return Err(format!("the summary {summary:?} does not hold {text:?}"));
        }
    }
    for text in &turn.whisper {
        let whisper = answer.whisper.clone().unwrap_or_default();
        if !whisper.contains(text.as_str()) {
            return Err(format!("the whisper {whisper:?} does not hold {text:?}"));
        }
    }
    Ok(())
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, wanted: &T) -> Result<(), String> {
    if found == wanted {
        return Ok(());
    }
    Err(format!("{what}: {found:?}, and should be {wanted:?}"))
}
