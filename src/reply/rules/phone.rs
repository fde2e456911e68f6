//! Telephone numbers and what only looks like one (L05).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{Note, Reading};

fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// Digits with little between them, over a line end, too.
static DIGITS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let then = "(?:后面|后半段|后半|尾号|然后|再|接着)是?[::]? ?|のあとに?|に続けて|続けて";
    regex(&format!(r"(?:\+\s?)?\(?[0-9](?:(?:[ \n().\-/ー~·_]{{0,4}}|[,，、。]?\s?(?:{then}))[0-9]){{5,}}"))
});

/// What is no telephone number: order ids, addresses of a router, dates, times, ranges of hours, amounts, measures, parts of
/// a longer code. A space within an amount parts thousands; so many figures without a point, or a zero in front, are no
/// amount.
static OTHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let amount = r"(?:[1-9][0-9]{0,2}(?:[.,\ ][0-9]{3})+|0|[1-9][0-9]{0,5})(?:[.,][0-9]{1,4})?";
    regex(&format!(
        r"(?x)[0-9]{{3}}\s?-\s?[0-9]{{6,8}}\s?-\s?[0-9]{{6,8}}
        | (?-u:\b)(?:19|20)[0-9]{{2}}[-/.][01]?[0-9][-/.][0-3]?[0-9](?-u:\b)
        | (?-u:\b)[0-9]{{1,2}}[-/.]\s?[0-9]{{1,2}}[-/.]\s?20[0-9]{{2}}(?-u:\b)
        | (?P<chained>(?-u:\b)[0-9]{{1,2}}[-/.]\s?[0-9]{{1,2}}[-/.]\s?[0-9]{{2}}(?-u:\b)
            | (?-u:\b){amount}\s?(?:[€$£¥%円元]
                | (?:eur|usd|gbp|jpy|cny|rmb|mm|cm|km|kg|ml|mah|wh|gb|mb|kb|mhz|ghz|lumen|lm|dpi|px|v|w|hz|x)(?-u:\b)))
        | (?:[€$£¥]|(?-u:\b)(?:eur|usd|gbp|jpy))\s?{amount}(?-u:\b)
        | (?-u:\b)(?:192\.168|127\.0|10\.[0-9]{{1,3}}|172\.(?:1[6-9]|2[0-9]|3[01]))(?:\.[0-9]{{1,3}}){{2}}(?-u:\b)
        | [0-9]{{1,2}}[:h][0-9]{{2}}(?:[:][0-9]{{2}})?
        | [a-z][a-z0-9]*[0-9][a-z0-9]*(?:[-_/.][a-z0-9]+)* | [0-9]+[a-z][a-z0-9-]* | [0-9]+(?:x[0-9]+)+
        | 〒\s?[0-9]{{3}}-[0-9]{{4}}"
    ))
});

/// A free number in letters, `1-800-FLOWERS`; without hyphens, `1 800 watt`, it is an amount or a measure.
static VANITY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?-u:\b)1-8(?:00|33|44|55|66|77|88)-(?:[a-z]{7,12}|[a-z]{3,4}-[a-z]{3,4}|[0-9]{3}-[a-z]{4})(?-u:\b)",
    )
});

/// Digits in words, by language; French and Spanish pairs count as well.
static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let lists = [
        "zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|double|triple",
        "null|eins|zwei|zwo|drei|vier|fuenf|funf|sechs|sieben|acht|neun|zehn|elf|zwolf|zwoelf|(?:drei|vier|funf|fuenf|sech|sieb|acht|neun)zehn|(?:(?:ein|zwei|drei|vier|funf|fuenf|sechs|sieben|acht|neun)und)?(?:zwanzig|dreissig|vierzig|funfzig|fuenfzig|sechzig|siebzig|achtzig|neunzig)|(?:ein|zwei|drei|vier|funf|fuenf|sechs|sieben|acht|neun)?hundert[a-z]{0,20}",
        "un|deux|cents?|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante|cinquante|soixante|(?:soixante|quatre|vingt|trente|quarante|cinquante)(?:-[a-z]+){1,3}",
        "uno|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|(?:tre|quattor|quin|se)dici|dicia(?:s?sette|n?nove)|diciotto|(?:vent|trent|quarant|cinquant|sessant|settant|ottant|novant)(?:[ia]?(?:uno|due|tre|quattro|cinque|sei|sette|otto|nove)|[ia])|(?:due|tre|quattro|cinque|sei|sette|otto|nove)?cento[a-z]{0,16}",
        "cero|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci(?:seis|siete|ocho|nueve)|veinte|veinti(?:uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien(?:to)?|(?:dos|tres|cuatro|seis|ocho)cientos|quinientos|setecientos|novecientos",
    ];
    let word = format!("(?:{}|[0-9]+)", lists.join("|"));
    let gap = concat!(
        r"[ \n,.;:()\-/]{1,3}(?:(?:et|y|e|and|und|plus|then|dann|puis|ensuite|poi|luego|despues",
        r"|die|le|les|el|los|il|i|the|finally|zuletzt|zum schluss|enfin|infine|al final|por ultimo|y por ultimo|followed by|gefolgt von|suivi de|seguido (?:de|da))",
        r"[ \n,:-]{1,2}){0,3}"
    );
    let kana = "(?:ゼロ|ぜろ|れい|レイ|いち|イチ|にい|ニイ|に|ニ|さん|サン|よん|ヨン|し|ご|ゴ|ろく|ロク|なな|ナナ|しち|はち|ハチ|きゅう|キュウ|まる|マル)";
    let mixed = format!("(?:[零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]|{kana})");
    let then = "[ \\n\\-、,，。のー・]{0,4}(?:(?:のあとに?|そのあと|その後|そのつぎ|次に|続けて|つづけて|それから|そして|然后是?|再|接着是?|后面是?)[ \\n、,，]{0,2})?";
    regex(&format!(
        r"(?-u:\b)(?:plus |\+ ?)?{word}(?:{gap}{word}){{5,}}(?-u:\b)|{mixed}(?:{then}{mixed}){{6,}}"
    ))
});

/// Notes telephone numbers.
pub(super) fn look(reading: &Reading<'_>, notes: &mut Vec<Note>) {
    let text = reading.folded.text.as_str();
    if text.bytes().filter(u8::is_ascii_digit).count() >= 6 {
        let masked = masked(text);
        for found in DIGITS.iter().flat_map(|regex| regex.find_iter(&masked)) {
            for place in numbers(&masked, found.range()) {
                if Number::of(reading, &masked, &place).is_some_and(|number| number.is_phone(reading)) {
                    notes.push(reading.note("L05", &place));
                }
            }
        }
    }
    notes.extend(
        VANITY
            .iter()
            .flat_map(|regex| regex.find_iter(text))
            .map(|found| reading.note("L05", &found.range())),
    );
    for found in WORDS.iter().flat_map(|regex| regex.find_iter(text)) {
        let spelt = found.as_str().split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 1);
        let wide = !found.as_str().is_ascii();
        if wide || spelt.count() >= 4 {
            notes.push(reading.note("L05", &found.range()));
        }
    }
}

/// Most digits of a number that can be called.
const LONGEST: usize = 15;

fn figures(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// The text with everything that is surely no telephone number blanked, of the same length.
fn masked(text: &str) -> String {
    let mut masked = text.as_bytes().to_vec();
    // Nothing else is written with a plus in front and so many figures.
    let abroad: Vec<Range<usize>> = DIGITS
        .iter()
        .flat_map(|regex| regex.find_iter(text))
        .filter(|found| found.as_str().starts_with('+') && (8..=LONGEST).contains(&figures(found.as_str())))
        .map(|found| found.range())
        .collect();
    for caught in OTHER.iter().flat_map(|regex| regex.captures_iter(text)) {
        let Some(place) = caught.get(0).map(|whole| whole.range()) else { continue };
        let called = abroad.iter().any(|number| place.start < number.end && number.start < place.end);
        // `01.23.45.67.89`, `555-0100 x 12`: a link of a longer chain of figures is neither date nor amount.
        let chained = caught.name("chained").is_some() && is_chained(text, &place);
        if !called && !chained {
            // A number that is a handle, or in a link, is no telephone number either.
            masked[place].iter_mut().filter(|byte| byte.is_ascii()).for_each(|byte| *byte = b'#');
        }
    }
    String::from_utf8(masked).unwrap_or_else(|_| text.to_owned())
}

/// Whether figures go on before or after a place behind one sign.
fn is_chained(text: &str, place: &Range<usize>) -> bool {
    let sign = ['-', '.', '/'];
    let (before, after) = (&text[..place.start], &text[place.end..]);
    let figure = |c: char| c.is_ascii_digit();
    before.strip_suffix(sign).is_some_and(|rest| rest.ends_with(figure))
        || before.strip_suffix(' ').is_some_and(|rest| rest.ends_with(figure))
            && text[place.clone()].ends_with(char::is_alphabetic)
        || text[place.clone()]
            .contains(|c| after.starts_with(c) && sign.contains(&c) && after[1..].starts_with(figure))
}

/// The numbers of a run of digits: one, or several where together they are too long for one.
fn numbers(text: &str, run: Range<usize>) -> Vec<Range<usize>> {
    static BETWEEN: LazyLock<Option<Regex>> =
        LazyLock::new(|| regex(r"\ [-/~·]+\ ?|[-/~·]+\ |\n+\ ?|\ {2,}|\ \("));
    let inside = &text[run.clone()];
    if figures(inside) <= LONGEST + 1 {
        return vec![run];
    }
    let mut numbers = Vec::new();
    let mut start = run.start;
    for gap in BETWEEN.iter().flat_map(|regex| regex.find_iter(inside)) {
        numbers.push(start..run.start + gap.start());
        start = run.start + gap.end();
    }
    numbers.push(start..run.end);
    numbers
}

/// A run of digits and what stands around it.
struct Number<'t> {
    digits: String,
    /// Lengths of its groups.
    groups: Vec<usize>,
    /// The number as written.
    shape: &'t str,
    place: Range<usize>,
}

impl<'t> Number<'t> {
    fn of(reading: &Reading<'_>, masked: &'t str, place: &Range<usize>) -> Option<Self> {
        let text = reading.folded.text.as_str();
        // Part of a longer code, `AB-1234567` or `00340434161094042557X`.
        let joined = |c: char| c.is_ascii_alphanumeric() || c == '#' || c == '_';
        let (before, after) = (&text[..place.start], &text[place.end..]);
        let code_before =
            before.ends_with(joined) || before.ends_with('-') && before[..before.len() - 1].ends_with(joined);
        if code_before || after.starts_with(joined) || masked[..place.start].ends_with('#') {
            return None;
        }
        let shape = masked.get(place.clone())?;
        let groups: Vec<usize> =
            shape.split(|c: char| !c.is_ascii_digit()).map(str::len).filter(|length| *length > 0).collect();
        let digits = shape.chars().filter(char::is_ascii_digit).collect();
        Some(Self { digits, groups, shape, place: place.clone() })
    }

    fn is_phone(&self, reading: &Reading<'_>) -> bool {
        let length = self.digits.len();
        if !((6..=LONGEST).contains(&length) || self.digits.starts_with("00") && length <= 16) {
            return false;
        }
        match self.called(reading) {
            Some(true) => length <= LONGEST,
            Some(false) => false,
            None => self.is_shaped(),
        }
    }

    /// What the words before it, or right after it, call it: a telephone number, or something else.
    fn called(&self, reading: &Reading<'_>) -> Option<bool> {
        let before =
            |word: &Range<usize>| self.place.start.checked_sub(word.end).filter(|bytes| *bytes <= 60);
        let after = |word: &Range<usize>| word.start.checked_sub(self.place.end).filter(|bytes| *bytes <= 12);
        let near = |word: &&Range<usize>| before(word).or_else(|| after(word)).is_some();
        let phones: Vec<&Range<usize>> = reading.said("phoneword").filter(near).collect();
        // The number of a telephone, `電話番号は`, is no other number.
        let alone = |word: &&Range<usize>| phones.iter().all(|phone| phone.end != word.start);
        let others: Vec<&Range<usize>> = reading.said("otherword").filter(near).filter(alone).collect();
        let last = |words: &[&Range<usize>]| {
            let found = words.iter().filter_map(|word| before(word)).min();
            found.or_else(|| words.iter().filter_map(|word| after(word)).map(|bytes| 30 + bytes).min())
        };
        // Nothing else has so many figures behind a plus.
        if self.shape.starts_with('+') && self.digits.len() >= 8 {
            return Some(true);
        }
        match (last(&phones), last(&others)) {
            (None, None) => None,
            (Some(phone), other) => Some(other.is_none_or(|other| phone <= other)),
            (None, Some(_)) => Some(false),
        }
    }

    /// A shape that only telephone numbers have.
    fn is_shaped(&self) -> bool {
        let (length, groups, digits) = (self.digits.len(), self.groups.as_slice(), self.digits.as_str());
        let parted = groups.len() > 1;
        let hyphens = self.shape.contains('-') && !self.shape.contains([' ', '\n', '.', '/']);
        if self.shape.starts_with('+') {
            return (8..=15).contains(&length);
        }
        let american =
            matches!(groups, [3, 3, 4] | [1, 3, 3, 4]) && (hyphens || self.shape.contains(['(', '.']));
        let chinese = matches!(groups, [3, 3, 4]) && digits.starts_with("400")
            || digits.starts_with('1')
                && matches!(digits.as_bytes().get(1), Some(b'3'..=b'9'))
                && matches!(groups, [11] | [3, 4, 4]);
        let trunk =
            digits.starts_with('0') && !digits.starts_with("00") && parted && (9..=12).contains(&length);
        let abroad =
            digits.starts_with("00") && !digits.starts_with("000") && (10..=15).contains(&length) && parted;
        // Nobody writes a code one digit at a time; a count from one to the next is none.
        let counted = digits.as_bytes().windows(2).all(|pair| pair[0] + 1 == pair[1]);
        let torn = groups.iter().filter(|group| **group == 1).count() >= 7
            && groups.iter().all(|group| *group <= 3)
            && !counted;
        let spanish =
            matches!(groups, [3, 2, 2, 2] | [2, 3, 2, 2]) && digits.starts_with(['6', '7', '8', '9']);
        american || spanish || chinese || trunk || abroad || torn
    }
}
