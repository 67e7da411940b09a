//! Labelled lines: a text, a tab and what it is labelled with; then, where it was spoken, a tab before each reading.

use crate::event::Hypothesis;
use std::path::Path;

/// A file of labelled lines.
pub(super) struct Labels {
    /// The text of its comments, the lines that begin with `#`.
    pub(super) comments: String,
    pub(super) lines: Vec<Line>,
}

/// A labelled line.
pub(super) struct Line {
    /// What was said.
    pub(super) text: String,
    pub(super) label: String,
    /// What was heard, the likeliest first; the text itself where it was not spoken.
    pub(super) readings: Vec<Hypothesis>,
}

impl Line {
    /// What was said, and behind it what was heard instead.
    pub(super) fn shown(&self) -> String {
        let heard: Vec<String> = self.readings.iter().map(column).collect();
        match heard == [self.text.as_str()] {
            true => self.text.clone(),
            false => format!("{} ({})", self.text, heard.join(" / ")),
        }
    }
}

/// Reads a file; `what` names the label in the error: `an intent`.
pub(super) fn read(path: &Path, what: &str) -> Result<Labels, String> {
    let file = std::fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let mut labels = Labels {
        comments: String::new(),
        lines: Vec::new(),
    };
    for (number, line) in file.lines().enumerate() {
        if let Some(comment) = line.strip_prefix('#') {
            labels.comments.push_str(comment);
            continue;
        }
        if line.is_empty() {
            continue;
        }
        let mut columns = line.split('\t');
        let pair = columns.next().zip(columns.next());
        let (text, label) = pair.filter(|(_, label)| !label.is_empty()).ok_or_else(|| {
            let (path, number) = (path.display(), number + 1);
            format!("{path}:{number}: a line must be a text, a tab and {what}")
        })?;
        let heard: Vec<&str> = columns.collect();
        let readings = match heard.is_empty() {
            true => vec![reading(text)],
            false => heard
                .into_iter()
                .filter(|text| !text.is_empty())
                .map(reading)
                .collect(),
        };
        labels.lines.push(Line {
            text: text.to_owned(),
            label: label.to_owned(),
            readings,
        });
    }
    Ok(labels)
}

/// Stands between a reading and how callers of the pack would have said it.
const SAID_HERE: char = '→';

fn reading(column: &str) -> Hypothesis {
    let (text, said) = match column.split_once(SAID_HERE) {
        Some((text, said)) => (text, Some(said)),
        None => (column, None),
    };
    Hypothesis {
        as_said_here: said.map(Into::into),
        ..Hypothesis::new(text, 1.0)
    }
}

/// The column that a reading is read from.
pub(super) fn column(reading: &Hypothesis) -> String {
    match &reading.as_said_here {
        Some(said) => format!("{}{SAID_HERE}{}", reading.text.0, said.0),
        None => reading.text.0.clone(),
    }
}
