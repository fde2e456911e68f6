//! Judging numbers: the table of real and worked-out ones, precedence, names.

use proptest::prelude::*;

use super::*;

fn judge(number: &str) -> Judgement {
    Carriers::shipped().judge(number, None)
}

fn named(number: &str, site: Option<Marketplace>) -> String {
    let judged = Carriers::shipped().judge(number, site);
    format!("{}: {}", judged.verdict.word(), judged.carriers.join(", "))
}

#[test]
fn every_number_of_the_table_is_judged_as_it_was_worked_out_elsewhere() {
    let mut count = 0;
    for row in include_str!("../../../tests/data/tracking/numbers.tsv").lines() {
        if row.starts_with('#') || row.is_empty() {
            continue;
        }
        let fields: Vec<&str> = row.split('\t').collect();
        let [format, number, verdict, carriers] = fields[..] else { panic!("{row}") };
        let judged = judge(number);
        assert_eq!(judged.verdict.word(), verdict, "{format}: {number}: {judged:?}");
        if verdict != "invalid" {
            for carrier in carriers.split(", ").filter(|carrier| !carrier.is_empty()) {
                assert!(judged.carriers.iter().any(|name| name == carrier), "{format}: {number}: {judged:?}");
            }
        }
        count += 1;
    }
    assert!(count > 400, "{count}");
}

#[test]
fn a_number_in_the_shape_of_the_upu_with_a_real_country_is_judged_by_it_alone() {
    assert_eq!(named("RB123456785GB", None), "valid: UPU S10, Royal Mail");
    // Yanwen's heuristic and DHL eCommerce's shape fit too, and say nothing.
    assert_eq!(named("YP123456785CN", None), "valid: UPU S10, China Post");
    assert_eq!(named("YP123456784CN", None), "invalid: UPU S10, China Post");
    assert_eq!(named("RX123456784GB", None), "invalid: UPU S10, Royal Mail");
    assert_eq!(named("YP123456785ZZ", None), "looks_like: Yanwen");
    assert_eq!(named("RB123456785ZZ", None), "unknown: ");
    assert_eq!(named("RB123456785UK", None), "unknown: ");
    let page = judge("LK473124829CN").url.unwrap();
    assert!(page.starts_with("https://") && page.ends_with("LK473124829CN"), "{page}");
}

#[test]
fn an_ambiguous_number_names_all_and_the_sites_usual_carriers_first() {
    let dhl = "00340434161094042557";
    for site in [None, Some(Marketplace::De), Some(Marketplace::Us)] {
        assert_eq!(named(dhl, site), "valid: DHL Paket, USPS");
    }
    // Another twenty digits that begin 00: DHL first where the parcel goes to Germany.
    assert_eq!(named("00123456789012345675", Some(Marketplace::De)), "valid: DHL Paket, USPS");
    assert_eq!(named("00123456789012345675", Some(Marketplace::Us)), "valid: USPS, DHL Paket");
    let both = "477179081230";
    assert_eq!(named(both, None), "valid: FedEx Express");
    let yodel = "JJD0002257639032011";
    assert_eq!(named(yodel, Some(Marketplace::Uk)), "plausible: Yodel, DHL Paket");
    assert_eq!(named(yodel, Some(Marketplace::De)), "plausible: DHL Paket, Yodel");
    assert!(Carriers::shipped().judge(yodel, Some(Marketplace::Uk)).url.unwrap().contains("yodel.co.uk"));
}

#[test]
fn a_check_that_holds_stands_before_a_shape_without_one() {
    assert_eq!(named("A0000000019", None), "valid: UPS, Amazon Logistics");
    // UPS's check digit is wrong, and Amazon has none: the shape is Amazon's.
    assert_eq!(named("A1234567890", None), "plausible: Amazon Logistics");
    assert_eq!(named("TBA123456789012", None), "plausible: Amazon Logistics");
    // DPD's letters are anybody's, and yet its check holds: beside a wrong digit of OnTrac's, a shape of DHL's without a check,
    // a heuristic.
    assert_eq!(named("C29972200332244", None), "valid: DPD");
    assert_eq!(named("GM538323640562N", None), "valid: DPD, DHL eCommerce");
    assert_eq!(named("SYUS45475277208", None), "valid: DPD, Sunyou");
    // Where it does not hold, the other shape stands alone.
    assert_eq!(named("C29972200332245", None), "invalid: OnTrac");
    assert_eq!(named("SYUS45475277209", None), "looks_like: Sunyou");
}

#[test]
fn a_number_of_so_many_digits_or_more_may_have_all_that_are_judged() {
    for (head, most, name) in [("LP", 62, "Cainiao"), ("SF", 62, "SF Express")] {
        for digits in [14, 31, 40, most] {
            let number = format!("{head}{}", "31".repeat(digits / 2) + &"3"[..digits % 2]);
            assert!(named(&number, None).ends_with(name), "{number}: {}", named(&number, None));
        }
    }
}

#[test]
fn a_placeholder_is_invalid_unless_a_carriers_own_check_holds() {
    for number in [
        "1111111111",
        "99999999999999",
        "0000000000",
        "000000000000",
        "00000000000000000000",
        "1234567890",
        "0123456789",
        "98765432109876",
        "000",
        "111",
        "12",
    ] {
        let judged = judge(number);
        assert_eq!((judged.verdict, judged.placeholder), (Verdict::Invalid, true), "{number}");
        assert!(judged.carriers.is_empty() && judged.url.is_none());
    }
    assert_eq!(named("123456789012", None), "valid: FedEx Express");
    // Zeros pass every check and prove nothing.
    assert_eq!(named("1Z0000000000000000", None), "invalid: UPS");
    assert_eq!(named("9200000000000000000001", None), "invalid: USPS");
}

#[test]
fn what_is_no_number_is_unknown() {
    for number in [
        "",
        " ",
        "n/a",
        "TBD",
        "待定",
        "1Z",
        "hello world",
        "0",
        "132",
        "1Z5R8939035756712",
        "RB12345678GB",
        &"9".repeat(500),
    ] {
        assert_eq!(judge(number).verdict, Verdict::Unknown, "{number}");
    }
}

#[test]
fn a_mistyped_carrier_is_asked_back_and_a_known_one_is_taken_as_people_write_it() {
    let carriers = Carriers::shipped();
    for name in [
        "UPS",
        "ups",
        "U.P.S.",
        "ＦｅｄＥｘ",
        "fedex ground",
        "DHL",
        "dhl paket",
        "UPS Ground",
        "China Post",
        "顺丰速运",
        "燕文",
        "e邮宝",
        "Royal Mail Tracked 24",
        "J&T",
    ] {
        assert!(carriers.knows(name), "{name}");
        assert_eq!(carriers.meant(name), None, "{name}");
    }
    for (name, meant) in [
        ("FeedEx", "FedEx"),
        ("Yunexpres", "YunExpress"),
        ("Royl Mail", "Royal Mail"),
        ("DHL-Pakett", "DHL Paket"),
        ("USSP", "USPS"),
    ] {
        assert!(!carriers.knows(name), "{name}");
        assert_eq!(carriers.meant(name), Some(meant), "{name}");
    }
    for name in ["", "  ", "Hausbote Meier", "?"] {
        assert!(!carriers.knows(name) && carriers.meant(name).is_none(), "{name}");
    }
}

#[test]
fn a_number_of_a_carrier_whose_numbers_nobody_knows_is_not_called_wrong() {
    let carriers = Carriers::shipped();
    let verdict = |carrier: &str, number: &str| carriers.judge_of(carrier, number, None).verdict;
    assert_eq!(carriers.judge("986578788856", None).verdict, Verdict::Invalid);
    assert_eq!(verdict("", "986578788856"), Verdict::Invalid);
    assert_eq!(verdict("FedEx", "986578788856"), Verdict::Invalid);
    assert_eq!(verdict("Yamato", "986578788856"), Verdict::Unknown);
    assert_eq!(verdict("Yamato", "111111111111"), Verdict::Invalid);
    assert_eq!(verdict("Royal Mail", "RB123456784GB"), Verdict::Invalid);
}

#[test]
fn a_number_of_another_carrier_than_the_one_beside_it_is_told_and_one_that_names_one_carrier_names_him() {
    let carriers = Carriers::shipped();
    let others = |carrier: &str, number: &str| carriers.is_others(carrier, &judge(number));
    // Deutsche Post, whose own numbers nobody knows, goes by DHL too.
    for (carrier, number) in
        [("DHL", "1Z5R89390357567127"), ("UPS", "RB123456785GB"), ("dhl paket", "1Z5R89390357567127")]
    {
        assert!(others(carrier, number), "{carrier} {number}");
    }
    for (carrier, number) in [
        ("", "1Z5R89390357567127"),
        ("UPS", "1Z5R89390357567127"),
        ("UPS Ground", "1Z5R89390357567127"),
        ("Royal Mail", "RB123456785GB"),
        ("DHL", "00340434161094042557"),
        ("DHL", "YT2600000000000123"),
        ("DHL", "1Z5R89390357567128"),
        ("Yamato", "986578788855"),
    ] {
        assert!(!others(carrier, number), "{carrier} {number}");
    }
    assert_eq!(judge("1Z5R89390357567127").sole(), Some("UPS"));
    assert_eq!(judge("YT2600000000000123").sole(), Some("YunExpress"));
    for number in ["RB123456785GB", "1Z5R89390357567128", "LP00123456789012", "000"] {
        assert_eq!(judge(number).sole(), None, "{number}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn nothing_typed_upsets_the_judge_and_the_place_of_a_mention_is_its_text(text in "\\PC*|[0-9A-Z -]{0,80}|.*") {
        let carriers = Carriers::shipped();
        let judged = carriers.judge(&text, Some(Marketplace::De));
        let sound = judged.url.is_none_or(|url| url.starts_with("https://") && !url.contains("number"));
        prop_assert!(sound);
        let mut end = 0;
        for mention in carriers.mentions(&text, None) {
            prop_assert!(mention.place.start >= end && text.get(mention.place.clone()).is_some());
            end = mention.place.end;
        }
    }

    #[test]
    fn one_wrong_digit_of_a_usps_label_is_always_refused(body in "9[1-5][0-9]{19}", at in 2_usize..22, by in 1_u32..10) {
        let good = (0..10).map(|digit| format!("{body}{digit}")).find(|number| judge(number).verdict == Verdict::Valid);
        prop_assume!(good.is_some());
        let good = good.unwrap();
        let turn = |digit: char| char::from_digit((digit.to_digit(10).unwrap() + by) % 10, 10).unwrap();
        let wrong: String = good.chars().enumerate().map(|(place, digit)| if place == at { turn(digit) } else { digit }).collect();
        prop_assert_eq!(judge(&wrong).verdict, Verdict::Invalid, "{}", wrong);
    }

    #[test]
    fn how_a_number_is_typed_changes_nothing(number in "1Z[0-9A-Z]{16}|0034[0-9]{16}|[A-Z]{2}[0-9]{9}[A-Z]{2}|[0-9]{8,22}", gaps in prop::collection::vec(0_usize..24, 0..6)) {
        let mut typed: Vec<char> = number.to_lowercase().chars().collect();
        for (turn, gap) in gaps.iter().enumerate() {
            typed.insert((*gap).min(typed.len()), [' ', '-', '\u{a0}', '\u{200b}', '－', '\u{3000}'][turn % 6]);
        }
        let wide: String = number.chars().map(|sign| char::from_u32(sign as u32 + 0xfee0).unwrap()).collect();
        prop_assert_eq!(judge(&typed.into_iter().collect::<String>()), judge(&number));
        prop_assert_eq!(judge(&wide), judge(&number));
    }
}
