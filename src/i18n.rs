//! Every phrase of the interface in both languages. A phrase that lacks one does not compile.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::case::words;

words! {
    /// A language of the interface.
    Lang {
        /// English.
        En = "en",
        /// Simplified Chinese.
        Zh = "zh",
    }
}

impl Lang {
    /// The other language.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::En => Self::Zh,
            Self::Zh => Self::En,
        }
    }

    /// Picks one of an English and a Chinese text.
    #[must_use]
    pub const fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }
}

/// The time from `now` to `due` as a person says it: `5h`, `2h late`, `还剩5小时`, `超时2小时`.
#[must_use]
pub fn time_left(lang: Lang, now: Timestamp, due: Timestamp) -> String {
    let left = due.duration_since(now);
    let amount = span(lang, left.abs());
    match (lang, left.is_negative()) {
        (Lang::En, false) => amount,
        (Lang::En, true) => format!("{amount} late"),
        (Lang::Zh, false) => format!("还剩{amount}"),
        (Lang::Zh, true) => format!("超时{amount}"),
    }
}

/// A length of time in its largest unit that is still exact enough to act on: minutes, hours, days.
#[must_use]
pub fn span(lang: Lang, length: SignedDuration) -> String {
    let minutes = length.as_mins();
    let (amount, en, zh) = match minutes {
        0..=89 => (minutes, "m", "分钟"),
        90..=2_879 => (minutes / 60, "h", "小时"),
        _ => (minutes / 1_440, "d", "天"),
    };
    match lang {
        Lang::En => format!("{amount}{en}"),
        Lang::Zh => format!("{amount}{zh}"),
    }
}

/// A moment as day and time in a zone: `23 Nov 09:41`, `11月23日 09:41`.
#[must_use]
pub fn moment(lang: Lang, at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned(zone.clone());
    local.strftime(lang.pick("%-d %b %H:%M", "%-m月%-d日 %H:%M")).to_string()
}

/// What a zone is called at a moment: `PST`, `CEST`, `+08`.
#[must_use]
pub fn zone_name(zone: &TimeZone, at: Timestamp) -> String {
    zone.to_offset_info(at).abbreviation().to_owned()
}

/// How long until [`time_left`] reads differently.
#[must_use]
pub fn until_change(now: Timestamp, due: Timestamp) -> SignedDuration {
    let left = due.duration_since(now).as_secs();
    let unit = match left.abs() / 60 {
        0..=89 => 60,
        90..=2_879 => 3_600,
        _ => 86_400,
    };
    // Counting down, a digit changes just after the unit is used up; counting up, when the next one is full.
    let wait = if left >= 0 { left % unit + 1 } else { unit - (-left % unit) };
    // Never past the point where a smaller unit takes over.
    let switch = [2_880 * 60, 90 * 60].into_iter().find(|at| left >= *at).map_or(wait, |at| left - at + 1);
    SignedDuration::from_secs(wait.min(switch).max(1))
}

macro_rules! texts {
    ($($key:ident: $en:literal, $zh:literal;)+) => {
        /// A fixed phrase of the interface.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the phrase beside each name says what it is")]
        pub enum Text { $($key),+ }

        impl Text {
            /// Every phrase, for tests.
            pub const ALL: &'static [Self] = &[$(Self::$key),+];

            /// The phrase in one language.
            #[must_use]
            pub const fn in_lang(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Self::$key, Lang::En) => $en, (Self::$key, Lang::Zh) => $zh),+ }
            }
        }
    };
}

texts! {
    // Words of the domain.
    ChannelAtoz: "A-to-z", "A-to-z";
    ChannelReturn: "return", "退货";
    ChannelMessage: "message", "消息";
    ChannelFeedback: "feedback", "差评";
    ChannelChargeback: "chargebk", "拒付";
    ChannelCancellation: "cancel", "取消";
    KindNotReceived: "not received", "未收到货";
    KindNotAsDescribed: "not as descr", "与描述不符";
    KindDefective: "defective", "质量缺陷";
    KindOther: "other", "其他";
    OutcomeSatisfied: "buyer satisfied", "买家满意";
    OutcomeWithdrawn: "claim withdrawn", "索赔撤回";
    OutcomeDenied: "claim denied, we won", "索赔驳回，我方胜";
    OutcomeGranted: "claim granted, we lost", "索赔获批，我方败";
    OutcomeCancelled: "order cancelled", "订单取消";
    OutcomeSilent: "buyer went silent", "买家未再回复";
    OutcomeLostByDefault: "lost by default", "超时默认败诉";
    OutcomeSettled: "settled, says a report", "报表显示已结";
    OutcomeImportUndone: "import taken back", "导入已撤回";
    OutcomeOther: "something else", "其他结果";
    CauseProduct: "product", "产品";
    CauseListing: "listing (text, pictures, units)", "文案（描述、图片、单位）";
    CausePackaging: "packaging", "包装";
    CauseLogistics: "logistics", "物流";
    CauseService: "our service", "我方服务";
    CauseBuyer: "the buyer's side", "买家自身";
    OfferPartialRefund: "partial refund", "部分退款";
    OfferFullRefund: "full refund", "全额退款";
    OfferReshipment: "reshipment", "补发";
    OfferCancelAndRefund: "cancel and refund", "取消并退款";
    StatusProposed: "proposed", "已提出";
    StatusAccepted: "accepted", "已接受";
    StatusDeclined: "declined", "已拒绝";
    StatusCarriedOut: "carried out", "已执行";
    StatusExpired: "expired", "已过期";
    StatusReversed: "reversed", "已撤销";
    StageBeforeShipping: "before shipping", "未发货";
    StageUnderWay: "under way", "运输中";
    StageDelivered: "delivered", "已送达";
    StageReturned: "returned", "已退回";
    FulfilmentMfn: "seller ships", "自发货";
    FulfilmentAfn: "FBA", "FBA";
    NoticeBuyerMessage: "buyer wrote", "买家来信";
    NoticeSellerCopy: "our reply (Amazon's copy)", "我方回复（亚马逊副本）";
    NoticeReturnRequest: "return request", "退货请求";
    NoticeRefundIssued: "refund issued", "已退款";
    NoticeAtozClaim: "A-to-z claim", "A-to-z 索赔";
    NoticeAtozDecision: "A-to-z decision", "A-to-z 裁定";
    NoticeCancellation: "cancellation request", "取消请求";
    NoticeOptOut: "not delivered: buyer opted out", "未送达：买家拒收消息";
    NoticeChargeback: "chargeback", "拒付";
    NoticeChargebackDecision: "chargeback decision", "拒付裁定";
    NoticeFeedback: "feedback", "评价";
    NoticeUnknown: "notice from Amazon", "亚马逊通知";
    DecisionGranted: "granted", "获批";
    DecisionDenied: "denied", "驳回";
    DecisionWithdrawn: "withdrawn", "撤回";
    DecisionOrderCancelled: "order cancelled", "订单已取消";
    DecisionUnknown: "not stated", "未说明";
    ClockRunning: "running", "计时中";
    ClockPaused: "paused", "暂停";
    ClockStopped: "stopped", "已停";
    ClockMissed: "missed", "已超时";
    ReportAllOrders: "all orders", "全部订单";
    ReportFbaReturns: "FBA returns", "FBA 退货";
    ReportMfnReturns: "seller-fulfilled returns", "自发货退货";
    ReportXmlReturns: "seller-fulfilled returns (XML)", "自发货退货（XML）";
    ReportFeedback: "feedback", "评价";
    ReportReimbursements: "reimbursements", "赔偿";
    ReportReplacements: "replacements", "换货";
    ReportPerformance: "account health", "账户状况";
    ReportMapped: "mapped table", "自定义表格";
    StateOpen: "open", "未结";
    StateArchived: "archived", "已归档";
    // Header and queue.
    Open: "open", "未结";
    Late: "late", "超时";
    DueToday: "due today", "今日到期";
    LongTerm: "over 45 days", "超45天";
    DoneToday: "done today", "今日已结";
    OdrWorst: "ODR worst", "最差ODR";
    OnTime: "on time", "及时率";
    ColumnDue: "due", "时限";
    ColumnClock: "clock", "时钟";
    ColumnChannel: "channel", "渠道";
    ColumnKind: "kind", "类型";
    ColumnOrder: "order", "订单";
    ColumnSku: "SKU", "SKU";
    ColumnSays: "buyer says", "买家说";
    LongTermGroup: "over 45 days: these count in the long-term metrics", "超过45天：已计入长期指标";
    EmptyQueue: "Nothing is open.", "没有未结客诉。";
    EmptyQueueNext: "Press i to import mails and reports, ? for all keys.", "按 i 导入邮件和报表，按 ? 查看全部按键。";
    NothingMatches: "No open case matches the filter. Esc shows all.", "没有符合筛选的客诉。按 Esc 显示全部。";
    Filter: "filter", "筛选";
    Marked: "marked", "已标记";
    NoOrder: "no order id", "无订单号";
    Loading: "loading …", "载入中…";
    HiddenCharacters: "hidden characters", "隐藏字符";
    // Case.
    Buyer: "buyer", "买家";
    Order: "order", "订单";
    OrderTotal: "order total", "订单总额";
    Ordered: "ordered", "下单";
    Claimed: "claimed", "索赔金额";
    Reason: "reason", "原因";
    Decided: "decision", "裁定";
    Clocks: "clocks", "时钟";
    Source: "source", "依据";
    OnMiss: "if missed", "错过后果";
    Thread: "thread", "往来";
    Offers: "offers", "补偿";
    NoOffers: "no offers yet", "尚无补偿";
    OtherCases: "buyer's other cases", "买家其他客诉";
    NoOtherCases: "no other case of this buyer or order", "该买家或订单无其他客诉";
    History: "history", "历史";
    NoMessages: "no messages; the report row is all there is", "没有往来消息，仅有报表记录";
    Us: "we", "我方";
    OrderUnknown: "not in any imported order report", "未见于已导入的订单报表";
    TotalUnknown: "total unknown", "总额未知";
    DraftWaiting: "draft kept", "有草稿";
    Answered: "answered", "已回复";
    // Compose.
    ReplyTo: "Reply to", "回复";
    Template: "template", "模板";
    NoTemplate: "no template (F2)", "无模板（F2）";
    Addition: "addition", "补充";
    AdditionHint: "write your personal words here", "在此写下您的个性化补充";
    Preview: "the whole reply", "完整回复";
    BuyerWrote: "buyer wrote", "买家来信";
    CopiedMark: "copied", "已复制";
    SentMark: "sent", "已发送";
    NothingToSend: "The reply is empty: pick a template (F2) or write something.", "回复为空：请选模板（F2）或输入内容。";
    MissingValues: "still missing", "仍缺";
    ValueNeeded: "The template needs a value", "模板需要填写";
    ValueExample: "for example", "例如";
    PickTemplate: "Pick a template", "选择模板";
    NoTemplateFits: "No template matches. Backspace widens the search.", "没有匹配的模板。退格可放宽搜索。";
    TypeToSearch: "type to search", "输入以搜索";
    // Offer.
    OfferTitle: "Offer", "补偿";
    OfferKindField: "kind", "种类";
    OfferAmountField: "amount or %", "金额或%";
    OfferCarrierField: "carrier", "承运商";
    OfferTrackingField: "tracking no.", "运单号";
    OfferCostField: "our cost", "我方成本";
    AlreadyOffered: "already offered", "已提供";
    Rest: "left to offer", "可提供余额";
    ConfirmUnknownTotal: "The order total is not known. Enter again books it all the same; Esc goes back.", "订单总额未知。再按回车仍然登记，Esc 返回。";
    Booking: "booking …", "登记中…";
    // Archive.
    ArchiveTitle: "Archive: how did it end?", "归档：结果如何？";
    CauseTitle: "What has to be mended?", "需要改进什么？";
    // Import.
    ImportTitle: "Import", "导入";
    ImportPath: "file or folder", "文件或文件夹";
    ImportSite: "site, if asked (DE …)", "站点（需要时，如 DE）";
    NoSuchSite: "No such site. Write US, UK, DE, JP … or leave it empty.", "没有该站点。请写 US、UK、DE、JP 等，或留空。";
    ImportHint: "A mail, an mbox, a Maildir, a report, or a folder of them. Enter starts.", "邮件、mbox、Maildir、报表或其所在文件夹。按回车开始。";
    ImportRunning: "importing", "正在导入";
    ImportStop: "Esc stops; nothing of it is kept then", "Esc 停止，停止后不保留任何内容";
    ImportDone: "imported", "导入完成";
    ImportCancelled: "Stopped. Nothing of it was kept.", "已停止，未保留任何内容。";
    ImportNothing: "nothing could be read", "没有可导入的内容";
    ImportMails: "mails", "邮件";
    ImportRows: "report rows", "报表行";
    ImportAccepted: "accepted", "接受";
    ImportIgnored: "ignored", "忽略";
    ImportRejected: "rejected", "拒绝";
    ImportNew: "new", "新增";
    ImportDup: "unchanged", "未变";
    ImportUpdated: "updated", "更新";
    ImportSkipped: "skipped", "跳过";
    ImportCases: "cases opened", "新开客诉";
    ImportProblems: "problems", "问题";
    // News and refusals.
    SavedMark: "saved", "已存";
    LongText: "long: lines run on", "文本较长，不再折行";
    NotSaved: "NOT SAVED", "未保存";
    NewsArchived: "archived", "已归档";
    NewsSent: "marked as sent", "已标记为发送";
    NewsCopied: "copied by", "已复制，方式：";
    NewsNoReply: "no reply needed", "无需回复";
    NewsKind: "kind set to", "类型改为";
    NewsOffer: "offer booked", "补偿已登记";
    NewsUndone: "undone", "已撤销";
    UndoesImport: "The last action is an import. u again takes its open cases out of the queue.", "上一步是导入。再按 u 会将其未结客诉移出队列。";
    NothingToUndo: "There is nothing to undo.", "没有可撤销的操作。";
    NotACase: "Select a case first.", "请先选择客诉。";
    NoBuyerWaits: "No message waits for an answer in this case.", "该客诉没有待回复的消息。";
    WindowTooSmall: "The window is too small: 80×24 is enough.", "窗口太小：80×24 即可。";
    // Help and palette.
    HelpTitle: "Keys", "按键";
    HelpHere: "here", "此处";
    HelpEverywhere: "everywhere", "任何位置";
    PaletteTitle: "Do what?", "执行操作";
    AnyKeyCloses: "any key closes", "任意键关闭";
    // Actions.
    ActionDown: "down", "下移";
    ActionUp: "up", "上移";
    ActionPageDown: "page down", "下翻";
    ActionPageUp: "page up", "上翻";
    ActionTop: "first", "首条";
    ActionBottom: "last", "末条";
    ActionOpen: "open", "打开";
    ActionReply: "reply", "回复";
    ActionTemplate: "template", "模板";
    ActionOffer: "offer", "补偿";
    ActionArchive: "archive", "归档";
    ActionMark: "mark", "标记";
    ActionFilter: "filter", "筛选";
    ActionUndo: "undo", "撤销";
    ActionHelp: "keys", "按键";
    ActionPalette: "all actions", "全部操作";
    ActionImport: "import", "导入";
    ActionLanguage: "中文", "English";
    ActionQuit: "quit", "退出";
    ActionBack: "back", "返回";
    ActionNoReply: "no reply needed", "无需回复";
    ActionKindNotReceived: "kind: not received", "类型：未收到货";
    ActionKindNotAsDescribed: "kind: not as described", "类型：与描述不符";
    ActionKindDefective: "kind: defective", "类型：质量缺陷";
    ActionKindOther: "kind: other", "类型：其他";
    ActionEditor: "$EDITOR", "外部编辑器";
    ActionCopy: "copy", "复制";
    ActionSent: "mark sent", "标记已发";
    ActionAccept: "take", "选用";
    ActionNextField: "next field", "下一项";
    ActionPreviousField: "previous field", "上一项";
    ActionBook: "book", "登记";
    ActionStart: "start", "开始";
    ActionNextCase: "next case", "下一客诉";
    ActionPreviousCase: "previous case", "上一客诉";
    ActionRefresh: "refresh", "刷新";
    ActionPreviewDown: "preview down", "预览下移";
    ActionPreviewUp: "preview up", "预览上移";
    ActionBuyerDown: "buyer's text down", "来信下移";
    ActionBuyerUp: "buyer's text up", "来信上移";
    // Clocks, waiting, snoozing.
    Since: "since", "始于";
    Earliest: "at the earliest", "最早";
    ClockOver: "over", "已过";
    StatedInMail: "stated in the mail", "邮件中写明";
    WaitTitle: "Whom does it wait for?", "在等谁？";
    WaitForBuyer: "waiting for the buyer", "等待买家";
    WaitForCarrier: "waiting for the carrier", "等待承运商";
    WaitForNobody: "no longer waiting", "不再等待";
    WaitNote: "Ends by itself when the buyer writes. Amazon's own deadlines never stand still.", "买家来信时自动结束。亚马逊规定的时限不会暂停。";
    SnoozeTitle: "Snooze", "暂缓处理";
    SnoozeHour: "for an hour", "1小时";
    SnoozeFourHours: "for 4 hours", "4小时";
    SnoozeTomorrow: "until tomorrow 9:00", "到明天 9:00";
    SnoozeBuyer: "until the buyer writes", "到买家来信";
    SnoozeMail: "until any mail comes", "到有新邮件";
    SnoozeTyped: "until another time …", "到其他时间…";
    SnoozeOff: "show it again", "重新显示";
    SnoozeNote: "Its clocks run on. It shows again when the buyer writes and 2 hours before a clock runs out.", "时钟照常计时。买家来信或时钟到期前2小时会重新显示。";
    SnoozeUntil: "Snooze until", "暂缓到";
    SnoozeExamples: "4h, 2d, 14:30, 2026-10-09, 2026-10-09 14:30", "如 4h、2d、14:30、2026-10-09、2026-10-09 14:30";
    NoSuchTime: "That is no time to come. Write 4h, 14:30 or 2026-10-09 14:30.", "不是将来的时间。请写 4h、14:30 或 2026-10-09 14:30。";
    Snoozed: "snoozed", "暂缓";
    SnoozedUntil: "snoozed until", "暂缓至";
    SnoozedForMail: "snoozed until a mail", "暂缓至有新邮件";
    NewsSnoozed: "snoozed", "已暂缓";
    NewsWoken: "in sight again", "已重新显示";
    Today: "today", "今天";
    Tomorrow: "tomorrow", "明天";
    DueWord: "due", "到期";
    ThenDays: "then", "之后";
    CasesDue: "cases due, enter shows them", "条到期，按回车查看";
    ActionWait: "wait for", "等待";
    ActionSnooze: "snooze", "暂缓";
    ActionAsleep: "snoozed ones", "暂缓的";
    ActionClocks: "clocks", "时钟";
    ActionEarlier: "earlier", "更早";
    ActionLater: "later", "更晚";
}

mod words;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(minutes * 60).unwrap()
    }

    #[test]
    fn times_are_said_as_a_person_says_them() {
        assert_eq!(time_left(Lang::En, at(0), at(300)), "5h");
        assert_eq!(time_left(Lang::En, at(130), at(0)), "2h late");
        assert_eq!(time_left(Lang::Zh, at(0), at(300)), "还剩5小时");
        assert_eq!(time_left(Lang::Zh, at(60), at(0)), "超时60分钟");
        assert_eq!(time_left(Lang::En, at(0), at(60 * 24 * 6)), "6d");
    }

    #[test]
    fn every_phrase_has_words_in_both_languages() {
        for text in Text::ALL {
            assert!(!text.in_lang(Lang::En).is_empty() && !text.in_lang(Lang::Zh).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn the_next_change_is_never_slept_through() {
        for left in [
            -200_000_i64,
            -5_400,
            -61,
            -1,
            0,
            1,
            59,
            60,
            5_399,
            5_400,
            5_401,
            172_799,
            172_800,
            180_000,
            400_000,
        ] {
            let (now, due) = (Timestamp::UNIX_EPOCH, Timestamp::from_second(left).unwrap());
            let wait = until_change(now, due);
            let before = now + (wait - SignedDuration::from_secs(1));
            assert_eq!(
                time_left(Lang::En, before, due),
                time_left(Lang::En, now, due),
                "{left}: changed early"
            );
            assert_ne!(
                time_left(Lang::En, now + wait, due),
                time_left(Lang::En, now, due),
                "{left}: no change"
            );
        }
    }
}
