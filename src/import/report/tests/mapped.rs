//! Tables that a column map explains.

use super::*;

#[test]
fn mapped_cells_are_read_or_refused_with_their_place() {
    let map = "[columns]\norder_id = \"id\"\ndate = \"day\"\namount = \"sum\"\ncurrency = \"cur\"\n";
    let table =
        |id: &str, day: &str, sum: &str, cur: &str| format!("id\tday\tsum\tcur\n{id}\t{day}\t{sum}\t{cur}\n");
    let order = "113-1000001-1000001";
    for (text, column) in [
        (table("113–1000001–1000001", "2026-09-14", "1", "USD"), "id"),
        (table("113-1000001-\u{200b}1000001", "2026-09-14", "1", "USD"), "id"),
        (table(order, "03/04/2026", "1", "USD"), "day"),
        (table(order, "46279", "1", "USD"), "day"),
        (table(order, "", "1", "USD"), "day"),
        (table(order, "2026-09-14", "=\"5.00\"", "USD"), "sum"),
        (table(order, "2026-09-14", "5", ""), "sum"),
        (table(order, "2026-09-14", "5", "$"), "cur"),
        (table("\"open", "2026-09-14", "5", "USD"), "id"),
    ] {
        let got = read_with(text.as_bytes(), &options(None, Some(map))).unwrap();
        assert_eq!((got.rows.len(), got.skipped.len()), (0, 1), "{text}");
        assert_eq!((got.skipped[0].line, got.skipped[0].column.as_str()), (2, column), "{text}");
    }
    for text in [
        table("=\"113-1000001-1000001\"", " 2026-09-14 ", "-", ""),
        table("s01-1000001-1000001", "31.01.2026", "19,99", "eur"),
    ] {
        assert_eq!(read_with(text.as_bytes(), &options(None, Some(map))).unwrap().rows.len(), 1, "{text}");
    }
}

#[test]
fn a_mapped_row_whose_amount_nobody_can_tell_lands_without_it() {
    let map =
        "channel = \"atoz_claim\"\n[columns]\norder_id = \"id\"\namount = \"sum\"\ncurrency = \"cur\"\n";
    let got = |sum: &str, site| {
        let text = format!("id\tsum\tcur\n113-1000001-1000001\t{sum}\tUSD\n");
        read_with(text.as_bytes(), &options(site, Some(map))).unwrap()
    };
    let amount = |got: &Got| match &got.rows[0].fact {
        Fact::Mapped(line) => line.amount.map(|amount| amount.minor),
        _ => panic!(),
    };
    for sum in ["1.999", "1,999", "5.0001"] {
        let got = got(sum, None);
        assert_eq!((got.rows.len(), amount(&got), got.remarks.len()), (1, None, 1), "{sum}");
        let remark = &got.remarks[0];
        assert_eq!(
            (remark.line, remark.column.as_str(), remark.value.as_str(), remark.skipped),
            (2, "sum", sum, false)
        );
    }
    // The operator says whose habit it is.
    assert_eq!(amount(&got("1,999", Some(Marketplace::Us))), Some(199_900));
}

#[test]
fn the_stars_of_a_mapped_feedback_tell_praise_from_complaint() {
    let map = "channel = \"feedback\"\n[columns]\norder_id = \"id\"\nrating = \"stars\"\n";
    let table = "id\tstars\n113-1000001-1000001\t5\n113-1000001-1000002\t１\n113-1000001-1000003\t\n";
    let got = read_with(table.as_bytes(), &options(None, Some(map))).unwrap();
    let stars = got.rows.iter().map(|row| match &row.fact {
        Fact::Mapped(line) => line.rating,
        _ => panic!(),
    });
    assert_eq!(stars.collect::<Vec<_>>(), [Some(5), Some(1)]);
    assert_eq!((got.skipped[0].line, got.skipped[0].column.as_str()), (4, "stars"));
}
