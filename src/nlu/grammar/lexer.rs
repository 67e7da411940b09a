//! Words and signs of an ABNF file.

/// A word or sign, with the byte offset where it begins.
pub(super) type Placed = (usize, Lexeme);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Lexeme {
    /// A bare or quoted word.
    Word(String),
    /// `"…"`; a token like a bare word in a rule, a string in the header.
    Quoted(String),
    /// `$name`.
    Rule(String),
    /// `$<uri>`.
    Uri(String),
    /// `<2-4>`, `<3>`, `<1->`, `<1-2 /0.5/>`.
    Repeat(u32, Option<u32>),
    /// `<…>` that is no repeat: a tag format.
    Angle(String),
    /// `/3.5/`.
    Weight(f32),
    /// `{…}` or `{!{…}!}`: offset of the inner text, and it.
    Tag(usize, String),
    Equals,
    Semicolon,
    Bar,
    Open,
    Close,
    OpenOption,
    CloseOption,
}

/// Cuts a text into words and signs; the error is a byte offset and what is wrong there.
pub(super) fn lex(text: &str) -> Result<Vec<Placed>, (usize, String)> {
    let mut lexer = Lexer {
        text,
        at: 0,
        found: Vec::new(),
    };
    while lexer.at < text.len() {
        lexer.next()?;
    }
    Ok(lexer.found)
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    found: Vec<Placed>,
}

type Step = Result<(), (usize, String)>;

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Step {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(());
        };
        let single = match first {
            '=' => Some(Lexeme::Equals),
            ';' => Some(Lexeme::Semicolon),
            '|' => Some(Lexeme::Bar),
            '(' => Some(Lexeme::Open),
            ')' => Some(Lexeme::Close),
            '[' => Some(Lexeme::OpenOption),
            ']' => Some(Lexeme::CloseOption),
            _ => None,
        };
        if let Some(sign) = single {
            self.push(1, sign);
            return Ok(());
        }
        match first {
            c if c.is_whitespace() || c == '\u{feff}' => {
                self.at += c.len_utf8();
                Ok(())
            }
            '/' => self.slash(),
            '"' => self.delimited(1, "\"", "quoted token", |inner, _| {
                Ok(Lexeme::Quoted(inner.to_owned()))
            }),
            '{' if rest.starts_with("{!{") => self.delimited(3, "}!}", "tag", |inner, at| {
                Ok(Lexeme::Tag(at, inner.to_owned()))
            }),
            '{' => self.delimited(1, "}", "tag", |inner, at| {
                Ok(Lexeme::Tag(at, inner.to_owned()))
            }),
            '$' if rest.starts_with("$<") => self.delimited(2, ">", "reference", |inner, _| {
                Ok(Lexeme::Uri(inner.trim().to_owned()))
            }),
            '$' => self.rule(),
            '<' => self.delimited(1, ">", "repeat", |inner, at| {
                repeat(inner).map_err(|message| (at, message))
            }),
            _ => self.word(),
        }
    }

    fn push(&mut self, bytes: usize, lexeme: Lexeme) {
        self.found.push((self.at, lexeme));
        self.at += bytes;
    }

    fn delimited(
        &mut self,
        open: usize,
        close: &str,
        what: &str,
        make: impl Fn(&str, usize) -> Result<Lexeme, (usize, String)>,
    ) -> Step {
        let body = &self.rest()[open..];
        let Some(length) = body.find(close) else {
            return Err((self.at, format!("this {what} is not closed: write {close}")));
        };
        let lexeme = make(&body[..length], self.at + open)?;
        self.push(open + length + close.len(), lexeme);
        Ok(())
    }

    /// A comment or a weight.
    fn slash(&mut self) -> Step {
        let rest = self.rest();
        if rest.starts_with("//") {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return Ok(());
        }
        if let Some(comment) = rest.strip_prefix("/*") {
            let Some(length) = comment.find("*/") else {
                return Err((self.at, "this comment is not closed: write */".into()));
            };
            self.at += length + 4;
            return Ok(());
        }
        self.delimited(1, "/", "weight", |inner, at| {
            let weight: f32 = inner.trim().parse().unwrap_or(f32::NAN);
            if weight.is_finite() && weight > 0.0 {
                Ok(Lexeme::Weight(weight))
            } else {
                Err((
                    at,
                    format!("{inner:?} is no weight; write a number above zero, like /2.5/"),
                ))
            }
        })
    }

    fn rule(&mut self) -> Step {
        let name: String = self.rest()[1..]
            .chars()
            .take_while(|&c| in_name(c))
            .collect();
        if name.is_empty() {
            return Err((self.at, "a rule's name is missing behind $".into()));
        }
        self.push(1 + name.len(), Lexeme::Rule(name));
        Ok(())
    }

    fn word(&mut self) -> Step {
        let ends = |c: char| c.is_whitespace() || "=;|()[]<>{}$\"/".contains(c);
        let rest = self.rest();
        let length = rest.find(ends).unwrap_or(rest.len());
        if length == 0 {
            let sign = rest.chars().next().unwrap_or(' ');
            return Err((self.at, format!("{sign:?} has no meaning here")));
        }
        self.push(length, Lexeme::Word(rest[..length].to_owned()));
        Ok(())
    }
}

fn in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

/// Most that a repeat may ask for: more is a mistake or an attack.
const MOST_REPEATS: u32 = 64;

fn repeat(inner: &str) -> Result<Lexeme, String> {
    let counts = inner.split('/').next().unwrap_or(inner).trim();
    if counts.is_empty() || !counts.chars().all(|c| c.is_ascii_digit() || c == '-') {
        return Ok(Lexeme::Angle(inner.to_owned()));
    }
    let wrong = || {
        format!(
            "<{inner}> is no repeat; write <2>, <1-3> or <1-> with numbers up to {MOST_REPEATS}"
        )
    };
    let number = |text: &str| {
        text.trim()
            .parse::<u32>()
            .ok()
            .filter(|&n| n <= MOST_REPEATS)
            .ok_or_else(wrong)
    };
    let (least, most) = match counts.split_once('-') {
        None => (number(counts)?, Some(number(counts)?)),
        Some((least, "")) => (number(least)?, None),
        Some((least, most)) => (number(least)?, Some(number(most)?)),
    };
    if most.is_some_and(|most| most < least) {
        return Err(wrong());
    }
    Ok(Lexeme::Repeat(least, most))
}
