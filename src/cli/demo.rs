//! `lingting demo`: three calls by real SIP, from greeting to handoff, shown turn by turn.

use super::call::{caller_line, sounds};
use super::serve::{self, Program};
use super::{Outcome, softphone::Softphone};
use crate::config::Config;
use crate::event::{AgentNews, CallId, Decision, Event, Input, Kind, Record};
use crate::sim::{Script, place};
use crate::store::{News, recording_path};
use clap::Args;
use std::io::IsTerminal;
use std::path::PathBuf;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

/// Places three calls by real SIP: a bill, a burst pipe, a wish for a person.
#[derive(Debug, Args)]
pub struct Demo {
    /// Configuration file.
    #[arg(long)]
    config: Option<PathBuf>,
}

/// The callers, in order: title and script.
const CALLERS: [(&str, &str); 3] = [
    (
        "a bill, with an account number",
        include_str!("../../fixtures/callers/bill.toml"),
    ),
    (
        "a burst pipe becomes an urgent ticket",
        include_str!("../../fixtures/callers/burst.toml"),
    ),
    (
        "a person is wanted and found",
        include_str!("../../fixtures/callers/agent.toml"),
    ),
];

/// What the agent says.
const AGENT: &str =
    "voice = 'zf_xiaoni'\nturn = [{ say = '您好，我是坐席，请问有什么可以帮您？' }]";

impl Demo {
    pub(super) fn run(self) -> Outcome {
        let config = Config::find(self.config.as_deref())?;
        let Some(agent) = config.agents.first().cloned() else {
            return Err("the demo needs an [[agents]] entry in lingting.toml".into());
        };
        println!("making the callers' sentences (kept for the next time)");
        let mut callers = Vec::new();
        for (title, text) in CALLERS {
            let script: Script = toml::from_str(text)?;
            let sounds = sounds(&config, &script)?;
            callers.push((title, script, sounds));
        }
        let greeting = sounds(&config, &toml::from_str(AGENT)?)?.concat();
        super::runtime()?.block_on(async {
            let stop = CancellationToken::new();
            println!("opening; the first start makes the sound of every fixed prompt");
            let program = serve::start(config.clone(), stop.clone()).await?;
            let line = program.house.line.local_addr();
            let phone = Softphone::start(&agent, line, &greeting).await?;
            let mut registered = program.house.line.watch_registrations();
            registered.wait_for(|here| !here.is_empty()).await?;
            let pages = program.pages;
            println!(
                "agent {} is at a registered telephone; live page http://{pages}/desk\n",
                agent.id
            );
            for (title, script, sounds) in callers {
                println!("── {title}");
                let (_, news) = program.house.store.watch();
                let shown = tokio::spawn(show(news));
                let line = caller_line().await?;
                let uri = format!("sip:962740@{}", program.house.line.local_addr());
                let placed = place(&line, &uri, &script, &sounds).await?;
                line.close().await;
                let call = shown.await?;
                println!("   ended: {}", placed.ended);
                if let Some(call) = call {
                    println!(
                        "   recording  {}",
                        recording_path(&config.store.folder, call).display()
                    );
                    println!("   transcript http://{pages}/calls/{call}\n");
                }
            }
            drop(phone);
            linger(&program).await?;
            stop.cancel();
            Ok(program.done.await?)
        })
    }
}

/// At a terminal the pages stay up until Ctrl-C.
async fn linger(program: &Program) -> std::io::Result<()> {
    if !std::io::stdout().is_terminal() {
        return Ok(());
    }
    println!("all calls: http://{}/calls   (Ctrl-C ends)", program.pages);
    tokio::signal::ctrl_c().await
}

/// Prints the next call's turns until it ends; gives its id.
async fn show(mut news: broadcast::Receiver<News>) -> Option<CallId> {
    loop {
        match news.recv().await {
            Ok(News { call, event }) => {
                if let Some(line) = line(&event) {
                    println!("   {} {line}", event.at);
                }
                if matches!(event.kind, Kind::Record(Record::Ended { .. })) {
                    return Some(call);
                }
            }
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return None,
        }
    }
}

/// What a reader of the terminal wants to know of an event.
fn line(event: &Event) -> Option<String> {
    match &event.kind {
        Kind::Decision(Decision::Say { text, .. }) => Some(format!("bot     {}", text.0)),
        Kind::Decision(Decision::Understood {
            text,
            corrected,
            intent,
            confidence,
            ..
        }) => {
            let heard = match text == corrected {
                true => text.0.clone(),
                false => format!("{} (heard {})", corrected.0, text.0),
            };
            Some(format!("caller  {heard}   [{intent} {confidence:.2}]"))
        }
        Kind::Decision(Decision::Ask { request, .. }) => {
            let name = serde_json::to_value(request).ok()?;
            Some(format!("asks    {}", name["operation"].as_str()?))
        }
        Kind::Input(Input::Agent(AgentNews::Bridged { agent })) => {
            Some(format!("bridged to agent {agent}"))
        }
        Kind::Record(Record::Transcript { leg, text, .. }) => Some(format!(
            "{:<7} {}",
            format!("{leg:?}").to_lowercase(),
            text.0
        )),
        Kind::Record(Record::TurnLatency(latency)) => Some(format!(
            "        answered after {} ms (endpoint {}, decode {}, decide {}, sound {})",
            latency.total_ms,
            latency.endpoint_ms,
            latency.decode_ms,
            latency.decide_ms,
            latency.sound_ms
        )),
        _ => None,
    }
}
