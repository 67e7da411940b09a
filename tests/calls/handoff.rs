//! The way to a person: an agent who answers, declines, or does not pick up; nobody there at all.

use crate::support::caller::Act::{Presses, Says};
use crate::support::caller::{CORRECT, Call, STRANGER, WANG};
use crate::support::house::{agent, desk, folder, house, leaves, run, spoken};
use crate::support::sound;
use lingting::event::{AgentNews, Decision, HangUpReason, Kind, LegId, Record};
use lingting::store::recording_path;

const CALLER_SAYS: &str = "我家这个月的水费好像算错了";
const AGENT_SAYS: &str = "您好，我是坐席，我帮您看一下";
/// Likeness of a sentence that came through; another sentence of the same length stays below it.
const SAME: f64 = 0.9;

#[test]
fn a_person_who_was_asked_for_hears_why_and_is_put_through() {
    run(async {
        let _desk = desk().await;
        let mut agent = agent(false).await;
        let mut call = Call::dial(WANG).await;
        call.asked("要办什么").await;
        call.says("我要查水费").await;
        call.asked("尾号六二三零").await;
        call.phone.press("1").await;
        call.asked("链接发到").await;
        call.says("帮我转人工服务").await;
        agent.event("CALL_INCOMING").await;
        agent.command("accept", "").await;
        call.until_agent("the bridge", |news| {
            matches!(news, AgentNews::Bridged { .. })
        })
        .await;
        call.says(CALLER_SAYS).await;
        call.until_transcribed(LegId::Caller).await;
        agent
            .says(&tokio::task::block_in_place(|| spoken(AGENT_SAYS)))
            .await;
        call.until_transcribed(LegId::Agent).await;
        agent.command("hangup", "").await;
        assert_eq!(call.end().await, HangUpReason::AgentLeft);

        let whisper = call.whisper();
        for words in ["查水费", "王建国", "客户要求人工"] {
            assert!(whisper.contains(words), "{whisper}");
        }
        let speaker = house().await.edition().speaker;
        let summary = speaker.cached(&speaker.phrases(&whisper)[0].text).unwrap();
        let (caller_says, agent_says) = (spoken(CALLER_SAYS), spoken(AGENT_SAYS));
        let path = recording_path(&folder(), call.id);
        let (callers_side, our_side) = sound::sides(&path);
        for (what, heard, sentence) in [
            ("the agent heard the summary", &agent.heard(), &summary),
            ("the agent heard the caller", &agent.heard(), &caller_says),
            (
                "the caller heard the agent",
                &call.phone.heard(),
                &agent_says,
            ),
            ("the recording has the caller", &callers_side, &caller_says),
            ("the recording has the agent", &our_side, &agent_says),
        ] {
            let likeness = sound::likeness(heard, sentence);
            assert!(likeness > SAME, "{what}: {likeness:.2}");
        }
        assert!(
            sound::likeness(&call.phone.heard(), &summary) < SAME,
            "the summary is not for the caller"
        );
        leaves(agent).await;
    });
}

#[test]
fn an_agent_who_declines_leaves_the_caller_a_callback() {
    run(async {
        let _desk = desk().await;
        let mut agent = agent(false).await;
        let mut call = Call::dial(STRANGER).await;
        call.asked("要办什么").await;
        call.says("转人工").await;
        agent.event("CALL_INCOMING").await;
        agent.command("hangup", "").await;
        call.until_agent("the refusal", |news| {
            matches!(news, AgentNews::NotReached { .. })
        })
        .await;
        let reason = call
            .answers(&[
                ("回电打尾号", CORRECT),
                ("登记回电", CORRECT),
                ("回电", Says(&["那就给我回电吧", "回电"])),
            ])
            .await;
        assert_eq!(reason, HangUpReason::Callback, "{}", call.told());
        assert!(call.was_told("坐席暂时没有接通"), "{}", call.told());
        assert_eq!(call.ticket().category, "callback");
        leaves(agent).await;
    });
}

#[test]
fn an_agent_who_does_not_pick_up_leaves_the_caller_a_message() {
    run(async {
        let _desk = desk().await;
        let mut agent = agent(false).await;
        let mut call = Call::dial(STRANGER).await;
        call.asked("要办什么").await;
        call.says("我找人工客服").await;
        agent.event("CALL_INCOMING").await;
        agent.event("CALL_CLOSED").await;
        call.until_agent("no answer", |news| {
            matches!(news, AgentNews::NotReached { .. })
        })
        .await;
        let reason = call
            .answers(&[
                ("也可以留言", Presses("3")),
                ("请留言", Says(&["我家水表坏了，请派人来看一下"])),
                ("交给坐席", CORRECT),
            ])
            .await;
        assert_eq!(reason, HangUpReason::Callback, "{}", call.told());
        assert!(call.was_told("坐席暂时没有接通"), "{}", call.told());
        assert_eq!(call.ticket().category, "voicemail");
        leaves(agent).await;
    });
}

#[test]
fn who_waits_is_put_through_once_an_agent_comes() {
    run(async {
        let _desk = desk().await;
        let mut call = Call::dial(STRANGER).await;
        call.asked("要办什么").await;
        call.says("转人工").await;
        call.asked("也可以留言").await;
        assert!(!call.was_told("正在为您转接"), "nobody has been found yet");
        call.says("我再等等吧").await;
        call.begins_to_say("请您稍等").await;
        let mut agent = agent(true).await;
        call.until_agent("the bridge", |news| {
            matches!(news, AgentNews::Bridged { .. })
        })
        .await;
        assert_eq!(call.hangs_up().await, HangUpReason::CallerLeft);
        agent.event("CALL_CLOSED").await;
        leaves(agent).await;
    });
}

impl Call {
    async fn until_transcribed(&mut self, wanted: LegId) {
        self.until(
            "a transcript",
            |kind| matches!(kind, Kind::Record(Record::Transcript { leg, .. }) if *leg == wanted),
        )
        .await;
    }

    /// What the agent was told.
    fn whisper(&self) -> String {
        let whisper = self.events.iter().find_map(|event| match &event.kind {
            Kind::Decision(Decision::RingAgent { whisper, .. }) => Some(whisper.0.clone()),
            _ => None,
        });
        whisper.unwrap_or_default()
    }
}
