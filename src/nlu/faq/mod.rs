//! Questions that need no record of the caller.
//!
//! In: `faq.toml`, and which entry the classifier takes a question for. Out: the answer, if it is near enough and in force
//! on the day. Entries that share a question follow each other in time (the price until the end of the year, the price
//! from then on): they are learned as one, and the day decides.

mod edit;
mod entry;

pub use entry::FaqEntry;

use super::NluError;
use chrono::NaiveDate;
use std::path::Path;

/// The answer to a common question.
#[derive(Debug, Clone, PartialEq)]
pub struct FaqAnswer {
    /// Its id in the pack.
    pub id: String,
    /// As it is spoken.
    pub answer: String,
    /// How near the question was, 0..1.
    pub confidence: f32,
}

/// The common questions of a pack. Which one was asked is learned together with the intents: an entry's own questions are
/// its examples, all other sentences of the pack are examples of what it is not, so that neighbours (护照丢了, 身份证丢了)
/// are told apart by what differs between them.
pub(super) struct Faq {
    entries: Vec<FaqEntry>,
    /// Of each entry the first one that it shares a question with.
    groups: Vec<usize>,
}

/// A question that scores less is not answered. With an entry left out altogether, one in ten of its questions gets a
/// neighbour's answer at this score, and one in forty of the sentences that are no question of the FAQ gets any
/// (`docs/measurements.md`).
pub(super) const NEAR: f32 = 0.26;

impl Faq {
    /// Reads `text`, the content of the file at `path`.
    pub(super) fn read(path: &Path, text: &str) -> Result<Faq, NluError> {
        let placed = entry::read(path, text)?;
        let wrong = |place: usize, message| {
            let offset = placed.get(place).map_or(0, |(offset, _)| *offset);
            NluError::at(path, text, offset, message)
        };
        let mut groups: Vec<usize> = Vec::new();
        for (place, (_, entry)) in placed.iter().enumerate() {
            groups.push(place);
            for (other, (_, earlier)) in placed[..place].iter().enumerate() {
                if earlier.id == entry.id {
                    let message = format!("the entry {:?} stands twice: rename one", entry.id);
                    return Err(wrong(place, message));
                }
                let shares = |q: &&String| earlier.questions.contains(q);
                let shared = entry.questions.iter().find(shares);
                if let Some(question) = shared.filter(|_| earlier.meets(entry)) {
                    let message = format!(
                        "the question {question:?} stands in {:?} too, which answers on the same days: give them dates, \
                         or ask it in one of them",
                        earlier.id
                    );
                    return Err(wrong(place, message));
                }
                if shared.is_some() {
                    join(&mut groups, place, other);
                }
            }
        }
        let entries = placed.into_iter().map(|(_, entry)| entry).collect();
        Ok(Faq { entries, groups })
    }

    /// The file's text with one entry replaced, or added at its end; everything else, comments among it, stays.
    pub(super) fn edited(path: &Path, text: &str, entry: &FaqEntry) -> Result<String, NluError> {
        let edited = edit::edited(path, text, entry)?;
        Faq::read(path, &edited)?;
        Ok(edited)
    }

    /// All entries, in the order of the file.
    pub(super) fn entries(&self) -> &[FaqEntry] {
        &self.entries
    }

    /// All questions with the place of their group's first entry, each once in a group.
    pub(super) fn questions(&self) -> Vec<(usize, &str)> {
        let mut questions: Vec<(usize, &str)> = Vec::new();
        for (entry, &group) in self.entries.iter().zip(&self.groups) {
            for question in &entry.questions {
                if !questions.contains(&(group, question)) {
                    questions.push((group, question));
                }
            }
        }
        questions
    }

    /// The answer of the group that was asked for, if it scores enough and one of its entries is in force.
    pub(super) fn answer(
        &self,
        (group, score): (usize, f32),
        today: NaiveDate,
    ) -> Option<FaqAnswer> {
        let entry = self.in_force(group, today).filter(|_| score >= NEAR)?;
        Some(FaqAnswer {
            id: entry.id.clone(),
            answer: entry.answer.clone(),
            confidence: score.min(1.0),
        })
    }

    /// Entries of a group.
    pub(super) fn group(&self, group: usize) -> impl Iterator<Item = &FaqEntry> {
        let members = self.entries.iter().zip(&self.groups);
        members
            .filter(move |(_, own)| **own == group)
            .map(|(entry, _)| entry)
    }

    fn in_force(&self, group: usize, today: NaiveDate) -> Option<&FaqEntry> {
        self.group(group).find(|entry| entry.is_in_force(today))
    }
}

/// Makes one group of those of two entries, under its first entry.
fn join(groups: &mut [usize], one: usize, other: usize) {
    let (first, last) = (
        groups[one].min(groups[other]),
        groups[one].max(groups[other]),
    );
    let joined = groups.iter_mut().filter(|group| **group == last);
    joined.for_each(|group| *group = first);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn read(text: &str) -> Result<Faq, String> {
        Faq::read(Path::new("faq.toml"), text).map_err(|error| error.to_string())
    }

    const PRICES: &str = r#"# Prices.
[[faq]]
id = "price"
questions = ["水费多少钱", "水价是多少"]
answer = "三元四角五分。"
until = 2026-12-31

# Decided in autumn.
[[faq]]
id = "price_2027"
questions = ["水价是多少", "新水价"]
answer = "三元六角。"
sms = "2027年起每立方米3.60元。"
from = 2027-01-01

[[faq]]
id = "hours"
questions = ["几点开门"]
answer = "八点半。"
"#;

    #[test]
    fn of_entries_that_follow_each_other_the_day_decides() {
        let faq = read(PRICES).unwrap();
        let answer = |day_: &str| faq.answer((0, 0.9), day(day_)).map(|answer| answer.id);
        assert_eq!(answer("2026-12-31").as_deref(), Some("price"));
        assert_eq!(answer("2027-01-01").as_deref(), Some("price_2027"));
        let questions = faq.questions();
        assert_eq!(questions.len(), 4);
        assert!(questions.contains(&(0, "新水价")));
    }

    #[test]
    fn an_entry_outside_its_dates_does_not_answer() {
        let faq = read(&PRICES.replace("2027-01-01", "2027-03-01")).unwrap();
        assert_eq!(faq.answer((0, 0.9), day("2027-02-01")), None);
    }

    #[test]
    fn a_question_of_two_entries_on_one_day_is_refused_with_its_line() {
        let error = read(&PRICES.replace("from = 2027-01-01", ""))
            .err()
            .unwrap();
        assert!(error.contains("faq.toml:9:"), "{error}");
        assert!(
            error.contains("水价是多少") && error.contains("\"price\""),
            "{error}"
        );
    }

    #[test]
    fn a_fault_is_named_with_its_line() {
        for (part, by, line, hint) in [
            ("id = \"hours\"", "id = \"price\"", 16, "stands twice"),
            (
                "answer = \"八点半。\"",
                "answer = \" \"",
                16,
                "a question and an answer",
            ),
            (
                "from = 2027-01-01",
                "from = 2027-01-01\nuntil = 2026-01-01",
                9,
                "before",
            ),
            (
                "from = 2027-01-01",
                "from = 2027-01-01T08:00:00",
                14,
                "a day",
            ),
            ("sms =", "smss =", 13, "smss"),
        ] {
            let error = read(&PRICES.replace(part, by)).err().unwrap();
            assert!(
                error.contains(&format!("faq.toml:{line}:")),
                "{by}: {error}"
            );
            assert!(error.contains(hint), "{by}: {error}");
        }
    }

    #[test]
    fn an_edit_changes_its_entry_and_nothing_else() {
        let path = Path::new("faq.toml");
        let mut entry = read(PRICES).unwrap().entries()[1].clone();
        entry.answer = "三元六角，\"含\"污水处理费。".into();
        entry.sms = None;
        entry.until = Some(day("2027-12-31"));
        let edited = Faq::edited(path, PRICES, &entry).unwrap();
        assert_eq!(read(&edited).unwrap().entries()[1], entry);
        assert!(edited.contains("# Decided in autumn.") && edited.starts_with("# Prices."));
        let others = |faq: &Faq| (faq.entries()[0].clone(), faq.entries()[2].clone());
        assert_eq!(
            others(&read(&edited).unwrap()),
            others(&read(PRICES).unwrap())
        );

        entry.id = "new".into();
        entry.questions = vec!["明年水价".into()];
        let added = Faq::edited(path, &edited, &entry).unwrap();
        assert_eq!(read(&added).unwrap().entries()[3], entry);
        assert!(added.starts_with(&edited));
    }
}
