//! A reply as it is read: look-alikes, wide letters and hidden signs undone, each letter still knowing its place.

use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Cyrillic, Greek and other letters that look like a Latin one, as pairs. None of our languages writes them.
const ALIKE: &str = "аaвbеeкkмmнhоoрpсcтtуyхxіiјjѕsԁdԛqԝwһhӏlɡgɑaοoαaβbεeηnιiκkνvρpτtυuχxγyωwɩiıiℓlƖl\
                     АaВbЕeКkМmНhОoРpСcТtУyХxІiЈjЅsΑaΒbΕeΖzΗhΙiΚkΜmΝnΟoΡpΤtΥyΧx";

/// The letters of [`ALIKE`] with what they look like, in order.
static LOOKS: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let mut letters = ALIKE.chars();
    let mut pairs = Vec::new();
    while let (Some(odd), Some(plain)) = (letters.next(), letters.next()) {
        pairs.push((odd, plain));
    }
    pairs.sort_unstable();
    pairs
});

/// Traditional letters of Chinese with the simplified ones, in order: those the phrases of the rules hold.
static SIMPLIFIED: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let lists = [
        include_str!("../../../assets/policy/traditional.txt"),
        include_str!("../../../assets/policy/rules/traditional.txt"),
    ];
    let lines = lists.iter().flat_map(|list| list.lines()).filter(|line| !line.starts_with('#'));
    let mut pairs: Vec<(char, char)> = lines
        .flat_map(str::split_whitespace)
        .filter_map(|pair| {
            let mut letters = pair.chars();
            Some((letters.next()?, letters.next()?))
        })
        .collect();
    pairs.sort_unstable();
    pairs.dedup_by_key(|pair| pair.0);
    pairs
});

/// A letter of the folded text and where it came from.
#[derive(Debug, Clone, Copy)]
struct Letter {
    is: char,
    /// Place in characters of the original.
    from: u32,
    to: u32,
    /// It was written in a way that hides it.
    odd: bool,
}

/// A reply in lower case without accents, with the way back to the places of the original.
#[derive(Debug)]
pub(super) struct Folded {
    /// What the rules look at.
    pub text: String,
    /// The letters of the reply as they were written.
    pub original: Vec<char>,
    /// For each byte of `text` the characters of the original it stands for.
    places: Vec<(u32, u32)>,
    /// Bytes of `text` that were written to hide.
    odd: Vec<bool>,
}

impl Folded {
    /// Folds a text; `simplify` reads traditional Chinese letters as the simplified ones.
    pub fn of(text: &str, simplify: bool) -> Self {
        let original: Vec<char> = text.chars().collect();
        let mut letters = plain(&original, simplify);
        pictured(&mut letters);
        let mut letters = named(&joined(&gathered(&letters)));
        letters.dedup_by(|later, kept| later.is == ' ' && kept.is == ' ');
        unmask(&mut letters, &original);
        let mut folded =
            Self { text: String::with_capacity(text.len()), original, places: Vec::new(), odd: Vec::new() };
        for letter in letters {
            folded.text.push(letter.is);
            let length = folded.text.len();
            folded.places.resize(length, (letter.from, letter.to));
            folded.odd.resize(length, letter.odd);
        }
        folded
    }

    /// The characters of the original that bytes of the folded text stand for.
    pub fn place(&self, bytes: &Range<usize>) -> Range<usize> {
        let start = self.places.get(bytes.start).map_or(self.original.len(), |place| place.0 as usize);
        let last = bytes.end.checked_sub(1).and_then(|at| self.places.get(at));
        let end = last.map_or(start, |place| place.1 as usize);
        start..end.max(start)
    }

    /// The letter of the original that a byte of the folded text stands for.
    pub fn written(&self, byte: usize) -> Option<char> {
        let place = self.places.get(byte)?;
        self.original.get(place.0 as usize).copied()
    }

    /// Whether something within these bytes was written to hide.
    pub fn is_odd(&self, bytes: &Range<usize>) -> bool {
        self.odd.get(bytes.clone()).is_some_and(|odd| odd.contains(&true))
    }
}

/// Signs that show nothing: zero width, soft hyphen, direction marks, variation selectors.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

/// A letter of a script that is written without spaces.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

fn plain(original: &[char], simplify: bool) -> Vec<Letter> {
    let mut letters = Vec::with_capacity(original.len());
    let (mut at, mut hid) = (0, false);
    while let Some(&first) = original.get(at) {
        let from = at;
        at += 1;
        if is_hidden(first) {
            hid = true;
            continue;
        }
        while original.get(at).is_some_and(|next| is_combining_mark(*next) || matches!(next, 'ﾞ' | 'ﾟ')) {
            // A line through a letter is no accent.
            hid |= matches!(original[at], '\u{334}'..='\u{338}');
            at += 1;
        }
        let place = (u32::try_from(from).unwrap_or(u32::MAX), u32::try_from(at).unwrap_or(u32::MAX));
        let before = letters.len();
        if first.is_ascii() && at == from + 1 {
            letters.push(letter(first.to_ascii_lowercase(), place, hid));
        } else {
            for c in original[from..at].iter().copied().nfkc() {
                fold(c, first, simplify, &mut |is, odd| letters.push(letter(is, place, odd || hid)));
            }
        }
        hid &= letters.len() == before;
    }
    letters
}

const fn letter(is: char, place: (u32, u32), odd: bool) -> Letter {
    Letter { is, from: place.0, to: place.1, odd }
}

/// The zeros of the scripts that have their own decimal digits; the nine others follow each.
const ZEROS: &str = "٠۰߀०০੦૦୦௦౦೦൦෦๐໐༠၀႐០᠐᥆᧐᪀᪐᭐᮰᱀᱐꘠꣐꤀꧐꧰꩐꯰";

/// A decimal digit of any script.
fn digit(c: char) -> Option<char> {
    let value = |zero: char| u32::from(c).checked_sub(u32::from(zero)).filter(|value| *value < 10);
    let value = ZEROS.chars().filter(|_| c > '\u{65f}').find_map(value)?;
    char::from_digit(value, 10)
}

/// Folds one letter of the compatibility form; `first` is how it was written.
fn fold(c: char, first: char, simplify: bool, push: &mut impl FnMut(char, bool)) {
    let wide = matches!(first, '\u{ff01}'..='\u{ff5e}' | '\u{1d400}'..='\u{1d7ff}' | '\u{24b6}'..='\u{24e9}');
    if is_wide(c) {
        let simple =
            |c: char| SIMPLIFIED.binary_search_by_key(&c, |pair| pair.0).map_or(c, |at| SIMPLIFIED[at].1);
        return push(if simplify { simple(c) } else { c }, false);
    }
    if let Ok(at) = LOOKS.binary_search_by_key(&c, |pair| pair.0) {
        return push(LOOKS[at].1, true);
    }
    if let Some(digit) = digit(c) {
        return push(digit, true);
    }
    match c {
        'ß' | 'ẞ' => ['s', 's'].into_iter().for_each(|c| push(c, false)),
        'œ' | 'Œ' => ['o', 'e'].into_iter().for_each(|c| push(c, false)),
        'æ' | 'Æ' => ['a', 'e'].into_iter().for_each(|c| push(c, false)),
        'ø' | 'Ø' => push('o', false),
        'ł' | 'Ł' => push('l', false),
        '’' | '‘' | '`' | '´' | 'ʼ' | '′' => push('\'', false),
        '‐' | '‑' | '‒' | '–' | '—' | '−' | '―' => push('-', false),
        '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』' | '‹' | '›' | '"' => {
            push('"', false)
        }
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' | '\t' => push(' ', false),
        '\u{2028}' | '\u{2029}' => push('\n', false),
        '\r' => {}
        _ if c.is_ascii() => push(c.to_ascii_lowercase(), wide && (c.is_ascii_alphanumeric() || c == '.')),
        _ => c
            .nfd()
            .flat_map(char::to_lowercase)
            .filter(|c| !is_combining_mark(*c))
            .for_each(|c| push(c, false)),
    }
}

/// Reads a picture or a sign that stands for what it looks or sounds like: `微❤` is `微信`, `shop•com` is `shop.com`.
fn pictured(letters: &mut [Letter]) {
    for at in 1..letters.len() {
        let latin = |at: usize| letters.get(at).is_some_and(|letter| letter.is.is_ascii_alphanumeric());
        let read = match letters[at].is {
            '❤' | '♥' | '♡' | '💗' | '💖' | '💕' | '💓' | '💚' | '💛' | '💙' | '💜'
                if letters[at - 1].is == '微' =>
            {
                '信'
            }
            '·' | '•' | '∙' | '‧' if latin(at - 1) && latin(at + 1) => '.',
            _ => continue,
        };
        (letters[at].is, letters[at].odd) = (read, true);
    }
}

/// Takes out what stands alone between two wide letters: `微 信`, `微*信` are `微信`.
fn gathered(letters: &[Letter]) -> Vec<Letter> {
    let parts = |c: char| matches!(c, ' ' | '*' | '.' | '_' | '-' | '|' | '~' | '·' | '/' | '+');
    let wide = |at: usize| letters.get(at).is_some_and(|letter| is_wide(letter.is) && letter.is != '・');
    // `レ・ビ・ュ・ー` is torn, `返品・交換` is a list.
    let dotted = |at: usize| {
        let dot =
            |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|letter| letter.is == '・');
        dot(Some(at)) && (dot(at.checked_sub(2)) || dot(Some(at + 2)))
    };
    let picture = |c: char| matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}');
    let mut kept = Vec::with_capacity(letters.len());
    for (at, letter) in letters.iter().enumerate() {
        let part = parts(letter.is) || picture(letter.is) || dotted(at);
        let between = at > 0 && part && wide(at - 1) && wide(at + 1);
        // A space parts sentences in a list of words; a single letter on each side is how a word is torn.
        if !between {
            kept.push(*letter);
        }
    }
    kept
}

/// Joins letters that are written one by one: `P a y P a l`, `w-h-a-t-s-a-p-p`, `w w w . s h o p . c o m`.
fn joined(letters: &[Letter]) -> Vec<Letter> {
    let mut kept = Vec::with_capacity(letters.len());
    let mut at = 0;
    while at < letters.len() {
        let before = at.checked_sub(1).map(|before| letters[before].is);
        let alone = before.is_none_or(|c| is_wide(c) || !c.is_alphanumeric());
        // One space may part it from its point; more are not looked behind, or a run of them would be walked from each place.
        let before = letters[..at].iter().rev().take(2).find(|letter| letter.is != ' ');
        let after_point = before.is_some_and(|letter| matches!(letter.is, '.' | '。'));
        if let Some((length, parting)) = alone.then(|| torn(&letters[at..], after_point)).flatten() {
            let run = &letters[at..at + length];
            let inside =
                run.iter().enumerate().filter(|(place, letter)| place % 2 == 0 || letter.is != parting);
            kept.extend(inside.map(|(_, letter)| Letter { odd: true, ..*letter }));
            at += length;
        } else {
            kept.push(letters[at]);
            at += 1;
        }
    }
    kept
}

/// Length of a run of single letters with one parting sign between, at least four of them, and that sign.
fn torn(letters: &[Letter], after_point: bool) -> Option<(usize, char)> {
    let parting = letters.get(1)?.is;
    if !letters[0].is.is_ascii_alphabetic() || !matches!(parting, ' ' | '.' | '-' | '_' | '*' | '/' | '·') {
        return None;
    }
    let single = |c: char| c.is_ascii_alphabetic() || parting == ' ' && matches!(c, '.' | '@' | ':');
    let mut length = 1;
    while letters.get(length).is_some_and(|letter| letter.is == parting)
        && letters.get(length + 1).is_some_and(|letter| single(letter.is))
    {
        length += 2;
    }
    if letters.get(length).is_some_and(|letter| letter.is.is_ascii_alphanumeric()) {
        // The last one begins a longer word.
        length = length.saturating_sub(2);
    }
    (length >= if after_point { 3 } else { 7 }).then_some((length, parting))
}

/// Digits and other signs that stand for a letter; of several letters the first is likelier.
const SIGNS: [(char, char); 12] = [
    ('0', 'o'),
    ('1', 'i'),
    ('3', 'e'),
    ('4', 'a'),
    ('5', 's'),
    ('1', 'l'),
    ('!', 'i'),
    ('!', 'l'),
    ('@', 'a'),
    ('$', 's'),
    ('€', 'e'),
    ('+', 't'),
];

/// Names that are written in disguise to pass by a filter: `Wh@tsapp`, `Tele-gram`.
const NAMES: [&str; 8] =
    ["whatsapp", "telegram", "wechat", "paypal", "instagram", "facebook", "messenger", "trustpilot"];

/// Reads the names that are written with other signs for letters, or with one between them.
fn named(letters: &[Letter]) -> Vec<Letter> {
    let mut kept = Vec::with_capacity(letters.len());
    let mut at = 0;
    while at < letters.len() {
        let alone = at == 0 || !letters[at - 1].is.is_alphanumeric();
        let name = alone.then(|| NAMES.iter().find_map(|name| disguised(&letters[at..], name))).flatten();
        at += name.as_ref().map_or(1, |(length, _)| *length);
        match name {
            Some((_, read)) => kept.extend(read),
            None => kept.push(letters[at - 1]),
        }
    }
    kept
}

/// The letters of a name that stands here in disguise, and how many there are written.
fn disguised(letters: &[Letter], name: &str) -> Option<(usize, Vec<Letter>)> {
    let mut read = Vec::with_capacity(name.len());
    let (mut at, mut hides) = (0, false);
    for is in name.chars() {
        let parted =
            at > 0 && letters.get(at).is_some_and(|sign| matches!(sign.is, '-' | '.' | '*' | '_' | '·'));
        at += usize::from(parted);
        let letter = letters.get(at)?;
        let looks = SIGNS.contains(&(letter.is, is));
        if letter.is != is && !looks {
            return None;
        }
        hides |= parted || looks;
        read.push(Letter { is, odd: true, ..*letter });
        at += 1;
    }
    let ends = letters.get(at).is_none_or(|letter| !letter.is.is_alphanumeric());
    (hides && ends).then_some((at, read))
}

/// Reads a letter O that stands for a zero in a group of figures beside another group of two or more: `O7 55 5O`.
fn read_zeros(letters: &mut [Letter], at: usize, length: usize) {
    let (before, rest) = letters.split_at_mut(at);
    let (group, after) = rest.split_at_mut(length);
    let figures = group.iter().filter(|letter| letter.is.is_ascii_digit()).count();
    let zeros = group.iter().filter(|letter| letter.is == 'o').count();
    if figures == 0 || zeros == 0 || zeros + figures < length {
        return;
    }
    let parting = |letter: &&Letter| matches!(letter.is, ' ' | '-' | '.' | '/' | '(' | ')');
    let is_group = |first: Option<&Letter>, second: Option<&Letter>| {
        [first, second].iter().all(|letter| letter.is_some_and(|letter| letter.is.is_ascii_digit()))
    };
    let mut before = before.iter().rev().skip_while(parting);
    let mut after = after.iter().skip_while(parting);
    if is_group(before.next(), before.next()) || is_group(after.next(), after.next()) {
        let zeros = group.iter_mut().filter(|letter| letter.is == 'o');
        zeros.for_each(|letter| (letter.is, letter.odd) = ('0', true));
    }
}

/// Reads digits that stand for letters within a word in small letters: `c0urt`, `r3galo`, and letters that stand for digits.
fn unmask(letters: &mut [Letter], original: &[char]) {
    let mut at = 0;
    while at < letters.len() {
        let length = letters[at..].iter().take_while(|letter| letter.is.is_ascii_alphanumeric()).count();
        read_zeros(letters, at, length);
        let word = &letters[at..at + length];
        let small = |letter: &Letter| original.get(letter.from as usize).is_some_and(|c| c.is_lowercase());
        let plain = word.iter().filter(|letter| small(letter)).count();
        let digits = word.iter().filter(|letter| letter.is.is_ascii_digit()).count();
        let inside = word.windows(2).all(|pair| !pair[0].is.is_ascii_digit() || small(&pair[1]));
        let ends = word.last().is_some_and(|letter| letter.is.is_ascii_digit());
        if (1..=2).contains(&digits) && plain >= 3 && inside && !ends {
            letters[at..at + length].iter_mut().for_each(read_digit);
        }
        at += length.max(1);
    }
}

fn read_digit(letter: &mut Letter) {
    if !letter.is.is_ascii_digit() {
        return;
    }
    if let Some((_, read)) = SIGNS.iter().find(|(sign, _)| *sign == letter.is) {
        (letter.is, letter.odd) = (*read, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_a_word_is_undone_and_its_place_is_kept() {
        for (written, read) in [
            ("ＰａｙＰａｌ", "paypal"),
            ("Pay\u{200b}Pal", "paypal"),
            ("P a y P a l", "paypal"),
            ("p-a-y-p-a-l", "paypal"),
            ("РауРаl", "paypal"),
            ("Wh@ts-App", "whatsapp"),
            ("Tele-gram", "telegram"),
            ("O7 55 5O 18 62", "07 55 50 18 62"),
            ("P\u{336}a\u{336}y\u{336}Pal", "paypal"),
            ("w w w . s h o p . c o m", "www.shop.com"),
            ("shop•com", "shop.com"),
        ] {
            let folded = Folded::of(&format!("é: {written}!"), false);
            assert_eq!(folded.text, format!("e: {read}!"), "{written}");
            let place = folded.place(&(3..3 + read.len()));
            assert_eq!(place, 3..3 + written.chars().count(), "{written}");
            assert!(folded.is_odd(&(3..3 + read.len())), "{written}");
        }
    }

    #[test]
    fn what_only_resembles_a_name_in_disguise_stays_as_it_is() {
        for text in ["tele-gramm", "pay-pall", "info@shop.example", "o2 and 30 ml", "co2 30 g", "whatsapp"] {
            let folded = Folded::of(text, false);
            assert_eq!(folded.text, text);
            assert!(!folded.is_odd(&(0..text.len())), "{text}");
        }
    }

    #[test]
    fn letters_of_our_languages_lose_only_their_accents() {
        assert_eq!(Folded::of("Größe, cœur, señor", false).text, "grosse, coeur, senor");
        assert_eq!(Folded::of("ガがｶﾞ 評価", false).text, "ガがガ 評価".replace(' ', ""));
        assert_eq!(Folded::of("微 信，退貨", true).text, "微信,退货");
        assert_eq!(Folded::of("加微❤️：abc，爱❤", true).text, "加微信:abc,爱❤");
        assert_eq!(Folded::of("my-shop . c o m", false).text, "my-shop . com");
    }

    #[test]
    fn digits_of_every_script_are_the_same_digits() {
        for digits in ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９"]
        {
            assert_eq!(Folded::of(digits, false).text, "0123456789", "{digits}");
        }
    }
}
