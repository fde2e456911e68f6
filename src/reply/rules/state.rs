//! What depends on the case a reply belongs to (L12, L15, L21, L24 to L26, L32, L34, L36, L39 to L41).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::learned::{self, Judged};
use super::{Note, Reading};
use crate::domain::Marketplace;
use crate::domain::amount::{Habit, read};
use crate::domain::case::Language;
use crate::domain::money::Money;
use crate::domain::order::OrderId;
use crate::reply::language::Told;

/// Largest attachment in bytes (Seller Central: 10 MB) and how many (messaging.json).
const LARGEST: u64 = 10_000_000;
const MOST: usize = 5;
/// Endings of the kinds an attachment may have.
const KINDS: &[&str] =
    &["pdf", "doc", "docx", "txt", "rtf", "jpg", "jpeg", "png", "tif", "tiff", "bmp", "heic"];
/// Letters below which the language of a text is anybody's guess.
const TELLING: usize = 18;
/// Letters below which the language that a reply is said to be in counts as well.
const CERTAIN: usize = 40;

fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// Order ids, also of digital orders; spaces around the hyphens are typing, and so are spaces or nothing instead of them.
static ORDER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(concat!(
        r"(?:d01|[0-9]{3})[ \n]?-[ \n]?[0-9]{7}[ \n]?-[ \n]?[0-9]{7}",
        r"|(?P<loose>(?-u:\b)(?:d01|[0-9]{3})[ \n._/-]{0,2}[0-9]{7}[ \n._/-]{0,2}[0-9]{7}(?-u:\b))"
    ))
});

/// What the ids of Amazon's orders begin with, for those that are written without hyphens.
const FRONTS: &[&str] = &[
    "d01", "026", "028", "111", "112", "113", "114", "171", "202", "203", "204", "205", "206", "249", "250",
    "251", "302", "303", "304", "305", "306", "402", "403", "404", "405", "406", "407", "408", "501", "502",
    "503", "701", "702",
];

/// An amount or a share.
static AMOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let amount = r"(?:[1-9][0-9]{0,2}(?:[.,\ ][0-9]{3})+|[0-9]+)(?:[.,][0-9]{1,2})?";
    let after = r"%|percent|prozent|pour cent|per cento|por ciento|€|eur(?:os?)?|usd|dollars?|gbp|pounds?|jpy|\$|£|円|元";
    regex(&format!(r"{amount}\s?(?:{after})|(?:[€$£¥]|(?-u:\b)(?:eur|usd|gbp|jpy))\s?{amount}"))
});
static PERCENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(r"([0-9]{1,3})\s?(?:%|percent|prozent|pour cent|pourcent|per cento|por ciento|パーセント)")
});

/// The rooms, houses and streets of an address abroad with a number.
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?-u:\b)(?:room|rm|unit|bldg|building|batiment|gebaude|edificio|floor|etage)\.?\s?[0-9]{1,5}|(?-u:\b)[0-9]{1,5}[,\s]{1,2}(?:[a-z']+\s){1,4}(?:road|rd|street|st|avenue|lane|district)(?-u:\b)|[路街道]\s?[0-9]+\s?号",
    )
});

/// Half of a price, in words.
static HALF: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?x)(?-u:\b)(?: half\ (?:of\ )?(?:the|your)\ (?:\w+\ )?(?:price|amount|money) | (?:refund|give|pay)\ (?:you\ )?(?:back\ )?half
            | halfte\ (?:des|vom|ihres)\ (?:kauf)?(?:preis|betrag|geld)\w* | moitie\ du\ (?:prix|montant)
            | meta\ del(?:l'|\ suo)?\ ?(?:prezzo|importo) | mitad\ del\ (?:precio|importe|dinero) )(?-u:\b)
        | 半額.{0,4}(?:返金|お返し) | (?:退|返|补)[给还您回]{0,2}一半 | 一半的?(?:货款|价格|金额)",
    )
});

/// A street with its number, as seven countries write it.
static STREET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?x)(?-u:\b)[0-9]{1,5}[a-z]?,?\ (?:[a-z]+\ ){1,3}(?:st|street|ave|avenue|road|rd|lane|ln|drive|dr|blvd|boulevard|court|ct|way|close|terrace)(?-u:\b)
        | (?-u:\b)[a-z]+(?:strasse|straße|str\.|weg|platz|allee|gasse|ring|damm)\ [0-9]{1,4}[a-z]?(?-u:\b)
        | (?-u:\b)[0-9]{1,4}(?:\ ?(?:bis|ter))?,?\ (?:rue|avenue|boulevard|bd|place|chemin|impasse|allee|quai)\ [a-z]
        | (?-u:\b)(?:via|viale|piazza|corso|vicolo)\ [a-z]+(?:\ [a-z]+){0,3},?\ (?:n\.?\ ?)?[0-9]{1,4}
        | (?-u:\b)(?:calle|c/|avenida|avda\.?|plaza|paseo|camino)\ ?[a-z]+(?:\ [a-z]+){0,4},?\ (?:n[.º°]?\ ?)?[0-9]{1,4}
        | [都道府県市区町村][^\s。、]{1,10}[0-9一二三四五六七八九]+(?:丁目|-[0-9]+-[0-9]+|番地)
        | [市区县][^\s。,]{2,14}(?:路|街|道|巷)[0-9]+号 | (?:路|街|巷)[0-9]+号[0-9]",
    )
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Country {
    /// Codes of the marketplaces that are at home there.
    sites: Vec<String>,
    /// Its names and those of its towns that returns go to, in the seven languages, folded.
    names: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Countries {
    country: Vec<Country>,
}

/// Countries with what finds their names.
static COUNTRIES: LazyLock<Vec<(Vec<String>, Option<Regex>)>> = LazyLock::new(|| {
    let file: Countries =
        toml::from_str(include_str!("../../../assets/policy/rules/countries.toml")).unwrap_or_default();
    let names = |list: &str| {
        let each = list.split(',').map(str::trim);
        let each = each
            .map(|name| if name.is_ascii() { format!(r"(?-u:\b){name}(?-u:\b)") } else { name.to_owned() });
        each.collect::<Vec<_>>().join("|")
    };
    file.country.into_iter().map(|country| (country.sites, regex(&names(&country.names)))).collect()
});

/// Notes what does not fit the case.
pub(super) fn look(reading: &Reading<'_>, judged: &[Judged], notes: &mut Vec<Note>) {
    let facts = reading.facts;
    let text = reading.folded.text.as_str();
    let end = reading.folded.original.len();
    orders(reading, notes);
    if facts.review_requested == Some(true) && (reading.says("review") || reading.says("good")) {
        notes.extend(reading.said("review").take(1).map(|place| reading.note("L12", place)));
    }
    if facts.proactive
        && !["substance", "review", "good"].iter().any(|said| reading.says(said))
        && !text.contains('?')
    {
        // Who writes first and neither asks, nor reports, nor says what comes next only thanks.
        let whole = 0..text.len();
        let empty = reading
            .said("emptytalk")
            .next()
            .or((!["ask", "step"].iter().any(|said| reading.says(said))).then_some(&whole));
        notes.extend(empty.map(|place| reading.note("L15", place)));
    }
    if is_foreign(reading) {
        notes.push(Note { rule: "L26", range: 0..end, softly: false });
    } else if facts.buyer_lang.is_some() || facts.marketplace.is_some() {
        // A sentence that nobody translated.
        let unread = reading.strange.iter().filter(|(_, tongue)| !reads(facts, &[tongue.word()], true));
        notes.extend(unread.map(|(at, _)| reading.note("L26", &reading.sentences.whole[*at])));
    }
    buyer(reading, notes);
    attachments(reading, notes);
    if !facts.proactive && lacks_step(reading) {
        notes.push(Note { rule: "L34", range: vague(reading), softly: false });
    }
    subject(reading, notes);
    returns(reading, notes);
    offers(reading, notes);
    refusal(reading, judged, notes);
}

fn found(regex: Option<&Regex>, text: &str) -> Vec<Range<usize>> {
    regex.into_iter().flat_map(|regex| regex.find_iter(text)).map(|found| found.range()).collect()
}

fn orders(reading: &Reading<'_>, notes: &mut Vec<Note>) {
    let text = reading.folded.text.as_str();
    let mut places = Vec::new();
    for caught in ORDER.iter().flat_map(|regex| regex.captures_iter(text)) {
        let Some(whole) = caught.get(0).map(|whole| whole.range()) else { continue };
        // As many figures may be something else: an order begins like others, or like that of the case.
        let case = reading.facts.order_id.as_ref().map(|order| order.as_str().to_ascii_lowercase());
        let front = &text[whole.start..whole.start + 3];
        let own = case.is_some_and(|case| case.starts_with(front));
        if caught.name("loose").is_none() || own || FRONTS.contains(&front) {
            places.push(whole);
        }
    }
    if reading.facts.proactive && places.is_empty() {
        let end = reading.folded.original.len();
        notes.push(Note { rule: "L24", range: end..end, softly: false });
    }
    let Some(order) = &reading.facts.order_id else { return };
    for place in places {
        let alone = |c: char| !c.is_ascii_digit();
        let whole = text[..place.start].chars().next_back().is_none_or(alone)
            && text[place.end..].chars().next().is_none_or(alone);
        if OrderId::typed(&text[place.clone()]).is_some_and(|found| found != *order) || !whole {
            notes.push(reading.note("L25", &place));
        }
    }
}

/// Whether the text is surely in another language than the buyer reads.
fn is_foreign(reading: &Reading<'_>) -> bool {
    let letters = reading.folded.original.iter().filter(|c| c.is_alphabetic()).count();
    let shown = reading.shown.known();
    let wide = matches!(shown, Some(Language::Ja | Language::Zh));
    if reading.shown == Told::Unsure || letters < if wide { 6 } else { TELLING } {
        return false;
    }
    // Of a short text the language it is said to be in is as good a guess as the one it shows.
    let said = reading.languages.first().filter(|_| !wide && letters < CERTAIN);
    let told = [shown.as_ref(), said].map(|language| language.map(|one| one.word()).unwrap_or_default());
    !reads(reading.facts, &told, shown.is_some())
}

/// Whether the buyer reads any of these languages, as far as the case tells; where it tells nothing, he does. A language that
/// is none of `ours` may be the buyer's where his is none of ours either.
fn reads(facts: &super::Facts, told: &[&str], ours: bool) -> bool {
    if let Some(tag) = facts.buyer_lang.as_deref().filter(|tag| !tag.trim().is_empty()) {
        let main = tag.trim().split(['-', '_']).next().unwrap_or_default().to_lowercase();
        let readable = ours || Language::ALL.iter().any(|language| language.word() == main);
        return main.len() != 2 || !readable || told.contains(&main.as_str());
    }
    let Some(site) = facts.marketplace else { return true };
    let read: &[&str] = match site {
        Marketplace::Us => &["en", "es"],
        Marketplace::Ca => &["en", "fr"],
        Marketplace::Mx | Marketplace::Es => &["es"],
        Marketplace::De => &["de"],
        Marketplace::Fr => &["fr"],
        Marketplace::It => &["it"],
        Marketplace::Jp => &["ja"],
        Marketplace::Uk | Marketplace::Ie | Marketplace::Au | Marketplace::Sg | Marketplace::In => &["en"],
        Marketplace::Be if ours => &["fr", "de", "en"],
        _ => return true,
    };
    told.iter().any(|language| read.contains(language))
}

/// The buyer's own name or address, or a street that a parcel was sent to.
fn buyer(reading: &Reading<'_>, notes: &mut Vec<Note>) {
    let text = reading.folded.text.as_str();
    let fold = |line: &str| super::fold::Folded::of(line.trim(), false).text;
    for line in reading
        .facts
        .buyer_lines
        .iter()
        .flatten()
        .map(|line| fold(line))
        .filter(|line| line.chars().count() >= 4)
    {
        notes.extend(text.match_indices(&line).map(|(at, _)| reading.note("L21", &(at..at + line.len()))));
    }
    if let Some(name) = reading.facts.buyer_name.as_deref().map(fold).filter(|name| name.chars().count() >= 2)
    {
        // A greeting may call the buyer by name: that is the first line.
        let greeting =
            text.find('\n').unwrap_or(0).min(80).max(text.find([',', '!', '、']).unwrap_or(0).min(60));
        let later = text.match_indices(&name).filter(|(at, _)| *at > greeting);
        notes.extend(later.map(|(at, _)| reading.note("L21", &(at..at + name.len()))));
    }
    for street in found(STREET.as_ref(), text) {
        let number = reading.sentences.number(street.start);
        let near = |place: &&Range<usize>| reading.sentences.number(place.start).abs_diff(number) <= 1;
        // Where a return goes is ours to say.
        let back = reading.says("label") || reading.said("sendback").any(|place| near(&place));
        if reading.said("shippedto").any(|place| near(&place)) && !back {
            notes.push(reading.note("L21", &street));
        }
    }
}

fn attachments(reading: &Reading<'_>, notes: &mut Vec<Note>) {
    let Some(files) = &reading.facts.attachments else { return };
    let kind = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let wrong = |name: &str| kind(name).is_none_or(|ending| !KINDS.contains(&ending.as_str()));
    if files.len() > MOST || files.iter().any(|file| file.bytes > LARGEST || wrong(&file.name)) {
        let end = reading.folded.original.len();
        notes.push(Note { rule: "L32", range: end..end, softly: false });
    }
}

/// Nothing done, nothing asked, no time named: only a vague promise or a regret.
fn lacks_step(reading: &Reading<'_>) -> bool {
    let text = reading.folded.text.as_str();
    let figures = text.bytes().any(|byte| byte.is_ascii_digit());
    let promises = reading.says("vague") || reading.says("sorry");
    if figures || text.contains('?') {
        return false;
    }
    // "We have passed it on internally" is done, and still nothing for the buyer.
    let hollow: Vec<usize> =
        reading.said("hollow").map(|place| reading.sentences.number(place.start)).collect();
    let idle = |place: &Range<usize>| hollow.contains(&reading.sentences.number(place.start));
    (promises || !hollow.is_empty()) && reading.said("step").all(idle)
}

fn vague(reading: &Reading<'_>) -> Range<usize> {
    let place = reading.said("vague").next().or_else(|| reading.said("sorry").next());
    place.map_or(0..reading.folded.original.len(), |place| reading.folded.place(place))
}

/// `[Important]` for what is not: only questions on the order's making, its address and its delivery are.
fn subject(reading: &Reading<'_>, notes: &mut Vec<Note>) {
    let Some(subject) = reading.facts.subject.as_deref() else { return };
    let read = Reading::of(subject, reading.shown.known(), reading.facts);
    let tagged = read.spoken.iter().chain(&reading.spoken).next().is_some() && read.says("importanttag");
    if tagged && (read.says("trifle") || !read.says("critical") && !reading.says("critical")) {
        notes.push(Note { rule: "L36", range: 0..0, softly: false });
    }
}

/// A return address abroad without a label.
fn returns(reading: &Reading<'_>, notes: &mut Vec<Note>) {
    let facts = reading.facts;
    let text = reading.folded.text.as_str();
    let labelled = facts.prepaid_label == Some(true)
        || reading
            .spoken
            .iter()
            .any(|spoken| spoken.said("label").iter().any(|place| !spoken.is_denied(reading, place, &[])));
    let Some(site) = facts.marketplace else { return };
    if labelled {
        return;
    }
    let home = |sites: &[String]| sites.iter().any(|code| code == site.code());
    let number = |place: &Range<usize>| reading.sentences.number(place.start);
    let abroad = || COUNTRIES.iter().filter(|(sites, _)| !home(sites));
    for (_, names) in abroad() {
        for name in found(names.as_ref(), text) {
            let back = reading.said("sendback").find(|back| {
                number(back) <= number(&name)
                    && number(&name) - number(back) <= 2
                    && back.start.abs_diff(name.start) < 220
            });
            if let Some(back) = back {
                notes.push(reading.note("L39", &(back.start.min(name.start)..back.end.max(name.end))));
                return;
            }
        }
    }
    // An address abroad that a parcel may go to: where it came from is told without one.
    let address = |(_, names): &(_, Option<Regex>)| {
        found(names.as_ref(), text).into_iter().find_map(|name| {
            let from = text.floor_char_boundary(name.start.saturating_sub(90));
            let street = found(ADDRESS.as_ref(), &text[from..name.start]).pop()?;
            Some(from + street.start..name.end)
        })
    };
    let is_address = ADDRESS.as_ref().is_some_and(|address| address.is_match(text));
    if let Some(place) = is_address.then(|| abroad().find_map(address)).flatten() {
        notes.push(reading.note("L39", &place));
        return;
    }
    let goes_abroad = facts.return_country.as_deref().is_some_and(|code| {
        let code = if code.eq_ignore_ascii_case("GB") { "UK" } else { code };
        !code.eq_ignore_ascii_case(site.code())
    });
    if let Some(place) = reading.said("sendback").next().filter(|_| goes_abroad) {
        notes.push(reading.note("L39", place));
    }
}

/// A second offer, or one above what the policy allows.
fn offers(reading: &Reading<'_>, notes: &mut Vec<Note>) {
    let text = reading.folded.text.as_str();
    let again = reading.facts.earlier_offers.is_some_and(|count| count > 0);
    let places: Vec<Range<usize>> = found(AMOUNT.as_ref(), text);
    let beside = |concept: &str, place: &Range<usize>| {
        let number = reading.sentences.number(place.start);
        reading.said(concept).any(|word| reading.sentences.number(word.start) == number)
    };
    let offered = |place: &&Range<usize>| beside("comp", place);
    // A full refund, of all or of one article, is none of the offers that the limit is for.
    let partial = |place: &&Range<usize>| offered(place) && !beside("remedy", place);
    if again {
        notes.extend(places.iter().filter(offered).map(|place| reading.note("L40", place)));
    }
    let Some(limit) = reading.facts.offer_limit_percent else { return };
    let beyond = |amount: Money, price: Money| {
        amount.minor < price.minor
            && i128::from(amount.minor) * 100 > i128::from(price.minor) * i128::from(limit)
    };
    if let Some(price) = reading.facts.price {
        let habit = Habit { currency: Some(price.currency), decimal: None };
        let is_beyond = |place: &&Range<usize>| {
            let written = text[(*place).clone()].trim_end_matches(['.', ',']);
            read(written, habit).is_ok_and(|amount| beyond(amount, price))
        };
        let over = places.iter().filter(|place| is_beyond(place) && partial(place));
        notes.extend(over.map(|place| reading.note("L40", place)));
    }
    if limit < 50 {
        let halves = found(HALF.as_ref(), text);
        notes.extend(halves.iter().filter(partial).map(|place| reading.note("L40", place)));
    }
    for caught in PERCENT.iter().flat_map(|regex| regex.captures_iter(text)) {
        let Some((whole, share)) = caught.get(0).zip(caught.get(1)) else { continue };
        let over = share.as_str().parse::<u32>().is_ok_and(|share| share > limit);
        if over && offered(&&whole.range()) {
            notes.push(reading.note("L40", &whole.range()));
        }
    }
}

/// A refusal though the mistake is ours, by the case or by the reply's own words. Who refuses one remedy and gives another
/// beside it, the money instead of a replacement that is sold out, refuses nothing.
fn refusal(reading: &Reading<'_>, judged: &[Judged], notes: &mut Vec<Note>) {
    let told = reading.facts.own_mistake;
    let own = told.unwrap_or_else(|| reading.says("ourmistake"));
    let confessed: Vec<&Range<usize>> =
        if told == Some(false) { Vec::new() } else { learned::confessed(judged).collect() };
    let mut refused: Vec<&Range<usize>> = Vec::new();
    if own {
        refused.extend(reading.said("refusal").chain(learned::refusals(judged)));
    }
    let number = |at: usize| reading.sentences.number(at);
    let given: Vec<usize> = reading
        .spoken
        .iter()
        .flat_map(|spoken| {
            spoken.said("remedy").iter().filter(|remedy| !spoken.is_denied(reading, remedy, &[]))
        })
        .map(|remedy| number(remedy.start))
        .collect();
    let is_given = |place: &Range<usize>| {
        let (first, last) = (number(place.start), number(place.end.saturating_sub(1)));
        given.iter().any(|at| (first.saturating_sub(1)..=last + 1).contains(at))
    };
    let is_mended = |place: &Range<usize>| {
        let holds = |two: &Range<usize>, one: &Range<usize>| two.start <= one.start && one.end <= two.end;
        let other =
            |two| refused.iter().any(|one| number(one.start) != number(place.start) && holds(two, one));
        learned::mended(judged).any(|two| holds(two, place) && !other(two))
    };
    // What is refused stands at the end of a confession.
    let last = |place: &Range<usize>| reading.sentences.whole.get(number(place.end.saturating_sub(1)));
    let confessed = confessed.into_iter().filter(|place| !last(place).is_some_and(is_mended));
    let left = refused.iter().copied().filter(|place| !is_mended(place)).chain(confessed);
    notes.extend(left.filter(|place| !is_given(place)).map(|place| reading.note("L41", place)));
}
