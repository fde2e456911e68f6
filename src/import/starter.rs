//! A start for a column map: the columns of an unknown header with guesses of what they mean.

use super::columns::{normal, shown};
use super::map::Field;
use crate::domain::OrderId;
use crate::i18n::Lang;

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

/// A commented map for a header nobody knows, its guesses filled in: valid as it is when an order column was found,
/// by what stands in `rows` or by its name. With English, then with Chinese comments.
#[must_use]
pub fn starter(header: &[String], rows: &[&[String]]) -> [String; 2] {
    [Lang::En, Lang::Zh].map(|lang| in_lang(header, rows, lang))
}

fn in_lang(header: &[String], rows: &[&[String]], lang: Lang) -> String {
    let mut taken = vec![false; header.len()];
    let mut columns = String::new();
    for (field, word, guesses) in Field::GUESSES {
        let found = match field {
            Field::OrderId => order_column(header, rows, &mut taken, guesses),
            _ => guessed(header, &mut taken, guesses),
        };
        match found {
            Some(at) => columns.extend([*word, " = ", &toml_text(shown(&header[at])), "\n"]),
            None if *field == Field::OrderId => columns.extend([
                "order_id = \"\"      # ",
                lang.pick("needed: the column with ids such as", "必填：订单号所在列，形如"),
                " 113-1000001-2000006\n",
            ]),
            None => columns.extend(["# ", word, " = \"\"\n"]),
        }
    }
    let all: String = header.iter().map(|cell| normal(cell)).collect();
    let channel = CHANNELS.iter().find(|(word, _)| all.contains(word)).map_or_else(
        || "# channel = \"atoz_claim\"".to_owned(),
        |(_, channel)| format!("channel = \"{channel}\""),
    );
    let named = listed(header).replace(char::is_control, " ");
    let says = |en, zh| lang.pick(en, zh);
    [
        says(
            "# A column map for `kesu import --map map.toml FILE`: save it, correct it, import again.",
            "# 供 `kesu import --map map.toml 文件` 使用的列映射：保存、修改后重新导入。",
        ),
        &format!("# {}{named}", says("The file's columns: ", "文件中的列：")),
        says(
            "# channel: atoz_claim, return_request, buyer_message, feedback, chargeback, cancellation; without it rows are signals.",
            "# channel：atoz_claim、return_request、buyer_message、feedback、chargeback、cancellation；不写则各行只计入统计。",
        ),
        &channel,
        says(
            "# marketplace = \"US\"     # when all rows are of one site",
            "# marketplace = \"US\"     # 所有行属于同一站点时",
        ),
        says(
            "# dates = \"dmy\"          # dmy, mdy or ymd: how 03/04/26 is read",
            "# dates = \"dmy\"          # dmy、mdy 或 ymd：03/04/26 如何理解",
        ),
        says("# decimal = \".\"          # how 1.234 is read", "# decimal = \".\"          # 1.234 如何理解"),
        says(
            "# currency = \"USD\"       # when no column says it",
            "# currency = \"USD\"       # 没有币种列时",
        ),
        says(
            "# key = [\"…\"]            # columns that tell rows apart; order id and SKU otherwise",
            "# key = [\"…\"]            # 用来区分各行的列；默认为订单号和 SKU",
        ),
        "",
        "[columns]",
        &columns,
        says(
            "# [values.status]        # what your file's words mean: open or settled",
            "# [values.status]        # 文件中的状态词含义：open（未结）或 settled（已结）",
        ),
        "# \"Closed\" = \"settled\"",
        "# [values.decision]      # granted, denied, withdrawn, order_cancelled, unknown",
        "# \"Seller won\" = \"denied\"",
        "",
    ]
    .join("\n")
}

/// Words in a header that tell what its rows are.
const CHANNELS: [(&str, &str); 4] = [
    ("claim", "atoz_claim"),
    ("chargeback", "chargeback"),
    ("rating", "feedback"),
    ("return", "return_request"),
];

/// The column whose cells are order ids; the one that is also named so where there are several; by its name alone
/// where no cell says anything.
fn order_column(
    header: &[String],
    rows: &[&[String]],
    taken: &mut [bool],
    guesses: &[&str],
) -> Option<usize> {
    let holds_ids = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at)).filter(|cell| !shown(cell).is_empty());
        let (mut ids, mut all) = (0, 0);
        for cell in cells {
            all += 1;
            ids += usize::from(OrderId::parse(shown(cell)).is_some());
        }
        // A footer or a broken line among the first rows must not hide the column.
        ids > 0 && ids * 2 > all
    };
    let by_content: Vec<usize> =
        (0..header.len()).filter(|at| !shown(&header[*at]).is_empty() && holds_ids(*at)).collect();
    if by_content.is_empty() {
        return guessed(header, taken, guesses);
    }
    let mut others: Vec<bool> = (0..header.len()).map(|at| taken[at] || !by_content.contains(&at)).collect();
    let at = guessed(header, &mut others, guesses).or_else(|| by_content.first().copied())?;
    taken[at] = true;
    Some(at)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn the_order_column_is_known_by_its_cells_whatever_it_is_called() {
        let header = cells(&["Order number", "Bestellung", "Note"]);
        let rows = [cells(&["7", "113-1000001-2000006", "x"]), cells(&["8", "113-1000001-2000007", ""])];
        let rows: Vec<&[String]> = rows.iter().map(Vec::as_slice).collect();
        assert!(starter(&header, &rows)[0].contains("\norder_id = \"Bestellung\"\n"));
        assert!(starter(&header, &[])[0].contains("\norder_id = \"Order number\"\n"));
    }

    #[test]
    fn of_two_columns_with_order_ids_the_one_that_is_named_so_is_taken() {
        let header = cells(&["Replaced", "Order ID"]);
        let row = cells(&["113-1000001-2000006", "113-1000001-2000007"]);
        assert!(starter(&header, &[&row])[1].contains("\norder_id = \"Order ID\"\n"));
    }
}
