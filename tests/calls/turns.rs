//! Who speaks when, on real calls: over a prompt, with keys alone, not at all, on hold.

use crate::support::caller::{Call, STRANGER};
use crate::support::house::{house, run};
use lingting::event::{Decision, HangUpReason, Input, Kind, Reply, Request};

#[test]
fn who_speaks_over_an_answer_is_listened_to() {
    run(async {
        let mut call = Call::dial(STRANGER).await;
        call.asked("要办什么").await;
        call.says("办理过户要什么材料").await;
        call.begins_to_say("身份证").await;
        call.says("我要查水费").await;
        call.until("the end of the prompt", |kind| {
            matches!(kind, Kind::Decision(Decision::StopPrompt { .. }))
        })
        .await;
        call.until("what was heard of it", |kind| {
            matches!(kind, Kind::Input(Input::PromptEnded { whole: false, .. }))
        })
        .await;
        call.begins_to_say("请说八位户号").await;
        assert!(
            call.intents().contains(&"bill_lookup".to_owned()),
            "{}",
            call.told()
        );
        assert_eq!(call.hangs_up().await, HangUpReason::CallerLeft);
    });
}

#[test]
fn a_bill_is_found_with_keys_alone() {
    run(async {
        let mut call = Call::dial(STRANGER).await;
        for (question, keys) in [
            ("要办什么", "1"),
            ("请说八位户号", "10086230"),
            ("户号是", "1"),
            ("交费链接", "1"),
        ] {
            call.asked(question).await;
            call.phone.press(keys).await;
        }
        call.asked("还有什么").await;
        assert!(call.was_told("17.25元，还没交"), "{}", call.told());
        let effects = call.effects();
        assert!(
            matches!(
                effects.as_slice(),
                [(Request::SendPaymentLink { .. }, Reply::Sent { .. })]
            ),
            "{effects:?}"
        );
        assert_eq!(call.hangs_up().await, HangUpReason::CallerLeft);
    });
}

#[test]
fn who_says_nothing_is_asked_twice_and_the_call_is_closed() {
    run(async {
        let mut call = Call::dial(STRANGER).await;
        assert_eq!(call.end().await, HangUpReason::Silence, "{}", call.told());
        for words in ["您还在吗", "听不到您的声音"] {
            assert!(call.was_told(words), "{}", call.told());
        }
        assert_eq!(call.effects(), []);
    });
}

#[test]
fn a_caller_on_hold_is_waited_for() {
    run(async {
        let mut call = Call::dial(STRANGER).await;
        call.asked("要办什么").await;
        call.phone.command("hold", "").await;
        call.until("the hold", |kind| {
            matches!(kind, Kind::Input(Input::Hold { held: true }))
        })
        .await;
        // Twice as long as a silence that would be asked about.
        call.passes(13_000).await;
        assert!(!call.was_told("您还在吗"), "{}", call.told());
        call.phone.command("resume", "").await;
        call.until("its end", |kind| {
            matches!(kind, Kind::Input(Input::Hold { held: false }))
        })
        .await;
        call.says("我要投诉").await;
        call.asked("什么事").await;
        assert_eq!(call.hangs_up().await, HangUpReason::CallerLeft);
    });
}

#[test]
fn only_the_beginning_of_an_answer_is_made_ahead() {
    run(async {
        let speaker = house().await.edition().speaker;
        let (known, new) = (
            "请说八位户号。",
            "松花江路的紫藤小区和白玉兰公寓，今天下午五点半以前恢复供水，水压会慢慢升高。",
        );
        let pieces = speaker.phrases(new).len();
        let beginning = speaker.beginning(&format!("{known}{new}"));
        let covered: usize = beginning.iter().map(|text| text.chars().count()).sum();
        assert!(!beginning.contains(&known.to_owned()), "{beginning:?}");
        assert!(
            !beginning.is_empty() && beginning.len() < pieces,
            "{beginning:?}"
        );
        assert!(covered >= 12, "{beginning:?}");
        assert!(speaker.beginning(known).is_empty());
    });
}
