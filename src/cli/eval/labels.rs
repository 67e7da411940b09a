//! Labelled lines: a text, a tab and what it is labelled with.

use std::path::Path;

/// A file of labelled lines.
pub(super) struct Labels {
    /// The text of its comments, the lines that begin with `#`.
    pub(super) comments: String,
    /// Text and label of each line.
    pub(super) lines: Vec<(String, String)>,
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
        let pair = line.split_once('\t').filter(|(_, label)| !label.is_empty());
        let (text, label) = pair.ok_or_else(|| {
            let (path, number) = (path.display(), number + 1);
            format!("{path}:{number}: a line must be a text, a tab and {what}")
        })?;
        labels.lines.push((text.to_owned(), label.to_owned()));
    }
    Ok(labels)
}
