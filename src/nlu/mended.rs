//! One group of a number, said again because the number was wrong.

/// The digits that were meant by a group that was said again. `groups` is the number as it was denied, `at` the group's
/// place, `readings` are the digits of what was heard now, best first. Whoever says a group again means another one than was
/// read back, unless nothing else was heard; and the number that it makes keeps its check rule, where others are right.
/// `None` where nothing as long as the group was heard.
pub fn mended_group(
    groups: &[String],
    at: usize,
    readings: impl Iterator<Item = String>,
    keeps_rule: impl Fn(&str) -> bool,
) -> Option<String> {
    let denied = groups.get(at)?;
    let with = |group: &str| {
        let each = groups.iter().enumerate();
        let each = each.map(|(place, known)| if place == at { group } else { known });
        each.collect::<String>()
    };
    let fitting: Vec<String> = readings
        .filter(|reading| reading.len() == denied.len())
        .collect();
    let better = |reading: &&String| *reading != denied && keeps_rule(&with(reading));
    let other = |reading: &&String| *reading != denied;
    let found = fitting.iter().find(better);
    found
        .or_else(|| fitting.iter().find(other))
        .or(fitting.first())
        .cloned()
}

#[cfg(test)]
mod tests {
    use super::mended_group;
    use crate::nlu::weighted_731;

    fn mended(at: usize, readings: &[&str]) -> Option<String> {
        // The number is 10086230.
        let groups = ["1008".to_owned(), "6236".to_owned()];
        let readings = readings.iter().map(|reading| (*reading).to_owned());
        mended_group(&groups, at, readings, weighted_731)
    }

    #[test]
    fn what_was_denied_is_not_taken_again() {
        assert_eq!(mended(1, &["6236", "6239"]).unwrap(), "6239");
        assert_eq!(mended(1, &["6236"]).unwrap(), "6236");
    }

    #[test]
    fn a_group_that_makes_the_number_keep_its_rule_comes_first() {
        assert_eq!(mended(1, &["6239", "6230"]).unwrap(), "6230");
    }

    #[test]
    fn what_is_not_as_long_as_the_group_is_none() {
        assert_eq!(mended(1, &["62", "10086230"]), None);
        assert_eq!(mended(2, &["6230"]), None);
    }
}
