//! Account health (JSON): one row a metric, marketplace and fulfilment, every value kept so that it can be shown.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value};

use super::format::health;
use super::rows::Reading;
use super::table::Quotes;
use super::{Entry, Options, Refused, Report, Rows, Source, Survey, of_encoding, whole};
use crate::domain::Marketplace;
use crate::domain::record::{Fact, ReportKind, Row};
use crate::problem::{Exit, Problem};

/// Opens a JSON file.
pub fn open(source: Source, survey: &Survey, options: &Options) -> Result<Report, Box<Refused>> {
    let bytes = whole(source, survey)?;
    let start = usize::try_from(survey.bom).unwrap_or(0).min(bytes.len());
    let (text, _) = survey.encoding.decode_without_bom_handling(&bytes[start..]);
    let text = text.trim_end_matches('\0');
    let value: Value = serde_json::from_str(text).map_err(|error| {
        refused(error.line() as u64, [format!("the JSON breaks: {error}"), format!("JSON 出错：{error}")])
    })?;
    let Some(top) =
        value.as_object().filter(|top| health().recognise.iter().any(|name| top.contains_key(name)))
    else {
        let names = value
            .as_object()
            .map(|top| top.keys().take(10).cloned().collect::<Vec<_>>().join(", "))
            .unwrap_or_default();
        return Err(refused(
            1,
            [
                format!("this JSON is not the account health report: it has {names}, not performanceMetrics"),
                format!("这个 JSON 不是账户状况报告：其中有 {names}，没有 performanceMetrics"),
            ],
        ));
    };
    let mut rows = Metrics { text, at: 0, line: 1, option: options.marketplace, rows: Vec::new() };
    // In the order of the file: lines are found by going forward.
    for name in top.keys() {
        match name.as_str() {
            "accountStatuses" => rows.statuses(top),
            "performanceMetrics" => rows.metrics(top),
            _ => {}
        }
    }
    let mut ready: VecDeque<Entry> = of_encoding(survey).into();
    ready.extend(rows.rows.into_iter().map(|row| Entry::Row(Box::new(row), Vec::new())));
    let reading = Reading::new(options, Quotes::Enclose);
    Ok(Report {
        kind: ReportKind::Performance,
        layout: None,
        rows: Rows::Held(VecDeque::new()),
        reading,
        ready,
        length: survey.length,
        count: 0,
        stated: super::costs::Stated::default(),
        ended: false,
    })
}

fn refused(line: u64, what: [String; 2]) -> Box<Refused> {
    let remedy = [
        "Download the account health report (GET_V2_SELLER_PERFORMANCE_REPORT) again".to_owned(),
        "请重新下载账户状况报告（GET_V2_SELLER_PERFORMANCE_REPORT）".to_owned(),
    ];
    Box::new(Refused::at(line, Problem::new(Exit::Failed, what, remedy)))
}

/// The rows so far, and the place in the text up to which their lines are known.
struct Metrics<'a> {
    text: &'a str,
    at: usize,
    line: u64,
    option: Option<Marketplace>,
    rows: Vec<Row>,
}

impl Metrics<'_> {
    fn statuses(&mut self, top: &Map<String, Value>) {
        for account in list(top.get("accountStatuses")) {
            let Some(object) = account.as_object() else { continue };
            let line = self.line_of("marketplaceId");
            self.push(line, text(object.get("marketplaceId")), "accountStatus", "", account);
        }
    }

    fn metrics(&mut self, top: &Map<String, Value>) {
        for site in list(top.get("performanceMetrics")) {
            let Some(object) = site.as_object() else { continue };
            let id = text(object.get("marketplaceId"));
            for (spelled, value) in object.iter().filter(|(name, _)| *name != "marketplaceId") {
                let line = self.line_of(spelled);
                let name = health().name(spelled);
                match value {
                    Value::Object(parts)
                        if health().by_fulfilment.iter().any(|metric| metric == name)
                            && parts.values().all(Value::is_object) =>
                    {
                        for (fulfilment, part) in parts {
                            let line = self.line_of(fulfilment);
                            self.push(line, id.clone(), name, fulfilment, part);
                        }
                    }
                    Value::Array(all) => {
                        for (at, one) in all.iter().enumerate() {
                            let kind = one
                                .as_object()
                                .and_then(|one| one.iter().find(|(key, _)| key.ends_with("Type")))
                                .map(|(_, kind)| text(Some(kind)));
                            let name = format!("{name}.{}", kind.unwrap_or_else(|| at.to_string()));
                            self.push(line, id.clone(), &name, "", one);
                        }
                    }
                    other => self.push(line, id.clone(), name, "", other),
                }
            }
        }
    }

    fn push(&mut self, line: u64, id: String, metric: &str, fulfilment: &str, value: &Value) {
        let mut columns = BTreeMap::new();
        flatten("", value, &mut columns, 0);
        let marketplace = Marketplace::from_id(&id).or(self.option);
        columns.insert("marketplaceId".to_owned(), id);
        columns.insert("metric".to_owned(), metric.to_owned());
        if !fulfilment.is_empty() {
            columns.insert("fulfilment".to_owned(), fulfilment.to_owned());
        }
        let part = |name: &String| columns.get(name).cloned().unwrap_or_default();
        let key = crate::domain::parts::join(health().key.iter().map(part));
        self.rows.push(Row {
            line,
            report: ReportKind::Performance,
            key,
            columns,
            marketplace,
            fact: Fact::Metric,
        });
    }

    /// The line of the next `"name"` in the text; names come in the order of the file.
    fn line_of(&mut self, name: &str) -> u64 {
        let wanted = format!("\"{name}\"");
        if let Some(found) = self.text[self.at..].find(&wanted) {
            self.line += self.text[self.at..self.at + found].matches('\n').count() as u64;
            self.at += found;
        }
        self.line
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A value as it is shown: a string without quotes, everything else as JSON writes it.
fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// `a.b.c` for each value, names in their one spelling.
fn flatten(path: &str, value: &Value, into: &mut BTreeMap<String, String>, depth: usize) {
    let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(parts) if depth < 16 => {
            for (name, part) in parts {
                flatten(&join(health().name(name)), part, into, depth + 1);
            }
        }
        Value::Array(parts) if depth < 16 => {
            for (at, part) in parts.iter().enumerate() {
                flatten(&join(&at.to_string()), part, into, depth + 1);
            }
        }
        other => {
            let name = if path.is_empty() { "value" } else { path };
            into.insert(name.to_owned(), text(Some(other)));
        }
    }
}
