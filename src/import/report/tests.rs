//! Reports as they come: goldens per kind, the same saved again by a spreadsheet, and what is wrong with bad lines.

use super::*;
use crate::domain::record::Fact;

#[test]
fn probe() {
    let map = std::env::var("PROBE_MAP").ok().map(|path| Arc::new(ColumnMap::parse(&std::fs::read_to_string(path).unwrap()).unwrap()));
    for path in std::env::var("PROBE").unwrap_or_default().split(':').filter(|p| !p.is_empty()) {
        let options = Options { marketplace: None, map: map.clone(), today: jiff::civil::date(2026, 11, 22) };
        let start = std::time::Instant::now();
        match open(Source::file(std::fs::File::open(path).unwrap()), &options) {
            Err(refused) => println!("{{\"file\":{path:?},\"rows\":0,\"bad\":0,\"refused\":true,\"says\":{:?}, \"s\":{}}}", format!("line {} {}", refused.line, refused.problem.say(crate::i18n::Lang::En)), start.elapsed().as_secs_f64()),
            Ok(mut report) => {
                let (mut rows, mut bad, mut says) = (0, 0, String::new());
                while let Some(entry) = report.next_entry(&|_| None) {
                    let mut say = |p: &RowProblem| if says.len() < 3000 { says.push_str(&format!("line {}\n", p.say(crate::i18n::Lang::En))) };
                    match entry {
                        Entry::Row(row, remarks) => { rows += 1; for r in &remarks { say(r) } if std::env::var("PROBE_ROWS").is_ok() { println!("{row:#?}"); } }
                        Entry::Skipped(p) => { bad += 1; say(&p) }
                        Entry::Remark(p) => say(&p),
                    }
                }
                println!("{{\"file\":{path:?},\"kind\":\"{}\",\"rows\":{rows},\"bad\":{bad},\"refused\":false,\"says\":{says:?}, \"s\":{}}}", report.kind().word(), start.elapsed().as_secs_f64());
            }
        }
    }
}
