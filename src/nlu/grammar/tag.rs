//! Semantic tags: the small part of W3C SISR that values need.
//!
//! A tag is statements separated by `;`:
//! `out = V`, `out += V`, `out.field = V`, `out.field += V`, where `V` is terms joined by `+`, and a term is a literal
//! (`"1"`, `'1'`, `1`), `rules.name` or `rules.name.field` (what the rule matched last under this name gave), or
//! `rules.latest()`. A rule without any tag gives its tokens as they are written and the texts of what it refers to,
//! one after the other. Every rule passes on the fields of what it refers to.

use std::collections::BTreeMap;

/// What a rule gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) text: String,
    pub(crate) fields: BTreeMap<String, String>,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    statements: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Statement {
    field: Option<String>,
    append: bool,
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    Literal(String),
    Rule { name: String, field: Option<String> },
    Latest,
}

/// What the rules within a rule have given so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    pub(super) out: Value,
    pub(super) rules: BTreeMap<String, Value>,
    pub(super) latest: String,
}

impl Scope {
    /// Takes what a rule within gave. Fields are passed on by every rule, text by one without tags.
    pub(super) fn receive(&mut self, name: &str, value: Value, tagged: bool) {
        if !tagged {
            self.out.text.push_str(&value.text);
        }
        self.out.fields.extend(value.fields.clone());
        self.latest.clone_from(&value.text);
        self.rules.insert(name.to_owned(), value);
    }
}

impl Tag {
    /// Reads a tag's text; the error is a byte offset in it and what is wrong there.
    pub(super) fn parse(text: &str) -> Result<Tag, (usize, String)> {
        let mut statements = Vec::new();
        let mut start = 0;
        for part in split_outside_quotes(text, ';') {
            if !part.trim().is_empty() {
                statements.push(statement(part).map_err(|message| (start, message))?);
            }
            start += part.len() + 1;
        }
        Ok(Tag { statements })
    }

    /// Carries the statements out.
    pub(super) fn run(&self, scope: &mut Scope) {
        for statement in &self.statements {
            let value: String = statement
                .terms
                .iter()
                .map(|term| term.value(scope))
                .collect();
            let target = match &statement.field {
                None => &mut scope.out.text,
                Some(field) => scope.out.fields.entry(field.clone()).or_default(),
            };
            if !statement.append {
                target.clear();
            }
            target.push_str(&value);
        }
    }
}

impl Term {
    fn value(&self, scope: &Scope) -> String {
        match self {
            Term::Literal(text) => text.clone(),
            Term::Latest => scope.latest.clone(),
            Term::Rule { name, field } => {
                let Some(value) = scope.rules.get(name) else {
                    return String::new();
                };
                match field {
                    None => value.text.clone(),
                    Some(field) => value.fields.get(field).cloned().unwrap_or_default(),
                }
            }
        }
    }
}

fn statement(text: &str) -> Result<Statement, String> {
    let wrong = || {
        format!(
            "{:?} is no statement; write one like out = \"1\" or out.day += rules.number",
            text.trim()
        )
    };
    let (target, append, value) = match (text.split_once("+="), text.split_once('=')) {
        (Some((target, value)), _) => (target, true, value),
        (None, Some((target, value))) => (target, false, value),
        (None, None) => return Err(wrong()),
    };
    let field = match target.trim() {
        "out" => None,
        other => Some(other.strip_prefix("out.").ok_or_else(wrong)?.to_owned()),
    };
    let terms = split_outside_quotes(value, '+')
        .into_iter()
        .map(|part| term(part.trim()).ok_or_else(wrong))
        .collect::<Result<_, _>>()?;
    Ok(Statement {
        field,
        append,
        terms,
    })
}

fn term(text: &str) -> Option<Term> {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return Some(Term::Literal(inner.strip_suffix(quote)?.to_owned()));
        }
    }
    if text == "rules.latest()" {
        return Some(Term::Latest);
    }
    if let Some(path) = text.strip_prefix("rules.") {
        let (name, field) = match path.split_once('.') {
            Some((name, field)) => (name, Some(field.to_owned())),
            None => (path, None),
        };
        let good =
            |s: &str| !s.is_empty() && s.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
        return (good(name) && field.as_deref().is_none_or(good)).then(|| Term::Rule {
            name: name.to_owned(),
            field,
        });
    }
    let is_number = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    is_number.then(|| Term::Literal(text.to_owned()))
}

/// Like `str::split`, but blind to separators within quotes.
fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quote) = (0, None);
    for (place, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == separator => {
                parts.push(&text[start..place]);
                start = place + c.len_utf8();
            }
            None => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_fill_text_and_fields() {
        let mut scope = Scope {
            latest: "5".into(),
            ..Scope::default()
        };
        let number = Value {
            text: "30".into(),
            ..Value::default()
        };
        scope.rules.insert("number".into(), number);
        let tag =
            Tag::parse("out = \"a;b\" + rules.latest(); out.day = rules.number; out += 7").unwrap();
        tag.run(&mut scope);
        assert_eq!(scope.out.text, "a;b57");
        assert_eq!(scope.out.fields["day"], "30");
    }

    #[test]
    fn what_is_no_statement_is_named_with_its_place() {
        assert_eq!(Tag::parse("out=1; while(true)").unwrap_err().0, 6);
        assert!(Tag::parse("x = 1").is_err());
        assert!(Tag::parse("out = \"1").is_err());
    }
}
