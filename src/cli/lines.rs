//! Lines of text in, lines of JSON out.

use super::Outcome;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

/// Lines that are read before they are answered together.
const AT_ONCE: usize = 64;

/// Answers every line of a file, or of standard input for `-` or nothing, in order. A byte that is no UTF-8 becomes U+FFFD.
/// Where many lines are waiting they are shared among the cores; a line that comes alone is answered at once.
pub(super) fn each(file: Option<&Path>, answer: impl Fn(&str) -> Value + Sync) -> Outcome {
    let input: Box<dyn std::io::Read> = match file {
        Some(path) if path != Path::new("-") => {
            let opened = std::fs::File::open(path)
                .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
            Box::new(opened)
        }
        _ => Box::new(std::io::stdin().lock()),
    };
    let mut input = BufReader::new(input);
    let mut output = std::io::stdout().lock();
    let mut lines = Vec::new();
    let mut line = Vec::new();
    loop {
        let is_end = input.read_until(b'\n', &mut line)? == 0;
        if !is_end {
            let text = String::from_utf8_lossy(&line);
            lines.push(text.trim_end_matches(['\n', '\r']).to_owned());
            line.clear();
        }
        // What is in the buffer is there without waiting for a person who types.
        if is_end || lines.len() >= AT_ONCE || !input.buffer().contains(&b'\n') {
            for answer in in_parallel(&lines, |line| answer(line)) {
                writeln!(output, "{answer}")?;
            }
            lines.clear();
        }
        if is_end {
            return Ok(());
        }
    }
}

/// Works on every line, on all cores, and gives the results in the lines' order.
pub(super) fn in_parallel<L: Sync, T: Send>(lines: &[L], work: impl Fn(&L) -> T + Sync) -> Vec<T> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if lines.len() < cores {
        return lines.iter().map(work).collect();
    }
    let share = |core: usize| {
        let mine = lines.iter().enumerate().skip(core).step_by(cores);
        mine.map(|(place, line)| (place, work(line)))
            .collect::<Vec<_>>()
    };
    let mut results: Vec<(usize, T)> = std::thread::scope(|scope| {
        let share = &share;
        let threads: Vec<_> = (0..cores)
            .map(|core| scope.spawn(move || share(core)))
            .collect();
        let done = threads.into_iter().flat_map(|thread| match thread.join() {
            Ok(results) => results,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        done.collect()
    });
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}
