//! Why a file is not taken, in both languages, with what to do about it.

use std::io;

use crate::problem::io_words;

/// Why a file or a message is not taken: English, Chinese; what happened and what to do.
pub type Refusal = [String; 2];

fn say(en: &str, zh: &str) -> Refusal {
    [en.to_owned(), zh.to_owned()]
}

pub(super) fn not_found() -> Refusal {
    say("not found. Check the path", "找不到文件。请检查路径")
}

pub(super) fn dangling() -> Refusal {
    say(
        "not found: a symbolic link that leads nowhere. Name the file itself",
        "找不到文件：符号链接指向不存在的位置。请直接指定文件",
    )
}

pub(super) fn link_loop() -> Refusal {
    say(
        "too many symbolic links: they lead in a circle. Name the file itself",
        "符号链接过多：它们互相指向。请直接指定文件",
    )
}

pub(super) fn no_permission() -> Refusal {
    say(
        "no permission to read it. Give yourself the right with chmod, or copy it",
        "没有读取权限。请用 chmod 授权，或复制一份再导入",
    )
}

pub(super) fn not_a_file(en: &str, zh: &str) -> Refusal {
    [
        format!("not a regular file but {en}. Save the content to a file, or pipe it into `kesu import -`"),
        format!("不是普通文件，而是{zh}。请把内容存成文件，或用管道交给 `kesu import -`"),
    ]
}

pub(super) fn empty_folder() -> Refusal {
    say(
        "nothing to read in this directory. Name a folder with mails or reports",
        "这个文件夹里没有可读的内容。请指定装有邮件或报告的文件夹（directory）",
    )
}

pub(super) fn unreadable(error: &io::Error) -> Refusal {
    let [en, zh] = io_words(error);
    [
        format!("reading failed: {en}. Copy the file to another disk and try again"),
        format!("读取失败：{zh}。请把文件复制到别的磁盘再试"),
    ]
}

pub(super) fn changed() -> Refusal {
    say(
        "the file changed while it was read. Import it again when the download or the mail program is done",
        "文件在读取时发生了变化。请等下载或邮件程序结束后再导入",
    )
}

pub(super) fn is_terminal() -> Refusal {
    say(
        "stdin is a terminal. Pipe a file into it: `kesu import - < FILE`",
        "标准输入（stdin）是终端。请用管道传入文件：`kesu import - < 文件`",
    )
}

pub(super) fn empty() -> Refusal {
    say("the file is empty (0 bytes). Download or save it again", "文件是空的（0 字节）。请重新下载或保存")
}

pub(super) fn empty_stdin() -> Refusal {
    say(
        "stdin is empty. Pipe a file into it: `kesu import - < FILE`",
        "标准输入（stdin）是空的。请用管道传入文件：`kesu import - < 文件`",
    )
}

pub(super) fn too_large(limit_mib: u64) -> Refusal {
    [
        format!(
            "longer than {limit_mib} MiB, the most a mail or standard input may have. Save tables and mailboxes to a file"
        ),
        format!("超过 {limit_mib} MiB，这是单封邮件或标准输入的上限。表格和邮箱请存成文件再导入"),
    ]
}

pub(super) fn duplicate() -> Refusal {
    say("duplicate: this mail (Message-ID) is already there", "重复：这封邮件（Message-ID）已经导入过")
}

pub(super) fn no_row(total: u64) -> Refusal {
    [
        format!("none of the {total} rows could be read: too many bad rows. Nothing of the file was taken"),
        format!("{total} 行全部无法读取：坏行过多。文件中的内容都没有导入"),
    ]
}
