//! A line of text in, a line of JSON out.

use super::Outcome;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

/// Answers every line of a file, or of standard input for `-` or nothing. A byte that is no UTF-8 becomes U+FFFD.
pub(super) fn each(file: Option<&Path>, mut answer: impl FnMut(&str) -> Value) -> Outcome {
    let mut input: Box<dyn BufRead> = match file {
        Some(path) if path != Path::new("-") => {
            let opened = std::fs::File::open(path)
                .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
            Box::new(BufReader::new(opened))
        }
        _ => Box::new(std::io::stdin().lock()),
    };
    let mut output = std::io::stdout().lock();
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        writeln!(output, "{}", answer(text.trim_end_matches(['\n', '\r'])))?;
        line.clear();
    }
    Ok(())
}
