//! One group of a number, said again because the number was wrong.

use std::collections::BTreeSet;

/// What it costs a number that was heard that one of its groups is another one than was heard (natural logarithm).
const OTHER_GROUP: f32 = -3.0;
/// What keeps the rule and is less likely than this share of a number that breaks it keeps it by chance: another group is
/// wrong as well.
const BY_CHANCE: f32 = 0.2;
/// Numbers that are kept for the next group.
const MOST_NUMBERS: usize = 64;

/// Digits and how far they are trusted, 0..1.
pub type Trusted = (String, f32);

/// A number of which a group was said again.
pub struct Denied<'a> {
    /// The number as it was read back, in groups.
    pub groups: &'a [String],
    /// The group that was said again.
    pub at: usize,
    /// So many groups are right.
    pub confirmed: usize,
    /// What the number may be by what was heard before; of another number if the one that was read back is not among it.
    pub heard: &'a [Trusted],
}

/// A number that was put right.
pub struct Mended {
    /// Its groups.
    pub groups: Vec<String>,
    /// What it may be by all that was heard, best first.
    pub numbers: Vec<Trusted>,
}

impl Denied<'_> {
    /// Puts the number right by `readings`, the digits of what was heard now: the likeliest number by all hearings together
    /// that may be right, as it keeps its check rule and was not denied, else the likeliest; then the next group has to be asked for. Whoever says a group again means
    /// another one than was read back, unless nothing else was heard. `None` where nothing as long as the group was heard.
    pub fn mend(
        &self,
        readings: impl Iterator<Item = Trusted>,
        may_be_right: impl Fn(&str) -> bool,
    ) -> Option<Mended> {
        let denied = self.groups.get(self.at)?;
        let before = self.groups[..self.at].concat();
        // The last group is as long as the number needs it.
        let makes_whole =
            |reading: &String| self.is_last() && may_be_right(&format!("{before}{reading}"));
        let fitting: Vec<Trusted> = readings
            .filter(|(reading, _)| reading.len() == denied.len() || makes_whole(reading))
            .collect();
        let is_other = |(reading, _): &&Trusted| reading != denied;
        let others: Vec<&Trusted> = match fitting.iter().any(|reading| is_other(&reading)) {
            true => fitting.iter().filter(is_other).collect(),
            false => fitting.iter().collect(),
        };
        let numbers = self.with(&others);
        let length = self.groups.concat().len();
        let likeliest = numbers.iter().find(|(number, _)| number.len() == length);
        let (_, most) = likeliest.or(numbers.first())?;
        let least = if self.is_last() {
            0.0
        } else {
            most * BY_CHANCE
        };
        let right = |(number, trust): &&Trusted| *trust >= least && may_be_right(number);
        let (number, _) = numbers
            .iter()
            .find(right)
            .or(likeliest)
            .or(numbers.first())?;
        Some(Mended {
            groups: cut(number, self.groups),
            numbers,
        })
    }

    fn is_last(&self) -> bool {
        self.at + 1 == self.groups.len()
    }

    /// Every number that was heard, or read back, with each of the groups in its place, best first.
    fn with(&self, groups: &[&Trusted]) -> Vec<Trusted> {
        let whole = self.groups.concat();
        let start: usize = self.groups[..self.at].iter().map(String::len).sum();
        let length = self.groups[self.at].len();
        let right = self.groups[..self.confirmed].concat();
        let read_back = [(whole.clone(), 1.0)];
        let is_of_this = self.heard.iter().any(|(number, _)| *number == whole);
        let heard = if is_of_this { self.heard } else { &read_back };
        let heard = heard.iter();
        let heard = heard.filter(|(number, _)| number.starts_with(&right));
        let mut numbers: Vec<Trusted> = Vec::new();
        for (number, trust) in heard {
            let Some((before, rest)) = number.split_at_checked(start) else {
                continue;
            };
            let end = if self.is_last() { rest.len() } else { length };
            let Some((known, behind)) = rest.split_at_checked(end) else {
                continue;
            };
            for (group, now) in groups {
                let cost = if known == group { 0.0 } else { OTHER_GROUP };
                let number = format!("{before}{group}{behind}");
                numbers.push((number, trust * now * cost.exp()));
            }
        }
        numbers.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut seen = BTreeSet::new();
        numbers.retain(|(number, _)| seen.insert(number.clone()));
        numbers.truncate(MOST_NUMBERS);
        numbers
    }
}

/// A number in groups as long as these, but for the last one.
fn cut(number: &str, groups: &[String]) -> Vec<String> {
    let mut rest = number;
    let each = groups.iter().enumerate().map(|(at, group)| {
        let is_last = at + 1 == groups.len();
        let end = if is_last { rest.len() } else { group.len() };
        let (part, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = behind;
        part.to_owned()
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::{Denied, Trusted};
    use crate::event::CheckRule;

    /// Each trusted less than the one before it.
    fn trusted(readings: &[&str]) -> Vec<Trusted> {
        let each = readings.iter().enumerate();
        each.map(|(place, reading)| ((*reading).to_owned(), 0.5_f32.powi(place as i32)))
            .collect()
    }

    fn keeps_rule(number: &str) -> bool {
        CheckRule::Weighted731.keeps(number)
    }

    /// The number is 10086230.
    fn mended(at: usize, readings: &[&str], heard: &[&str]) -> Option<String> {
        let denied = Denied {
            groups: &["1008".to_owned(), "6236".to_owned()],
            at,
            confirmed: at,
            heard: &trusted(heard),
        };
        let mended = denied.mend(trusted(readings).into_iter(), keeps_rule);
        mended.map(|mended| mended.groups.join(" "))
    }

    #[test]
    fn what_was_denied_is_not_taken_again() {
        assert_eq!(mended(1, &["6236", "6239"], &[]).unwrap(), "1008 6239");
        assert_eq!(mended(1, &["6236"], &[]).unwrap(), "1008 6236");
    }

    #[test]
    fn a_group_that_makes_the_number_keep_its_rule_comes_first() {
        assert_eq!(mended(1, &["6239", "6230"], &[]).unwrap(), "1008 6230");
    }

    #[test]
    fn both_hearings_decide_together() {
        let heard = ["10086236", "10486236", "10486234", "10786237"];
        assert_eq!(mended(0, &["1048", "1078"], &heard).unwrap(), "1048 6234");
        assert_eq!(
            mended(0, &["1078", "1009", "1048"], &heard).unwrap(),
            "1078 6237"
        );
    }

    #[test]
    fn what_was_heard_of_another_number_does_not_count() {
        let heard = ["10786237", "10486234"];
        assert_eq!(mended(0, &["1048"], &heard).unwrap(), "1048 6236");
    }

    #[test]
    fn a_second_group_decides_what_the_first_was() {
        let groups = ["1028".to_owned(), "6250".to_owned()];
        let first = Denied {
            groups: &groups,
            at: 0,
            confirmed: 0,
            heard: &[],
        };
        let first = first.mend(trusted(&["1009", "1008"]).into_iter(), |_| false);
        let first = first.unwrap();
        assert_eq!(first.groups.concat(), "10096250");
        let second = Denied {
            groups: &first.groups,
            at: 1,
            confirmed: 0,
            heard: &first.numbers,
        };
        let second = second.mend(trusted(&["6230"]).into_iter(), keeps_rule);
        assert_eq!(second.unwrap().groups.concat(), "10086230");
    }

    #[test]
    fn a_number_that_lacked_a_digit_gets_it() {
        // 816852591 keeps the rule by chance.
        let groups = ["8168".to_owned(), "52591".to_owned()];
        let heard = trusted(&["816852591", "8116852591"]);
        let denied = |at, confirmed| Denied {
            groups: &groups,
            at,
            confirmed,
            heard: &heard,
        };
        let mended = |denied: Denied, group, right: &str| {
            let said = trusted(&[group]).into_iter();
            let mended = denied.mend(said, |number| number == right);
            mended.unwrap().groups
        };
        let first = mended(denied(0, 0), "8116", "8116852591");
        assert_eq!(first, ["8116", "852591"]);
        let last = mended(denied(1, 1), "852595", "8168852595");
        assert_eq!(last, ["8168", "852595"]);
    }

    #[test]
    fn what_is_not_as_long_as_the_group_is_none() {
        assert_eq!(mended(1, &["62", "10086230"], &[]), None);
        assert_eq!(mended(2, &["6230"], &[]), None);
    }
}
