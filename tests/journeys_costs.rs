//! Costs by keys: the table and its form, what an offer costs while it is typed, and complaint rates with their cases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use kesu::domain::cost::SkuCost;
use kesu::domain::weight::Weight;
use kesu::i18n::Lang;
use kesu::problem::{Exit, Problem};
use kesu::tui::job::{Done, Wanted};
use support::Desk;
use support::post::{self, costed};

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);

#[test]
fn a_sku_without_costs_is_filled_in_and_undone() {
    for lang in [Lang::En, Lang::Zh] {
        let mut desk = Desk::new(lang, NARROW, post::shop);
        desk.press("C").shows(lang.pick("costs · 4 SKUs, 4 without", "4个缺成本或重量")).shows("KB-US-01");
        // Six complaints name the keyboard: it stands first.
        desk.press("<Enter>").shows(lang.pick("cost of one piece", "单件成本"));
        desk.press("12.5 USD<Tab>450g<Tab>Home<Tab> <Tab>cn<Enter>");
        desk.shows("12.50 USD")
            .shows("450 g")
            .shows("CN")
            .shows("Home")
            .shows(lang.pick("3 without", "3个缺"));
        desk.press("u").shows(lang.pick("4 without", "4个缺")).shows_no("12.50 USD");
        desk.press("<Esc>").shows("113-5550001-2220001");
    }
}

#[test]
fn a_field_that_cannot_be_read_keeps_the_form_with_its_reason() {
    let mut desk = Desk::new(Lang::En, NARROW, post::shop);
    desk.press("<C-a><Enter>12.50<Enter>").shows("names no currency").shows("name the currency: 12.50 USD");
    desk.press(" USD<Tab>450<Enter>").shows("names no unit").press(" stone<Enter>").shows("is not a weight");
    desk.press("<BS><BS><BS><BS><BS><BS> g<Tab><Tab><Tab>China<Enter>").shows("is not a country");
    desk.press("<BS><BS><BS><BS><BS>").press("<Enter>").shows("12.50 USD").shows("450 g");
    let mut desk = Desk::new(Lang::Zh, NARROW, post::shop);
    desk.press("Ｃ<Enter>１２.５ USD<Enter>").shows("12.50 USD");
    desk.press("<F9>").shows("cost");
}

#[test]
fn a_refusal_of_the_disk_keeps_what_was_typed() {
    let mut desk = Desk::new(Lang::En, NARROW, post::shop);
    desk.press("C<Enter>9 EUR");
    let problem = Problem::new(Exit::Failed, ["disk I/O error", "磁盘错误"], ["", ""]);
    desk.tell(Done::Failed { wanted: Wanted::Cost, problem });
    desk.shows("disk I/O error").shows("9 EUR").press("<Esc>").shows("costs ·");
}

#[test]
fn fees_and_postage_of_a_site_are_written_on_the_second_page() {
    let mut desk = Desk::new(Lang::En, NARROW, post::shop);
    desk.press("C<Tab>").shows("kept on refund").shows("DE · EUR").press("<Down>").shows("US · USD");
    desk.press("<Enter>").shows("referral fee").press("15<Tab>20%<Tab>5<Tab>");
    desk.press("500 g = 3.99; 2 kg = 5.99; more = 14<Tab>more = 7<Enter>");
    desk.shows("15%").shows("20%").shows("5.00 USD").shows("500 g = 3.99; 2 kg = 5.99; more = 14.00");
    desk.press("<Enter><Down><Down><Down><C-u>").press("<Esc>").shows("14.00");
    desk.press("<Enter>").press("<Tab><Tab><Tab><End>; 3 = 4<Enter>").shows("names no unit").press("<Esc>");
    desk.press("u").shows_no("14.00").press("<F9>").shows("退款扣留");
}

#[test]
fn the_list_is_narrowed_by_words_and_survives_any_window() {
    let mut desk = Desk::new(Lang::En, WIDE, post::demo);
    desk.press("C").press("/zzz<Enter>").shows("not found").press("<Esc>").shows_no("not found");
    for size in [(80, 24), (40, 8), (60, 12), (300, 60), (41, 9), (40, 14)] {
        desk.resize(size);
        assert_eq!(desk.screen().split('\n').count(), usize::from(size.1));
        desk.press("<End><PgDn><Tab><End><Home><Enter>");
        assert_eq!(desk.screen().split('\n').count(), usize::from(size.1));
        desk.press("<Esc>");
    }
    let mut empty = Desk::new(Lang::Zh, NARROW, |_, _| ());
    empty.press("C").shows("还没有 SKU").press("<Enter><Tab><Enter>").shows("销售佣金");
}

#[test]
fn an_offer_shows_its_cost_while_it_is_typed() {
    let mut desk = Desk::new(Lang::En, NARROW, costed);
    // 12.00: fee 1.80, a fifth kept: 1.44 back.
    desk.press("o12").shows("12.00 refund − 1.44 fee returned = 10.56 USD");
    desk.press("<BS><BS>20%").shows("9.80 refund");
    desk.press("<Up><Right>").shows("goods not returned: 48.99 refund − 5.88 fee returned = 43.11 USD");
    desk.shows("goods back, sellable: 48.99 refund − 5.88 fee returned − 12.00 goods back");
    desk.shows("+ 7.00 return postage = 38.11 USD");
    desk.press("<Right>").shows("12.00 goods + 4.00 postage = 16.00 USD");
    desk.press("<Down><Down><Down>").press("9.50").shows("9.50 as typed = 9.50 USD");
    let mut wide = Desk::new(Lang::En, WIDE, costed);
    wide.press("o12").shows("ODR US seller ships:").shows("withdrawn after an offer 79.0%");
    wide.shows("others' 79% as 10 claims").shows("costs.toml");
}

#[test]
fn what_is_not_known_is_said_and_never_summed() {
    let mut desk = Desk::new(Lang::En, NARROW, post::shop);
    desk.press("o12").shows("12.00 USD refund − ? fee returned").shows("unknown: no fee for US");
    desk.shows_no("= 10.56");
    desk.press("<Up><Right><Right><Tab>")
        .shows("unknown: no cost of goods for KB-US-01")
        .shows("unknown: no weight for KB-US-01");
    let mut chinese = Desk::new(Lang::Zh, NARROW, post::shop);
    chinese
        .press("o12")
        .shows("未知：US 无佣金比例")
        .press("<Up><Right><Right><Tab>")
        .shows("KB-US-01 无重量");
    // A case whose order is in no report.
    let mut desk = Desk::new(Lang::En, WIDE, |store, now| {
        post::bring(store, now, &[post::claim(now, 5, "112-7000009-7000009", "$48.99")], &[]);
    });
    desk.press("o5")
        .shows("it is a claim already × at risk 48.99 USD = 48.99 USD")
        .shows("in no imported report");
}

#[test]
fn goods_in_another_currency_stand_apart() {
    let mut desk = Desk::new(Lang::En, WIDE, |store, now| {
        costed(store, now);
        let yuan = kesu::domain::Money::new(8_600, kesu::domain::Currency::parse("CNY").unwrap());
        let cost =
            SkuCost { cost: Some(yuan), weight: Weight::of_milligrams(1_000), ..SkuCost::empty("KB-US-01") };
        store.save_sku_cost(&cost, now).unwrap();
    });
    desk.press("o<Up><Right><Right><Tab>").shows("86.00 CNY goods + 4.00 USD postage = 86.00 CNY + 4.00 USD");
}

#[test]
fn complaint_rates_lead_to_their_cases_and_back() {
    for lang in [Lang::En, Lang::Zh] {
        let mut desk = Desk::new(lang, NARROW, costed);
        desk.press("R<Tab><Tab>").shows(lang.pick("complaint rates", "客诉率"));
        desk.shows(lang.pick("by category", "按类目")).shows("home").shows("┆1.8%");
        desk.shows(lang.pick("unknown: no category", "未知：无类目"));
        desk.press("<Enter>").shows("113-5550001-2220001").shows("112-1000001-2000009");
        desk.press("<Esc>").shows(lang.pick("all orders", "全部订单"));
        desk.press("<Down><Down><Down><Down><Enter>")
            .shows_no("113-5550001-2220001")
            .shows("303-1000001-1000010");
        desk.press("<Esc>")
            .press("<Home><Down>")
            .shows(lang.pick("about orders never seen", "未导入订单的客诉"));
        desk.press("<Enter>").shows("303-9999999-0000001").press("<Esc><Esc>").shows("113-5550001-2220001");
    }
}

#[test]
fn the_period_of_the_rates_changes_by_key() {
    let mut desk = Desk::new(Lang::En, WIDE, costed);
    desk.press("R<Tab><Tab>").shows("report · 90 days").shows("orders of 2026-07-09 to 2026-10-06");
    desk.press("d").shows("report · 365 days").shows("not all of these days are imported");
    desk.press("dd")
        .shows("report · 30 days")
        .shows("orders of 2026-09-07 to 2026-10-06")
        .shows("seller · cross-border")
        .shows("unknown: from or to");
    desk.shows("≤ 50.00 USD").shows("> 50.00 EUR").shows("seller ships");
}

#[test]
fn the_own_policy_counts_and_a_mistake_in_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("config.toml");
    let write = |text: &str| std::fs::write(folder.path().join("costs.toml"), text).unwrap();
    write("[withdrawal]\npercent = 50\nweight = 4\n[[benchmark]]\nname = \"home\"\nhundredths = 95\n");
    let mut desk = Desk::with_settings(Lang::En, WIDE, &settings, costed);
    desk.press("o12").shows("others' 50% as 4 claims").press("<Esc>R<Tab><Tab>").shows("┆0.95%");
    write("[withdrawal]\npercentage = 50\n");
    let mut desk = Desk::with_settings(Lang::En, WIDE, &settings, costed);
    desk.shows("costs.toml").shows("line 2").press("o12").shows("others' 79% as 10 claims");
}

#[test]
fn a_booked_offer_shows_its_true_cost_in_the_list_and_by_what_was_really_refunded() {
    for lang in [Lang::En, Lang::Zh] {
        let cost = lang.pick("true cost ", "实际成本 ");
        let mut desk = Desk::new(lang, NARROW, costed);
        desk.press("<Enter>o12<Enter>O").shows(&format!("{cost}10.56 USD"));
        desk.press("c<C-u>10<Enter>").shows(&format!("{cost}8.80 USD"));
        desk.press("r").shows_no(cost);
    }
    let mut desk = Desk::new(Lang::En, NARROW, post::shop);
    desk.press("<Enter>o12<Enter>O").shows("true cost unknown: no fee for US");
}

#[test]
fn a_saved_sku_stays_under_the_cursor_wherever_its_line_goes() {
    let mut desk = Desk::new(Lang::En, NARROW, post::demo);
    desk.press("C<Enter>").press("10 USD<Enter>300 g<Enter><Enter><Enter><Enter>").shows("✓");
    let line = |desk: &mut Desk| {
        let form = desk.press("<Enter>").screen();
        desk.press("<Esc>");
        form.lines().find(|line| line.starts_with(" ╭") || line.contains("╭ ")).unwrap().to_owned()
    };
    let (saved, first) = (line(&mut desk), {
        desk.press("<Home>");
        line(&mut desk)
    });
    assert_ne!(saved, first, "a SKU with cost and weight goes down the list");
    desk.press("u");
    let screen = desk.screen();
    assert!(screen.contains("10.00 USD") || screen.contains("undone"), "{screen}");
}

/// From the figures of a dialogue to the cases behind them and back, as the dialogue was left.
#[test]
fn the_figures_of_the_offer_dialogue_lead_to_their_cases_and_back_to_what_was_typed() {
    for lang in [Lang::En, Lang::Zh] {
        let mut desk = Desk::new(lang, WIDE, post::demo);
        desk.press("<Enter>o12.34").shows("12.34").shows("Ctrl-B");
        let cases = lang.pick("own complaints:", "自有客诉：");
        desk.press("<C-b>").shows(cases).shows_no("12.34");
        // A case of the list is read on the way; the dialogue waits for its own.
        desk.press("<Enter><Esc>").shows(cases);
        desk.press("<Esc>").shows("12.34").shows_no(cases).press("5").shows("12.345");
        desk.press("<BS><C-d>").shows(lang.pick("account health", "账户状况")).shows_no("12.34");
        desk.press("<Esc>").shows("12.34");
        desk.press("<C-e>").shows_no("12.34").press("<Esc>").shows("12.34");
        desk.press("<C-a>").shows_no("12.34").press("<Esc>").shows("12.34");
    }
}

#[test]
fn from_a_case_or_a_reply_the_cases_behind_its_offer_lead_back_to_what_was_typed_there() {
    let mut desk = Desk::new(Lang::En, WIDE, post::demo);
    desk.press("<Enter>o12<Enter>Oc").shows("Ctrl-B").press("<C-b>").shows("own complaints:");
    desk.press("<Esc>").shows_no("own complaints:").shows("Ctrl-B").press("<Esc><Esc>").shows("thread");
    desk.press("r").press("half a sentence").press("<F7>").press("3.21").shows("3.21");
    desk.press("<C-b>").shows("own complaints:").shows_no("3.21");
    desk.press("<Esc>").shows("3.21").press("<Esc>").shows("half a sentence").shows_no("own complaints:");
    desk.press("<Esc>").shows("thread");
}
