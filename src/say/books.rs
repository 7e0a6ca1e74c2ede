//! Why a bill or a balance cannot be shown: the middle of a problem's sentence.

crate::words! {
    /// Causes. `{…}` are filled in.
    Books {
        details: "业务明细", "the bill's details";
        summary: "业务汇总", "the bill's summary";
        silent: "支付宝没有应答，或应答在路上丢了", "Alipay did not answer, or its answer got lost";
        busy: "支付宝正忙", "Alipay is busy";
        unverified: "应答的签名不对，不能相信",
            "the answer's signature does not fit, so it proves nothing";
        garbled: "应答不是约定的格式", "the answer is not in the agreed form";
        said: "{code} {text}", "{code} {text}";
        elsewhere: "账单的下载地址不是支付宝的", "the bill's address is not Alipay's";
        status: "下载账单时对方答 {status}", "the bill's address answers with status {status}";
        broken_off: "下载中断或太慢", "the download broke off or took too long";
        other_day: "下载到的是别的日期的账单", "the file is the bill of another day";
        not_a_zip: "下载的不是完整的 zip 文件", "the file is not a whole zip file";
        too_large: "账单超过 {limit} 字节，没有读",
            "the bill is bigger than {limit} bytes; it is refused unread";
        too_many_files: "账单里超过 {limit} 个文件，没有读",
            "the bill holds more than {limit} files; it is refused unread";
        packing: "账单的压缩方式（{method}）不认识，或加了密",
            "the bill is packed by method {method}, or locked";
        damaged: "账单里的文件已损坏", "a file in the bill is damaged";
        missing: "压缩包里没有{file}", "{file} are missing in the zip";
        twice: "压缩包里有两份{file}", "{file} are in the zip twice";
        not_gbk: "{file}第 {line} 行不是 GBK 编码", "line {line} of {file} is not GBK";
        torn: "{file}第 {line} 行残缺：有 {cells} 格，应有 {columns} 格",
            "line {line} of {file} is torn: {cells} cells in {columns} columns";
        cut_short: "{file}在第 {line} 行就断了，没有结尾",
            "{file} end at line {line} without their closing lines";
        unknown_column: "{file}第 {line} 行有不认识的列“{name}”，需要升级本程序",
            "line {line} of {file} has a column that this program must learn first";
        missing_column: "{file}第 {line} 行缺少一列：{name}", "line {line} of {file} lacks a column";
        double_column: "{file}第 {line} 行有两个同名的列：{name}", "line {line} of {file} has a column twice";
        cell: "{file}第 {line} 行“{name}”这一格的内容不对",
            "line {line} of {file} has a cell that is not what its column promises";
        kind: "{file}第 {line} 行既不是交易也不是退款，需要升级本程序",
            "line {line} of {file} is neither a payment nor a refund; this program must learn it";
        sum: "{file}第 {line} 行的合计与各行对不上",
            "{file} say at line {line} another sum or count than their lines have";
        disagree: "业务明细与业务汇总对不上", "the bill's details and summary do not agree";
    }
}

#[cfg(test)]
mod tests {
    use super::Books;
    use crate::Lang;

    #[test]
    fn every_cause_is_said_in_both_languages_and_fits_into_a_sentence() {
        for (name, sentence) in Books::all(Lang::En) {
            assert!(sentence.is_ascii() && !sentence.ends_with('.'), "{name}");
            assert!(!sentence.contains("  "), "{name}");
        }
        for (name, sentence) in Books::all(Lang::Zh) {
            assert!(!sentence.ends_with('。'), "{name}");
        }
    }
}
