//! Texts with places to fill, and conditions over the same values.

use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt;

/// Punctuation that ends a clause, as the voice pauses.
const CLAUSE_ENDS: [char; 14] = [
    '，', '。', '！', '？', '；', '：', '、', '…', '.', '!', '?', ',', ':', ';',
];

/// A text with places: `户号是{account_number|account_number}，对吗？`. A place is a path, or several joined by ` or ` of
/// which the first that has a value is taken, and optionally after `|` the way to say the value.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Place {
        paths: Vec<String>,
        way: Option<String>,
    },
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some(open) = rest.find('{') {
            let close = rest[open..].find('}').ok_or_else(|| {
                format!("the place opened by {{ in {text:?} is not closed; add a }}")
            })? + open;
            if open > 0 {
                pieces.push(Piece::Text(rest[..open].to_owned()));
            }
            let inside = &rest[open + 1..close];
            let (paths, way) = match inside.split_once('|') {
                Some((paths, way)) => (paths, Some(way.trim().to_owned())),
                None => (inside, None),
            };
            let paths: Vec<String> = paths
                .split(" or ")
                .map(|path| path.trim().to_owned())
                .collect();
            if paths.iter().any(String::is_empty) || way.as_deref() == Some("") {
                return Err(format!("the place {{{inside}}} in {text:?} names nothing"));
            }
            pieces.push(Piece::Place { paths, way });
            rest = &rest[close + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Template(pieces))
    }
}

impl fmt::Display for Template {
    /// As it is written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(text),
            Piece::Place { paths, way } => match way {
                Some(way) => write!(f, "{{{}|{way}}}", paths.join(" or ")),
                None => write!(f, "{{{}}}", paths.join(" or ")),
            },
        })
    }
}

/// Where the values of places come from.
pub(crate) trait Values {
    /// The value at a path, if there is one; never empty.
    fn value(&self, path: &str) -> Option<String>;
    /// The value as it is said in this way.
    fn said(&self, value: &str, way: &str) -> String;
    /// Whether the slot's value is certain.
    fn confirmed(&self, slot: &str) -> bool;
}

impl Template {
    /// The text with its places filled; a place without a value is left empty.
    pub(crate) fn fill(&self, values: &dyn Values) -> String {
        self.pieces(values)
            .map(Option::unwrap_or_default)
            .collect::<String>()
    }

    /// The text with its places filled, or nothing if one of them has no value.
    pub(crate) fn fill_whole(&self, values: &dyn Values) -> Option<String> {
        self.pieces(values).collect()
    }

    fn pieces<'a>(&'a self, values: &'a dyn Values) -> impl Iterator<Item = Option<String>> + 'a {
        self.0.iter().map(|piece| match piece {
            Piece::Text(text) => Some(text.clone()),
            Piece::Place { paths, way } => {
                let value = paths.iter().find_map(|path| values.value(path))?;
                Some(match way {
                    Some(way) => values.said(&value, way),
                    None => value,
                })
            }
        })
    }

    /// The text itself where it has no places.
    pub(crate) fn literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The clauses that are the same whatever the values are.
    pub(crate) fn fixed(&self) -> Vec<String> {
        let mut fixed = Vec::new();
        for (nth, text) in self.texts() {
            let mut clauses: Vec<&str> = text.split_inclusive(CLAUSE_ENDS).collect();
            if nth > 0 && !clauses.is_empty() {
                clauses.remove(0);
            }
            if nth + 1 < self.0.len() {
                clauses.pop_if(|last| !last.ends_with(CLAUSE_ENDS));
            }
            fixed.extend(clauses.into_iter().map(str::to_owned));
        }
        fixed
    }

    /// Words that stand right before a value, from the beginning of their clause: two characters at least.
    pub(crate) fn openings(&self) -> Vec<String> {
        let before_places = self.texts().filter(|(nth, _)| nth + 1 < self.0.len());
        before_places
            .filter_map(|(nth, text)| match text.rfind(CLAUSE_ENDS) {
                Some(end) => text[end..].chars().nth(1).map(|_| &text[end..]),
                None => (nth == 0).then_some(text),
            })
            .map(|words| words.trim_start_matches(CLAUSE_ENDS).to_owned())
            .filter(|words| words.chars().count() > 1)
            .collect()
    }

    /// Texts between the places, each with its place among the pieces.
    fn texts(&self) -> impl Iterator<Item = (usize, &str)> {
        self.0
            .iter()
            .enumerate()
            .filter_map(|(nth, piece)| match piece {
                Piece::Text(text) => Some((nth, text.as_str())),
                Piece::Place { .. } => None,
            })
    }

    /// Paths that are read.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|piece| match piece {
            Piece::Place { paths, .. } => paths.iter().map(String::as_str).collect(),
            Piece::Text(_) => Vec::new(),
        })
    }

    /// Ways of saying that are asked for.
    pub(crate) fn ways(&self) -> BTreeSet<&str> {
        self.0
            .iter()
            .filter_map(|piece| match piece {
                Piece::Place { way, .. } => way.as_deref(),
                Piece::Text(_) => None,
            })
            .collect()
    }
}

/// A condition: terms joined by ` and `. A term is `path`, `not path`, `path = value`, `path != value` or
/// `confirmed slot`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Condition(Vec<Term>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    Known {
        path: String,
        wanted: bool,
    },
    Equal {
        path: String,
        value: String,
        wanted: bool,
    },
    Confirmed {
        slot: String,
        wanted: bool,
    },
}

impl TryFrom<String> for Condition {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.split(" and ")
            .map(|term| Term::read(term.trim()))
            .collect::<Option<Vec<_>>>()
            .map(Condition)
            .ok_or_else(|| {
                format!(
                    "the condition {text:?} is not understood; terms are `a.b`, `not a.b`, `a.b = c`, `a.b != c` and \
                     `confirmed slot`, joined by ` and `"
                )
            })
    }
}

impl Term {
    fn read(text: &str) -> Option<Term> {
        let is_path = |text: &str| {
            !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
        };
        let equal = |(path, value): (&str, &str), wanted| {
            let (path, value) = (path.trim().to_owned(), value.trim().to_owned());
            (is_path(&path) && !value.is_empty()).then_some(Term::Equal {
                path,
                value,
                wanted,
            })
        };
        if let Some(sides) = text.split_once("!=") {
            return equal(sides, false);
        }
        if let Some(sides) = text.split_once('=') {
            return equal(sides, true);
        }
        let (text, wanted) = match text.strip_prefix("not ") {
            Some(rest) => (rest.trim(), false),
            None => (text, true),
        };
        if let Some(slot) = text.strip_prefix("confirmed ") {
            let slot = slot.trim().to_owned();
            return is_path(&slot).then_some(Term::Confirmed { slot, wanted });
        }
        is_path(text).then(|| Term::Known {
            path: text.to_owned(),
            wanted,
        })
    }
}

impl fmt::Display for Condition {
    /// As it is written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = |wanted: &bool| if *wanted { "" } else { "not " };
        let terms = self.0.iter().map(|term| match term {
            Term::Known { path, wanted } => format!("{}{path}", not(wanted)),
            Term::Equal {
                path,
                value,
                wanted,
            } => format!("{path} {} {value}", if *wanted { "=" } else { "!=" }),
            Term::Confirmed { slot, wanted } => format!("{}confirmed {slot}", not(wanted)),
        });
        f.write_str(&terms.collect::<Vec<_>>().join(" and "))
    }
}

impl Condition {
    /// Whether all terms hold.
    pub(crate) fn holds(&self, values: &dyn Values) -> bool {
        self.0.iter().all(|term| match term {
            Term::Known { path, wanted } => values.value(path).is_some() == *wanted,
            Term::Confirmed { slot, wanted } => values.confirmed(slot) == *wanted,
            Term::Equal {
                path,
                value,
                wanted,
            } => (values.value(path).as_deref() == Some(value.as_str())) == *wanted,
        })
    }

    /// Paths that are read.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|term| match term {
            Term::Known { path, .. } | Term::Equal { path, .. } => path.as_str(),
            Term::Confirmed { slot, .. } => slot.as_str(),
        })
    }
}

/// One text, or several of which each next try takes the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Texts(Vec<Template>);

impl Texts {
    /// The text of the nth try, from 0; the last one serves for all later tries.
    pub(crate) fn of_try(&self, nth: usize) -> &Template {
        &self.0[nth.min(self.0.len() - 1)]
    }

    /// How many there are, at least one.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Template> {
        self.0.iter()
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;
        impl<'de> serde::de::Visitor<'de> for OneOrMore {
            type Value = Texts;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text, or a list with a text for each try")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Texts, E> {
                let template = Template::try_from(text.to_owned()).map_err(E::custom)?;
                Ok(Texts(vec![template]))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut list: A,
            ) -> Result<Texts, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element()? {
                    texts.push(text);
                }
                if texts.is_empty() {
                    return Err(serde::de::Error::custom(
                        "the list of texts is empty; write at least one",
                    ));
                }
                Ok(Texts(texts))
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bill;
    impl Values for Bill {
        fn value(&self, path: &str) -> Option<String> {
            match path {
                "bill.amount" => Some("36.50".into()),
                "bill.paid" => Some("true".into()),
                _ => None,
            }
        }
        fn said(&self, value: &str, way: &str) -> String {
            format!("<{way}:{value}>")
        }
        fn confirmed(&self, slot: &str) -> bool {
            slot == "account_number"
        }
    }

    fn template(text: &str) -> Template {
        Template::try_from(text.to_owned()).unwrap()
    }

    fn condition(text: &str) -> Condition {
        Condition::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn what_does_not_hang_on_a_value_is_fixed() {
        let text = template("您好，发到{month}的账单，尾号{phone}，可以吗？");
        assert_eq!(text.fixed(), ["您好，", "可以吗？"]);
        assert_eq!(text.openings(), ["发到", "尾号"]);
        let text = template("请说地址。谢谢");
        assert_eq!(text.fixed(), ["请说地址。", "谢谢"]);
        assert!(text.openings().is_empty());
        assert!(template("{a}停水，到{b}").openings().is_empty());
    }

    #[test]
    fn an_english_clause_ends_at_its_own_punctuation() {
        let text = template("May we call you on this phone, ending in {phone}? Thank you.");
        assert_eq!(
            text.fixed(),
            ["May we call you on this phone,", " Thank you."]
        );
        let text = template("This is the number: {phone}.");
        assert_eq!(text.fixed(), ["This is the number:"]);
        assert!(text.openings().is_empty());
    }

    #[test]
    fn a_place_takes_its_value_said_in_its_way() {
        assert_eq!(
            template("共{bill.amount}元，{bill.amount|money}").fill(&Bill),
            "共36.50元，<money:36.50>"
        );
    }

    #[test]
    fn a_text_with_an_unknown_value_is_not_whole() {
        assert_eq!(template("{bill.month}用水").fill_whole(&Bill), None);
        assert_eq!(template("{bill.month}用水").fill(&Bill), "用水");
    }

    #[test]
    fn a_place_takes_the_first_value_there_is() {
        assert_eq!(template("{bill.month or bill.amount}").fill(&Bill), "36.50");
    }

    #[test]
    fn texts_and_conditions_are_shown_as_they_are_written() {
        let written = "户号{account_number or phone|tail}，{bill.amount}元";
        assert_eq!(template(written).to_string(), written);
        let written = "bill.paid = true and not bill.month and a != b and not confirmed phone";
        assert_eq!(condition(written).to_string(), written);
    }

    #[test]
    fn a_place_that_is_not_closed_is_an_error() {
        assert!(Template::try_from("共{bill.amount元".to_owned()).is_err());
        assert!(Template::try_from("共{}元".to_owned()).is_err());
    }

    #[test]
    fn a_condition_holds_when_all_its_terms_do() {
        assert!(condition("bill.paid = true and not bill.month").holds(&Bill));
        assert!(condition("bill.paid != false and confirmed account_number").holds(&Bill));
        assert!(!condition("bill.paid = true and bill.month").holds(&Bill));
        assert!(!condition("not confirmed account_number").holds(&Bill));
    }

    #[test]
    fn a_condition_that_is_not_understood_is_an_error() {
        for text in ["", "bill paid", "= true", "bill.paid =", "a or b"] {
            assert!(Condition::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
