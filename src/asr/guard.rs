//! What is not believed: texts for silence, noise and music, the prompt's own words, learned captions, loops.
//! Every engine's readings pass here.

use super::repetition::collapse;
use crate::mandarin::simplify;

/// What an engine knows of one reading.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// Mean natural log-probability of the text's tokens.
    pub mean_log_probability: f32,
    /// Probability of no speech, 0..1; 0 where the engine does not know.
    pub no_speech: f32,
    /// Length of the sound in seconds.
    pub seconds: f32,
}

/// Why a reading was thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing that could be spoken was written.
    Empty,
    /// The network itself doubts that anybody spoke.
    NoSpeech,
    /// Words that stand under films and not in calls.
    Caption,
    /// The prompt was copied.
    Echo,
    /// Hardly a word in a long sound.
    Sparse,
}

/// Below this the network guesses: more than half of the characters are wrong.
const GUESSING: f32 = -1.0;
/// Above this the network believes that nobody speaks.
const NO_SPEECH: f32 = 0.6;
/// Fewest characters in a second of a sound that is longer than [`LONG`] seconds. Slow dictation has one.
const SPARSE: f32 = 0.4;
const LONG: f32 = 5.0;
/// Written under videos, which is where Whisper learned Chinese; it writes them when nobody speaks.
const CAPTIONS: [&str; 10] = [
    "字幕",
    "谢谢观看",
    "感谢观看",
    "谢谢收看",
    "感谢收看",
    "点赞",
    "订阅",
    "独播剧场",
    "明镜与点点",
    "下期再见",
];

/// The text as it may be passed on, or why it may not. `prompt` are the words that the engine was given.
pub fn check(text: &str, evidence: &Evidence, prompt: &[String]) -> Result<String, Refusal> {
    believe(collapse(&simplify(&tidy(text))), evidence, prompt)
}

/// The same for a text that is not Chinese: who says six six six means it.
pub fn check_foreign(text: &str, evidence: &Evidence) -> Result<String, Refusal> {
    believe(text.trim().to_owned(), evidence, &[])
}

fn believe(text: String, evidence: &Evidence, prompt: &[String]) -> Result<String, Refusal> {
    let spoken = text.chars().filter(|c| c.is_alphanumeric()).count();
    if spoken == 0 {
        return Err(Refusal::Empty);
    }
    let Evidence {
        mean_log_probability,
        no_speech,
        seconds,
    } = *evidence;
    if no_speech > NO_SPEECH && mean_log_probability < GUESSING / 2.0 {
        return Err(Refusal::NoSpeech);
    }
    if CAPTIONS.iter().any(|caption| text.contains(caption)) {
        return Err(Refusal::Caption);
    }
    if echoes(&text, prompt) {
        return Err(Refusal::Echo);
    }
    if seconds > LONG && (spoken as f32) < seconds * SPARSE && mean_log_probability < GUESSING / 2.0
    {
        return Err(Refusal::Sparse);
    }
    Ok(text)
}

/// Without spaces between Chinese characters, and without what could not be decoded.
fn tidy(text: &str) -> String {
    let chars: Vec<char> = text.chars().filter(|&c| c != '\u{fffd}').collect();
    let wide = |c: Option<&char>| c.is_none_or(|c| !c.is_ascii());
    let kept = chars.iter().enumerate().filter(|&(place, &c)| {
        let before = place.checked_sub(1).and_then(|before| chars.get(before));
        c != ' ' || !(wide(before) || wide(chars.get(place + 1)))
    });
    kept.map(|(_, &c)| c).collect::<String>().trim().to_owned()
}

/// Whether the text is two or more words of the prompt in the prompt's order, and nothing else.
fn echoes(text: &str, prompt: &[String]) -> bool {
    let plain: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let is_in_one_word = prompt.iter().any(|word| word.contains(&plain));
    !is_in_one_word && prompt.concat().contains(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SURE: Evidence = Evidence {
        mean_log_probability: -0.2,
        no_speech: 0.1,
        seconds: 3.0,
    };

    #[test]
    fn a_clear_sentence_passes_tidied() {
        assert_eq!(
            check(" 我 要查 水費。", &SURE, &[]).unwrap(),
            "我要查水费。"
        );
        assert_eq!(check("K 59 路 BRT 1", &SURE, &[]).unwrap(), "K 59路BRT 1");
    }

    #[test]
    fn captions_are_never_written() {
        for text in ["字幕由志愿者提供", "谢谢观看", "请不吝点赞 订阅"] {
            assert_eq!(check(text, &SURE, &[]), Err(Refusal::Caption));
        }
        assert!(check("谢谢", &SURE, &[]).is_ok());
    }

    #[test]
    fn nothing_is_written_for_noise() {
        assert_eq!(check(" 。", &SURE, &[]), Err(Refusal::Empty));
        let doubtful = Evidence {
            no_speech: 0.9,
            mean_log_probability: -0.9,
            ..SURE
        };
        assert_eq!(check("我在", &doubtful, &[]), Err(Refusal::NoSpeech));
        let sparse = Evidence {
            seconds: 20.0,
            mean_log_probability: -0.9,
            ..SURE
        };
        assert_eq!(check("我在", &sparse, &[]), Err(Refusal::Sparse));
    }

    #[test]
    fn the_prompts_own_words_are_refused_and_one_of_them_is_not() {
        let prompt = ["查水费", "缴费", "报修", "转人工"].map(str::to_owned);
        assert_eq!(
            check("查水费，缴费，报修", &SURE, &prompt),
            Err(Refusal::Echo)
        );
        assert_eq!(check("报修转人工", &SURE, &prompt), Err(Refusal::Echo));
        assert!(check("查水费", &SURE, &prompt).is_ok());
        assert!(check("我要查水费和缴费", &SURE, &prompt).is_ok());
    }
}
