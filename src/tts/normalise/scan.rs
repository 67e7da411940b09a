//! A place in a text, and the shapes that begin there.

/// A text and how far it has been read.
#[derive(Debug, Clone)]
pub(super) struct Scanner {
    chars: Vec<char>,
    at: usize,
}

impl Scanner {
    pub(super) fn new(text: &str) -> Scanner {
        Scanner {
            chars: text.chars().collect(),
            at: 0,
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.at >= self.chars.len()
    }

    /// The character that was read last.
    pub(super) fn before(&self) -> Option<char> {
        self.at.checked_sub(1).map(|i| self.chars[i])
    }

    /// Up to `count` characters that were read last.
    pub(super) fn just_read(&self, count: usize) -> String {
        self.chars[self.at.saturating_sub(count)..self.at]
            .iter()
            .collect()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub(super) fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    /// Reads `text` if it comes next.
    pub(super) fn take_text(&mut self, text: &str) -> bool {
        let length = text.chars().count();
        let next = self.chars.get(self.at..self.at + length);
        let found = next.is_some_and(|next| next.iter().copied().eq(text.chars()));
        if found {
            self.at += length;
        }
        found
    }

    /// Reads one character if it is among these.
    pub(super) fn take_any(&mut self, among: &str) -> Option<char> {
        let c = self.peek().filter(|&c| among.contains(c))?;
        self.at += 1;
        Some(c)
    }

    /// Reads characters as long as they fit.
    pub(super) fn take_while(&mut self, fits: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(&fits) {
            self.at += 1;
        }
        self.chars[start..self.at].iter().collect()
    }

    /// Reads between `least` and `most` digits; none at all if there are more or fewer.
    pub(super) fn take_digits(&mut self, least: usize, most: usize) -> Option<String> {
        let start = self.at;
        let digits = self.take_while(|c| c.is_ascii_digit());
        if (least..=most).contains(&digits.len()) {
            return Some(digits);
        }
        self.at = start;
        None
    }

    /// Tries a reading; what it read is unread if it gives nothing.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Scanner) -> Option<T>) -> Option<T> {
        let start = self.at;
        let result = read(self);
        if result.is_none() {
            self.at = start;
        }
        result
    }
}
