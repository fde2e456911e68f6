//! `kesu demo`: invented cases, in a file that is thrown away or in one that is named.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::Demo;
use super::out::Stop;
use super::table::safe;
use super::{Session, open_workbench};
use crate::i18n::Lang;
use crate::intake::invented;
use crate::problem::{Exit, Problem, io_words};
use crate::store::Store;
use crate::tui::runtime::{interrupt, require_terminal};

/// As many as a small shop has in four months.
const CASES: u64 = 300;
/// `kesu demo`.
pub(super) fn demo(session: &mut Session<'_>, args: &Demo) -> Result<ExitCode, Stop> {
    let cases = args.cases.unwrap_or(CASES);
    if let (true, Some(path)) = (session.named_here, session.named.clone()) {
        write(session, &path, cases, args.seed)?;
        return Ok(ExitCode::SUCCESS);
    }
    require_terminal()?;
    let folder = ThrowAway::new()?;
    let path = folder.0.join("kesu.db");
    fill(session, &path, cases, args.seed, &AtomicBool::new(false))?;
    open_workbench(session, &path)
}

/// A folder of our own that goes with the value.
struct ThrowAway(PathBuf);

impl ThrowAway {
    fn new() -> Result<Self, Problem> {
        let path = std::env::temp_dir().join(format!("kesu-demo-{}", uuid::Uuid::now_v7()));
        let made = fs::DirBuilder::new().mode(0o700).create(&path);
        made.map_err(|error| {
            let (name, [en, zh]) = (path.display(), io_words(&error));
            Problem::new(
                Exit::Failed,
                [format!("cannot make the folder {name}: {en}"), format!("无法创建文件夹 {name}：{zh}")],
                ["Set TMPDIR to a folder you may write to", "请把 TMPDIR 设为可写的文件夹"],
            )
        })?;
        Ok(Self(path))
    }
}

impl Drop for ThrowAway {
    fn drop(&mut self) {
        // Nothing of worth is in it; a folder that stays is for the system to clean.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Writes a new file; an existing one is somebody's.
fn write(session: &Session<'_>, path: &Path, cases: u64, seed: u64) -> Result<(), Stop> {
    let name = safe(&path.to_string_lossy());
    if fs::symlink_metadata(path).is_ok() {
        return Err(Stop::Problem(Problem::new(
            Exit::Failed,
            [
                format!("{name} is there already, and a demo never writes into a file it did not make"),
                format!("{name} 已经存在，演示数据不会写入已有的文件"),
            ],
            ["Name another file", "请换一个文件名"],
        )));
    }
    let cancel = interrupt::flag();
    let written = fill(session, path, cases, seed, &cancel);
    if written.is_err() {
        for end in ["", "-wal", "-shm"] {
            let mut part = path.as_os_str().to_owned();
            part.push(end);
            let _ = fs::remove_file(part);
        }
    }
    written?;
    session.tell(&match session.lang {
        Lang::En => format!("{cases} invented cases written to {name}"),
        Lang::Zh => format!("已将 {cases} 件虚构客诉写入 {name}"),
    });
    Ok(())
}

fn fill(
    session: &Session<'_>,
    path: &Path,
    cases: u64,
    seed: u64,
    cancel: &AtomicBool,
) -> Result<(), Problem> {
    let mut store = Store::open(path, session.policy()?)?;
    let bar = bar(session.lang, cases);
    invented::fill(&mut store, cases, seed, session.now, cancel, &mut || bar.inc(1))?;
    bar.finish_and_clear();
    Ok(())
}

fn bar(lang: Lang, cases: u64) -> ProgressBar {
    // indicatif itself draws nothing where stderr is no terminal.
    let bar = ProgressBar::with_draw_target(Some(cases), ProgressDrawTarget::stderr());
    let template = match lang {
        Lang::En => {
            "inventing cases  {bar:20} {pos}/{len}  {per_sec}  {eta} left  Ctrl-C stops, nothing is kept"
        }
        Lang::Zh => {
            "正在虚构客诉  {bar:20} {pos}/{len}  {per_sec}  还剩 {eta}  按 Ctrl-C 停止，不保留任何内容"
        }
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
