//! An entry of the FAQ, and how it is read.

use crate::nlu::NluError;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::path::Path;
use toml::Spanned;
use toml::value::Datetime;
use utoipa::ToSchema;

/// A common question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FaqEntry {
    /// Letters, digits and `_`.
    pub id: String,
    /// The same question as different people ask it.
    pub questions: Vec<String>,
    /// As it is spoken.
    pub answer: String,
    /// As it is written in a message, where that differs: figures and addresses that nobody remembers from hearing.
    #[serde(default)]
    pub sms: Option<String>,
    /// First day on which it answers; absent: since ever.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// Last day on which it answers; absent: for good.
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

impl FaqEntry {
    /// Whether it answers on a day.
    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether there is a day on which both answer.
    pub(super) fn meets(&self, other: &FaqEntry) -> bool {
        let ends_before = |one: &FaqEntry, next: &FaqEntry| matches!((one.until, next.from), (Some(until), Some(from)) if until < from);
        !ends_before(self, other) && !ends_before(other, self)
    }

    /// What is wrong with it, if anything.
    fn fault(&self) -> Option<String> {
        let id = &self.id;
        let is_blank = |text: &str| text.trim().is_empty();
        let is_id = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if id.is_empty() || !id.chars().all(is_id) {
            return Some(format!("the id {id:?} must be letters, digits and _"));
        }
        if self.questions.is_empty() || is_blank(&self.answer) {
            return Some(format!("the entry {id:?} needs a question and an answer"));
        }
        if self.questions.iter().any(|q| is_blank(q)) {
            return Some(format!("the entry {id:?} has an empty question: remove it"));
        }
        if self.sms.as_deref().is_some_and(is_blank) {
            return Some(format!("the entry {id:?} has an empty sms: leave it out"));
        }
        match (self.from, self.until) {
            (Some(from), Some(until)) if until < from => Some(format!(
                "the entry {id:?} ends on {until}, before it begins on {from}"
            )),
            _ => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    faq: Vec<Spanned<EntryFile>>,
}

/// An entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFile {
    id: String,
    questions: Vec<String>,
    answer: String,
    sms: Option<String>,
    from: Option<Spanned<Datetime>>,
    until: Option<Spanned<Datetime>>,
}

/// All entries of a file's text with their places in it, in bytes.
pub(super) fn read(path: &Path, text: &str) -> Result<Vec<(usize, FaqEntry)>, NluError> {
    let file: File = toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        NluError::at(path, text, offset, error.message())
    })?;
    let wrong = |offset, message: String| NluError::at(path, text, offset, message);
    let mut entries = Vec::new();
    for spanned in file.faq {
        let offset = spanned.span().start;
        let written = spanned.into_inner();
        let entry = FaqEntry {
            id: written.id,
            questions: written.questions,
            answer: written.answer,
            sms: written.sms,
            from: day(written.from).map_err(|(offset, message)| wrong(offset, message))?,
            until: day(written.until).map_err(|(offset, message)| wrong(offset, message))?,
        };
        if let Some(fault) = entry.fault() {
            return Err(wrong(offset, fault));
        }
        entries.push((offset, entry));
    }
    Ok(entries)
}

fn day(written: Option<Spanned<Datetime>>) -> Result<Option<NaiveDate>, (usize, String)> {
    let Some(written) = written else {
        return Ok(None);
    };
    let (offset, value) = (written.span().start, written.into_inner());
    let date = value.date.filter(|_| value.time.is_none());
    let day = date.and_then(|date| {
        NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
    });
    match day {
        Some(day) => Ok(Some(day)),
        None => Err((offset, format!("{value} is not a day: write 2026-12-31"))),
    }
}
