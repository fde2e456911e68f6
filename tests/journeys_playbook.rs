//! Playbook, evidence and appeal pack by keys, through the whole program.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use kesu::domain::case::Stage;
use kesu::domain::evidence::{Form, Origin, Weakness};
use kesu::domain::playbook::Risk;
use kesu::domain::{CaseId, Kind, Marketplace};
use kesu::i18n::Lang;
use kesu::store::Store;
use support::Desk;
use support::post::{self, morning};
use tempfile::TempDir;

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);

/// A desk on a file in a folder of its own.
struct Shop {
    folder: TempDir,
    desk: Desk,
}

impl Shop {
    fn new(lang: Lang, fill: impl FnOnce(&mut Store, Timestamp)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let desk = Desk::on_file(lang, NARROW, &folder.path().join("kesu.db"), None, fill);
        Self { folder, desk }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, content: &[u8]) -> String {
        fs::write(self.path(name), content).unwrap();
        self.path(name).to_string_lossy().into_owned()
    }

    fn case(&self) -> kesu::domain::view::CaseFile {
        self.desk.store.case(CaseId(1), self.desk.now).unwrap().unwrap()
    }

    /// Opens the attach form on the step under the cursor and names a file, then goes to the last field.
    fn attach(&mut self, path: &str) -> &mut Desk {
        self.desk.press("f<C-u>").paste(path);
        self.desk.press("<Enter><Enter><Enter><Enter>")
    }
}

#[test]
fn the_next_step_stands_above_the_footer_and_moves_with_every_tick() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("<Enter>").shows("playbook 0/8 · next: confirm the kind and the dates (p)");
    desk.press("p").shows("playbook 0/8").shows("not received · under way · electronics");
    desk.shows("Read the newest message once more.");
    desk.press(" ").shows("✓ confirm the kind and the dates").shows("step done");
    // The next open step is selected already.
    desk.shows("asks for carrier, number and the carrier's own proof");
    desk.press("<Esc>").wait(jiff::SignedDuration::from_secs(6));
    desk.shows("playbook 1/8 · next: note carrier and tracking number (p)");
    desk.press("r").shows("playbook 1/8 · next: note carrier and tracking number").shows_no("(p)");
    desk.press("<Esc>").press("u").shows("undone: ✓ confirm the kind").press("<Esc><Enter>");
    desk.wait(jiff::SignedDuration::from_secs(6)).shows("playbook 0/8");
}

#[test]
fn the_steps_are_worked_off_in_chinese_with_chords_only() {
    let mut desk = Desk::new(Lang::Zh, NARROW, morning);
    desk.press("<Enter>").shows("步骤 0/8 · 下一步：确认类型与时间（p）");
    desk.press("<C-p>").shows("步骤 0/8").shows("未收到货 · 运输中 · 电子电器").shows("再读一遍最新来信");
    desk.press("<Enter>").shows("步骤完成").shows("✓ 确认类型与时间");
    desk.press("<C-w>").shows("备注 · 记录承运商与运单号");
    desk.press("里诺分拨中心<Enter>UPS<Enter>1Z999AA10123456784<Enter>1<Enter>").shows("备注已保存");
    desk.shows("UPS 1Z999AA10123456784 · 承运商官网 · 里诺分拨中心").shows_no("⚠");
    desk.press("<C-t>").shows("包裹处于哪个阶段？").press("3").shows("阶段已设置").shows("已送达");
    desk.press("<C-k>").shows("商品属于哪个类目？").press("5").shows("类目已设置").shows_no("电子电器");
    desk.press("<C-z>").shows("已撤销: 类目改为普通商品").press("<C-z>").shows("已撤销: 阶段改为已送达");
    desk.press("ｅ").shows("备注 ·").press("<Esc><Esc>").shows("113-5550001-2220001");
}

#[test]
fn a_tick_is_taken_off_and_undone_in_either_order() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("<Enter>p ").press("<Up> ").shows("tick taken off").shows("playbook 0/8");
    desk.press("u").shows("undone: tick taken off").shows("playbook 1/8");
    desk.press("u").shows("playbook 0/8").press("  ").shows("playbook 2/8");
    let file = desk.store.case(CaseId(1), desk.now).unwrap().unwrap();
    assert_eq!(file.evidence.len(), 2);
}

#[test]
fn what_a_step_proposes_is_done_from_the_list() {
    let mut shop = Shop::new(Lang::En, morning);
    shop.desk.press("<Enter>po").shows("left to offer").press("5<Enter>").shows("offer booked");
    shop.desk.press("pE").shows("appeal pack written").shows("ask the carrier to trace the parcel");
    shop.desk
        .press("r")
        .shows("Reply to 113-5550001-2220001")
        .press("On its way.<F6>")
        .shows("marked as sent");
}

#[test]
fn a_case_without_a_known_stage_asks_for_it_first() {
    let mut desk = Desk::new(Lang::En, NARROW, |store, now| {
        let words = "It never came.";
        let letter = post::message(now, 2, Marketplace::Us, "113-5550009-2220009", "Ann Lee", words);
        post::bring(store, now, &[letter], &[]);
    });
    desk.press("<Enter>").shows("next: say where the parcel is").press("p").shows("stage unknown");
    // The question is answered by a stage, not by a tick.
    desk.press(" ").shows("Where is the parcel?").press("<Down><Down><Enter>");
    desk.shows("stage set")
        .shows("delivered")
        .shows_no("stage unknown")
        .shows("ask the carrier for proof of delivery");
    desk.press("s").press("1").shows("before shipping").shows("cancel the order and refund it");
    desk.press("<Esc>o").shows("cancel and refund").press("<Esc>");
    desk.press("p").press("s5").shows("stage unknown");
    desk.press("uu").shows("delivered");
    let file = desk.store.case(CaseId(1), desk.now).unwrap().unwrap();
    assert_eq!((file.stage, file.stage_said), (Some(Stage::Delivered), true));
}

#[test]
fn kind_and_category_change_the_steps_at_once() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("<Enter>ps3")
        .shows("delivered")
        .press("3")
        .shows("defective")
        .shows("ask for a photo or video of the fault");
    desk.shows("get the electrical safety papers");
    desk.press("c3")
        .shows("children")
        .press("<Down><Down><Down><Down>")
        .press("<Down><Down><Down><Down><Down>");
    desk.shows("get the toy or child safety report").shows_no("electrical safety");
    let file = desk.store.case(CaseId(1), desk.now).unwrap().unwrap();
    assert_eq!((file.risk_set, file.summary.kind), (Some(Risk::Children), Kind::Defective));
}

#[test]
fn a_file_is_copied_so_that_its_loss_costs_nothing_and_undo_leaves_the_copy() {
    let mut shop = Shop::new(Lang::En, morning);
    let path = shop.file("proof of delivery.png", b"signed by A. Lee");
    shop.desk.press("<Enter>ps3<Down><Down><Down>");
    shop.desk.shows("From the carrier's own site, with number");
    shop.attach(&format!("'{path}'")).shows("comes from").press("1").press("<Enter>").shows("file kept");
    shop.desk.shows("weak: no carrier");
    fs::remove_file(&path).unwrap();
    let file = shop.case();
    let kept = file.evidence[0].file.clone().unwrap();
    assert_eq!((file.evidence[0].form, file.evidence[0].weak), (Form::File, Some(Weakness::NoCarrier)));
    assert_eq!(fs::read(&kept.path).unwrap(), b"signed by A. Lee");
    assert_eq!(kept.name, "proof_of_delivery.png");
    assert_eq!(kept.path.parent().unwrap(), shop.path("kesu.db.files").canonicalize().unwrap().join("1"));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&kept.path), mode(kept.path.parent().unwrap())), (0o600, 0o700));
    assert_eq!(mode(&shop.path("kesu.db.files")), 0o700);
    shop.desk.press("u").shows("undone: file kept").shows_no("weak: no carrier");
    assert!(shop.case().evidence.is_empty());
    assert!(kept.path.exists());
}

#[test]
fn a_proof_with_carrier_number_and_the_carriers_word_is_sound_and_a_screenshot_from_elsewhere_is_marked() {
    let mut shop = Shop::new(Lang::En, morning);
    let path = shop.file("pod.png", b"x");
    shop.desk.press("<Enter>ps3<Down><Down><Down>f").paste(&path);
    shop.desk
        .press("<Enter>signed at the door<Enter>UPS<Enter>1Z999AA10123456784<Enter>")
        .press("<Right><Right><Enter>");
    shop.desk.shows("weak: not from the carrier's own site").shows("UPS 1Z999AA10123456784 · Amazon");
    // Carrier and number are there already the second time.
    shop.desk.press("f").paste(&path);
    shop.desk.press("<Enter><Enter><Enter><Enter>1<Enter>").shows("carrier's own site");
    shop.desk.press(" ").shows("step done").press("<Up>");
    let evidence = shop.case().evidence;
    assert_eq!(
        evidence.iter().map(|each| each.weak).collect::<Vec<_>>(),
        [Some(Weakness::NotCarriers), None, None]
    );
    assert_eq!(evidence[1].origin, Some(Origin::Carrier));
    // The same content is kept once.
    assert_eq!(evidence[0].file.as_ref().unwrap().path, evidence[1].file.as_ref().unwrap().path);
}

#[test]
fn a_tick_without_what_the_step_asks_for_is_marked() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("<Enter>p<Down> ").press("<Down>").shows("ticked without sound evidence");
}

#[test]
fn files_that_cannot_be_kept_are_refused_in_the_form_and_nothing_is_stored() {
    let mut shop = Shop::new(Lang::En, morning);
    let fifo = shop.path("fifo");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &fifo,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    let sparse = fs::File::create(shop.path("sparse.bin")).unwrap();
    sparse.set_len(200 << 20).unwrap();
    let link = shop.path("nowhere");
    std::os::unix::fs::symlink(shop.path("gone"), &link).unwrap();
    let locked = shop.file("locked.png", b"x");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    let mut refused = vec![
        (text(shop.path("missing.png")), "no such file or folder"),
        (text(shop.folder.path().to_owned()), "is a folder"),
        (text(fifo), "is a pipe or a device"),
        ("/dev/zero".to_owned(), "is a pipe or a device"),
        (text(shop.path("sparse.bin")), "is larger than 50 MiB"),
        (text(link), "no such file or folder"),
        (text(shop.path("x\u{1b}[31mred.png")), "no such file or folder"),
    ];
    // Root reads what nobody may read.
    if fs::File::open(&locked).is_err() {
        refused.push((locked, "no permission"));
    }
    shop.desk.press("<Enter>p");
    for (path, why) in refused {
        shop.attach(&path).press("1").press("<Enter>");
        let screen = shop.desk.screen().replace(['│', '\n'], " ");
        let plain: Vec<&str> = screen.split_whitespace().collect();
        assert!(plain.join(" ").contains(why), "{why}:\n{}", shop.desk.screen());
        assert!(!screen.contains('\u{1b}'));
        shop.desk.shows("▸ file").press("<Esc>");
    }
    shop.desk.press("f<C-u><Enter><Enter><Enter><Enter><Enter>").shows("no file is named").press("<Esc>");
    shop.desk.press("e<Enter><Enter><Enter><Enter>").shows("the note is empty").press("<Esc>");
    assert!(shop.case().evidence.is_empty());
    let left = fs::read_dir(shop.path("kesu.db.files")).map_or(0, |folders| {
        folders.map(|folder| fs::read_dir(folder.unwrap().path()).unwrap().count()).sum()
    });
    assert_eq!(left, 0, "a refused file leaves nothing behind");
}

#[test]
fn a_file_without_a_database_file_is_refused_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.png"), "x").unwrap();
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("<Enter>pf").paste(&folder.path().join("a.png").to_string_lossy());
    desk.press("<Enter><Enter><Enter><Enter><Enter>").shows("without a database file");
    desk.press("<Esc><Esc>E").shows("no database file to write the pack beside");
}

#[test]
fn names_of_files_are_made_harmless_and_two_of_one_name_stand_side_by_side() {
    let mut shop = Shop::new(Lang::En, morning);
    fs::create_dir(shop.path("a")).unwrap();
    fs::create_dir(shop.path("b")).unwrap();
    let name = "\u{202e}gnp. $(reboot);\u{1b}[2J签收.png";
    for (folder, content) in [("a", "one"), ("b", "two")] {
        fs::write(shop.path(folder).join(name), content).unwrap();
    }
    shop.desk.press("<Enter>p");
    for folder in ["a", "b"] {
        // The control character of the name cannot be typed; the folder's listing gives the path as it is.
        let path = shop.path(folder).join(name);
        let draft =
            kesu::domain::evidence::Draft { step: "confirm".into(), file: Some(path), ..Default::default() };
        shop.desk.store.keep_evidence(CaseId(1), &draft, shop.desk.now).unwrap();
    }
    let evidence = shop.case().evidence;
    let kept: Vec<_> = evidence.iter().map(|each| each.file.as_ref().unwrap()).collect();
    assert_ne!(kept[0].path, kept[1].path);
    assert_eq!(fs::read_to_string(&kept[1].path).unwrap(), "two");
    for file in kept {
        assert!(
            file.name.chars().all(|sign| sign.is_alphanumeric() || "._-".contains(sign)),
            "{}",
            file.name
        );
        assert!(file.name.ends_with("签收.png"));
    }
}

#[test]
fn the_appeal_pack_of_the_workbench_stands_in_a_new_numbered_folder_each_time() {
    let mut shop = Shop::new(Lang::En, morning);
    shop.desk.press("<Enter>E").shows("appeal pack written:").press("<C-e>").shows("appeal pack written:");
    for number in 1..=2 {
        let pack = shop.path(&format!("kesu.db.appeals/case-1-{number}"));
        assert!(pack.join("2-text-for-amazon.txt").exists());
        assert_eq!(fs::metadata(&pack).unwrap().permissions().mode() & 0o777, 0o700);
    }
    let events = shop.case().events;
    assert!(
        matches!(&events.last().unwrap().deed, kesu::domain::event::Deed::Packed { folder } if folder.ends_with("case-1-2"))
    );
    let mut chinese = Shop::new(Lang::Zh, morning);
    chinese.desk.press("<Enter><F10>申诉<Enter>").shows("申诉材料已生成");
}

#[test]
fn a_wide_screen_shows_the_steps_beside_the_case() {
    let mut desk = Desk::new(Lang::En, WIDE, morning);
    desk.press("<Enter>").shows("─ playbook 0/8").shows("· ask the carrier to trace the parcel");
    desk.press("p ").press("<Esc>").shows("✓ confirm the kind and the dates");
}

#[test]
fn the_operators_own_playbook_is_used_and_its_mistakes_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let (settings, own) = (folder.path().join("config.toml"), folder.path().join("playbooks.toml"));
    let step = "[[step]]\nid = \"boss\"\norder = 1\nwants = \"none\"\nnext = \"ask the boss\"\nnext_zh = \"问老板\"\ntext = \"Ask.\"\ntext_zh = \"问。\"\n";
    fs::write(&own, step).unwrap();
    let mut desk = Desk::with_settings(Lang::En, NARROW, &settings, morning);
    desk.press("<Enter>").shows("next: ask the boss");
    fs::write(&own, step.replace("wants = \"none\"", "wants = \"gold\"")).unwrap();
    let mut desk = Desk::with_settings(Lang::En, NARROW, &settings, morning);
    desk.shows("playbooks.toml, line 4").press("j").press("<Enter>").shows("playbook 0/").shows_no("boss");
}

#[test]
fn a_note_that_was_left_half_written_opens_again_as_it_was_and_an_empty_one_is_not_kept() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("<Enter>p").press("e").press("words from the carrier").press("<Esc><Esc>");
    desk.press("p").press("e").shows("words from the carrier");
    desk.press("<C-u>").press("<Enter><Enter><Enter><Enter>").shows("the note is empty");
    let kept = desk.store.case(CaseId(1), desk.now).unwrap().unwrap().evidence;
    assert!(kept.is_empty(), "{kept:?}");
}

#[test]
fn a_note_of_a_step_is_on_disk_within_a_second_and_gone_from_the_drafts_once_it_is_kept() {
    let typed = |desk: &Desk| desk.store.case(CaseId(1), desk.now).unwrap().unwrap().typed;
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("<Enter>p").press("e").press("half a w").wait(jiff::SignedDuration::from_secs(1));
    assert_eq!(typed(&desk)[0].note, "half a w", "without any further key");
    desk.press("ord<Tab>UPS<Esc>").shows("draft").shows(" ✎");
    let kept = typed(&desk);
    assert_eq!((kept[0].note.as_str(), kept[0].carrier.as_str()), ("half a word", "UPS"));
    // Another step and the form of a file have drafts of their own.
    desk.press("f")
        .shows_no("half a word")
        .press("/tmp/proof<Esc>")
        .press("je")
        .shows_no("half a word")
        .press("<Esc>");
    assert_eq!(typed(&desk).len(), 2);
    desk.press("ke").shows("half a word").press("<Enter><Enter><Enter><Enter>").shows("• ");
    assert_eq!(typed(&desk).len(), 1, "the path of the file is still one");
    desk.press("f<C-u><Esc>").press("f").shows_no("/tmp/proof");
    assert!(typed(&desk).is_empty());
}
