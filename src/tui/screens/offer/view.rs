//! How the offer dialogue is drawn.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Field, OfferForm, cost, typed};
use crate::domain::offer::Route;
use crate::domain::tracking::Verdict;
use crate::domain::{Money, OfferKind};
use crate::i18n::{Lang, Text, carrier_line, offers as said, other_line, verdict_line};
use crate::safe_text;
use crate::tui::widgets::{Context, draw_line, field, popup};

/// Where the fields of the dialogue begin, in cells.
const INDENT: u16 = 17;

/// Draws the dialogue.
pub fn view(form: &OfferForm, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    // One size from opening to closing, whatever kind is chosen and when the costs arrive: nothing moves.
    let inside = popup(frame, area, 78, area.height.min(28), cx.t(Text::OfferTitle));
    let mut rows: Vec<(Line<'static>, Option<Field>)> = Vec::new();
    let sum = |label: Text, text: String| {
        let label = Span::styled(format!("{} ", cx.t(label)), cx.theme.calm());
        vec![label, Span::styled(text, cx.theme.money()), Span::raw("   ")]
    };
    let money = |label: Text, amount: Option<Money>| {
        let unknown = || cx.lang.pick("unknown", "未知").to_owned();
        sum(label, amount.map_or_else(unknown, |amount| amount.to_string()))
    };
    let minor = |minor: i64| form.currency.map(|currency| Money::new(minor, currency));
    let mut sums = money(Text::OrderTotal, form.room.total);
    sums.extend(money(Text::AlreadyOffered, minor(form.room.given)));
    let mut rest = Line::default();
    if form.room.refunded > 0 {
        rest.spans.extend(money(Text::RefundedBesides, minor(form.room.refunded)));
    }
    rest.spans.extend(sum(Text::Rest, said::rest(cx.lang, form.room.rest())));
    // On one line where it fits: at 80×24 every line is needed below.
    if Line::from(sums.clone()).width() + rest.width() <= usize::from(inside.width) + 3 {
        sums.extend(rest.spans);
        rows.push((Line::from(sums), None));
    } else {
        rows.push((Line::from(sums), None));
        rows.push((rest, None));
    }
    rows.push((Line::raw(""), None));
    for name in form.fields() {
        let focused = *name == form.focus;
        let marker = if focused { "▸ " } else { "  " };
        let style = if focused { cx.theme.heading() } else { cx.theme.calm() };
        let label = safe_text::pad(cx.t(label(*name)), 14);
        rows.push((Line::styled(format!("{marker}{label}"), style), Some(*name)));
        rows.extend(remark(form, *name, cx, inside.width.into()).into_iter().map(|line| (line, None)));
    }
    rows.push((Line::raw(""), None));
    if let Ok(Some(amount)) = form.allowed() {
        let share = said::share(cx.lang, amount, form.room.total);
        rows.push((Line::styled(format!("→ {amount} · {share}"), cx.theme.money()), None));
    }
    if let Some((message, style)) = message(form, cx) {
        let words = safe_text::lines(&message, usize::from(inside.width));
        rows.extend(words.map(|words| (Line::styled(words.into_string(), style), None)));
    }
    rows.extend(cost::lines(form, cx, inside.width.into()).into_iter().map(|line| (line, None)));
    let page = form.judged().and_then(|judged| judged.url);
    let words = page.iter().flat_map(|page| safe_text::lines(page, inside.width.into()));
    rows.extend(words.map(|words| (Line::styled(words.into_string(), cx.theme.calm()), None)));
    for (y, (line, name)) in (inside.top()..inside.bottom()).zip(rows) {
        draw_line(frame, Rect { y, height: 1, ..inside }, line);
        if let Some(name) = name {
            let at = Rect { x: inside.x + INDENT, y, width: inside.width.saturating_sub(INDENT), height: 1 };
            view_field(form, name, name == form.focus, cx, frame, at.intersection(inside));
        }
    }
}

/// What is to be said of a field while it is typed: a carrier nobody knows, what the number is worth, and that it is another's.
fn remark(form: &OfferForm, name: Field, cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
    let carrier = form.carrier.value();
    let mut said: Vec<(String, Style)> = Vec::new();
    match (name, form.judged()) {
        (Field::Carrier, _) => {
            let unknown = carrier_line(cx.lang, form.carriers(), carrier);
            said.extend(unknown.map(|words| (words, cx.theme.calm())));
        }
        (Field::Tracking, Some(judged)) => {
            let style = match judged.verdict {
                Verdict::Valid => cx.theme.news(),
                Verdict::Invalid => cx.theme.blocked(),
                _ => cx.theme.calm(),
            };
            said.push((verdict_line(cx.lang, &judged), style));
            let other = other_line(cx.lang, form.carriers(), carrier, &judged);
            said.extend(other.map(|words| (words, cx.theme.warning())));
        }
        _ => {}
    }
    let indent = usize::from(INDENT);
    let mut lines = Vec::new();
    for (words, style) in said {
        let words = safe_text::lines(&words, cells.saturating_sub(indent));
        lines.extend(words.map(|words| Line::styled(format!("{:indent$}{words}", ""), style)));
    }
    lines
}

fn message(form: &OfferForm, cx: &Context<'_>) -> Option<(String, Style)> {
    if let (Some(all), false) = (form.whole, form.booking) {
        let words = match cx.lang {
            Lang::En => format!(
                "All that is left of the order goes back: {all}. Enter again books it; Esc goes back."
            ),
            Lang::Zh => format!("将退还订单全部余额 {all}。再按回车登记，Esc 返回。"),
        };
        return Some((words, cx.theme.blocked()));
    }
    match (&form.problem, form.booking, form.confirming) {
        (_, true, _) => Some((cx.t(Text::Booking).to_owned(), cx.theme.calm())),
        (_, _, true) => form.room.doubt().map(|doubt| {
            let doubt = typed::refused(&doubt).what[cx.lang as usize].clone();
            let stop = cx.lang.pick(". ", "。");
            (format!("{doubt}{stop}{}", cx.t(Text::ConfirmAnyway)), cx.theme.blocked())
        }),
        (Some(problem), ..) => Some((format!("✗ {}", problem.say(cx.lang)), cx.theme.blocked())),
        _ => form.objection().map(|problem| (format!("✗ {}", problem.say(cx.lang)), cx.theme.blocked())),
    }
}

const fn label(field: Field) -> Text {
    match field {
        Field::Route => Text::OfferRouteField,
        Field::Why => Text::Reason,
        Field::Kind => Text::OfferKindField,
        Field::Amount => Text::OfferAmountField,
        Field::Carrier => Text::OfferCarrierField,
        Field::Tracking => Text::OfferTrackingField,
        Field::Reason => Text::OfferReasonField,
        Field::Cost => Text::OfferCostField,
    }
}

fn view_field(
    form: &OfferForm,
    name: Field,
    focused: bool,
    cx: &Context<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    match name {
        Field::Kind => {
            let at = OfferKind::ALL.iter().position(|kind| *kind == form.kind).unwrap_or(0);
            let text = format!("‹ {} › {}/{}", cx.t(form.kind), at + 1, OfferKind::ALL.len());
            draw_line(frame, area, Line::raw(text));
        }
        Field::Route => {
            let at = Route::ALL.iter().position(|route| *route == form.route).unwrap_or(0);
            let text = format!("‹ {} › {}/{}", cx.t(form.route), at + 1, Route::ALL.len());
            draw_line(frame, area, Line::raw(text));
        }
        Field::Why => field(frame, area, &form.why, focused),
        Field::Amount => field(frame, area, &form.amount, focused),
        Field::Carrier => match form.sole().filter(|_| !focused) {
            // In the field, so that the number being typed stays where it is.
            Some(sole) => {
                let said = match cx.lang {
                    Lang::En => format!("→ {sole}, by the number"),
                    Lang::Zh => format!("→ {sole}（按运单号）"),
                };
                draw_line(frame, area, Line::styled(said, cx.theme.news()));
            }
            None => field(frame, area, &form.carrier, focused),
        },
        Field::Tracking => field(frame, area, &form.tracking, focused),
        Field::Reason => field(frame, area, &form.reason, focused),
        Field::Cost => field(frame, area, &form.cost, focused),
    }
}
