//! The commands with their help in one language: the table of `args` says it in English, this one in Chinese.

use clap::{Command, CommandFactory as _};

use super::args::{Args, EXIT_CODES};
use crate::i18n::Lang;

/// The whole command line, its help in `lang`.
#[must_use]
pub fn command(lang: Lang) -> Command {
    let codes = EXIT_CODES.map(|(code, en, zh)| format!("  {code:>3}  {}\n", lang.pick(en, zh))).concat();
    let command = Args::command().after_help(format!("{}\n{codes}", lang.pick("Exit codes:", "退出码：")));
    match lang {
        Lang::En => command,
        Lang::Zh => in_chinese(command),
    }
}

/// Command (empty for kesu itself), argument (empty for the command itself), text, longer text.
const CHINESE: &[(&str, &str, &str, &str)] = &[
    (
        "",
        "",
        "用键盘处理亚马逊客诉的工作台",
        "用键盘处理亚马逊客诉的工作台\n\n不带命令时打开工作台。数据写到标准输出，提示写到标准错误。",
    ),
    ("", "db", "数据库文件 [默认：数据文件夹中的 kesu.db，见 `kesu paths`；环境变量 KESU_DB]", ""),
    ("", "lang", "界面语言：en 或 zh [默认：取自 LC_ALL、LC_MESSAGES 或 LANG；环境变量 KESU_LANG]", ""),
    ("", "color", "何时使用颜色：auto 终端上、always 总是、never 从不 [默认：auto]；遵守 NO_COLOR", ""),
    ("", "now", "把这个时间当作现在（RFC 3339），用于测试和重放 [环境变量 KESU_NOW]", ""),
    (
        "import",
        "",
        "导入邮件、Maildir、mbox、报告，以及装有它们的文件夹",
        "导入邮件、Maildir、mbox、报告，以及装有它们的文件夹\n\n按内容识别文件。重复导入不会改变任何东西。所有文件是一个事务：中断（Ctrl-C）后不留下任何内容。",
    ),
    ("import", "dry_run", "只说明会发生什么，不写入", ""),
    ("import", "marketplace", "报告未写明时所属的站点：US、DE、JP……", ""),
    ("import", "map", "按这份列映射（TOML）读取表格", ""),
    ("import", "json", "每封邮件或每份报告一个 JSON 对象，每行一个", ""),
    ("import", "paths", "文件和文件夹；`-` 表示从标准输入读一个文件", ""),
    ("list", "", "列出未结客诉，最紧急的在前", ""),
    ("list", "filter", "这些词须全部出现在编号、订单、SKU、买家、站点、渠道、类型或文字中", ""),
    ("list", "limit", "最多列出多少条", ""),
    ("list", "archived", "连同已归档的客诉", ""),
    ("list", "json", "每件客诉一个 JSON 对象，每行一个", ""),
    ("show", "", "显示一件客诉：订单、时钟、往来消息、补偿、历史", ""),
    ("show", "case", "客诉编号", ""),
    ("show", "json", "一个 JSON 对象", ""),
    (
        "reply",
        "",
        "输出正在撰写的回复，或写成邮件",
        "输出正在撰写的回复，或写成邮件\n\n输出工作台会复制的完整回复：模板加补充。仍缺内容或尚未撰写时退出码为 4。.eml 发往买家的中转地址，回复其最新来信；供您自己的邮件程序使用，并不发送。写入文件时在历史中记为已写成，绝不记为已发送。",
    ),
    ("reply", "case", "客诉编号", ""),
    ("reply", "eml", "写成发往买家中转地址的邮件", ""),
    ("reply", "text", "输出纯文本；不加 --eml 时即如此", ""),
    ("reply", "output", "要新建的文件；`-` 表示标准输出", ""),
    ("reply", "from", "您在亚马逊登记的邮箱地址；邮件和设置中都没有时使用", ""),
    ("reply", "despite", "回复规则不允许时仍然输出；理由会记入历史", ""),
    (
        "offer",
        "",
        "在客诉上登记补偿，或更新补偿的状态",
        "在客诉上登记补偿，或更新补偿的状态\n\n带 --kind 时登记补偿，带 --id 和 --to 时更新一项补偿。同一个 --key 只登记一次：内容相同则照前回答，内容不同则拒绝。检查不通过时退出码为 4：金额超过订单余额、币种不符、运单号无效、期间金额有变动。",
    ),
    ("offer", "case", "客诉编号", ""),
    (
        "offer",
        "kind",
        "补偿种类：partial_refund 部分退款、full_refund 全额退款、reshipment 补发、cancel_and_refund 取消并退款",
        "",
    ),
    (
        "offer",
        "amount",
        "12.50、12.50 USD 或订单的 20%；与 --to carried_out 同用时为实际退款。全额退款仅在订单总额未知时需要",
        "",
    ),
    ("offer", "route", "途径：buyer_message 买家消息、return 退货、claim 索赔 [默认：按客诉渠道]", ""),
    ("offer", "reason", "补偿原因", ""),
    ("offer", "carrier", "补发的承运商", ""),
    ("offer", "tracking", "补发的运单号", ""),
    ("offer", "cost", "补发的我方成本", ""),
    ("offer", "despite", "补发的运单号无效时仍然使用；理由会记入历史", ""),
    ("offer", "total_unknown", "订单总额或余额未知时仍然登记", ""),
    ("offer", "id", "要更新的补偿编号，见 `kesu show`", ""),
    (
        "offer",
        "to",
        "新状态：accepted 已接受、declined 已拒绝、carried_out 已执行、expired 已过期、reversed 已撤销",
        "",
    ),
    ("offer", "key", "本次登记的标识：同一标识只登记一次 [默认：新标识]", ""),
    ("offer", "json", "一个 JSON 对象：该补偿现在的状态", ""),
    (
        "due",
        "",
        "列出已超时或即将到期的客诉，供 cron、提示符和通知程序使用",
        "列出已超时或即将到期的客诉，供 cron、提示符和通知程序使用\n\n以每条未结客诉最先到期的时钟为准，暂缓的也算在内。没有到期的就什么也不输出；两种情况退出码都是 0，数据库读不了为 1，命令行有误为 2，数据库正忙为 5。",
    ),
    ("due", "within", "往后看多久：90m、4h、2d [默认：4h]", ""),
    ("due", "json", "每件客诉一个 JSON 对象，每行一个", ""),
    (
        "demo",
        "",
        "用虚构的客诉试用 kesu",
        "用虚构的客诉试用 kesu\n\n不带 --db 时在一个用完即弃的文件上打开工作台。带 --db 时，如该文件尚不存在则写入该文件，然后结束。",
    ),
    ("demo", "cases", "虚构多少件客诉，其中十分之一未结 [默认：300]", ""),
    ("demo", "seed", "种子相同，虚构的客诉也相同 [默认：1]", ""),
    (
        "appeal",
        "",
        "生成一件客诉的申诉材料：时间线、往来消息、证据、给亚马逊的文本",
        "生成一件客诉的申诉材料：时间线、往来消息、证据、给亚马逊的文本\n\n文件夹须不存在或为空。READ-ME-FIRST.txt 说明每个文件的用途。若有附件丢失，材料照常生成但不含该附件，退出码为 1。",
    ),
    ("appeal", "case", "客诉编号", ""),
    ("appeal", "output", "要写入的文件夹", ""),
    ("paths", "", "显示数据库和设置所在的位置", ""),
    ("paths", "json", "一个 JSON 对象", ""),
    (
        "health",
        "",
        "按已导入的订单计算订单缺陷率、走势和距警戒线的订单数",
        "按已导入的订单计算订单缺陷率、走势和距警戒线的订单数\n\n并列出仍可挽回的订单、亚马逊账户状况文件中的数据，以及 7、30、90 天的延迟回复率。计算规则可在 health.toml 中修改。",
    ),
    ("health", "as_of", "60 天统计期的最后一天，如 2026-10-31 [默认：已导入订单的最后一天]", ""),
    ("health", "json", "每个站点和发货方式一个 JSON 对象，每行一个", ""),
    (
        "costs",
        "",
        "列出成本表：SKU 的成本与重量、各站点佣金与运费",
        "列出成本表：SKU 的成本与重量、各站点佣金与运费\n\n成本表可导入自己的文件（格式见 --template 的输出），也可在工作台中编辑。缺成本的 SKU 在前，其中客诉多的在前。",
    ),
    ("costs", "template", "改为输出导入文件的开头几行：skus、postage 或 fees", ""),
    ("costs", "json", "每个 SKU 和站点一个 JSON 对象，每行一个", ""),
    (
        "figures",
        "",
        "报告中的数据：客诉如何了结、用时多久、订单客诉率",
        "报告中的数据：客诉如何了结、用时多久、订单客诉率\n\n`outcomes` 为处理结果，含有补偿与无补偿的索赔撤回率；`time` 为从首次查看到回复、到归档的用时；`rates` 为按类目、SKU、金额、发货方和线路的客诉率。客诉率按截至已导入订单最后一天的若干天内的订单计算。",
    ),
    ("figures", "what", "哪一页：outcomes 处理结果，time 处理用时，rates 客诉率", ""),
    ("figures", "days", "往前多少天，或 `all` [默认：90]", ""),
    (
        "figures",
        "as_of",
        "最后一天，如 2026-10-31：按 UTC；客诉率为订单的最后一天 [默认：此刻；订单的最后一天]",
        "",
    ),
    ("figures", "json", "一个 JSON 对象", ""),
    (
        "classify",
        "",
        "判断买家消息：类型，以及是否客诉",
        "判断买家消息：类型，以及是否客诉\n\n读取含 id、lang、subject、text 的 JSON 行，逐行回答 id、kind、is_complaint。读不懂的行会指出位置，其余照常处理，此时退出码为 1。",
    ),
    ("classify", "paths", "JSON 行文件；不写或写 `-` 则读取标准输入", ""),
    (
        "track",
        "",
        "判断运单号：有效、格式相符、疑似、无效或未知",
        "判断运单号：有效、格式相符、疑似、无效或未知\n\n列出承运商和公开的查询页面。空格、连字符、大小写和全角字符都不影响。有无效的运单号（校验位错误或占位号）时退出码为 4，否则为 0。",
    ),
    ("track", "marketplace", "订单所在站点：该站点常用的承运商排在前面", ""),
    ("track", "json", "每个运单号一个 JSON 对象，每行一个", ""),
    ("track", "numbers", "运单号，含空格时请加引号；`-` 表示从标准输入读取，每行一个", ""),
    (
        "lint",
        "",
        "按亚马逊规则检查回复：哪里有问题",
        "按亚马逊规则检查回复：哪里有问题\n\n读取含 id、lang、text、context（channel、order_id、marketplace、fulfilment、buyer_lang、proactive、subject，均可省略）的 JSON 行，逐行回答 id、flags、findings。位置按字符计。context 中缺少的信息，相关规则不作判断。读不懂的行会指出位置，其余照常处理，此时退出码为 1。",
    ),
    ("lint", "paths", "JSON 行文件；不写或写 `-` 则读取标准输入", ""),
    (
        "doctor",
        "",
        "检查数据库：文件结构、链式日志、补偿及其合计",
        "检查数据库：文件结构、链式日志、补偿及其合计\n\n说明哪里有问题、该怎么办，不做任何改动。正常时退出码为 0，有问题为 1，没有数据库为 3。请记下所列的资金日志末尾：日志若被截断并伪造，可据此发现。",
    ),
    ("doctor", "json", "一个 JSON 对象", ""),
    (
        "config",
        "",
        "检查设置文件夹中的文件",
        "检查设置文件夹中的文件\n\n列出 config.toml、clocks.toml、playbooks.toml、carriers.toml、health.toml、offers.toml、costs.toml 和 report.toml 中每处错误的文件、行和列。有错误时退出码为 4。",
    ),
    ("config", "what", "`check`：读取所有文件并指出错误", ""),
    ("config", "json", "每处错误一个 JSON 对象，每行一个", ""),
    ("completions", "", "输出某个 shell 的补全脚本", ""),
    ("completions", "shell", "shell 名称：bash、elvish、fish、powershell、zsh", ""),
    ("man", "", "输出手册页", ""),
];

fn in_chinese(command: Command) -> Command {
    let command = headings(command);
    CHINESE.iter().fold(command, |command, &(sub, arg, text, long)| {
        if sub.is_empty() {
            said(command, arg, text, long)
        } else {
            command.mut_subcommand(sub, |it| said(it, arg, text, long))
        }
    })
}

fn said(command: Command, arg: &'static str, text: &'static str, long: &'static str) -> Command {
    if !arg.is_empty() {
        return command.mut_arg(arg, |it| it.help(text));
    }
    let command = command.about(text);
    if long.is_empty() { command } else { command.long_about(long) }
}

/// The headings and the two options that clap adds by itself.
fn headings(command: Command) -> Command {
    let template = "{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let own = |command: Command| {
        let usage = command.clone().render_usage().to_string();
        let rest = usage.split_once("[OPTIONS]").map_or("", |(_, rest)| rest).replace("[COMMAND]", "[命令]");
        let name =
            if command.get_name() == "kesu" { String::new() } else { format!(" {}", command.get_name()) };
        let usage = format!("kesu{name} [选项]{rest}");
        let help =
            clap::Arg::new("help").short('h').long("help").action(clap::ArgAction::Help).help("显示帮助");
        command
            .help_template(template)
            .override_usage(usage)
            .subcommand_help_heading("命令")
            .disable_help_flag(true)
            .arg(help.help_heading("选项"))
            .mut_args(|arg| {
                let heading = if arg.is_positional() { "参数" } else { "选项" };
                // What clap would add here it says in English: the texts above say it themselves.
                let arg = arg.help_heading(heading);
                let takes = arg.get_action().takes_values();
                if takes {
                    arg.hide_env(true).hide_default_value(true).hide_possible_values(true)
                } else {
                    arg
                }
            })
    };
    let version = clap::Arg::new("version")
        .short('V')
        .long("version")
        .action(clap::ArgAction::Version)
        .help("显示版本");
    let command = own(command.disable_version_flag(true).arg(version));
    names.iter().fold(command, |command, name| command.mut_subcommand(name, own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_option_is_explained_in_both_languages() {
        let has = |sub: &str, arg: &str| CHINESE.iter().any(|row| row.0 == sub && row.1 == arg);
        let english = command(Lang::En);
        let mut all = vec![("", &english)];
        all.extend(english.get_subcommands().map(|sub| (sub.get_name(), sub)));
        for (name, command) in all {
            assert!(has(name, "") && command.get_about().is_some(), "{name}");
            for arg in command.get_arguments() {
                assert!(has(name, arg.get_id().as_str()), "{name} {}", arg.get_id());
                assert!(arg.get_help().is_some(), "{name} {}", arg.get_id());
            }
        }
    }

    #[test]
    fn the_chinese_help_has_no_english_heading() {
        command(Lang::Zh).debug_assert();
        let help = command(Lang::Zh).render_long_help().to_string();
        assert!(help.contains("用法：") && help.contains("退出码"), "{help}");
        for english in ["Usage", "Options", "OPTIONS", "COMMAND", "Commands:", "Print", "values", "env:"] {
            assert!(!help.contains(english), "{english} in {help}");
        }
    }
}
