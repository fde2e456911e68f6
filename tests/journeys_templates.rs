//! Own templates, the Templates screen, snippets and what templates learn, by keys through the whole program.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use kesu::i18n::Lang;
use kesu::store::Store;
use support::Desk;
use support::post::morning;
use tempfile::TempDir;

const NARROW: (u16, u16) = (80, 24);
const MINE: &str = "+++\ntitle = [\"Where the parcel is\", \"包裹在哪里\"]\nkinds = [\"not_received\"]\n\
                    channels = [\"buyer_message\"]\n+++\nDear {% if buyer_name is defined %}{{ buyer_name }}{% else %}customer{% endif %},\n\n\
                    it is on its way.\n\n{{ addition }}\n\nYours\n";

/// A desk with a config folder of its own.
struct Shop {
    folder: TempDir,
    desk: Desk,
}

impl Shop {
    /// `own`: files of the config folder and what they say.
    fn new(lang: Lang, own: &[(&str, &str)], fill: impl FnOnce(&mut Store, Timestamp)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in own {
            write(&folder.path().join(name), text);
        }
        let desk = Desk::with_settings(lang, NARROW, &folder.path().join("config.toml"), fill);
        Self { folder, desk }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn an_own_template_is_used_in_place_of_the_one_that_ships() {
    let mut shop = Shop::new(Lang::En, &[("templates/en/not-received-in-transit.txt", MINE)], morning);
    shop.desk.press("tWhere the parcel").shows("it is on its way.").press("<Enter>");
    shop.desk.shows("template: Where the parcel is").shows("it is on its way.").press("Soon.<F5>");
    assert!(shop.desk.copied[0].contains("it is on its way.\n\nSoon.\n\nYours"), "{:?}", shop.desk.copied);
}

#[test]
fn a_broken_own_template_is_named_and_stops_nothing() {
    let broken = MINE.replace("buyer_name is", "byer_name is");
    let own = [("templates/en/not-received-in-transit.txt", broken.as_str())];
    let mut shop = Shop::new(Lang::Zh, &own, morning);
    shop.desk
        .resize((220, 24))
        .shows("not-received-in-transit.txt第 6 行：没有变量 `byer_name`：是否想写 `buyer_name`？");
    shop.desk.press("tin transit").shows("运输途中").shows_no("it is on its way.");
    assert!(shop.path("templates/en/not-received-in-transit.txt").exists());
}

#[test]
fn a_shipped_template_becomes_an_own_one_is_refused_with_its_mistake_saved_and_removed_again() {
    let mut shop = Shop::new(Lang::En, &[], morning);
    shop.desk.press("T").shows("Templates (Tab: snippets)").shows("ships").press("de invoice");
    shop.desk.shows("Invoice").press("<Enter>").shows("edit: de/invoice").shows("nothing changed yet");
    // Past the head, onto a line of its own.
    shop.desk.press("<PgDn><PgDn><End><Enter>").paste("{{ buyer_nmae }}");
    shop.desk.shows("draft, not saved").press("<C-s>");
    shop.desk.shows("NOT SAVED").shows("there is no variable `buyer_nmae`").shows_no("saved and in use");
    shop.desk
        .shows("did you mean `buyer_name`?")
        .shows("   ^")
        .press("<End>")
        .paste("{% if item is defined %}")
        .press("<C-s>");
    shop.desk.shows("`if` is never closed: `{% endif %}` is missing");
    assert!(!shop.path("templates/de/invoice.txt").exists(), "a refused text is not saved");
    shop.desk.press("<C-r>").shows("nothing changed yet");
    shop.desk
        .press("<PgDn><PgDn><End>")
        .paste("\nPS: danke.")
        .press("<C-s>")
        .shows("saved and in use: de/invoice");
    let saved = fs::read_to_string(shop.path("templates/de/invoice.txt")).unwrap();
    assert!(saved.ends_with("\nPS: danke.\n"), "{saved}");
    shop.desk
        .shows("mine, over")
        .press("<A-Down><A-Down><A-Down><A-Down><A-Down><A-Down><A-Down><A-Down>")
        .shows("PS: danke.");
    assert!(fs::read_to_string(shop.path("templates/de/invoice.txt")).unwrap().contains("PS: danke."));
    shop.desk.press("<C-x>").shows("de/invoice is removed").press("<Esc>").shows("mine, over");
    shop.desk
        .press("<C-x><Enter>")
        .shows("removed: de/invoice")
        .shows_no("mine, over")
        .shows_no("PS: danke.");
    shop.desk
        .press("<C-x>")
        .shows("ships with kesu and cannot be removed")
        .press("<Esc>")
        .shows("buyer says");
}

#[test]
fn a_new_template_is_named_written_and_used_at_once_in_the_reply() {
    let mut shop = Shop::new(Lang::Zh, &[], morning);
    shop.desk
        .press("<Enter>r<F11>")
        .shows("模板（Tab：短语）")
        .press("en <C-n>")
        .shows("新建（语言/名称）：");
    shop.desk
        .press("<C-u>xx/a<Enter>")
        .shows("没有语言 `xx`")
        .press("<C-u>en/thanks<Enter>")
        .shows("已经存在");
    shop.desk.press("<C-u>en/催单回复<Enter>").shows("编辑: en/催单回复").shows("{{ addition }}");
    shop.desk.press("<Down><Down><Down><Down><Down><Down>").press("Your parcel moves.<C-s>");
    shop.desk.shows("已保存并生效： en/催单回复").shows("自建").press("<Esc>");
    shop.desk.press("<F2>催单<Enter>").shows("Your parcel moves.");
}

#[test]
fn half_a_template_outlives_a_crash_and_goes_on_where_it_was() {
    let mut shop = Shop::new(Lang::En, &[], morning);
    shop.desk.press("Tde thanks<Enter>").shows("edit:").press("<PgDn><PgDn><End>").paste("half a thought");
    shop.desk.wait(jiff::SignedDuration::from_secs(1));
    let draft = fs::read_to_string(shop.path("templates/de/thanks.txt.draft")).unwrap();
    assert!(draft.ends_with("half a thought"));
    // Another kesu begins where this one was killed.
    let settings = shop.path("config.toml");
    let mut desk = Desk::with_settings(Lang::En, NARROW, &settings, morning);
    desk.press("Tde thanks")
        .shows("✎ ")
        .press("<Enter><PgDn><PgDn><End>")
        .shows("half a thought")
        .press("<Esc>");
    desk.shows("✎ ").press("<Enter><C-r><Esc>").shows("back to the saved text").shows_no("✎ ");
    assert!(!shop.path("templates/de/thanks.txt.draft").exists());
}

#[test]
fn the_operators_editor_writes_a_template_and_what_it_leaves_is_checked() {
    let mut shop = Shop::new(Lang::En, &[], morning);
    shop.desk.editor = |text| text.replace("{{ order_id }}", "{{ order_di }}");
    shop.desk.press("Tfr invoice<F4>").shows("there is no variable `order_di`: did you mean `order_id`?");
    shop.desk.editor = |text| text.replace("{{ order_di }}", "{{ order_id }}, oui,");
    shop.desk.press("<F4>").shows("saved and in use: fr/invoice").shows("mine, over");
    shop.desk.editor = str::to_owned;
    shop.desk.press("de invoice").press("<F4>").shows("Templates (Tab").shows_no("edit:");
}

#[test]
fn a_broken_file_is_listed_with_its_mistake_and_mended_in_place() {
    let broken = MINE.replace("{{ addition }}", "{{ adition }}");
    let own = [("templates/en/mine.txt", broken.as_str()), ("snippets/en/short.txt", "no head")];
    let mut shop = Shop::new(Lang::En, &own, morning);
    shop.desk.press("Tmine").shows("✗ mistake").shows("did you mean `addition`?").press("<Tab>");
    shop.desk.press("short").shows("✗ mistake").shows("head between two lines").press("<Tab>mine<Enter>");
    // The caret stands on the mistake already.
    shop.desk.press("<C-s>").shows("`adition`").press("<Right>d<C-s>").shows("saved and in use: en/mine");
    shop.desk.shows("mine  ");
}

#[test]
fn a_template_learns_from_what_is_sent_with_it_and_undo_takes_that_back() {
    let mut shop = Shop::new(Lang::En, &[], morning);
    let minute = jiff::SignedDuration::from_mins(60);
    shop.desk.press("<Enter>").wait(minute).wait(minute);
    shop.desk.press("tthanks<Enter>").press("One more thing of my own.<F6>").shows("marked as sent");
    shop.desk.press("Ten thanks").shows("used 1× (not received 1)").shows("(median)");
    shop.desk.shows("from first sight to the reply 2h (median of 1)").shows("cases: open 1");
    shop.desk.press("<C-o>").shows("cases answered with en/thanks").shows("113-5550001-2220001");
    shop.desk
        .press("<Enter>")
        .shows("#1 message")
        .press("<Esc>")
        .shows("cases answered with")
        .press("<Esc><Esc>u");
    shop.desk.press("Ten thanks").shows("not used yet");
}

#[test]
fn what_was_used_before_comes_first_among_equals() {
    let second = MINE.replace("Where the parcel is", "Second of two").replace("on its way", "found again");
    let own = [("templates/en/aaa.txt", MINE), ("templates/en/bbb.txt", second.as_str())];
    let mut shop = Shop::new(Lang::En, &own, morning);
    let first = |desk: &mut Desk| {
        let screen = desk.press("t").screen();
        desk.press("<Esc><Esc>");
        let of = |title: &str| screen.find(title).unwrap_or(usize::MAX);
        of("Second of two") < of("Where the parcel is")
    };
    assert!(!first(&mut shop.desk));
    shop.desk.press("tSecond of two<Enter><F6>").shows("marked as sent").press("<Esc>");
    assert!(first(&mut shop.desk));
}

#[test]
fn claims_answered_with_a_template_show_how_many_were_withdrawn() {
    use kesu::domain::view::ReplyDraft;
    use kesu::domain::{CaseId, Outcome};
    let mut shop = Shop::new(Lang::En, &[], |store, now| {
        let claims: Vec<String> = (1..=4)
            .map(|number| support::post::claim(now, 70, &format!("112-1000001-200000{number}"), "$48.99"))
            .collect();
        support::post::bring(store, now, &claims, &[]);
        let draft = ReplyDraft { template: Some("en/atoz-amazon".to_owned()), ..ReplyDraft::default() };
        for number in 1..=4 {
            store.sent(CaseId(number), "Dear Amazon team", &draft, now).unwrap();
            let outcome = if number < 4 { Outcome::Withdrawn } else { Outcome::Granted };
            store.archive(CaseId(number), outcome, None, now).unwrap();
        }
    });
    shop.desk.resize((120, 40)).press("Ten answer to Amazon");
    shop.desk.shows("cases: claim withdrawn 3 · claim granted, we");
    shop.desk.shows("claims withdrawn 3 of 4: 75% (95% sure: 30–96%)");
}

#[test]
fn snippets_stack_at_the_caret_and_ask_for_what_is_missing() {
    let own = [(
        "snippets/en/hours.txt",
        "+++\ntitle = [\"Opening hours\", \"营业时间\"]\n+++\nWe are here from 9 to 5.\n",
    )];
    let mut shop = Shop::new(Lang::En, &own, morning);
    shop.desk.press("<Enter>r").press("Dear Ann. Bye.<Left><Left><Left><Left><Left>");
    shop.desk.press("<A-s>").shows("Put in a snippet").press("An apology<Enter>");
    shop.desk.shows("Dear Ann. We are sorry for the trouble this has caused you. Bye.");
    shop.desk.press("<A-s>tracking").shows("[carrier]").press("<Enter>").shows("The template needs a value");
    shop.desk.press("<Enter>").shows("The template needs a value");
    shop.desk.press("UPS<Enter>").shows("tracking number").press("1Z999AA10123456784<Enter>");
    shop.desk.press("<A-s>opening<Enter><F5>");
    let sent = "Dear Ann. We are sorry for the trouble this has caused you. Your parcel travels with UPS, tracking number \
                1Z999AA10123456784. We are here from 9 to 5. Bye.";
    assert_eq!(shop.desk.copied, [sent]);
    // Esc in the question gives the snippet up, and nothing of it is ever put in.
    shop.desk.press("<A-s>policy<Enter>").shows("after-sales policy").press("<Esc><F5>");
    assert_eq!(shop.desk.copied, [sent, sent]);
}

#[test]
fn a_copy_that_was_given_up_does_not_happen_later() {
    let mut shop = Shop::new(Lang::En, &[], morning);
    shop.desk.press("<Enter>tin transit<Enter><F5>").shows("The template needs a value").press("<Esc>");
    shop.desk
        .press("<A-s>investigation<Enter>")
        .shows("carrier")
        .press("UPS<Enter>")
        .shows("asked UPS to search");
    assert!(shop.desk.copied.is_empty());
}

#[test]
fn a_snippet_comes_in_the_language_of_the_reply() {
    let mut shop = Shop::new(Lang::Zh, &[], morning);
    shop.desk.press("<Down><Down><Enter>").shows("Bernd").press("r<A-s>感谢耐心<Enter>");
    shop.desk.shows("Vielen Dank für Ihre Geduld.");
}

#[test]
fn a_saved_template_stays_under_the_cursor_of_the_list_as_it_was_narrowed() {
    let mut shop = Shop::new(Lang::En, &[], morning);
    shop.desk.press("Tinvoice<Down><Down>");
    let before = shop.desk.screen();
    shop.desk.press("<Enter> <BS><Esc>");
    assert_eq!(shop.desk.screen(), before, "nothing was changed");
    shop.desk.press("<Enter><PgDn><PgDn><End>Bye<C-s>").shows("saved and in use").shows("invoice");
    let marked = |screen: &str| screen.lines().filter(|line| line.contains("invoice")).count();
    assert_eq!(
        marked(&shop.desk.screen()),
        marked(&before) + 1,
        "the list is still narrowed, and the news names it"
    );
    // A new one that the words leave out is shown all the same.
    shop.desk.press("<C-n>zz<Enter>").shows("zz").press("x<Esc>").shows("zz");
}

#[test]
fn what_was_typed_for_a_template_is_there_again_in_the_same_session() {
    let mut shop = Shop::new(Lang::En, &[("templates/en/inv2.txt", MINE)], morning);
    shop.desk
        .press("Ten Where the parcel<Enter>")
        .shows("edit: en/inv2")
        .press("<PgDn><PgDn><End> FIRST WORK");
    // The draft is on disk before Esc.
    shop.desk
        .wait(SignedDuration::from_secs(1))
        .press("<Esc>")
        .shows("✎")
        .press("<Enter>")
        .shows("FIRST WORK");
    shop.desk.press("<PgDn><PgDn><End> SECOND").wait(SignedDuration::from_secs(1)).press("<Esc>");
    let draft = fs::read_to_string(shop.path("templates/en/inv2.txt.draft")).unwrap();
    assert!(draft.contains("FIRST WORK") && draft.contains("SECOND"), "{draft}");
}

#[test]
fn the_picker_marks_own_templates_and_reads_full_width_letters() {
    let mut shop = Shop::new(Lang::En, &[("templates/en/inv2.txt", MINE)], morning);
    shop.desk.press("tｗｈｅｒｅ ｔｈｅ ｐａｒｃｅｌ").shows("Where the parcel is · mine");
}

#[test]
fn a_template_that_another_program_changed_meanwhile_is_replaced_only_knowingly() {
    let file = "templates/en/mine.txt";
    let mut shop = Shop::new(Lang::En, &[(file, MINE)], morning);
    shop.desk.press("Tmine<Enter>").shows("it is on its way.").press("<PgDn><PgDn><End>!");
    write(&shop.path(file), &MINE.replace("Yours", "Theirs"));
    shop.desk.press("<C-s>").shows("another program changed this file");
    assert!(fs::read_to_string(shop.path(file)).unwrap().contains("Theirs"));
    shop.desk
        .press("<C-r>")
        .shows("Theirs")
        .press("<C-z>")
        .shows("Yours!")
        .press("<C-s>")
        .shows("saved and in use");
    assert!(fs::read_to_string(shop.path(file)).unwrap().contains("Yours!"));
}

#[test]
fn a_template_put_into_the_folder_while_kesu_runs_is_in_the_list() {
    let mut shop = Shop::new(Lang::En, &[], morning);
    shop.desk.press("T").shows_no("Where the parcel is").press("<Esc>");
    write(&shop.path("templates/en/mine.txt"), MINE);
    shop.desk.press("Tmine").shows("Where the parcel is");
}

#[test]
fn enter_where_no_template_matches_leaves_the_picker_open() {
    let mut shop = Shop::new(Lang::En, &[], morning);
    shop.desk
        .press("tzzqqzz<Enter>")
        .shows("No template matches")
        .press("<C-u>lost<Enter>")
        .shows("template:");
}

#[test]
fn the_editor_opens_where_the_text_begins_and_takes_back_its_own_restoring() {
    let mut shop = Shop::new(Lang::En, &[], morning);
    shop.desk.press("Tde invoice<Enter>").shows("nothing changed yet").press("XY").shows("XYGuten Tag");
    shop.desk.press("<C-End>ZZ<C-Home>").shows("draft, not saved").wait(SignedDuration::from_secs(2));
    let draft = shop.path("templates/de/invoice.txt.draft");
    assert!(fs::read_to_string(&draft).unwrap().ends_with("ZZ"));
    shop.desk.press("<C-r>").shows_no("XYGuten").shows("nothing changed yet");
    shop.desk.press("<C-z>").shows("XYGuten Tag").press("<C-r>").wait(SignedDuration::from_secs(2));
    assert!(!draft.exists(), "nothing differs, so there is no draft");
    shop.desk.press("<Esc>").shows("Templates (Tab: snippets)").shows_no("✎");
    // A new one that is left as it began was never there.
    shop.desk.press("<C-n><C-u>en/short<Enter>").shows("edit: en/short").press("a").shows("draft, not saved");
    shop.desk.wait(SignedDuration::from_secs(2)).press("<C-z>").wait(SignedDuration::from_secs(2));
    shop.desk.press("<Esc>").shows_no("short");
    assert!(!shop.path("templates/en/short.txt.draft").exists());
}

#[test]
fn the_help_of_the_editor_names_every_variable_and_filter() {
    let mut shop = Shop::new(Lang::En, &[], morning);
    shop.desk.press("Tde invoice<Enter><F1>").shows("writing a template").shows("Ctrl-Z");
    shop.desk.press("<PgDn>").shows("full_refund").shows("tracking number of the replacement");
    shop.desk
        .press("<End>")
        .shows("capitalize")
        .shows("{% if item is defined %}")
        .press("<Home>")
        .shows("Ctrl-S");
    shop.desk.press("x").shows("nothing changed yet");
    shop.desk.paste("{{ item | zzzzzz }}").press("<C-s>").shows("there is no filter `zzzzzz`");
    shop.desk.shows("unique").shows("safe");
}

#[test]
fn the_picker_finds_a_file_that_was_added_meanwhile_and_says_how_many_there_are() {
    let mut shop = Shop::new(Lang::En, &[], morning);
    shop.desk.press("t").shows(" of ").shows_no("Where the parcel").press("<Esc>");
    write(&shop.path("templates/en/mine.txt"), MINE);
    shop.desk.press("tWhere the parcel").shows("it is on its way.").shows("1 of 3");
    shop.desk.press("<Esc>").shows("buyer says").press("j").shows("buyer says");
}

#[test]
fn esc_leads_back_to_where_the_picker_and_the_comparison_were_opened() {
    let own = [("templates/en/good.txt", MINE)];
    let mut shop = Shop::new(Lang::En, &own, morning);
    shop.desk.press("<Enter>").shows("buyer may claim").press("t").shows("Pick a template");
    shop.desk.press("<Esc>").shows_no("Pick a template").shows("buyer may claim");
    shop.desk
        .press("tWhere the parcel<Enter>Soon.<C-d>")
        .shows("template: Where the parcel is")
        .press("<Esc>");
    shop.desk.press("<F6>").shows("marked as sent").press("d").shows("template: Where the parcel is");
    shop.desk.press("<Esc>").shows_no("earlier replies").shows("stopped");
}
