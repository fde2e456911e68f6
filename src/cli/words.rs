//! The words of the trade as commands say them to people.

use crate::domain::clock::Running;
use crate::domain::record::{Notice, ReportKind};
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

/// What a mail is.
#[must_use]
pub const fn notice(lang: Lang, notice: Notice) -> &'static str {
    match notice {
        Notice::BuyerMessage => lang.pick("message", "买家消息"),
        Notice::SellerCopy => lang.pick("copy of our reply", "我方回复副本"),
        Notice::ReturnRequest => lang.pick("return", "退货请求"),
        Notice::RefundIssued => lang.pick("refund issued", "已退款"),
        Notice::AtozClaim => lang.pick("A-to-z claim", "A-to-z 索赔"),
        Notice::AtozDecision => lang.pick("A-to-z decision", "A-to-z 裁定"),
        Notice::Cancellation => lang.pick("cancellation", "取消请求"),
        Notice::OptOut => lang.pick("opted out of messages", "买家拒收消息"),
        Notice::Chargeback => lang.pick("chargeback", "信用卡拒付"),
        Notice::ChargebackDecision => lang.pick("chargeback decision", "拒付裁定"),
        Notice::Feedback => lang.pick("feedback", "买家反馈"),
        Notice::Unknown => lang.pick("other notice", "其他通知"),
    }
}

/// Which report.
#[must_use]
pub const fn report(lang: Lang, kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::AllOrders => lang.pick("all orders", "所有订单"),
        ReportKind::FbaReturns => lang.pick("FBA returns", "FBA 退货"),
        ReportKind::MfnReturns => lang.pick("seller-fulfilled returns", "自发货退货"),
        ReportKind::XmlReturns => lang.pick("seller-fulfilled returns (XML)", "自发货退货（XML）"),
        ReportKind::Feedback => lang.pick("feedback", "买家反馈"),
        ReportKind::Reimbursements => lang.pick("reimbursements", "赔偿"),
        ReportKind::Replacements => lang.pick("replacements", "换货"),
        ReportKind::Performance => lang.pick("account health", "账户状况"),
        ReportKind::Mapped => lang.pick("mapped table", "映射表格"),
    }
}
