//! Files to automata: references followed, every mistake named at its place.

use super::ast::{Document, Expr, Reference, Rule};
use super::automaton::{Automaton, Kind, Label};
use super::parser::parse;
use crate::mandarin;
use crate::nlu::{NluError, files};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// States beyond which a grammar is refused: references are copied where they are used.
const MOST_STATES: usize = 60_000;
/// Rules within rules beyond which a grammar is refused.
const DEEPEST: usize = 64;
/// What the least of two alternatives loses against the other for each factor e between their weights.
const WEIGHT_PENALTY: f32 = 0.01;

/// All grammar files that have been read.
#[derive(Default)]
pub(crate) struct Library {
    files: BTreeMap<PathBuf, (String, Document)>,
}

impl Library {
    /// Reads every `*.gram` of a folder, and the files that they refer to. A folder that is not there holds none.
    pub(crate) fn read_folder(&mut self, folder: &Path) -> Result<(), NluError> {
        let unreadable = |source| NluError::Unreadable {
            path: folder.to_owned(),
            source,
        };
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            paths.push(entry.map_err(unreadable)?.path());
        }
        paths.retain(|path| {
            path.extension()
                .is_some_and(|extension| extension == "gram")
        });
        paths.sort();
        for path in paths {
            self.read(&tidy(&path))?;
        }
        Ok(())
    }

    fn read(&mut self, path: &Path) -> Result<(), NluError> {
        if self.files.contains_key(path) {
            return Ok(());
        }
        let text = files::read(path)?;
        let document =
            parse(&text).map_err(|(at, message)| NluError::at(path, &text, at, message))?;
        let references: Vec<Reference> = document
            .rules
            .iter()
            .flat_map(|rule| references(&rule.body))
            .cloned()
            .collect();
        self.files.insert(path.to_owned(), (text, document));
        for reference in references {
            if let Some(file) = reference
                .file
                .as_deref()
                .filter(|file| !file.starts_with("builtin:"))
            {
                self.read(&beside(path, file))
                    .map_err(|error| match error {
                        NluError::Unreadable {
                            path: missing,
                            source,
                        } => {
                            let message = format!(
                                "the grammar {} cannot be read: {source}",
                                missing.display()
                            );
                            self.wrong(path, reference.offset, message)
                        }
                        other => other,
                    })?;
            }
        }
        Ok(())
    }

    /// Whether a file has been read.
    pub(crate) fn has(&self, path: &Path) -> bool {
        self.files.contains_key(&tidy(path))
    }

    /// A `meta` declaration of a file, and its place.
    pub(crate) fn meta(&self, path: &Path, name: &str) -> Option<&str> {
        let (_, document) = self.files.get(&tidy(path))?;
        document.meta.get(name).map(String::as_str)
    }

    /// An error about a whole file.
    pub(crate) fn wrong_file(&self, path: &Path, message: String) -> NluError {
        self.wrong(&tidy(path), 0, message)
    }

    /// Compiles every rule of every file, so that a mistake shows even where nobody refers to it.
    pub(crate) fn check(&self) -> Result<(), NluError> {
        for (path, (_, document)) in &self.files {
            for rule in &document.rules {
                self.compile(path, Some(&rule.name))?;
            }
        }
        Ok(())
    }

    /// The automaton of a file's rule, or of its root.
    pub(crate) fn compile(&self, path: &Path, rule: Option<&str>) -> Result<Automaton, NluError> {
        let path = tidy(path);
        let mut compiler = Compiler {
            library: self,
            automaton: Automaton::default(),
            open: Vec::new(),
        };
        let start = compiler.automaton.add_state();
        let end = compiler.automaton.add_state();
        compiler.automaton.start = start;
        compiler.automaton.end = end;
        let (rule, exact) = self
            .rule(&path, rule)
            .map_err(|message| self.wrong(&path, 0, message))?;
        compiler.rule(&path, rule, exact, start, end)?;
        Ok(compiler.automaton)
    }

    fn rule(&self, path: &Path, name: Option<&str>) -> Result<(&Rule, bool), String> {
        let Some((_, document)) = self.files.get(path) else {
            return Err(format!("the grammar {} has not been read", path.display()));
        };
        let name = name
            .or(document.root.as_deref())
            .ok_or_else(|| format!("{} has no root; write root $rule;", path.display()))?;
        let rule = document.rules.iter().find(|rule| rule.name == name);
        let rule = rule.ok_or_else(|| format!("there is no rule ${name} in {}", path.display()))?;
        Ok((
            rule,
            document.meta.get("match").is_some_and(|how| how == "exact"),
        ))
    }

    fn wrong(&self, path: &Path, offset: usize, message: String) -> NluError {
        let text = self.files.get(path).map_or("", |(text, _)| text.as_str());
        NluError::at(path, text, offset, message)
    }
}

struct Compiler<'l> {
    library: &'l Library,
    automaton: Automaton,
    /// Rules that are being copied, outermost first.
    open: Vec<(PathBuf, String)>,
}

/// Where an expression stands.
#[derive(Clone, Copy)]
struct Place<'p> {
    path: &'p Path,
    exact: bool,
    offset: usize,
}

impl Compiler<'_> {
    fn rule(
        &mut self,
        path: &Path,
        rule: &Rule,
        exact: bool,
        from: u32,
        to: u32,
    ) -> Result<(), NluError> {
        let key = (path.to_owned(), rule.name.clone());
        if self.open.contains(&key) {
            let message = format!(
                "rule ${} refers to itself; write a repeat instead",
                rule.name
            );
            return Err(self.library.wrong(path, rule.offset, message));
        }
        if self.open.len() == DEEPEST {
            let message = format!("rules stand more than {DEEPEST} deep within each other");
            return Err(self.library.wrong(path, rule.offset, message));
        }
        self.open.push(key);
        let name = self.automaton.names.len() as u32;
        self.automaton.names.push(rule.name.clone());
        let (inner, last) = (self.automaton.add_state(), self.automaton.add_state());
        self.automaton
            .link(from, inner, Label::Enter(name, rule.body.has_tag()));
        self.expr(
            &rule.body,
            Place {
                path,
                exact,
                offset: rule.offset,
            },
            inner,
            last,
        )?;
        self.automaton.link(last, to, Label::Leave);
        self.open.pop();
        Ok(())
    }

    fn expr(&mut self, expr: &Expr, place: Place, from: u32, to: u32) -> Result<(), NluError> {
        if self.automaton.edges.len() > MOST_STATES {
            let message =
                format!("the grammar grows beyond {MOST_STATES} states; make its repeats smaller");
            return Err(self.library.wrong(place.path, place.offset, message));
        }
        match expr {
            Expr::Null => self.automaton.link(from, to, Label::Free),
            Expr::Void => {}
            Expr::Garbage => {
                let middle = self.automaton.add_state();
                self.automaton.link(from, middle, Label::Free);
                self.automaton.link(middle, middle, Label::Garbage);
                self.automaton.link(middle, to, Label::Free);
            }
            Expr::Token(token) => self.token(token, place.exact, from, to),
            Expr::Reference(reference) => self.reference(reference, place, from, to)?,
            Expr::Sequence(parts) => {
                let mut at = from;
                for (index, part) in parts.iter().enumerate() {
                    let next = if index + 1 == parts.len() {
                        to
                    } else {
                        self.automaton.add_state()
                    };
                    self.expr(part, place, at, next)?;
                    at = next;
                }
            }
            Expr::Alternatives(parts) => {
                let heaviest = parts.iter().map(|(weight, _)| *weight).fold(0.0, f32::max);
                for (weight, part) in parts {
                    let penalty = WEIGHT_PENALTY * (heaviest / weight).ln();
                    // Nothing leads back to where an expression begins: only a penalty needs a state of its own.
                    let mut first = from;
                    if penalty > 0.0 {
                        first = self.automaton.add_state();
                        self.automaton.link_at(from, first, Label::Free, penalty);
                    }
                    self.expr(part, place, first, to)?;
                }
            }
            Expr::Repeat {
                body,
                at_least,
                at_most,
            } => self.repeat(body, (*at_least, *at_most), place, from, to)?,
            Expr::Tag(tag) => {
                let index = self.automaton.tags.len() as u32;
                self.automaton.tags.push(tag.clone());
                self.automaton.link(from, to, Label::Tag(index));
            }
        }
        Ok(())
    }

    fn repeat(
        &mut self,
        body: &Expr,
        (at_least, at_most): (u32, Option<u32>),
        place: Place,
        from: u32,
        to: u32,
    ) -> Result<(), NluError> {
        let mut at = from;
        for _ in 0..at_least {
            let next = self.automaton.add_state();
            self.expr(body, place, at, next)?;
            at = next;
        }
        match at_most {
            None => {
                // A state of its own, so that the loop cannot be entered from the side.
                let again = self.automaton.add_state();
                self.automaton.link(at, again, Label::Free);
                let back = self.automaton.add_state();
                self.expr(body, place, again, back)?;
                self.automaton.link(back, again, Label::Free);
                self.automaton.link(again, to, Label::Free);
            }
            Some(at_most) => {
                for _ in at_least..at_most {
                    let next = self.automaton.add_state();
                    self.automaton.link(at, to, Label::Free);
                    self.expr(body, place, at, next)?;
                    at = next;
                }
                self.automaton.link(at, to, Label::Free);
            }
        }
        Ok(())
    }

    fn token(&mut self, token: &str, exact: bool, from: u32, to: u32) {
        let chars: Vec<char> = token
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_uppercase)
            .collect();
        let sounds = mandarin::syllables(&chars.iter().collect::<String>());
        let mut at = from;
        for (index, &c) in chars.iter().enumerate() {
            let next = if index + 1 == chars.len() {
                to
            } else {
                self.automaton.add_state()
            };
            let sound = sounds.iter().find(|spoken| spoken.chars.start == index);
            let label = match exact {
                true => Label::Exact(c),
                false => Label::Sound(c, sound.map(|spoken| spoken.syllable)),
            };
            self.automaton.link(at, next, label);
            at = next;
        }
        if chars.is_empty() {
            self.automaton.link(from, to, Label::Free);
        }
    }

    fn reference(
        &mut self,
        reference: &Reference,
        place: Place,
        from: u32,
        to: u32,
    ) -> Result<(), NluError> {
        let wrong = |message: String| self.library.wrong(place.path, reference.offset, message);
        if let Some(name) = reference
            .file
            .as_deref()
            .and_then(|file| file.strip_prefix("builtin:"))
        {
            let label = match name {
                "han" => Label::Kept(Kind::Han),
                "given" => Label::Kept(Kind::Given),
                "letter" => Label::Kept(Kind::Letter),
                "pause" => Label::Pause,
                _ => {
                    return Err(wrong(format!(
                        "there is no builtin:{name}; there are builtin:han, builtin:given, builtin:letter \
                         and builtin:pause"
                    )));
                }
            };
            self.automaton.link(from, to, label);
            return Ok(());
        }
        let target = match &reference.file {
            Some(file) => beside(place.path, file),
            None => place.path.to_owned(),
        };
        let (rule, exact) = self
            .library
            .rule(&target, reference.rule.as_deref())
            .map_err(&wrong)?;
        if target != place.path && reference.rule.is_some() && !rule.public {
            return Err(wrong(format!(
                "rule ${} of {} is private; write public before it",
                rule.name,
                target.display()
            )));
        }
        self.rule(&target, rule, exact, from, to)
    }
}

fn references(expr: &Expr) -> Vec<&Reference> {
    match expr {
        Expr::Reference(reference) => vec![reference],
        Expr::Sequence(parts) => parts.iter().flat_map(references).collect(),
        Expr::Alternatives(parts) => parts
            .iter()
            .flat_map(|(_, part)| references(part))
            .collect(),
        Expr::Repeat { body, .. } => references(body),
        Expr::Null | Expr::Void | Expr::Garbage | Expr::Token(_) | Expr::Tag(_) => Vec::new(),
    }
}

fn beside(path: &Path, file: &str) -> PathBuf {
    tidy(&path.parent().unwrap_or(Path::new("")).join(file))
}

/// The path without `.` and without `..` where a folder stands before it, so that one file has one name.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(tidy.components().next_back(), Some(Component::Normal(_))) =>
            {
                tidy.pop();
            }
            other => tidy.push(other),
        }
    }
    tidy
}
