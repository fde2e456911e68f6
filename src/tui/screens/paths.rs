//! The two ways of an open A-to-z claim side by side: every number with its count, what is not known said so, nothing
//! decided.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::buyer::zone_of;
use crate::domain::paths::{Ending, Moments, Odr, Paths, Share, at_risk, moments};
use crate::domain::view::{CaseFile, Listed};
use crate::domain::{CaseId, Kind, Money};
use crate::i18n::{Lang, Text, money_list, offers as said, report, time_left};
use crate::safe_text;
use crate::tui::job::Claim;
use crate::tui::widgets::{Context, draw_line, popup, rule};

/// From this many cells inside on the two ways stand side by side.
const BESIDE: u16 = 70;

/// The clocks of the policy file that the second way is about.
const ARBITRATION: &str = "arbitration";
const APPEAL: &str = "atoz_appeal";

/// State of the screen.
#[derive(Debug)]
pub struct PathsView {
    claim: Box<Claim>,
    scroll: usize,
}

impl PathsView {
    /// Opens the two ways of a claim.
    #[must_use]
    pub const fn new(claim: Box<Claim>) -> Self {
        Self { claim, scroll: 0 }
    }

    /// Its case.
    #[must_use]
    pub const fn case(&self) -> CaseId {
        self.claim.file.summary.id
    }

    /// The case itself.
    #[must_use]
    pub const fn file(&self) -> &CaseFile {
        &self.claim.file
    }

    /// The rate it counts in.
    #[must_use]
    pub const fn odr(&self) -> Option<&Odr> {
        self.claim.paths.odr.as_ref()
    }

    /// How many days its rates look back.
    #[must_use]
    pub const fn days(&self) -> i64 {
        self.claim.policy.past.days
    }

    /// Takes what is known now; the lines in sight stay.
    pub fn update(&mut self, claim: Box<Claim>) {
        self.claim = claim;
    }

    /// The own claims that are counted, newest first.
    #[must_use]
    pub fn behind(&self) -> Listed {
        let name = ["own claims that ended", "已有结果的索赔"].map(str::to_owned);
        Listed { name, cases: self.claim.paths.past.iter().map(|claim| claim.case).collect() }
    }

    /// Scrolls by lines.
    pub fn step(&mut self, lines: isize) {
        self.scroll = self.scroll.saturating_add_signed(lines).min(FAR);
    }

    /// To the top or the end.
    pub fn jump(&mut self, end: bool) {
        self.scroll = if end { FAR } else { 0 };
    }

    /// Keeps the scroll inside the text, so that a step back is seen at once; `area` is the view below the dialogue.
    pub fn settle(&mut self, cx: &Context<'_>, area: Rect) {
        // The frame with its free columns.
        let inside =
            Rect { width: area.width.saturating_sub(4), height: area.height.saturating_sub(2), ..area };
        let longest = longest(&columns(&self.claim, cx, inside));
        self.scroll = self.scroll.min(longest.saturating_sub(usize::from(inside.height)));
    }
}

/// More lines than there ever are.
const FAR: usize = 10_000;

/// A fact: what it is called, what is known of it.
struct Fact {
    label: String,
    text: String,
    money: bool,
}

fn fact(label: &str, text: impl Into<String>) -> Fact {
    Fact { label: label.to_owned(), text: text.into(), money: false }
}

/// Draws both ways over the view they were opened from.
pub fn view(view: &PathsView, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let row = &view.claim.file.summary;
    let order = row.order_id.as_deref().unwrap_or(cx.t(Text::NoOrder));
    let title = format!("#{} {order} · {}", row.id, cx.t(row.kind));
    let inside = popup(frame, area, area.width, area.height, &title);
    let columns = columns(&view.claim, cx, inside);
    let (room, longest) = (usize::from(inside.height), longest(&columns));
    let scroll = view.scroll.min(longest.saturating_sub(room));
    for (place, lines) in &columns {
        draw(frame, *place, lines, scroll);
    }
    more(cx, frame, inside, longest > scroll + room);
}

/// Both ways beside each other where there is room, else one below the other; with the place of each.
fn columns(claim: &Claim, cx: &Context<'_>, inside: Rect) -> Vec<(Rect, Vec<Line<'static>>)> {
    let titles = [cx.lang.pick("negotiate", "协商"), cx.lang.pick("let Amazon decide", "由亚马逊裁定")];
    let both = titles.into_iter().zip([negotiate(claim, cx), arbitrate(claim, cx)]);
    if inside.width < BESIDE {
        let cells = usize::from(inside.width);
        return vec![(inside, both.flat_map(|(title, facts)| column(title, &facts, cx, cells)).collect())];
    }
    let [left, _, right]: [Rect; 3] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Length(2), Constraint::Fill(1)]).areas(inside);
    let placed = [left, right].into_iter().zip(both);
    placed.map(|(place, (title, facts))| (place, column(title, &facts, cx, place.width.into()))).collect()
}

fn longest(columns: &[(Rect, Vec<Line<'static>>)]) -> usize {
    columns.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0)
}

fn draw(frame: &mut Frame<'_>, area: Rect, lines: &[Line<'static>], scroll: usize) {
    for (y, line) in (area.top()..area.bottom()).zip(lines.iter().skip(scroll)) {
        draw_line(frame, Rect { y, height: 1, ..area }, line.clone());
    }
}

fn more(cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect, there: bool) {
    if there && area.height > 0 && area.width > 0 {
        let place = Rect { x: area.right(), y: area.bottom() - 1, width: 1, height: 1 };
        draw_line(frame, place, Line::styled("↓", cx.theme.key()));
    }
}

fn column(title: &str, facts: &[Fact], cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
    let mut lines = vec![rule(cx, title, cells)];
    for fact in facts {
        let label = safe_text::line(&fact.label, cells).into_string();
        let beside = safe_text::cells(&label) + 2;
        let style = if fact.money { cx.theme.money() } else { ratatui::style::Style::new() };
        if beside + safe_text::cells(&fact.text) <= cells && !fact.text.contains('\n') {
            lines.push(Line::from(vec![
                Span::styled(format!("{label}  "), cx.theme.calm()),
                Span::styled(safe_text::line(&fact.text, cells - beside).into_string(), style),
            ]));
            continue;
        }
        lines.push(Line::styled(label, cx.theme.calm()));
        let words = safe_text::lines(&fact.text, cells.saturating_sub(2));
        lines.extend(words.map(|words| Line::styled(format!("  {words}"), style)));
    }
    lines
}

/// What is known of an agreement with the buyer.
fn negotiate(claim: &Claim, cx: &Context<'_>) -> Vec<Fact> {
    let Claim { file, paths, policy, few } = claim;
    let (lang, zone) = (cx.lang, zone_of(file, cx));
    let rest = file.room.rest();
    let unknown = lang.pick("unknown: the order total is not known", "未知：订单总额未知");
    let rest = Fact {
        label: cx.t(Text::Rest).to_owned(),
        text: if file.room.total.is_none() { unknown.to_owned() } else { said::rest(lang, rest) },
        money: rest.most().is_some(),
    };
    let source = lang.pick(&policy.benchmark.source, &policy.benchmark.source_zh);
    let percent = policy.benchmark.withdrawn_percent;
    vec![
        fact(lang.pick("answer due", "答复时限"), answer(&moments(file), cx, &zone)),
        fact(cx.t(Text::Offers), offers(file, cx)),
        rest,
        fact(lang.pick("withdrawn after an offer", "补偿后撤回"), own(paths.withdrawn(true), *few, lang)),
        fact(lang.pick("withdrawn without one", "未补偿而撤回"), own(paths.withdrawn(false), *few, lang)),
        fact(lang.pick("others, after an offer", "同行补偿后撤回"), format!("{percent}%: {source}")),
        fact(lang.pick("typical accepted offer", "常见的已接受补偿"), typical(claim, lang)),
        fact(
            lang.pick("order defect rate", "订单缺陷率"),
            lang.pick(&policy.odr.refund, &policy.odr.refund_zh),
        ),
        fact(lang.pick("own claims counted", "统计范围"), counted(claim, lang)),
    ]
}

/// What is known of Amazon's decision.
fn arbitrate(claim: &Claim, cx: &Context<'_>) -> Vec<Fact> {
    let Claim { file, paths, .. } = claim;
    let (lang, zone, kind) = (cx.lang, zone_of(file, cx), file.summary.kind);
    let moments = moments(file);
    let mut facts = Vec::new();
    if let Some(decision) = file.decision {
        let at = moments.decided.map(|at| format!(" · {}", cx.moment(at, &zone))).unwrap_or_default();
        facts.push(fact(cx.t(Text::Decided), format!("{}{at}", cx.t(decision))));
    } else {
        facts.extend(
            decision(file, &moments, cx, &zone).map(|said| fact(lang.pick("decision", "裁定"), said)),
        );
    }
    let (risk, total) = (at_risk(file), file.order.as_ref().and_then(|order| order.total));
    facts.push(Fact {
        label: lang.pick("at risk", "涉及金额").to_owned(),
        text: match risk {
            Some(risk) if file.claimed == Some(risk) => named(risk, cx.t(Text::Claimed), cx),
            Some(risk) if total == Some(risk) => named(risk, cx.t(Text::OrderTotal), cx),
            Some(risk) => named(risk, lang.pick("left after refunds", "扣除已退款"), cx),
            None => lang.pick("unknown", "未知").to_owned(),
        },
        money: risk.is_some(),
    });
    facts.extend(appeal(file, cx, &zone).map(|said| fact(lang.pick("appeal", "申诉"), said)));
    let label = lang.pick("order defect rate", "订单缺陷率");
    match &paths.odr {
        Some(odr) => facts.push(fact(label, rate(odr, cx))),
        None => facts.push(fact(
            label,
            lang.pick(
                "unknown: the order is in no imported order report",
                "未知：该订单未见于已导入的订单报表",
            ),
        )),
    }
    let label = format!("{}{}", lang.pick("own claims: ", "我方索赔："), cx.t(kind));
    facts.push(fact(&label, endings(paths, Some(kind), lang)));
    facts.push(fact(lang.pick("own claims: every kind", "我方索赔：全部类型"), endings(paths, None, lang)));
    facts
}

fn named(amount: Money, label: &str, cx: &Context<'_>) -> String {
    match cx.lang {
        Lang::En => format!("{amount} ({label})"),
        Lang::Zh => format!("{amount}（{label}）"),
    }
}

fn answer(moments: &Moments, cx: &Context<'_>, zone: &TimeZone) -> String {
    match (moments.answer_due, moments.answered) {
        (Some(due), _) => format!("{} · {}", time_left(cx.lang, cx.now, due), cx.moment(due, zone)),
        (None, Some(at)) => format!("{} {}", cx.t(Text::Answered), cx.moment(at, zone)),
        (None, None) => cx.lang.pick("no clock runs", "无计时").to_owned(),
    }
}

fn offers(file: &CaseFile, cx: &Context<'_>) -> String {
    let said = file.offers.iter().map(|offer| {
        let amount = offer.amount.map(|amount| format!(" {amount}")).unwrap_or_default();
        format!("{}{amount}{}{}", cx.t(offer.kind), cx.lang.pick(", ", "，"), cx.t(offer.status))
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() {
        return cx.t(Text::NoOffers).to_owned();
    }
    let standing = file.offers.iter().filter(|offer| offer.status.stands()).filter_map(|offer| offer.amount);
    let sum = money_list(&crate::domain::buyer::sums(standing));
    let sum = if sum.is_empty() { sum } else { format!("\n= {sum}") };
    format!("{}{sum}", said.join("\n"))
}

/// `3 of 5`; none is said as none, never as a rate.
fn of(share: Share, lang: Lang) -> String {
    let Share { of, all } = share;
    match lang {
        Lang::En => format!("{of} of {all}"),
        Lang::Zh => format!("{all}件中{of}件"),
    }
}

/// A rate as the report says it: with its interval, and none of fewer than `few` claims.
fn own(share: Share, few: usize, lang: Lang) -> String {
    if share.all == 0 {
        return lang.pick("none yet", "尚无").to_owned();
    }
    let enough = share.all >= few;
    let rate = report::rate(lang, share, enough);
    match (lang, enough) {
        (Lang::En, false) => format!("{} ({rate} for a rate)", of(share, lang)),
        (Lang::En, true) => format!("{} ({rate}, 95%: {})", of(share, lang), report::interval(share)),
        (Lang::Zh, false) => format!("{}（{rate}，不计比率）", of(share, lang)),
        (Lang::Zh, true) => format!("{}（{rate}，95%区间{}）", of(share, lang), report::interval(share)),
    }
}

fn typical(claim: &Claim, lang: Lang) -> String {
    let site = claim.file.summary.marketplace.map(|site| Money::new(0, site.currency()));
    let currency = at_risk(&claim.file).or(site);
    let Some(typical) = currency.and_then(|currency| claim.paths.typical(currency)) else {
        return lang.pick("none yet", "尚无").to_owned();
    };
    let (amount, count) = (typical.amount, typical.count);
    let share = typical.percent.map(|percent| match lang {
        Lang::En => format!(", {percent}% of the order"),
        Lang::Zh => format!("，占订单{percent}%"),
    });
    let share = share.unwrap_or_default();
    match (lang, count >= claim.few) {
        (Lang::En, true) => format!("{amount}{share} (median of {count})"),
        (Lang::En, false) => format!("{amount}{share} (median of {count}, too few to be typical)"),
        (Lang::Zh, true) => format!("{amount}{share}（{count}次的中位数）"),
        (Lang::Zh, false) => format!("{amount}{share}（{count}次的中位数，样本太少）"),
    }
}

fn counted(claim: &Claim, lang: Lang) -> String {
    let (claims, days) = (claim.paths.past.len(), claim.policy.past.days);
    let most = claim.paths.capped;
    match (lang, most) {
        (Lang::En, false) => format!("{claims} that ended, of the last {days} days"),
        (Lang::En, true) => format!("the newest {claims} that ended, of the last {days} days"),
        (Lang::Zh, false) => format!("近{days}天内已有结果的{claims}件"),
        (Lang::Zh, true) => format!("近{days}天内已有结果的最新{claims}件"),
    }
}

fn day(date: Date, lang: Lang) -> String {
    date.strftime(lang.pick("%-d %b", "%-m月%-d日")).to_string()
}

fn day_of(at: Timestamp, lang: Lang, zone: &TimeZone) -> String {
    day(at.to_zoned(zone.clone()).date(), lang)
}

/// When Amazon decides, by the clock of the case; `None` where the operator's policy has no such clock.
fn decision(file: &CaseFile, moments: &Moments, cx: &Context<'_>, zone: &TimeZone) -> Option<String> {
    let clock = file.clocks.iter().find(|clock| clock.name == ARBITRATION)?;
    let date = |at: Timestamp| at.to_zoned(zone.clone()).date();
    let (from, first, last) =
        (date(clock.started), date(clock.earliest.unwrap_or(clock.due)), date(clock.due));
    let after = |to: Date| (to - from).get_days();
    let lang = cx.lang;
    let answered = moments.answered.map(|at| day_of(at, lang, zone));
    Some(match lang {
        Lang::En => {
            let answered = answered.map_or("not answered yet".to_owned(), |at| format!("answered on {at}"));
            let (days, from) = (format!("{} to {} days", after(first), after(last)), day(from, lang));
            format!("{} to {}: {days} from {from}; {answered}", day(first, lang), day(last, lang))
        }
        Lang::Zh => {
            let answered = answered.map_or("尚未答复".to_owned(), |at| format!("{at}已答复"));
            let (days, from) = (format!("{}至{}天", after(first), after(last)), day(from, lang));
            format!("{}至{}：自{from}起{days}；{answered}", day(first, lang), day(last, lang))
        }
    })
}

/// How long the decision can be appealed against, by the clock of the case, else by the policy behind it.
fn appeal(file: &CaseFile, cx: &Context<'_>, zone: &TimeZone) -> Option<String> {
    let until =
        file.clocks.iter().find(|clock| clock.name == APPEAL).map(|clock| day_of(clock.due, cx.lang, zone));
    let rule = cx.policy.rules.iter().rfind(|rule| rule.name == APPEAL && !rule.off);
    Some(match (until, rule.and_then(|rule| rule.length)) {
        (Some(until), _) => {
            cx.lang.pick("until ", "截止").to_owned()
                + &until
                + cx.lang.pick(", then final", "，逾期不可再申诉")
        }
        (None, Some(length)) => match cx.lang {
            Lang::En => format!("{length} from the decision, then final"),
            Lang::Zh => format!("自裁定起{}，逾期不可再申诉", length.in_chinese()),
        },
        (None, None) => return None,
    })
}

/// The rate now, after either decision, and how far the line is.
fn rate(odr: &Odr, cx: &Context<'_>) -> String {
    let line = odr.line_hundredths;
    let lang = cx.lang;
    let share = |count: i64| {
        let all = odr.denominator;
        let hundredths =
            if all > 0 { (i128::from(count) * 20_000 + i128::from(all)) / (i128::from(all) * 2) } else { 0 };
        let percent = format!("{}.{:02}%", hundredths / 100, hundredths % 100);
        match lang {
            Lang::En => format!("{count} of {all} ({percent})"),
            Lang::Zh => format!("{count}/{all}（{percent}）"),
        }
    };
    let (site, who) = (odr.marketplace, cx.t(odr.fulfilment));
    let (from, to) = (day(odr.from, lang), day(odr.as_of, lang));
    let mut lines = vec![match lang {
        Lang::En => format!("{site} {who}, {from} to {to}: {}", share(odr.numerator)),
        Lang::Zh => format!("{site} {who}，{from}至{to}：{}", share(odr.numerator)),
    }];
    if odr.is_inside() {
        lines.push(format!("{}{}", lang.pick("granted: ", "获批："), share(odr.if_granted())));
        let freed = share(odr.if_freed());
        lines.push(format!("{}{freed}", lang.pick("denied or withdrawn: ", "驳回或撤回：")));
        if odr.by_other {
            let why =
                lang.pick("the order counts by feedback or a chargeback too", "该订单另因差评或拒付计入");
            lines.push(why.to_owned());
        }
    } else {
        let placed = day(odr.day, lang);
        lines.push(match lang {
            Lang::En => format!("the order of {placed} lies outside these days: no effect"),
            Lang::Zh => format!("{placed}的订单不在此期间：无影响"),
        });
    }
    let limit = format!("{}.{:02}", line / 100, line % 100);
    let limit = limit.trim_end_matches('0').trim_end_matches('.').to_owned();
    lines.push(match (lang, odr.left_to_line()) {
        (Lang::En, Some(0)) => format!("at the {limit}% line or over it"),
        (Lang::En, Some(1)) => format!("1 more order with a defect reaches {limit}%"),
        (Lang::En, Some(left)) => format!("{left} more orders with a defect reach {limit}%"),
        (Lang::En, None) => "no orders in these days".to_owned(),
        (Lang::Zh, Some(0)) => format!("已达到或超过 {limit}%"),
        (Lang::Zh, Some(left)) => format!("再有{left}个缺陷订单即达到 {limit}%"),
        (Lang::Zh, None) => "此期间无订单".to_owned(),
    });
    lines.join("\n")
}

/// How own claims ended: `of 5: granted 2, denied 1, withdrawn 2`.
fn endings(paths: &Paths, kind: Option<Kind>, lang: Lang) -> String {
    let all = paths.ended(kind, Ending::Granted).all;
    if all == 0 {
        return lang.pick("none that ended yet", "尚无已有结果的索赔").to_owned();
    }
    let said = Ending::ALL.iter().filter_map(|ending| {
        let count = paths.ended(kind, *ending).of;
        // Who won is said even where it is nobody; the rest only where there is one.
        let main = matches!(ending, Ending::Granted | Ending::Denied | Ending::Withdrawn);
        let words = || match lang {
            Lang::En => format!("{} {count}", name(*ending, lang)),
            Lang::Zh => format!("{}{count}件", name(*ending, lang)),
        };
        (count > 0 || main).then(words)
    });
    let said: Vec<String> = said.collect();
    match lang {
        Lang::En => format!("of {all}: {}", said.join(", ")),
        Lang::Zh => format!("共{all}件：{}", said.join("，")),
    }
}

const fn name(ending: Ending, lang: Lang) -> &'static str {
    match ending {
        Ending::Granted => lang.pick("granted", "获批"),
        Ending::Denied => lang.pick("denied", "驳回"),
        Ending::Withdrawn => lang.pick("withdrawn", "撤回"),
        Ending::Cancelled => lang.pick("order cancelled", "订单取消"),
        Ending::NotStated => lang.pick("not stated", "未说明"),
    }
}
