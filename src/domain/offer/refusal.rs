//! Why an offer cannot be booked or moved on, and what to do about it.

use super::super::money::Money;
use super::{OfferStatus, Room};
use crate::i18n::{Lang, Text};

fn en(status: OfferStatus) -> &'static str {
    Text::from(status).in_lang(Lang::En)
}

fn zh(status: OfferStatus) -> &'static str {
    Text::from(status).in_lang(Lang::Zh)
}

fn rest(room: &Room) -> String {
    room.rest().most().map_or_else(|| "?".to_owned(), |rest| rest.to_string())
}

/// How what is left comes about, where refunds have a part in it: English, Chinese.
fn sum(room: &Room) -> [String; 2] {
    if room.refunded > 0 { all(room) } else { Default::default() }
}

/// Why nobody knows what is left, and what is known of it: English, Chinese.
fn open(room: &Room) -> [String; 2] {
    match room.rest().most() {
        Some(most) => [
            format!("what was refunded is not known in full: at most {most} is left of the order"),
            format!("已退金额不完全清楚：订单余额最多 {most}"),
        ],
        None => [
            "what is left of the order is not known: its offers are in several currencies".to_owned(),
            "订单余额未知：补偿涉及多种币种".to_owned(),
        ],
    }
}

/// Total, offers and refunds: English, Chinese.
fn all(room: &Room) -> [String; 2] {
    let Some(total) = room.total else { return Default::default() };
    let say = |minor: i64| Money::new(minor, total.currency);
    let (given, refunded) = (say(room.given), say(room.refunded));
    [
        format!(": {total} in all, {given} offered, {refunded} refunded besides"),
        format!("：总额 {total}，已补偿 {given}，另已退款 {refunded}"),
    ]
}

/// A move from one state to another that there is none of: English, Chinese.
fn no_move(offer: i64, from: OfferStatus, to: OfferStatus) -> [String; 2] {
    if from == to {
        return [
            format!("offer {offer} is {} already", en(from)),
            format!("补偿 {offer} 已是“{}”", zh(from)),
        ];
    }
    [
        format!("offer {offer} is {}, which it cannot leave for {}", en(from), en(to)),
        format!("补偿 {offer} 当前为“{}”，不能改为“{}”", zh(from), zh(to)),
    ]
}

/// A key that may hold anything.
fn shown(key: &str) -> String {
    key.chars().take(60).map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// Why an offer cannot be booked or moved on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Above what is left of the order.
    #[error("{0} is more than the {rest} that is left of the order{sum}", rest = rest(.1), sum = sum(.1)[0])]
    AboveTotal(Money, Room),
    /// Nothing is left of the order.
    #[error("nothing is left of the order{sum}", sum = all(.0)[0])]
    NothingLeft(Room),
    /// Above [`crate::domain::money::MOST_MINOR`].
    #[error("{0} is more than any order comes to")]
    TooLarge(Money),
    /// Another currency than the order's.
    #[error("the order is in {0}, the offer in {1}")]
    OtherCurrency(&'static str, &'static str),
    /// Nothing or less.
    #[error("the amount must be more than nothing")]
    NotPositive,
    /// Another offer was booked while the dialogue was open, or a report changed the total.
    #[error("another offer on this order was booked meanwhile, or its total changed")]
    Changed,
    /// The total of the order is not known and nobody confirmed that.
    #[error("the total of the order is not known")]
    TotalUnknown,
    /// The total is known, but not all that is gone of it, and nobody confirmed that.
    #[error("{}", open(.0)[0])]
    RestUnknown(Room),
    /// A tracking number with a wrong check digit.
    #[error("tracking number {0} is invalid: its check digit is wrong")]
    InvalidNumber(String),
    /// A tracking number that only stands for one.
    #[error("{0} is a placeholder, no tracking number")]
    Placeholder(String),
    /// Cancelling after the parcel has left.
    #[error("the order has been shipped: it can no longer be cancelled")]
    Shipped,
    /// The key of a dialogue that has booked something else: what it was, English, Chinese.
    #[error("this key has booked something else already: {}", .0[0])]
    KeyTaken([String; 2]),
    /// A key that kesu's own lines may have, or that nobody can read.
    #[error("`{}` is no key: it is empty, has control characters, or kesu uses such keys itself", shown(.0))]
    NoKey(String),
    /// An offer does not go from the one state to the other.
    #[error("{}", no_move(*.0, *.1, *.2)[0])]
    NoSuchMove(i64, OfferStatus, OfferStatus),
    /// The offer was moved on since it was shown.
    #[error("offer {0} was moved on meanwhile: it is {word} now", word = en(*.1))]
    Moved(i64, OfferStatus),
    /// No such offer on the order of this case.
    #[error("there is no offer {0} on this case")]
    NoOffer(i64),
}

impl Refusal {
    /// The same in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        match self {
            Self::AboveTotal(amount, room) => {
                format!("{amount} 超过订单余额 {}{}", rest(room), sum(room)[1])
            }
            Self::NothingLeft(room) => format!("订单已无余额{}", all(room)[1]),
            Self::TooLarge(amount) => format!("{amount} 超过任何订单的金额"),
            Self::OtherCurrency(order, offer) => format!("订单币种为 {order}，补偿币种为 {offer}"),
            Self::NotPositive => "金额必须大于零".to_owned(),
            Self::Changed => "期间该订单已登记其他补偿，或总额有变动".to_owned(),
            Self::TotalUnknown => "订单总额未知".to_owned(),
            Self::RestUnknown(room) => open(room)[1].clone(),
            Self::InvalidNumber(number) => format!("运单号 {number} 无效：校验位错误"),
            Self::Placeholder(number) => format!("{number} 是占位号，不是运单号"),
            Self::Shipped => "订单已发货，无法取消".to_owned(),
            Self::KeyTaken([_, what]) => format!("该登记标识已用于其他内容：{what}"),
            Self::NoKey(key) => {
                format!("“{}” 不能用作标识：为空、含控制字符，或为 kesu 保留", shown(key))
            }
            Self::NoSuchMove(offer, from, to) => no_move(*offer, *from, *to)[1].clone(),
            Self::Moved(offer, now) => format!("补偿 {offer} 期间已有变动：当前为“{}”", zh(*now)),
            Self::NoOffer(offer) => format!("该客诉没有补偿 {offer}"),
        }
    }

    /// What to do about it: English, Chinese.
    #[must_use]
    pub const fn remedy(&self) -> [&'static str; 2] {
        match self {
            Self::TooLarge(_) => ["type a smaller amount", "请输入较小的金额"],
            Self::AboveTotal(..) => ["offer at most what is left", "请不要超过订单余额"],
            Self::NothingLeft(_) => [
                "check its offers and refunds: an offer that is taken back makes room",
                "请核对补偿与退款：撤销某项补偿后才有余额",
            ],
            Self::OtherCurrency(..) => ["use the order's currency", "请使用订单的币种"],
            Self::NotPositive => ["type an amount", "请输入金额"],
            Self::Changed => ["look at the offers again, then offer anew", "请重新查看补偿记录后再提交"],
            Self::TotalUnknown => {
                ["import the order report, or confirm the offer", "请导入订单报告，或确认后提交"]
            }
            Self::RestUnknown(_) => {
                ["check its refunds with Amazon, then confirm the amount", "请与亚马逊核对退款，再确认金额"]
            }
            Self::InvalidNumber(_) | Self::Placeholder(_) => {
                ["correct it, or say why it goes out all the same", "请更正，或写明仍要使用的理由"]
            }
            Self::Shipped => ["offer a refund or ask for the return", "可改为退款或请买家退货"],
            Self::KeyTaken(_) => ["open the offer anew, or use a new key", "请重新打开补偿，或换用新的标识"],
            Self::NoKey(_) => ["choose another key", "请换用其他标识"],
            Self::NoSuchMove(..) => {
                ["choose a state it can come to, or undo its last step", "请选择可到达的状态，或撤销其上一步"]
            }
            Self::Moved(..) => ["look at the offers again, then decide anew", "请重新查看补偿后再决定"],
            Self::NoOffer(_) => ["`kesu show CASE` lists them", "用 `kesu show CASE` 查看"],
        }
    }
}
