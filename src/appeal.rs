//! The appeal pack: one folder with the timeline, the correspondence, the proofs and a text for Amazon.
//!
//! The papers are for Amazon's eyes: English, the text for its box in the language of the site. `READ-ME-FIRST.txt` is for
//! the operator, in both of his languages. Buyer's words are copied exactly, each message a file of its own; everything
//! else that somebody wrote stands on one harmless line. The buyer's name and address are in no paper but the list of the
//! correspondence, where subjects stand.

mod cover;
mod folder;
mod papers;

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::domain::CaseId;
use crate::domain::evidence::{Evidence, Form};
use crate::domain::playbook::Playbook;
use crate::domain::view::CaseFile;
use crate::problem::{Exit, Problem};
use crate::store::{Store, digest, harmless};
use folder::{Draft, Source};

/// A pack that is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// The folder, as an absolute path.
    pub folder: PathBuf,
    /// Number of the event that notes it.
    pub event: i64,
    /// Names of kept files that are missing or no longer what was kept: they are not in the pack.
    pub missing: Vec<String>,
    /// How many proofs are weak.
    pub weak: usize,
}

/// A proof as the pack numbers it: everything but ticks, in the order in which it was kept.
struct Proof<'a> {
    number: usize,
    evidence: &'a Evidence,
    /// Its file in the pack; `None`: it has none, or the copy is missing or changed.
    file: Option<String>,
}

/// Everything the papers are written from.
struct Material<'a> {
    file: &'a CaseFile,
    book: &'a Playbook,
    proofs: Vec<Proof<'a>>,
    missing: Vec<String>,
    now: Timestamp,
}

/// Writes the pack of a case into a folder that must not be there yet, or be empty, and notes it in the history.
///
/// # Errors
/// No such case; the folder is there already; the disk refuses. Then there is no folder, not even a part of one.
pub fn write(
    store: &mut Store,
    case: CaseId,
    book: &Playbook,
    folder: &Path,
    now: Timestamp,
) -> Result<Pack, Problem> {
    let file = store.case(case, now)?.ok_or_else(|| no_case(case))?;
    let folder = folder::free(folder)?;
    let material = gather(&file, book, now);
    let draft = Draft::beside(&folder)?;
    for (name, source) in contents(&material) {
        draft.put(&name, &source)?;
    }
    draft.finish(&folder)?;
    let event = store.packed(case, &folder, now).inspect_err(|_| {
        // No folder without its event: the next try would find it in the way.
        let _ = std::fs::remove_dir_all(&folder);
    })?;
    let weak = material.proofs.iter().filter(|proof| proof.evidence.weak.is_some()).count();
    Ok(Pack { folder, event, missing: material.missing, weak })
}

/// The same into a new numbered folder beside the database.
///
/// # Errors
/// As [`write()`]; and a store without a file has no place for it.
pub fn write_beside(
    store: &mut Store,
    case: CaseId,
    book: &Playbook,
    now: Timestamp,
) -> Result<Pack, Problem> {
    let files = store.files().ok_or_else(|| {
        Problem::new(
            Exit::Failed,
            ["there is no database file to write the pack beside", "没有数据库文件，无法在其旁生成材料"],
            ["Use `kesu appeal CASE -o FOLDER`", "请使用 `kesu appeal 编号 -o 文件夹`"],
        )
    })?;
    let packs = files.with_extension("appeals");
    folder::private(&packs)?;
    let name = |number: usize| packs.join(format!("case-{case}-{number}"));
    let number = (1..100_000).find(|number| name(*number).symlink_metadata().is_err()).unwrap_or(1);
    write(store, case, book, &name(number), now)
}

fn no_case(case: CaseId) -> Problem {
    Problem::new(
        Exit::NotFound,
        [format!("no case {case}"), format!("没有客诉 {case}")],
        ["`kesu list --archived` shows them all", "用 `kesu list --archived` 查看全部客诉"],
    )
}

fn gather<'a>(file: &'a CaseFile, book: &'a Playbook, now: Timestamp) -> Material<'a> {
    let mut missing = Vec::new();
    let kept = file.evidence.iter().filter(|each| each.form != Form::Tick);
    let proofs = (1..)
        .zip(kept)
        .map(|(number, evidence)| {
            let whole = |attached: &&crate::domain::evidence::Attachment| {
                let whole = digest(&attached.path).is_ok_and(|now| now == attached.sha256);
                if !whole {
                    missing.push(attached.name.clone());
                }
                whole
            };
            let file = evidence.file.as_ref().filter(whole);
            let file = file.map(|attached| format!("proofs/{number:02}-{}", harmless(&attached.name)));
            Proof { number, evidence, file }
        })
        .collect();
    Material { file, book, proofs, missing, now }
}

/// The files of the pack: name below the folder, and what goes into it.
fn contents(material: &Material<'_>) -> Vec<(String, Source)> {
    let sound: Vec<(usize, &Evidence)> = material
        .proofs
        .iter()
        .filter(|proof| proof.evidence.weak.is_none())
        .filter(|proof| proof.evidence.is_about_a_parcel() || proof.file.is_some())
        .filter(|proof| proof.evidence.file.is_none() || proof.file.is_some())
        .map(|proof| (proof.number, proof.evidence))
        .collect();
    let cover = cover::cover(material.file, &sound);
    let mut files = vec![
        ("READ-ME-FIRST.txt".to_owned(), Source::Text(papers::read_me(material, &cover))),
        ("1-summary.txt".to_owned(), Source::Text(papers::summary(material))),
        ("2-text-for-amazon.txt".to_owned(), Source::Text(cover.text)),
        ("3-timeline.txt".to_owned(), Source::Text(papers::timeline(material))),
        ("4-correspondence.txt".to_owned(), Source::Text(papers::correspondence(material))),
        ("5-proofs.txt".to_owned(), Source::Text(papers::proofs(material))),
    ];
    for (number, message) in (1..).zip(&material.file.messages) {
        files.push((papers::message_file(number, message), Source::Text(message.text.clone())));
    }
    for proof in &material.proofs {
        if let (Some(name), Some(kept)) = (&proof.file, &proof.evidence.file) {
            files.push((name.clone(), Source::Copy(kept.path.clone())));
        }
    }
    files
}
