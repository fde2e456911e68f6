//! Own templates, the Templates screen, snippets and what templates learn, by keys through the whole program.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
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
    shop.desk.press("tin transit").shows("运输中").shows_no("it is on its way.");
    assert!(shop.path("templates/en/not-received-in-transit.txt").exists());
}
