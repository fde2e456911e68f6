//! Whole mails through the whole reader.

use super::*;

fn accepted(mail: &[u8]) -> Mail {
    match read(mail) {
        Verdict::Accepted(mail) => *mail,
        other => panic!("{other:?}"),
    }
}

#[test]
fn show() {
    for entry in std::fs::read_dir("tests/data/mail").unwrap() {
        let path = entry.unwrap().path();
        eprintln!("== {path:?} {:#?}", read(&std::fs::read(&path).unwrap()));
    }
}
