//! What water costs a household. Pure.
//!
//! Shanghai's tiers for households, supply and sewerage together, by the use of a calendar year
//! (沪发改价管〔2013〕: 0–220 m³ 3.45 yuan, 220–300 m³ 4.83 yuan, above 5.83 yuan).

/// Upper end of a tier in m³ a year, and the price of one m³ in fen.
const TIERS: [(u32, i64); 3] = [(220, 345), (300, 483), (u32::MAX, 583)];

/// Price in fen of `usage` m³ after `before` m³ have been used in the same calendar year.
pub(super) fn amount_fen(before: u32, usage: u32) -> i64 {
    let (mut from, until) = (before, before + usage);
    let mut fen = 0;
    for (end, price) in TIERS {
        let in_tier = until.min(end).saturating_sub(from);
        fen += i64::from(in_tier) * price;
        from += in_tier;
    }
    fen
}

/// Fen as yuan with two decimals: `3650` is `36.50`.
pub(super) fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_tier_has_one_price() {
        assert_eq!(yuan(amount_fen(0, 12)), "41.40");
    }

    #[test]
    fn a_month_that_crosses_a_tier_is_split() {
        assert_eq!(amount_fen(215, 10), 5 * 345 + 5 * 483);
        assert_eq!(amount_fen(210, 100), 10 * 345 + 80 * 483 + 10 * 583);
    }

    #[test]
    fn a_year_costs_the_same_however_it_is_cut() {
        let monthly: i64 = (0..12).map(|month| amount_fen(month * 30, 30)).sum();
        assert_eq!(monthly, amount_fen(0, 360));
    }
}
