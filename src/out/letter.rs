//! A reply as a mail: a whole `.eml` for the operator's own mail program. Pure: bytes from arguments.
//!
//! Addresses are plain ([`Mailbox`]), message ids are checked, the subject is one line: what a buyer's mail says can end no
//! header and begin no other. Lines end in CR LF and stay below 78 characters.

use jiff::Timestamp;

use crate::domain::letter::Correspondence;
use crate::domain::mailbox::Mailbox;
use crate::problem::{Exit, Problem};

/// Lines of a mail stay below this many characters.
const LINE: usize = 76;
/// The mails referred to; the newest of a long thread are enough.
const MOST_REFERENCES: usize = 20;
/// A message id that is longer could not stand on a line.
const LONGEST_ID: usize = 250;
/// Beginnings of a subject that say "answer" already, lower case, without their colon.
const ANSWERS: &[&str] = &["re", "aw", "antw", "sv", "rif", "回复", "答复", "返信"];

/// A reply that is ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The seller, as Amazon knows him.
    pub from: Mailbox,
    /// The buyer's relay address.
    pub to: Mailbox,
    /// One line, without controls.
    pub subject: String,
    /// Message id that is answered, without brackets.
    pub answers: Option<String>,
    /// Message ids of the thread, oldest first, without brackets.
    pub references: Vec<String>,
    /// What is said.
    pub text: String,
    /// When it is written.
    pub date: Timestamp,
    /// Its own message id, without brackets.
    pub id: String,
}

impl Letter {
    /// An answer in a thread; `unique` makes the message id.
    ///
    /// # Errors
    /// No mail of the thread shows the buyer's relay address.
    pub fn answer(
        thread: &Correspondence,
        from: Mailbox,
        text: &str,
        date: Timestamp,
        unique: &str,
    ) -> Result<Self, Problem> {
        let to = recipient(thread)?;
        let answers = thread.message_id.clone().filter(|id| is_id(id));
        let mut references: Vec<String> = thread
            .references
            .iter()
            .filter(|id| is_id(id) && Some(*id) != answers.as_ref())
            .cloned()
            .collect();
        references.extend(answers.clone());
        let old = references.len().saturating_sub(MOST_REFERENCES);
        references.drain(..old);
        let id = format!("{unique}@{}", from.domain());
        let subject = answer_to(&thread.subject, thread.order_id.as_deref());
        Ok(Self { from, to, subject, answers, references, text: text.to_owned(), date, id })
    }

    /// The mail as a file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut mail = String::new();
        let mut line = |name: &str, value: &str| mail.push_str(&format!("{name}: {value}\r\n"));
        line("Date", &self.date.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string());
        line("From", self.from.as_str());
        line("To", self.to.as_str());
        line("Subject", &header_text(&self.subject, "Subject: ".len()));
        line("Message-ID", &format!("<{}>", self.id));
        if let Some(answers) = &self.answers {
            line("In-Reply-To", &format!("<{answers}>"));
        }
        if !self.references.is_empty() {
            let ids: Vec<String> = self.references.iter().map(|id| format!("<{id}>")).collect();
            line("References", &ids.join("\r\n "));
        }
        // Mail programs open a file that says so as a draft to be sent.
        line("X-Unsent", "1");
        line("MIME-Version", "1.0");
        line("Content-Type", "text/plain; charset=utf-8");
        let text = plain(&self.text);
        let (quoted, packed) = (quoted_printable(&text), base64_lines(&text));
        let (how, body) =
            if quoted.len() <= packed.len() { ("quoted-printable", quoted) } else { ("base64", packed) };
        line("Content-Transfer-Encoding", how);
        mail.push_str("\r\n");
        mail.push_str(&body);
        mail.into_bytes()
    }
}

/// The buyer's relay address.
///
/// # Errors
/// No mail of the thread shows it.
pub fn recipient(thread: &Correspondence) -> Result<Mailbox, Problem> {
    thread.to.as_deref().and_then(Mailbox::parse).ok_or_else(|| no_relay(thread))
}

fn no_relay(thread: &Correspondence) -> Problem {
    let case = thread.case;
    Problem::new(
        Exit::Blocked,
        [
            format!("no mail of case {case} shows the buyer's relay address"),
            format!("客诉 {case} 的邮件中没有买家的中转地址"),
        ],
        ["Copy the reply (F5) and answer in Seller Central", "请复制回复（F5），在卖家后台作答"],
    )
}

/// `Re: ` and the subject without the answer marks it has; with neither words nor order it is just the mark.
fn answer_to(subject: &str, order: Option<&str>) -> String {
    let line: String = subject.chars().map(|letter| if is_odd(letter) { ' ' } else { letter }).collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = line.as_str();
    while let Some((mark, after)) = rest.split_once([':', '：']) {
        if !ANSWERS.contains(&mark.trim().to_lowercase().as_str()) {
            break;
        }
        rest = after.trim_start();
    }
    let rest: String =
        if rest.is_empty() { order.unwrap_or_default() } else { rest }.chars().take(300).collect();
    format!("Re: {rest}").trim_end().to_owned()
}

/// Controls and what turns the direction of a text or hides in it.
fn is_odd(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A message id that can stand between angle brackets.
fn is_id(id: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_graphic() && !b"<>(),;:\\\"".contains(&byte);
    !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(sign)
}

/// The text with equal line ends and without controls; it ends in a line end.
fn plain(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut kept: String =
        unix.chars().filter(|letter| matches!(letter, '\n' | '\t') || !letter.is_control()).collect();
    if !kept.ends_with('\n') {
        kept.push('\n');
    }
    kept
}

/// A header's text: as it is where it is ASCII and short words, else in encoded words, folded either way.
fn header_text(text: &str, used: usize) -> String {
    let plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && !text.contains("=?")
        && text.split(' ').all(|word| word.len() < LINE - used);
    if plain { folded(text, used) } else { encoded_words(text, used) }
}

fn folded(text: &str, used: usize) -> String {
    let (mut out, mut column) = (String::new(), used);
    for word in text.split(' ') {
        if !out.is_empty() {
            if column + 1 + word.len() > LINE {
                out.push_str("\r\n");
                column = 0;
            }
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += word.len();
    }
    out
}

/// RFC 2047: whole characters in each word, each word on a line of its own.
fn encoded_words(text: &str, used: usize) -> String {
    let (head, tail) = ("=?UTF-8?B?", "?=");
    // Four signs for three bytes.
    let room = |used: usize| (LINE - 1 - used - head.len() - tail.len()) / 4 * 3;
    let mut words = Vec::new();
    let (mut piece, mut left) = (String::new(), room(used));
    for letter in text.chars() {
        if letter.len_utf8() > left {
            words.push(std::mem::take(&mut piece));
            left = room(0);
        }
        left -= letter.len_utf8();
        piece.push(letter);
    }
    words.push(piece);
    let words: Vec<String> =
        words.iter().map(|word| format!("{head}{}{tail}", base64(word.as_bytes()))).collect();
    words.join("\r\n ")
}

/// RFC 2045: what is no plain ASCII as `=XX`, long lines broken softly.
fn quoted_printable(text: &str) -> String {
    let mut out = String::new();
    for line in text.trim_end_matches('\n').split('\n') {
        let mut column = 0;
        let bytes = line.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let last = at + 1 == bytes.len();
            let shown = match byte {
                // A blank at the end of a line is lost on the way; `From ` at its begin gets a mark, a dot may double.
                b' ' | b'\t' if last => format!("={byte:02X}"),
                b'F' if at == 0 && line.starts_with("From ") => format!("={byte:02X}"),
                b'.' if column == 0 => format!("={byte:02X}"),
                b'=' => "=3D".to_owned(),
                b'\t' | b' '..=b'~' => char::from(*byte).to_string(),
                _ => format!("={byte:02X}"),
            };
            // Room for the `=` of a soft break.
            if column + shown.len() > LINE - 1 {
                out.push_str("=\r\n");
                column = 0;
            }
            column += shown.len();
            out.push_str(&shown);
        }
        out.push_str("\r\n");
    }
    out
}

fn base64_lines(text: &str) -> String {
    let packed = base64(text.replace('\n', "\r\n").as_bytes());
    let lines = packed.as_bytes().chunks(LINE).map(|line| String::from_utf8_lossy(line) + "\r\n");
    lines.collect()
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let sign = SIGNS[(bits >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= three.len() { char::from(sign) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::CaseId;

    fn thread() -> Correspondence {
        Correspondence {
            case: CaseId(7),
            to: Some("x0+76c079d3-0000-4000-8000-000000000001@marketplace.amazon.de".into()),
            from: None,
            subject: "Anfrage von Käufer Jürgen (Bestellung: 303-1000001-1000010)".into(),
            message_id: Some("newest@amazon.de".into()),
            references: vec!["first@amazon.de".into(), "newest@amazon.de".into()],
            order_id: Some("303-1000001-1000010".into()),
        }
    }

    fn letter(thread: &Correspondence, text: &str) -> Vec<u8> {
        let from = Mailbox::parse("shop@example.com").unwrap();
        let date = "2026-10-07T12:00:00Z".parse().unwrap();
        Letter::answer(thread, from, text, date, "01-02").unwrap().bytes()
    }

    /// Every line ends in CR LF, is short and plain ASCII.
    fn is_sound(mail: &[u8]) {
        let text = std::str::from_utf8(mail).unwrap();
        assert!(text.is_ascii() && text.ends_with("\r\n"), "{text}");
        for line in text.split_inclusive("\r\n") {
            let line = line.strip_suffix("\r\n").unwrap();
            assert!(!line.contains(['\r', '\n']) && line.len() <= 78, "{line}");
        }
    }

    #[test]
    fn an_answer_goes_to_the_relay_address_and_names_what_it_answers() {
        let mail = letter(&thread(), "Guten Tag,\nIhr Paket kommt am 9. Oktober.\n\nViele Grüße\n");
        is_sound(&mail);
        let read = MessageParser::default().parse(&mail).unwrap();
        let only = |address: Option<&mail_parser::Address<'_>>| {
            address.unwrap().first().unwrap().address().unwrap().to_owned()
        };
        assert_eq!(only(read.to()), thread().to.unwrap());
        assert_eq!(only(read.from()), "shop@example.com");
        assert_eq!(read.subject(), Some("Re: Anfrage von Käufer Jürgen (Bestellung: 303-1000001-1000010)"));
        assert_eq!(read.in_reply_to().as_text(), Some("newest@amazon.de"));
        let ids: Vec<_> = read.references().as_text_list().unwrap().to_vec();
        assert_eq!(ids, ["first@amazon.de", "newest@amazon.de"]);
        assert_eq!(read.message_id(), Some("01-02@example.com"));
        assert_eq!(
            read.date().unwrap().to_timestamp(),
            "2026-10-07T12:00:00Z".parse::<Timestamp>().unwrap().as_second()
        );
        assert_eq!(
            read.body_text(0).unwrap().replace("\r\n", "\n"),
            "Guten Tag,\nIhr Paket kommt am 9. Oktober.\n\nViele Grüße\n"
        );
    }

    #[test]
    fn a_text_without_latin_letters_is_packed_and_reads_back() {
        let text = "いつもお世話になっております。\n荷物は明日届きます。\n".repeat(20);
        let mail = letter(&thread(), &text);
        is_sound(&mail);
        assert!(String::from_utf8_lossy(&mail).contains("base64"));
        let read = MessageParser::default().parse(&mail).unwrap();
        assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n"), text);
    }

    #[test]
    fn what_a_mail_says_can_begin_no_header() {
        let evil = Correspondence {
            subject: "Hi\r\nBcc: thief@evil.example\r\n\r\nbody\u{2028}x".into(),
            message_id: Some("a>\r\nBcc:x@evil.example".into()),
            references: vec!["b c".into(), "ok@amazon.de".into(), "ü@x".into(), "<z@x>".into()],
            ..thread()
        };
        let mail = letter(&evil, "text\r\n.\r\nBcc: thief@evil.example");
        is_sound(&mail);
        let read = MessageParser::default().parse(&mail).unwrap();
        assert!(read.bcc().is_none() && read.in_reply_to().as_text().is_none());
        assert_eq!(read.references().as_text(), Some("ok@amazon.de"));
        assert_eq!(read.subject(), Some("Re: Hi Bcc: thief@evil.example body x"));
        for to in ["a@b.c\r\nBcc: x@y.z", "x", ""] {
            let evil = Correspondence { to: Some(to.into()), ..thread() };
            let from = Mailbox::parse("shop@example.com").unwrap();
            let refused = Letter::answer(&evil, from, "t", Timestamp::UNIX_EPOCH, "1").unwrap_err();
            assert_eq!(refused.exit, Exit::Blocked);
        }
    }

    #[test]
    fn a_subject_says_once_that_it_answers() {
        for (subject, answer) in [
            ("Where is it", "Re: Where is it"),
            ("RE: re : AW: Where is it", "Re: Where is it"),
            ("回复：订单", "Re: 订单"),
            ("Order: 5", "Re: Order: 5"),
            ("Re: ", "Re: 303-1000001-1000010"),
        ] {
            assert_eq!(answer_to(subject, thread().order_id.as_deref()), answer);
        }
        assert_eq!(answer_to(" ", None), "Re:");
    }

    proptest! {
        #[test]
        fn any_text_and_subject_read_back(text in "[\\PC\n\t]{0,400}", subject in "\\PC{0,200}") {
            let mail = letter(&Correspondence { subject: subject.clone(), ..thread() }, &text);
            is_sound(&mail);
            let read = MessageParser::default().parse(&mail).unwrap();
            let mut expected = text.clone();
            if !expected.ends_with('\n') { expected.push('\n'); }
            let body = read.body_text(0).unwrap().replace("\r\n", "\n");
            prop_assert_eq!(body.trim_end_matches('\n'), expected.trim_end_matches('\n'));
            prop_assert_eq!(read.subject().unwrap_or_default(), answer_to(&subject, thread().order_id.as_deref()));
        }
    }
}
