//! Reports as they come: every kind, the same saved again by a spreadsheet, and what is wrong with bad lines.

mod mapped;

use proptest::prelude::*;

use super::*;
use crate::domain::case::{Channel, Fulfilment};
use crate::domain::record::{Fact, ReturnLine};

const US_ORDERS: &[u8] = include_bytes!("../../../tests/data/reports/all_orders_us.txt");
const US_RETURNS: &[u8] = include_bytes!("../../../tests/data/reports/fba_returns_us_utf8.txt");
const JP_RETURNS: &[u8] = include_bytes!("../../../tests/data/reports/fba_returns_jp_cp932.txt");
const UK_RETURNS: &[u8] = include_bytes!("../../../tests/data/reports/mfn_returns_uk_35col_utf8bom.txt");
const US_FEEDBACK: &[u8] = include_bytes!("../../../tests/data/reports/feedback_us.txt");
const DE_FEEDBACK: &[u8] = include_bytes!("../../../tests/data/reports/feedback_de.txt");
const REIMBURSED: &[u8] = include_bytes!("../../../tests/data/reports/fba_reimbursements_us.txt");
const REPLACED: &[u8] = include_bytes!("../../../tests/data/reports/fba_replacements_us.txt");
const HEALTH: &[u8] = include_bytes!("../../../tests/data/reports/account_health_schema_spelling.json");
const WORKBOOK: &[u8] = include_bytes!("../../../tests/data/reports/fba_returns_resaved.xlsx");

/// Everything a report gave.
#[derive(Debug)]
struct Got {
    kind: ReportKind,
    rows: Vec<Row>,
    skipped: Vec<RowProblem>,
    remarks: Vec<RowProblem>,
}

fn options(site: Option<Marketplace>, map: Option<&str>) -> Options {
    let map = map.map(|text| Arc::new(ColumnMap::parse(text).unwrap()));
    Options { marketplace: site, map, today: jiff::civil::date(2026, 11, 22) }
}

fn read_with(bytes: &[u8], options: &Options) -> Result<Got, Box<Refused>> {
    let mut report = open(Source::bytes(bytes.to_vec()), options)?;
    let mut got = Got { kind: report.kind(), rows: Vec::new(), skipped: Vec::new(), remarks: Vec::new() };
    while let Some(entry) = report.next_entry(&|_| None) {
        match entry {
            Entry::Row(row, remarks) => {
                got.rows.push(*row);
                got.remarks.extend(remarks);
            }
            Entry::Skipped(problem) => got.skipped.push(problem),
            Entry::Remark(problem) => got.remarks.push(problem),
        }
    }
    Ok(got)
}

fn read(bytes: &[u8]) -> Got {
    read_with(bytes, &options(None, None)).unwrap()
}

fn refusal(bytes: &[u8]) -> String {
    read_with(bytes, &options(None, None)).unwrap_err().problem.say(crate::i18n::Lang::En)
}

fn returned(row: &Row) -> &ReturnLine {
    match &row.fact {
        Fact::FbaReturn(line) | Fact::MfnReturn(line) => line,
        other => panic!("{other:?}"),
    }
}

fn key(row: &Row) -> String {
    row.key.replace('\u{1f}', " ")
}

/// A tab file saved again with another delimiter, every field in quotes.
fn resaved(text: &str, delimiter: &str) -> Vec<u8> {
    let line = |line: &str| {
        line.split('\t')
            .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")))
            .collect::<Vec<_>>()
            .join(delimiter)
    };
    text.lines().map(line).collect::<Vec<_>>().join("\r\n").into_bytes()
}

#[test]
fn an_order_line_has_its_total_its_day_and_its_site() {
    let got = read(US_ORDERS);
    let [row] = got.rows.as_slice() else { panic!("{got:?}") };
    let Fact::Order(order) = &row.fact else { panic!() };
    assert_eq!((got.kind, row.marketplace), (ReportKind::AllOrders, Some(Marketplace::Us)));
    assert_eq!(order.total.unwrap().to_string(), "53.03 USD");
    assert_eq!(
        (order.purchased_on.to_string().as_str(), order.fulfilment),
        ("2026-08-30", Some(Fulfilment::Mfn))
    );
    assert_eq!(key(row), "111-1000001-1000009 CAM-01");
    assert!(got.remarks.is_empty() && got.skipped.is_empty());
}

#[test]
fn an_order_keeps_the_day_of_its_own_offset_and_discounts_are_taken_off() {
    let text = "amazon-order-id\tpurchase-date\torder-status\tsales-channel\tsku\tquantity\tcurrency\titem-price\titem-promotion-discount\tcpf\n\
        701-1000001-1000001\t2026-09-30T23:30:00-07:00\tShipped\tAmazon.ca\tA\t2\tCAD\t20.00\t-5.00\t\n\
        S01-1000001-1000001\t2026-09-30T23:30:00-07:00\tPending\tNon-Amazon\tA\t1\t\t\t\t\n";
    let got = read(text.as_bytes());
    let Fact::Order(order) = &got.rows[0].fact else { panic!() };
    assert_eq!(
        (order.purchased_on.to_string().as_str(), order.total.unwrap().to_string().as_str()),
        ("2026-09-30", "15.00 CAD")
    );
    assert_eq!(got.rows[0].marketplace, Some(Marketplace::Ca));
    let Fact::Order(other) = &got.rows[1].fact else { panic!() };
    assert_eq!((other.total, got.rows[1].marketplace), (None, None));
}

#[test]
fn fba_returns_are_read_in_utf8_and_in_cp932() {
    let got = read(US_RETURNS);
    let keys: Vec<String> = got.rows.iter().map(key).collect();
    assert_eq!(keys[0], "LPNRRAB0000001 113-1000001-1000001 CAM-01");
    assert_eq!(returned(&got.rows[2]).code, "SOME_NEW_CODE_2027");
    assert_eq!(returned(&got.rows[0]).name.as_deref(), Some("Test Camera \"Pro\", 2-Pack"));
    let got = read(JP_RETURNS);
    assert_eq!(returned(&got.rows[0]).comment.as_deref(), Some("色が違う"));
    assert_eq!(got.rows[0].marketplace, None, "249 may be Japan or Australia");
    assert!(got.remarks[0].problem[0].contains("Shift_JIS") && !got.remarks[0].skipped);
}

#[test]
fn returns_without_the_last_columns_have_a_key_of_date_order_and_sku() {
    let text = "return-date\torder-id\tsku\tasin\tfnsku\tproduct-name\tquantity\tfulfillment-center-id\tdetailed-disposition\treason\n\
        2026-09-14T07:03:57+00:00\t113-1000001-1000001\tCAM-01\tB0TEST0003\tX001TEST01\tCamera\t1\tLGB8\tSELLABLE\tDEFECTIVE\n";
    assert_eq!(key(&read(text.as_bytes()).rows[0]), "2026-09-14T07:03:57Z 113-1000001-1000001 CAM-01");
}

#[test]
fn seller_fulfilled_returns_know_what_is_settled_and_who_asks_for_what() {
    let got = read(UK_RETURNS);
    let (open, paid) = (returned(&got.rows[0]), returned(&got.rows[1]));
    assert_eq!((open.on.to_string().as_str(), open.settled, paid.settled), ("2026-09-12", false, true));
    assert_eq!((open.atoz, paid.atoz), (false, true));
    assert_eq!(paid.refunded.unwrap().to_string(), "19.90 EUR");
    assert_eq!(key(&got.rows[0]), "302-1000001-1000006 DE-FÖN-1 DTEST0001RRMA");
    assert_eq!(key(&got.rows[1]), "302-1000001-1000007 DE-002 2026-09-13");
    assert_eq!(got.rows[0].marketplace, Some(Marketplace::De));
}

#[test]
fn a_table_saved_again_by_a_spreadsheet_gives_the_same_rows() {
    let text = String::from_utf8(US_RETURNS.to_vec()).unwrap();
    let first = read(US_RETURNS);
    for delimiter in [",", ";", "|"] {
        let again = read(&resaved(&text, delimiter));
        assert_eq!((again.kind, &again.rows), (first.kind, &first.rows), "{delimiter}");
    }
    let marked = [b"sep=;\r\n".to_vec(), resaved(&text, ";")].concat();
    let keys = |got: &Got| got.rows.iter().map(|row| row.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&read(&marked)), keys(&first));
}

#[test]
fn a_workbook_is_read_with_its_days_and_refuses_ids_that_became_numbers() {
    let got = read(WORKBOOK);
    assert_eq!((got.kind, got.rows.len(), got.skipped.len()), (ReportKind::FbaReturns, 2, 1));
    assert_eq!(returned(&got.rows[0]).on.to_string(), "2026-09-14");
    assert_eq!(got.rows[1].line, 4, "the empty row 3 is not counted, the sheet's numbers hold");
    assert!(got.skipped[0].problem[0].contains("scientific") && got.skipped[0].column == "order-id");
}

#[test]
fn feedback_is_known_by_position_and_dated_by_its_marketplace() {
    let day = |got: &Got| match &got.rows[0].fact {
        Fact::Feedback(line) => format!("{} {}", line.on, line.rating),
        other => panic!("{other:?}"),
    };
    let us = read(US_FEEDBACK);
    assert_eq!((us.kind, day(&us).as_str()), (ReportKind::Feedback, "2026-09-05 1"));
    assert_eq!(key(&us.rows[0]), "111-1000001-1000009 2026-09-05 1");
    assert!(us.rows[0].columns.values().all(|value| !value.contains('@')), "the e-mail is dropped");
    let de = read(DE_FEEDBACK);
    assert_eq!((de.rows.len(), day(&de).as_str()), (2, "2026-09-05 1"));
    assert!(de.remarks[0].problem[0].contains("windows-1252"));
    let polish = "Dzień\tGwiazdki\tTekst\tOdp\tZam\tPoczta\n05/09/26\t2\tŹle\t\t404-1000001-1000001\tx\n";
    let unknown = read(polish.as_bytes());
    assert!(
        unknown.skipped[0].problem[0].contains("ambiguous")
            && unknown.skipped[0].remedy[0].contains("--marketplace")
    );
    assert_eq!(
        (unknown.skipped[0].column.as_str(), unknown.skipped[0].value.as_str()),
        ("Dzień", "05/09/26")
    );
    let told = read_with(polish.as_bytes(), &options(Some(Marketplace::It), None)).unwrap();
    assert_eq!(day(&told), "2026-09-05 2");
    let japan =
        "日付\t評価\tコメント\t返答\t注文番号\t評価者のEメール\n26/9/5\t1\t壊れた\t\t249-1000001-1000001\t\n";
    assert_eq!(
        day(&read_with(japan.as_bytes(), &options(Some(Marketplace::Jp), None)).unwrap()),
        "2026-09-05 1"
    );
}

#[test]
fn reimbursements_and_replacements_have_their_money_and_orders() {
    let got = read(REIMBURSED);
    let Fact::Reimbursement { amount, .. } = &got.rows[0].fact else { panic!() };
    assert_eq!(
        (amount.unwrap().to_string().as_str(), key(&got.rows[0]).as_str()),
        ("41.10 USD", "9000000001 CAM-01")
    );
    let got = read(REPLACED);
    assert_eq!(key(&got.rows[1]), "113-1000001-1000021 CAM-02");
    assert!(
        matches!(&got.rows[0].fact, Fact::Replacement { original, .. } if original == "113-1000001-1000001")
    );
}

#[test]
fn account_health_is_one_row_a_metric_whatever_its_spelling() {
    let got = read(HEALTH);
    let metrics: Vec<&str> = got.rows.iter().map(|row| row.columns["metric"].as_str()).collect();
    assert_eq!(
        metrics,
        [
            "accountStatus",
            "orderDefectRate",
            "lateShipmentRate",
            "preFulfillmentCancellationRate",
            "warningStates.spammingSellerMessaging"
        ]
    );
    assert_eq!(got.rows[1].columns["orderWithDefects.count"], "6");
    assert_eq!(
        (got.rows[1].columns["fulfilment"].as_str(), got.rows[1].line, got.rows[1].marketplace),
        ("mfn", 12, Some(Marketplace::De))
    );
    let example = r#"{"performanceMetrics":[{"marketplaceId":"ATVPDKIKX0DER","orderDefectRate":{"afn":{"fulfillmentType":"mfn","rate":0.1},"mfn":{"rate":0.2}},"prefulfillmentCancelRate":{"rate":0.3},"warningState":[]}]}"#;
    let got = read(example.as_bytes());
    let told: Vec<(&str, Option<&str>)> = got
        .rows
        .iter()
        .map(|row| (row.columns["metric"].as_str(), row.columns.get("fulfilment").map(String::as_str)))
        .collect();
    assert_eq!(
        told,
        [
            ("orderDefectRate", Some("afn")),
            ("orderDefectRate", Some("mfn")),
            ("preFulfillmentCancellationRate", None)
        ]
    );
}

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<AmazonEnvelope><Header/><MessageType>Returns-Report</MessageType>
<Message><return_details>
<item_details><item_name>A &amp; B</item_name><asin>B0TEST0001</asin><return_reason_code>CR-DEFECTIVE</return_reason_code><merchant_sku>S-1</merchant_sku><category>Home</category></item_details>
<item_details><asin>B0TEST0002</asin><return_reason_code>CR-SWITCHEROO</return_reason_code><merchant_sku>S-2</merchant_sku><refund_amount>5.00</refund_amount></item_details>
<order_id>203-1000001-1000001</order_id><order_date>2026-09-01T00:00:00Z</order_date><amazon_rma_id>D1</amazon_rma_id>
<return_request_date>2026-09-12T10:00:00Z</return_request_date><return_request_status>Approved</return_request_status><a_to_z_claim>true</a_to_z_claim>
<label_details><currency_code>GBP</currency_code></label_details><order_amount>20.00</order_amount></return_details></Message></AmazonEnvelope>"#;

#[test]
fn an_xml_return_gives_a_row_for_each_article() {
    let got = read(XML.as_bytes());
    assert_eq!((got.kind, got.rows.len()), (ReportKind::XmlReturns, 2));
    let (one, two) = (returned(&got.rows[0]), returned(&got.rows[1]));
    assert_eq!((one.name.as_deref(), one.atoz, one.settled, two.settled), (Some("A & B"), true, false, true));
    assert_eq!((key(&got.rows[1]).as_str(), got.rows[1].line), ("203-1000001-1000001 S-2 D1", 3));
    assert_eq!(got.rows[0].marketplace, Some(Marketplace::Uk));
}

#[test]
fn an_xml_that_could_do_harm_or_is_cut_is_refused_whole() {
    let doctype = format!(
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{}",
        &XML[XML.find("<Amazon").unwrap()..]
    );
    assert!(refusal(doctype.as_bytes()).contains("DOCTYPE"));
    assert!(refusal(&XML.as_bytes()[..XML.len() - 30]).contains("line 8"));
    assert!(refusal(XML.replace("A &amp; B", "&x;").as_bytes()).contains("&x;"));
    assert!(refusal(XML.replace("A &amp; B", "&#27;").as_bytes()).contains("&#27;"));
    assert!(refusal("<a>".repeat(100_000).as_bytes()).contains("deep"));
    assert!(refusal(b"<feed><item/></feed>").contains("<feed>"));
}

#[test]
fn a_bad_line_is_named_and_the_good_lines_land() {
    let head = "return-date\torder-id\tsku\treason\tcustomer-comments\n";
    let good = |at: u8| format!("2026-09-1{at}T00:00:00Z\t113-1000001-100000{at}\tA\tDEFECTIVE\tok\n");
    let text = format!(
        "{head}{}\n2026-09-11\t113-1000001-1000009\n{head}tomorrow\t113-1000001-1000002\tA\tDEFECTIVE\tx\n2026-09-11\t1.13E+16\tA\tDEFECTIVE\tx\n{}2026-09-14\t113-1000001-10",
        good(1),
        good(3)
    );
    let got = read(text.as_bytes());
    let told: Vec<(u64, &str, &str)> =
        got.skipped.iter().map(|bad| (bad.line, bad.column.as_str(), bad.value.as_str())).collect();
    assert_eq!(got.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 8]);
    assert_eq!(
        told,
        [
            (4, "", "2026-09-11 113-1000001-1000009"),
            (5, "", "return-date order-id sku reason customer-comments"),
            (6, "return-date", "tomorrow"),
            (7, "order-id", "1.13E+16"),
            (9, "", "2026-09-14 113-1000001-10")
        ]
    );
    assert!(
        got.skipped.iter().all(|bad| bad.skipped && !bad.problem[1].is_empty() && !bad.remedy[0].is_empty())
    );
    assert!(got.skipped[4].remedy[0].contains("cut"));
}

#[test]
fn an_unknown_header_says_what_was_found_and_tried_and_offers_a_map_that_works() {
    let table =
        "Case;Order number;Claim date;Amount;Currency\n1;113-1000001-1000001;2026-09-14;1.999,50;EUR\n";
    let refused = read_with(table.as_bytes(), &options(None, None)).unwrap_err();
    let said = refused.problem.say(crate::i18n::Lang::En);
    for part in ["`Order number`", "all orders lacks", "feedback lacks", "--map"] {
        assert!(said.contains(part), "{said}");
    }
    let got = read_with(table.as_bytes(), &options(None, Some(&refused.starter.unwrap()[0]))).unwrap();
    let Fact::Mapped(line) = &got.rows[0].fact else { panic!() };
    assert_eq!(
        (line.amount.unwrap().to_string().as_str(), line.channel),
        ("1999.50 EUR", Some(Channel::Atoz))
    );
    assert_eq!(got.rows[0].columns["Case"], "1");
}

#[test]
fn a_file_of_no_kind_is_refused_with_a_clear_sentence() {
    for (bytes, said) in [
        (b"".as_slice(), "empty"),
        (b"\xef\xbb\xbf\n\n", "empty"),
        (b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "zip"),
        (b"{\"errors\":[]}", "JSON"),
        (b"<html><body>Sign-In</body></html>", "HTML"),
        (b"a\0-id\tb\tc\n", "NUL"),
        (b"return-date\torder-id\tsku\treason\treason\n", "twice"),
    ] {
        assert!(refusal(bytes).contains(said), "{}: {}", said, refusal(bytes));
    }
    assert!(refusal("x".repeat(2 << 20).as_bytes()).contains("too long"));
    assert!(refusal("x\t".repeat(2_000).as_bytes()).contains("columns"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_with(&bytes, &options(None, None));
    }

    #[test]
    fn a_report_with_any_byte_changed_never_panics(at in 0_usize..700, byte: u8) {
        for file in [US_RETURNS, UK_RETURNS, DE_FEEDBACK, XML.as_bytes(), HEALTH, WORKBOOK] {
            let mut bytes = file.to_vec();
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = read_with(&bytes, &options(None, None));
        }
    }
}

#[test]
fn a_prefix_of_two_sites_is_japans_under_japanese_headers() {
    let row = "\n26/10/25\t1\t壊れていた\t\t250-1000001-1000001\tx\n";
    let japanese = format!("日付\t評価\tコメント\t返答\t注文番号\t評価者Eメール{row}");
    let got = read_with(japanese.as_bytes(), &options(None, None)).unwrap();
    assert_eq!(got.rows[0].marketplace, Some(Marketplace::Jp));
    let english = format!("Date\tRating\tComments\tYour Response\tOrder ID\tRater Email{row}");
    let got = read_with(english.as_bytes(), &options(None, None)).unwrap();
    assert!(got.rows.iter().all(|row| row.marketplace.is_none()));
}

/// An All Orders file with one German order and these columns beside the usual ones.
fn german_order(cells: &[(&str, &str)]) -> Got {
    let base = [
        ("amazon-order-id", "303-1000001-2000006"),
        ("purchase-date", "2026-10-20T09:00:00+00:00"),
        ("order-status", "Shipped"),
        ("sales-channel", "Amazon.de"),
        ("sku", "KB"),
        ("currency", "EUR"),
    ];
    let part = |pick: fn(&(&'static str, &'static str)) -> &'static str, own: Vec<&str>| {
        base.iter().map(pick).map(str::to_owned).chain(own.into_iter().map(str::to_owned)).collect::<Vec<_>>()
    };
    let header = part(|(name, _)| name, cells.iter().map(|(name, _)| *name).collect()).join("\t");
    let row = part(|(_, cell)| cell, cells.iter().map(|(_, cell)| *cell).collect()).join("\t");
    let options = options(Some(Marketplace::De), None);
    read_with(format!("{header}\n{row}\n").as_bytes(), &options).unwrap()
}

fn total_of(got: &Got) -> Option<String> {
    match &got.rows[0].fact {
        Fact::Order(order) => order.total.map(|total| total.to_string()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_amount_that_cannot_be_told_for_sure_is_unknown_and_named_and_its_order_counts() {
    for (price, words) in [
        ("1.999", "ambiguous"),
        ("1,999", "ambiguous"),
        ("19.9955", "more decimals than EUR has"),
        ("99999999999.00", "too large"),
    ] {
        let got = german_order(&[("item-price", price), ("shipping-price", "5.00")]);
        assert_eq!((got.rows.len(), total_of(&got)), (1, None), "{price}");
        let [said] = got.remarks.as_slice() else { panic!("{:#?}", got.remarks) };
        assert_eq!((said.line, said.column.as_str(), said.value.as_str()), (2, "item-price", price));
        assert!(said.problem[0].contains(words) && !said.skipped, "{said:?}");
        assert_eq!(got.rows[0].columns["item-price"], price, "kept as text");
    }
    let got = german_order(&[("item-price", "20.00"), ("item-promotion-discount", "1.999")]);
    assert_eq!((total_of(&got), got.remarks.len()), (None, 1));
    let got = german_order(&[("item-price", "1.999,50"), ("shipping-price", "0,50")]);
    assert_eq!((total_of(&got).as_deref(), got.remarks.len()), (Some("2000.00 EUR"), 0));
}

#[test]
fn a_line_without_its_price_has_no_amount_whatever_else_is_filled() {
    for price in ["", "-", " "] {
        let got = german_order(&[("item-price", price), ("item-tax", "0.00"), ("shipping-price", "0.00")]);
        assert_eq!((total_of(&got), got.remarks.len()), (None, 0), "`{price}`");
    }
    let got = german_order(&[("item-price", "0.00"), ("shipping-price", "0.00")]);
    assert_eq!(total_of(&got).as_deref(), Some("0.00 EUR"), "what is written is what it is");
    assert_eq!(total_of(&german_order(&[("item-tax", "3.00")])), None);
}

#[test]
fn a_refund_that_cannot_be_told_for_sure_is_unknown_and_its_return_counts() {
    let text = "Order ID\tReturn request date\tReturn request status\tAmazon RMA ID\tCurrency code\tMerchant SKU\tReturn Reason\tOrder Amount\tRefunded Amount\n\
                303-1000001-2000006\t20-Oct-2026\tApproved\tR1\tEUR\tKB\tDEFECTIVE\t19.99\t1.999\n";
    let got = read_with(text.as_bytes(), &options(Some(Marketplace::De), None)).unwrap();
    assert_eq!((returned(&got.rows[0]).refunded, got.remarks.len()), (None, 1));
    assert!(
        got.remarks[0]
            .say(crate::i18n::Lang::En)
            .starts_with("2:Refunded Amount: `1.999`: `1.999` is ambiguous")
    );
}
