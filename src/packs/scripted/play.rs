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
    #[serde(flatten)]
    pub what: What,
    /// What the bot said in that turn.
    pub bot: Vec<String>,
}

/// What differs from a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// The bot did not say it, or not in this order.
    NotSaid {
        /// The text.
        wanted: String,
    },
    /// The bot said what it should not.
    Said {
        /// The text.
        unwanted: String,
    },
    /// The call is over already.
    Over {
        /// Why.
        found: String,
    },
    /// Something has another value.
    Differs {
        /// `intent`, `effects`, `seeks_agent`, `skill`, `ended`, `bridged`, `tickets`, `category`, `urgency`, or `slot` and its name.
        of: String,
        /// As the script has it.
        wanted: String,
        /// As it came.
        found: String,
    },
    /// A longer text does not hold something.
    Lacks {
        /// `summary`, `whisper` or `ticket`.
        of: String,
        /// What it should hold.
        wanted: String,
        /// The text.
        found: String,
    },
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
        match &self.what {
            What::NotSaid { wanted } => write!(f, "the bot did not say {wanted:?}")?,
            What::Said { unwanted } => write!(f, "the bot said {unwanted:?}")?,
            What::Over { found } => write!(f, "the call is over ({found})")?,
            What::Differs { of, wanted, found } => {
                write!(f, "{of} is {found}, and should be {wanted}")?;
            }
            What::Lacks { of, wanted, found } => {
                write!(f, "the {of} {found:?} does not hold {wanted:?}")?;
            }
        }
        write!(f, "; the bot said {:?}", self.bot)
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
        let differs = |what, bot| Difference {
            turn: Some(nth),
            caller: turn.words(),
            what,
            bot,
        };
        if let Some(reason) = caller.ended {
            let found = format!("{reason:?}");
            return Ok(Some(differs(What::Over { found }, Vec::new())));
        }
        act(&mut caller, turn).await;
        let answer = caller.take();
        if let Err(what) = judge(turn, &answer, &caller) {
            return Ok(Some(differs(what, answer.said)));
        }
    }
    let at_the_end = judge_end(script, &caller).err().map(|what| Difference {
        turn: None,
        caller: None,
        what,
        bot: Vec::new(),
    });
    Ok(at_the_end)
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

fn judge(turn: &Turn, answer: &Answer, caller: &Caller) -> Result<(), What> {
    let said = answer.said.join(" ");
    let mut from = 0;
    for text in &turn.bot {
        let wanted = text.clone();
        let place = said[from..]
            .find(text.as_str())
            .ok_or(What::NotSaid { wanted })?;
        from += place + text.len();
    }
    if let Some(text) = turn
        .bot_not
        .iter()
        .find(|text| said.contains(text.as_str()))
    {
        let unwanted = text.clone();
        return Err(What::Said { unwanted });
    }
    if turn.intent.is_some() {
        same("intent", &answer.intent, &turn.intent)?;
    }
    same("effects", &answer.effects, &turn.effects)?;
    same("seeks_agent", &answer.skill.is_some(), &turn.seeks_agent)?;
    if turn.skill.is_some() {
        same("skill", &answer.skill, &turn.skill)?;
    }
    for (slot, value) in &turn.slots {
        let found = caller.slots.get(slot).cloned().unwrap_or_default();
        same(&format!("slot {slot}"), &found, value)?;
    }
    let summary = caller.summary.clone().unwrap_or_default();
    holds("summary", &summary.text, &turn.summary)?;
    let whisper = answer.whisper.clone().unwrap_or_default();
    holds("whisper", &whisper, &turn.whisper)
}

fn judge_end(script: &Script, caller: &Caller) -> Result<(), What> {
    same("ended", &caller.ended, &script.ends)?;
    same("bridged", &caller.bridged, &script.bridged)?;
    same("tickets", &caller.tickets.len(), &script.tickets.len())?;
    let mut tickets = caller.tickets.iter().zip(&script.tickets);
    tickets.try_for_each(|(ticket, expected)| judge_ticket(ticket, expected))
}

fn judge_ticket(ticket: &Ticket, expected: &ExpectedTicket) -> Result<(), What> {
    let draft = &ticket.draft;
    same("category", &draft.category, &expected.category)?;
    same("urgency", &draft.urgency, &expected.urgency)?;
    let written = serde_json::to_string(ticket).unwrap_or_default();
    holds("ticket", &written, &expected.holds)
}

fn holds(of: &str, found: &str, wanted: &[String]) -> Result<(), What> {
    match wanted.iter().find(|text| !found.contains(text.as_str())) {
        None => Ok(()),
        Some(wanted) => Err(What::Lacks {
            of: of.to_owned(),
            wanted: wanted.clone(),
            found: found.to_owned(),
        }),
    }
}

fn same<T: PartialEq + Debug>(of: &str, found: &T, wanted: &T) -> Result<(), What> {
    match found == wanted {
        true => Ok(()),
        false => Err(What::Differs {
            of: of.to_owned(),
            wanted: format!("{wanted:?}"),
            found: format!("{found:?}"),
        }),
    }
}
