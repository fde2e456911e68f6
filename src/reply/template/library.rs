//! The templates to choose from: those that ship, with the operator's own over them.

use std::sync::{Arc, LazyLock};

use super::{Form, Origin, Template, check, shipped};
use crate::domain::case::Language;

/// Templates to choose from, in the order in which ties are shown.
#[derive(Debug, Clone, Default)]
pub struct Library {
    templates: Vec<Arc<Template>>,
}

impl Library {
    /// The templates that ship, read on first use.
    #[must_use]
    pub fn shipped() -> &'static Arc<Self> {
        static SHIPPED: LazyLock<Arc<Library>> =
            LazyLock::new(|| Library::read(shipped::TEMPLATES, Form::Reply));
        &SHIPPED
    }

    /// The snippets that ship, read on first use.
    #[must_use]
    pub fn snippets() -> &'static Arc<Self> {
        static SHIPPED: LazyLock<Arc<Library>> =
            LazyLock::new(|| Library::read(shipped::SNIPPETS, Form::Snippet));
        &SHIPPED
    }

    /// A test reads every file, so nothing is ever dropped here.
    fn read(files: &[shipped::File], form: Form) -> Arc<Self> {
        let read = |file: &shipped::File| check::trusted(file.lang, file.name, file.source, form);
        let ships = |template| Arc::new(Template { origin: Origin::Shipped, ..template });
        Arc::new(Self { templates: files.iter().filter_map(read).map(ships).collect() })
    }

    /// The names of the situations of the templates that ship.
    #[must_use]
    pub fn situations() -> Vec<&'static str> {
        let english = shipped::TEMPLATES.iter().filter(|file| file.lang == Language::En);
        english.map(|file| file.name).collect()
    }

    /// What the file of a template that ships says, to begin an own one with.
    #[must_use]
    pub fn source(name: &str, form: Form) -> Option<&'static str> {
        let files = match form {
            Form::Reply => shipped::TEMPLATES,
            Form::Snippet => shipped::SNIPPETS,
        };
        let (lang, name) = name.split_once('/')?;
        files.iter().find(|file| file.lang.word() == lang && file.name == name).map(|file| file.source)
    }

    /// What a new own one begins with: a head to fill in, and the greeting and closing of the language.
    #[must_use]
    pub fn skeleton(lang: Language, name: &str, form: Form) -> String {
        let title = name.replace('-', " ");
        let head = format!("+++\ntitle = [\"{title}\", \"{title}\"]\n");
        if form == Form::Snippet {
            return format!("{head}+++\n");
        }
        let like = Self::shipped().find("thanks", lang);
        let (greeting, closing) = like.map_or(("", ""), |like| {
            (like.above.lines().next().unwrap_or_default(), like.below.trim_matches('\n'))
        });
        format!("{head}kinds = []\nchannels = []\n+++\n{greeting}\n\n\n\n{{{{ addition }}}}\n\n{closing}\n")
    }

    /// These with the operator's own: one of the same name takes the place of the one that ships, others follow.
    #[must_use]
    pub fn with(&self, own: impl IntoIterator<Item = Template>) -> Self {
        let mut templates = self.templates.clone();
        for template in own {
            match templates.iter_mut().find(|known| known.name == template.name) {
                Some(known) => *known = Arc::new(Template { origin: Origin::Overriding, ..template }),
                None => templates.push(Arc::new(Template { origin: Origin::Own, ..template })),
            }
        }
        Self { templates }
    }

    /// Every template.
    #[must_use]
    pub fn all(&self) -> &[Arc<Template>] {
        &self.templates
    }

    /// The template a draft remembers by its name, `de/not-received-lost`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Template>> {
        self.templates.iter().find(|template| template.name == name)
    }

    /// The same situation in another language, so that switching the language keeps the choice.
    #[must_use]
    pub fn find(&self, situation: &str, lang: Language) -> Option<&Arc<Template>> {
        self.templates.iter().find(|template| template.situation == situation && template.lang == lang)
    }
}
