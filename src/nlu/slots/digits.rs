//! Numbers said digit by digit: length, check rule, and the caller's own corrections.

use super::groups::{PAUSE, TELLING, begun_once, is_like, rest_of_overlap, without_group};
use crate::event::CheckRule;
use crate::nlu::NluError;
use crate::nlu::grammar::Library;
use std::path::Path;

/// Marks in what was heard: see [`Rules::resolve`].
const MARKS: [char; 8] = ['!', '^', '$', '@', '%', '*', '~', '='];

/// What makes a number whole.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub(crate) least: usize,
    pub(crate) most: usize,
    /// How a number shows that it was heard right, where it can.
    pub(crate) check: Option<CheckRule>,
}

/// A number as it was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) value: String,
    pub(super) complete: bool,
    pub(super) checked: bool,
}

impl Rules {
    /// Reads `meta "least"`, `"most"` and `"check"` (`weighted-731`) of a slot's grammar.
    pub(super) fn read(library: &Library, file: &Path) -> Result<Rules, NluError> {
        let wrong = |message: String| library.wrong_file(file, message);
        let number = |name: &str| {
            let value = library.meta(file, name).unwrap_or("");
            value.parse::<usize>().map_err(|_| {
                wrong(format!(
                    "a number of digits is missing: write meta \"{name}\" is \"8\";"
                ))
            })
        };
        let is_phone = file.file_stem().is_some_and(|stem| stem == "phone");
        let check = match library.meta(file, "check") {
            None => is_phone.then_some(CheckRule::Phone),
            Some("weighted-731") => Some(CheckRule::Weighted731),
            Some(other) => {
                return Err(wrong(format!(
                    "there is no check rule {other:?}; there is \"weighted-731\""
                )));
            }
        };
        Ok(Rules {
            least: number("least")?,
            most: number("most")?,
            check,
        })
    }

    /// Whether a number keeps the check rule; true where there is none.
    pub(crate) fn is_checked(&self, number: &str) -> bool {
        self.check.is_none_or(|rule| rule.keeps(number))
    }

    fn fits(&self, number: &str) -> bool {
        let fits = (self.least..=self.most).contains(&number.len());
        fits && (self.check != Some(CheckRule::Phone) || self.is_checked(number))
    }

    /// The number that was meant by digits with marks (`1234!12356789`): `!` corrects what came before, `^` belongs in front
    /// of it, `$` is the end of the number, `|` a pause; `@36` puts a six in the third place, `%27` a seven in the last but one,
    /// `*F` explains a letter, behind `=` the last group may stand once more, and before `~` stands what the number begins with. `None` where there are no digits.
    pub(super) fn resolve(&self, heard: &str) -> Option<Heard> {
        let meant = |groups| {
            let number = self.put_together(heard, groups)?;
            Some(self.without_repetition(&self.without_country(&number)))
        };
        let all = meant(Groups::AllBelong)?;
        let is_right = |number: &String| self.fits(number) && self.is_checked(number);
        let value = match self.fits(&all) {
            true if is_right(&all) => all,
            // The check rule tells what was said again.
            true => meant(Groups::MayRepeat).filter(is_right).unwrap_or(all),
            false => meant(Groups::MayRepeat)
                .filter(|number| self.fits(number))
                .unwrap_or(all),
        };
        let complete = self.fits(&value);
        let checked = complete && self.is_checked(&value);
        Some(Heard {
            value,
            complete,
            checked,
        })
    }

    /// Follows the marks from the first digit to the last.
    fn put_together(&self, heard: &str, groups: Groups) -> Option<String> {
        let mut number = String::new();
        let mut mark = None;
        for part in heard.split_inclusive(MARKS) {
            let said = part.trim_end_matches(MARKS).trim_matches(PAUSE);
            if !said.is_empty() {
                let all = || self.join("", said, groups);
                let again = self.begun_again(&number, said, groups);
                number = match mark.take() {
                    _ if again.is_some() => again.unwrap_or_default(),
                    Some(counted @ ('@' | '%')) => {
                        let (place, rest) = said.split_at(said.len().min(2));
                        self.join(&with_digit(&number, counted, place), rest, groups)
                    }
                    Some('*') => {
                        let (letter, rest) = said.split_at(said.len().min(1));
                        let known = if number.contains(letter) { "" } else { letter };
                        self.join(&(number + known), rest, groups)
                    }
                    // 前面有个零，零七三三
                    Some('^') if number.is_empty() => self.join("", begun_once(said), groups),
                    _ if number.is_empty() => all(),
                    Some('=') => self.join(&number, without_group(said, &number), groups),
                    Some('~') if all().starts_with(&number) => all(),
                    Some('~') => number + &all(),
                    Some('^') if number.starts_with(&all()) => number,
                    Some('^') => all() + &number,
                    Some('$') if !self.fits(&number) || self.lacks_letters(&number, &all()) => {
                        number + &all()
                    }
                    _ => self.correct_and_go_on(&number, said, groups),
                };
            }
            // 不对，最后一位是零: the stronger of two marks.
            let next = part.chars().next_back().filter(|c| MARKS.contains(c));
            mark = if mark == Some('!') { mark } else { next };
        }
        (!number.is_empty()).then_some(number)
    }

    /// A number that goes on in groups with pauses between them.
    fn join(&self, number: &str, said: &str, groups: Groups) -> String {
        let mut whole = number.to_owned();
        let mut last_group = 0;
        for group in said.split(PAUSE).filter(|group| !group.is_empty()) {
            let before = whole.len();
            whole = self.go_on(&whole, last_group, group, groups);
            last_group = before.min(whole.len().saturating_sub(group.len()));
        }
        whole
    }

    /// The number from the group on that begins it again, if there is one.
    fn begun_again(&self, number: &str, said: &str, groups: Groups) -> Option<String> {
        let all: Vec<&str> = said.split(PAUSE).collect();
        let begins = |group: &&str| self.begins_again(number, group);
        let first = all.iter().rposition(begins)?;
        Some(self.join("", &all[first..].join("|"), groups))
    }

    /// Whether a group is a number by itself and begins like one that was said before.
    fn begins_again(&self, number: &str, group: &str) -> bool {
        let begin = number.len().min(TELLING + 1);
        let is_letter = number.len() == 1 && number.starts_with(|c: char| c.is_ascii_alphabetic());
        (begin >= TELLING || is_letter)
            && group.len() >= self.least
            && group.starts_with(&number[..begin])
    }

    /// A group behind a pause. It goes on, unless it begins the number again; but if groups may repeat, one that is like the
    /// last takes its place, or puts right the end of a number that is whole.
    fn go_on(&self, number: &str, last_group: usize, group: &str, groups: Groups) -> String {
        if self.begins_again(number, group) {
            return group.to_owned();
        }
        let end = number.len().saturating_sub(group.len());
        match groups {
            Groups::MayRepeat if self.fits(number) && is_like(&number[end..], group) => {
                format!("{}{group}", &number[..end])
            }
            Groups::MayRepeat if is_like(&number[last_group..], group) => {
                format!("{}{group}", &number[..last_group])
            }
            // 九五六四六零，六零幺五
            Groups::MayRepeat => {
                // Two digits say little where no rule tells whether the number is right.
                let least = if self.check.is_some() { 2 } else { TELLING };
                let new = rest_of_overlap(&number[last_group..], group, least);
                format!("{number}{}", new.unwrap_or(group))
            }
            Groups::AllBelong => format!("{number}{group}"),
        }
    }

    /// 一四五九七九，字母在后头，是Y: a letter takes no digit's place.
    fn lacks_letters(&self, number: &str, end: &str) -> bool {
        let is_letter = |c: char| c.is_ascii_alphabetic();
        end.chars().all(is_letter)
            && !number.ends_with(is_letter)
            && number.len() + end.len() <= self.most
    }

    /// What is said behind a correction puts right what stands before it; or its first group does, and the rest goes on.
    fn correct_and_go_on(&self, number: &str, said: &str, groups: Groups) -> String {
        if let Some(put_right) = self.corrected_and_told(number, said) {
            return put_right;
        }
        let whole = self.correct(number, &self.join("", said, groups));
        let Some((first, rest)) = said.split_once(PAUSE).filter(|_| !self.fits(&whole)) else {
            return whole;
        };
        let kept = number.len().checked_sub(first.len());
        let longer = kept.map(|kept| {
            let put_right = format!("{}{first}", &number[..kept]);
            self.join(&put_right, rest, groups)
        });
        longer.filter(|longer| self.fits(longer)).unwrap_or(whole)
    }

    /// 五六七八，哦最后一位是九，五六七九: the end of a whole number put right, and said once more.
    fn corrected_and_told(&self, number: &str, said: &str) -> Option<String> {
        let (first, told) = said.split_once(PAUSE)?;
        let kept = number.len().checked_sub(first.len())?;
        let put_right = format!("{}{first}", number.get(..kept)?);
        let is_told = told.len() >= TELLING && put_right.ends_with(told);
        (is_told && self.fits(&put_right)).then_some(put_right)
    }

    /// What `after` puts right in `before`: all of it if it is long enough, else its end. The end is as long as fits
    /// the check rule or makes a telephone number; else as what was said.
    fn correct(&self, before: &str, after: &str) -> String {
        if after.len() >= self.least || before.len() < after.len() {
            return after.to_owned();
        }
        let candidate = |cut: usize| format!("{}{after}", &before[..before.len() - cut]);
        let rank = |cut: &usize| {
            let whole = candidate(*cut);
            let replaced = &before[before.len() - cut..];
            let shared = replaced
                .chars()
                .zip(after.chars())
                .filter(|(a, b)| a == b)
                .count();
            let checked = self.check.is_some() && self.fits(&whole) && self.is_checked(&whole);
            (checked, *cut == after.len(), shared, usize::MAX - cut)
        };
        let cut = (0..=before.len())
            .filter(|cut| before.is_char_boundary(before.len() - cut))
            .max_by_key(rank);
        candidate(cut.unwrap_or(0))
    }

    /// A number that was said twice in a row was meant once.
    fn without_repetition(&self, number: &str) -> String {
        let half = number.len() / 2;
        let twice = half >= self.least
            && number.len().is_multiple_of(2)
            && number[..half] == number[half..];
        if twice {
            number[..half].to_owned()
        } else {
            number.to_owned()
        }
    }

    /// 86 before a mobile number.
    fn without_country(&self, number: &str) -> String {
        match number.strip_prefix("86") {
            Some(rest)
                if self.check == Some(CheckRule::Phone)
                    && rest.len() == 11
                    && self.is_checked(rest) =>
            {
                rest.to_owned()
            }
            _ => number.to_owned(),
        }
    }
}

/// How the groups of a number are taken that stand between pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Groups {
    /// As parts of it, one behind the other.
    AllBelong,
    /// One may be said again, or be put right without a word.
    MayRepeat,
}

/// `36` puts a six in the third place, counted from the end behind `%`.
fn with_digit(number: &str, counted: char, said: &str) -> String {
    let (place, digit) = said.split_at(said.len().min(1));
    let place = place.parse().unwrap_or(0_usize);
    let index = match counted {
        '%' => number.len().checked_sub(place),
        _ => place.checked_sub(1),
    };
    match index {
        Some(index) if index <= number.len() => {
            let behind = number.get(index + 1..).unwrap_or("");
            format!("{}{digit}{behind}", &number[..index])
        }
        _ => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn account() -> Rules {
        Rules {
            least: 8,
            most: 10,
            check: Some(CheckRule::Weighted731),
        }
    }

    fn value(rules: &Rules, heard: &str) -> String {
        rules.resolve(heard).unwrap().value
    }

    #[test]
    fn a_number_begun_again_replaces_all() {
        assert_eq!(value(&account(), "1234!12356789"), "12356789");
    }

    #[test]
    fn a_corrected_group_replaces_the_end() {
        assert_eq!(value(&account(), "10086234!6235"), "10086235");
        assert_eq!(value(&account(), "10086234!0"), "10086230");
        assert_eq!(value(&account(), "1008!1009!6235"), "6235");
    }

    #[test]
    fn a_corrected_group_in_the_middle_is_gone_on_from() {
        assert_eq!(value(&account(), "1008!1009|6235"), "10096235");
        assert_eq!(value(&account(), "100|862!863|30"), "10086330");
        let phone = Rules {
            least: 10,
            most: 12,
            check: Some(CheckRule::Phone),
        };
        assert_eq!(value(&phone, "160|4427!4428|9903"), "16044289903");
    }

    #[test]
    fn a_group_that_is_confirmed_is_meant_once() {
        assert_eq!(value(&account(), "1008|62=62|30"), "10086230");
        assert_eq!(value(&account(), "1008|62=30"), "10086230");
    }

    #[test]
    fn what_belongs_in_front_or_at_the_end_is_put_there() {
        assert_eq!(value(&account(), "126399^00"), "00126399");
        assert_eq!(value(&account(), "00069341^000"), "00069341");
        assert_eq!(value(&account(), "100862$35"), "10086235");
        assert_eq!(value(&account(), "10086234$35"), "10086235");
        assert_eq!(value(&account(), "10086234!$0"), "10086230");
        assert_eq!(value(&account(), "!^$10086230"), "10086230");
    }

    #[test]
    fn a_digit_is_put_right_by_its_place() {
        assert_eq!(value(&account(), "10088230|@56"), "10086230");
        assert_eq!(value(&account(), "10086210|%23"), "10086230");
        assert_eq!(value(&account(), "1008|@56|230"), "10086230");
    }

    #[test]
    fn a_group_may_be_said_again_or_put_right_where_all_would_be_too_long() {
        assert_eq!(value(&account(), "1008|1009|6235"), "10096235");
        assert_eq!(value(&account(), "1008|1009"), "10081009");
        assert_eq!(value(&account(), "1008|62|10086230"), "10086230");
        assert_eq!(value(&account(), "1008|6230!1008|6235"), "10086235");
        assert_eq!(value(&account(), "1008623499|497"), "1008623497");
    }

    #[test]
    fn what_was_told_before_or_again_is_meant_once() {
        assert_eq!(value(&account(), "100862|6230"), "10086230");
        assert_eq!(value(&account(), "^0|0126399"), "0126399");
        assert_eq!(value(&account(), "10086239$0|6230"), "10086230");
    }

    #[test]
    fn the_check_rule_tells_what_was_said_again() {
        assert_eq!(value(&account(), "1008|62|6230"), "10086230");
        assert_eq!(value(&account(), "1008|62|6239"), "1008626239");
    }

    #[test]
    fn a_letter_that_is_explained_is_said_once() {
        let meter = Rules {
            least: 6,
            most: 12,
            check: None,
        };
        assert_eq!(value(&meter, "F5240|*F"), "F5240");
        assert_eq!(value(&meter, "*F|524012"), "F524012");
        assert_eq!(value(&meter, "A~|A524012"), "A524012");
        assert_eq!(value(&meter, "A~|524012"), "A524012");
        assert_eq!(value(&meter, "C524012!D|D524012"), "D524012");
        assert_eq!(value(&meter, "2020|324$X|2020324X"), "2020324X");
    }

    #[test]
    fn a_wrong_check_digit_is_told_and_a_short_number_is_not_whole() {
        let heard = |text| account().resolve(text).unwrap();
        assert_eq!(
            heard("10086230"),
            Heard {
                value: "10086230".into(),
                complete: true,
                checked: true
            }
        );
        assert!(heard("10086235").complete && !heard("10086235").checked);
        assert!(!heard("1008").complete);
        assert_eq!(account().resolve("!"), None);
    }

    #[test]
    fn a_number_said_twice_is_meant_once() {
        assert_eq!(value(&account(), "1008623010086230"), "10086230");
        let meter = Rules {
            least: 6,
            most: 12,
            check: None,
        };
        assert_eq!(value(&meter, "410939410939"), "410939");
        assert_eq!(value(&meter, "123123"), "123123");
    }

    proptest! {
        #[test]
        fn any_marks_in_any_order_make_a_number_or_none(heard in "[0-9A-F!^$@%*~=|]{0,24}") {
            let number = account().resolve(&heard);
            prop_assert!(number.is_none_or(|number| !number.complete || number.value.len() >= 8));
        }
    }
}
