//! From a record to an entry: what makes a line unreadable, whose marketplace it is, its key, and who reads it.

use jiff::civil::Date;

use super::cells::{Cells, problem, said};
use super::day;
use super::format::{format, sites};
use super::layout::Layout;
use super::table::{Broken, Fault, LONGEST, Quotes, Record, WIDEST};
use super::{Entry, Options, costs, feedback, mapped, orders, returns, stock};
use crate::domain::Marketplace;
use crate::domain::amount::Habit;
use crate::domain::money::Currency;
use crate::domain::parts;
use crate::domain::record::{Fact, ReportKind, ReturnLine, Row, RowProblem};

/// The marketplace of an order that was imported before.
pub type Known<'a> = &'a dyn Fn(&str) -> Option<Marketplace>;

/// What is the same for all rows of a file.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// `--marketplace`.
    pub option: Option<Marketplace>,
    today: Date,
    quotes: Quotes,
    /// Bare numbers in date columns are a workbook's day numbers.
    pub serials: bool,
}

/// One record and what is known around it.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    /// Its cells.
    pub cells: Cells<'a>,
    /// What is the same for all rows.
    pub reading: Reading,
    known: Known<'a>,
}

/// What a reader of one kind returns.
pub struct Read {
    /// What the row says.
    pub fact: Fact,
    /// Its marketplace.
    pub marketplace: Option<Marketplace>,
    /// Its natural key.
    pub key: String,
    /// Cells that say nothing for sure: the row counts, they stay unknown.
    pub unclear: Vec<RowProblem>,
}

impl Reading {
    pub fn new(options: &Options, quotes: Quotes) -> Self {
        Self { option: options.marketplace, today: options.today, quotes, serials: false }
    }

    /// What one record comes to.
    pub fn entry(self, layout: &Layout, record: Result<Record, Broken>, known: Known<'_>) -> Entry {
        let record = match record {
            Ok(record) => record,
            Err(broken) => return Entry::Skipped(of_fault(&broken)),
        };
        if let Some(problem) = self.shape(layout, &record) {
            return Entry::Skipped(problem);
        }
        let cells = Cells { layout, record: &record };
        let cx = Cx { cells, reading: self, known };
        let mut spoilt = Vec::new();
        let read = match layout.kind {
            ReportKind::AllOrders => orders::read(&cx),
            ReportKind::FbaReturns => returns::fba(&cx),
            ReportKind::MfnReturns | ReportKind::XmlReturns => returns::mfn(&cx),
            ReportKind::Feedback => feedback::read(&cx),
            ReportKind::Reimbursements => stock::reimbursement(&cx),
            ReportKind::Replacements => stock::replacement(&cx),
            ReportKind::SkuCosts => costs::sku(&cx, &mut spoilt),
            ReportKind::Postage => costs::postage(&cx),
            ReportKind::SiteFees => costs::fees(&cx, &mut spoilt),
            ReportKind::Mapped | ReportKind::Performance => mapped::read(&cx),
        };
        match read {
            Ok(Read { fact, marketplace, key, unclear }) => {
                let mut remarks = spoilt;
                remarks.extend(unclear);
                remarks.extend(self.remarks(&cells, &fact));
                let (line, report, columns) = (record.line, layout.kind, cells.columns());
                Entry::Row(Box::new(Row { line, report, key, columns, marketplace, fact }), remarks)
            }
            Err(problem) => Entry::Skipped(*problem),
        }
    }

    /// A record whose fields cannot be told apart: too few, too many, the header again, a quote that never closes.
    fn shape(self, layout: &Layout, record: &Record) -> Option<RowProblem> {
        let (found, wanted) = (record.fields.len(), layout.width);
        let start = record.fields.join(" ").chars().take(200).collect::<String>();
        let refuse = |value: &str, what, remedy| Some(problem(record.line, "", value, what, remedy, true));
        if layout.repeats(record) {
            return refuse(
                &start,
                said(
                    format!("line {} repeats the header", record.line),
                    format!("第 {} 行重复了表头", record.line),
                ),
                said("Two files were joined; nothing to do", "可能是两个文件拼接而成；无需处理"),
            );
        }
        if found < wanted {
            let cut = if record.cut {
                ["; the file ends in the middle of it", "，文件在此中断"]
            } else {
                ["", ""]
            };
            return refuse(
                &start,
                said(
                    format!("line {} has {found} columns, the header has {wanted}{}", record.line, cut[0]),
                    format!("第 {} 行有 {found} 列，表头有 {wanted} 列{}", record.line, cut[1]),
                ),
                if record.cut {
                    said("The download was cut: download the report again", "下载不完整：请重新下载报告")
                } else {
                    said(
                        "Look for a line break or tab inside a text of this line",
                        "请检查该行文字中是否有换行或制表符",
                    )
                },
            );
        }
        let beyond = record.fields.iter().skip(layout.header.len()).any(|field| !field.trim().is_empty());
        if beyond {
            return refuse(
                &start,
                said(
                    format!("line {} has {found} columns, the header has only {wanted}", record.line),
                    format!("第 {} 行有 {found} 列，表头只有 {wanted} 列", record.line),
                ),
                said("Look for a delimiter inside a text of this line", "请检查该行文字中是否含有分隔符"),
            );
        }
        // Amazon's own tab files never quote; of any other table a quote that is opened once says that something is cut.
        let foreign = self.quotes == Quotes::Letters && layout.map.is_some();
        let open = |field: &&String| field.starts_with('"') && field.matches('"').count() == 1;
        let at = record.fields.iter().position(|field| foreign && open(&field))?;
        let header = layout.header.get(at).map_or("", String::as_str);
        let (what, remedy) = unclosed(record.line);
        Some(problem(record.line, header, &record.fields[at], what, remedy, true))
    }

    /// What is odd about a row that landed.
    fn remarks(self, cells: &Cells<'_>, fact: &Fact) -> Vec<RowProblem> {
        let line = cells.record.line;
        let mut remarks = Vec::new();
        let (asin, sku, on) = match fact {
            Fact::Order(order) => (order.asin.as_deref(), Some(order.sku.as_str()), Some(order.purchased_on)),
            Fact::FbaReturn(row) | Fact::MfnReturn(row) => {
                (row.asin.as_deref(), row.sku.as_deref(), Some(row.on))
            }
            Fact::Feedback(row) => (None, None, Some(row.on)),
            Fact::Mapped(row) => (row.asin.as_deref(), row.sku.as_deref(), row.on),
            Fact::Reimbursement { on, .. } | Fact::Replacement { on, .. } => (None, None, *on),
            Fact::SkuCost(cost) => (None, Some(cost.sku.as_str()), None),
            Fact::Metric | Fact::Postage(..) | Fact::SiteFees(_) => (None, None, None),
        };
        if let Some(asin) = asin.filter(|asin| !is_asin(asin)) {
            remarks.push(problem(
                line,
                &header_of(cells, "asin"),
                asin,
                said(
                    format!("`{}` is not an ASIN (10 letters and digits)", cut(asin)),
                    format!("`{}` 不是 ASIN（10 位字母和数字）", cut(asin)),
                ),
                said("The row landed all the same; check the column", "该行已导入；请检查该列"),
                false,
            ));
        }
        if let Some(sku) = sku.filter(|sku| sku.len() > 200) {
            remarks.push(problem(
                line,
                &header_of(cells, "sku"),
                sku,
                said(
                    format!("the sku is very long ({} bytes)", sku.len()),
                    format!("SKU 过长（{} 字节）", sku.len()),
                ),
                said("The row landed all the same; check the column", "该行已导入；请检查该列"),
                false,
            ));
        }
        // A day more than today may be today elsewhere.
        if let Some(on) = on.filter(|on| self.today.tomorrow().is_ok_and(|tomorrow| *on > tomorrow)) {
            remarks.push(problem(
                line,
                "",
                &on.to_string(),
                said(format!("the date {on} is in the future"), format!("日期 {on} 在未来")),
                said("The row landed all the same; check the date", "该行已导入；请检查日期"),
                false,
            ));
        }
        if let Fact::MfnReturn(row) = fact {
            remarks.extend(above_order(cells, row));
        }
        remarks
    }
}

/// More was refunded than the row says the order came to: a fact all the same.
fn above_order(cells: &Cells<'_>, row: &ReturnLine) -> Option<RowProblem> {
    let (refunded, order) = (row.refunded?, row.order_amount?);
    let above = refunded.currency == order.currency && refunded.minor > order.minor;
    above.then(|| {
        problem(
            cells.record.line,
            &header_of(cells, "refunded-amount"),
            &refunded.to_string(),
            said(
                format!("the refund of {refunded} is more than the order amount of {order}"),
                format!("退款 {refunded} 超过订单金额 {order}"),
            ),
            said("The row landed all the same; check the refund", "该行已导入；请核对这笔退款"),
            false,
        )
    })
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

fn is_asin(text: &str) -> bool {
    text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The header of an ASIN or SKU column, whatever the kind calls it.
fn header_of(cells: &Cells<'_>, what: &str) -> String {
    let at = cells.layout.fields.iter().find(|(field, _)| field.word() == what).map(|(_, at)| *at);
    let at = at.or_else(|| cells.layout.at(what)).or_else(|| cells.layout.at(&format!("merchant-{what}")));
    at.map_or_else(|| what.to_owned(), |at| cells.layout.header[at].clone())
}

fn unclosed(line: u64) -> ([String; 2], [String; 2]) {
    (
        said(
            format!("the quote opened on line {line} is never closed"),
            format!("第 {line} 行的引号没有闭合"),
        ),
        said("Close the quote or take it out", "请补上或删去引号"),
    )
}

fn of_fault(broken: &Broken) -> RowProblem {
    let line = broken.line;
    let (what, remedy) = match broken.fault {
        Fault::TooLong => (
            said(
                format!("line {line} is too long: more than {} KiB", LONGEST >> 10),
                format!("第 {line} 行过长：超过 {} KiB", LONGEST >> 10),
            ),
            said("Look for a missing line end or quote", "请检查是否缺少换行或引号"),
        ),
        Fault::TooWide => (
            said(
                format!("line {line} has more than {WIDEST} columns"),
                format!("第 {line} 行超过 {WIDEST} 列"),
            ),
            said("Look for a missing line end", "请检查是否缺少换行"),
        ),
        Fault::Unclosed => unclosed(line),
        Fault::AfterQuote => (
            said(
                format!("text stands behind a closing quote on line {line}"),
                format!("第 {line} 行的闭合引号后面还有文字"),
            ),
            said("Double the quotes inside a quoted text: \"\"", "引号内的引号要写两次：\"\""),
        ),
    };
    problem(line, "", &broken.text, what, remedy, true)
}

/// The one marketplace that is paid in a currency.
pub fn site_of_currency(code: &str) -> Option<Marketplace> {
    let currency = Currency::parse(code)?;
    let mut sites = Marketplace::ALL.iter().copied().filter(|site| site.currency() == currency);
    sites.next().filter(|_| sites.next().is_none())
}

impl Cx<'_> {
    /// Option, sales channel or currency of the row, known order, order-id prefix; in this order.
    pub fn site(&self, order_id: &str, channel: &str, currency: &str) -> Option<Marketplace> {
        if let Some(site) = self.reading.option {
            return Some(site);
        }
        let channel = channel.trim().trim_start_matches("www.").trim_start_matches("WWW.");
        // An order of another channel is on no marketplace, whatever it was paid in.
        if channel.to_ascii_lowercase().starts_with("non-amazon") {
            return None;
        }
        Marketplace::from_domain(channel)
            .or_else(|| Marketplace::parse(channel))
            .or_else(|| site_of_currency(currency))
            .or_else(|| (self.known)(order_id))
            .or_else(|| sites().of_order(order_id))
            .or_else(|| self.japanese(order_id))
    }

    /// A prefix that Japan shares with Australia, under headers in Japanese.
    fn japanese(&self, order_id: &str) -> Option<Marketplace> {
        let kana = |letter: char| matches!(letter, '\u{3041}'..='\u{30ff}');
        let headers = &self.cells.layout.header;
        let written = headers.iter().any(|name| name.contains(kana) || name.contains("注文"));
        (written && sites().maybe_japan(order_id)).then_some(Marketplace::Jp)
    }

    /// How dates of this row are read.
    pub fn dates(&self, site: Option<Marketplace>, order_id: &str) -> day::Context {
        let order = site.map(day::Order::of);
        day::Context { order, maybe_japan: sites().maybe_japan(order_id), serials: self.reading.serials }
    }

    /// How amounts of this row are read. Amazon writes a point, and a spreadsheet may have written it anew as its country
    /// does: `1.999` is nobody's statement, except in a workbook, whose numbers have a point whatever the site writes.
    pub fn habit(&self, site: Option<Marketplace>, currency: Option<Currency>) -> Habit {
        let decimal = self.reading.serials.then_some('.');
        Habit { currency: currency.or_else(|| site.map(Marketplace::currency)), decimal }
    }

    /// The natural key: the first of the format's keys that is filled, else the last. Dates are given as they compare.
    pub fn key(&self, dates: &[(&str, String)]) -> String {
        let Some(format) = format(self.cells.layout.kind) else { return String::new() };
        let part = |names: &String| {
            let date = dates.iter().find(|(name, _)| name == names);
            date.map_or_else(|| self.cells.first_of(names).to_owned(), |(_, date)| date.clone())
        };
        let keys = || format.key.iter().map(|names| names.iter().map(part).collect::<Vec<_>>());
        let filled = keys().find(|parts| parts.iter().all(|part| !part.is_empty()));
        parts::join(filled.or_else(|| keys().next_back()).unwrap_or_default())
    }
}
