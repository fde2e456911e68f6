//! A start for a column map: the columns of an unknown header with guesses of what they mean.

use super::columns::{normal, shown};
use super::map::Field;

/// Headers for a message: the first twenty, each cut.
#[must_use]
pub fn listed(header: &[String]) -> String {
    let named: Vec<String> = header
        .iter()
        .map(|cell| shown(cell))
        .filter(|cell| !cell.is_empty())
        .map(|cell| cell.chars().take(60).collect())
        .collect();
    let more = named.len().saturating_sub(20);
    let first = named.iter().take(20).map(|cell| format!("`{cell}`")).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{first} … (+{more})") } else { first }
}

/// A commented map for a header nobody knows, its guesses filled in: valid as it is when an order column was found.
#[must_use]
pub fn starter(header: &[String]) -> String {
    let mut taken = vec![false; header.len()];
    let mut columns = String::new();
    for (field, word, guesses) in Field::GUESSES {
        match guessed(header, &mut taken, guesses) {
            Some(at) => columns.extend([*word, " = ", &toml_text(shown(&header[at])), "\n"]),
            None if *field == Field::OrderId => columns
                .push_str("order_id = \"\"      # needed: the column with ids such as 113-1000001-2000006\n"),
            None => columns.extend(["# ", word, " = \"\"\n"]),
        }
    }
    let all: String = header.iter().map(|cell| normal(cell)).collect();
    let channel = [
        ("claim", "atoz_claim"),
        ("chargeback", "chargeback"),
        ("rating", "feedback"),
        ("return", "return_request"),
    ]
    .iter()
    .find(|(word, _)| all.contains(word))
    .map_or_else(
        || "# channel = \"atoz_claim\"".to_owned(),
        |(_, channel)| format!("channel = \"{channel}\""),
    );
    format!(
        "# A column map for `kesu import --map FILE.toml`: save it, correct it, import again.\n\
         # The file's columns: {}\n\
         # channel: atoz_claim, return_request, buyer_message, feedback, chargeback, cancellation; without it rows are signals.\n\
         {channel}\n\
         # marketplace = \"US\"     # when all rows are of one site\n\
         # dates = \"dmy\"          # dmy, mdy or ymd: how 03/04/26 is read\n\
         # decimal = \".\"          # how 1.234 is read\n\
         # currency = \"USD\"       # when no column says it\n\
         # key = [\"…\"]            # columns that tell rows apart; order id and SKU otherwise\n\n\
         [columns]\n{columns}\n\
         # [values.status]        # what your file's words mean: open or settled\n\
         # \"Closed\" = \"settled\"\n\
         # [values.decision]      # granted, denied, withdrawn, order_cancelled, unknown\n\
         # \"Seller won\" = \"denied\"\n",
        listed(header).replace(char::is_control, " ")
    )
}

fn guessed(header: &[String], taken: &mut [bool], guesses: &[&str]) -> Option<usize> {
    let names: Vec<String> = header.iter().map(|cell| normal(cell)).collect();
    let free = |at: usize, taken: &[bool]| !taken[at];
    let exact = guesses
        .iter()
        .find_map(|guess| (0..names.len()).find(|at| free(*at, taken) && names[*at] == **guess));
    let part = || {
        guesses
            .iter()
            .find_map(|guess| (0..names.len()).find(|at| free(*at, taken) && names[*at].contains(guess)))
    };
    let at = exact.or_else(part)?;
    taken[at] = true;
    Some(at)
}

/// A TOML string: control characters of a hostile header stay escaped.
fn toml_text(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => quoted.extend(format!("\\u{:04X}", u32::from(letter)).chars()),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
