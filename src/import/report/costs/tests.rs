//! The seller's own tables as sellers write them, and what is said of lines that cannot be read.

use crate::domain::Marketplace;
use crate::domain::cost::{Band, SiteCost, SkuCost};
use crate::domain::record::{Fact, ReportKind, RowProblem};
use crate::i18n::Lang;
use crate::import::report::{Entry, Options, Refused, Source, open};

struct Got {
    kind: ReportKind,
    facts: Vec<Fact>,
    /// What is said of rows that landed.
    remarks: Vec<RowProblem>,
    skipped: Vec<RowProblem>,
}

fn read_for(text: &str, site: Option<Marketplace>) -> Result<Got, Box<Refused>> {
    let options = Options { marketplace: site, map: None, today: jiff::civil::date(2026, 11, 22) };
    let mut report = open(Source::bytes(text.as_bytes().to_vec()), &options)?;
    let mut got = Got { kind: report.kind(), facts: Vec::new(), remarks: Vec::new(), skipped: Vec::new() };
    while let Some(entry) = report.next_entry(&|_| None) {
        match entry {
            Entry::Row(row, remarks) => {
                got.facts.push(row.fact);
                got.remarks.extend(remarks);
            }
            Entry::Skipped(problem) => got.skipped.push(problem),
            Entry::Remark(_) => {}
        }
    }
    Ok(got)
}

fn read(text: &str) -> Got {
    read_for(text, None).unwrap()
}

fn skus(text: &str) -> Vec<SkuCost> {
    let sku = |fact| match fact {
        Fact::SkuCost(cost) => *cost,
        other => panic!("{other:?}"),
    };
    let got = read(text);
    assert!(got.skipped.is_empty(), "{:?}", got.skipped);
    got.facts.into_iter().map(sku).collect()
}

/// A line as `cost weight`.
fn said(cost: &SkuCost) -> String {
    let money = cost.cost.map_or_else(|| "–".to_owned(), |cost| cost.to_string());
    let weight = cost.weight.map_or_else(|| "–".to_owned(), |weight| weight.to_string());
    format!("{money} {weight}")
}

#[test]
fn every_delimiter_decimal_and_unit_is_read() {
    for text in [
        "sku,cost,currency,weight\nKB,12.50,USD,350 g\n",
        "SKU;Unit cost;Currency;Weight (kg)\nKB;12,5;usd;0,35\n",
        "sku\tcogs\tweight\tweight-unit\nKB\tUS$12.50\t350\tg\n",
        "卖家SKU,采购成本,币种,重量(克)\nKB,12.50,USD,350\n",
        "\u{feff}Händler-SKU|Einkaufspreis|Gewicht\nKB|12,50 USD|0,35 kg\n",
    ] {
        let got = skus(text);
        assert_eq!((got.len(), said(&got[0])), (1, "12.50 USD 350 g".to_owned()), "{text}");
    }
    let pounds = skus("sku,weight-lb,weight-oz,category\nA,1,,\nB,,16,small  appliances\nC,,,\n");
    assert_eq!(pounds.iter().map(said).collect::<Vec<_>>(), ["– 453.5920 g", "– 453.5920 g", "– –"]);
    assert_eq!(pounds[1].category.as_deref(), Some("small appliances"));
}

#[test]
fn holes_are_no_errors() {
    let got = skus(
        "sku,cost,currency,weight,category,fulfilment,ships-from\nKB,,,,,,\nTEE,5 EUR,,,Apparel,FBA,cn\n",
    );
    assert_eq!(got[0], SkuCost::empty("KB"));
    assert_eq!(
        (got[1].fulfilment.unwrap().word(), got[1].ships_from.unwrap().to_string()),
        ("afn", "CN".into())
    );
}

#[test]
fn a_cell_that_cannot_be_read_is_named_with_line_column_and_remedy_and_the_rest_of_its_line_lands() {
    let text = "sku,cost,currency,weight,fulfilment,ships-from\n\
                A,1.999,USD,1 g,,\nB,5,,1 g,,\nC,5,USD,heavy,,\nD,5,USD,350,,\nE,5,USD,1 g,drone,\nF,5,USD,1 g,,China\n\
                ,5,USD,1 g,,\nG,-5,USD,1 g,,\nH,1.234567,USD,1 g,,\nI,5,USD,0 g,,\nJ,5,USD,1.250 kg,,\nK,5,USD,1 g,,\n\
                L,5,EURO,1 g,,\n";
    let got = read(text);
    let wanted = [
        (2, "cost", "ambiguous", "– 1 g"),
        (3, "cost", "names no currency", "– 1 g"),
        (4, "weight", "not a weight", "5.00 USD –"),
        (5, "weight", "names no unit", "5.00 USD –"),
        (6, "fulfilment", "neither mfn nor afn", "5.00 USD 1 g"),
        (7, "ships-from", "two letters", "5.00 USD 1 g"),
        (9, "cost", "negative", "– 1 g"),
        (10, "cost", "more decimals", "– 1 g"),
        (11, "weight", "above zero", "5.00 USD –"),
        (12, "weight", "ambiguous", "5.00 USD –"),
        (14, "currency", "currency", "– 1 g"),
    ];
    let landed: Vec<&SkuCost> = got
        .facts
        .iter()
        .map(|fact| match fact {
            Fact::SkuCost(cost) => &**cost,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!((landed.len(), got.remarks.len()), (12, wanted.len()), "{:#?}", got.remarks);
    let spoilt = landed.iter().filter(|cost| cost.sku != "K");
    for ((told, cost), (line, column, words, left)) in got.remarks.iter().zip(spoilt).zip(wanted) {
        assert_eq!((told.line, told.column.as_str()), (line, column));
        assert!(told.problem[0].contains(words), "{line}: {:?}", told.problem);
        assert!(told.remedy.iter().chain(&told.problem).all(|text| !text.is_empty()) && !told.skipped);
        assert_eq!(said(cost), left, "line {line}");
    }
    // Without its SKU a line is about nothing.
    let told = &got.skipped[..];
    assert_eq!((told.len(), told[0].line, told[0].column.as_str(), told[0].skipped), (1, 8, "sku", true));
    // Who says the site says how its numbers are written.
    let german = read_for("sku;cost;weight\nA;1.999;1.250 g\n", Some(Marketplace::De)).unwrap();
    assert!(matches!(&german.facts[0], Fact::SkuCost(cost) if said(cost) == "1999.00 EUR 1.25 kg"));
}

#[test]
fn postage_and_fees_are_tables_of_their_own() {
    let got = read(
        "marketplace,fulfilment,direction,up-to,postage,currency\nUS,mfn,out,500 g,3.99,USD\nde,,back,,4,50\n",
    );
    assert_eq!((got.kind, got.skipped.len()), (ReportKind::Postage, 1), "a comma too many");
    let got = read(
        "Site;Versandart;bis;Porto\namazon.de;FBA;2 kg;4,50\nUS;;more;US$9\nA1F83G8C2ARO7P;;;£3\nXX;;;3\nUS;;;\n",
    );
    let band = |fact: &Fact| match fact {
        Fact::Postage(site, Band { fulfilment, way, up_to, postage }) => {
            let weight = up_to.map_or_else(|| "…".to_owned(), |weight| weight.to_string());
            format!("{site} {} {} {weight} {postage}", fulfilment.word(), way.word())
        }
        other => panic!("{other:?}"),
    };
    let bands: Vec<String> = got.facts.iter().map(band).collect();
    assert_eq!(bands, ["DE afn out 2 kg 4.50 EUR", "US mfn out … 9.00 USD", "UK mfn out … 3.00 GBP"]);
    assert_eq!(got.skipped.iter().map(|problem| problem.line).collect::<Vec<_>>(), [5, 6]);
    let got = read("marketplace,fee,fee-kept,fee-kept-most\nUS,15%,20,5.00\nDE,\"15,5\",,\nJP,101,,\n");
    let Fact::SiteFees(us) = &got.facts[0] else { panic!() };
    assert_eq!(
        (us.fee, us.kept, us.kept_most.unwrap().to_string()),
        (Some(1_500), Some(2_000), "5.00 USD".into())
    );
    let Fact::SiteFees(de) = &got.facts[1] else { panic!() };
    assert_eq!(**de, SiteCost { fee: Some(1_550), ..SiteCost::empty(Marketplace::De) });
    assert!(got.skipped.is_empty() && got.facts.len() == 3);
    assert_eq!((got.remarks[0].line, got.remarks[0].column.as_str()), (4, "fee"));
    assert!(got.remarks[0].problem[0].contains("per cent"));
}

#[test]
fn two_lines_that_say_different_things_of_the_same_are_both_named_and_the_first_counts() {
    let got = read("Seller SKU,Cost,Currency\nKB,5,USD\nTEE,1,USD\nKB,6,USD\nKB,5,USD\n");
    assert_eq!(got.facts.len(), 3, "what is said twice alike is no contradiction");
    let told = &got.skipped[0];
    assert_eq!(
        (got.skipped.len(), told.line, told.column.as_str(), told.value.as_str()),
        (1, 4, "Seller SKU", "KB")
    );
    assert!(told.problem[0].contains("lines 2 and 4") && told.problem[1].contains("第 2 行与第 4 行"));
    let got = read(
        "marketplace,up-to,postage\nUS,500 g,$3\nUS,0.5 kg,$4\nUS,1 kg,$4\n".replace('$', "US$").as_str(),
    );
    assert_eq!((got.facts.len(), got.skipped[0].line), (2, 3), "a band is the same in any unit");
    let got = read("marketplace,fee\nUS,15\nDE,15\nUS,12\n");
    assert_eq!((got.facts.len(), got.skipped[0].line), (2, 4));
}

#[test]
fn a_table_about_orders_is_never_taken_for_costs() {
    for header in [
        "Order ID,SKU,Category,Cost\n113-1000001-2000001,KB,x,5\n",
        "order number,sku,weight\n113-1000001-2000001,KB,5 g\n",
        "sku,price\nKB,5\n",
        "marketplace,sku,postage\nUS,KB,5\n",
    ] {
        assert!(read_for(header, None).is_err(), "{header}");
    }
    let said = read_for("sku,price\nKB,5\n", None).err().unwrap().problem.say(Lang::En);
    assert!(!said.contains("SKU costs"), "what Amazon sends is looked for: {said}");
}
