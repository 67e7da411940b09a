//! One Mandarin syllable: initial, final, tone; pinyin in and out.

use std::fmt;
use std::str::FromStr;

/// Consonant that opens a syllable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[rustfmt::skip]
pub enum Initial {
    /// None: the syllable begins with its vowel (written with y or w before i, u, ü).
    Zero,
    B, P, M, F, D, T, N, L, G, K, H, J, Q, X, Zh, Ch, Sh, R, Z, C, S,
}

impl Initial {
    /// All initials, longest spelling first among those that share a letter.
    #[rustfmt::skip]
    const SPELLED: [(&str, Initial); 21] = {
        use Initial::*;
        [("zh", Zh), ("ch", Ch), ("sh", Sh), ("b", B), ("p", P), ("m", M), ("f", F), ("d", D), ("t", T), ("n", N), ("l", L),
         ("g", G), ("k", K), ("h", H), ("j", J), ("q", Q), ("x", X), ("r", R), ("z", Z), ("c", C), ("s", S)]
    };

    /// Spelling in pinyin; empty for [`Initial::Zero`].
    pub fn as_str(self) -> &'static str {
        Self::SPELLED
            .iter()
            .find(|(_, initial)| *initial == self)
            .map_or("", |(spelling, _)| spelling)
    }

    fn is_palatal(self) -> bool {
        matches!(self, Initial::J | Initial::Q | Initial::X)
    }

    fn is_sibilant(self) -> bool {
        use Initial::*;
        matches!(self, Zh | Ch | Sh | R | Z | C | S)
    }
}

/// Everything after the initial but the tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[rustfmt::skip]
pub enum Final {
    A, O, E, Ai, Ei, Ao, Ou, An, En, Ang, Eng, Ong, Er,
    I, Ia, Io, Ie, Iao, Iu, Ian, In, Iang, Ing, Iong,
    U, Ua, Uo, Uai, Ui, Uan, Un, Uang, Ueng,
    V, Ve, Van, Vn,
    /// The vowel of zi, ci, si, zhi, chi, shi, ri.
    Apical,
    /// A bare nasal: m, n, ng as in 嗯.
    Nasal,
}

impl Final {
    /// All finals as written after an initial; ü is `v`.
    #[rustfmt::skip]
    const SPELLED: [(&str, Final); 37] = {
        use Final::*;
        [("a", A), ("o", O), ("e", E), ("ai", Ai), ("ei", Ei), ("ao", Ao), ("ou", Ou), ("an", An), ("en", En), ("ang", Ang),
         ("eng", Eng), ("ong", Ong), ("er", Er), ("i", I), ("ia", Ia), ("io", Io), ("ie", Ie), ("iao", Iao), ("iu", Iu),
         ("ian", Ian), ("in", In), ("iang", Iang), ("ing", Ing), ("iong", Iong), ("u", U), ("ua", Ua), ("uo", Uo),
         ("uai", Uai), ("ui", Ui), ("uan", Uan), ("un", Un), ("uang", Uang), ("ueng", Ueng), ("v", V), ("ve", Ve),
         ("van", Van), ("vn", Vn)]
    };

    /// Spelling after an initial, with `v` for ü: `ian`, `ui`, `ve`.
    pub fn as_str(self) -> &'static str {
        match self {
            Final::Apical => "i",
            Final::Nasal => "n",
            _ => Self::SPELLED
                .iter()
                .find(|(_, last)| *last == self)
                .map_or("", |(spelling, _)| spelling),
        }
    }

    fn spelled(spelling: &str) -> Option<Final> {
        Self::SPELLED
            .iter()
            .find(|(known, _)| *known == spelling)
            .map(|(_, last)| *last)
    }
}

/// A syllable: what is compared when sound matters and spelling does not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Syllable {
    /// Opening consonant.
    pub initial: Initial,
    /// The rest.
    pub last: Final,
    /// 1–4; 5 is the neutral tone; 0 is unknown (a recogniser's head that writes no tones).
    pub tone: u8,
}

impl Syllable {
    /// The same sound with another tone (0–5).
    pub fn with_tone(self, tone: u8) -> Syllable {
        Syllable { tone, ..self }
    }

    /// Pinyin without tone: `zhuan`, `lv`, `yi`.
    pub fn plain(self) -> String {
        let last = self.last.as_str();
        match (self.initial, self.last) {
            (Initial::Zero, Final::I | Final::In | Final::Ing) => format!("y{last}"),
            (Initial::Zero, Final::Iu) => "you".into(),
            (Initial::Zero, Final::Ui) => "wei".into(),
            (Initial::Zero, Final::Un) => "wen".into(),
            (Initial::Zero, Final::U) => "wu".into(),
            (Initial::Zero, _) if last.starts_with('i') => format!("y{}", &last[1..]),
            (Initial::Zero, _) if last.starts_with('u') => format!("w{}", &last[1..]),
            (Initial::Zero, _) if last.starts_with('v') => format!("yu{}", &last[1..]),
            (initial, _) if initial.is_palatal() && last.starts_with('v') => {
                format!("{}u{}", initial.as_str(), &last[1..])
            }
            (initial, _) => format!("{}{last}", initial.as_str()),
        }
    }
}

impl fmt::Display for Syllable {
    /// Pinyin with the tone's number behind: `zhuan3`; no number where the tone is unknown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.plain())?;
        match self.tone {
            0 => Ok(()),
            tone => write!(f, "{tone}"),
        }
    }
}

impl fmt::Debug for Syllable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A spelling that is no pinyin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no syllable of pinyin; write one like zhuan3, lv4 or ma5")]
pub struct NotPinyin(pub String);

impl FromStr for Syllable {
    type Err = NotPinyin;

    /// Reads `zhuan3`, `lv4`, `lü4`, `nve4`, `yi` (tone unknown), in either case.
    fn from_str(pinyin: &str) -> Result<Syllable, NotPinyin> {
        let not_pinyin = || NotPinyin(pinyin.to_owned());
        let lower = pinyin.trim().to_lowercase().replace('ü', "v");
        let (plain, tone) = match lower.as_bytes().last() {
            Some(digit @ b'0'..=b'5') => (&lower[..lower.len() - 1], digit - b'0'),
            _ => (lower.as_str(), 0),
        };
        let (initial, last) = split(plain).ok_or_else(not_pinyin)?;
        Ok(Syllable {
            initial,
            last,
            tone,
        })
    }
}

/// Initial and final of a plain spelling.
fn split(plain: &str) -> Option<(Initial, Final)> {
    if matches!(plain, "n" | "m" | "ng" | "hm" | "hng") {
        return Some((Initial::Zero, Final::Nasal));
    }
    if plain == "ê" {
        return Some((Initial::Zero, Final::Ei));
    }
    if let Some(last) = without_consonant(plain) {
        return Some((Initial::Zero, last));
    }
    let (spelling, initial) = Initial::SPELLED
        .iter()
        .find(|(spelling, _)| plain.starts_with(spelling))?;
    let rest = &plain[spelling.len()..];
    let last = match rest {
        "i" if initial.is_sibilant() => Final::Apical,
        "iou" => Final::Iu,
        "uei" => Final::Ui,
        "uen" => Final::Un,
        "ue" if matches!(initial, Initial::N | Initial::L) => Final::Ve,
        // Written o, spoken uo: bo, po, mo, fo. `lo` and `yo` stay.
        _ if initial.is_palatal() && rest.starts_with('u') => {
            Final::spelled(&format!("v{}", &rest[1..]))?
        }
        _ => Final::spelled(rest)?,
    };
    Some((*initial, last))
}

/// Final of a syllable that begins with its vowel, as written: `yi`, `wen`, `yuan`, `ang`.
fn without_consonant(plain: &str) -> Option<Final> {
    match plain {
        "you" => Some(Final::Iu),
        "yo" => Some(Final::Io),
        "wei" => Some(Final::Ui),
        "wen" => Some(Final::Un),
        "wu" => Some(Final::U),
        "weng" => Some(Final::Ueng),
        "wo" => Some(Final::Uo),
        "yi" | "yin" | "ying" => Final::spelled(&plain[1..]),
        "yong" => Some(Final::Iong),
        _ => {
            if let Some(rest) = plain.strip_prefix("yu") {
                Final::spelled(&format!("v{rest}"))
            } else if let Some(rest) = plain.strip_prefix('y') {
                Final::spelled(&format!("i{rest}"))
            } else if let Some(rest) = plain.strip_prefix('w') {
                Final::spelled(&format!("u{rest}"))
            } else if plain.starts_with(['a', 'o', 'e']) {
                Final::spelled(plain)
            } else {
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pinyin: &str) -> Syllable {
        pinyin.parse().unwrap()
    }

    #[test]
    fn a_syllable_is_printed_as_it_was_spelled() {
        for pinyin in [
            "zhuan3", "lv4", "nve4", "jue2", "xu1", "yuan2", "yun4", "yue4", "yu2", "yi1", "yin3",
            "ying2", "you3", "yao1", "yong4", "wu5", "wei4", "wen2", "wo3", "weng1", "er4", "a5",
            "bo1", "shi2", "zi3", "ri4", "liu4", "gui4", "dun1", "xiong2", "ang2", "n", "yan4",
        ] {
            assert_eq!(parse(pinyin).to_string(), pinyin);
        }
    }

    #[test]
    fn every_syllable_that_the_dictionary_knows_survives_printing() {
        use pinyin::ToPinyinMulti;
        for code in 0x4e00u32..0x9fff {
            let Some(readings) = char::from_u32(code).and_then(|c| c.to_pinyin_multi()) else {
                continue;
            };
            for reading in readings {
                let syllable = parse(reading.with_tone_num_end());
                assert_eq!(parse(&syllable.to_string()), syllable, "{reading:?}");
            }
        }
    }

    #[test]
    fn other_spellings_of_one_sound_are_one_syllable() {
        assert_eq!(parse("lü4"), parse("lv4"));
        assert_eq!(parse("LVE4"), parse("lue4"));
        assert_eq!(parse("jv1"), parse("ju1"));
        assert_eq!(parse("shi").with_tone(4), parse("shi4"));
    }

    #[test]
    fn what_is_no_pinyin_is_refused_by_name() {
        for wrong in ["", "3", "bx1", "zhq", "水", "ma6", "yyy"] {
            assert_eq!(wrong.parse::<Syllable>(), Err(NotPinyin(wrong.to_owned())));
        }
    }
}
