//! Placeholders that nobody filled in (L27): in brackets by what they say, elsewhere by their signs.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Reading;
use crate::domain::case::Language;

fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// Signs that only a placeholder has, whatever stands between them.
static SIGNS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?x)\{\{[^{}\n]{0,60}\}\} | \$?\{[^{}\n]{0,40}\} | \{%[^\n]{0,80}%\} | \$[a-z][a-z_]{2,30} | @@[^@\n]{1,30}@@ | \*\|[a-z_:]{2,30}\|\*
        | \[\s?(?:\.\.\.|…|_+|x+|\?+)\s?\] | <\s?(?:\.\.\.|…)\s?>
        | 【(?:[^【】\n]{0,12})?(?:姓名|填写|名前|氏名|お名前|xx+|〇〇|○○|挿入|入力|输入)[^【】\n]{0,12}】
        | %(?:[0-9]\$)?[sd](?-u:\b) | %[a-z_]{3,30}% | \#[a-z]+_[a-z_]+\# | \#\#[^\#\n]{1,30}\#\#
        | (?-u:\b)xxx+(?-u:\b) | (?-u:\b)xx(?:[./-]xx)+ | (?-u:\b)xx\ ?(?:eur|usd|€|円|元|月|日|uhr|号)
        | (?-u:\b)(?:todo|tbd|fixme|lorem\ ipsum)(?-u:\b) | _{3,} | [〇○●◯△]{2,}(?:様|さま|さん|殿|円|日|月|店|株|で|に|の|を)? | (?:×|✕){2,}",
    )
});

/// A bracket with something in it, nothing but letters at its ends.
static BRACKET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"\[\s?(?P<a>[^\[\]\n]{1,60}?)\s?\]|<(?P<b>[^<>\n@/=\s](?:[^<>\n@/=]{0,58}[^<>\n@/=\s])?)>|__(?P<c>[a-z](?:[a-z0-9_ -]{0,30}[a-z0-9])?)__",
    )
});

/// Words for what is filled in, each whole.
static NOUN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let names = [
        "name|firstname|lastname|surname|customer|client|buyer|recipient|order|date|amount|tracking|carrier|product|item|url|link|address|number|id|code|signature|store|shop|company|email|phone|price|sum|reason|model|title|agent|salutation|asin|sku|deadline",
        "(?:vor|nach|kunden|kaeu?fer|kaufer|bestell|auftrags|sendungs|tracking|artikel|produkt|firmen|liefer|rechnungs|rueckgabe|ruckgabe|shop|waren|mitarbeiter)?(?:namen?|nummer|nr|datum|betrag|adresse|link|code|termin)",
        "kunden?|kundin|kaufer|kaeufer|bestellung|sendung|artikel|produkt|firma|anrede|unterschrift|preis|uhrzeit|grund|paketdienst|versanddienstleister",
        "nom|prenom|cliente?|acheteur|commande|montant|suivi|transporteur|produit|article|adresse|numero|lien|entreprise|societe|civilite|prix",
        "nome|cognome|acquirente|ordine|data|importo|corriere|prodotto|articolo|indirizzo|azienda|tracciamento|prezzo",
        "nombre|apellidos?|comprador|pedido|fecha|importe|seguimiento|transportista|producto|articulo|direccion|empresa|enlace|precio",
        "xx+|(?:お?客様|顧客|購入者|担当者|会社|商品|店舗|ショップ|配送業者|配送会社|運送会社)?の?(?:お?名前|氏名|名|名称)|お?客様|顧客|店舗|店名|(?:ご?注文|追跡|伝票|お問い?合わせ|管理|電話|送り状|返品|商品)番号|(?:ご?返金)?(?:金額|額)|(?:回答|発送|到着|お?届け|配達|返金|返送|購入|注文|出荷|入荷|対応|交換|お?支払い?|納)?(?:予定|期限)?日付?|期日|日時|ご?住所|追跡",
        "(?:客户|买家|顾客|您的|客人|收件人|店铺|商品|产品|公司|卖家|客服)?的?(?:姓名|名字|名称|名|称呼)|(?:订单|运单|快递|物流|跟踪|追踪|退货|商品|电话)?(?:单号|号码|编号|号)|(?:退款)?金额|[^ 。,]{0,4}(?:日期|时间)|地址|链接|客户|买家|店铺|承运商|快递公司|〇+|○+",
    ];
    regex(&format!("^(?:{})$", names.join("|")))
});

/// Words that stand with them.
const BESIDE: &str = " your the of a an or and for here first last full s de du des le la les ou et votre vos l d del \
    della dell di il lo o e su sus el los y der die das den oder und ihr ihre ihren ihres hier mr mrs ms mme herr frau \
    sig sra sr no nr n ";
/// Words that ask to fill in, and those that do so only in small letters: with capitals they are keys and buttons.
const FILL: &str =
    " insert einfugen einfuegen eintragen einsetzen erganzen ergaenzen inserer completer inserire insertar ";
const FILL_SMALL: &str = " enter eingeben indiquer indicar fill ";
/// Words that make a placeholder of whatever follows in small letters.
const YOURS: &str = " your ihr ihre ihren votre vos su sus tuo vostro ";
/// Currencies that are written right behind their sign.
const CURRENCIES: &str = " usd cad aud mxn nzd sgd hkd brl ";

fn is_among(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|one| one == word)
}

/// Every placeholder, in bytes of the folded text.
pub(super) fn find(reading: &Reading<'_>) -> Vec<Range<usize>> {
    let text = reading.folded.text.as_str();
    let signs = SIGNS.iter().flat_map(|regex| regex.find_iter(text)).map(|found| found.range());
    let mut places: Vec<Range<usize>> = signs.filter(|place| is_open(reading, place)).collect();
    for caught in BRACKET.iter().flat_map(|regex| regex.captures_iter(text)) {
        let inside = ["a", "b", "c"].iter().find_map(|name| caught.name(name));
        if let Some((whole, inside)) = caught.get(0).zip(inside)
            && is_blank(reading, &inside.range())
        {
            places.push(whole.range());
        }
    }
    places
}

/// Whether the inside of a bracket says what is to be filled in; `[Your Orders]` and `[注文履歴]` name a page.
fn is_blank(reading: &Reading<'_>, place: &Range<usize>) -> bool {
    let text = &reading.folded.text[place.clone()];
    // What carries a value is filled in: `[Order 111-…]`.
    if text.bytes().filter(u8::is_ascii_digit).count() >= 3 {
        return false;
    }
    let written = reading.folded.original.get(reading.folded.place(place)).unwrap_or_default();
    let small = !written.iter().any(|c| c.is_uppercase());
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let noun = |word: &str| NOUN.as_ref().is_some_and(|regex| regex.is_match(word));
    let beside = |word: &str| is_among(BESIDE, word) || word.bytes().all(|byte| byte.is_ascii_digit());
    let fills = |word: &str| is_among(FILL, word) || small && is_among(FILL_SMALL, word);
    let asks = words.len() > 1 && words.iter().any(|word| fills(word))
        || ["填写", "填入", "插入", "挿入", "記入", "入力", "此处"]
            .iter()
            .any(|ask| text.len() > ask.len() && text.contains(ask));
    let yours = small && words.len() > 1 && words.first().is_some_and(|word| is_among(YOURS, word));
    asks || yours
        || words.iter().any(|word| noun(word)) && words.iter().all(|word| noun(word) || beside(word))
}

/// A sign that has another meaning where it stands: a size `XXX-L`, a heading before a colon, an omission in a quotation.
fn is_open(reading: &Reading<'_>, place: &Range<usize>) -> bool {
    let text = reading.folded.text.as_str();
    let (inside, before) = (&text[place.clone()], &text[..place.start]);
    let after = text[place.end..].trim_start_matches(' ');
    let size = inside.starts_with("xxx")
        && (after.starts_with("-l") || after.starts_with("-s") || after.starts_with('l'));
    let begins = before.trim_end_matches(' ').is_empty() || before.ends_with('\n');
    let heading = begins && inside.starts_with('【') && (after.starts_with(':') || after.starts_with('\n'));
    let masked = inside.starts_with("xx") && before.ends_with(['-', '*']);
    let money = inside.starts_with('$')
        && !inside.starts_with("${")
        && (before.ends_with(char::is_alphanumeric) || is_among(CURRENCIES, &inside[1..]));
    let letters = reading.folded.place(place);
    let omission = matches!(inside.trim_matches(['[', ']', ' ']), "..." | "…")
        && is_quoted(&reading.folded.original[..letters.start]);
    // "Todo" is a word of Spanish; only in capitals it is left over there.
    let small =
        reading.folded.original.get(letters).is_some_and(|letters| letters.iter().any(|c| c.is_lowercase()));
    let spanish = inside == "todo" && small && reading.languages.contains(&Language::Es);
    !(size || heading || masked || money || omission || spanish)
}

/// Whether a quotation is open behind these letters; it ends with its paragraph.
fn is_quoted(before: &[char]) -> bool {
    let start = before.windows(2).rposition(|pair| pair == ['\n', '\n']).unwrap_or_default();
    let mut open: Vec<char> = Vec::new();
    for mark in &before[start..] {
        let closes: &[char] = match mark {
            '“' => &['„'],
            '”' => &['“', '„'],
            '»' => &['«'],
            '«' => &['»'],
            '」' => &['「'],
            '』' => &['『'],
            '"' => &['"'],
            '„' | '「' | '『' => &[],
            _ => continue,
        };
        if open.last().is_some_and(|last| closes.contains(last)) {
            open.pop();
        } else if !matches!(mark, '”' | '」' | '』') {
            open.push(*mark);
        }
    }
    !open.is_empty()
}
