//! Whole mails through the whole reader: a table of every type and language, then the stories of the odd ones.

mod hostile;

use super::*;
use crate::domain::record::Decision;

fn accepted(mail: impl AsRef<[u8]>) -> Mail {
    match read(mail.as_ref(), &Learned::default()) {
        Verdict::Accepted(mail) => *mail,
        other => panic!("{other:?}"),
    }
}

fn why(mail: impl AsRef<[u8]>) -> &'static str {
    match read(mail.as_ref(), &Learned::default()) {
        Verdict::Accepted(mail) => mail.notice.word(),
        Verdict::Ignored(reason) | Verdict::Rejected(reason) => reason.code(),
    }
}

/// A plain mail. `head` holds further header lines.
fn plain_mail(from: &str, subject: &str, head: &str, body: &str) -> String {
    format!(
        "Message-ID: <t@x>\nDate: Mon, 05 Oct 2026 09:00:00 +0000\nFrom: {from}\nTo: shop@example.com\nSubject: {subject}\n{head}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}\n"
    )
}

fn html_mail(from: &str, subject: &str, head: &str, body: &str) -> String {
    plain_mail(from, subject, head, body).replace("text/plain", "text/html")
}

fn typed(kind: &str, site: Marketplace) -> String {
    format!("X-Marketplace-ID: {}\nX-Space-Notification-Type: {kind}\n", site.id())
}

/// channel | marketplace | order | amount | deadline | decision | buyer text
fn line(mail: &Mail) -> String {
    let or = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    [
        mail.notice.word().to_owned(),
        or(mail.marketplace.map(|site| site.code().to_owned())),
        or(mail.order_id.as_ref().map(ToString::to_string)),
        or(mail.amount.map(|money| money.to_string())),
        or(mail.deadline.map(|deadline| format!("{} {}", deadline.amount, deadline.unit.word()))),
        or(mail.decision.map(|decision| decision.word().to_owned())),
        mail.buyer_text.replace('\n', "⏎"),
    ]
    .join(" | ")
}

const ID: &str = "303-1000001-2000006";

fn check(wrong: &mut Vec<String>, mail: &str, told: &str) {
    let got = match read(mail.as_bytes(), &Learned::default()) {
        Verdict::Accepted(mail) => line(&mail),
        Verdict::Ignored(reason) | Verdict::Rejected(reason) => reason.code().to_owned(),
    };
    if got != told {
        wrong.push(format!("\n  got  {got}\n  told {told}"));
    }
}

#[test]
fn the_sample_mails_become_what_they_say() {
    let mut wrong = Vec::new();
    for (file, told) in [
        ("br_seller_copy_confirmation", "seller_copy | BR | - | - | - | - | Olá! Seu pedido foi enviado."),
        (
            "it_buyer_message",
            "buyer_message | IT | - | - | - | - | Buongiorno, il pacco risulta consegnato ma non ho ricevuto nulla. Potete verificare?",
        ),
        ("it_buyer_opted_out", "opt_out | IT | 406-1000001-2000005 | - | - | - | "),
        (
            "it_return_request",
            "return_request | IT | 403-1000001-2000003 | - | - | - | Prestazioni o qualità non adeguate. Dopo due usi perde acqua & non scalda.",
        ),
        ("lookalike_domain_attack", "look_alike"),
        (
            "us_atoz_action_required",
            "atoz_claim | US | 112-1000001-2000009 | 48.99 USD | 3 calendar_days | - | ",
        ),
        (
            "us_buyer_message_case_alias",
            "buyer_message | US | 111-1000001-2000006 | - | - | - | Hi, the camera won't turn on. See https://sellercentral.amazon.com/messaging/no-response-needed?t=FAKE&h=FAKE⏎I'd like my money back.",
        ),
        ("us_chargeback_new", "chargeback | - | 113-1000001-2000010 | 84.55 USD | 7 calendar_days | - | "),
    ] {
        let mail = std::fs::read_to_string(format!("tests/data/mail/{file}.eml")).unwrap();
        check(&mut wrong, &mail, told);
        check(&mut wrong, &mail.replace('\n', "\r\n"), told);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let returned = accepted(std::fs::read("tests/data/mail/it_return_request.eml").unwrap());
    assert_eq!(returned.reason.as_deref(), Some("Prestazioni o qualità non adeguate"));
    assert_eq!(returned.rma.as_deref(), Some("2026-08-24"));
    assert_eq!(returned.articles[0].sku.as_deref(), Some("IRON-IT-01"));
    assert_eq!(returned.articles[0].name.as_deref(), Some("Ferro da stiro di prova 2200W"));
    let opted = accepted(std::fs::read("tests/data/mail/it_buyer_opted_out.eml").unwrap());
    assert_eq!(opted.alias.unwrap().local, "x0000000000001");
}

#[test]
fn buyers_write_in_every_language_and_their_words_are_exact() {
    let mut wrong = Vec::new();
    for (site, domain, subject, open, close) in [
        (
            Marketplace::Us,
            "amazon.com",
            "Product details inquiry from Amazon customer X (Order: {})",
            "Message:",
            "End message",
        ),
        (
            Marketplace::Uk,
            "amazon.co.uk",
            "Order delivery inquiry from Amazon customer X (Order: {})",
            "Begin message",
            "End message",
        ),
        (
            Marketplace::De,
            "amazon.de",
            "Frage von Amazon-Kunde X (Bestellung: {})",
            "Nachricht:",
            "Ende der Nachricht",
        ),
        (
            Marketplace::De,
            "amazon.de",
            "Paket nicht angekommen: Gutschrift anfordern(Bestellung: {})",
            "Message:",
            "Finalizar mensaje",
        ),
        (Marketplace::Fr, "amazon.fr", "Question du client (Commande : {})", "Message :", "Fin du message"),
        (Marketplace::Es, "amazon.es", "Consulta (Pedido: {})", "Mensaje:", "Finalizar mensaje"),
        (Marketplace::Br, "amazon.com.br", "Pergunta (Pedido: {})", "Mensagem: ", "Encerrar mensagem"),
        (
            Marketplace::Jp,
            "amazon.co.jp",
            "お問い合わせ（注文番号：{}）",
            "メッセージ：",
            "メッセージここまで",
        ),
        (Marketplace::Nl, "amazon.nl", "Vraag (Bestelling: {})", "Bericht:", "Einde bericht"),
        (Marketplace::Se, "amazon.se", "Fråga (Beställning: {})", "Meddelande:", "Slut på meddelande"),
        (Marketplace::Pl, "amazon.pl", "Pytanie (Zamówienie: {})", "Wiadomość:", "Koniec wiadomości"),
    ] {
        let text =
            "Hallo\u{a0}dort,  \n\nzweite Zeile   é\n> zitiert: within 3 days, $99.00\n-----------\nBis bald";
        let body = format!(
            "Intro\n\n------------- {open} -------------\n\n{text}\n\n------------- {close} -------------\n\nhttps://sellercentral.{domain}/x Order 999-1000001-2000006\nPlease reply within 24 hours."
        );
        let from = format!("\"X - Amazon Marketplace\" <abc123@marketplace.{domain}>");
        let told = format!(
            "buyer_message | {} | {ID} | - | - | - | Hallo dort,⏎⏎zweite Zeile   é⏎> zitiert: within 3 days, $99.00⏎-----------⏎Bis bald",
            site.code()
        );
        let subject = subject.replace("{}", ID);
        check(
            &mut wrong,
            &plain_mail(&from, &subject, &typed("BBC_MESSAGE_SENT_TO_MERCHANT", site), &body),
            &told,
        );
        // Exported without its X- headers it is still what its sender says.
        check(&mut wrong, &plain_mail(&from, &subject, "", &body), &told);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn claims_and_decisions_are_read_in_every_language() {
    let mut wrong = Vec::new();
    for (site, subject, body, told) in [
        (
            Marketplace::Us,
            "Action required: Claim received on order {}",
            "We received a claim of $1,234.50 on order {}.\nYou must respond within 72 hours.",
            "atoz_claim | US | {} | 1234.50 USD | 72 hours | - | ",
        ),
        (
            Marketplace::Uk,
            "A claim on your order",
            "Order ID: {}\nClaim amount: £48.99\nItem price: £99.00\nNo action is needed now.",
            "atoz_claim | UK | {} | 48.99 GBP | - | - | ",
        ),
        (
            Marketplace::De,
            "Handlung erforderlich",
            "Ein Antrag über 119,00\u{a0}€ zur Bestellung {} ist eingegangen.\nBitte antworten Sie innerhalb von 3 Kalendertagen.",
            "atoz_claim | DE | {} | 119.00 EUR | 3 calendar_days | - | ",
        ),
        (
            Marketplace::It,
            "Azione richiesta per l'ordine {}",
            "Abbiamo ricevuto un reclamo di 119,00\u{a0}€ per l'ordine {}.\nRispondi entro 3 giorni di calendario.",
            "atoz_claim | IT | {} | 119.00 EUR | 3 calendar_days | - | ",
        ),
        (
            Marketplace::Fr,
            "Action requise",
            "Réclamation de 1\u{202f}234,56\u{a0}€ sur la commande {}.\nVous disposez de 3 jours calendaires pour répondre.",
            "atoz_claim | FR | {} | 1234.56 EUR | 3 calendar_days | - | ",
        ),
        (
            Marketplace::Es,
            "Acción requerida",
            "Hemos recibido una reclamación de 59,90 € del pedido {}.\nDebe responder en un plazo de 48 horas.",
            "atoz_claim | ES | {} | 59.90 EUR | 48 hours | - | ",
        ),
        (
            Marketplace::Jp,
            "ご対応のお願い",
            "ご注文番号：{}\n申請金額：￥1,200\n3日以内にご返信ください。",
            "atoz_claim | JP | {} | 1200 JPY | 3 calendar_days | - | ",
        ),
        (
            Marketplace::Br,
            "Ação necessária",
            "Reivindicação de R$ 1.234,56 do pedido {}.\nResponda em até 3 dias corridos.",
            "atoz_claim | BR | {} | 1234.56 BRL | 3 calendar_days | - | ",
        ),
        (
            Marketplace::Pl,
            "Wymagane działanie",
            "Roszczenie na kwotę 1 234,56 zł dotyczące zamówienia {}.\nOdpowiedz w ciągu 3 dni kalendarzowych.",
            "atoz_claim | PL | {} | 1234.56 PLN | 3 calendar_days | - | ",
        ),
        (
            Marketplace::Se,
            "Åtgärd krävs",
            "Ett anspråk på 499,00 kr för beställning {}.\nSvara inom 72 timmar.",
            "atoz_claim | SE | {} | 499.00 SEK | 72 hours | - | ",
        ),
        (
            Marketplace::Nl,
            "Actie vereist",
            "Claim van € 45,00 op bestelling {}.\nReageer binnen 3 kalenderdagen.",
            "atoz_claim | NL | {} | 45.00 EUR | 3 calendar_days | - | ",
        ),
        (
            Marketplace::Us,
            "Claim Decision on Order {}",
            "We granted the claim on order {} and debited $48.99 from your account.\nYou may appeal within 30 calendar days.",
            "atoz_decision | US | {} | 48.99 USD | 30 calendar_days | granted | ",
        ),
        (
            Marketplace::De,
            "Entscheidung zu Ihrer Bestellung {}",
            "Wir haben den Antrag zu Ihren Gunsten entschieden.",
            "atoz_decision | DE | {} | - | - | denied | ",
        ),
        (
            Marketplace::It,
            "Decisione sul reclamo per l'ordine {}",
            "Il reclamo è stato ritirato dall'acquirente.",
            "atoz_decision | IT | {} | - | - | withdrawn | ",
        ),
        (
            Marketplace::Us,
            "Claim closed for order {}",
            "The order was cancelled before it shipped.",
            "atoz_decision | US | {} | - | - | order_cancelled | ",
        ),
        (
            Marketplace::Jp,
            "審査結果：注文番号 {}",
            "申請は却下されました。",
            "atoz_decision | JP | {} | - | - | denied | ",
        ),
        (
            Marketplace::Fr,
            "Décision pour la commande {}",
            "Voir les détails dans votre compte.",
            "atoz_decision | FR | {} | - | - | unknown | ",
        ),
    ] {
        let decided = told.starts_with("atoz_decision");
        let kind = if decided { "A_Z_CLAIM_RESPONDENT_CLOSE" } else { "A_Z_CLAIM_RESPONDENT_NOTIFY" };
        let from = format!("\"Amazon\" <atoz-guarantee-no-reply@{}>", site.domain());
        let (subject, body, told) =
            (subject.replace("{}", ID), body.replace("{}", ID), told.replace("{}", ID));
        check(&mut wrong, &plain_mail(&from, &subject, &typed(kind, site), &body), &told);
        let html = format!(
            "<div style=\"display:none\">Order 999-1000001-2000006</div><p>{}</p><p>Copyright 2026 Amazon. Order 998-1000001-2000006</p>",
            body.replace('\n', "</p><p>")
        );
        check(&mut wrong, &html_mail(&from, &subject, &typed(kind, site), &html), &told);
        if site != Marketplace::Us {
            check(&mut wrong, &plain_mail(&from, &subject, "", &body), &told);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_other_notices_of_amazon_find_their_channel() {
    let mut wrong = Vec::new();
    let from = "\"Amazon\" <donotreply@amazon.com>";
    for (kind, site, subject, body, told) in [
        (
            "REFUND_ISSUED",
            Marketplace::It,
            "Rimborso per l'ordine {}",
            "Importo rimborsato: 169.01 EUR\nIl rimborso apparirà entro 5 giorni.",
            "refund_issued | IT | {} | 169.01 EUR | - | - | ",
        ),
        (
            "BRC_SELLER_NOTIFICATION",
            Marketplace::De,
            "Stornierungsanfrage",
            "Der Kunde möchte die Bestellung {} stornieren.\nGrund: Versehentlich bestellt",
            "cancellation | DE | {} | - | - | - | ",
        ),
        (
            "INVOICE_REMINDER_2027",
            Marketplace::Es,
            "Factura del pedido {}",
            "Suba la factura.",
            "unknown | ES | {} | - | - | - | ",
        ),
        (
            "SELLER_FEEDBACK_RECEIVED",
            Marketplace::Us,
            "New feedback for order {}",
            "Rating: 1\nComments: Never arrived.\nAwful.",
            "feedback | US | {} | - | - | - | Never arrived.⏎Awful.",
        ),
        (
            "A_Z_CLAIM_CLAIMANT_NOTIFY",
            Marketplace::Us,
            "Your claim",
            "We got your claim on order {}.",
            "shopper",
        ),
    ] {
        let (subject, body, told) =
            (subject.replace("{}", ID), body.replace("{}", ID), told.replace("{}", ID));
        check(&mut wrong, &plain_mail(from, &subject, &typed(kind, site), &body), &told);
    }
    for (from, subject, body, told) in [
        (
            "cb-seller-query@amazon.com",
            "Chargeback decision {}",
            "Order number: {}\nThe bank ruled in favor of the cardholder.",
            "chargeback_decision | - | {} | - | - | granted | ",
        ),
        (
            "cb-seller-notification@amazon.co.uk",
            "Dispute {}",
            "for 10.00 GBP\nPlease reply within seven (7) calendar days.",
            "chargeback | UK | {} | 10.00 GBP | 7 calendar_days | - | ",
        ),
        (
            "donotreply@amazon.com",
            "Refund initiated for order {}",
            "A refund of $10.00 was issued.",
            "refund_issued | - | {} | 10.00 USD | - | - | ",
        ),
        (
            "donotreply@amazon.com",
            "Order cancellation request from Amazon customer X {}",
            "Please cancel.",
            "cancellation | - | {} | - | - | - | ",
        ),
        ("auto-confirm@amazon.de", "Ihre Bestellung {}", "Danke.", "shopper"),
        ("order-update@amazon.com", "Your order {}", "Thanks.", "shopper"),
        ("versand@amazon.de", "Ihr Paket {}", "Unterwegs.", "shopper"),
        ("Anna <anna@example.org>", "Lunch {}", "At one?", "not_amazon"),
        ("\"Amazon Marketplace\" <x@evil.example>", "Order {}", "Pay here", "foreign_domain"),
        ("\"X\" <x@marketplace.arnazon.de>", "Order {}", "Pay here", "look_alike"),
        ("x@marketplace.amazon.de, evil@evil.example", "Order {}", "Pay here", "foreign_domain"),
    ] {
        let (subject, body, told) =
            (subject.replace("{}", ID), body.replace("{}", ID), told.replace("{}", ID));
        check(&mut wrong, &plain_mail(from, &subject, "", &body), &told);
    }
    let failed = "Authentication-Results: mx.example; spf=pass; dkim=fail header.d=amazon.it\n";
    check(&mut wrong, &plain_mail("x@marketplace.amazon.it", "s", failed, "b"), "failed_check");
    check(
        &mut wrong,
        &plain_mail("x@evil.example", "s", &typed("RETURN_REQUEST", Marketplace::De), "b"),
        "foreign_domain",
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn our_own_reply_in_the_sent_folder_is_a_copy() {
    let mail = "From: Shop <shop@example.com>\nTo: <ABC1+76c079d3-0000-4000-8000-000000000001@marketplace.amazon.de>\nSubject: Re: x\nIn-Reply-To: <a@b>\nReferences: <c@d>\n <a@b>\n\nWe are sorry.\n\n";
    let mail = accepted(mail);
    assert_eq!(line(&mail), "seller_copy | DE | - | - | - | - | We are sorry.");
    let alias = mail.alias.unwrap();
    assert_eq!(
        (alias.local.as_str(), alias.case.as_deref(), alias.domain.as_str()),
        ("abc1", Some("76c079d3-0000-4000-8000-000000000001"), "amazon.de")
    );
    assert_eq!(mail.references, ["a@b", "c@d"]);
    assert_eq!((mail.sent_at, mail.warnings.len()), (None, 1));
}

#[test]
fn the_same_mail_exported_twice_has_one_digest() {
    let mail = std::fs::read_to_string("tests/data/mail/it_buyer_message.eml").unwrap();
    let again = format!(
        "Received: from x by y\nDelivered-To: a@b\nX-Gmail-Labels: z\n{}",
        mail.replace('\n', "\r\n")
    );
    assert_eq!(accepted(&mail).digest, accepted(again).digest);
    assert_ne!(accepted(&mail).digest, accepted(mail.replace("nulla", "niente")).digest);
}

#[test]
fn a_plain_stub_beside_a_marked_page_loses_nothing() {
    let mail = "From: a@marketplace.amazon.it\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee the HTML part.\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>------------- Messaggio: -------------</p><p>Ciao<br>amici</p><p>------------- Fine messaggio ------------- Grazie</p>\n--b--\n";
    assert_eq!(accepted(mail).buyer_text, "Ciao\namici");
}

#[test]
fn broken_mails_of_amazon_still_land() {
    let head = "From: a@marketplace.amazon.it\nSubject: s\nMIME-Version: 1.0\n";
    let marked =
        "------------- Messaggio: -------------\nCiao città\n------------- Fine messaggio -------------\n";
    let latin =
        |text: &str| text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect::<Vec<u8>>();
    let mails: Vec<Vec<u8>> = vec![
        latin(&format!("{head}Content-Type: text/plain\n\n{marked}")),
        latin(&format!("{head}Content-Type: text/plain; charset=x-nobody-knows\n\n{marked}")),
        format!("{head}Content-Type: multipart/mixed\n\n--zz\nContent-Type: text/plain; charset=utf-8\n\n{marked}\n--zz--\n").into_bytes(),
        format!("{head}Content-Type: multipart/mixed; boundary=\"other\"\n\n--zz\nContent-Type: text/plain; charset=utf-8\n\n{marked}\n--zz--\n").into_bytes(),
        format!("{head}Content-Type: multipart/mixed; boundary=zz\n\n--zz\nContent-Type: text/plain; charset=utf-8\n\n{marked}").into_bytes(),
        format!("\u{feff}\n\nFrom x Mon\n{head}Content-Type: text/plain; charset=utf-8\n\n{marked}").replace('\n', "\r").into_bytes(),
        format!("{head}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{}", marked.replace('à', "=C3=A0").replace("Ciao", "Ci=\nao")).into_bytes(),
    ];
    for mail in mails {
        assert_eq!(accepted(&mail).buyer_text, "Ciao città", "{}", String::from_utf8_lossy(&mail));
    }
    // "------------- M: -------------\nCiao\n------------- F -------------" with rubbish inside the base64
    let base64 = format!(
        "{head}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nLS0tLS0tLS0tLS0tLSBNOiAtLS0tLS0tLS0tLS0tCkNp!!YW8KLS0tLS0tLS0tLS0tLSBGIC0tLS0tLS0tLS0tLS0="
    );
    assert_eq!(accepted(base64).buyer_text, "Ciao");
}

#[test]
fn decisions_are_complaints_of_somebody_and_refunds_are_none() {
    let claim = accepted(std::fs::read("tests/data/mail/us_atoz_action_required.eml").unwrap());
    assert!(claim.is_complaint && claim.decision != Some(Decision::Granted));
    let refund = accepted(plain_mail(
        "donotreply@amazon.com",
        "Refund",
        &typed("REFUND_ISSUED", Marketplace::Us),
        "x",
    ));
    assert!(!refund.is_complaint);
}

#[test]
fn complaints_in_languages_without_collected_words_still_get_a_kind() {
    for (text, kind) in [
        ("O liquidificador não liga.", Kind::Defective),
        ("Recebi o produto errado.", Kind::NotAsDescribed),
        ("Ik heb het pakket nooit ontvangen.", Kind::NotReceived),
        ("Het scherm is gebarsten aangekomen.", Kind::Defective),
        ("Paketet har fortfarande inte kommit.", Kind::NotReceived),
        ("Przesyłka nie dotarła.", Kind::NotReceived),
    ] {
        let mail = accepted(plain_mail(
            "a@marketplace.amazon.nl",
            "s",
            "",
            &format!("------------- M: -------------\n{text}\n------------- F -------------"),
        ));
        assert_eq!((mail.kind, mail.is_complaint), (kind, true), "{text}");
    }
    let asked = plain_mail("a@marketplace.amazon.pl", "s", "", "Jeśli produkt nie działa, mogę go zwrócić?");
    assert!(!accepted(asked).is_complaint);
}
