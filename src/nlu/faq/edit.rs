//! Changing one entry of `faq.toml` and leaving the rest as its authors wrote it.

use super::FaqEntry;
use crate::nlu::NluError;
use chrono::{Datelike, NaiveDate};
use std::path::Path;
use toml_edit::{Array, ArrayOfTables, Date, Datetime, DocumentMut, Item, Table, Value, value};

/// The text with the entry of the same id replaced, or with the entry added at its end.
pub(super) fn edited(path: &Path, text: &str, entry: &FaqEntry) -> Result<String, NluError> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let offset = error.span().map_or(0, |span| span.start);
        NluError::at(path, text, offset, error.message())
    })?;
    let tables = document
        .entry("faq")
        .or_insert(Item::ArrayOfTables(ArrayOfTables::new()))
        .as_array_of_tables_mut()
        .ok_or_else(|| NluError::at(path, text, 0, "entries must be written as [[faq]]"))?;
    let known = tables
        .iter_mut()
        .find(|table| table.get("id").and_then(Item::as_str) == Some(&entry.id));
    match known {
        Some(table) => write(table, entry),
        None => {
            let mut table = Table::new();
            write(&mut table, entry);
            // One empty line before it, as between the others.
            table.decor_mut().set_prefix("\n");
            tables.push(table);
        }
    }
    Ok(document.to_string())
}

fn write(table: &mut Table, entry: &FaqEntry) {
    let questions: Array = entry.questions.iter().map(String::as_str).collect();
    set(table, "id", Some(entry.id.as_str().into()));
    set(table, "questions", Some(Value::Array(questions)));
    set(table, "answer", Some(entry.answer.as_str().into()));
    set(table, "sms", entry.sms.as_deref().map(Value::from));
    set(table, "from", entry.from.map(day));
    set(table, "until", entry.until.map(day));
}

/// Changes a key's value in its place; a value that stays the same keeps its spelling.
fn set(table: &mut Table, key: &str, new: Option<Value>) {
    match new {
        None => {
            table.remove(key);
        }
        Some(new) => match table.get_mut(key).and_then(Item::as_value_mut) {
            Some(old) if is_same(old, &new) => {}
            Some(old) => {
                let decor = old.decor().clone();
                *old = new;
                *old.decor_mut() = decor;
            }
            None => {
                table.insert(key, value(new));
            }
        },
    }
}

fn is_same(old: &Value, new: &Value) -> bool {
    let texts = |value: &Value| -> Option<Vec<Option<String>>> {
        let values = value.as_array()?.iter();
        Some(
            values
                .map(|value| value.as_str().map(str::to_owned))
                .collect(),
        )
    };
    old.as_str() == new.as_str()
        && old.as_datetime() == new.as_datetime()
        && texts(old) == texts(new)
}

fn day(day: NaiveDate) -> Value {
    // Months and days fit by their nature; years of a calendar of four digits do too.
    let date = Date {
        year: u16::try_from(day.year()).unwrap_or(u16::MAX),
        month: day.month() as u8,
        day: day.day() as u8,
    };
    Value::from(Datetime {
        date: Some(date),
        time: None,
        offset: None,
    })
}
