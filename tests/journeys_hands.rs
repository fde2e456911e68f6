//! What hands do in a hurry: an amount typed a field too early, Enter without a choice, a key beside a figure, a footer that is
//! believed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use jiff::SignedDuration;
use kesu::domain::CaseId;
use kesu::domain::OfferKind;
use kesu::i18n::Lang;
use support::Desk;
use support::post::{self, costed, morning};

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);

fn offers(desk: &Desk, case: i64) -> Vec<OfferKind> {
    let file = desk.store.case(CaseId(case), desk.now).unwrap().unwrap();
    file.offers.iter().map(|offer| offer.kind).collect()
}

fn footer(desk: &Desk) -> String {
    desk.screen().lines().last().unwrap_or_default().to_owned()
}

#[test]
fn an_amount_typed_a_field_too_early_changes_nothing_and_says_so() {
    for (lang, said, kind) in
        [(Lang::En, "changes nothing", "‹ partial refund › 1/4"), (Lang::Zh, "未生效", "‹ 部分退款 › 1/4")]
    {
        for typed in ["20%", "2 0 %", "４", "3", "１２．５"] {
            let mut desk = Desk::new(lang, NARROW, morning);
            desk.press("<Enter>o<Tab><Tab><Tab>").press(typed).shows(said).shows(kind);
            desk.press("<Up><Up>").press(typed).shows(said).shows("› 1/3").press("<Down><Down>");
            desk.paste(typed).shows(said).shows(kind).press("<Enter><Enter>");
            assert_eq!(offers(&desk, 1), []);
            desk.press("<Right>").shows_no(said);
        }
    }
}

#[test]
fn a_refund_of_everything_is_asked_for_once_more_where_nobody_chose_it() {
    for (lang, said) in [
        (Lang::En, "All that is left of the order goes back: 25.00 USD"),
        (Lang::Zh, "将退还订单全部余额 25.00 USD"),
    ] {
        let mut desk = Desk::new(lang, NARROW, morning);
        desk.press("<End>o<Enter>").shows(said).press("<Tab>").shows_no(said);
        desk.press("<Up>").press("9").shows_no(said).press("<Enter>").shows(said);
        assert_eq!(offers(&desk, 4), []);
        desk.press("<Enter>").shows_no(said);
        assert_eq!(offers(&desk, 4), [OfferKind::CancelAndRefund]);
        let mut desk = Desk::new(lang, NARROW, morning);
        desk.press("<End>o<Left><Right><Enter>");
        assert_eq!(offers(&desk, 4), [OfferKind::CancelAndRefund], "he turned to it himself");
    }
}

#[test]
fn what_was_really_paid_is_typed_over_what_is_filled_in() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("<Enter>o12<Enter>Oc").shows("really paid").shows("12.00").press("10.00");
    desk.shows_no("12.0010.00").press("<Enter>").shows("offer: carried out");
    desk.shows("promised 12.00 USD, refunded 10.00 USD");
    desk.press("<Esc>o5<Enter>O<Down>c").press("<BS>").shows("5.0").press("5<Enter>").shows("carried out");
}

#[test]
fn a_footer_says_what_its_keys_do_now() {
    for (lang, next, book, done) in [
        (Lang::En, "enter next field", "enter book", "enter carried out"),
        (Lang::Zh, "enter 下一项", "enter 登记", "enter 已执行"),
    ] {
        let mut desk = Desk::new(lang, NARROW, morning);
        desk.press("<Enter>o");
        assert!(footer(&desk).contains(book), "{}", footer(&desk));
        desk.press("<Up>");
        assert!(footer(&desk).contains(next) && !footer(&desk).contains(book), "{}", footer(&desk));
        desk.press("<Down>5<Enter>O");
        let (accepted, reverse) = (lang.pick("a accepted", "a 已接受"), lang.pick("r reverse", "r 撤销"));
        assert!(footer(&desk).contains(accepted), "{}", footer(&desk));
        desk.press("a");
        assert!(!footer(&desk).contains(accepted), "{}", footer(&desk));
        desk.press("a").shows(lang.pick("is accepted already", "已是“已接受”")).press("c");
        assert!(footer(&desk).contains(done), "{}", footer(&desk));
        desk.press("<Esc>").press("r");
        let shown = footer(&desk);
        assert!([accepted, reverse].iter().all(|key| !shown.contains(key)), "{shown}");
        assert!(!desk.screen().contains("→ "), "{}", desk.screen());
        desk.press("<Esc>o<Up><Right><Right><Tab>");
        assert!(footer(&desk).contains(next), "{}", footer(&desk));
        desk.press("<Enter><Enter><Enter>").press("Oj").press("c");
        assert!(footer(&desk).contains(next), "{}", footer(&desk));
    }
}

#[test]
fn enter_without_a_choice_says_that_one_is_wanted() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("a<Enter>").shows("Choose first").press("s").shows("What has to be mended?");
    desk.press("<Enter>").shows("Choose first").press("<Down>").shows_no("Choose first").press("<Enter>");
    desk.shows("archived").press("w<Enter>").shows("Choose first");
    let mut desk = Desk::new(Lang::Zh, NARROW, morning);
    desk.press("a<Enter>").shows("请先选择");
}

#[test]
fn a_key_beside_a_figure_opens_the_screen_on_that_figure() {
    for lang in [Lang::En, Lang::Zh] {
        let mut desk = Desk::new(lang, WIDE, costed);
        let ours = lang.pick("seller ships", "自发货");
        // Each screen was left somewhere else.
        desk.press("H<End><Right><Esc>").press("C<Tab><End><Esc>").press("R<Tab><Tab><Esc>");
        let german = "303-1000001-1000010";
        desk.press("/303-1000001<Enter>o").shows("ODR").press("<C-d>");
        desk.shows(&format!("─ DE · {ours}")).press("<Esc>").press("<C-a>").press("<Enter>");
        desk.shows("LAMP-DE-2").press("<Esc><Esc>").press("<C-e>");
        desk.shows(lang.pick("claims withdrawn after an offer", "有补偿的索赔撤回"));
        desk.shows(lang.pick("365 days", "近365天")).press("<Esc>").shows("Ctrl-B").press("<Esc>");
        desk.press("<Enter>").shows(german).press("O").press("C").press("<Enter>").shows("LAMP-DE-2");
    }
}

#[test]
fn from_the_two_ways_of_a_claim_the_report_opens_on_withdrawn_claims_of_as_many_days() {
    let mut desk = Desk::new(Lang::En, WIDE, post::claimant);
    desk.press("R<Tab><Esc>").press("/113-7000003<Enter><Enter>v").shows("(too few for a rate)");
    desk.press("R").shows("claims withdrawn after an offer").shows("365 days").press("<Esc>");
    desk.press("H").shows("account health").press("<Esc>").shows("too few for a rate");
}

#[test]
fn the_worst_rate_stands_first_and_what_does_not_fit_is_counted() {
    let mut desk = Desk::new(Lang::En, NARROW, post::demo);
    desk.press("H").shows("account health").shows("1–4 of ").shows("↓").press("<End>").shows_no("1–4 of ");
    let screen = desk.press("<Home>").screen();
    let rates = screen.lines().skip(3).take(4).filter_map(|line| {
        let rate = line.split_whitespace().find_map(|word| word.strip_suffix('%'))?;
        rate.parse::<f64>().ok()
    });
    let rates: Vec<f64> = rates.collect();
    assert!(rates.len() == 4 && rates.is_sorted_by(|one, other| one >= other), "{rates:?}\n{screen}");
    let mut desk = Desk::new(Lang::Zh, NARROW, post::demo);
    desk.press("H").shows("第1–4行，共");
}

#[test]
fn a_reply_is_written_to_the_buyers_words_and_not_to_a_refund_mail() {
    let mut desk = Desk::new(Lang::En, WIDE, morning);
    let at = (desk.now - SignedDuration::from_mins(5)).strftime("%a, %d %b %Y %H:%M:%S +0000");
    let mail = format!(
        "Message-ID: <refund@amazon.com>\r\nDate: {at}\r\nFrom: Amazon.com <donotreply@amazon.com>\r\n\
         To: shop@example.com\r\nSubject: Refund initiated for order 113-5550001-2220001\r\n\
         X-Marketplace-ID: ATVPDKIKX0DER\r\nX-Space-Notification-Type: REFUND_ISSUED\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n\
         A refund was issued.\r\nOrder ID: 113-5550001-2220001\r\nRefund amount: 1.999 USD\r\n"
    );
    let now = desk.now;
    post::bring(&mut desk.store, now, &[mail], &[]);
    desk.press("<Enter>").shows("A refund was issued").shows("amount not known").press("r");
    desk.shows("There is no sign of the keyboard").shows_no("A refund was issued");
    desk.press("It is on its way to you.<F6>").shows("our reply (marked as sent here)").shows("thread (PDT)");
}

#[test]
fn a_cost_that_cannot_be_told_is_objected_to_while_it_is_typed_with_what_to_do() {
    for (lang, said, remedy) in
        [(Lang::En, "`1.999 USD` is ambiguous", "(1999)"), (Lang::Zh, "“1.999 USD” 有歧义", "（1999）")]
    {
        let mut desk = Desk::new(lang, NARROW, costed);
        desk.press("C/KB-US<Enter><Enter>").shows("12.00 USD").shows_no("✗");
        desk.press("<BS><BS><BS><BS><BS><BS><BS><BS><BS>").shows_no("✗").press("1.999 USD");
        desk.shows(said).shows(remedy).press("<Enter>").shows(said).shows(remedy);
    }
}

#[test]
fn an_amount_that_is_refused_has_no_cost() {
    let mut desk = Desk::new(Lang::En, NARROW, costed);
    desk.press("/113-5550001<Enter>o12").shows("12.00 refund").press("<BS><BS>99999");
    desk.shows("is more than").shows_no("99999.00 refund").shows("? refund");
}
