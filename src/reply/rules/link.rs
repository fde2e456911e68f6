//! Links, mail addresses and handles, however they are written (L01 to L04, L30 images apart, L38).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::{Note, Reading};
use crate::domain::Marketplace;

/// `assets/policy/rules/links.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hosts {
    /// Endings that make a bare name a link.
    endings: Vec<String>,
    /// Endings that are also words or file names: only in small letters, or after `www.`.
    wordlike: Vec<String>,
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

/// A scheme, `www.` or a name with an ending, and what hangs on it.
static LINK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let endings = [HOSTS.endings.as_slice(), HOSTS.wordlike.as_slice()].concat().join("|");
    regex(&format!(
        r"(?x)(?P<scheme>h(?:tt|xx)ps?\s?:\s?/\s?/\s?) (?P<full>[^\s<>\x22)\]]+)
        | (?-u:\b)(?P<www>www\s?\.\s?[a-z0-9][^\s<>\x22)\],]*)
        | (?-u:\b)(?P<bare>(?:[a-z0-9][a-z0-9-]*\.)+(?:{endings}))(?-u:\b)(?P<path>(?:/[^\s<>\x22)\],。]*)?)"
    ))
});

/// A name and an ending with a word, a bracket or a wide stop for the point between them.
static SPELT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let apart = |host: &String| {
        host.replace('.', r"\s?(?:\.|[\[({]?\s?(?:dot|punkt|point|punto|ponto|点|ドット)\s?[\])}]?)\s?")
    };
    let shorteners = HOSTS.shorteners.iter().map(apart).collect::<Vec<_>>().join("|");
    let far = "c[o0]m|net|[o0]rg|shop|store|info|biz|eu|online|io|co";
    let inner = [
        format!(r"[a-z0-9][a-z0-9-]+\s?[\[({{<]\s?(?:dot|punkt|point|punto|ponto|点|ドット|\.)\s?[\])}}>]\s?(?:{far}|cn|de|fr|it|es|jp|uk|at|ch)(?-u:\b)"),
        format!(r"(?-u:\b)[a-z0-9][a-z0-9-]+[\s-]+dot[\s-]+(?:{far}|de|fr|it|es|uk|us|cn|jp|ca|at|app|site|xyz|top)(?-u:\b)"),
        format!(r"(?-u:\b)[a-z0-9][a-z0-9-]+[\s-]+punkt[\s-]+(?:{far}|de|at|ch|fr|it)(?-u:\b)"),
        r"(?-u:\b)[a-z0-9][a-z0-9-]+[\s-]+point[\s-]+(?:com|net|org|fr|eu|shop|store|be|boutique)(?-u:\b)".to_owned(),
        r"(?-u:\b)[a-z0-9][a-z0-9-]+[\s-]+(?:punto|ponto)[\s-]+(?:net|org|it|eu|shop|store|mx|pt)(?-u:\b)".to_owned(),
        r"(?-u:\b)(?:dot|punkt|point|punto|ponto)[\s-]?c[o0]m(?-u:\b)".to_owned(),
        r"(?-u:\b)(?:puntoes|puntoit|puntonet|punktde|pointfr|dotnet|dotcouk|dotde)(?-u:\b)".to_owned(),
        r"(?-u:\b)[a-z0-9][a-z0-9-]+ punto es(?:\s*[.,;:!)\n]|\s*$| y | para | o | donde | en )".to_owned(),
        format!(r"[a-z0-9\p{{Han}}\p{{Katakana}}ー]\s?点\s?(?:{far}|cn|cc|top|vip|jp)(?-u:\b)"),
        r"[a-z0-9\p{Han}\p{Katakana}\p{Hiragana}ー]\s?(?:ドット|どっと)\s?(?:コム|ネット|ジェーピー|ジェイピー|シーオー|ショップ|ストア|オルグ|com|net|jp|co|org|shop|store)".to_owned(),
        r"[a-z0-9][a-z0-9-]+ ?。 ?(?:com|cn|net|jp|shop)(?-u:\b)".to_owned(),
        r"シーオーエム|シーオージェーピー|シーオードット|点[、,]?(?:そして|それから|次に|つぎに|続けて)(?:ネット|ジェーピー|com|net|jp|co)".to_owned(),
        format!(r"(?:[一个个加打英]点|小数点|英文句号)[,，、 ]{{0,2}}(?:然后|之后|后面|接着|再)?(?:加上|加|跟上|跟|接上|接|写上|写|是|输入|打)?\s?(?:{far}|cn|cc|top|vip|jp)(?-u:\b)"),
        r"(?-u:\b)[a-z0-9][a-z0-9-]+[\s-]+(?:dot|punkt|point|punto)[\s-]+(?:c o m|d e|f r|i t|n e t|e u|u k|c n|j p)(?-u:\b)".to_owned(),
        format!(r"(?-u:\b)(?:{shorteners})\s?/"),
        r"(?-u:\b)[a-z0-9][a-z0-9-]{2,}(?: \.| \. |\. |, ?)com(?-u:\b)".to_owned(),
    ];
    regex(&inner.join("|"))
});

static MAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let mail = HOSTS.mail.join("|");
    let at = r"(?:\s?@\s?|\s?[\[({<]\s?(?:at|a|arroba|chiocciola|arobase|@|艾特|アット|アットマーク)\s?[\])}>]\s?|\s?(?:艾特|圈a|アットマーク|アット)\s?|\s+(?:arroba|chiocciola|arobase|arobas|klammeraffe|at-zeichen)\s+)";
    let dot = r"(?:\s?\.\s?|\s?[\[({<]\s?(?:dot|punkt|point|punto|ponto|点|ドット|\.)\s?[\])}>]\s?|\s+(?:dot|punkt|point|punto|ponto)\s+|\s?(?:点|ドット)\s?)";
    let name = r"[a-z0-9][a-z0-9._%+-]*";
    let spelt = r"\s+(?:dot|punkt|point|punto|ponto)\s+";
    regex(&format!(
        r"{name}{at}[a-z0-9][a-z0-9-]*(?:{dot}(?:[a-z]{{2,}}|コム|ネット|ジェーピー))+|{name}{at}(?:{mail})(?-u:\b)|{name}\s+(?:at|a|bei)\s+[a-z0-9-]+{spelt}(?:com|net|org|info|shop|store|biz|eu|online|de|fr|it|es|uk|us|jp|cn|at|ch|io)(?-u:\b)"
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
            let Some(whole) = caught.get(0).map(|whole| whole.range()) else { continue };
            if inside(&whole, &mails) {
                continue;
            }
            let link = Link::of(reading, &caught, whole);
            if let Some(link) = link {
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
    host: String,
    /// `https`, `http`, or nothing where none is written.
    scheme: &'static str,
    is_amazon: bool,
    is_masked: bool,
}

impl Link {
    fn of(reading: &Reading<'_>, caught: &regex::Captures<'_>, whole: Range<usize>) -> Option<Self> {
        let text = reading.folded.text.as_str();
        let scheme = caught.name("scheme").map_or("", |scheme| scheme.as_str());
        let body = ["full", "www", "bare"].iter().find_map(|name| caught.name(name))?;
        if let Some(bare) = caught.name("bare") {
            let end = bare.end();
            let ending = bare.as_str().rsplit('.').next().unwrap_or_default();
            let label = bare.as_str().split('.').next().unwrap_or_default();
            let at = end - ending.len();
            let capital = reading.folded.written(at).is_some_and(char::is_uppercase);
            let shouted =
                bare.range().all(|byte| reading.folded.written(byte).is_none_or(|c| !c.is_lowercase()));
            let wordlike = HOSTS.wordlike.iter().any(|word| word == ending);
            let digits = bare.as_str().split('.').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
            // "angekommen.Es tut uns leid": a missing space, no link. Neither is what goes on as a file name or a word.
            let goes_on = text[end..].starts_with(['@', '_'])
                || text[end..].starts_with('.')
                    && text[end + 1..].starts_with(|c: char| c.is_ascii_alphanumeric());
            let listed = HOSTS.shorteners.iter().any(|host| host == bare.as_str());
            let short = !listed && (label.len() < 2 || wordlike && label.len() < 4);
            if digits || goes_on || short || capital && !shouted || before_is_joined(text, bare.start()) {
                return None;
            }
        }
        let host = body.as_str().split(['/', '?', '#', ':']).next().unwrap_or_default();
        let host: String = host.chars().filter(|c| !c.is_whitespace()).collect();
        let host = host.trim_end_matches(['.', ',', '。', '!', ';']).to_owned();
        let host = host.rsplit('@').next().unwrap_or_default().to_owned();
        let end =
            whole.start + text[whole.clone()].trim_end_matches(['.', ',', '。', '!', ';', ':', '\'']).len();
        let compact: String = scheme.split_whitespace().collect();
        Some(Self {
            scheme: ["https", "http"]
                .into_iter()
                .find(|known| compact.starts_with(known))
                .unwrap_or_default(),
            is_amazon: is_amazon(&host),
            is_masked: compact.starts_with("hxxp") || compact.len() != scheme.len(),
            place: whole.start..end,
            host,
        })
    }

    fn judge(&self, reading: &Reading<'_>, notes: &mut Vec<Note>) {
        let listed = |hosts: &[String]| hosts.iter().any(|host| is_below(&self.host, host));
        if self.scheme == "http" {
            notes.push(reading.note("L02", &self.place));
        }
        if self.is_amazon {
            return;
        }
        let carrier = listed(&HOSTS.carriers);
        notes.push(Note { softly: carrier && self.scheme == "https", ..reading.note("L01", &self.place) });
        if listed(&HOSTS.shorteners) || self.is_masked || !carrier && reading.folded.is_odd(&self.place) {
            notes.push(reading.note("L03", &self.place));
        }
        if listed(&HOSTS.messengers) {
            notes.push(reading.note("L05", &self.place));
        }
    }
}

/// A letter stands right before the name that the name cannot hold: `@`, `_`, a letter with an accent undone is none.
fn before_is_joined(text: &str, at: usize) -> bool {
    text[..at].ends_with(['@', '_', '/'])
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
    let Some(closing) = reading.said("closing").map(|place| place.end).max() else { return };
    let after = |place: &&Range<usize>| place.start >= closing && place.start - closing < 240;
    notes.extend(links.iter().chain(mails).filter(after).map(|place| reading.note("L38", place)));
    let named = reading.said("social").filter(|place| after(place));
    notes.extend(named.map(|place| reading.note("L38", place)));
}
