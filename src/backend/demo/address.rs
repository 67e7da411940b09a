//! Addresses as callers say them, against addresses as the utility writes them. Pure.

/// The parts of an address that tell one meter from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The road without city and district: `国权路`.
    pub road: String,
    /// Numbers (and letters) of lane, building and room in their order: `525`, `15`, `602`.
    pub numbers: Vec<String>,
}

impl Place {
    /// Reads an address. `None` where it names no road.
    pub fn read(address: &str) -> Option<Place> {
        let text: String = address
            .chars()
            .filter(|c| !c.is_whitespace() && !"，,、.。-－—".contains(*c))
            .map(half_width)
            .collect();
        let first_number = text
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(text.len());
        let (head, tail) = text.split_at(first_number);
        let road = road_of(head)?;
        let numbers = tail
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|part| !part.is_empty())
            .map(str::to_ascii_uppercase)
            .collect();
        Some(Place { road, numbers })
    }

    /// Whether what the caller said fits this place: the same road, and as many numbers as were said.
    pub fn fits(&self, said: &Place) -> bool {
        self.road == said.road && self.numbers.starts_with(&said.numbers)
    }
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(c as u32 - 0xFEE0).unwrap_or(c)
        }
        _ => c,
    }
}

/// The road at the end of `上海市杨浦区国权路`.
fn road_of(head: &str) -> Option<String> {
    let after_city = head
        .strip_prefix("上海市")
        .or_else(|| head.strip_prefix("上海"))
        .unwrap_or(head);
    let road = match after_city.split_once('区') {
        Some((district, road)) if district.chars().count() <= 3 && !road.is_empty() => road,
        _ => after_city,
    };
    road.ends_with(['路', '道', '街']).then(|| road.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(address: &str) -> Place {
        Place::read(address).unwrap()
    }

    #[test]
    fn the_ways_to_say_an_address_are_one_place() {
        let written = place("国权路525弄15号602室");
        for said in [
            "上海市杨浦区国权路525弄15号602室",
            "杨浦区国权路525弄15号602",
            "国权路 525 弄 15 号 602 室",
            "国权路５２５弄15号楼602室",
        ] {
            assert_eq!(place(said), written, "{said}");
        }
    }

    #[test]
    fn an_address_without_its_room_fits_every_room_of_the_house() {
        let house = place("国权路525弄15号");
        assert!(place("国权路525弄15号602室").fits(&house));
        assert!(!place("国权路525弄16号602室").fits(&house));
        assert!(!place("四平路525弄15号602室").fits(&house));
    }

    #[test]
    fn words_that_name_no_road_are_no_place() {
        assert_eq!(Place::read("我家"), None);
        assert_eq!(Place::read(""), None);
    }
}
