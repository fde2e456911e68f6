//! Reading a template file with every mistake in it: place, what is wrong, what was probably meant.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::head::{self, hint};
use super::tag::{Tag, blocks, tags, unquoted};
use super::{Form, Library, Origin, Template, Variable, fill};
use crate::domain::case::Language;
use crate::mistake::{Mistake, Notes};
use crate::safe_text::is_unseen;

/// A file beyond this, in characters, is no reply.
pub const LONGEST: usize = 20_000;

/// Filters worth naming where one is misspelt, each with what comes out, English and Chinese; others of minijinja's work as
/// well.
pub const FILTERS: &[(&str, [&str; 2])] = &[
    ("upper", ["in capitals", "全部大写"]),
    ("lower", ["in small letters", "全部小写"]),
    ("title", ["a capital at each word", "各词首字母大写"]),
    ("capitalize", ["a capital at the start", "首字母大写"]),
    ("trim", ["without blanks around it", "去掉首尾空格"]),
    ("replace", ["other words: replace(\"a\", \"b\")", "替换：replace(\"a\", \"b\")"]),
    ("default", ["where it is not known: default(\"it\")", "未知时改用：default(\"it\")"]),
    ("length", ["how many letters", "字数"]),
    ("first", ["the first letter", "第一个字"]),
    ("last", ["the last letter", "最后一个字"]),
    ("join", ["several as one", "合并"]),
    ("split", ["in pieces: split(\",\")", "拆分：split(\",\")"]),
    ("lines", ["line by line", "按行拆分"]),
    ("indent", ["its lines moved in", "缩进"]),
    ("round", ["rounded", "四舍五入"]),
    ("int", ["as a whole number", "取整"]),
    ("list", ["as a list", "转为列表"]),
    ("sort", ["in order", "排序"]),
    ("reverse", ["backwards", "倒序"]),
    ("unique", ["each once", "去重"]),
    ("safe", ["as it is", "原样"]),
];
/// The same for tests.
const TESTS: &[&str] = &[
    "defined",
    "undefined",
    "none",
    "true",
    "false",
    "number",
    "string",
    "startingwith",
    "endingwith",
    "containing",
    "in",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "odd",
    "even",
];

/// Line ends made equal, the mark of the encoding left out: what lines and columns of a [`Mistake`] count in.
#[must_use]
pub fn plain(source: &str) -> String {
    source.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n")
}

/// Reads a file and finds every mistake.
pub(super) fn read(lang: Language, name: &str, source: &str, form: Form) -> Result<Template, Vec<Mistake>> {
    let source = plain(source);
    let situations = Library::situations();
    let (template, mut found) = parts(lang, name, &source, form, &situations);
    let Some(template) = template else { return Err(found) };
    let mut notes = Notes::on(&source);
    let body_at = head::parts(&source).map_or(0, |parts| parts.body_at);
    if source.chars().count() > LONGEST {
        notes.note(
            0,
            format!("longer than {LONGEST} characters: no reply is that long"),
            format!("超过 {LONGEST} 个字符，回复不会这么长"),
        );
    }
    let unseen = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t') || is_unseen(letter);
    for (at, letter) in source.char_indices().filter(|(_, letter)| unseen(*letter)) {
        let code = u32::from(letter);
        let (en, zh) = ("a character that nobody sees stands here; remove it", "此处有不可见字符，请删除");
        notes.note(at, format!("{en} (U+{code:04X})"), format!("{zh}（U+{code:04X}）"));
    }
    check_body(&template, &source, body_at, &mut notes);
    found.extend(notes.all());
    if found.is_empty() {
        found.extend(dry(&template, &source, body_at));
    }
    found.sort_by_key(|mistake| (mistake.line, mistake.column));
    if found.is_empty() { Ok(template) } else { Err(found) }
}

/// Reads without looking into the text: enough for the templates that ship, which the tests check.
pub(super) fn trusted(lang: Language, name: &str, source: &str, form: Form) -> Option<Template> {
    let (template, found) = parts(lang, name, &plain(source), form, &[]);
    template.filter(|_| found.is_empty())
}

/// The template as far as head and shape make one, and the mistakes of both.
fn parts(
    lang: Language,
    name: &str,
    source: &str,
    form: Form,
    situations: &[&str],
) -> (Option<Template>, Vec<Mistake>) {
    let mut found = Vec::new();
    let Some(parts) = head::parts(source) else {
        let mut notes = Notes::on(source);
        notes.note(
            0,
            "the file begins with a head between two lines `+++`",
            "文件开头须有夹在两行 `+++` 之间的文件头",
        );
        return (None, notes.all());
    };
    let head = head::read(parts.head, name, form, situations, &mut found);
    let text = source[parts.body_at..].trim_matches('\n').to_owned();
    let (above, below) = match form {
        Form::Snippet => (text.clone(), String::new()),
        Form::Reply => halves(&text),
    };
    let template = Template {
        name: format!("{}/{name}", lang.word()),
        situation: head.situation.unwrap_or_else(|| name.to_owned()),
        lang,
        title: head.title,
        kinds: head.kinds,
        channels: head.channels,
        stages: head.stages,
        fulfilment: head.fulfilment,
        marketplaces: head.marketplaces,
        audience: head.audience,
        origin: Origin::Own,
        form,
        text,
        above,
        below,
    };
    (Some(template), found)
}

/// A line that is the place of the addition and nothing else.
fn is_place(line: &str) -> bool {
    line.replace([' ', '\t'], "") == "{{addition}}"
}

/// The text before and after the first line that is `{{ addition }}`.
fn halves(text: &str) -> (String, String) {
    let lines: Vec<_> = text.lines().collect();
    match lines.iter().position(|line| is_place(line)) {
        Some(place) => (lines[..place].join("\n"), lines[place + 1..].join("\n")),
        None => (text.to_owned(), String::new()),
    }
}

fn check_body(template: &Template, source: &str, body_at: usize, notes: &mut Notes<'_>) {
    let body = &source[body_at..];
    let mut places = Vec::new();
    let mut at = body_at;
    for line in body.split_inclusive('\n') {
        if is_place(line.trim_end_matches('\n')) {
            places.push(at);
        }
        at += line.len();
    }
    let end = body_at + body.trim_end().rfind('\n').map_or(0, |at| at + 1);
    if body.trim().is_empty() {
        notes.note(source.len(), "there is no text below the head", "文件头之后没有正文");
    }
    let mut faults = Notes::on(source);
    let tags = tags(body, body_at, &mut faults);
    blocks(&tags, places.first().copied(), &mut faults);
    let faults = faults.all();
    let is_whole = faults.is_empty();
    notes.take(faults);
    let misspelt = is_whole && compiled(template, source, body_at, notes) && words(template, &tags, notes);
    match (template.form, places.as_slice()) {
        (Form::Snippet, _) | (Form::Reply, [_]) => {}
        // A misspelt `addition` is named already.
        (Form::Reply, []) if misspelt => {}
        (Form::Reply, []) => notes.note(
            end,
            "your own words have no place: one line must be `{{ addition }}` and nothing else",
            "没有放置补充内容的位置：须有一行只写 `{{ addition }}`",
        ),
        (Form::Reply, [_, again, ..]) => notes.note(
            *again,
            "`{{ addition }}` stands here a second time; only one line may be it",
            "`{{ addition }}` 在此重复；只能有一行",
        ),
    }
}

/// Whether both halves are templates; what they are not is noted.
fn compiled(template: &Template, source: &str, body_at: usize, notes: &mut Notes<'_>) -> bool {
    let mut fits = true;
    for (half, from) in template.places(source, body_at) {
        let Err(error) = fill::names(half) else { continue };
        fits = false;
        let detail = error.detail().unwrap_or("this is no template");
        let at = from + place(half, error.line(), error.range());
        notes.note(at, detail, format!("模板语法有误：{detail}"));
    }
    fits
}

/// The byte of a text that an error speaks of.
fn place(text: &str, line: Option<usize>, range: Option<std::ops::Range<usize>>) -> usize {
    if let Some(range) = range.filter(|range| text.is_char_boundary(range.start)) {
        return range.start;
    }
    let lines = text.split_inclusive('\n').take(line.unwrap_or(1).saturating_sub(1));
    lines.map(str::len).sum::<usize>().min(text.len())
}

/// Notes unknown variables, filters and tests. Returns whether one of them may be a misspelt `addition`.
fn words(template: &Template, tags: &[Tag<'_>], notes: &mut Notes<'_>) -> bool {
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\p{L}_][\p{L}\p{N}_]*").ok());
    static USED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\|\s*([\p{L}_]\w*)|\bis\s+(?:not\s+)?([\p{L}_]\w*)").ok());
    let (Some(name), Some(used)) = (NAME.as_ref(), USED.as_ref()) else { return false };
    let unknown: Vec<String> = [&template.above, &template.below]
        .into_iter()
        .flat_map(|half| fill::names(half).unwrap_or_default())
        .filter(|name| Variable::parse(name).is_none())
        .collect();
    let known: Vec<&str> = Variable::ALL.iter().map(|known| known.name()).collect();
    let with_addition: Vec<&str> = known.iter().copied().chain(["addition"]).collect();
    let mut misspelt = false;
    for tag in tags {
        let inner = unquoted(tag.inner);
        for found in name.find_iter(&inner) {
            let word = found.as_str();
            let attribute = inner[..found.start()].trim_end().ends_with('.');
            if attribute || !unknown.iter().any(|unknown| unknown == word) {
                continue;
            }
            let at = tag.inner_at + found.start();
            if word == "addition" {
                misspelt = true;
                notes.note(
                    at,
                    "`{{ addition }}` stands alone on its line, once",
                    "`{{ addition }}` 须单独占一行，且只出现一次",
                );
                continue;
            }
            let [en, zh] = hint(word, if template.form == Form::Reply { &with_addition } else { &known });
            misspelt |= en.contains("`addition`");
            notes.note(
                at,
                format!("there is no variable `{word}`: {en}"),
                format!("没有变量 `{word}`：{zh}"),
            );
        }
        for found in used.captures_iter(&inner) {
            let (word, is_filter) = match (found.get(1), found.get(2)) {
                (Some(word), _) => (word, true),
                (_, Some(word)) => (word, false),
                _ => continue,
            };
            let (kind, of, all) = if is_filter {
                ("filter", "过滤器", FILTERS.iter().map(|(name, _)| *name).collect())
            } else {
                ("test", "判断", TESTS.to_vec())
            };
            if !fill::knows(word.as_str(), is_filter) {
                let (word, [en, zh]) = (word.as_str(), hint(word.as_str(), &all));
                let at =
                    tag.inner_at + found.get(if is_filter { 1 } else { 2 }).map_or(0, |word| word.start());
                notes.note(
                    at,
                    format!("there is no {kind} `{word}`: {en}"),
                    format!("没有{of} `{word}`：{zh}"),
                );
            }
        }
    }
    misspelt
}

/// Renders with every value and with none that can be done without: the first fault of either.
fn dry(template: &Template, source: &str, body_at: usize) -> Option<Mistake> {
    let all: BTreeMap<String, String> =
        Variable::ALL.iter().map(|value| (value.name().to_owned(), value.example().to_owned())).collect();
    for values in [all, BTreeMap::new()] {
        for (half, from) in template.places(source, body_at) {
            if let Some(fill::Fault { line, range, detail }) = fill::fault_of(half, &values) {
                let mut notes = Notes::on(source);
                let at = from + place(half, line, range);
                notes.note(at, format!("it cannot be filled: {detail}"), format!("无法生成：{detail}"));
                return notes.all().pop();
            }
        }
    }
    None
}

impl Template {
    /// Each half with the byte of the source at which it begins.
    fn places(&self, source: &str, body_at: usize) -> [(&str, usize); 2] {
        let body = &source[body_at..];
        let from = body_at + body.len() - body.trim_start_matches('\n').len();
        [(&self.above, from), (&self.below, from + self.text.len() - self.below.len())]
    }
}

#[cfg(test)]
mod tests;
