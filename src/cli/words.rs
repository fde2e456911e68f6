//! The words of the trade as commands say them to people.

use crate::domain::clock::Running;
use crate::domain::{Channel, Fulfilment, Kind};
use crate::i18n::Lang;

/// A channel.
#[must_use]
pub const fn channel(lang: Lang, channel: Channel) -> &'static str {
    match channel {
        Channel::Atoz => lang.pick("A-to-z claim", "A-to-z 索赔"),
        Channel::Return => lang.pick("return", "退货请求"),
        Channel::Message => lang.pick("message", "买家消息"),
        Channel::Feedback => lang.pick("feedback", "差评"),
        Channel::Chargeback => lang.pick("chargeback", "信用卡拒付"),
        Channel::Cancellation => lang.pick("cancellation", "取消请求"),
    }
}

/// A kind.
#[must_use]
pub const fn kind(lang: Lang, kind: Kind) -> &'static str {
    match kind {
        Kind::NotReceived => lang.pick("not received", "未收到"),
        Kind::NotAsDescribed => lang.pick("not as described", "与描述不符"),
        Kind::Defective => lang.pick("defective", "有缺陷"),
        Kind::Other => lang.pick("other", "其他"),
    }
}

/// The state of a clock.
#[must_use]
pub const fn running(lang: Lang, state: Running) -> &'static str {
    match state {
        Running::Running => lang.pick("running", "进行中"),
        Running::Paused => lang.pick("paused", "暂停"),
        Running::Stopped => lang.pick("stopped", "已停止"),
        Running::Missed => lang.pick("missed", "已超时"),
    }
}

/// Who ships.
#[must_use]
pub const fn fulfilment(lang: Lang, who: Fulfilment) -> &'static str {
    match who {
        Fulfilment::Mfn => lang.pick("seller", "自发货"),
        Fulfilment::Afn => lang.pick("Amazon", "FBA"),
    }
}
