//! The places in which a key means something of its own.

use crate::i18n::Lang;

/// Where a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Wherever no text is typed.
    Everywhere,
    /// The list of open cases.
    Queue,
    /// One case.
    Case,
    /// Writing a reply. Letters and plain control chords belong to the text.
    Compose,
    /// A list to pick from by typing: templates, actions.
    Picker,
    /// One line asked for: a template's value, a filter, a path.
    Prompt,
    /// The offer dialogue.
    Offer,
    /// The offers on an order.
    Offers,
    /// The archive dialogue: outcomes and causes have letters of their own.
    Archive,
    /// The import screen.
    Import,
    /// A buyer's history.
    Buyer,
    /// Every SKU note.
    Notes,
    /// Writing a SKU note.
    Note,
    /// The two ways of a claim.
    Paths,
    /// Every template and snippet.
    Shelf,
    /// Writing a template or a snippet.
    Sheet,
    /// The steps of a case.
    Playbook,
    /// The form of a note or a file.
    Evidence,
    /// A question with a letter for each answer: waiting, snoozing.
    Choice,
    /// The coming seven days.
    Forecast,
    /// Account health.
    Health,
    /// The report.
    Report,
    /// The cost table.
    Costs,
    /// The form of a line of it.
    Cost,
    /// Words searched for in a text.
    Find,
    /// The buyer's sentences to quote.
    Quote,
    /// The replies to a buyer so far.
    Replies,
    /// The template beside the reply.
    Compare,
    /// A command of the operator's at work.
    Running,
    /// What such a command proposes for the reply.
    Proposal,
    /// What such a command says that is only read.
    Remarks,
    /// What the rules object to.
    Findings,
    /// A reply that the rules stop: a reason is typed.
    Stopped,
}

impl Scope {
    /// Every scope, in the order of the help.
    pub const ALL: &'static [Self] = &[
        Self::Queue,
        Self::Case,
        Self::Compose,
        Self::Find,
        Self::Quote,
        Self::Replies,
        Self::Compare,
        Self::Findings,
        Self::Stopped,
        Self::Picker,
        Self::Prompt,
        Self::Offer,
        Self::Offers,
        Self::Archive,
        Self::Import,
        Self::Buyer,
        Self::Notes,
        Self::Note,
        Self::Paths,
        Self::Shelf,
        Self::Sheet,
        Self::Playbook,
        Self::Evidence,
        Self::Choice,
        Self::Forecast,
        Self::Health,
        Self::Report,
        Self::Costs,
        Self::Cost,
        Self::Running,
        Self::Proposal,
        Self::Remarks,
        Self::Everywhere,
    ];

    /// The heading of its keys.
    #[must_use]
    pub const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Everywhere => lang.pick("everywhere", "任何位置"),
            Self::Queue => lang.pick("queue", "队列"),
            Self::Case => lang.pick("case", "客诉"),
            Self::Compose => lang.pick("reply", "回复"),
            Self::Picker => lang.pick("lists to pick from", "选择列表"),
            Self::Prompt => lang.pick("one-line questions", "单行输入"),
            Self::Offer => lang.pick("offer", "补偿"),
            Self::Offers => lang.pick("offers on the order", "订单的补偿"),
            Self::Archive => lang.pick("archive", "归档"),
            Self::Import => lang.pick("import", "导入"),
            Self::Buyer => lang.pick("buyer's history", "买家历史"),
            Self::Notes => lang.pick("all SKU notes", "全部 SKU 备注"),
            Self::Note => lang.pick("SKU note", "SKU 备注"),
            Self::Paths => lang.pick("negotiate or arbitrate", "协商或仲裁"),
            Self::Shelf => lang.pick("templates and snippets", "模板与短语"),
            Self::Sheet => lang.pick("writing a template", "编写模板"),
            Self::Playbook => lang.pick("playbook", "步骤"),
            Self::Evidence => lang.pick("note or file of a step", "步骤的备注与附件"),
            Self::Choice => lang.pick("waiting and snooze", "等待与暂缓"),
            Self::Forecast => lang.pick("the coming seven days", "未来七天"),
            Self::Health => lang.pick("account health", "账户状况"),
            Self::Report => lang.pick("report", "报告"),
            Self::Costs => lang.pick("costs", "成本"),
            Self::Cost => lang.pick("costs of a SKU or site", "SKU 或站点的成本"),
            Self::Find => lang.pick("find in the text", "在文本中查找"),
            Self::Quote => lang.pick("quote the buyer", "引用买家原文"),
            Self::Replies => lang.pick("earlier replies", "以往回复"),
            Self::Compare => lang.pick("template and reply", "模板与回复对照"),
            Self::Running => lang.pick("a command at work", "命令运行中"),
            Self::Proposal => lang.pick("proposal of a command", "命令的建议"),
            Self::Remarks => lang.pick("answer of a command", "命令的答复"),
            Self::Findings => lang.pick("findings", "检查结果"),
            Self::Stopped => lang.pick("a reply held back", "未放行的回复"),
        }
    }

    /// Whether each answer has a letter of its own here, so that letters are no keys.
    #[must_use]
    pub const fn has_own_letters(self) -> bool {
        matches!(self, Self::Archive | Self::Choice)
    }

    /// Whether this is a dialogue over another view.
    #[must_use]
    pub const fn is_dialogue(self) -> bool {
        !matches!(
            self,
            Self::Everywhere
                | Self::Queue
                | Self::Case
                | Self::Compose
                | Self::Import
                | Self::Forecast
                | Self::Health
                | Self::Report
                | Self::Costs
        )
    }

    /// The keys that turn a choice in one of its fields, and what they choose.
    #[must_use]
    pub const fn choices(self, lang: Lang) -> &'static [(&'static str, &'static str)] {
        match (self, lang) {
            (Self::Offer, Lang::En) => &[("← →", "way or kind")],
            (Self::Offer, Lang::Zh) => &[("← →", "途径或类型")],
            (Self::Evidence, Lang::En) => {
                &[("← → space", "where it comes from"), ("1 2 3 4 5", "where from, by number")]
            }
            (Self::Evidence, Lang::Zh) => &[("← → space", "来源"), ("1 2 3 4 5", "按编号选来源")],
            (Self::Cost, Lang::En) => &[("← → space", "who ships")],
            (Self::Cost, Lang::Zh) => &[("← → space", "发货方")],
            _ => &[],
        }
    }

    /// Whether letters are typed into a text here, so that only chords and function keys are keys.
    #[must_use]
    pub const fn types_text(self) -> bool {
        matches!(
            self,
            Self::Compose
                | Self::Find
                | Self::Stopped
                | Self::Picker
                | Self::Prompt
                | Self::Offer
                | Self::Import
                | Self::Note
                | Self::Shelf
                | Self::Sheet
                | Self::Evidence
                | Self::Cost
                // Whoever types on when such a box comes up must not press keys of the workbench.
                | Self::Running
                | Self::Proposal
                | Self::Remarks
        )
    }
}
