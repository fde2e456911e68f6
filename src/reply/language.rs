//! The language of a text: its script first, then its commonest words, then the marketplace.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use whatlang::{Detector, Lang};

use crate::domain::Marketplace;
use crate::domain::case::Language;

/// Words that say a language, for the six we answer in Latin script or that a neighbour of them is meant.
/// A word may stand for several; each then gets part of the weight. Accented and plain spellings both count.
const EVIDENCE: &[(Tongue, &str)] = &[
    (
        Tongue::En,
        "the and is are was were you your i my it its to of for on at with not this that have has had do does did \
         where when what why how please thanks thank thx ok okay hello hi dear order item parcel package arrived \
         received still never haven't hasn't didn't doesn't don't can't isn't wasn't i'm i've it's be been but \
         would could should will can from there here they we he she broken refund money back want need get got \
         yet any more help delivery delivered wrong size missing damaged waiting no",
    ),
    (
        Tongue::De,
        "der die das und ist sind war waren ich mein meine meinen meiner sie ihr ihre ihnen nicht kein keine ein \
         eine einen einem einer es zu von für fuer auf mit wo wann was warum wie bitte danke dank hallo guten tag \
         sehr geehrte bestellung artikel paket ware lieferung angekommen erhalten noch immer nie habe hat haben \
         bekommen wurde wird kann können koennen aber aus dem den des im am vom zum bei nach seit gestern heute \
         kaputt defekt geld zurück zurueck möchte moechte will falsch falsche größe groesse fehlt auch nur schon \
         wieder bis vielen grüße gruesse mfg lg",
    ),
    (
        Tongue::Fr,
        "le la les et est sont était etait je mon ma mes vous votre vos ne pas un une des du de à pour sur avec où \
         ou quand pourquoi comment quoi merci bonjour bonsoir svp s'il commande article colis livraison arrivé \
         arrive reçu recu toujours jamais encore ai avez ont été ete j'ai n'ai c'est n'est qu'il d'un d'une l'article \
         mais dans ce cette ces qui que cassé casse remboursement argent veux voudrais mauvais mauvaise taille \
         manque cordialement aucun rien plus depuis hier aujourd'hui il elle nous au aux en",
    ),
    (
        Tongue::It,
        "il lo la gli le e è sono era io mio mia miei non un una uno di del della dei da per su con dove quando \
         perché perche come cosa grazie buongiorno salve ciao buonasera ordine articolo pacco spedizione consegna \
         arrivato arrivata ricevuto ancora mai ho ha hai abbiamo avete hanno stato stata ma che questo questa \
         nel nella al alla rotto rotta rimborso soldi vorrei voglio sbagliato sbagliata taglia manca mancano \
         prego cordiali saluti nessuno niente più piu ieri oggi dal sul mi si anche",
    ),
    (
        Tongue::Es,
        "el la los las y es son era yo mi mis no un una unos de del para por en con dónde donde está esta cuándo \
         cuando qué que cómo como gracias hola buenos buenas días dias tardes pedido artículo articulo paquete \
         envío envio entrega llegado llegó llego recibido todavía todavia aún aun nunca he ha han hemos tengo \
         pero este al lo se me le roto rota reembolso dinero quiero quisiera equivocado equivocada talla falta \
         faltan saludos nada más mas ayer hoy desde muy ustedes usted su porque sin ya",
    ),
    (
        Tongue::Other,
        "het een niet ik mijn jullie u uw bestelling pakket waar wanneer hebben heb bedankt graag nog geen maar van \
         voor naar deze dit zijn werd jag min och är inte det att har var när tack hej min beställning paketet \
         någon från jest nie mój moja moje zamówienie paczka gdzie kiedy dziękuję proszę dzień dobry się jeszcze \
         przesyłka o não nao meu minha pedido obrigado obrigada onde quando você voce está foi chegou ainda com \
         uma encomenda produto bir ve bu değil degil sipariş siparis kargo nerede ne zaman teşekkürler tesekkurler \
         lütfen lutfen merhaba ürün urun gelmedi var yok için icin ali olá ola bom dia",
    ),
];

/// A language a word can speak for: one of ours in Latin script, or some other one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tongue {
    En,
    De,
    Fr,
    It,
    Es,
    Other,
}

const TONGUES: [Told; 6] = [
    Told::Known(Language::En),
    Told::Known(Language::De),
    Told::Known(Language::Fr),
    Told::Known(Language::It),
    Told::Known(Language::Es),
    Told::Other,
];

/// How much each tongue gains from a word; a word of several languages says less about each.
static WORDS: LazyLock<HashMap<&'static str, [u16; 6]>> = LazyLock::new(|| {
    let mut words: HashMap<&str, [u16; 6]> = HashMap::new();
    for (tongue, list) in EVIDENCE {
        for word in list.split_whitespace() {
            words.entry(word).or_default()[*tongue as usize] = 1;
        }
    }
    for weights in words.values_mut() {
        let shared = weights.iter().sum::<u16>();
        let each = if shared == 1 { 12 } else { 6 / shared };
        weights.iter_mut().filter(|weight| **weight == 1).for_each(|weight| *weight = each);
    }
    words
});

/// Letters that only some of the languages write.
fn letter(c: char) -> Option<Tongue> {
    match c {
        'ß' => Some(Tongue::De),
        'ñ' | '¿' | '¡' => Some(Tongue::Es),
        'œ' | 'ê' | 'û' | 'î' => Some(Tongue::Fr),
        'ł' | 'ż' | 'ę' | 'ą' | 'ś' | 'ź' | 'ć' | 'ń' | 'ğ' | 'ı' | 'ş' | 'ã' | 'õ' | 'å' | 'ø' | 'ř'
        | 'ž' | 'ý' | 'ě' | 'ő' | 'ű' | 'ț' | 'ș' | 'đ' => Some(Tongue::Other),
        _ => None,
    }
}

/// What a text tells of its language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It is one of ours.
    Known(Language),
    /// It is clearly none of ours.
    Other,
    /// Nothing says what it is.
    Unsure,
}

impl Told {
    /// The language, where it is one of ours.
    #[must_use]
    pub const fn known(self) -> Option<Language> {
        match self {
            Self::Known(language) => Some(language),
            Self::Other | Self::Unsure => None,
        }
    }
}

/// The language of a buyer's text, or `None` where nothing says it or where it is clearly none of the seven: see [`tell`].
#[must_use]
pub fn detect(text: &str, marketplace: Option<Marketplace>) -> Option<Language> {
    tell(text, marketplace).known()
}

/// What a text tells of its language.
///
/// Kana are Japanese. Han without kana is Chinese, but a short text of Han alone on the Japanese site is Japanese.
/// A Latin text goes by its commonest words; the marketplace decides where they do not; the trigrams of a longer
/// text are asked last. A text in any other script is in none of ours.
#[must_use]
pub fn tell(text: &str, marketplace: Option<Marketplace>) -> Told {
    // The beginning of a message says enough, and a mail may be megabytes long.
    let text = text.char_indices().nth(4_000).map_or(text, |(end, _)| &text[..end]);
    let script = Script::of(text);
    if let Some(asian) = script.asian(text, marketplace) {
        Told::Known(asian)
    } else if script.latin_text() {
        latin(text, marketplace)
    } else if script.foreign > 0 {
        Told::Other
    } else {
        Told::Unsure
    }
}

/// How many letters of each script a text has.
#[derive(Debug, Default)]
struct Script {
    kana: usize,
    /// Those of the kana that Japanese writes its particles in.
    hiragana: usize,
    han: usize,
    latin: usize,
    foreign: usize,
}

impl Script {
    fn of(text: &str) -> Self {
        let mut script = Self::default();
        for c in text.chars() {
            match c {
                'ー' | '・' => {}
                '\u{3041}'..='\u{309f}' | '\u{30a1}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9d}' => {
                    script.kana += 1;
                    script.hiragana += usize::from(c <= '\u{309f}');
                }
                '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{2fa1f}' => script.han += 1,
                'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{ff21}'..='\u{ff5a}' => script.latin += 1,
                _ if c.is_alphabetic() => script.foreign += 1,
                _ => {}
            }
        }
        script
    }

    /// `Some` where the script settles the matter. A Han letter says as much as a short Latin word.
    fn asian(&self, text: &str, marketplace: Option<Marketplace>) -> Option<Language> {
        let asian = self.kana + self.han;
        if asian == 0 || asian * 3 < self.latin || asian < self.foreign {
            return None;
        }
        // A loan letter such as の on a Chinese shop sign does not make a Chinese sentence Japanese.
        let chinese = text.chars().filter(|c| is_chinese(*c)).count();
        // A name or a title in katakana makes no Chinese sentence Japanese: that has particles in hiragana.
        let named = self.hiragana == 0 && chinese > 0;
        if self.kana > 0 && self.kana * 12 >= self.han && chinese <= self.kana && !named {
            return Some(Language::Ja);
        }
        let japanese_site = marketplace == Some(Marketplace::Jp);
        let short = self.han <= 12 && chinese == 0;
        Some(if japanese_site && short { Language::Ja } else { Language::Zh })
    }

    const fn latin_text(&self) -> bool {
        self.latin > 0 && self.latin >= self.foreign
    }
}

/// Whether a letter belongs to everyday Chinese and not to Japanese: particles, pronouns, simplified shapes.
fn is_chinese(c: char) -> bool {
    "们这还么吗你您给钱货单说谢请问题错发东买卖时间过对开关电话换质应该为哪呢吧啊她啦两岁块门车见长马\
     鱼鸟龙风飞饭馆银铁针线红绿纸级经结绝统继续维罗义乌亚产亲仅仓众优伤传嗎妳說没坏我很嘛呀几从這沒麼們"
        .contains(c)
}

fn latin(text: &str, marketplace: Option<Marketplace>) -> Told {
    let lower: String = text.nfkc().collect::<String>().to_lowercase().replace(['’', '‘', '`', '´'], "'");
    let mut scores = [0_u32; 6];
    let mut words = 0_usize;
    for word in lower.split(|c: char| !c.is_alphabetic() && c != '\'') {
        let word = word.trim_matches('\'');
        if word.is_empty() || words > 400 {
            continue;
        }
        words += 1;
        for (score, gain) in scores.iter_mut().zip(gains(word)) {
            *score += u32::from(gain);
        }
    }
    for tongue in lower.chars().filter_map(letter) {
        scores[tongue as usize] += 8;
    }
    let home = marketplace.map(tongue_of);
    choose(scores, words, home, &lower)
}

/// What a word says. An elided article (`l'article`, `dell'ordine`) is looked up by both halves.
fn gains(word: &str) -> [u16; 6] {
    let table = &*WORDS;
    let known = table.get(word).or_else(|| word.split_once('\'').and_then(|(_, rest)| table.get(rest)));
    let mut gains = known.copied().unwrap_or_default();
    let elided = word.split_once('\'').map(|(head, _)| head);
    if matches!(elided, Some("l" | "d" | "j" | "qu" | "n" | "c" | "s")) && word.len() > 3 {
        gains[Tongue::Fr as usize] += 6;
    }
    if matches!(elided, Some("l" | "dell" | "all" | "nell" | "un" | "dall" | "sull" | "c")) {
        gains[Tongue::It as usize] += 6;
    }
    gains
}

fn choose(scores: [u32; 6], words: usize, home: Option<Tongue>, lower: &str) -> Told {
    let mut felt = scores;
    if let Some(home) = home {
        // Worth half a word: decides ties and texts of which no word is known, never against what is written.
        felt[home as usize] += 5;
    }
    let order = |at: &usize| (felt[*at], usize::from(home.is_some_and(|home| home as usize == *at)), 6 - *at);
    let best = (0..6).max_by_key(order).unwrap_or_default();
    let second = (0..6).filter(|at| *at != best).map(|at| felt[at]).max().unwrap_or(0);
    let evidence: u32 = scores.iter().sum();
    if words == 0 {
        return Told::Unsure;
    }
    let clear = scores[best] >= 12 && felt[best] >= second + 6;
    if clear && (scores[best] >= 24 || words < 8) {
        return TONGUES[best];
    }
    if words >= 4
        && let Some(found) = trigrams(lower)
    {
        return TONGUES[found as usize];
    }
    if felt[best] == 0 || evidence == 0 && words > 3 && home.is_none() {
        return Told::Unsure;
    }
    TONGUES[best]
}

/// What whatlang makes of it, for texts long enough; `None` where it is not certain.
fn trigrams(lower: &str) -> Option<Tongue> {
    let allowed = vec![
        Lang::Eng,
        Lang::Deu,
        Lang::Fra,
        Lang::Ita,
        Lang::Spa,
        Lang::Nld,
        Lang::Swe,
        Lang::Pol,
        Lang::Por,
        Lang::Tur,
        Lang::Dan,
        Lang::Ces,
        Lang::Ron,
        Lang::Hun,
    ];
    let found = Detector::with_allowlist(allowed).detect(lower).filter(whatlang::Info::is_reliable)?;
    Some(match found.lang() {
        Lang::Eng => Tongue::En,
        Lang::Deu => Tongue::De,
        Lang::Fra => Tongue::Fr,
        Lang::Ita => Tongue::It,
        Lang::Spa => Tongue::Es,
        _ => Tongue::Other,
    })
}

/// The tongue most buyers of a site write; Other for the sites whose language we do not answer in.
fn tongue_of(site: Marketplace) -> Tongue {
    match site.language() {
        "de" => Tongue::De,
        "fr" => Tongue::Fr,
        "it" => Tongue::It,
        "es" => Tongue::Es,
        "nl" | "sv" | "pl" | "pt" | "tr" => Tongue::Other,
        // Arabic and Japanese sites too: a Latin text there is most often English.
        _ => Tongue::En,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<&'static str> {
        detect(text, None).map(Language::word)
    }

    fn said_on(site: Marketplace, text: &str) -> Option<&'static str> {
        detect(text, Some(site)).map(Language::word)
    }

    #[test]
    fn the_script_alone_tells_japanese_from_chinese() {
        assert_eq!(said("商品がまだ届いていません。"), Some("ja"));
        assert_eq!(said("货到现在还没收到，请帮我查一下"), Some("zh"));
        assert_eq!(said("我在日本のお店买的键盘还没有到，请问什么时候能送达？"), Some("zh"));
        assert_eq!(said("キーボード KB-200 の Enter キーが反応しません"), Some("ja"));
        assert_eq!(said_on(Marketplace::Jp, "返金希望"), Some("ja"));
        assert_eq!(said_on(Marketplace::Jp, "我还没收到货"), Some("zh"));
        assert_eq!(said_on(Marketplace::Us, "退款"), Some("zh"));
    }

    #[test]
    fn short_messages_are_told_by_their_commonest_words() {
        for (text, lang) in [
            ("Wo ist mein Paket?", "de"),
            ("ok thanks", "en"),
            ("Where is my order?", "en"),
            ("où est mon colis ?", "fr"),
            ("Dov'è il mio pacco?", "it"),
            ("dove è il pacco", "it"),
            ("¿Dónde está mi pedido?", "es"),
            ("donde esta mi paquete", "es"),
            ("not arrived", "en"),
            ("nicht angekommen", "de"),
            ("kaputt!!!", "de"),
            ("pas reçu", "fr"),
            ("no ha llegado", "es"),
            ("mai arrivato", "it"),
            ("merci beaucoup", "fr"),
            ("Grazie mille!", "it"),
            ("Danke", "de"),
            ("item broken refund pls", "en"),
        ] {
            assert_eq!(said(text), Some(lang), "{text}");
        }
    }

    #[test]
    fn the_words_beat_the_marketplace_and_the_marketplace_breaks_ties() {
        assert_eq!(said_on(Marketplace::De, "Where is my parcel?"), Some("en"));
        assert_eq!(said_on(Marketplace::Us, "Hola, no he recibido mi pedido todavía"), Some("es"));
        assert_eq!(said_on(Marketplace::De, "USB-C?"), Some("de"));
        assert_eq!(said_on(Marketplace::Fr, "iPhone 15 Pro Max 256"), Some("fr"));
        assert_eq!(said_on(Marketplace::Jp, "Please cancel my order"), Some("en"));
    }

    #[test]
    fn a_language_nobody_here_answers_in_is_none() {
        for text in [
            "Ik heb mijn bestelling nog niet ontvangen, waar is het pakket?",
            "Hej, jag har inte fått min beställning ännu. När kommer paketet?",
            "Dzień dobry, nie otrzymałem jeszcze mojej paczki. Gdzie jest zamówienie?",
            "Olá, ainda não recebi o meu pedido. Onde está a encomenda?",
            "Merhaba, siparişim hala gelmedi. Kargo nerede?",
            "Где моя посылка? Я жду уже две недели.",
            "أين طلبي؟",
            "제 주문은 어디에 있나요?",
        ] {
            assert_eq!((said(text), tell(text, None)), (None, Told::Other), "{text}");
        }
    }

    #[test]
    fn nothing_written_says_nothing() {
        assert_eq!(said(""), None);
        assert_eq!(said_on(Marketplace::De, "  12345 !!! "), None);
        assert_eq!(said("xqzt"), None);
        assert_eq!(tell("xqzt", None), Told::Unsure);
        assert_eq!(tell("12 -- !", None), Told::Unsure);
    }

    #[test]
    fn longer_messages_survive_misspelling_and_foreign_names() {
        assert_eq!(
            said("hi i orderd the Küchenmaschine Deluxe 3 weeks ago an its stil not here whats going on"),
            Some("en")
        );
        assert_eq!(
            said("hallo leider ist die lampe kaput angekomen und das glas gesprungen was nun"),
            Some("de")
        );
        assert_eq!(said("bonjour jai recu le mauvais article cest pas la bonne couleur du tout"), Some("fr"));
        assert_eq!(said("buongiorno, il prodotto che mi avete mandato nn funziona xke è rotto"), Some("it"));
        assert_eq!(said("buenas me a llegado el movil con la pantalla rota que hago"), Some("es"));
    }
}
