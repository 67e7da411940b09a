//! Turn-taking, told in frames of speech and silence.

use lingting::event::{
    Completeness, Decision, Expectation, ExpectedKind, FRAME_MS, Millis, PromptId, UtteranceId,
};
use lingting::turn::{Heard, Output, TurnTaking};
use proptest::prelude::*;

/// A caller whose recogniser answers each decoding at once with `heard`.
struct Line {
    turns: TurnTaking,
    now: Millis,
    heard: Heard,
    outputs: Vec<Output>,
}

impl Line {
    fn new(heard: Heard) -> Line {
        Line {
            turns: TurnTaking::default(),
            now: Millis(0),
            heard,
            outputs: Vec::new(),
        }
    }

    fn frames(&mut self, ms: u64, speech: u8) -> &mut Self {
        for _ in 0..ms / FRAME_MS {
            self.now = self.now + FRAME_MS;
            let outputs = self.turns.frame(self.now, speech);
            for output in &outputs {
                if let Output::Decide(Decision::Decode {
                    utterance, until, ..
                }) = output
                {
                    let more = self.turns.decoded(*utterance, *until, self.heard);
                    self.outputs.extend(more);
                }
            }
            self.outputs.extend(outputs);
        }
        self
    }

    fn speaks(&mut self, ms: u64) -> &mut Self {
        self.frames(ms, 240)
    }

    fn is_silent(&mut self, ms: u64) -> &mut Self {
        self.frames(ms, 5)
    }

    fn prompt(&mut self, interruptible: bool) -> &mut Self {
        self.turns.say(PromptId(1), interruptible);
        self
    }

    fn count(&self, wanted: fn(&Output) -> bool) -> usize {
        self.outputs.iter().filter(|output| wanted(output)).count()
    }

    fn said(&self) -> bool {
        self.count(|output| matches!(output, Output::Said { .. })) > 0
    }

    fn decided(&self, wanted: fn(&Decision) -> bool) -> bool {
        self.outputs
            .iter()
            .any(|output| matches!(output, Output::Decide(decision) if wanted(decision)))
    }

    fn paused(&self) -> bool {
        self.decided(|d| matches!(d, Decision::PausePrompt { .. }))
    }

    fn resumed(&self) -> bool {
        self.decided(|d| matches!(d, Decision::ResumePrompt { .. }))
    }

    fn stopped(&self) -> bool {
        self.decided(|d| matches!(d, Decision::StopPrompt { .. }))
    }
}

const COMPLETE: Heard = Heard::Words(Completeness::Complete);
const OPEN: Heard = Heard::Words(Completeness::Open);
const PARTIAL: Heard = Heard::Words(Completeness::Partial);

#[test]
fn a_complete_answer_ends_the_turn_after_a_quarter_of_a_second() {
    let mut line = Line::new(COMPLETE);
    assert!(!line.speaks(1_024).is_silent(224).said());
    assert!(line.is_silent(32).said());
}

#[test]
fn an_open_answer_is_given_more_time() {
    let mut line = Line::new(OPEN);
    assert!(!line.speaks(1_024).is_silent(576).said());
    assert!(line.is_silent(32).said());
}

#[test]
fn half_a_number_is_waited_for() {
    let mut line = Line::new(PARTIAL);
    assert!(!line.speaks(1_024).is_silent(1_472).said());
    line.heard = COMPLETE;
    line.speaks(512).is_silent(256);
    assert_eq!(
        line.count(|output| matches!(output, Output::Said { .. })),
        1
    );
}

#[test]
fn decoding_begins_in_the_first_short_silence() {
    let mut line = Line::new(OPEN);
    line.speaks(640).is_silent(128);
    assert!(line.decided(|d| matches!(d, Decision::Decode { .. })));
}

/// A partial text may be asked for in the very frame that turns out to be the last of the speech.
#[test]
fn a_turn_ends_in_time_however_long_the_speech_was() {
    for frames in 4..200 {
        let mut line = Line::new(Heard::Words(Completeness::Open));
        line.speaks(frames * FRAME_MS).is_silent(640);
        assert!(line.said(), "{frames} frames of speech");
    }
}

#[test]
fn a_decoding_is_thrown_away_when_speech_goes_on() {
    let mut turns = TurnTaking::default();
    let mut now = Millis(0);
    let mut outputs = Vec::new();
    for speech in [vec![240; 20], vec![5; 6], vec![240; 1]].concat() {
        now = now + FRAME_MS;
        outputs.extend(turns.frame(now, speech));
    }
    let last = outputs.last();
    assert!(
        matches!(last, Some(Output::Decide(Decision::CancelDecode { .. }))),
        "{last:?}"
    );
}

#[test]
fn a_click_is_no_utterance() {
    let mut line = Line::new(OPEN);
    line.speaks(64).is_silent(2_000);
    assert!(line.outputs.is_empty());
}

#[test]
fn a_cough_does_not_end_the_prompt() {
    let mut line = Line::new(Heard::Nothing);
    line.prompt(true).speaks(320).is_silent(1_000);
    assert!(line.paused() && line.resumed() && !line.stopped() && !line.said());
}

#[test]
fn small_words_of_a_listener_do_not_interrupt() {
    let mut line = Line::new(Heard::Backchannel);
    line.prompt(true).speaks(512).is_silent(1_000);
    assert!(line.resumed() && !line.stopped() && !line.said());
}

#[test]
fn small_words_answer_a_yes_no_question_over_its_last_syllables() {
    let mut line = Line::new(Heard::Backchannel);
    line.turns.expect(Expectation {
        kind: ExpectedKind::YesNo,
        ..Expectation::default()
    });
    line.prompt(true).speaks(512).is_silent(1_000);
    assert!(line.stopped() && line.said());
}

#[test]
fn words_over_a_prompt_stop_it() {
    let mut line = Line::new(OPEN);
    line.prompt(true).speaks(1_024).is_silent(1_000);
    assert!(line.stopped() && line.said());
}

#[test]
fn the_legal_notice_is_heard_to_its_end() {
    let mut line = Line::new(OPEN);
    line.prompt(false);
    line.turns.say(PromptId(2), true);
    line.speaks(1_024).is_silent(1_000);
    let stopped: Vec<_> = line
        .outputs
        .iter()
        .filter_map(|output| match output {
            Output::Decide(Decision::StopPrompt { prompt }) => Some(*prompt),
            _ => None,
        })
        .collect();
    assert_eq!(stopped, [PromptId(2)]);
    assert!(line.said());
}

#[test]
fn speech_without_words_is_told_unless_it_was_a_cough() {
    let mut speech = Line::new(Heard::Nothing);
    speech.speaks(1_024).is_silent(1_000);
    assert_eq!(speech.count(|o| matches!(o, Output::Unclear { .. })), 1);
    let mut cough = Line::new(Heard::Nothing);
    cough.speaks(320).is_silent(1_000);
    assert_eq!(cough.count(|o| matches!(o, Output::Unclear { .. })), 0);
}

#[test]
fn after_a_yes_no_question_the_shortest_word_is_asked_for_again() {
    let mut line = Line::new(Heard::Nothing);
    line.turns.expect(Expectation {
        kind: ExpectedKind::YesNo,
        ..Expectation::default()
    });
    line.speaks(320).is_silent(1_000);
    assert_eq!(line.count(|o| matches!(o, Output::Unclear { .. })), 1);
}

#[test]
fn a_recogniser_that_never_answers_does_not_hold_the_turn_for_ever() {
    let mut turns = TurnTaking::default();
    let mut now = Millis(0);
    let mut unclear = 0;
    for speech in [vec![240; 40], vec![5; 130]].concat() {
        now = now + FRAME_MS;
        let outputs = turns.frame(now, speech);
        unclear += outputs
            .iter()
            .filter(|o| matches!(o, Output::Unclear { .. }))
            .count();
    }
    assert_eq!(unclear, 1);
}

#[test]
fn a_caller_who_says_nothing_is_told_of_at_intervals() {
    let mut line = Line::new(OPEN);
    line.is_silent(13_000);
    assert_eq!(line.count(|o| matches!(o, Output::Silent { .. })), 2);
}

#[test]
fn silence_on_hold_does_not_count() {
    let mut line = Line::new(OPEN);
    line.turns.hold(true);
    line.is_silent(60_000);
    assert!(line.outputs.is_empty());
}

#[test]
fn keys_end_with_the_expected_count_a_hash_or_a_pause() {
    let mut turns = TurnTaking::default();
    turns.expect(Expectation {
        kind: ExpectedKind::Digits { min: 8, max: 10 },
        words: Vec::new(),
        keys: None,
        ..Expectation::default()
    });
    assert!(turns.key(Millis(10), '1').is_empty());
    assert_eq!(turns.key(Millis(20), '#'), [Output::Keys("1".into())]);
    turns.key(Millis(30), '7');
    assert!(turns.frame(Millis(2_000), 5).is_empty());
    assert_eq!(turns.frame(Millis(3_100), 5), [Output::Keys("7".into())]);
    turns.expect(Expectation::default());
    assert_eq!(turns.key(Millis(4_000), '0'), [Output::Keys("0".into())]);
}

#[test]
fn a_key_drops_the_speech_of_its_turn() {
    let mut line = Line::new(OPEN);
    line.turns.expect(Expectation {
        keys: None,
        ..Expectation::default()
    });
    line.speaks(640);
    line.turns.key(line.now, '5');
    line.is_silent(2_000);
    assert!(!line.said());
}

#[test]
fn talk_without_end_is_taken_in_parts() {
    let mut line = Line::new(OPEN);
    line.speaks(60_000);
    assert!(line.said());
}

#[derive(Debug, Clone)]
enum Step {
    Frames(u8, u8),
    Decoded(u32, u64, u8),
    NotHeard(u32),
    Key(char),
    Say(bool),
    PromptEnded(u32),
    Hold(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (any::<u8>(), 1u8..80).prop_map(|(p, n)| Step::Frames(p, n)),
        3 => (0u32..5, 0u64..20_000, 0u8..5).prop_map(|(u, t, h)| Step::Decoded(u, t, h)),
        1 => (0u32..5).prop_map(Step::NotHeard),
        1 => prop::sample::select(vec!['1', '#', '*']).prop_map(Step::Key),
        1 => any::<bool>().prop_map(Step::Say),
        2 => (0u32..5).prop_map(Step::PromptEnded),
        1 => any::<bool>().prop_map(Step::Hold),
    ]
}

fn run(steps: &[Step]) -> Vec<Output> {
    let readings = [Heard::Nothing, Heard::Backchannel, COMPLETE, OPEN, PARTIAL];
    let mut turns = TurnTaking::default();
    let (mut now, mut prompts, mut outputs) = (Millis(0), 0, Vec::new());
    for step in steps {
        match step {
            Step::Frames(speech, count) => {
                for _ in 0..*count {
                    now = now + FRAME_MS;
                    outputs.extend(turns.frame(now, *speech));
                }
            }
            Step::Decoded(utterance, until, heard) => outputs.extend(turns.decoded(
                UtteranceId(*utterance),
                Millis(*until),
                readings[usize::from(*heard)],
            )),
            Step::NotHeard(utterance) => outputs.extend(turns.not_heard(UtteranceId(*utterance))),
            Step::Key(key) => outputs.extend(turns.key(now, *key)),
            Step::Say(interruptible) => {
                prompts += 1;
                turns.say(PromptId(prompts), *interruptible);
            }
            Step::PromptEnded(prompt) => turns.prompt_ended(PromptId(*prompt)),
            Step::Hold(held) => turns.hold(*held),
        }
    }
    outputs
}

proptest! {
    /// Whatever happens: sound that is decoded has a length, an utterance ends once, and the same inputs give
    /// the same outputs.
    #[test]
    fn turn_taking_is_sane_on_any_inputs(steps in prop::collection::vec(step(), 1..60)) {
        let outputs = run(&steps);
        prop_assert_eq!(&outputs, &run(&steps));
        let mut ended = std::collections::BTreeSet::new();
        for output in outputs {
            match output {
                Output::Decide(Decision::Decode { from, until, .. }) => prop_assert!(from < until),
                Output::Said { utterance } | Output::Unclear { utterance } => {
                    prop_assert!(ended.insert(utterance));
                }
                Output::Decide(_) | Output::Keys(_) | Output::Silent { .. } => {}
            }
        }
    }
}
