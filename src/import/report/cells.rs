//! One row as its reader sees it: cells by canonical name, read as text, day, amount or order id, each refusal with its place.

use std::collections::BTreeMap;

use super::day::{self, NotDay, When};
use super::layout::Layout;
use super::table::Record;
use crate::domain::OrderId;
use crate::domain::amount::{self, Habit, NotAmount};
use crate::domain::money::{Currency, Money};
use crate::domain::record::RowProblem;

/// A sentence in English and Chinese.
pub type Said = [String; 2];

/// One record with its layout.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    /// Where the columns are.
    pub layout: &'a Layout,
    /// The fields.
    pub record: &'a Record,
}

/// Both languages of a sentence.
#[must_use]
pub fn said(en: impl Into<String>, zh: impl Into<String>) -> Said {
    [en.into(), zh.into()]
}

/// A problem of a line: English and Chinese of what is wrong and of what to do.
#[must_use]
pub fn problem(line: u64, column: &str, value: &str, what: Said, remedy: Said, skipped: bool) -> RowProblem {
    let value = value.chars().take(200).collect();
    RowProblem { line, column: column.chars().take(200).collect(), value, problem: what, remedy, skipped }
}

impl<'a> Cells<'a> {
    /// A cell as written; empty when the column is not there.
    #[must_use]
    pub fn raw(&self, name: &str) -> &'a str {
        self.nth(self.layout.at(name))
    }

    /// The cell at a place, as written.
    #[must_use]
    pub fn nth(&self, at: Option<usize>) -> &'a str {
        at.and_then(|at| self.record.fields.get(at)).map_or("", String::as_str)
    }

    /// A cell without outer white space and without a spreadsheet's `="…"`.
    #[must_use]
    pub fn text(&self, name: &str) -> &'a str {
        bare(self.raw(name))
    }

    /// A cell that holds something.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// The first of `a|b` that is filled.
    #[must_use]
    pub fn first_of(&self, names: &str) -> &'a str {
        names.split('|').map(|name| self.text(name)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// The header of a column as the file spells it.
    #[must_use]
    pub fn header(&self, name: &str) -> String {
        self.layout.name_of(name)
    }

    /// Every filled cell by name, as written; dropped columns are left out.
    #[must_use]
    pub fn columns(&self) -> BTreeMap<String, String> {
        let pairs = self.layout.names.iter().zip(&self.record.fields);
        pairs
            .filter(|(name, cell)| !name.is_empty() && !cell.is_empty())
            .map(|(name, cell)| (name.clone(), cell.clone()))
            .collect()
    }

    /// A refusal of the row because of one cell.
    #[must_use]
    pub fn refuse(&self, header: &str, value: &str, what: Said, remedy: Said) -> Box<RowProblem> {
        Box::new(problem(self.record.line, header, value, what, remedy, true))
    }

    /// The order id of a column.
    ///
    /// # Errors
    /// Empty, turned into a number by a spreadsheet, with a wrong dash or hidden letters, or of no known shape.
    pub fn order_id(&self, name: &str) -> Result<String, Box<RowProblem>> {
        order_id(self.raw(name))
            .map_err(|(what, remedy)| self.refuse(&self.header(name), self.raw(name), what, remedy))
    }

    /// The day of a column; `None` when the cell is empty or the column is not there.
    ///
    /// # Errors
    /// The cell is no date.
    pub fn day(&self, name: &str, context: day::Context) -> Result<Option<When>, Box<RowProblem>> {
        match self.needed_day(name, context) {
            Err(_) if self.text(name).is_empty() => Ok(None),
            other => other.map(Some),
        }
    }

    /// The day of a column that must have one.
    ///
    /// # Errors
    /// The cell is empty or no date.
    pub fn needed_day(&self, name: &str, context: day::Context) -> Result<When, Box<RowProblem>> {
        day::read(self.text(name), context).map_err(|wrong| {
            let (what, remedy) = no_day(wrong, self.text(name));
            self.refuse(&self.header(name), self.raw(name), what, remedy)
        })
    }

    /// The amount of a column, never negative; `None` when the cell is empty or a dash.
    ///
    /// # Errors
    /// The cell is no amount.
    pub fn amount(&self, name: &str, habit: Habit) -> Result<Option<Money>, Box<RowProblem>> {
        amount(self.raw(name), habit).map_err(|wrong| {
            let (what, remedy) = no_amount(&wrong);
            self.refuse(&self.header(name), self.raw(name), what, remedy)
        })
    }

    /// The amount of a column of Amazon's own reports: what cannot be told for sure is unknown, and said in `unclear`.
    ///
    /// # Errors
    /// The cell is no amount at all.
    pub fn amount_if_clear(
        &self,
        name: &str,
        habit: Habit,
        unclear: &mut Vec<RowProblem>,
    ) -> Result<Option<Money>, Box<RowProblem>> {
        match amount(self.raw(name), habit) {
            Err(wrong) if wrong.is_unclear() => {
                unclear.push(self.unknown(name, &wrong));
                Ok(None)
            }
            read => read.map_err(|wrong| {
                let (what, remedy) = no_amount(&wrong);
                self.refuse(&self.header(name), self.raw(name), what, remedy)
            }),
        }
    }

    /// Says that an amount stays unknown, and that the rest of its row counts.
    #[must_use]
    pub fn unknown(&self, name: &str, wrong: &NotAmount) -> RowProblem {
        let (what, remedy) = unknown_amount(wrong);
        problem(self.record.line, &self.header(name), self.raw(name), what, remedy, false)
    }

    /// The currency of a column; `None` when the cell is empty or the column is not there.
    ///
    /// # Errors
    /// The cell is no currency code.
    pub fn currency(&self, name: &str) -> Result<Option<Currency>, Box<RowProblem>> {
        currency(self.text(name))
            .map_err(|(what, remedy)| self.refuse(&self.header(name), self.raw(name), what, remedy))
    }
}

/// A cell without outer white space and without a spreadsheet's `="…"`.
#[must_use]
pub fn bare(cell: &str) -> &str {
    let text = cell.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
    text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
}

/// A currency code or the sign of one currency only.
///
/// # Errors
/// What is wrong and what to do.
pub fn currency(text: &str) -> Result<Option<Currency>, (Said, Said)> {
    let code = match text {
        "" => return Ok(None),
        "€" => "EUR",
        "£" => "GBP",
        code => code,
    };
    if matches!(code, "$" | "¥" | "￥" | "kr") {
        return Err((
            said(
                format!("`{code}` is ambiguous: several currencies use it"),
                format!("`{code}` 有歧义：多种货币都用这个符号"),
            ),
            said("Write the currency code, for example USD", "请写货币代码，例如 USD"),
        ));
    }
    Currency::parse(code).map(Some).ok_or_else(|| {
        let shown: String = code.chars().take(40).collect();
        (
            said(format!("`{shown}` is not a currency code"), format!("`{shown}` 不是货币代码")),
            said(
                "Write the three letters of ISO 4217, for example EUR",
                "请写 ISO 4217 三字母代码，例如 EUR",
            ),
        )
    })
}

/// Reads an amount of a report.
///
/// # Errors
/// The rule it breaks.
pub fn amount(cell: &str, habit: Habit) -> Result<Option<Money>, NotAmount> {
    let text = cell.trim();
    if text.is_empty() || matches!(text, "-" | "–" | "—") {
        return Ok(None);
    }
    // An apostrophe groups thousands in Switzerland only; elsewhere it is a typing error or a spreadsheet's text mark.
    let swiss = habit.currency.is_some_and(|currency| currency.code() == "CHF") || text.contains("CHF");
    if text.starts_with('=') || (text.contains(['\'', '’']) && !swiss) {
        return Err(NotAmount::Unreadable(text.chars().take(60).collect()));
    }
    amount::read(text, habit).map(Some)
}

/// What is wrong with an amount that stays unknown while its row counts, and what to do.
#[must_use]
pub fn unknown_amount(wrong: &NotAmount) -> (Said, Said) {
    let (what, _) = no_amount(wrong);
    let remedy = said(
        "The row landed, this amount is unknown; write it like 1999.00 and import the file again",
        "该行已导入，此金额记为未知；请写成 1999.00 的形式后重新导入",
    );
    (what, remedy)
}

/// What is wrong with an amount, and what to do.
#[must_use]
pub fn no_amount(wrong: &NotAmount) -> (Said, Said) {
    let plain = || said("Write it as 1234.56", "请写成 1234.56 的形式");
    match wrong {
        NotAmount::Empty => (said("the amount is empty", "金额为空"), plain()),
        NotAmount::Unreadable(text) if text.starts_with('=') => (
            said(format!("`{text}` is a formula, not an amount"), format!("`{text}` 是公式，不是金额")),
            said("Put the plain amount into the cell", "请在单元格中填写金额本身"),
        ),
        // Shares are typed, and an amount that must not be nothing: never read from a file.
        NotAmount::Unreadable(text)
        | NotAmount::NoShare(text)
        | NotAmount::ShareOfUnknown(text)
        | NotAmount::Nothing(text) => {
            (said(format!("`{text}` is not an amount"), format!("`{text}` 不是金额")), plain())
        }
        NotAmount::Negative(text) => (
            said(format!("`{text}` is a negative amount"), format!("`{text}` 是负数金额")),
            said("Amounts here are never negative: check the column", "此处金额不能为负：请检查该列"),
        ),
        NotAmount::Ambiguous(text) => (
            said(
                format!("`{text}` is ambiguous: its separator may stand for thousands or for decimals"),
                format!("`{text}` 有歧义：分隔符可能表示千位，也可能表示小数"),
            ),
            said("Write it like 1999.00", "请写成 1999.00 的形式"),
        ),
        NotAmount::TooManyDecimals(text, code) => (
            said(
                format!("`{text}` has more decimals than {code} has"),
                format!("`{text}` 的小数位数超过 {code} 的小数位数"),
            ),
            said("Check the amount and its currency", "请检查金额和货币"),
        ),
        NotAmount::OtherCurrency(text, named, expected) => (
            said(
                format!("`{text}` names the currency {named}, but {expected} is expected"),
                format!("`{text}` 的货币是 {named}，应为 {expected}"),
            ),
            said("Make amount and currency column agree", "请让金额与货币列一致"),
        ),
        NotAmount::NoCurrency(text) => (
            said(format!("`{text}` names no currency"), format!("`{text}` 没有货币")),
            said(
                "Fill the currency column, or say the site with `--marketplace`",
                "请填写货币列，或用 `--marketplace` 指明站点",
            ),
        ),
        NotAmount::TooLarge(text) => (
            said(format!("`{text}` is out of range: too large"), format!("`{text}` 超出范围：数值过大")),
            said("Check the amount", "请检查金额"),
        ),
    }
}

/// What is wrong with a date, and what to do.
#[must_use]
pub fn no_day(wrong: NotDay, text: &str) -> (Said, Said) {
    let text: String = text.chars().take(60).collect();
    let iso = || {
        said(
            "Write dates as YYYY-MM-DD; spreadsheets often change them",
            "日期请写成 YYYY-MM-DD；表格软件常会改动日期",
        )
    };
    match wrong {
        NotDay::Empty => (said("the date is empty", "日期为空"), iso()),
        NotDay::Unreadable => (said(format!("`{text}` is not a date"), format!("`{text}` 不是日期")), iso()),
        NotDay::Ambiguous => (
            said(
                format!(
                    "`{text}` is an ambiguous date: the order of day, month and year depends on the marketplace"
                ),
                format!("`{text}` 日期有歧义：年月日的顺序取决于站点"),
            ),
            said(
                "Say the site with `--marketplace XX`, or `dates` in the map",
                "请用 `--marketplace XX` 指明站点，或在映射中写 `dates`",
            ),
        ),
        NotDay::OtherOrder => (
            said(
                format!("`{text}` does not fit the marketplace's order of day and month"),
                format!("`{text}` 与该站点的日月顺序不符"),
            ),
            said(
                "Check `--marketplace`, or write the date as YYYY-MM-DD",
                "请检查 `--marketplace`，或把日期写成 YYYY-MM-DD",
            ),
        ),
        NotDay::Serial => (
            said(
                format!("`{text}` is a number, not a date: a spreadsheet's day number?"),
                format!("`{text}` 是数字，不是日期：可能是表格软件的日期序号"),
            ),
            said(
                "Format the column as a date (YYYY-MM-DD) and save again",
                "请把该列设为日期格式（YYYY-MM-DD）后重新保存",
            ),
        ),
        NotDay::Gap => (
            said(
                format!("`{text}` does not exist: the clock of that time zone jumps over it"),
                format!("`{text}` 不存在：该时区当天的时钟跳过了这一时刻"),
            ),
            said("Write the time with its offset, for example -08:00", "请写明时差，例如 -08:00"),
        ),
        NotDay::Fold => (
            said(
                format!("`{text}` is ambiguous: the clock shows it twice on that day"),
                format!("`{text}` 有歧义：当天时钟会两次显示这一时刻"),
            ),
            said("Write the time with its offset, for example -08:00", "请写明时差，例如 -08:00"),
        ),
        NotDay::TooEarly => {
            (said(format!("the date `{text}` is before 1995"), format!("日期 `{text}` 早于 1995 年")), iso())
        }
        NotDay::TooLate => (
            said(
                format!("the date `{text}` is too far in the future"),
                format!("日期 `{text}` 太远，在未来"),
            ),
            iso(),
        ),
    }
}

/// Reads an order id: 3-7-7, or another channel's id.
///
/// # Errors
/// What is wrong and what to do.
pub fn order_id(cell: &str) -> Result<String, (Said, Said)> {
    let text = bare(cell);
    if OrderId::parse(text).is_some() {
        return Ok(text.to_owned());
    }
    let shown: String = text.chars().take(60).collect();
    if text.is_empty() {
        return Err((said("the order id is empty", "订单号为空"), shape()));
    }
    if text.len() > 64 {
        return Err((said("the order id is too long", "订单号过长"), shape()));
    }
    let digits =
        text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'+' | b'e' | b'E'));
    if digits && text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err((
            said(
                format!(
                    "the order id `{shown}` was turned into a number (scientific notation) by Excel or another spreadsheet"
                ),
                format!("订单号 `{shown}` 被 Excel 等表格软件变成了数字（科学计数法）"),
            ),
            said(
                "Download the report again, or format the column as text before opening it",
                "请重新下载报告，或先把该列设为文本格式再打开",
            ),
        ));
    }
    let hidden = text.chars().any(|letter| matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{202a}'..='\u{202e}') || letter.is_control());
    if hidden {
        return Err((said("the order id has hidden characters in it", "订单号中有隐藏字符"), shape()));
    }
    if text.chars().any(|letter| matches!(letter, '\u{2010}'..='\u{2015}' | '\u{2212}' | '－')) {
        return Err((
            said(
                format!("the order id `{shown}` has a dash that is no hyphen"),
                format!("订单号 `{shown}` 中的连接号不是连字符"),
            ),
            shape(),
        ));
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'#'));
    let lettered = text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && text.bytes().filter(u8::is_ascii_digit).count() >= 4;
    if plain && lettered {
        return Ok(text.to_owned());
    }
    Err(not_order_id(text))
}

/// Says that a text is no order id.
#[must_use]
pub fn not_order_id(text: &str) -> (Said, Said) {
    let shown: String = text.chars().take(60).collect();
    (said(format!("`{shown}` is not an order id"), format!("`{shown}` 不是订单号")), shape())
}

fn shape() -> Said {
    said(
        "An order id is 3, 7 and 7 digits, for example 113-1000001-2000006",
        "订单号为 3-7-7 位数字，例如 113-1000001-2000006",
    )
}

/// Yes in the languages a spreadsheet writes it in.
#[must_use]
pub fn is_yes(text: &str) -> bool {
    matches!(
        text.trim().to_lowercase().as_str(),
        "y" | "yes"
            | "true"
            | "1"
            | "wahr"
            | "ja"
            | "vrai"
            | "oui"
            | "vero"
            | "sì"
            | "si"
            | "sí"
            | "verdadero"
            | "verdadeiro"
            | "sim"
            | "はい"
            | "是"
    )
}
