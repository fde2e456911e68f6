//! Reading `carriers.toml`: ours whole, the operator's over it, every mistake with its place.

use regex::{Regex, RegexBuilder};

use super::check::{self, Check};
use super::format::{Carrier, Fit, Format};
use super::{Carriers, key, plain};
use crate::domain::marketplace::Marketplace;
use crate::mistake::{Found, Mistake, Notes, Section, nearest};

const CARRIER: &[&str] = &["name", "aliases", "url", "post_of", "format", "off"];
const FORMAT: &[&str] = &[
    "shape",
    "check",
    "with",
    "unless",
    "in_front",
    "written",
    "looks_like",
    "alone",
    "last",
    "first",
    "examples",
];

impl Carriers {
    /// These carriers with those of a file over them: a carrier of a known name takes over what the file says and adds its
    /// formats, any other is new.
    ///
    /// # Errors
    /// Every mistake in `text`.
    pub fn with(mut self, text: &str) -> Result<Self, Vec<Mistake>> {
        let mut notes = Notes::on(text);
        if let Some(table) = notes.parse() {
            let root = Section::root(&table);
            root.only(&["countries", "usual", "carrier"], &mut notes);
            if let Some(codes) = root.text("countries", &mut notes) {
                self.countries = codes.value.split_whitespace().map(ToOwned::to_owned).collect();
            }
            for section in root.sections("carrier", &mut notes) {
                self.take(&section, &mut notes);
            }
            if let Some(usual) = root.section("usual", &mut notes) {
                self.take_usual(&usual, &mut notes);
            }
        }
        let mistakes = notes.all();
        if mistakes.is_empty() { Ok(self) } else { Err(mistakes) }
    }

    fn take(&mut self, section: &Section<'_, '_>, notes: &mut Notes<'_>) {
        section.only(CARRIER, notes);
        let Some(name) = section.text("name", notes).filter(|name| !key(&name.value).is_empty()) else {
            notes.note(section.at, "this carrier has no `name`", "该承运商缺少 `name`");
            return;
        };
        let before = self.all.iter().position(|carrier| key(&carrier.name) == key(&name.value));
        if section.flag("off", notes) == Some(true) {
            match before {
                Some(at) => drop(self.all.remove(at)),
                None => self.note_unknown(&name, notes),
            }
            return;
        }
        let at = before.unwrap_or_else(|| {
            let name = name.value.trim().to_owned();
            let (aliases, post_of, formats) = (Vec::new(), Vec::new(), Vec::new());
            self.all.push(Carrier { name, aliases, url: None, post_of, formats });
            self.all.len() - 1
        });
        let url = section.text("url", notes).filter(|url| is_page(url, notes));
        let aliases = section.texts("aliases", notes).unwrap_or_default();
        let posts = section.texts("post_of", notes);
        for post in posts.iter().flatten().filter(|post| !self.countries.contains(&post.value)) {
            let code = &post.value;
            notes.note(post.at, format!("`{code}` is no country code"), format!("`{code}` 不是国家代码"));
        }
        let formats: Vec<Format> = section
            .sections("format", notes)
            .iter()
            .filter_map(|format| read(format, &self.countries, notes))
            .collect();
        let carrier = &mut self.all[at];
        carrier.aliases.extend(aliases.into_iter().map(|alias| alias.value));
        carrier.formats.extend(formats);
        if let Some(url) = url {
            carrier.url = Some(url.value);
        }
        if let Some(posts) = posts {
            carrier.post_of = posts.into_iter().map(|post| post.value).collect();
        }
    }

    fn take_usual(&mut self, section: &Section<'_, '_>, notes: &mut Notes<'_>) {
        let codes: Vec<&str> = Marketplace::ALL.iter().map(|site| site.code()).collect();
        section.only(&codes, notes);
        for site in Marketplace::ALL {
            let Some(said) = section.texts(site.code(), notes) else { continue };
            let mut names = Vec::new();
            for name in said {
                match self.all.iter().find(|carrier| key(&carrier.name) == key(&name.value)) {
                    Some(carrier) => names.push(carrier.name.clone()),
                    None => self.note_unknown(&name, notes),
                }
            }
            self.usual.retain(|(of, _)| of != site);
            self.usual.push((*site, names));
        }
    }

    fn note_unknown(&self, name: &Found<String>, notes: &mut Notes<'_>) {
        let said = &name.value;
        let known: Vec<&str> = self.all.iter().map(|carrier| carrier.name.as_str()).collect();
        let [en, zh] = nearest(said, &known).map_or_else(Default::default, |near| {
            [format!(": did you mean `{near}`?"), format!("：是否想写 `{near}`？")]
        });
        notes.note(name.at, format!("there is no carrier `{said}`{en}"), format!("没有承运商 `{said}`{zh}"));
    }
}

/// Whether it is a page that can hold a number; noted where not.
fn is_page(url: &Found<String>, notes: &mut Notes<'_>) -> bool {
    let text = &url.value;
    let fits = text.starts_with("https://")
        && text.contains("{number}")
        && text.bytes().all(|sign| sign.is_ascii_graphic());
    if !fits {
        notes.note(
            url.at,
            "`url` is a page like https://carrier.example/track/{number}",
            "`url` 应为网址，如 https://carrier.example/track/{number}",
        );
    }
    fits
}

/// Reads a format; `None` where something in it is wrong, which is noted.
fn read(section: &Section<'_, '_>, countries: &[String], notes: &mut Notes<'_>) -> Option<Format> {
    section.only(FORMAT, notes);
    let Some(shape) = section.text("shape", notes) else {
        notes.note(section.at, "this format has no `shape`", "该格式缺少 `shape`");
        return None;
    };
    let with = other(section, "with", notes)?;
    let unless = other(section, "unless", notes)?;
    let check = match section.text("check", notes) {
        Some(check) => Some(read_check(&check, notes)?),
        None => None,
    };
    let pattern = expression(&shape, "shape", &format!("^(?:{})$", shape.value), notes)?;
    let lacks = |group: &str| !pattern.capture_names().flatten().any(|name| name == group);
    if check.is_some() && (lacks("serial") || lacks("check")) {
        notes.note(
            shape.at,
            "a shape with a check needs the groups (?<serial>…) and (?<check>.)",
            "带校验的 `shape` 需要 (?<serial>…) 和 (?<check>.) 两个分组",
        );
        return None;
    }
    let mut flag = |name: &str| section.flag(name, notes).unwrap_or(false);
    let format = Format {
        looks_like: flag("looks_like"),
        alone: flag("alone"),
        last: flag("last"),
        first: flag("first"),
        in_front: section.text("in_front", notes).map(|text| text.value).unwrap_or_default(),
        written: section.text("written", notes).map(|text| text.value),
        shape: pattern,
        check,
        with,
        unless,
    };
    for example in section.texts("examples", notes).unwrap_or_default() {
        let fit = plain(&example.value).map_or(Fit::None, |plain| format.fit(&plain, countries).0);
        let whole = plain(&example.value);
        let lost =
            whole.as_ref().and_then(|whole| format.written(whole)).is_some_and(|said| plain(&said) != whole);
        let [en, zh] = match fit {
            _ if lost => ["is another number as `written`", "按 `written` 书写后变成了别的号码"],
            Fit::None => ["has not this shape", "不符合该格式"],
            Fit::Fails => ["has a wrong check digit", "校验位错误"],
            _ => continue,
        };
        let said = &example.value;
        notes.note(example.at, format!("the example `{said}` {en}"), format!("示例 `{said}` {zh}"));
    }
    Some(format)
}

fn read_check(check: &Found<String>, notes: &mut Notes<'_>) -> Option<Check> {
    let said = &check.value;
    let read = Check::parse(said);
    if read.is_none() {
        let [en, zh] = nearest(said, check::KNOWN).map_or_else(
            || {
                let known = check::KNOWN.join(", ");
                [format!("known are {known}"), format!("可用的有 {known}")]
            },
            |near| [format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")],
        );
        notes.note(check.at, format!("`{said}` is no check: {en}"), format!("`{said}` 不是有效的校验：{zh}"));
    }
    read
}

/// Another expression of the format, where it has one; the outer `None`: it is wrong, which is noted.
#[allow(clippy::option_option, reason = "whether there is one, and whether it is right")]
fn other(section: &Section<'_, '_>, name: &str, notes: &mut Notes<'_>) -> Option<Option<Regex>> {
    match section.text(name, notes) {
        Some(said) => expression(&said, name, &said.value, notes).map(Some),
        None => Some(None),
    }
}

fn expression(said: &Found<String>, name: &str, pattern: &str, notes: &mut Notes<'_>) -> Option<Regex> {
    match RegexBuilder::new(pattern).size_limit(1 << 18).build() {
        Ok(regex) => Some(regex),
        Err(error) => {
            let why = error.to_string();
            let why = why.lines().next_back().unwrap_or_default().trim_start_matches("error: ").to_owned();
            notes.note(
                said.at,
                format!("`{name}` is no regular expression: {why}"),
                format!("`{name}` 不是有效的正则表达式：{why}"),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tracking::Verdict;

    fn mistakes(text: &str) -> Vec<String> {
        let found = Carriers::shipped().clone().with(text).unwrap_err();
        found
            .iter()
            .map(|mistake| format!("{}:{}: {}", mistake.line, mistake.column, mistake.what[0]))
            .collect()
    }

    #[test]
    fn the_file_that_ships_is_read_whole_and_every_example_in_it_is_accepted() {
        let none = Carriers { all: Vec::new(), countries: Vec::new(), usual: Vec::new() };
        let read = none.with(include_str!("../../../assets/policy/carriers.toml")).unwrap();
        assert_eq!(read.countries.len(), 249);
        for (site, names) in &read.usual {
            assert!(names.iter().all(|name| read.knows(name)), "{site}");
        }
        assert!(read.all.len() > 50);
    }

    #[test]
    fn an_own_carrier_is_added_and_a_known_one_takes_over_what_is_said() {
        let text = "[usual]\nDE = [\"Hausbote\", \"UPS\"]\n\n[[carrier]]\nname = \"Hausbote\"\naliases = [\"HB\"]\n\
                    url = \"https://hausbote.example/{number}\"\n[[carrier.format]]\nshape = \"HB(?<serial>[0-9]{7})(?<check>[0-9])\"\n\
                    check = \"luhn\"\nexamples = [\"HB 1234567-4\"]\n\n[[carrier]]\nname = \"ups\"\nurl = \"https://ups.example/{number}\"\n\
                    [[carrier]]\nname = \"Yodel\"\noff = true\n";
        let own = Carriers::shipped().clone().with(text).unwrap();
        let judged = own.judge("hb12345674", None);
        assert_eq!((judged.verdict, judged.carriers), (Verdict::Valid, vec!["Hausbote".to_owned()]));
        assert_eq!(judged.url.as_deref(), Some("https://hausbote.example/HB12345674"));
        assert_eq!(own.judge("HB12345675", None).verdict, Verdict::Invalid);
        assert_eq!(
            own.judge("1Z5R89390357567127", None).url.as_deref(),
            Some("https://ups.example/1Z5R89390357567127")
        );
        assert!(own.knows("hb") && !own.knows("Yodel"));
        assert_eq!(own.judge("JD0002254405060992", None).verdict, Verdict::Unknown);
    }

    #[test]
    fn every_mistake_is_named_with_its_place() {
        let text = "[usual]\nDE = [\"DHL Pakett\"]\nXX = []\n\n[[carrier]]\nurl = \"https://a/{number}\"\n\n[[carrier]]\nname = \"A\"\n\
                    url = \"http://a/\"\npost_of = [\"ZZ\"]\naliasses = []\n[[carrier.format]]\nshape = \"(\"\n[[carrier.format]]\n\
                    shape = \"[0-9]{9}\"\ncheck = \"luhn\"\n[[carrier.format]]\nshape = \"A(?<serial>[0-9]+)(?<check>[0-9])\"\ncheck = \"luhm\"\n\
                    [[carrier.format]]\nshape = \"B(?<serial>[0-9]+)(?<check>[0-9])\"\ncheck = \"luhn\"\nexamples = [\"B18\", \"B19\", \"C1\"]\n\
                    [[carrier]]\nname = \"UPSS\"\noff = true\n[[carrier.format]]\n";
        let found = mistakes(text);
        let expected = [
            "2:7: there is no carrier `DHL Pakett`: did you mean `DHL Paket`?",
            "3:1: unknown key `XX`",
            "5:1: this carrier has no `name`",
            "10:7: `url` is a page like https://",
            "11:12: `ZZ` is no country code",
            "12:1: unknown key `aliasses`: did you mean `aliases`?",
            "14:9: `shape` is no regular expression: unclosed group",
            "16:9: a shape with a check needs the groups",
            "20:9: `luhm` is no check: did you mean `luhn`?",
            "24:20: the example `B19` has a wrong check digit",
            "24:27: the example `C1` has not this shape",
            "26:8: there is no carrier `UPSS`: did you mean `UPS`?",
        ];
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found}\n{expected}");
        }
        assert!(mistakes("[[carrier]]\nname = \"A\"\naliases = [1]\n")[0].contains("list of texts"));
    }
}
