//! Playing scripts, and where a call goes another way than written.

use super::caller::{Answer, Caller};
use super::script::{ExpectedTicket, Script, Turn};
use super::{Agents, Books, Office, ScriptError};
use crate::dialogue::{Pack, Stimulus};
use crate::event::{AgentId, AgentNews, Ticket};
use serde::Serialize;
use std::fmt::{self, Debug};
use std::path::Path;
use std::sync::Arc;
use utoipa::ToSchema;

/// A scripted call that was played.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Played {
    /// The file's name without `.toml`.
    pub name: String,
    /// What the call shows.
    pub story: String,
    /// Turns of the caller.
    pub turns: usize,
    /// Where it went another way than written; null where it did not.
    pub difference: Option<Difference>,
}

/// Where a call went another way than its script says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Difference {
    /// The caller's turn, from 1; null at the end of the call.
    pub turn: Option<usize>,
    /// What the caller said or keyed.
    pub caller: Option<String>,
    /// What differs.
    pub message: String,
    /// What the bot said in that turn.
    pub bot: Vec<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.turn {
            Some(turn) => write!(
                f,
                "turn {turn}, {:?}: ",
                self.caller.as_deref().unwrap_or("")
            )?,
            None => write!(f, "at the end: ")?,
        }
        write!(f, "{}; the bot said {:?}", self.message, self.bot)
    }
}

/// Plays all scripts of a folder with a pack, in the order of their names.
pub async fn play_all(
    folder: &Path,
    pack: &Arc<Pack>,
    books: &Books,
) -> Result<Vec<Played>, ScriptError> {
    let mut all = Vec::new();
    for (name, script) in Script::read_all(folder)? {
        let difference = play(pack, &script, books).await?;
        all.push(Played {
            name,
            turns: script.turn.len(),
            story: script.story,
            difference,
        });
    }
    Ok(all)
}

async fn play(
    pack: &Arc<Pack>,
    script: &Script,
    books: &Books,
) -> Result<Option<Difference>, ScriptError> {
    let mut office = Office::open(books).await?;
    if script.office_is_down {
        office.close();
    }
    let agents = script.agents.clone();
    let mut caller = Caller::ring(Arc::clone(pack), office, &script.from, agents).await;
    caller.take();
    for (turn, nth) in script.turn.iter().zip(1..) {
        let differs = |message, bot| Difference {
            turn: Some(nth),
            caller: turn.words(),
            message,
            bot,
        };
        if let Some(reason) = caller.ended {
            let message = format!("the call is over ({reason:?})");
            return Ok(Some(differs(message, Vec::new())));
        }
        act(&mut caller, turn).await;
        let answer = caller.take();
        if let Err(message) = judge(turn, &answer, &caller) {
            return Ok(Some(differs(message, answer.said)));
        }
    }
    Ok(judge_end(script, &caller).err().map(|message| Difference {
        turn: None,
        caller: None,
        message,
        bot: Vec::new(),
    }))
}

impl Turn {
    fn words(&self) -> Option<String> {
        let first = || self.hears.first().cloned();
        self.say
            .clone()
            .or_else(first)
            .or_else(|| self.keys.clone())
    }
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
        let agent = AgentId("1001".into());
        caller
            .tell(Stimulus::Agent(&AgentNews::Found { agent }))
            .await;
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
    for (slot, value) in &turn.slots {
        let found = caller.slots.get(slot).cloned().unwrap_or_default();
        same(slot, &found, value)?;
    }
    for text in &turn.whisper {
        let whisper = answer.whisper.clone().unwrap_or_default();
        if !whisper.contains(text.as_str()) {
            return Err(format!("the whisper {whisper:?} does not hold {text:?}"));
        }
    }
    Ok(())
}

fn judge_end(script: &Script, caller: &Caller) -> Result<(), String> {
    same("the call ended", &caller.ended, &script.ends)?;
    let bridged = "caller and agent are bridged";
    same(bridged, &caller.bridged, &script.bridged)?;
    same("tickets", &caller.tickets.len(), &script.tickets.len())?;
    let tickets = caller.tickets.iter().zip(&script.tickets);
    tickets
        .into_iter()
        .try_for_each(|(ticket, expected)| judge_ticket(ticket, expected))
}

fn judge_ticket(ticket: &Ticket, expected: &ExpectedTicket) -> Result<(), String> {
    let draft = &ticket.draft;
    same("the ticket's category", &draft.category, &expected.category)?;
    same("the ticket's urgency", &draft.urgency, &expected.urgency)?;
    let written = serde_json::to_string(ticket).unwrap_or_default();
    for text in &expected.holds {
        if !written.contains(text.as_str()) {
            return Err(format!("the ticket does not hold {text:?}: {written}"));
        }
    }
    Ok(())
}

fn same<T: PartialEq + Debug>(what: &str, found: &T, wanted: &T) -> Result<(), String> {
    match found == wanted {
        true => Ok(()),
        false => Err(format!("{what}: {found:?}, and should be {wanted:?}")),
    }
}
