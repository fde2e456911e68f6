//! Mails that are broken, huge, deep or made of noise: refused or read, always in time and without a panic.

use proptest::prelude::*;

use super::*;

#[test]
fn what_is_no_mail_is_rejected_and_huge_ones_are_read_in_time() {
    for nothing in [&b""[..], b"\n\n", b"\0\0\0\0", b"just text"] {
        assert!(matches!(why(nothing), "unreadable" | "not_amazon"), "{}", why(nothing));
    }
    let started = std::time::Instant::now();
    let big = plain_mail(
        "a@marketplace.amazon.it",
        "s",
        "",
        &format!("------------- M: -------------\n{}\n------------- F -------------", "x ".repeat(100_000)),
    );
    assert_eq!(accepted(big).buyer_text.len(), 199_999);
    let long = plain_mail("a@marketplace.amazon.it", &"s".repeat(60_000), "", "hi");
    assert_eq!(accepted(long).subject.len(), 60_000);
    for deep in ["Content-Type: multipart/mixed; boundary=b{}\n\n--b{}\n", "Content-Type: message/rfc822\n\n"]
    {
        let mut nested = "From: a@marketplace.amazon.it\nSubject: s\n".to_owned();
        for level in 0..1_500 {
            nested.push_str(&deep.replace("{}", &level.to_string()));
        }
        assert_eq!(accepted(nested).notice, Notice::BuyerMessage);
    }
    let mut nested = "From: a@marketplace.amazon.it\nSubject: s\n".to_owned();
    for level in 0..500 {
        nested += &format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n");
    }
    nested.push_str("Content-Type: text/plain\n\ninnermost\n");
    assert_eq!(accepted(nested).buyer_text, "innermost");
    for piece in [
        "<",
        "- ",
        "-------------",
        "a@b,",
        "&#",
        "(",
        "=?utf-8?q?",
        "\"",
        "------------- x -------------\n",
        "1 ",
        "order ",
    ] {
        let body = piece.repeat(3_000 / piece.len());
        why(plain_mail("atoz-guarantee-no-reply@amazon.de", "s", "", &body));
        why(html_mail("a@marketplace.amazon.it", "s", "", &body));
        why(plain_mail(&format!("{body} <a@marketplace.amazon.it>"), "s", "", "x"));
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = verdict(&bytes, &Learned::default());
    }

    #[test]
    fn a_sample_with_bytes_changed_never_panics(at in prop::collection::vec((0_usize..4000, any::<u8>()), 0..20), cut in 0_usize..5000, which in 0_usize..3) {
        let file = ["it_return_request", "us_buyer_message_case_alias", "it_buyer_opted_out"][which];
        let mut mail = std::fs::read(format!("tests/data/mail/{file}.eml")).unwrap();
        for (place, byte) in at {
            let length = mail.len();
            mail[place % length] = byte;
        }
        mail.truncate(cut.max(10));
        let _ = verdict(&mail, &Learned::default());
    }
}
