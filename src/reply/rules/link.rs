//! Links, mail addresses and handles, however they are written (L01 to L04, L30 images apart, L38).

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::{Note, Reading, field};
use crate::domain::Marketplace;
use crate::domain::case::Language;

/// `assets/policy/rules/links.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hosts {
    /// Endings that make a bare name a link.
    endings: Vec<String>,
    /// Endings that are also words or file names: only in small letters, or after `www.`.
    wordlike: Vec<String>,
    /// Endings that begin a sentence where the space before it is missing: not with a capital.
    opening: Vec<String>,
    /// Endings in letters that are written without spaces: only where no such letter follows.
    wide: Vec<String>,
    /// By language the endings that are words of it, so that `we are sorry.so we refund` is two sentences.
    words: BTreeMap<Language, Vec<String>>,
    /// Programs whose name ends in `.app`.
    programs: Vec<String>,
    /// Endings of files: a host before one is the name of a file.
    files: Vec<String>,
    /// Pages that only lead on to others.
    shorteners: Vec<String>,
    /// Messengers' own links.
    messengers: Vec<String>,
    /// Carriers whose https pages are only warned of.
    carriers: Vec<String>,
    /// Mail providers whose name after an `@` needs no ending.
    mail: Vec<String>,
}

static HOSTS: LazyLock<Hosts> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../assets/policy/rules/links.toml")).unwrap_or_default()
});

/// A regular expression of ours; the tests below use every one.
fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// A scheme, `www.` or a name with an ending, and what hangs on it. A label is in letters of any script; those written
/// without spaces are not mixed with others, since a sentence may stand right before a name.
static LINK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let parted = [HOSTS.endings.as_slice(), HOSTS.wordlike.as_slice()].concat().join("|");
    let wide = HOSTS.wide.join("|");
    let letter = r"[\p{L}\p{N}--[\p{Han}\p{Hiragana}\p{Katakana}ー]]";
    let label = format!(r"(?:{letter}(?:{letter}|-)*|[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}ー]+)");
    regex(&format!(
        r"(?x)(?P<scheme>h(?:tt|xx)ps?\s?:\s?[/\\]\s?[/\\]\s?) (?P<full>[^\s<>\x22)\]]+)
        | (?-u:\b)(?P<www>www\s?\.\s?[\p{{L}}\p{{N}}][^\s<>\x22)\],]*)
        | (?P<bare>(?:{label}\.)+(?:(?P<parted>{parted})|(?P<wide>{wide})))
          (?:(?P<path>/[^\s<>\x22)\],。]*)|(?P<after>[^a-z0-9])|$)"
    ))
});

/// A name and an ending with a word, a bracket or a wide stop for the point between them.
static SPELT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let apart = |host: &String| {
        host.replace('.', r"\s?(?:\.|[\[({]?\s?(?:dot|punkt|point|punto|ponto|点|ドット)\s?[\])}]?)\s?")
    };
    let listed = HOSTS.shorteners.iter().chain(&HOSTS.messengers).map(apart).collect::<Vec<_>>().join("|");
    let far = "c ?[o0] ?m|net|[o0]rg|shop|store|info|biz|eu|online|io|co";
    let inner = [
        format!(r"[a-z0-9][a-z0-9-]+\s?[\[({{<]\s?(?:dot|punkt|point|punto|ponto|点|ドット|\.)\s?[\])}}>]\s?(?:{far}|cn|de|fr|it|es|jp|uk|at|ch)(?-u:\b)"),
        format!(r"(?-u:\b)[a-z0-9][a-z0-9-]+[\s-]+dot[\s-]+(?:{far}|de|fr|it|es|uk|us|cn|jp|ca|at|app|site|xyz|top)(?-u:\b)"),
        format!(r"(?-u:\b)[a-z0-9][a-z0-9-]+[\s-]+punkt[\s-]+(?:{far}|de|at|ch|fr|it)(?-u:\b)"),
        r"(?-u:\b)[a-z0-9][a-z0-9-]+[\s-]+point[\s-]+(?:com|net|org|fr|eu|shop|store|be|boutique)(?-u:\b)".to_owned(),
        r"(?-u:\b)[a-z0-9][a-z0-9-]+[\s-]+(?:punto|ponto)[\s-]+(?:net|org|it|eu|shop|store|mx|pt)(?-u:\b)".to_owned(),
        r"(?-u:\b)(?:dot|punkt|point|punto|ponto)[\s-]?c[o0]m(?-u:\b)".to_owned(),
        // `lumina punto me barra guida`: what follows the point of a name goes on behind a slash in words.
        r"(?-u:\b)[a-z0-9][a-z0-9-]+[\s-]+(?:dot|punkt|point|punto|ponto)[\s-]+[a-z]{2,6}[\s-]+(?:slash|schragstrich|barra|barre(?: oblique)?)(?-u:\b)".to_owned(),
        r"(?-u:\b)(?:puntoes|puntoit|puntonet|punktde|pointfr|dotnet|dotcouk|dotde)(?-u:\b)".to_owned(),
        r"(?-u:\b)[a-z0-9][a-z0-9-]+ punto es(?:\s*[.,;:!)\n]|\s*$| y | para | o | donde | en )".to_owned(),
        format!(r"[a-z0-9\p{{Han}}\p{{Katakana}}ー]\s?点\s?(?:{far}|cn|cc|top|vip|jp)(?-u:\b)"),
        format!(r"(?:\p{{Han}} ?|(?-u:\b)[a-z0-9-]+ )dian ?(?:{far}|cn)(?-u:\b)"),
        r"[a-z0-9\p{Han}\p{Katakana}\p{Hiragana}ー]」?[\s・]?(?:ドット|どっと)[\s・]?(?:コム|ネット|こむ|ねっと|じぇーぴー|じぇいぴー|しーおー|ジェーピー|ジェイピー|シーオー|ショップ|ストア|オルグ|com|net|jp|co|org|shop|store)".to_owned(),
        r"[a-z0-9][a-z0-9-]+ ?。 ?(?:com|cn|net|jp|shop)(?-u:\b)".to_owned(),
        r"シーオーエム|シーオージェーピー|シーオードット|点[、,]?(?:そして|それから|次に|つぎに|続けて)(?:ネット|ジェーピー|com|net|jp|co)".to_owned(),
        format!(r"(?:[一个个加打英]点|小数点|英文句号)[,，、 ]{{0,2}}(?:然后|之后|后面|接着|再)?(?:加上|加|跟上|跟|接上|接|写上|写|是|输入|打)?\s?(?:{far}|cn|cc|top|vip|jp)(?-u:\b)"),
        r"(?-u:\b)[a-z0-9][a-z0-9-]+[\s-]+(?:dot|punkt|point|punto)[\s-]+(?:c o m|d e|f r|i t|n e t|e u|u k|c n|j p)(?-u:\b)".to_owned(),
        format!(r"(?-u:\b)(?:{listed})\s?/"),
        format!(r"(?-u:\b)www\s+[a-z0-9-]+\s+(?:{far}|de|fr|it|es|uk|cn|jp)(?-u:\b)"),
        r"(?-u:\b)[a-z0-9][a-z0-9-]{2,}(?: \.| \. |\. |, ?)com(?-u:\b)".to_owned(),
    ];
    regex(&inner.join("|"))
});

static MAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let mail = HOSTS.mail.join("|");
    let at = r"(?:\s?@\s?|\s?[\[({<]\s?(?:at|a|arroba|chiocciola|arobase|klammeraffe|@|艾特|小老鼠|アット|アットマーク)\s?[\])}>]\s?|\s?(?:艾特|圈a|アットマーク|アット)\s?|\s+(?:arroba|chiocciola|arobase|arobas|klammeraffe|at-zeichen)\s+)";
    let dot = r"(?:\s?\.\s?|\s?[\[({<]\s?(?:dot|punkt|point|punto|ponto|点|ドット|\.)\s?[\])}>]\s?|\s+(?:dot|punkt|point|punto|ponto)\s+|\s?(?:点|ドット)\s?)";
    let name = r"[a-z0-9][a-z0-9._%+-]*";
    let spelt = r"\s+(?:dot|punkt|pkt|point|punto|ponto)\s+";
    regex(&format!(
        r"{name}{at}[a-z0-9][a-z0-9-]*(?:{dot}(?:[a-z]{{2,}}|コム|ネット|ジェーピー))+|{name}{at}(?:{mail})(?-u:\b)|{name}\s+(?:chez|presso|en)\s+(?:{mail}){spelt}[a-z]{{2,}}(?-u:\b)|{name}(?:\s+at\s+|_at_)(?:gmail|hotmail|yahoo|icloud|protonmail|foxmail|gmx)(?-u:\b)|{name}_at_[a-z0-9-]+_dot_[a-z]{{2,}}|{name}\s+(?:at|a|bei)\s+[a-z0-9-]+(?:\s+(?:dash|hyphen|minus|bindestrich|guion|tiret|trattino)\s+[a-z0-9-]+){{0,3}}{spelt}(?:com|net|org|info|shop|store|biz|eu|online|de|fr|it|es|uk|us|jp|cn|at|ch|io)(?-u:\b)"
    ))
});

static HANDLE: LazyLock<Option<Regex>> = LazyLock::new(|| regex(r"(?:^|[\s,;:(/|-])(@[a-z][a-z0-9_.]{2,})"));

/// Notes what leads away from Amazon.
pub(super) fn look(reading: &Reading<'_>, notes: &mut Vec<Note>) {
    let text = reading.folded.text.as_str();
    let mails: Vec<Range<usize>> = found(MAIL.as_ref(), text);
    notes.extend(mails.iter().map(|mail| reading.note("L04", mail)));
    let inside = |place: &Range<usize>, of: &[Range<usize>]| {
        of.iter().any(|mail| place.start < mail.end && mail.start < place.end)
    };
    let mut links = Vec::new();
    if text.contains('.') || text.contains("//") {
        for caught in LINK.iter().flat_map(|regex| regex.captures_iter(text)) {
            let link = Link::of(reading, &caught);
            // What is in an address is told with it, but a scheme makes a link of it.
            if let Some(link) = link.filter(|link| !link.scheme.is_empty() || !inside(&link.place, &mails)) {
                link.judge(reading, notes);
                if !link.is_amazon {
                    links.push(link.place);
                }
            }
        }
    }
    for spelt in found(SPELT.as_ref(), text) {
        if !inside(&spelt, &mails) && !inside(&spelt, &links) && is_spelt(reading, &spelt) {
            notes.push(reading.note("L03", &spelt));
            links.push(spelt);
        }
    }
    sign(reading, &mails, &links, notes);
}

fn found(regex: Option<&Regex>, text: &str) -> Vec<Range<usize>> {
    regex.into_iter().flat_map(|regex| regex.find_iter(text)).map(|found| found.range()).collect()
}

/// "your order. Com": a new sentence begins with a capital, an ending does not.
fn is_spelt(reading: &Reading<'_>, spelt: &Range<usize>) -> bool {
    let text = &reading.folded.text[spelt.clone()];
    let Some(comma) = text.rfind([',', '.', ' ']) else { return true };
    let name = text.split([' ', '.', ',']).next().unwrap_or_default();
    !text.starts_with("amazon")
        && name != "amazon"
        && reading
            .folded
            .written(spelt.start + comma + 1)
            .is_none_or(|c| !c.is_uppercase() || text.to_uppercase() == text)
}

/// A link with its host.
struct Link {
    place: Range<usize>,
    /// The host as it is written, in small letters.
    host: String,
    /// `https`, `http`, or nothing where none is written.
    scheme: &'static str,
    is_amazon: bool,
    /// It is made to look like something else.
    is_masked: bool,
}

impl Link {
    fn of(reading: &Reading<'_>, caught: &regex::Captures<'_>) -> Option<Self> {
        let text = reading.folded.text.as_str();
        let scheme = caught.name("scheme").map_or("", |scheme| scheme.as_str());
        let body = ["full", "www", "bare"].iter().find_map(|name| caught.name(name))?;
        if caught.name("bare").is_some() && !is_name(reading, caught, &body.range()) {
            return None;
        }
        let start = caught.get(0)?.start();
        let end = caught.name("path").map_or(body.end(), |path| path.end());
        let end = start + text[start..end].trim_end_matches(['.', ',', '。', '!', ';', ':', '\'']).len();
        let place = host(text, &body.range());
        let [read, written] = [text[place.clone()].to_owned(), as_written(reading, &place)]
            .map(|host| host.chars().filter(|c| !c.is_whitespace()).collect::<String>());
        let compact: String = scheme.split_whitespace().collect();
        let is_known = |host: &str| is_amazon(host) || is_listed(&HOSTS.carriers, host);
        Some(Self {
            scheme: ["https", "http"]
                .into_iter()
                .find(|known| compact.starts_with(known))
                .unwrap_or_default(),
            is_amazon: is_amazon(&written),
            is_masked: compact.starts_with("hxxp")
                || compact.len() != scheme.len()
                || is_known(&read) && !is_known(&written),
            place: start..end,
            host: if is_known(&read) { written } else { read },
        })
    }

    fn judge(&self, reading: &Reading<'_>, notes: &mut Vec<Note>) {
        if self.scheme == "http" {
            notes.push(reading.note("L02", &self.place));
        }
        if self.is_amazon {
            return;
        }
        let carrier = is_listed(&HOSTS.carriers, &self.host);
        notes.push(Note { softly: carrier && self.scheme == "https", ..reading.note("L01", &self.place) });
        let odd = !carrier && reading.folded.is_odd(&self.place);
        if is_listed(&HOSTS.shorteners, &self.host) || self.is_masked || odd {
            notes.push(reading.note("L03", &self.place));
        }
        if is_listed(&HOSTS.messengers, &self.host) {
            notes.push(reading.note("L05", &self.place));
        }
    }
}

/// Where the host of a link stands: behind a name and a password, before port and path. A browser reads `\` as `/`.
fn host(text: &str, body: &Range<usize>) -> Range<usize> {
    let whole = &text[body.clone()];
    let authority = whole.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let start = authority.rfind('@').map_or(0, |at| at + 1);
    let host = authority[start..].split(':').next().unwrap_or_default();
    let host = host.trim_end_matches(['.', ',', '。', '!', ';']);
    body.start + start..body.start + start + host.len()
}

/// What stands at a place as a browser reads it: wide letters are undone, look-alikes are not.
fn as_written(reading: &Reading<'_>, bytes: &Range<usize>) -> String {
    let letters = reading.folded.original.get(reading.folded.place(bytes)).unwrap_or_default();
    letters.iter().copied().nfkc().flat_map(char::to_lowercase).collect()
}

/// Whether a name with an ending is a host: not a number, a file, a model, nor two sentences without a space between.
fn is_name(reading: &Reading<'_>, caught: &regex::Captures<'_>, bare: &Range<usize>) -> bool {
    let text = reading.folded.text.as_str();
    let name = &text[bare.clone()];
    let after = &text[bare.end..];
    if is_listed(&HOSTS.shorteners, name) || is_listed(&HOSTS.messengers, name) {
        return true;
    }
    let label = name.split('.').next().unwrap_or_default();
    let written = |at: usize| reading.folded.written(at);
    if caught.name("wide").is_some() {
        return !after.starts_with(char::is_alphabetic);
    }
    let ending = caught.name("parted").map_or("", |ending| ending.as_str());
    let among = |list: &[String]| list.iter().any(|word| word == ending);
    let (wordlike, short) = (among(&HOSTS.wordlike), ending.len() <= 2);
    let digits = name.split('.').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if digits || label.is_ascii() && label.len() < 2 || wordlike && label.len() < 4 {
        return false;
    }
    if wordlike && !label.is_ascii() {
        return false;
    }
    let capital = written(bare.end - ending.len()).is_some_and(char::is_uppercase);
    let shouted = bare.clone().all(|byte| written(byte).is_none_or(|c| !c.is_lowercase()));
    // "angekommen.Es tut uns leid": a missing space. `KB-200.EU` is a model.
    let opens = capital && !shouted && (wordlike || short || among(&HOSTS.opening));
    let model = capital && short && label.bytes().any(|byte| byte.is_ascii_digit());
    // `agreement.com.pdf`, `app_store.app`, `AB.ch.200`: the name goes on.
    let next = after.strip_prefix('.').unwrap_or_default();
    let on: String = next.chars().take_while(char::is_ascii_alphanumeric).collect();
    let goes_on = on.starts_with(|c: char| c.is_ascii_digit())
        || HOSTS.files.contains(&on)
        || wordlike && !on.is_empty()
        || wordlike && after.strip_prefix('_').is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    // `USB3.0.in`: a version and a word.
    let last = name.rsplit('.').nth(1).unwrap_or_default();
    let version = short && last.len() <= 2 && last.bytes().all(|byte| byte.is_ascii_digit());
    let joined = wordlike
        && text[..bare.start].strip_suffix('_').is_some_and(|rest| rest.ends_with(char::is_alphanumeric));
    let program = ending == "app" && HOSTS.programs.iter().any(|program| program == label);
    !(opens
        || model
        || version
        || goes_on
        || joined
        || program
        || is_missing_space(reading, label, ending, after))
}

/// "we are sorry.so we refund": the ending is a word of the language, so is what stands before it, and the sentence goes on.
fn is_missing_space(reading: &Reading<'_>, label: &str, ending: &str, after: &str) -> bool {
    after.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_alphabetic))
        && reading.languages.iter().any(|language| {
            let words = HOSTS.words.get(language);
            words.is_some_and(|words| words.iter().any(|word| word == ending))
                && !field::fields(*language).touched(label).is_empty()
        })
}

fn is_listed(hosts: &[String], host: &str) -> bool {
    hosts.iter().any(|of| is_below(host, of))
}

fn is_below(host: &str, of: &str) -> bool {
    host == of || host.strip_suffix(of).is_some_and(|rest| rest.ends_with('.'))
}

/// One of Amazon's own hosts, by its exact domain.
fn is_amazon(host: &str) -> bool {
    let own = [
        "amazon.cn",
        "amazon.nl",
        "amazon.eu",
        "amazon.co.za",
        "amazonpay.com",
        "pay.amazon.com",
        "media-amazon.com",
    ];
    Marketplace::ALL.iter().map(|site| site.domain()).chain(own).any(|domain| is_below(host, domain))
}

/// Where the last lines begin that are no sentences: a name, a shop.
fn signature(text: &str) -> Option<usize> {
    let is_name =
        |line: &&str| line.chars().count() <= 60 && !line.ends_with(['.', '!', '?', '。', ':', ',']);
    let text = text.trim_end();
    let lines = text.rsplit('\n').take(5).map_while(|line| Some(line).filter(is_name));
    let bytes: usize = lines.map(|line| line.len() + 1).sum();
    text.len().checked_sub(bytes).map(|start| start + 1).filter(|_| bytes > 0)
}

/// Handles anywhere, and what follows a closing: a signature carries neither site nor address.
fn sign(reading: &Reading<'_>, mails: &[Range<usize>], links: &[Range<usize>], notes: &mut Vec<Note>) {
    let text = reading.folded.text.as_str();
    for caught in HANDLE.iter().flat_map(|regex| regex.captures_iter(text)).filter_map(|caught| caught.get(1))
    {
        let place = caught.range();
        if !mails.iter().any(|mail| mail.start < place.end && place.start < mail.end) {
            notes.push(reading.note("L38", &place));
        }
    }
    let said = reading.said("closing").map(|place| place.end).max();
    let Some(closing) = said.into_iter().chain(signature(text)).max() else { return };
    let after = |place: &&Range<usize>| place.start >= closing && place.start - closing < 240;
    notes.extend(links.iter().chain(mails).filter(after).map(|place| reading.note("L38", place)));
    let named = reading.said("social").filter(|place| after(place));
    notes.extend(named.map(|place| reading.note("L38", place)));
}
