//! Check digits: the ways in which carriers protect their numbers against a slip of the pen.

/// How the check digit follows from the serial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Check {
    /// Places from 0 at the left, even ones times the first, odd ones times the second; filled up to a ten.
    Mod10(u32, u32),
    /// Every other digit from the right is doubled and its digits summed.
    Luhn,
    /// The serial modulo 7.
    Mod7,
    /// ISO 7064, characters 0-9 A-Z.
    Mod37,
    /// The weighted sum modulo `modulus`, or 11 less that. 10 is written as 0, 11 as 5.
    Weights { weights: Vec<u32>, modulus: u32, less: bool },
}

/// The checks by name, as the file writes them.
pub(super) const KNOWN: &[&str] =
    &["mod10(3,1)", "luhn", "mod7", "mod37,36", "weights(3 1 7) mod 11", "11 - weights(3 1 7) mod 11"];

impl Check {
    /// Reads a check as `carriers.toml` writes it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        match text {
            "luhn" => return Some(Self::Luhn),
            "mod7" => return Some(Self::Mod7),
            "mod37,36" => return Some(Self::Mod37),
            _ => {}
        }
        if let Some(pair) = text.strip_prefix("mod10(").and_then(|rest| rest.strip_suffix(')')) {
            let (even, odd) = pair.split_once(',')?;
            return Some(Self::Mod10(factor(even)?, factor(odd)?));
        }
        let (less, text) = match text.strip_prefix("11 -") {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text),
        };
        let (weights, modulus) = text.strip_prefix("weights(")?.split_once(") mod ")?;
        let weights = weights.split_whitespace().map(factor).collect::<Option<Vec<_>>>()?;
        let modulus = factor(modulus).filter(|modulus| (2..=11).contains(modulus))?;
        (!weights.is_empty()).then_some(Self::Weights { weights, modulus, less })
    }

    /// Whether `check` is the check character of `serial`, both in digits and capitals.
    pub(super) fn holds(&self, serial: &str, check: char) -> bool {
        self.of(serial) == Some(check)
    }

    /// The check character of a serial; `None` where it cannot have one.
    fn of(&self, serial: &str) -> Option<char> {
        let sum = match self {
            Self::Mod10(even, odd) => {
                let digits = serial.bytes().map(value);
                let weighted =
                    digits.enumerate().map(|(at, digit)| digit * if at % 2 == 0 { even } else { odd });
                (10 - weighted.sum::<u32>() % 10) % 10
            }
            Self::Luhn => {
                let mut sum = 0;
                for (at, sign) in serial.chars().rev().enumerate() {
                    let digit = sign.to_digit(10)?;
                    let twice = digit * 2;
                    sum += if at % 2 == 0 { twice / 10 + twice % 10 } else { digit };
                }
                (10 - sum % 10) % 10
            }
            Self::Mod7 => {
                serial.chars().try_fold(0, |rest, sign| Some((rest * 10 + sign.to_digit(10)?) % 7))?
            }
            Self::Mod37 => return mod37(serial),
            Self::Weights { weights, modulus, less } => {
                if weights.len() != serial.len() {
                    return None;
                }
                let mut sum = 0;
                for (sign, weight) in serial.chars().zip(weights) {
                    sum += sign.to_digit(10)? * weight;
                }
                let rest = sum % modulus;
                match if *less { 11 - rest } else { rest } {
                    10 => 0,
                    11 => 5,
                    digit => digit,
                }
            }
        };
        char::from_digit(sum, 10)
    }
}

fn factor(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|factor| (1..=99).contains(factor))
}

/// A digit as itself, a letter as (ASCII - 3) mod 10.
fn value(sign: u8) -> u32 {
    if sign.is_ascii_digit() { u32::from(sign - b'0') } else { u32::from(sign.wrapping_sub(3)) % 10 }
}

fn mod37(serial: &str) -> Option<char> {
    let mut product = 36;
    for sign in serial.chars() {
        let sum = (product + sign.to_digit(36)?) % 36;
        product = if sum == 0 { 36 } else { sum } * 2 % 37;
    }
    char::from_digit((37 - product) % 36, 36).map(|sign| sign.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> Check {
        Check::parse(text).unwrap()
    }

    #[test]
    fn every_check_is_worked_out_as_its_carrier_does() {
        let rows = [
            // UPS 1Z5R89390357567127, DHL Paket 0034043416109404255 7, OnTrac C1103150000187 9 with its 4.
            ("mod10(1,2)", "5R8939035756712", '7'),
            ("mod10(3,1)", "34043416109404255", '7'),
            ("mod10(1,2)", "41103150000187", '9'),
            ("mod10(1,3)", "04144176022896", '4'),
            ("luhn", "7992739871", '3'),
            ("luhn", "32059546393", '8'),
            ("mod7", "331881002", '5'),
            ("mod37,36", "008182709980000020033350276", 'C'),
            ("mod37,36", "A12425GABC1234002", 'M'),
            ("weights(3 1 7 3 1 7 3 1 7 3 1) mod 11", "98657878885", '5'),
            ("weights(1 7 3 1 7 3 1 7 3 1 7 3 1) mod 11", "0077901797269", '7'),
            // The worked example of the UPU's own standard, and the two digits that stand for 10 and 11.
            ("11 - weights(8 6 4 2 3 5 9 7) mod 11", "47312482", '9'),
            ("11 - weights(8 6 4 2 3 5 9 7) mod 11", "00000000", '5'),
        ];
        for (name, serial, digit) in rows {
            assert_eq!(check(name).of(serial), Some(digit), "{name} {serial}");
        }
    }

    #[test]
    fn what_is_no_check_is_not_read_as_one() {
        let wrong = [
            "",
            "mod10",
            "mod10(3)",
            "mod10(3,x)",
            "mod10(0,1)",
            "weights() mod 11",
            "weights(1 2) mod 1",
            "LUHN",
            "mod11",
        ];
        for text in wrong {
            assert_eq!(Check::parse(text), None, "{text}");
        }
        assert!(KNOWN.iter().all(|text| Check::parse(text).is_some()));
    }

    proptest! {
        #[test]
        fn a_single_wrong_digit_never_passes(serial in "[0-9]{17}", at in 0_usize..17, by in 1_u32..10) {
            for name in ["mod10(3,1)", "mod10(1,3)", "luhn", "mod37,36"] {
                let digit = check(name).of(&serial).unwrap();
                prop_assert!(!check(name).holds(&changed(&serial, at, by), digit), "{} {}", name, serial);
            }
        }

        #[test]
        fn a_single_wrong_digit_of_an_s10_number_never_passes(serial in "[0-9]{8}", at in 0_usize..8, by in 1_u32..10) {
            let s10 = check("11 - weights(8 6 4 2 3 5 9 7) mod 11");
            // 0 stands for 10 too, 5 for 11 too: only there may a slip go unseen.
            let digit = s10.of(&serial).unwrap();
            prop_assume!(digit != '0' && digit != '5');
            prop_assert!(!s10.holds(&changed(&serial, at, by), digit));
        }
    }

    fn changed(serial: &str, at: usize, by: u32) -> String {
        let turn = |digit: char| char::from_digit((digit.to_digit(10).unwrap() + by) % 10, 10).unwrap();
        serial
            .chars()
            .enumerate()
            .map(|(place, digit)| if place == at { turn(digit) } else { digit })
            .collect()
    }
}
