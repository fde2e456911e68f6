//! The new part of a message: what the buyer wrote now, without the earlier mail quoted below or above it.

/// How the line begins and ends that a mail program puts over a quoted mail, lower case.
const HEADS: &[(&str, &str)] = &[
    ("on ", "wrote:"),
    ("am ", "schrieb"),
    ("le ", "écrit"),
    ("il ", "ha scritto:"),
    ("il giorno ", "scritto"),
    ("el ", "escribió"),
    ("el ", "escribio"),
    ("", "写道："),
    ("", "写道:"),
    ("", "のメッセージ："),
    ("", "のメッセージ:"),
    ("", "のメール:"),
    ("", "wrote:"),
    ("", "schrieb:"),
    ("", "a écrit :"),
    ("", "ha scritto:"),
    ("", "escribió:"),
];

/// Words of the ruled line over a forwarded or answered mail, lower case.
const RULES: &[&str] = &[
    "original message",
    "forwarded message",
    "ursprüngliche nachricht",
    "message d'origine",
    "message original",
    "messaggio originale",
    "mensaje original",
    "原始邮件",
    "元のメッセージ",
    "original-nachricht",
];

/// The text without quoted lines and without the earlier mail below a quoting head; the whole text where nothing
/// else is left of it.
#[must_use]
pub fn new_part(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut kept = String::with_capacity(text.len());
    for (at, line) in lines.iter().enumerate() {
        if line.trim_start().starts_with(['>', '＞']) {
            continue;
        }
        if is_head(&lines, at) {
            let next = lines[at + 1..].iter().find(|line| !line.trim().is_empty());
            // Above quoted lines only the head goes: the buyer may answer below them.
            if next.is_some_and(|next| next.trim_start().starts_with(['>', '＞'])) {
                continue;
            }
            break;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    if kept.trim().is_empty() { text.to_owned() } else { kept }
}

/// The text without its links: what stands in an address are no words of the buyer's.
#[must_use]
pub fn without_links(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = ["http://", "https://", "www."].iter().filter_map(|begin| rest.find(begin)).min() {
        kept.push_str(&rest[..at]);
        let link = &rest[at..];
        let end = link.find(|c: char| c.is_whitespace() || !c.is_ascii()).unwrap_or(link.len());
        rest = &link[end..];
    }
    kept.push_str(rest);
    kept
}

/// Whether a quoted mail begins at this line. A head may be broken over two lines.
fn is_head(lines: &[&str], at: usize) -> bool {
    let line = lines[at].trim();
    if line.len() > 300 {
        return false;
    }
    let lower = line.to_lowercase();
    if line.starts_with("--") || line.starts_with("__") {
        return RULES.iter().any(|rule| lower.contains(rule));
    }
    let next = lines.get(at + 1).map_or(String::new(), |next| next.trim().to_lowercase());
    let dated = lower.chars().any(|c| c.is_ascii_digit()) || lower.contains('@');
    let ends = |tail: &str| {
        lower.ends_with(tail)
            || (lower.contains(tail) && lower.ends_with(':'))
            || (next.len() < 80 && next.ends_with(tail))
    };
    dated && HEADS.iter().any(|(begin, tail)| lower.starts_with(begin) && ends(tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_nothing() {
        assert_eq!(without_links("broken, see https://a.example/x?t=FAKE&h=2 now"), "broken, see  now");
        assert_eq!(without_links("见 www.example.com/假 坏了"), "见 假 坏了");
    }

    #[test]
    fn quoted_lines_and_the_mail_below_the_head_are_left_out() {
        let text = "It came today, thanks!\n\nOn Mon, 5 Oct 2026 at 10:00, Shop <a@b.c> wrote:\nWe are sorry it never arrived.";
        assert_eq!(new_part(text).trim(), "It came today, thanks!");
        let text = "Am 05.10.2026 um 10:00 schrieb Laden:\n> kaputt?\n> ja\nNein, alles gut.";
        assert_eq!(new_part(text).trim(), "Nein, alles gut.");
        let text = "还是没收到\n2026年10月5日 客服 写道：\n您的包裹已签收";
        assert_eq!(new_part(text).trim(), "还是没收到");
    }

    #[test]
    fn a_message_of_nothing_but_quotes_is_read_whole() {
        assert_eq!(new_part("> broken"), "> broken");
        assert_eq!(new_part("On the box somebody wrote: fragile"), "On the box somebody wrote: fragile\n");
    }
}
