//! Writing a reply: template + addition, the whole of it previewed; a draft that is on disk within a second.

pub mod compare;
pub mod findings;
pub mod quote;
pub mod replies;
pub mod values;
mod view;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::CaseId;
use crate::domain::case::Language;
use crate::domain::learned::Learned;
use crate::domain::view::{CaseFile, ReplyDraft};
use crate::i18n::Lang;
use crate::reply::limits::{Limit, limit};
use crate::reply::review::facts;
use crate::reply::rules::Facts;
use crate::reply::template::{Fit, Form, Ground, Library, Seller, Template, Unfilled, parts, reply, values};
use crate::tui::draft::Draft;
use crate::tui::editor::{Editor, Figures, Stroke, as_written, typeable};
use crate::tui::screens::picker::Templates;
use compare::Compare;
use findings::Review;
use quote::Quote;

pub use values::{Ask, view_ask};
pub use view::{settle, view, view_find};

/// State of the compose screen.
#[derive(Debug)]
pub struct Compose {
    /// The case that is answered.
    pub file: Box<CaseFile>,
    template: Option<Arc<Template>>,
    /// A template that the draft names and the library lacks.
    lost: Option<(String, Option<Language>)>,
    values: BTreeMap<String, String>,
    typed: BTreeMap<String, String>,
    area: Editor,
    /// The template's words above the addition and below it.
    around: [Figures; 2],
    /// What the store has of it.
    kept: Draft<ReplyDraft>,
    seller: Seller,
    /// The text that was copied last.
    pub copied: Option<String>,
    /// First line of the whole reply on screen.
    scroll: usize,
    /// First line of the buyer's words on screen.
    buyer_scroll: usize,
    /// Rises whenever the template or its values may have changed.
    filled: u64,
    /// What the case tells the rules.
    facts: Facts,
    /// What they object to.
    review: Review,
    /// The rules that were overruled last, and the fingerprint of the reply.
    overruled: Option<(String, Vec<String>)>,
}

impl Compose {
    /// Opens the reply of a case with its draft, if there is one.
    #[must_use]
    pub fn new(file: Box<CaseFile>, seller: Seller, library: &Library, now: Timestamp) -> Self {
        let draft = file.draft.clone().unwrap_or_default();
        let mut compose = Self {
            template: None,
            lost: draft.template.clone().map(|name| (name, draft.lang)),
            values: BTreeMap::new(),
            typed: draft.values.clone(),
            area: Editor::new(&draft.addition),
            around: [Figures::default(); 2],
            kept: Draft::new(draft),
            copied: None,
            seller,
            scroll: 0,
            buyer_scroll: 0,
            filled: 0,
            facts: Facts::default(),
            review: Review::default(),
            overruled: None,
            file,
        };
        compose.use_library(library, now);
        compose
    }

    /// Takes in the templates as they are now: one that was edited meanwhile is used as it is written now.
    pub fn use_library(&mut self, library: &Library, now: Timestamp) {
        let named = self.template.take().map(|template| (template.name.clone(), Some(template.lang)));
        self.lost = named.or(self.lost.take());
        self.template = self.lost.as_ref().and_then(|(name, _)| library.get(name).cloned());
        if self.template.is_some() {
            self.lost = None;
        }
        self.fill(now);
    }

    /// The template in use.
    #[must_use]
    pub fn template(&self) -> Option<&Arc<Template>> {
        self.template.as_ref()
    }

    /// The case.
    #[must_use]
    pub fn case(&self) -> CaseId {
        self.file.summary.id
    }

    /// The language of the reply: the template's, else the buyer's, else the site's.
    #[must_use]
    pub fn language(&self) -> Language {
        self.template.as_ref().map_or_else(|| buyer_language(&self.file), |template| template.lang)
    }

    /// Takes in the case as it is now (an offer was booked: its amount fills the template).
    pub fn update(&mut self, file: Box<CaseFile>, now: Timestamp) {
        self.file = file;
        self.fill(now);
    }

    /// Takes in what is known of the seller.
    pub fn name_seller(&mut self, seller: Seller, now: Timestamp) {
        self.seller = seller;
        self.fill(now);
    }

    fn fill(&mut self, now: Timestamp) {
        self.filled += 1;
        let audience = self.template.as_ref().map(|template| template.audience);
        self.facts = facts(&self.file, self.language(), audience, &self.seller);
        self.values = values(&self.file, self.language(), &self.seller, now);
        self.values.extend(self.ground(now).all(&self.typed));
        let shown = self.with_examples(now);
        let [above, _, below] = parts(self.template.as_deref(), &shown, "").unwrap_or_default();
        self.around = [Figures::of(&above), Figures::of(&below)];
    }

    /// The values, a missing one as its example.
    fn with_examples(&self, now: Timestamp) -> BTreeMap<String, String> {
        let ground = self.ground(now);
        let mut shown = self.values.clone();
        for missing in self.missing() {
            shown.insert(missing.name().to_owned(), ground.example(missing));
        }
        shown
    }

    /// The picker for this case, over templates (in the buyer's language first) or snippets (in the reply's).
    #[must_use]
    pub fn picker(
        &self,
        form: Form,
        library: Arc<Library>,
        learned: Arc<Learned>,
        now: Timestamp,
    ) -> Templates {
        let lang = if form == Form::Snippet { self.language() } else { buyer_language(&self.file) };
        let known = Language::ALL.iter().map(|lang| (*lang, values(&self.file, *lang, &self.seller, now)));
        Templates::new(form, library, learned, Fit::of(&self.file, lang), known.collect())
    }

    /// A snippet with what the case knows and what was typed.
    ///
    /// # Errors
    /// [`Unfilled`] while it lacks a value.
    pub fn fill_snippet(&self, snippet: &Template, now: Timestamp) -> Result<String, Unfilled> {
        let mut known = values(&self.file, snippet.lang, &self.seller, now);
        known.extend(Ground::of(&self.file, snippet.lang, now).all(&self.typed));
        snippet.fill(&known)
    }

    /// Puts a text at the caret, with a blank before it where it follows a word: several stack up to one paragraph.
    pub fn insert(&mut self, text: &str, now: Timestamp) {
        let caret = self.area.caret();
        let line = self.area.lines().get(caret.line).and_then(|line| line.get(..caret.at));
        let before = line.and_then(|line| line.chars().next_back());
        let joins = |letter: char| !letter.is_whitespace() && letter.is_ascii() | letter.is_alphanumeric();
        let spaced = !matches!(self.language(), Language::Ja | Language::Zh);
        let blank = if spaced && before.is_some_and(joins) { " " } else { "" };
        self.paste(&format!("{blank}{text}"), now);
    }

    /// Uses a template; what was typed stays.
    pub fn use_template(&mut self, template: Arc<Template>, now: Timestamp) {
        self.template = Some(template);
        self.lost = None;
        self.scroll = 0;
        self.fill(now);
        self.changed(now);
    }

    /// What the operator typed.
    #[must_use]
    pub fn addition(&self) -> String {
        self.area.text()
    }

    /// Words, characters and cells of the whole reply; a missing value counts as its example.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let [above, below] = self.around;
        let parts = [above, self.area.figures(), below];
        let written = parts.iter().filter(|part| part.letters > 0).count();
        let sum = parts.into_iter().fold(Figures::default(), |sum, part| sum + part);
        // A blank line stands between two of them.
        Figures { letters: sum.letters + 2 * written.saturating_sub(1), ..sum }
    }

    /// How long the reply may be, where that is documented.
    #[must_use]
    pub fn limit(&self) -> Option<&'static Limit> {
        limit(self.file.summary.channel, self.template.as_ref().map(|template| template.audience))
    }

    /// The template beside the reply; a missing value is its name in brackets.
    #[must_use]
    pub fn compare(&self, lang: Lang) -> Compare {
        let mut shown = self.values.clone();
        for missing in self.missing() {
            shown.insert(missing.name().to_owned(), format!("[{}]", missing.label()[lang as usize]));
        }
        let title = self.template.as_ref().map(|template| template.title.clone());
        let bare = reply(self.template.as_deref(), &shown, "").unwrap_or_default();
        let whole = reply(self.template.as_deref(), &shown, &self.addition()).unwrap_or_default();
        Compare::new(title, &bare, &whole)
    }

    /// The buyer's words to choose a quotation from; `None` where he wrote nothing.
    #[must_use]
    pub fn quote(&self) -> Option<Quote> {
        Quote::new(&self.file, self.language())
    }

    /// The whole reply.
    ///
    /// # Errors
    /// [`Unfilled`] while the template lacks a value.
    pub fn reply(&self) -> Result<String, Unfilled> {
        reply(self.template.as_deref(), &self.values, &self.addition())
    }

    /// What has to be kept.
    #[must_use]
    pub fn draft(&self) -> ReplyDraft {
        let (template, lang) = match (&self.template, &self.lost) {
            (Some(template), _) => (Some(template.name.clone()), Some(template.lang)),
            (None, Some((name, lang))) => (Some(name.clone()), *lang),
            (None, None) => (None, None),
        };
        let reads = self.template.as_ref().map(|template| template.audience);
        ReplyDraft { template, lang, addition: self.addition(), values: self.typed.clone(), reads }
    }

    /// A key for the text.
    pub fn key(&mut self, key: crossterm::event::KeyEvent, now: Timestamp) {
        if self.area.key(key) {
            self.changed(now);
        }
    }

    /// A key of the table for the text: undo, kill, yank.
    pub fn stroke(&mut self, stroke: Stroke, now: Timestamp) {
        if self.area.stroke(stroke) {
            self.changed(now);
        }
    }

    /// Pasted text: line ends made equal, control and direction characters left out.
    pub fn paste(&mut self, text: &str, now: Timestamp) {
        if self.area.insert(&typeable(text)) {
            self.changed(now);
        }
    }

    /// Puts a text at the caret as a paragraph of its own: a quotation, an earlier reply.
    pub fn insert_paragraph(&mut self, text: &str, now: Timestamp) {
        if self.area.insert_paragraph(typeable(text).trim()) {
            self.changed(now);
        }
    }

    /// What came back from the editor.
    pub fn replace(&mut self, text: &str, now: Timestamp) {
        if self.area.replace_all(&as_written(text)) {
            self.changed(now);
        }
    }

    /// Where words are searched in the text.
    pub fn searched(&mut self) -> &mut Editor {
        &mut self.area
    }

    fn changed(&mut self, now: Timestamp) {
        self.kept.changed(now);
    }

    /// When the draft has to be kept.
    #[must_use]
    pub fn keep_at(&self) -> Option<Timestamp> {
        self.kept.keep_at()
    }

    /// The draft to keep now, if the store lacks it, and the one before.
    pub fn keep(&mut self) -> Option<(CaseId, ReplyDraft, ReplyDraft)> {
        let over = self.kept.kept().clone();
        let draft = self.kept.keep(self.draft())?;
        Some((self.case(), draft, over))
    }

    /// The draft goes to the store with the reply that is sent: it needs no keeping any more.
    pub fn hand_over(&mut self) -> ReplyDraft {
        self.kept.hand_over(self.draft())
    }

    /// The store has this draft. An answer to an older wish changes nothing.
    pub fn is_kept(&mut self, draft: ReplyDraft) {
        self.kept.is_kept(draft);
    }

    /// The store has `both` in place of `draft`: another window typed into this reply. Its words follow what stands here.
    pub fn is_kept_with(&mut self, draft: &ReplyDraft, both: ReplyDraft, library: &Library, now: Timestamp) {
        let joined = self.draft().with(&both, &[draft]);
        self.kept.is_joined(draft, both);
        let caret = self.area.caret();
        if self.area.replace_all(&joined.addition) {
            // No line has moved.
            let above = self.area.lines().iter().take(caret.line).map(|line| line.len() + 1);
            self.area.go_to(above.sum::<usize>() + caret.at);
        }
        self.typed = joined.values;
        self.template = None;
        self.lost = joined.template.map(|name| (name, joined.lang));
        self.use_library(library, now);
        self.changed(now);
    }

    /// The store could not keep it: try again.
    pub fn not_kept(&mut self, now: Timestamp) {
        self.kept.retry(now);
    }

    /// Whether the store has what is on screen.
    #[must_use]
    pub fn is_saved(&self) -> bool {
        self.kept.is_saved()
    }

    /// Scrolls the preview; [`settle`] stops it at the end.
    pub fn step(&mut self, lines: isize) {
        self.scroll = self.scroll.saturating_add_signed(lines);
    }

    /// Scrolls the buyer's words by a few lines; [`settle`] stops them at the end.
    pub fn step_buyer(&mut self, on: bool) {
        self.buyer_scroll = self.buyer_scroll.saturating_add_signed(if on { 4 } else { -4 });
    }
}

/// The language a buyer is answered in by default.
fn buyer_language(file: &CaseFile) -> Language {
    file.language()
}
