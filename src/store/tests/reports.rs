//! Report rows: keys and versions, the cases and signals they make, orders.

use super::makers::*;
use crate::domain::case::{Stage, State};
use crate::domain::event::{Actor, Deed};
use crate::domain::record::{
    Fact, FeedbackLine, Mail, MappedLine, Notice, OrderLine, ReportKind, ReturnLine, Row,
};
use crate::domain::{Channel, Kind, Marketplace, Outcome};
use crate::store::{RowFate, Store};

fn fates(store: &mut Store, rows: &[Row]) -> Vec<RowFate> {
    let mut fates = Vec::new();
    import(store, |import| fates.extend(rows.iter().map(|row| import.row(row).unwrap())));
    fates
}

#[test]
fn an_order_line_is_updated_only_by_a_newer_one() {
    let mut store = store();
    let line = order_line(O1, "KB", Some(5000));
    let newer =
        OrderLine { updated_at: Some(at("2026-10-25T00:00:00Z")), status: "Shipped".into(), ..line.clone() };
    let older =
        OrderLine { updated_at: Some(at("2026-10-19T00:00:00Z")), status: "Pending".into(), ..line.clone() };
    let rows = [order(line.clone()), order(line), order(newer.clone()), order(older), order(newer)];
    assert_eq!(
        fates(&mut store, &rows),
        [RowFate::New, RowFate::Dup, RowFate::Updated, RowFate::Dup, RowFate::Dup]
    );
    let status: String = store.db.query_row("SELECT status FROM orders", [], |row| row.get(0)).unwrap();
    assert_eq!(status, "Shipped");
}

#[test]
fn a_total_is_the_sum_of_its_lines_and_unknown_while_one_lacks_it() {
    let mut store = store();
    mails(&mut store, &[message("m1", Some(O1), "2026-10-30T10:00:00Z", None)]);
    rows(&mut store, &[order(order_line(O1, "A", Some(4899))), order(order_line(O1, "B", None))]);
    assert_eq!(only(&store).order.unwrap().total, None);
    let priced = OrderLine { updated_at: Some(at("2026-10-25T00:00:00Z")), ..order_line(O1, "B", Some(101)) };
    rows(&mut store, &[order(priced)]);
    let file = only(&store);
    assert_eq!(file.order.as_ref().unwrap().total, Some(usd(5000)));
    assert_eq!(file.order.unwrap().items.len(), 2);
    assert_eq!((file.summary.sku.as_deref(), file.stage), (Some("A"), Some(Stage::BeforeShipping)));
}

#[test]
fn orders_enrich_a_case_whichever_comes_first() {
    let mut early = store();
    let asked = Mail { marketplace: None, ..mail("a1", Notice::AtozClaim, Some(O1), "2026-10-30T10:00:00Z") };
    mails(&mut early, std::slice::from_ref(&asked));
    rows(&mut early, &[order(order_line(O1, "A", Some(4899)))]);
    let mut late = store();
    rows(&mut late, &[order(order_line(O1, "A", Some(4899)))]);
    mails(&mut late, &[asked]);
    assert_eq!(only(&early).summary, only(&late).summary);
    assert_eq!(only(&early).summary.marketplace, Some(Marketplace::Us));
    assert_eq!(early.marketplace_of(O1).unwrap(), Some(Marketplace::Us));
    assert_eq!(early.marketplace_of(O2).unwrap(), None);
}

#[test]
fn a_row_without_a_site_takes_that_of_its_order_whichever_comes_first() {
    let bare = Row { marketplace: None, ..feedback_row(O1, "2026-10-28", 1, "Never arrived") };
    let ordered = Row { marketplace: Some(Marketplace::Jp), ..order(order_line(O1, "A", Some(4899))) };
    let told = |files: [&Row; 2]| {
        let mut store = store();
        for row in files {
            rows(&mut store, std::slice::from_ref(row));
        }
        let case = only(&store).summary;
        (case.marketplace, case.opened, case.due)
    };
    let (site, opened, due) = told([&bare, &ordered]);
    assert_eq!(site, Some(Marketplace::Jp));
    assert_eq!(opened, at("2026-10-28T00:00:00+09:00"), "the day begins in Japan");
    assert_eq!((site, opened, due), told([&ordered, &bare]));
}

#[test]
fn a_return_row_and_its_mail_are_one_case() {
    let mut store = store();
    rows(&mut store, &[return_row(return_line(O1, "2026-10-30", Some("D1")))]);
    assert_eq!(only(&store).summary.opened, at("2026-10-30T07:00:00Z"), "midnight in Los Angeles");
    let asked = Mail {
        rma: Some("D1".into()),
        ..mail("q1", Notice::ReturnRequest, Some(O1), "2026-10-30T18:00:00Z")
    };
    mails(&mut store, &[asked]);
    let file = only(&store);
    assert_eq!(file.summary.opened, at("2026-10-30T18:00:00Z"), "the mail knows the hour");
    assert_eq!((file.summary.channel, file.summary.kind), (Channel::Return, Kind::Defective));
}

#[test]
fn the_same_return_in_both_file_forms_is_one_row() {
    let mut store = store();
    let text = return_row(return_line(O1, "2026-10-30", Some("D1")));
    let xml = Row { report: ReportKind::XmlReturns, ..text.clone() };
    assert_eq!(fates(&mut store, &[text, xml]), [RowFate::New, RowFate::Dup]);
    only(&store);
}

#[test]
fn a_return_is_updated_by_a_changed_status_resolution_or_refund_and_an_old_file_takes_nothing_back() {
    let mut store = store();
    let open = return_line(O1, "2026-10-30", Some("D1"));
    let closed = ReturnLine { status: Some("Closed".into()), settled: true, ..open.clone() };
    let refunded = ReturnLine { refunded: Some(usd(500)), ..closed.clone() };
    let lines = [open.clone(), closed.clone(), refunded, open, closed];
    let rows: Vec<Row> = lines.into_iter().map(return_row).collect();
    assert_eq!(
        fates(&mut store, &rows),
        [RowFate::New, RowFate::Updated, RowFate::Updated, RowFate::Dup, RowFate::Dup]
    );
    assert_eq!(only(&store).summary.state, State::Archived);
}

#[test]
fn a_settled_return_is_filed_archived_by_amazon() {
    let mut store = store();
    rows(
        &mut store,
        &[return_row(ReturnLine { settled: true, ..return_line(O1, "2026-10-30", Some("D1")) })],
    );
    let file = only(&store);
    assert_eq!((file.summary.state, file.outcome), (State::Archived, Some(Outcome::Settled)));
    let filed = file.events.last().unwrap();
    assert_eq!(filed.actor, Actor::Amazon);
    assert!(matches!(filed.deed, Deed::Archived { outcome: Outcome::Settled, .. }));
}

#[test]
fn a_settled_return_reopens_only_for_a_mail_newer_than_its_day() {
    let asked =
        |sent: &str| Mail { rma: Some("D1".into()), ..mail("q1", Notice::ReturnRequest, Some(O1), sent) };
    let settled = return_row(ReturnLine { settled: true, ..return_line(O1, "2026-10-30", Some("D1")) });
    for (sent, state) in [("2026-10-30T20:00:00Z", State::Archived), ("2026-10-31T20:00:00Z", State::Open)] {
        let mut early = store();
        mails(&mut early, &[asked(sent)]);
        rows(&mut early, std::slice::from_ref(&settled));
        let mut late = store();
        rows(&mut late, std::slice::from_ref(&settled));
        mails(&mut late, &[asked(sent)]);
        assert_eq!((only(&early).summary.state, only(&late).summary.state), (state, state), "{sent}");
    }
}

#[test]
fn a_row_older_than_its_last_clock_is_filed_but_a_mail_that_old_stays_open_below() {
    let mut store = store();
    rows(&mut store, &[feedback_row(O1, "2026-08-01", 1, "late")]);
    assert_eq!(only(&store).summary.state, State::Archived);
    mails(&mut store, &[message("m1", Some(O2), "2026-08-01T10:00:00Z", None)]);
    assert!(queue(&store)[0].long_term);
}

#[test]
fn bad_feedback_is_a_case_with_one_clock_that_leads_and_a_middling_one_a_signal() {
    let mut store = store();
    rows(
        &mut store,
        &[feedback_row(O1, "2026-10-30", 2, "wrong colour"), feedback_row(O2, "2026-10-30", 3, "so so")],
    );
    let file = only(&store);
    assert_eq!(file.summary.channel, Channel::Feedback);
    assert_eq!(
        file.clocks.iter().map(|clock| clock.name.as_str()).collect::<Vec<_>>(),
        ["long_term", "feedback_removal"]
    );
    assert_eq!(file.summary.clock.as_deref(), Some("long_term"), "the other one only informs");
    assert_eq!(file.summary.excerpt, "wrong colour");
}

#[test]
fn feedback_is_updated_by_a_changed_comment_or_response() {
    let mut store = store();
    let plain = feedback_row(O1, "2026-10-30", 1, "late");
    let Fact::Feedback(line) = plain.fact.clone() else { panic!() };
    let answered = Row {
        fact: Fact::Feedback(FeedbackLine { response: Some("sorry".into()), ..line }),
        ..plain.clone()
    };
    assert_eq!(
        fates(&mut store, &[plain.clone(), answered, plain]),
        [RowFate::New, RowFate::Updated, RowFate::Dup]
    );
}

#[test]
fn signals_make_no_case_and_never_change() {
    let mut store = store();
    let sent_back = return_line(O1, "2026-10-30", None);
    let fba = row(ReportKind::FbaReturns, "LPN1", Fact::FbaReturn(sent_back.clone()));
    let other = ReturnLine { status: Some("Reimbursed".into()), ..sent_back };
    let again = row(ReportKind::FbaReturns, "LPN1", Fact::FbaReturn(other));
    let money = Fact::Reimbursement { order_id: Some(O1.into()), amount: Some(usd(100)), on: None };
    let swap =
        Fact::Replacement { original: O1.into(), replacement: O2.into(), kind: Kind::Defective, on: None };
    let rows = [
        fba,
        again,
        row(ReportKind::Reimbursements, "R1", money),
        row(ReportKind::Replacements, "P1", swap),
        row(ReportKind::Performance, "odr", Fact::Metric),
    ];
    use RowFate::{Dup, New};
    assert_eq!(fates(&mut store, &rows), [New, Dup, New, New, New]);
    assert_eq!(all(&store), []);
    mails(&mut store, &[message("m1", Some(O1), "2026-10-30T10:00:00Z", None)]);
    assert_eq!(only(&store).stage, Some(Stage::Returned));
}

#[test]
fn a_mapped_claim_is_the_case_of_its_channel() {
    let mut store = store();
    let line = MappedLine {
        sku: Some("KB".into()),
        buyer: Some("Ann".into()),
        reason: Some("not here".into()),
        kind: Kind::NotReceived,
        amount: Some(usd(5000)),
        ..mapped_line(Channel::Atoz, O1, "2026-10-30")
    };
    rows(&mut store, &[row(ReportKind::Mapped, "k", Fact::Mapped(line))]);
    mails(&mut store, &[mail("a1", Notice::AtozClaim, Some(O1), "2026-10-30T20:00:00Z")]);
    let file = only(&store);
    assert_eq!((file.claimed, file.summary.sku.as_deref()), (Some(usd(5000)), Some("KB")));
    assert_eq!((file.summary.kind, file.summary.buyer.as_deref()), (Kind::NotReceived, Some("Ann")));
}

#[test]
fn importing_rows_again_changes_nothing() {
    let mut store = store();
    let all_rows = [
        order(order_line(O1, "A", Some(1))),
        return_row(return_line(O1, "2026-10-30", Some("D1"))),
        feedback_row(O2, "2026-10-30", 1, "late"),
    ];
    rows(&mut store, &all_rows);
    let before = store.last_event().unwrap();
    assert_eq!(fates(&mut store, &all_rows), [RowFate::Dup; 3]);
    assert_eq!(store.last_event().unwrap(), before);
}
