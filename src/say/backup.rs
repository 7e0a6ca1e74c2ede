//! What is said about copies of the record: taking one, putting one back, writing it out.

crate::words! {
    /// Sentences of `backup`, `restore` and `export`. `{…}` are filled in.
    Backup {
        taken: "{path} 已经存在，没有动它。请换一个文件名，或先移走它。",
            "{path} exists already and was left alone. Choose another name, or move it away first.";
        home_taken: "{path} 里已经有账本，没有动它。请用 --home 换一个空目录，或先移走原来的账本。",
            "There is a book in {path} already; it was left alone. Choose an empty folder with \
            --home, or move the old book away first.";
        unwritable: "不能写入 {path}（{cause}）。请腾出空间或改权限，或换一个地方，再试。",
            "{path} cannot be written ({cause}). Free some space, change the permissions or choose \
            another place, then try again.";
        full: "写 {path} 时磁盘满了，没有留下半个文件。请腾出空间，或换一个磁盘，再试。",
            "The disk of {path} is full; no part of the file was left. Free some space or choose \
            another disk, then try again.";
        keyless: "没有说用什么加密。请用 --key-file 或 --passphrase-file 指定，或设置 SCANTILL_BACKUP_PASSPHRASE。",
            "Nothing was given to seal with. Name a file with --key-file or --passphrase-file, or \
            set SCANTILL_BACKUP_PASSPHRASE.";
        short: "口令太短，要 12 个字以上。请换一个长的。",
            "The passphrase is too short; it needs 12 letters or more. Choose a longer one.";
        key_bad: "{path} 里不是 64 位十六进制数。请核对这个密钥文件。",
            "{path} does not hold 64 hexadecimal digits. Check that key file.";
        key_wrong: "{path} 用这个口令或密钥打不开。请核对口令，或找到当时用的密钥文件。",
            "{path} does not open with this passphrase or key. Check the passphrase, or find the \
            key file that was used then.";
        foreign: "{path} 不是 Scantill 的备份。请核对文件名。",
            "{path} is not a backup of Scantill. Check the file's name.";
        newer: "{path} 是更新版本的备份（{found}，本程序只认识到 {known}）。请换上更新的 scantill。",
            "{path} is a backup of a later version ({found}; this program knows {known}). Use the \
            later scantill.";
        cut: "{path} 不完整，后面被截断了。请用另一份备份。",
            "{path} is cut off: its end is missing. Use another backup.";
        changed: "{path} 在第 {place} 段被改动或损坏。请用另一份备份。",
            "{path} was changed or damaged in part {place}. Use another backup.";
        unequal: "{path} 恢复出来的账本和备份时的不一样，已经扔掉。请用另一份备份。",
            "What came out of {path} is not what went in, and was thrown away. Use another backup.";
        unsound: "账本不对，所以没有备份。请停止收款，保留这个文件，并从早先的备份恢复：{found}",
            "The book is not whole, so no backup was made. Stop charging, keep the file, and \
            restore an earlier backup: {found}";
        form_bad: "{path} 里的账本不对，没有恢复。请用另一份备份：{found}",
            "The book inside {path} is not whole and was not restored. Use another backup: {found}";
        sealed: "已备份到 {path}：{charges} 笔收款，{events} 条记录，已读回核对。",
            "Backed up to {path}: {charges} charges, {events} events, read back and compared.";
        restored: "已恢复到 {path}：{charges} 笔收款，{events} 条记录，逐行核对一致。",
            "Restored to {path}: {charges} charges, {events} events, each row compared.";
        exported: "已写出到 {path}：{charges} 笔收款。",
            "Written to {path}: {charges} charges.";
    }
}
