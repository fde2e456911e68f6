//! Which mails and report rows tell of one and the same refund.
//!
//! The rule. Amazon sends one mail for each refund: two mails are two refunds, also of the same amount on the same day. A row of
//! the returns report tells what was refunded for one return so far: two rows are two refunds, or more. A mail and a row come
//! from two sources and may tell of the same one. They do where they agree in currency and amount and in time: the mail is not
//! from before the day of the row (when the return was asked for or, if known, came back), not later than [`SAME_DAYS`] after
//! it, and not later than the file that told of it; a day's tolerance is given, since a row names days only. The nearest pair
//! comes first, and each mail and each row is in one pair only. A row that is left may tell of several mails together (a return
//! refunded in parts), a mail that is left of several rows (one refund for several articles): where some of those left come to
//! exactly the amount of the other, the fewest of them are taken, and they are the same. A row that is left and larger than all
//! the mails left that agree with it tells of them too: what it has beyond them is a refund whose mail nobody read. Where they
//! come to more than the row, which of them it tells of is open, and so is its amount. A row with which no mail left agrees is a
//! refund of its own, whatever its amount.

use std::cmp::{Ordering, Reverse};

use jiff::{SignedDuration, Timestamp};

use super::proof::{Fact, Witness};
use crate::domain::money::Money;

/// So many days after the day of its row a refund is still the one of its row.
const SAME_DAYS: i64 = 30;

/// Of so many at most a sum is sought: nobody refunds an order more often.
const MOST_PARTS: usize = 12;

/// The refunds that the facts tell of, each once, by the mail where there is one.
pub(super) fn told_once(facts: Vec<Fact>) -> Vec<Fact> {
    let (mut mails, mut rows): (Vec<Fact>, Vec<Fact>) =
        facts.into_iter().partition(|fact| fact.witness == Witness::RefundMail);
    for facts in [&mut mails, &mut rows] {
        facts.sort_by(|one, other| (one.from, &one.reference).cmp(&(other.from, &other.reference)));
    }
    let (mut by_row, mut by_mail) = (vec![false; mails.len()], vec![false; rows.len()]);
    let mut pairs: Vec<(u64, usize, usize)> = Vec::new();
    for (mail, told) in mails.iter().enumerate() {
        let same = rows.iter().enumerate().filter(|(_, row)| row.amount == told.amount && agree(told, row));
        pairs.extend(same.map(|(row, of)| (apart(told.from, of.from), mail, row)));
    }
    pairs.sort_unstable();
    for (_, mail, row) in pairs {
        if !by_row[mail] && !by_mail[row] {
            (by_row[mail], by_mail[row]) = (true, true);
        }
    }
    for (at, row) in rows.iter().enumerate() {
        if !by_mail[at] {
            by_mail[at] = together(row, &mails, &mut by_row, |mail| agree(mail, row));
        }
    }
    for (at, mail) in mails.iter().enumerate() {
        if !by_row[at] {
            by_row[at] = together(mail, &rows, &mut by_mail, |row| agree(mail, row));
        }
    }
    // The largest first: it is the one that may tell of most.
    let mut left: Vec<usize> = (0..rows.len()).filter(|at| !by_mail[*at]).collect();
    left.sort_by_key(|at| Reverse(rows[*at].amount.map(|amount| amount.minor)));
    for at in left {
        (rows[at].amount, by_mail[at]) = match beyond(&rows[at], &mails, &mut by_row) {
            Beyond::Nothing => (None, true),
            Beyond::Amount(amount) => (Some(amount), false),
            Beyond::Open => (None, false),
        };
    }
    mails.extend(rows.into_iter().zip(by_mail).filter(|(_, told)| !told).map(|(row, _)| row));
    mails
}

/// Whether a mail and a row may tell of one refund by their currency and time.
fn agree(mail: &Fact, row: &Fact) -> bool {
    let currency = |fact: &Fact| fact.amount.map(|amount| amount.currency);
    let days = |days: i64| SignedDuration::from_hours(24 * days);
    let since = |at: Timestamp, after: i64| at.saturating_add(days(after)).unwrap_or(at);
    let Some(at) = mail.from else { return currency(mail).is_some() && currency(mail) == currency(row) };
    currency(mail).is_some()
        && currency(mail) == currency(row)
        && row.from.is_none_or(|from| at >= since(from, -1) && at <= since(from, SAME_DAYS))
        && row.until.is_none_or(|until| at <= since(until, 1))
}

fn apart(one: Option<Timestamp>, other: Option<Timestamp>) -> u64 {
    one.zip(other).map_or(u64::MAX, |(one, other)| one.as_second().abs_diff(other.as_second()))
}

/// Whether some of `parts` that are not `told` yet come to `whole`; they are told then.
fn together(whole: &Fact, parts: &[Fact], told: &mut [bool], fits: impl Fn(&Fact) -> bool) -> bool {
    let Some(goal) = whole.amount else { return false };
    let free: Vec<(usize, i64)> = parts
        .iter()
        .enumerate()
        .filter(|(at, part)| !told[*at] && fits(part))
        .filter_map(|(at, part)| Some((at, part.amount?.minor)))
        .take(MOST_PARTS)
        .collect();
    let chosen = (1_u32..1 << free.len())
        .filter(|mask| mask.count_ones() > 1)
        .filter(|mask| {
            let of = free.iter().enumerate().filter(|(bit, _)| mask & (1 << bit) != 0);
            of.map(|(_, (_, minor))| i128::from(*minor)).sum::<i128>() == i128::from(goal.minor)
        })
        .min_by_key(|mask| (mask.count_ones(), *mask));
    let Some(mask) = chosen else { return false };
    for (bit, (at, _)) in free.iter().enumerate() {
        told[*at] |= mask & (1 << bit) != 0;
    }
    true
}

/// What a row tells of beyond the mails.
enum Beyond {
    Nothing,
    Amount(Money),
    Open,
}

/// What `row` has beyond all the mails that agree with it and no other row tells of yet; these are told then.
fn beyond(row: &Fact, mails: &[Fact], told: &mut [bool]) -> Beyond {
    let Some(whole) = row.amount else { return Beyond::Open };
    let of: Vec<usize> = (0..mails.len()).filter(|at| !told[*at] && agree(&mails[*at], row)).collect();
    let minor =
        of.iter().filter_map(|at| mails[*at].amount).map(|amount| i128::from(amount.minor)).sum::<i128>();
    let rest = i128::from(whole.minor) - minor;
    if rest >= 0 {
        for at in of {
            told[at] = true;
        }
    }
    match (rest.cmp(&0), i64::try_from(rest)) {
        (Ordering::Greater, Ok(rest)) => Beyond::Amount(Money::new(rest, whole.currency)),
        (Ordering::Equal, _) => Beyond::Nothing,
        _ => Beyond::Open,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{Currency, Money};

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::parse("USD").unwrap())
    }

    fn on(day: i64) -> Timestamp {
        "2026-11-01T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(24 * (day - 1))
    }

    fn mail(name: &str, minor: i64, day: i64) -> Fact {
        Fact {
            witness: Witness::RefundMail,
            amount: Some(usd(minor)),
            from: Some(on(day)),
            until: Some(on(day)),
            day: None,
            reference: name.to_owned(),
        }
    }

    /// A row of a return of `day`, whose refund stood in a file of `read`.
    fn row(name: &str, minor: i64, day: i64, read: i64) -> Fact {
        Fact { witness: Witness::ReturnReport, until: Some(on(read)), ..mail(name, minor, day) }
    }

    fn names(facts: &[Fact]) -> Vec<String> {
        let mut turned: Vec<Fact> = facts.to_vec();
        turned.reverse();
        let of = |facts: Vec<Fact>| {
            let mut names: Vec<String> = told_once(facts).into_iter().map(|fact| fact.reference).collect();
            names.sort();
            names
        };
        assert_eq!(of(facts.to_vec()), of(turned), "in whatever order they are read");
        of(facts.to_vec())
    }

    #[test]
    fn a_mail_and_a_row_of_the_same_amount_and_days_tell_of_one_refund() {
        assert_eq!(names(&[mail("m", 1_000, 4), row("r", 1_000, 3, 9)]), ["m"]);
        // The row names a day of the site, the mail may be of the evening before in UTC.
        assert_eq!(names(&[mail("m", 1_000, 2), row("r", 1_000, 3, 9)]), ["m"]);
    }

    #[test]
    fn two_mails_are_two_refunds_and_so_are_two_rows() {
        assert_eq!(names(&[mail("m", 1_000, 4), mail("n", 1_000, 4)]), ["m", "n"]);
        assert_eq!(names(&[row("r", 1_000, 4, 9), row("s", 1_000, 4, 9)]), ["r", "s"]);
        assert_eq!(names(&[mail("m", 1_000, 4), row("r", 1_000, 4, 9), row("s", 1_000, 4, 9)]).len(), 2);
        assert_eq!(names(&[mail("m", 1_000, 4), mail("n", 1_000, 5), row("r", 1_000, 4, 9)]), ["m", "n"]);
    }

    #[test]
    fn a_second_refund_of_the_same_amount_at_another_time_is_a_second_one() {
        // A mail of long before the return was asked for, of long after, of after the file that told of the refund.
        assert_eq!(names(&[mail("m", 1_000, 1), row("r", 1_000, 20, 30)]), ["m", "r"]);
        assert_eq!(names(&[mail("m", 1_000, 60), row("r", 1_000, 2, 90)]), ["m", "r"]);
        assert_eq!(names(&[mail("m", 1_000, 12), row("r", 1_000, 2, 5)]), ["m", "r"]);
        let euros =
            Fact { amount: Some(Money::new(1_000, Currency::parse("EUR").unwrap())), ..mail("e", 0, 4) };
        assert_eq!(names(&[euros, row("r", 1_000, 3, 9)]), ["e", "r"]);
    }

    #[test]
    fn a_row_that_tells_of_some_of_the_mails_is_none_of_its_own() {
        let mails = [mail("m", 500, 4), mail("n", 700, 5), mail("o", 300, 6)];
        let with = |rows: &[Fact]| names(&[mails.to_vec(), rows.to_vec()].concat());
        assert_eq!(with(&[row("r", 1_200, 3, 9)]), ["m", "n", "o"], "two of the three");
        assert_eq!(with(&[row("r", 1_500, 3, 9)]), ["m", "n", "o"], "all");
        assert_eq!(with(&[row("r", 700, 3, 9)]), ["m", "n", "o"], "one");
        assert_eq!(with(&[row("r", 900, 3, 9)]), ["m", "n", "o", "r"], "of some, nobody knows which");
        // A file of the fourth tells of what was refunded until then.
        assert_eq!(with(&[row("r", 800, 3, 4)]), ["m", "n", "o", "r"], "not of the mail of the sixth");
    }

    /// What the refund of this name came to: `?` where that is open, nothing where another one tells it.
    fn amount(facts: &[Fact], name: &str) -> String {
        let told = told_once(facts.to_vec());
        let of = told.iter().filter(|fact| fact.reference == name);
        of.map(|fact| fact.amount.map_or("?".to_owned(), |amount| amount.minor.to_string())).collect()
    }

    #[test]
    fn a_row_larger_than_the_mails_tells_of_them_and_of_the_refund_whose_mail_nobody_read() {
        let mails = [mail("m", 2_000, 4), mail("n", 500, 6)];
        let with = |rows: &[Fact], name: &str| amount(&[mails.to_vec(), rows.to_vec()].concat(), name);
        assert_eq!(with(&[row("r", 3_000, 3, 9)], "r"), "500");
        assert_eq!(with(&[row("r", 3_000, 3, 9)], "m"), "2000");
        // A second return has nothing to do with mails that the first tells of.
        let both = [row("r", 3_000, 3, 9), row("s", 2_600, 3, 9)];
        assert_eq!((with(&both, "r"), with(&both, "s")), ("500".to_owned(), "2600".to_owned()));
        // Of before the mails were sent, it tells of something else.
        assert_eq!(with(&[row("r", 3_000, 3, 2)], "r"), "3000");
    }

    #[test]
    fn of_a_row_smaller_than_the_mails_nobody_knows_what_it_adds() {
        let mails = [mail("m", 2_000, 4), mail("n", 500, 6)];
        let with = |row: Fact| amount(&[mails.to_vec(), vec![row]].concat(), "r");
        assert_eq!(with(row("r", 2_400, 3, 9)), "?");
        assert_eq!(with(row("r", 100, 3, 9)), "?");
        assert_eq!(with(row("r", 2_500, 3, 9)), "", "it tells of both");
    }

    proptest! {
        #[test]
        fn what_is_known_of_the_refunds_is_never_less_than_a_source_tells_nor_more_than_both(
            mails in prop::collection::vec((1..30_i64, 1..9_i64), 0..6),
            rows in prop::collection::vec((1..60_i64, 1..9_i64), 0..4),
        ) {
            let mails: Vec<Fact> = (0..).zip(mails).map(|(at, (minor, day))| mail(&format!("m{at}"), minor, day)).collect();
            let rows: Vec<Fact> = (0..).zip(rows).map(|(at, (minor, day))| row(&format!("r{at}"), minor, day, 9)).collect();
            let sum = |facts: &[Fact]| facts.iter().filter_map(|fact| fact.amount).map(|amount| amount.minor).sum::<i64>();
            let told = told_once([mails.clone(), rows.clone()].concat());
            prop_assert!(sum(&told) >= sum(&mails) && sum(&told) <= sum(&mails) + sum(&rows));
            let open = told.iter().any(|fact| fact.amount.is_none());
            // What is said to be known in full has room for every row.
            prop_assert!(open || sum(&told) >= sum(&rows));
        }
    }

    #[test]
    fn a_mail_without_an_amount_tells_of_no_row() {
        let unread = Fact { amount: None, ..mail("u", 0, 4) };
        assert_eq!(names(&[unread, row("r", 1_000, 3, 9)]), ["r", "u"]);
    }
}
