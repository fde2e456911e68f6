//! What notices state, sentence by sentence.

use super::*;
use crate::import::mail::phrases::plain;

fn pays(text: &str, site: Marketplace) -> String {
    match money(&plain(text), Some(site)) {
        None => "none".to_owned(),
        Some(Ok(money)) => money.to_string(),
        Some(Err(wrong)) => format!("! {wrong}"),
    }
}

#[test]
fn the_amount_of_a_claim_is_read_in_every_form() {
    let mut wrong: Vec<String> = Vec::new();
    for (text, site, amount) in [
        ("an A-to-z Guarantee claim of $48.99 on order 112-1000001-2000009.", Marketplace::Us, "48.99 USD"),
        ("un reclamo di 119,00\u{a0}€ per l'ordine", Marketplace::It, "119.00 EUR"),
        ("réclamation d'un montant de 1\u{202f}234,56\u{a0}€.", Marketplace::Fr, "1234.56 EUR"),
        ("Importo rimborsato: 169.01 EUR", Marketplace::It, "169.01 EUR"),
        ("申請金額：￥１，２００", Marketplace::Jp, "1200 JPY"),
        ("返金額は3,980円です。", Marketplace::Jp, "3980 JPY"),
        ("Valor da reivindicação: R$ 1.234,56", Marketplace::Br, "1234.56 BRL"),
        ("kwota roszczenia 1 234,56 zł", Marketplace::Pl, "1234.56 PLN"),
        ("anspråk på 1 499,00 kr", Marketplace::Se, "1499.00 SEK"),
        ("The refund amount is US$1,234.50.", Marketplace::De, "1234.50 USD"),
        ("a claim of $20", Marketplace::Ca, "20.00 CAD"),
        ("Item price: $99.00. Claim amount: $48.99. A fee of $20.00 applies.", Marketplace::Us, "48.99 USD"),
        ("A chargeback fee of $20.00 applies.", Marketplace::Us, "none"),
        ("claims up to $2,500.00 and order 112-1000001-2000009", Marketplace::Us, "none"),
        ("Betrag\n49,90 EUR", Marketplace::De, "49.90 EUR"),
        (
            "claim of 1,999 EUR",
            Marketplace::De,
            "! `1,999 EUR` is ambiguous: its separator may stand for thousands or for decimals",
        ),
        (
            "Wir haben 1.999 € erstattet. Die Bestellung kam auf 5,00 €.",
            Marketplace::De,
            "! `1.999 €` is ambiguous: its separator may stand for thousands or for decimals",
        ),
        (
            "We refunded $12.345 to the buyer.",
            Marketplace::Us,
            "! `$12.345` is ambiguous: its separator may stand for thousands or for decimals",
        ),
        ("Refund of 19.9955 EUR.", Marketplace::De, "! `19.9955 EUR` has more decimals than EUR has"),
        ("1 999 EUR erstattet", Marketplace::De, "1999.00 EUR"),
        ("Erstattung in Höhe von 2.049,– €", Marketplace::De, "2049.00 EUR"),
        ("een claim ter waarde van 1.050,00 EUR voor bestelling", Marketplace::Nl, "1050.00 EUR"),
    ] {
        if pays(text, site) != amount {
            wrong.push(format!("{text}: {:?}", pays(text, site)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn clock(notice: Notice, text: &str) -> String {
    deadline(notice, &fold(text))
        .map_or_else(|| "none".to_owned(), |(amount, unit)| format!("{amount} {}", unit.word()))
}

#[test]
fn a_deadline_is_what_the_mail_sets_for_the_seller() {
    let mut wrong: Vec<String> = Vec::new();
    for (text, stated) in [
        ("You must respond within 3 calendar days.", "3 calendar_days"),
        ("Please reply within seven (7) calendar days of this e-mail.", "7 calendar_days"),
        ("Respond within seven calendar days.", "7 calendar_days"),
        ("Cuentas con 48 horas para responder.", "48 hours"),
        ("You have 72 hours to respond to this claim.", "72 hours"),
        ("Rispondi entro 3 giorni di calendario.", "3 calendar_days"),
        ("Bitte antworten Sie innerhalb von 3 Kalendertagen.", "3 calendar_days"),
        ("Sie haben 72 Stunden Zeit, um zu antworten.", "72 hours"),
        ("Veuillez répondre sous 3 jours calendaires.", "3 calendar_days"),
        ("Vous disposez de trois jours calendaires pour répondre.", "3 calendar_days"),
        ("Debe responder en un plazo de 48 horas.", "48 hours"),
        ("Responda dentro de 3 días naturales.", "3 calendar_days"),
        ("3日以内にご返信ください。", "3 calendar_days"),
        ("72時間以内に回答してください。", "72 hours"),
        ("Você deve responder em até 3 dias corridos.", "3 calendar_days"),
        ("Reageer binnen 72 uur.", "72 hours"),
        ("Svara inom 3 kalenderdagar.", "3 calendar_days"),
        ("Prosimy odpowiedzieć w ciągu 3 dni kalendarzowych.", "3 calendar_days"),
        ("请在3个日历日内回复。", "3 calendar_days"),
        ("请于72小时内答复。", "72 hours"),
        ("Reply within 2 business days.", "none"),
        ("Antworten Sie innerhalb von 2 Werktagen.", "none"),
        ("The refund will appear within 5 days. The item was delivered 3 days ago.", "none"),
        ("The buyer has 3 days to return the item.", "none"),
        ("No action is needed now. If we need anything you will have 3 calendar days to respond.", "none"),
        ("Non è necessaria alcuna azione al momento. Avrai 3 giorni per rispondere.", "none"),
        (
            "If you have already refunded, no action is needed. Otherwise, respond within 72 hours.",
            "72 hours",
        ),
        ("We will review your answer within 7 days.", "none"),
    ] {
        if clock(Notice::AtozClaim, text) != stated {
            wrong.push(format!("{text}: {:?}", clock(Notice::AtozClaim, text)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(clock(Notice::AtozDecision, "You did not respond within 72 hours."), "none");
    assert_eq!(
        clock(Notice::AtozDecision, "You may appeal this decision within 30 calendar days."),
        "30 calendar_days"
    );
}

#[test]
fn decisions_are_understood_with_their_negations() {
    let mut wrong: Vec<String> = Vec::new();
    for (text, told) in [
        ("The claim was granted and we have debited your account.", Decision::Granted),
        ("The claim was not granted.", Decision::Denied),
        ("We decided the claim in your favor.", Decision::Denied),
        ("The claim was denied. You will not be charged.", Decision::Denied),
        ("You will not be charged for this claim.", Decision::Denied),
        ("We have debited your seller account for $48.99.", Decision::Granted),
        ("The buyer has withdrawn the claim.", Decision::Withdrawn),
        ("The order was cancelled, so we closed the claim.", Decision::OrderCancelled),
        ("The claim has been closed. See the details.", Decision::Unknown),
        ("If the claim is granted we debit your account.", Decision::Unknown),
        ("Der Antrag wurde zu Ihren Gunsten entschieden.", Decision::Denied),
        ("Der Antrag wurde nicht zu Ihren Gunsten entschieden.", Decision::Granted),
        ("Dem Antrag wurde stattgegeben.", Decision::Granted),
        ("Der Antrag wurde abgelehnt.", Decision::Denied),
        ("Der Käufer hat den Antrag zurückgezogen.", Decision::Withdrawn),
        ("La réclamation a été accordée.", Decision::Granted),
        ("La réclamation n'a pas été accordée.", Decision::Denied),
        ("Il reclamo è stato respinto.", Decision::Denied),
        ("Il reclamo è stato accolto e l'importo addebitato.", Decision::Granted),
        ("La reclamación ha sido denegada.", Decision::Denied),
        ("Se ha resuelto la reclamación a su favor.", Decision::Denied),
        ("マーケットプレイス保証申請は承認されました。", Decision::Granted),
        ("申請は却下されました。", Decision::Denied),
        ("購入者様が申請を取り下げました。", Decision::Withdrawn),
        ("A reivindicação foi negada.", Decision::Denied),
        ("De claim is afgewezen.", Decision::Denied),
        ("Anspråket har beviljats.", Decision::Granted),
        ("Roszczenie zostało odrzucone.", Decision::Denied),
        ("索赔已获批准，我们已从您的账户扣款。", Decision::Granted),
        ("索赔未获批准。", Decision::Denied),
        ("买家已撤回索赔。", Decision::Withdrawn),
        ("The bank ruled in favor of the cardholder.", Decision::Granted),
        ("We have granted your appeal.", Decision::Denied),
        ("We have denied your appeal.", Decision::Granted),
        ("Your appeal was successful. We have reversed our decision and reimbursed you.", Decision::Denied),
        ("Your appeal was unsuccessful.", Decision::Granted),
        (
            "After reviewing your appeal, we have decided to reverse the claim in your favor.",
            Decision::Denied,
        ),
        ("After your appeal we decided in favor of the buyer again.", Decision::Granted),
        ("Ihr Einspruch war erfolgreich.", Decision::Denied),
        ("Ihr Einspruch war leider nicht erfolgreich.", Decision::Granted),
        ("Nach Prüfung Ihres Einspruchs wurde der Antrag zu Ihren Gunsten entschieden.", Decision::Denied),
        ("Votre appel a abouti.", Decision::Denied),
        ("Su apelación ha prosperado.", Decision::Denied),
        ("Il suo ricorso ha avuto esito positivo.", Decision::Denied),
        ("您的申诉已通过。", Decision::Denied),
        ("您的申诉未通过。", Decision::Granted),
        (
            "Der Kunde hat seinen Antrag zur Bestellung 306-4450086-7770086 zurückgezogen.",
            Decision::Withdrawn,
        ),
        (
            "La commande 406-4450091-7770091 ayant été annulée, la réclamation est close.",
            Decision::OrderCancelled,
        ),
        ("Se aprobó el reclamo y se descontaron $450.00 de tu cuenta.", Decision::Granted),
    ] {
        if decision(&fold(text)) != told {
            wrong.push(format!("{text}: {:?}", decision(&fold(text))));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
