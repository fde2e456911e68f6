//! Tracking numbers in running text: which are found, and which figures are none.

use super::*;

fn found(text: &str) -> Vec<(&str, Verdict)> {
    let mentions = Carriers::shipped().mentions(text, None);
    mentions.into_iter().map(|mention| (&text[mention.place], mention.judged.verdict)).collect()
}

#[test]
fn numbers_are_found_where_they_stand_however_they_are_written() {
    use Verdict::{Invalid, LooksLike, Plausible, Valid};
    let rows: &[(&str, &[(&str, Verdict)])] = &[
        ("UPS has it: 1Z5R89390357567127.", &[("1Z5R89390357567127", Valid)]),
        ("It is 1Z 5R8 939 03 5756 7127, due Monday", &[("1Z 5R8 939 03 5756 7127", Valid)]),
        ("Sendungsnummer 0034 0434 1610 9404 2557 bei DHL", &[("0034 0434 1610 9404 2557", Valid)]),
        (
            "运单号１Ｚ５Ｒ８９３９０３５７５６７１２７，请查收",
            &[("１Ｚ５Ｒ８９３９０３５７５６７１２７", Valid)],
        ),
        (
            "suivi RB 123456785 GB ou LP00123456789012",
            &[("RB 123456785 GB", Valid), ("LP00123456789012", LooksLike)],
        ),
        ("see RB123456784GB", &[("RB123456784GB", Invalid)]),
        ("USPS 9400 1112 0255 5842 3326 69", &[("9400 1112 0255 5842 3326 69", Valid)]),
        ("tracking number 986578788856 (FedEx)", &[("986578788856", Invalid)]),
        ("追跡番号 4771-7908-1230 です", &[("4771-7908-1230", Valid)]),
        ("your parcel YT2600000000000123", &[("YT2600000000000123", Plausible)]),
        ("tracking: 1111111111", &[("1111111111", Invalid)]),
    ];
    for (text, expected) in rows {
        assert_eq!(found(text), *expected, "{text}");
    }
}

#[test]
fn a_word_before_a_number_is_no_part_of_it() {
    use Verdict::{Invalid, LooksLike, Plausible, Valid};
    for before in [
        "tracking number is ",
        "no ",
        "Nr ",
        "NY ",
        "is\n",
        "12 kg\n",
        "12 ",
        "a ",
        "à ",
        "N° ",
        "Nº ",
        "№ ",
        "es ",
        "la ",
        "in 2 ",
        "OK ",
        "ist ",
        "il ",
        "è ",
        "番号は",
        "单号是 ",
        "IS ",
        "nr. ",
        "v2 ",
    ] {
        for (number, verdict) in [
            ("RB123456785GB", Valid),
            ("RB123456784GB", Invalid),
            ("RB 123456785 GB", Valid),
            ("1Z5R89390357567127", Valid),
            ("1Z 5R8 939 03 5756 7127", Valid),
            ("1Z 5R8 939 03 5756 7128", Invalid),
            ("JD0146000123456789", Plausible),
            ("JD 0146 0001 2345 6789", Plausible),
            ("YT2600000000000123", Plausible),
            ("4PX0123456789", LooksLike),
        ] {
            let text = format!("Your parcel: {before}{number} and it arrives Friday");
            assert_eq!(found(&text), [(number, verdict)], "{text}");
        }
    }
    for before in ["N° ", "Nº ", "№ ", "no ", "is ", "NR "] {
        let text = format!("colis {before}986578788855");
        assert_eq!(found(&text), [("986578788855", Valid)], "{text}");
    }
}

#[test]
fn small_letters_belong_to_a_number_only_where_all_of_it_is_small_and_valid() {
    assert_eq!(found("see rb 123456785 gb"), [("rb 123456785 gb", Verdict::Valid)]);
    for text in [
        "see rb 123456784 gb",
        "it is 123456785 GB",
        "RB 123456785 is late",
        "Es 123456785 GB",
        "the parcel is 4006381333931 or en 4006381333931",
        "parcel 4006381333931 UK",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn a_date_a_share_or_an_amount_behind_a_number_is_no_part_of_it() {
    for (text, number) in [
        ("运单号 1111111111，10月9日前送达", "1111111111"),
        ("運送状番号 1234567890 10月9日", "1234567890"),
        ("追跡番号 1234567890、10月9日", "1234567890"),
        ("单号 1234567890 2026年10月9日", "1234567890"),
        ("单号 1234567890 9号到", "1234567890"),
        ("单号 1234567890 10 时", "1234567890"),
        ("Paket 1234567890 20 % Rabatt", "1234567890"),
        ("colis 1234567890 5000 €", "1234567890"),
        ("荷物の伝票 1234567890 5000円", "1234567890"),
        ("Sendung 1234567890 10.10.2026", "1234567890"),
        ("Sendung 1234567890 9.10. da", "1234567890"),
        ("parcel 1234567890 10/09/2026", "1234567890"),
        ("parcel 1234567890, 1234", "1234567890"),
    ] {
        assert_eq!(found(text), [(number, Verdict::Invalid)], "{text}");
    }
    for number in [
        "4771 7908 1230",
        "4771-7908-1230",
        "4771.7908.1230",
        "4771/7908/1230",
        "4771_7908_1230",
        "4771·7908・1230",
    ] {
        let text = format!("運送状 {number} 日本郵便");
        assert_eq!(found(&text), [(number, Verdict::Valid)], "{text}");
    }
}

#[test]
fn what_a_number_is_said_to_be_directly_before_it_is_louder_than_a_parcel_further_away() {
    for what in [
        "UPC",
        "EAN:",
        "GTIN code",
        "JAN",
        "ISBN",
        "SKU",
        "IMEI",
        "serial number",
        "serial no.",
        "S/N:",
        "model",
        "invoice",
        "order no.",
        "customer number",
        "case ID:",
        "claim id",
        "Rechnung",
        "Rechnungsnr.",
        "Bestellung",
        "Bestellnummer",
        "Seriennummer:",
        "facture n°",
        "numéro de série",
        "commande nº",
        "fattura",
        "numero d'ordine:",
        "pedido",
        "factura",
        "número de serie",
        "請求書番号：",
        "ご注文番号は",
        "型番",
        "JANコード",
        "发票号码",
        "订单号：",
        "型号",
        "序列号是",
    ] {
        for number in ["036000291453", "0360 0029 1453", "1111111111"] {
            let text = format!("Your parcel 包裹 快递 with {what} {number} is here");
            assert_eq!(found(&text), [], "{text}");
        }
        for number in ["RB123456785GB", "1Z5R89390357567127", "9400111202555842332669"] {
            let text = format!("Your parcel with {what} {number} is here");
            assert_eq!(found(&text), [(number, Verdict::Valid)], "{text}");
        }
    }
    for before in [
        "the order with tracking number ",
        "order tracking no. ",
        "Bestellung, Sendungsnummer ",
        "ご注文の追跡番号は",
        "订单的运单号：",
        "your order 113-5550001-2220001, parcel ",
        "the invoice is in the parcel ",
    ] {
        let text = format!("{before}986578788856");
        assert_eq!(found(&text), [("986578788856", Verdict::Invalid)], "{text}");
    }
}

#[test]
fn other_figures_are_no_tracking_numbers() {
    for text in [
        "your order 113-5550001-2220001 of 2026-11-23",
        "call +49 30 901820 or 030 12345678",
        "the EAN is 4006381333931, the UPC 036000291452",
        "ASIN B0CHX1W1XY, model XR-2000-55, version 10.15.7",
        "IBAN DE89 3704 0044 0532 0130 00",
        "we refund 1,234.56 EUR within 14 days, 20 % of 48.99",
        "10115 Berlin, 94105-1234 San Francisco",
        "international1234567890 delivery",
        "",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn an_order_behind_a_tracking_number_only_says_whose_it_is() {
    for (text, number) in [
        ("The tracking number of your order is 986578788856.", "986578788856"),
        ("Tracking number for your order: RB123456784GB", "RB123456784GB"),
        ("Die Sendungsnummer Ihrer Bestellung ist 1Z5R89390357567128", "1Z5R89390357567128"),
    ] {
        assert_eq!(found(text), [(number, Verdict::Invalid)], "{text}");
    }
}
