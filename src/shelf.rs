//! The operator's own templates and snippets in the config folder: read with every mistake named, written whole, each
//! with the draft of its next version beside it.
//!
//! `templates/de/not-received-lost.txt` takes the place of the template of that name, any other name is a new one;
//! `snippets/de/thanks.txt` likewise. What is being edited lies in `….txt.draft` until it is saved.

mod disk;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::case::Language;
use crate::mistake::{Mistake, nearest};
use crate::problem::{Exit, Problem, io_words};
use crate::reply::template::{Form, Library, Template, plain};

pub use disk::{drop_draft, keep, remove, save};

/// A file beyond this is none of ours and is not read.
const MOST_BYTES: u64 = 1_000_000;
/// The longest name of a template, in characters.
const LONGEST_NAME: usize = 60;

/// Name of the folder of a form in the config folder.
#[must_use]
pub const fn folder_of(form: Form) -> &'static str {
    match form {
        Form::Reply => "templates",
        Form::Snippet => "snippets",
    }
}

/// An own template or snippet, addressed: `de/not-received-lost`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// A snippet rather than a template.
    pub snippet: bool,
    /// The language: its folder.
    pub lang: Language,
    /// The file name without its ending.
    pub name: String,
}

impl Address {
    /// Reads `de/not-received-lost` as somebody types it.
    ///
    /// # Errors
    /// What is wrong with it, and what would be right.
    pub fn parse(form: Form, typed: &str) -> Result<Self, Problem> {
        let typed = typed.trim().trim_end_matches(".txt");
        let refused = |en: String, zh: String| {
            Problem::new(
                Exit::Blocked,
                [en, zh],
                ["Write the language and a name, like de/lost-short", "请写语言和名称，如 de/lost-short"],
            )
        };
        let Some((lang, name)) = typed.split_once('/') else {
            return Err(refused(format!("`{typed}` names no language"), format!("`{typed}` 没有指明语言")));
        };
        let Some(lang) = Language::parse(&lang.trim().to_lowercase()) else {
            let known: Vec<&str> = Language::ALL.iter().map(|lang| lang.word()).collect();
            return Err(refused(
                format!("there is no language `{lang}`; there are {}", known.join(", ")),
                format!("没有语言 `{lang}`；可用的有 {}", known.join("、")),
            ));
        };
        let name: String = name.trim().chars().map(|c| if c == ' ' { '-' } else { c }).collect();
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if name.is_empty() || name.chars().count() > LONGEST_NAME || !name.chars().all(fits) {
            return Err(refused(
                format!("`{name}` is no name: letters, digits, - and _, at most {LONGEST_NAME}"),
                format!("`{name}` 不能作名称：只能用文字、数字、- 和 _，最多 {LONGEST_NAME} 个字符"),
            ));
        }
        Ok(Self { snippet: form == Form::Snippet, lang, name })
    }

    /// The address of a template in the library.
    #[must_use]
    pub fn of(template: &Template) -> Self {
        let name = template.name.split_once('/').map_or(template.name.as_str(), |(_, name)| name);
        Self { snippet: template.form == Form::Snippet, lang: template.lang, name: name.to_owned() }
    }

    /// A whole reply or a snippet.
    #[must_use]
    pub const fn form(&self) -> Form {
        if self.snippet { Form::Snippet } else { Form::Reply }
    }

    /// What a draft of a reply remembers: `de/not-received-lost`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.lang.word(), self.name)
    }

    /// The file in a config folder.
    #[must_use]
    pub fn path(&self, config: &Path) -> PathBuf {
        let name = format!("{}.txt", self.name);
        config.join(folder_of(self.form())).join(self.lang.word()).join(name)
    }

    fn draft_path(&self, config: &Path) -> PathBuf {
        let name = format!("{}.txt.draft", self.name);
        config.join(folder_of(self.form())).join(self.lang.word()).join(name)
    }

    /// Reads a text as the template of this address.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn read(&self, text: &str) -> Result<Template, Vec<Mistake>> {
        match self.form() {
            Form::Reply => Template::parse(self.lang, &self.name, text),
            Form::Snippet => Template::snippet(self.lang, &self.name, text),
        }
    }
}

/// One own file, or the draft of one that was never saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Which one.
    pub address: Address,
    /// The text that was saved; `None` while there is only a draft.
    pub text: Option<String>,
    /// What is wrong with the saved text. Such a file does not count.
    pub mistakes: Vec<Mistake>,
    /// What was typed since.
    pub draft: Option<String>,
    /// Another program changed the file after that.
    pub overtaken: bool,
}

impl Sheet {
    const fn new(address: Address) -> Self {
        Self { address, text: None, mistakes: Vec::new(), draft: None, overtaken: false }
    }

    /// Whether a draft differs from what was saved, else from what ships, by more than its line end.
    fn differs(&self, draft: &str) -> bool {
        let shipped = || Library::source(&self.address.full_name(), self.address.form());
        let there = self.text.as_deref().or_else(shipped);
        there.is_none_or(|there| there.trim_end_matches('\n') != draft.trim_end_matches('\n'))
    }
}

/// A file that could not be taken at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// Where it lies.
    pub path: PathBuf,
    /// Why not: English, Chinese.
    pub why: [String; 2],
}

/// Everything to choose from, and the own files behind it.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// The templates, own ones over those that ship.
    pub templates: Arc<Library>,
    /// The snippets.
    pub snippets: Arc<Library>,
    /// The own files, by address.
    pub sheets: Vec<Sheet>,
    /// Files that were left out.
    pub strays: Vec<Stray>,
}

impl Default for Shelf {
    fn default() -> Self {
        Self {
            templates: Arc::clone(Library::shipped()),
            snippets: Arc::clone(Library::snippets()),
            sheets: Vec::new(),
            strays: Vec::new(),
        }
    }
}

impl Shelf {
    /// Reads the own files of a config folder. A broken one is left out, which its sheet or a [`Stray`] says.
    #[must_use]
    pub fn read(config: &Path) -> Self {
        let (mut sheets, mut strays) = (Vec::new(), Vec::new());
        let mut own: [Vec<Template>; 2] = Default::default();
        for form in [Form::Reply, Form::Snippet] {
            for (mut sheet, template) in read_form(config, form, &mut strays) {
                own[usize::from(form == Form::Snippet)].extend(template);
                sheet.draft = sheet.draft.take().filter(|draft| sheet.differs(draft));
                if sheet.text.is_some() || sheet.draft.is_some() {
                    sheets.push(sheet);
                }
            }
        }
        let [templates, snippets] = own;
        let over = |shipped: &'static Arc<Library>, own: Vec<Template>| {
            if own.is_empty() { Arc::clone(shipped) } else { Arc::new(shipped.with(own)) }
        };
        sheets.sort_by(|one, other| one.address.cmp(&other.address));
        Self {
            templates: over(Library::shipped(), templates),
            snippets: over(Library::snippets(), snippets),
            sheets,
            strays,
        }
    }

    /// The own file of an address.
    #[must_use]
    pub fn sheet(&self, address: &Address) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.address == *address)
    }

    /// A draft is on disk, or none is any more: whoever opens its address again goes on with it.
    pub fn note_draft(&mut self, address: &Address, text: Option<&str>) {
        let at = self.sheets.iter().position(|sheet| sheet.address == *address).unwrap_or_else(|| {
            self.sheets.push(Sheet::new(address.clone()));
            self.sheets.len() - 1
        });
        let sheet = &mut self.sheets[at];
        sheet.overtaken = false;
        sheet.draft = text.filter(|text| sheet.differs(text)).map(ToOwned::to_owned);
        self.sheets.retain(|sheet| sheet.text.is_some() || sheet.draft.is_some());
        self.sheets.sort_by(|one, other| one.address.cmp(&other.address));
    }

    /// What of the own files does not count, for the line of news: the first mistake, and how many files have one.
    #[must_use]
    pub fn problem(&self, config: &Path) -> Option<Problem> {
        let broken = self.sheets.iter().filter(|sheet| !sheet.mistakes.is_empty());
        let count = broken.clone().count() + self.strays.len();
        let more = match count.saturating_sub(1) {
            0 => Default::default(),
            more => [format!(" (+{more} files)"), format!("（另有{more}个文件）")],
        };
        let first = broken.clone().find_map(|sheet| {
            let mistake = sheet.mistakes.first()?;
            let (path, line, [en, zh]) = (sheet.address.path(config), mistake.line, &mistake.what);
            Some([
                format!("{}, line {line}: {en}", path.display()),
                format!("{}第 {line} 行：{zh}", path.display()),
            ])
        });
        let stray = || {
            let Stray { path, why: [en, zh] } = self.strays.first()?;
            Some([format!("{}: {en}", path.display()), format!("{}：{zh}", path.display())])
        };
        let [en, zh] = first.or_else(stray)?;
        Some(Problem::new(
            Exit::Failed,
            [format!("not used: {en}{}", more[0]), format!("未采用：{zh}{}", more[1])],
            [
                "Mend it in the list of templates (F11); `kesu config check` names every mistake",
                "请在模板列表（F11）中修正；`kesu config check` 会列出所有错误",
            ],
        ))
    }
}

type Read = (Sheet, Option<Template>);

/// The own files of one form in every language.
fn read_form(config: &Path, form: Form, strays: &mut Vec<Stray>) -> Vec<Read> {
    let mut read = Vec::new();
    for folder in entries(&config.join(folder_of(form)), strays) {
        let word = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if word.starts_with('.') {
            continue;
        }
        let Some(lang) = Language::parse(&word) else {
            strays.push(Stray { why: no_language(&word), path: folder });
            continue;
        };
        if !folder.is_dir() {
            strays.push(Stray { why: no_language(&word), path: folder });
            continue;
        }
        read.extend(read_folder(&folder, form, lang, strays));
    }
    read
}

fn no_language(word: &str) -> [String; 2] {
    let known: Vec<&str> = Language::ALL.iter().map(|lang| lang.word()).collect();
    let near = nearest(&word.to_lowercase(), &known).filter(|_| word.len() < 4);
    near.map_or_else(
        || {
            [
                format!("no folder of a language; there are {}", known.join(", ")),
                format!("不是语言文件夹；可用的有 {}", known.join("、")),
            ]
        },
        |near| {
            [
                format!("no folder of a language; did you mean `{near}`?"),
                format!("不是语言文件夹；是否想用 `{near}`？"),
            ]
        },
    )
}

fn read_folder(folder: &Path, form: Form, lang: Language, strays: &mut Vec<Stray>) -> Vec<Read> {
    let mut read: Vec<Read> = Vec::new();
    for path in entries(folder, strays) {
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (name, is_draft) = match (file.strip_suffix(".txt"), file.strip_suffix(".txt.draft")) {
            _ if file.starts_with('.') => continue,
            (Some(name), _) => (name, false),
            (_, Some(name)) => (name, true),
            // What an editor leaves beside a file.
            _ => continue,
        };
        let address = match Address::parse(form, &format!("{}/{name}", lang.word())) {
            Ok(address) => address,
            Err(problem) => {
                strays.push(Stray { path, why: problem.what });
                continue;
            }
        };
        let text = match text_of(&path) {
            Ok(text) => text,
            Err(why) => {
                strays.push(Stray { path, why });
                continue;
            }
        };
        let at = read.iter().position(|(sheet, _)| sheet.address == address).unwrap_or_else(|| {
            read.push((Sheet::new(address), None));
            read.len() - 1
        });
        let (sheet, template) = &mut read[at];
        if is_draft {
            sheet.draft = Some(text);
        } else {
            match sheet.address.read(&text) {
                Ok(found) => *template = Some(found),
                Err(mistakes) => sheet.mistakes = mistakes,
            }
            sheet.text = Some(text);
        }
    }
    let since = |path: &Path| fs::metadata(path).and_then(|there| there.modified()).ok();
    for (sheet, _) in read.iter_mut().filter(|(sheet, _)| sheet.draft.is_some()) {
        let file = |ending| folder.join(format!("{}{ending}", sheet.address.name));
        sheet.overtaken = since(&file(".txt")) > since(&file(".txt.draft"));
    }
    read
}

/// What lies in a folder, by name; nothing where there is none.
fn entries(folder: &Path, strays: &mut Vec<Stray>) -> Vec<PathBuf> {
    let found = match fs::read_dir(folder) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            strays.push(Stray { path: folder.to_owned(), why: io_words(&error) });
            return Vec::new();
        }
    };
    let mut paths: Vec<PathBuf> = found.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

/// What the own file of an address says now; `None` where there is none.
///
/// # Errors
/// There is one that cannot be read, and so nothing to replace it knowingly.
pub fn saved(config: &Path, address: &Address) -> Result<Option<String>, Problem> {
    let path = address.path(config);
    if !path.exists() {
        return Ok(None);
    }
    text_of(&path).map(Some).map_err(|[en, zh]| {
        let shown = path.display();
        Problem::new(
            Exit::Blocked,
            [format!("{shown}: {en}"), format!("{shown}：{zh}")],
            ["save it as UTF-8 there, or move it away", "请将其另存为 UTF-8，或移走该文件"],
        )
    })
}

/// The text of a file with equal line ends. A pipe or a device is not touched: reading it may never end.
fn text_of(path: &Path) -> Result<String, [String; 2]> {
    let there = fs::metadata(path).map_err(|error| io_words(&error))?;
    if !there.is_file() || there.len() > MOST_BYTES {
        return Err(["no file, or one of more than 1 MB".to_owned(), "不是文件，或超过 1 MB".to_owned()]);
    }
    fs::read_to_string(path).map(|text| plain(&text)).map_err(|error| io_words(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "+++\ntitle = [\"Mine\", \"我的\"]\n+++\nHello,\n\n{{ addition }}\n\nBye\n";

    fn address(name: &str) -> Address {
        Address::parse(Form::Reply, name).unwrap()
    }

    fn put(config: &Path, place: &str, text: impl AsRef<[u8]>) {
        let path = config.join(place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn an_own_template_takes_the_place_of_the_shipped_one_until_it_is_removed() {
        let config = tempfile::tempdir().unwrap();
        let (config, lost) = (config.path(), address("de/not-received-lost"));
        save(config, &lost, GOOD).unwrap();
        save(config, &address("de/mine"), GOOD).unwrap();
        let shelf = Shelf::read(config);
        assert_eq!(shelf.templates.get("de/not-received-lost").unwrap().title[1], "我的");
        assert_eq!(shelf.templates.all().len(), Library::shipped().all().len() + 1);
        assert_eq!(shelf.problem(config), None);
        remove(config, &lost).unwrap();
        let shelf = Shelf::read(config);
        assert_ne!(shelf.templates.get("de/not-received-lost").unwrap().title[1], "我的");
    }

    #[test]
    fn a_broken_file_is_named_and_the_shipped_one_goes_on_counting() {
        let config = tempfile::tempdir().unwrap();
        let config = config.path();
        put(config, "templates/de/not-received-lost.txt", GOOD.replace("Hello", "Hello {{ byer_name }}"));
        put(config, "templates/de/latin.txt", b"+++\n\xff");
        put(config, "templates/pl/x.txt", GOOD);
        put(config, "templates/de/notes.md", "mine");
        let shelf = Shelf::read(config);
        assert!(Arc::ptr_eq(&shelf.templates, Library::shipped()));
        let said = shelf.problem(config).unwrap().what;
        assert!(
            said[0].contains("not-received-lost.txt, line 4: there is no variable `byer_name`"),
            "{said:?}"
        );
        assert!(
            said[0].contains("did you mean `buyer_name`?") && said[0].ends_with("(+2 files)"),
            "{said:?}"
        );
        assert!(said[1].contains("第 4 行") && said[1].contains("另有2个文件"), "{said:?}");
        assert_eq!(shelf.strays.len(), 2);
    }

    #[test]
    fn a_draft_outlives_a_crash_and_is_gone_once_it_is_saved() {
        let config = tempfile::tempdir().unwrap();
        let (config, mine) = (config.path(), address("ja/新しい"));
        keep(config, &mine, "half", true).unwrap();
        let sheet = Shelf::read(config).sheet(&mine).cloned().unwrap();
        assert_eq!((sheet.text, sheet.draft.as_deref()), (None, Some("half")));
        save(config, &mine, GOOD).unwrap();
        let sheet = Shelf::read(config).sheet(&mine).cloned().unwrap();
        assert_eq!((sheet.text.as_deref(), sheet.draft), (Some(GOOD), None));
    }

    #[test]
    fn a_name_says_its_language_and_never_leaves_its_folder() {
        assert_eq!(address(" DE/lost short.txt ").full_name(), "de/lost-short");
        for typed in ["lost", "pl/lost", "de/", "de/../x", "de/a/b", "de/.x", "de/x\u{1b}", "de/a\nb"] {
            assert!(Address::parse(Form::Reply, typed).is_err(), "{typed:?}");
        }
        assert!(Address::parse(Form::Reply, &format!("de/{}", "x".repeat(61))).is_err());
    }

    #[test]
    fn a_pipe_in_the_folder_stops_nothing() {
        let config = tempfile::tempdir().unwrap();
        put(config.path(), "templates/de/a.txt", GOOD);
        let pipe = config.path().join("templates/de/b.txt");
        let kind = rustix::fs::FileType::Fifo;
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, kind, rustix::fs::Mode::from_raw_mode(0o600), 0).unwrap();
        let shelf = Shelf::read(config.path());
        assert!(shelf.templates.get("de/a").is_some() && shelf.strays.len() == 1);
    }

    #[test]
    fn saving_through_a_link_keeps_the_link() {
        let config = tempfile::tempdir().unwrap();
        let (config, mine) = (config.path(), address("de/mine"));
        put(config, "dotfiles/mine.txt", GOOD);
        fs::create_dir_all(mine.path(config).parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(config.join("dotfiles/mine.txt"), mine.path(config)).unwrap();
        save(config, &mine, &GOOD.replace("Bye", "Ciao")).unwrap();
        assert!(mine.path(config).is_symlink());
        assert!(fs::read_to_string(config.join("dotfiles/mine.txt")).unwrap().contains("Ciao"));
    }
}
