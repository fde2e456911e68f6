//! Filling a template: strict about missing values, limited in time, tidy around the addition.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Object, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use super::{Template, Variable};
use crate::i18n::Lang;
use crate::problem::{Exit, Problem};

/// Steps one half of a template may take; the longest that ships takes under 100.
const FUEL: u64 = 10_000;

/// Why there is no reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfilled {
    /// These values are missing or blank: ask for them. Never empty.
    Missing(Vec<Variable>),
    /// The template itself is at fault: an unknown filter, an endless loop.
    Broken(Problem),
}

impl fmt::Display for Unfilled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Problem::from(self.clone()).fmt(f)
    }
}

impl std::error::Error for Unfilled {}

impl From<Unfilled> for Problem {
    fn from(unfilled: Unfilled) -> Self {
        let missing = match unfilled {
            Unfilled::Broken(problem) => return problem,
            Unfilled::Missing(missing) => missing,
        };
        let labels =
            |lang: Lang| missing.iter().map(|value| value.label()[lang as usize]).collect::<Vec<_>>();
        Self::new(
            Exit::Blocked,
            [
                format!("the template lacks {}", labels(Lang::En).join(", ")),
                format!("模板还缺：{}", labels(Lang::Zh).join("、")),
            ],
            ["Type the missing values", "请填写缺少的内容"],
        )
    }
}

/// The reply: the filled template with `addition` in its place, or the addition alone.
///
/// The addition keeps its inner line breaks; an empty one leaves no gap.
///
/// # Errors
/// [`Unfilled`] as for [`Template::fill`].
pub fn reply(
    template: Option<&Template>,
    values: &BTreeMap<String, String>,
    addition: &str,
) -> Result<String, Unfilled> {
    Ok(join(&parts(template, values, addition)?))
}

/// The text above the addition, the addition, the text below it; each may be empty.
///
/// # Errors
/// [`Unfilled`] as for [`Template::fill`].
pub fn parts(
    template: Option<&Template>,
    values: &BTreeMap<String, String>,
    addition: &str,
) -> Result<[String; 3], Unfilled> {
    let [above, below] =
        template.map_or_else(|| Ok(Default::default()), |template| template.halves(values))?;
    Ok([above, addition.trim().to_owned(), below])
}

fn join(parts: &[String; 3]) -> String {
    let parts = parts.iter().map(String::as_str).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("\n\n")
}

impl Template {
    /// The values this text cannot do without and `values` lacks (missing or blank), in the order of the table.
    /// Empty also for a template that is broken: [`Template::fill`] says so.
    #[must_use]
    pub fn needed(&self, values: &BTreeMap<String, String>) -> Vec<Variable> {
        match self.halves(values) {
            Err(Unfilled::Missing(missing)) => missing,
            _ => Vec::new(),
        }
    }

    /// The text with its values and without an addition.
    ///
    /// # Errors
    /// [`Unfilled::Missing`] names every value that is needed and absent or blank; [`Unfilled::Broken`] a fault of
    /// the template.
    pub fn fill(&self, values: &BTreeMap<String, String>) -> Result<String, Unfilled> {
        reply(Some(self), values, "")
    }

    /// The text for the picker: a missing value stands as its label in brackets. Never to be sent.
    #[must_use]
    pub fn preview(&self, values: &BTreeMap<String, String>, lang: Lang) -> String {
        let mut shown = values.clone();
        for missing in self.needed(values) {
            shown.insert(missing.name().to_owned(), format!("[{}]", missing.label()[lang as usize]));
        }
        self.fill(&shown).unwrap_or_else(|_| self.text.clone())
    }

    /// Both halves, filled and tidy; either may be empty.
    fn halves(&self, values: &BTreeMap<String, String>) -> Result<[String; 2], Unfilled> {
        let mut known = not_blank(values);
        let mut missing = BTreeSet::new();
        let mut fill = |half: &str| {
            settle(half, &mut known, &mut missing)
                .map(|text| tidy(&text))
                .map_err(|fault| self.broken(fault.line, &fault.detail))
        };
        let halves = [fill(&self.above)?, fill(&self.below)?];
        if missing.is_empty() { Ok(halves) } else { Err(Unfilled::Missing(missing.into_iter().collect())) }
    }

    fn broken(&self, line: Option<usize>, detail: &str) -> Unfilled {
        let (name, [en, zh]) = (
            &self.name,
            match line {
                Some(line) => [format!(", line {line} of its text"), format!("正文第 {line} 行")],
                None => Default::default(),
            },
        );
        Unfilled::Broken(Problem::new(
            Exit::Failed,
            [
                format!("template {name}{en}: it cannot be filled: {detail}"),
                format!("模板 {name}{zh}无法生成：{detail}"),
            ],
            ["Correct the template (F11)", "请修正该模板（F11）"],
        ))
    }
}

fn not_blank(values: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let filled = values.iter().filter(|(_, value)| !value.trim().is_empty());
    filled.map(|(name, value)| (name.clone(), value.trim().to_owned())).collect()
}

/// Why a half cannot be rendered whatever the values.
pub(super) struct Fault {
    /// Of the half, the first is 1.
    pub(super) line: Option<usize>,
    /// Bytes of the half.
    pub(super) range: Option<Range<usize>>,
    pub(super) detail: String,
}

/// Renders a half; what it lacks is noted and stands as its example, so that all that is missing is named at once.
fn settle(
    half: &str,
    known: &mut BTreeMap<String, String>,
    missing: &mut BTreeSet<Variable>,
) -> Result<String, Fault> {
    loop {
        match render(half, known) {
            Ok(text) => return Ok(text),
            Err(Gap::Value(value)) if missing.insert(value) => {
                known.insert(value.name().to_owned(), value.example().to_owned());
            }
            Err(Gap::Value(value)) => {
                let detail = format!("`{}` cannot be filled", value.name());
                return Err(Fault { line: None, range: None, detail });
            }
            Err(Gap::Fault(error)) => {
                let detail = error.detail().map_or_else(|| error.kind().to_string(), ToOwned::to_owned);
                return Err(Fault { line: error.line(), range: error.range(), detail });
            }
        }
    }
}

/// The fault of a half that is rendered with `values` and no other optional ones.
pub(super) fn fault_of(half: &str, values: &BTreeMap<String, String>) -> Option<Fault> {
    settle(half, &mut not_blank(values), &mut BTreeSet::new()).err()
}

/// Whether there is a filter, or else a test, of this name.
pub(super) fn knows(name: &str, is_filter: bool) -> bool {
    let environment = environment();
    let mut state = environment.empty_state();
    let kind = if is_filter {
        state.apply_filter(name, &[]).err().map(|error| error.kind())
    } else {
        state.perform_test(name, &[]).err().map(|error| error.kind())
    };
    !matches!(kind, Some(ErrorKind::UnknownFilter | ErrorKind::UnknownTest))
}

/// What stopped one rendering.
enum Gap {
    Value(Variable),
    Fault(Error),
}

/// The values of one rendering; remembers the last one that was looked up in vain.
#[derive(Debug)]
struct Context {
    known: BTreeMap<String, String>,
    sought: Mutex<Option<Variable>>,
}

impl Object for Context {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        let value = self.known.get(name).map(Value::from);
        if value.is_none() {
            *self.sought.lock().unwrap_or_else(PoisonError::into_inner) = Variable::parse(name);
        }
        value
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    // Its debug reports look up every name after a failure, which would hide the one that failed.
    environment.set_debug(false);
    environment
}

fn render(part: &str, known: &BTreeMap<String, String>) -> Result<String, Gap> {
    let environment = environment();
    let context = Arc::new(Context { known: known.clone(), sought: Mutex::new(None) });
    let text = environment.render_str(part, Value::from_dyn_object(Arc::clone(&context)));
    text.map_err(|error| {
        // Strict rendering stops at the value it has just looked up.
        let sought = *context.sought.lock().unwrap_or_else(PoisonError::into_inner);
        match sought {
            Some(value) if error.kind() == ErrorKind::UndefinedError => Gap::Value(value),
            _ => Gap::Fault(error),
        }
    })
}

/// The names a part uses without defining them.
pub(super) fn names(part: &str) -> Result<BTreeSet<String>, Error> {
    let environment = environment();
    let template = environment.template_from_str(part)?;
    let built_in: BTreeSet<_> = environment.globals().map(|(name, _)| name).collect();
    let names = template.undeclared_variables(false).into_iter();
    Ok(names.filter(|name| !built_in.contains(name.as_str())).collect())
}

/// Takes out what an unused condition leaves behind: spaces at line ends, more than one empty line, an empty edge.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines().map(str::trim_end) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            tidy.push_str(line);
            tidy.push('\n');
        }
    }
    tidy.trim().to_owned()
}
