//! Ranking templates for the picker: by what the operator types, and by how well they fit the case.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_normalization::UnicodeNormalization as _;

use super::{Library, Template, Variable};
use crate::domain::case::{Channel, Fulfilment, Kind, Language, Stage};
use crate::domain::learned::Learned;
use crate::domain::marketplace::Marketplace;
use crate::domain::offer::OfferKind;
use crate::domain::view::CaseFile;
use crate::i18n::{Lang, Text};

/// What a template should fit. Unknown is `None` and neither helps nor hurts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fit {
    /// The language of the reply.
    pub lang: Option<Language>,
    /// What the case is about.
    pub kind: Option<Kind>,
    /// Where it arrived.
    pub channel: Option<Channel>,
    /// Where the parcel is.
    pub stage: Option<Stage>,
    /// Who ships.
    pub fulfilment: Option<Fulfilment>,
    /// On which site.
    pub marketplace: Option<Marketplace>,
    /// A refund of the whole is offered or carried out.
    pub refund: bool,
    /// A replacement is offered or sent.
    pub reshipment: bool,
}

/// What in the head of a template speaks against a case: what it is limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only<'a> {
    /// These sites.
    Sites(&'a [Marketplace]),
    /// This way of shipping.
    Fulfilment(Fulfilment),
    /// This channel, among others perhaps.
    Channel(Channel),
    /// This kind, among others perhaps.
    Kind(Kind),
}

impl Only<'_> {
    /// In a word or two, English and Chinese.
    #[must_use]
    pub fn words(self) -> [String; 2] {
        let text = match self {
            Self::Sites(sites) => {
                let sites = sites.iter().map(|site| site.code()).collect::<Vec<_>>().join(" ");
                return [sites.clone(), format!("仅{sites}")];
            }
            Self::Fulfilment(who) => Text::from(who),
            Self::Channel(channel) => Text::from(channel),
            Self::Kind(kind) => Text::from(kind),
        };
        let [en, zh] = [Lang::En, Lang::Zh].map(|lang| text.in_lang(lang));
        [en.to_owned(), format!("仅{zh}")]
    }
}

impl Fit {
    /// What suits a case, answered in `lang`.
    #[must_use]
    pub fn of(case: &CaseFile, lang: Language) -> Self {
        let booked = |kinds: &[OfferKind]| {
            case.offers.iter().any(|offer| offer.status.stands() && kinds.contains(&offer.kind))
        };
        Self {
            refund: booked(&[OfferKind::FullRefund, OfferKind::CancelAndRefund]),
            reshipment: booked(&[OfferKind::Reshipment]),
            lang: Some(lang),
            kind: Some(case.summary.kind),
            channel: Some(case.summary.channel),
            stage: case.stage,
            fulfilment: case.order.as_ref().and_then(|order| order.fulfilment),
            marketplace: case.summary.marketplace,
        }
    }

    /// Whether a template is meant for such a case: nothing in its head speaks against it, the language apart.
    #[must_use]
    pub fn suits(self, template: &Template) -> bool {
        let here =
            self.stage.is_none_or(|stage| template.stages.is_empty() || template.stages.contains(&stage));
        here && self.against(template).is_none()
    }

    /// What in the head of a template speaks against the case, its language and the stage apart.
    #[must_use]
    pub fn against(self, template: &Template) -> Option<Only<'_>> {
        fn other<T: PartialEq + Copy>(listed: &[T], wanted: Option<T>) -> Option<T> {
            listed.first().copied().filter(|_| wanted.is_some_and(|wanted| !listed.contains(&wanted)))
        }
        let sites = other(&template.marketplaces, self.marketplace);
        (sites.map(|_| Only::Sites(&template.marketplaces)))
            .or_else(|| other(&template.fulfilment, self.fulfilment).map(Only::Fulfilment))
            .or_else(|| other(&template.channels, self.channel).map(Only::Channel))
            .or_else(|| other(&template.kinds, self.kind).map(Only::Kind))
    }

    /// Whether a template tells of a refund or a replacement that nobody has booked: it needs a value that only the offer
    /// has.
    fn is_ahead(self, template: &Template) -> bool {
        let told = [
            (Variable::FullRefund, self.refund),
            (Variable::NewCarrier, self.reshipment),
            (Variable::NewTracking, self.reshipment),
        ];
        let lacking = told.iter().filter(|(value, booked)| !booked && template.text.contains(value.name()));
        let lacking: Vec<Variable> = lacking.map(|(value, _)| *value).collect();
        !lacking.is_empty() && template.needed(&BTreeMap::new()).iter().any(|needed| lacking.contains(needed))
    }

    /// How well a template suits: higher is better, the language apart.
    fn score(self, template: &Template) -> i32 {
        weigh(&template.kinds, self.kind, 40)
            + weigh(&template.channels, self.channel, 24)
            + weigh(&template.stages, self.stage, 12)
            + weigh(&template.fulfilment, self.fulfilment, 12)
            + weigh(&template.marketplaces, self.marketplace, 80)
    }

    /// Whether a template is made for the channel of the case, where that has replies of its own: a claim or a chargeback is
    /// answered by no reply that suits a buyer's message about the same thing.
    fn is_of_channel(self, template: &Template) -> bool {
        let own = self.channel.filter(|channel| *channel != Channel::Message);
        let here = self
            .marketplace
            .is_none_or(|site| template.marketplaces.is_empty() || template.marketplaces.contains(&site));
        here && own.is_some_and(|channel| template.channels.contains(&channel))
    }

    /// The language of the reply first, then English, which most sellers can fall back on, then the rest.
    fn distance(self, lang: Language) -> u8 {
        match self.lang {
            Some(wanted) if wanted == lang => 0,
            Some(_) if lang == Language::En => 1,
            Some(_) => 2,
            None => 0,
        }
    }
}

fn weigh<T: PartialEq>(listed: &[T], wanted: Option<T>, weight: i32) -> i32 {
    match wanted {
        Some(wanted) if listed.contains(&wanted) => weight,
        Some(_) if !listed.is_empty() => -weight,
        _ => 0,
    }
}

/// A template in the picker.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'a> {
    /// The template.
    pub template: &'a Arc<Template>,
    /// How well the query matched, 0 for an empty query.
    pub score: u32,
}

impl Library {
    /// The templates that match `query`, best first; all of them for an empty query.
    ///
    /// Every word of the query must be found: its letters in order in the situation or either title, or the word
    /// itself in the text. The language of `fit` always comes first; then the match; then what nothing speaks against; then
    /// what tells of nothing that is not booked; then those that name the channel of a case that is no plain message; then
    /// the fit; then what was used for such cases before; ties keep the order of the library.
    #[must_use]
    pub fn ranked(&self, query: &str, fit: &Fit, learned: &Learned) -> Vec<Hit<'_>> {
        let mut search = Search::new(query);
        let mut hits: Vec<_> = self
            .all()
            .iter()
            .filter_map(|template| Some(Hit { template, score: search.score(template)? }))
            .collect();
        hits.sort_by_cached_key(|hit| {
            let past = learned.weight(&hit.template.name, fit.kind);
            let told = (fit.against(hit.template).is_none(), !fit.is_ahead(hit.template));
            let fits = (told, fit.is_of_channel(hit.template), fit.score(hit.template) + past);
            (fit.distance(hit.template.lang), Reverse(hit.score), Reverse(fits))
        });
        hits
    }
}

/// How well a template matches `query` as in [`Library::ranked`], `None` where it does not; a word that names a language
/// wants that one.
#[must_use]
pub fn score(template: &Template, query: &str) -> Option<u32> {
    let query: String = query.nfkc().collect();
    let (langs, words): (Vec<&str>, Vec<&str>) =
        query.split_whitespace().partition(|word| Language::parse(&word.to_lowercase()).is_some());
    let lang = langs.iter().all(|lang| Language::parse(&lang.to_lowercase()) == Some(template.lang));
    lang.then(|| Search::new(&words.join(" ")).score(template)).flatten()
}

struct Search {
    words: Vec<[Atom; 2]>,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl Search {
    fn new(query: &str) -> Self {
        // As an input method for Chinese types it: full-width letters are letters.
        let query: String = query.nfkc().collect();
        let atom =
            |word: &str, kind| Atom::new(word, CaseMatching::Ignore, Normalization::Smart, kind, false);
        let kinds = [AtomKind::Fuzzy, AtomKind::Substring];
        let words = query.split_whitespace().map(|word| kinds.map(|kind| atom(word, kind))).collect();
        Self { words, matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() }
    }

    fn score(&mut self, template: &Template) -> Option<u32> {
        let mut total = 0;
        let file = template.name.split_once('/').map_or("", |(_, file)| file);
        let names = [&template.title[0], &template.title[1], template.situation.as_str(), file];
        for [fuzzy, exact] in &self.words {
            let by_name = names
                .iter()
                .filter_map(|name| fuzzy.score(Utf32Str::new(name, &mut self.buffer), &mut self.matcher));
            // A word of the text counts less than any match in a name, so that names lead.
            let found = match by_name.max() {
                Some(score) => u32::from(score),
                None => exact
                    .score(Utf32Str::new(&template.text, &mut self.buffer), &mut self.matcher)
                    .map(|_| 1)?,
            };
            total += found;
        }
        Some(total)
    }
}
