//! SRGS in its ABNF form (W3C, 2004), read into [`Document`].
//!
//! Left out: lexicons, language attachments (`word!en`) and probabilities of repeats; the header's `meta`, `language`,
//! `mode` and `tag-format` are read, and `meta "match" is "exact"` switches off matching by sound in the file.

use super::ast::{Document, Expr, Reference, Rule};
use super::lexer::{Lexeme, Placed, lex};
use super::tag::Tag;

/// Nesting of brackets beyond which a file is refused.
const DEEPEST: usize = 32;

type Wrong = (usize, String);

/// Reads a file's text; the error is a byte offset and what is wrong there.
pub(super) fn parse(text: &str) -> Result<Document, Wrong> {
    let first = text
        .lines()
        .next()
        .unwrap_or("")
        .trim_start_matches('\u{feff}');
    if !first.starts_with("#ABNF 1.0") {
        return Err((0, "the first line must be #ABNF 1.0 UTF-8;".into()));
    }
    let header_end = text.find([';', '\n']).map_or(text.len(), |place| place + 1);
    let lexemes = lex(&text[header_end..]).map_err(|(at, message)| (at + header_end, message))?;
    let mut parser = Parser {
        lexemes: lexemes
            .into_iter()
            .map(|(at, lexeme)| (at + header_end, lexeme))
            .collect(),
        next: 0,
        end: text.len(),
        depth: 0,
        header: header_end,
    };
    parser.document()
}

struct Parser {
    lexemes: Vec<Placed>,
    next: usize,
    end: usize,
    depth: usize,
    header: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Lexeme> {
        self.lexemes.get(self.next).map(|(_, lexeme)| lexeme)
    }

    fn at(&self) -> usize {
        self.lexemes.get(self.next).map_or(self.end, |(at, _)| *at)
    }

    fn take(&mut self) -> Option<Lexeme> {
        let found = self
            .lexemes
            .get(self.next)
            .map(|(_, lexeme)| lexeme.clone());
        self.next += 1;
        found
    }

    fn expect(&mut self, wanted: Lexeme, name: &str) -> Result<(), Wrong> {
        if self.peek() == Some(&wanted) {
            self.next += 1;
            Ok(())
        } else {
            Err((self.at(), format!("{name} is missing here")))
        }
    }

    fn document(&mut self) -> Result<Document, Wrong> {
        let mut document = Document::default();
        while let Some(lexeme) = self.peek() {
            let word = match lexeme {
                Lexeme::Word(word) => word.clone(),
                Lexeme::Rule(_) => String::new(),
                _ => return Err((self.at(), "a rule or a declaration is missing here".into())),
            };
            match word.as_str() {
                "" => document.rules.push(self.rule(false)?),
                "public" | "private" => {
                    self.next += 1;
                    document.rules.push(self.rule(word == "public")?);
                }
                _ => self.declaration(&word, &mut document)?,
            }
        }
        self.check(&document)?;
        Ok(document)
    }

    fn check(&self, document: &Document) -> Result<(), Wrong> {
        let mut names: Vec<&str> = Vec::new();
        for rule in &document.rules {
            if names.contains(&rule.name.as_str()) {
                return Err((
                    rule.offset,
                    format!("rule ${} stands twice in this file", rule.name),
                ));
            }
            names.push(&rule.name);
        }
        match &document.root {
            Some(root) if !names.contains(&root.as_str()) => Err((
                self.header,
                format!("the root ${root} is no rule of this file"),
            )),
            _ => Ok(()),
        }
    }

    fn declaration(&mut self, word: &str, document: &mut Document) -> Result<(), Wrong> {
        let start = self.at();
        let mut parts = Vec::new();
        self.next += 1;
        loop {
            match self.take() {
                Some(Lexeme::Semicolon) => break,
                Some(part) => parts.push(part),
                None => {
                    return Err((
                        start,
                        format!("the declaration of {word} is not closed: write ;"),
                    ));
                }
            }
        }
        match (word, parts.as_slice()) {
            ("root", [Lexeme::Rule(name)]) => {
                self.header = start;
                document.root = Some(name.clone());
            }
            (
                "meta",
                [
                    Lexeme::Quoted(name),
                    Lexeme::Word(is),
                    Lexeme::Quoted(value),
                ],
            ) if is == "is" => {
                document.meta.insert(name.clone(), value.clone());
            }
            ("language" | "mode" | "tag-format" | "base" | "http-equiv", _) => {}
            _ => {
                let known = "root $rule; meta \"name\" is \"value\"; language, mode, tag-format";
                return Err((
                    start,
                    format!("{word:?} opens no declaration that is known: {known}"),
                ));
            }
        }
        Ok(())
    }

    fn rule(&mut self, public: bool) -> Result<Rule, Wrong> {
        let offset = self.at();
        let Some(Lexeme::Rule(name)) = self.take() else {
            return Err((
                offset,
                "a rule's name is missing here: write $name = …;".into(),
            ));
        };
        if ["NULL", "VOID", "GARBAGE"].contains(&name.as_str()) {
            return Err((
                offset,
                format!("${name} is given by the standard and cannot be defined"),
            ));
        }
        self.expect(Lexeme::Equals, "=")?;
        let body = self.alternatives()?;
        self.expect(Lexeme::Semicolon, "; at the end of the rule")?;
        Ok(Rule {
            name,
            offset,
            public,
            body,
        })
    }

    fn alternatives(&mut self) -> Result<Expr, Wrong> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err((
                self.at(),
                format!("brackets stand more than {DEEPEST} deep: give the inner ones a rule"),
            ));
        }
        let mut alternatives = Vec::new();
        loop {
            let weight = match self.peek() {
                Some(&Lexeme::Weight(weight)) => {
                    self.next += 1;
                    weight
                }
                _ => 1.0,
            };
            alternatives.push((weight, self.sequence()?));
            if self.peek() != Some(&Lexeme::Bar) {
                break;
            }
            self.next += 1;
        }
        self.depth -= 1;
        Ok(match alternatives.len() {
            1 => alternatives.swap_remove(0).1,
            _ => Expr::Alternatives(alternatives),
        })
    }

    fn sequence(&mut self) -> Result<Expr, Wrong> {
        let start = self.at();
        let mut parts = Vec::new();
        while let Some(part) = self.item()? {
            let repeated = match self.peek() {
                Some(&Lexeme::Repeat(at_least, at_most)) => {
                    self.next += 1;
                    Expr::Repeat {
                        body: Box::new(part),
                        at_least,
                        at_most,
                    }
                }
                _ => part,
            };
            parts.push(repeated);
        }
        match parts.len() {
            0 => Err((start, "words are missing here; write $NULL for none".into())),
            1 => Ok(parts.swap_remove(0)),
            _ => Ok(Expr::Sequence(parts)),
        }
    }

    fn item(&mut self) -> Result<Option<Expr>, Wrong> {
        let offset = self.at();
        let Some(lexeme) = self.peek().cloned() else {
            return Ok(None);
        };
        let expr = match lexeme {
            Lexeme::Word(word) | Lexeme::Quoted(word) => Expr::Token(word),
            Lexeme::Rule(name) => match name.as_str() {
                "NULL" => Expr::Null,
                "VOID" => Expr::Void,
                "GARBAGE" => Expr::Garbage,
                _ => Expr::Reference(Reference {
                    file: None,
                    rule: Some(name),
                    offset,
                }),
            },
            Lexeme::Uri(uri) => {
                let (file, rule) = match uri.split_once('#') {
                    Some((file, rule)) => (file.to_owned(), Some(rule.to_owned())),
                    None => (uri, None),
                };
                Expr::Reference(Reference {
                    file: Some(file),
                    rule,
                    offset,
                })
            }
            Lexeme::Tag(at, text) => {
                Expr::Tag(Tag::parse(&text).map_err(|(inner, message)| (at + inner, message))?)
            }
            Lexeme::Open => {
                self.next += 1;
                let inner = self.alternatives()?;
                self.expect(Lexeme::Close, "a closing )")?;
                return Ok(Some(inner));
            }
            Lexeme::OpenOption => {
                self.next += 1;
                let inner = self.alternatives()?;
                self.expect(Lexeme::CloseOption, "a closing ]")?;
                return Ok(Some(Expr::Repeat {
                    body: Box::new(inner),
                    at_least: 0,
                    at_most: Some(1),
                }));
            }
            Lexeme::Repeat(..) | Lexeme::Angle(_) | Lexeme::Weight(_) => {
                return Err((
                    offset,
                    "a repeat or weight has nothing to stand with here".into(),
                ));
            }
            Lexeme::Equals
            | Lexeme::Semicolon
            | Lexeme::Bar
            | Lexeme::Close
            | Lexeme::CloseOption => return Ok(None),
        };
        self.next += 1;
        Ok(Some(expr))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> (usize, String) {
        parse(&format!("#ABNF 1.0 UTF-8;\n{text}")).unwrap_err()
    }

    #[test]
    fn a_file_with_all_that_the_standard_has_is_read() {
        let document = parse(
            "#ABNF 1.0 UTF-8;\nlanguage zh-CN;\nmode voice;\nroot $number;\ntag-format <semantics/1.0>;\n\
             meta \"author\" is \"x\";\n/** a\n comment */\n// another\n\
             public $number = /3/ 一 {out=1} | /0.5/ (二 | 两) {!{out=\"2\"}!} | $other<1-3> [三] \"四\" | $<x.gram#y> $GARBAGE;\n\
             private $other = $NULL | $VOID;\n",
        )
        .unwrap();
        assert_eq!(document.root.as_deref(), Some("number"));
        assert_eq!(document.rules.len(), 2);
        assert!(document.rules[0].public && !document.rules[1].public);
    }

    #[test]
    fn each_mistake_is_named_at_its_place() {
        for (text, place, says) in [
            ("$a = 一", 8, "; at the end"),
            ("$a = (一;", 9, "closing )"),
            ("$a = 一 | ;", 11, "words are missing"),
            ("$a = 一<3-2>;", 9, "is no repeat"),
            ("$a = 一<1-9999>;", 9, "is no repeat"),
            ("$a = /x/ 一;", 6, "is no weight"),
            ("$a = 一 {out==;", 9, "not closed"),
            ("$a = \"一;", 5, "not closed"),
            ("$a = 一;\n$a = 二;", 10, "stands twice"),
            ("root $b;\n$a = 一;", 0, "no rule of this file"),
            ("rooot $a;", 0, "no declaration"),
        ] {
            let (at, message) = wrong(text);
            assert_eq!(at, "#ABNF 1.0 UTF-8;\n".len() + place, "{text}: {message}");
            assert!(message.contains(says), "{text}: {message}");
        }
    }

    #[test]
    fn a_thousand_brackets_are_refused() {
        assert!(
            wrong(&format!("$a = {}", "(".repeat(1000)))
                .1
                .contains("deep")
        );
    }
}
