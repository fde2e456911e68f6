//! What a case knows for its templates, in the form its buyer reads.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use unicode_segmentation::UnicodeSegmentation;

use super::Variable;
use super::form;
use crate::domain::case::Language;
use crate::domain::marketplace::Marketplace;
use crate::domain::offer::{Offer, OfferKind, OfferStatus};
use crate::domain::view::{CaseFile, Item};
use crate::reply::language::detect;

/// What is known of the seller; what is not makes its rules silent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seller {
    /// The name under a reply.
    pub store_name: Option<String>,
    /// Country code of the address returns go to, `CN` (L39).
    pub return_country: Option<String>,
    /// The largest share of the price that may be offered, in percent (L40).
    pub offer_limit_percent: Option<u32>,
}

/// Longest short name of an article, in characters.
const NAME_LENGTH: usize = 50;

/// The values a case has for a reply in `lang`, keyed by [`Variable::name`]. What it does not know is absent,
/// never blank. Values typed by the operator go over these.
#[must_use]
pub fn values(case: &CaseFile, lang: Language, seller: &Seller, now: Timestamp) -> BTreeMap<String, String> {
    let site = case.summary.marketplace.or(case.order.as_ref().and_then(|order| order.marketplace));
    let money = |amount| form::money(amount, lang, site);
    let day = |at: Timestamp| form::date(day_of(at, site), lang, site);
    let refund = |kinds: &[OfferKind]| {
        newest(case, |offer| offer.status.stands() && kinds.contains(&offer.kind))
            .and_then(|offer| offer.amount)
    };
    let reshipment = newest(case, |offer| offer.status.stands() && offer.kind == OfferKind::Reshipment);
    let refunded = newest(case, |offer| offer.status == OfferStatus::CarriedOut && offer.amount.is_some());
    let order = case.order.as_ref();
    let known = [
        (Variable::BuyerName, case.summary.buyer_name.as_deref().and_then(person)),
        (Variable::OrderId, case.summary.order_id.clone().or(order.map(|order| order.id.clone()))),
        (Variable::Item, article(case).and_then(|item| item.name.as_deref()).and_then(short_name)),
        (Variable::OrderDate, order.and_then(|order| order.purchased_at).map(day)),
        (Variable::OrderTotal, order.and_then(|order| order.total).map(money)),
        (Variable::PartialRefund, refund(&[OfferKind::PartialRefund]).map(money)),
        (Variable::FullRefund, refund(&[OfferKind::FullRefund, OfferKind::CancelAndRefund]).map(money)),
        (Variable::Refunded, refunded.and_then(|offer| offer.amount).map(money)),
        (Variable::NewCarrier, reshipment.and_then(|offer| offer.carrier.clone())),
        (Variable::NewTracking, reshipment.and_then(|offer| offer.tracking.clone())),
        (Variable::AnswerDate, Some(form::date(in_two_working_days(day_of(now, site)), lang, site))),
        (Variable::StoreName, seller.store_name.clone()),
    ];
    let known = known.into_iter().map(|(variable, value)| (variable, value.map(|value| one_line(&value))));
    let note = case.note.as_ref().map(|note| &note.text);
    let noted = [
        (Variable::SkuPolicy, note.and_then(|note| in_language(&note.policy, lang, site))),
        (Variable::KnownProblem, note.and_then(|note| in_language(&note.problem, lang, site))),
    ];
    known
        .chain(noted)
        .filter_map(|(variable, value)| {
            let value = value.filter(|value| !value.is_empty())?;
            Some((variable.name().to_owned(), value))
        })
        .collect()
}

/// From so many letters on the language of a Latin text is told with confidence.
const TELLING: usize = 50;

/// The operator's note for a reply in `lang`: what he noted in another language is not for the buyer.
fn in_language(note: &str, lang: Language, site: Option<Marketplace>) -> Option<String> {
    let text = several_lines(note);
    let is_han = |letter: char| matches!(letter, '\u{3400}'..='\u{9fff}');
    let is_kana = |letter: char| matches!(letter, '\u{3040}'..='\u{30ff}');
    let (han, kana) = (text.contains(is_han), text.contains(is_kana));
    let fits = match lang {
        Language::Ja => kana,
        Language::Zh => han && !kana,
        _ if han || kana => false,
        _ => {
            let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
            letters < TELLING || detect(&text, site).is_none_or(|found| found == lang)
        }
    };
    fits.then_some(text)
}

/// A text of several lines, each as [`one_line`] leaves it, without blank lines at its ends.
fn several_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(one_line).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

fn newest(case: &CaseFile, wanted: impl Fn(&Offer) -> bool) -> Option<&Offer> {
    case.offers.iter().filter(|offer| wanted(offer)).max_by_key(|offer| (offer.at, offer.id))
}

/// The article of the case: the one of its SKU, else the only one of the order.
fn article(case: &CaseFile) -> Option<&Item> {
    let items = &case.order.as_ref()?.items;
    let named = case.summary.sku.as_ref().and_then(|sku| items.iter().find(|item| item.sku == *sku));
    named.or(match items.as_slice() {
        [only] => Some(only),
        _ => None,
    })
}

pub(super) fn day_of(at: Timestamp, site: Option<Marketplace>) -> Date {
    let zone = site.and_then(|site| TimeZone::get(site.zone()).ok()).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).date()
}

/// Two days on, Saturdays and Sundays not counted: a promise that can be kept.
fn in_two_working_days(from: Date) -> Date {
    let mut day = from;
    let mut left = 2;
    while left > 0 {
        let Ok(next) = day.checked_add(1.day()) else { return day };
        day = next;
        left -= u8::from(!matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
    }
    day
}

/// Untrusted text on one line, without control or invisible direction characters.
pub(super) fn one_line(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let spaced: String =
        text.chars().map(|c| if c == '\n' || c == '\t' || c == '\r' { ' ' } else { c }).collect();
    let plain: String = spaced.chars().filter(|c| !hidden(*c)).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A display name as one greets its bearer, or `None` where it names nobody ("Amazon Customer", an address, a number).
#[must_use]
pub fn person(display: &str) -> Option<String> {
    let line = one_line(display);
    let cut =
        [" - Amazon", " – Amazon", " (", " via Amazon", "（"].iter().filter_map(|mark| line.find(mark)).min();
    let name =
        line[..cut.unwrap_or(line.len())].trim_matches(|c: char| c.is_whitespace() || "\"',;".contains(c));
    let name = match name.split_once(", ") {
        Some((last, first)) if !first.contains(',') => format!("{first} {last}"),
        _ => name.to_owned(),
    };
    let name = name.trim_end_matches("様").trim_end().to_owned();
    let plain = name.chars().all(|c| c.is_alphabetic() || is_mark(c) || " .'’-・·".contains(c));
    let lower = name.to_lowercase();
    let nobody =
        ["amazon", "アマゾン", "亚马逊", "customer", "kunde", "client", "cliente", "buyer", "カスタマー"];
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let named = !nobody.iter().any(|word| lower.split(' ').any(|part| part == *word))
        && !["amazon", "アマゾン", "亚马逊"].iter().any(|word| lower.contains(word));
    // A single Latin letter or an initial greets nobody; one Chinese character may be a whole name.
    let enough = letters >= if name.is_ascii() { 2 } else { 1 };
    (plain && named && enough && name.chars().count() <= 40).then(|| capitalised(&name))
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | 'ー' | '々')
}

/// Gives a name typed all in capitals or all in small letters its usual capitals.
fn capitalised(name: &str) -> String {
    let mixed = name.chars().any(char::is_uppercase) && name.chars().any(char::is_lowercase);
    if mixed || !name.chars().any(|c| c.is_uppercase() || c.is_lowercase()) {
        return name.to_owned();
    }
    let mut start = true;
    let turn = |c: char| {
        let cased: Vec<char> = if start { c.to_uppercase().collect() } else { c.to_lowercase().collect() };
        start = !c.is_alphabetic();
        cased
    };
    name.chars().flat_map(turn).collect()
}

/// The first few words of a listing title: up to its first separator, cut at a word, at most 50 characters.
#[must_use]
pub fn short_name(title: &str) -> Option<String> {
    let line = one_line(title);
    let first = [",", "，", "、", "|", "｜", " - ", " – ", " — ", ";", "；", " (", "（", "【", "["]
        .iter()
        .filter_map(|mark| {
            line.match_indices(mark).map(|(at, _)| at).find(|at| line[..*at].chars().count() >= 12)
        })
        .min();
    let head = &line[..first.unwrap_or(line.len())];
    let mut length = 0;
    let words = head.split_word_bounds().take_while(|word| {
        length += word.chars().count();
        length <= NAME_LENGTH
    });
    let mut name: String = words.collect();
    if name.is_empty() {
        // One endless word: cut between characters as people see them.
        name = head.graphemes(true).take(NAME_LENGTH).collect();
    }
    let name = without_loose_end(name.trim(), name.len() < head.len());
    (!name.is_empty()).then(|| name.to_owned())
}

/// A name without the punctuation and, where it was cut, the small words it would end on.
fn without_loose_end(name: &str, was_cut: bool) -> &str {
    const SMALL: &[&str] = &[
        "with", "for", "and", "of", "the", "in", "mit", "für", "und", "aus", "avec", "pour", "et", "de",
        "con", "per", "e", "di", "para", "y", "&", "+", "-", "/",
    ];
    let mut name = name;
    loop {
        name = name.trim_end_matches(|c: char| c.is_whitespace() || ",;:-–—|/+&(（【[".contains(c));
        match name.rsplit_once(' ') {
            Some((rest, last)) if was_cut && SMALL.contains(&last.to_lowercase().as_str()) => name = rest,
            _ => return name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::buyer::BuyerHistory;
    use crate::domain::case::{CaseId, Channel, Kind, State};
    use crate::domain::money::{Currency, Money};
    use crate::domain::note::{NoteText, SkuNote};
    use crate::domain::view::{Order, Summary};

    fn offer(id: i64, kind: OfferKind, minor: i64, status: OfferStatus) -> Offer {
        let reshipment = kind == OfferKind::Reshipment;
        Offer {
            id,
            kind,
            amount: (!reshipment).then(|| Money::new(minor, Currency::parse("EUR").unwrap())),
            status,
            route: None,
            why: None,
            carrier: reshipment.then(|| "DHL".to_owned()),
            tracking: reshipment.then(|| format!("0034043416109404255{id}")),
            cost: None,
            at: Timestamp::from_second(id).unwrap(),
            total_unknown: false,
            steps: Vec::new(),
            line: id,
            proofs: Vec::new(),
            case: CaseId(1),
        }
    }

    fn case() -> CaseFile {
        let item = |sku: &str, name: &str| Item {
            sku: sku.to_owned(),
            asin: None,
            name: Some(name.to_owned()),
            quantity: 1,
            total: None,
        };
        CaseFile {
            summary: Summary {
                id: CaseId(1),
                channel: Channel::Message,
                kind: Kind::NotReceived,
                kind_confirmed: false,
                complaint: crate::domain::view::Complaint::Informal,
                state: State::Open,
                marketplace: Some(Marketplace::De),
                order_id: Some("303-1000001-1000010".to_owned()),
                sku: Some("LAMP-DE-2".to_owned()),
                buyer: None,
                buyer_name: Some("Müller, Anna".to_owned()),
                opened: Timestamp::UNIX_EPOCH,
                due: None,
                clock: None,
                lang: Some(Language::De),
                excerpt: String::new(),
                long_term: false,
                wake: None,
                waiting: None,
                answered: false,
            },
            order: Some(Order {
                id: "303-1000001-1000010".to_owned(),
                marketplace: Some(Marketplace::De),
                fulfilment: None,
                // Late on the 11th in UTC is the 12th in Berlin.
                purchased_at: Some("2026-10-11T22:30:00Z".parse().unwrap()),
                status: None,
                total: Some(Money::new(123_450, Currency::parse("EUR").unwrap())),
                items: vec![item("KB-1", "Tastatur"), item("LAMP-DE-2", "LED-Tischlampe, dimmbar\u{202e}\n")],
            }),
            reason: None,
            claimed: None,
            decision: None,
            stage: None,
            because: Vec::new(),
            messages: Vec::new(),
            clocks: Vec::new(),
            offers: Vec::new(),
            refunds: crate::domain::offer::Refunds::default(),
            room: crate::domain::offer::Room::default(),
            others: Vec::new(),
            events: Vec::new(),
            draft: None,
            outcome: None,
            stands: None,
            outcomes: Vec::new(),
            cause: None,
            buyer: BuyerHistory::default(),
            note: None,
            evidence: Vec::new(),
            typed: Vec::new(),
            stage_said: false,
            risk_set: None,
        }
    }

    fn of(case: &CaseFile, lang: Language) -> BTreeMap<String, String> {
        values(case, lang, &Seller::default(), "2026-10-16T09:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_case_fills_what_it_knows_in_the_buyers_form_and_leaves_out_the_rest() {
        let known = of(&case(), Language::De);
        let expected = [
            ("answer_date", "20. Oktober 2026"),
            ("buyer_name", "Anna Müller"),
            ("item", "LED-Tischlampe"),
            ("order_date", "12. Oktober 2026"),
            ("order_id", "303-1000001-1000010"),
            ("order_total", "1.234,50 €"),
        ];
        let known: Vec<_> = known.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(known, expected);
        assert_eq!(of(&case(), Language::En)["order_total"], "€1,234.50");
    }

    #[test]
    fn amounts_and_parcels_come_from_the_newest_offer_that_stands() {
        let mut case = case();
        case.offers = vec![
            offer(4, OfferKind::PartialRefund, 400, OfferStatus::Declined),
            offer(1, OfferKind::PartialRefund, 100, OfferStatus::CarriedOut),
            offer(3, OfferKind::PartialRefund, 300, OfferStatus::Proposed),
            offer(2, OfferKind::Reshipment, 0, OfferStatus::Accepted),
            offer(5, OfferKind::Reshipment, 0, OfferStatus::Reversed),
        ];
        let known = of(&case, Language::De);
        assert_eq!(known["partial_refund"], "3,00 €");
        assert_eq!(known["refunded"], "1,00 €", "only what was carried out has been refunded");
        assert_eq!(
            (known["new_carrier"].as_str(), known["new_tracking"].as_str()),
            ("DHL", "00340434161094042552")
        );
        assert!(!known.contains_key("full_refund") && !known.contains_key("tracking"));
    }

    #[test]
    fn the_note_of_the_sku_keeps_its_lines_and_loses_what_nobody_sees() {
        let mut case = case();
        let mut text = NoteText::empty("LAMP-DE-2");
        text.policy = "\n30 Tage Rückgabe,\n\n{{ order_id }} frei\u{202e} \u{1b}[31m\n".to_owned();
        case.note = Some(SkuNote { text, ..SkuNote::default() });
        let known = of(&case, Language::De);
        assert_eq!(known["sku_policy"], "30 Tage Rückgabe,\n\n{{ order_id }} frei [31m");
        assert!(!known.contains_key("known_problem"), "a field without words is no value");
    }

    #[test]
    fn a_note_in_another_language_than_the_reply_is_not_for_the_buyer() {
        let mut case = case();
        let mut text = NoteText::empty("LAMP-DE-2");
        text.problem = "充电器接口容易松动，换线即可解决".to_owned();
        text.policy =
            "free replacement within 24 months of the purchase, and the way back is paid".to_owned();
        case.note = Some(SkuNote { text, ..SkuNote::default() });
        let has = |lang, name| of(&case, lang).contains_key(name);
        assert!(has(Language::Zh, "known_problem") && !has(Language::De, "known_problem"));
        assert!(has(Language::En, "sku_policy") && !has(Language::Ja, "sku_policy"));
        assert!(!has(Language::De, "sku_policy") && !has(Language::Zh, "sku_policy"));
    }

    #[test]
    fn of_several_articles_none_is_named_unless_the_case_says_which() {
        let mut case = case();
        case.summary.sku = None;
        assert!(!of(&case, Language::De).contains_key("item"));
    }

    #[test]
    fn a_case_without_an_order_asks_for_its_number_and_nothing_blank_slips_in() {
        let mut case = case();
        case.order = None;
        case.summary.order_id = None;
        case.summary.buyer_name = Some("  ".to_owned());
        let known = values(
            &case,
            Language::Ja,
            &Seller { store_name: Some(" \n".to_owned()), ..Seller::default() },
            "2026-10-16T09:00:00Z".parse().unwrap(),
        );
        assert_eq!(known.keys().collect::<Vec<_>>(), ["answer_date"]);
    }

    #[test]
    fn a_display_name_becomes_a_greeting_or_nothing() {
        for (display, greeted) in [
            ("Ann Lee", Some("Ann Lee")),
            ("ANN LEE", Some("Ann Lee")),
            ("jean-pierre d'arc", Some("Jean-Pierre D'Arc")),
            ("Müller, Anna", Some("Anna Müller")),
            ("\"Ann  Lee\"", Some("Ann Lee")),
            ("Ann Lee - Amazon Marketplace", Some("Ann Lee")),
            ("山田 太郎", Some("山田 太郎")),
            ("佐々木様", Some("佐々木")),
            ("McDonald", Some("McDonald")),
            ("Amazon Customer", None),
            ("Cliente de Amazon", None),
            ("Amazon カスタマー", None),
            ("x7k2@marketplace.amazon.de", None),
            ("Call 555 0100", None),
            ("A", None),
            ("", None),
            ("\u{202e}eeL", Some("eeL")),
        ] {
            assert_eq!(person(display).as_deref(), greeted, "{display}");
        }
    }

    #[test]
    fn a_listing_title_is_shortened_at_a_word() {
        for (title, short) in [
            ("LED desk lamp", "LED desk lamp"),
            ("LED Desk Lamp with USB Port, 3 Colours, Dimmable", "LED Desk Lamp with USB Port"),
            (
                "Wireless Mechanical Keyboard for Gaming and Office with Backlight",
                "Wireless Mechanical Keyboard for Gaming and Office",
            ),
            ("A4, 500 Blatt Druckerpapier - weiß", "A4, 500 Blatt Druckerpapier"),
            ("ワイヤレスイヤホン Bluetooth 5.3【2026年最新型】高音質", "ワイヤレスイヤホン Bluetooth 5.3"),
        ] {
            assert_eq!(short_name(title).as_deref(), Some(short));
        }
        assert_eq!(short_name(" \n "), None);
        assert_eq!(short_name(&"x".repeat(90)).unwrap().len(), NAME_LENGTH);
    }

    #[test]
    fn a_promised_answer_skips_the_weekend() {
        let day = jiff::civil::date;
        assert_eq!(in_two_working_days(day(2026, 10, 12)), day(2026, 10, 14));
        assert_eq!(in_two_working_days(day(2026, 10, 16)), day(2026, 10, 20));
        assert_eq!(in_two_working_days(day(2026, 10, 17)), day(2026, 10, 20));
    }
}
