//! What stands on a receipt, and what a receipt printer's troubles are.

use crate::words;

words! {
    /// The words of a receipt. Short: a line has 16 Chinese signs.
    ReceiptWords {
        refund: "退款", "Refund";
        reversal: "已撤销", "Cancelled";
        reprint: "重印", "Reprint";
        time: "时间", "Time";
        till: "收银台", "Till";
        cashier: "收银员", "Cashier";
        order_no: "订单号", "Order no.";
        provider_no: "渠道单号", "Provider's no.";
        amount: "金额", "Amount";
        subtotal: "小计", "Subtotal";
        off: "优惠", "Discount";
        total: "合计", "Total";
        refunded: "退款", "Refunded";
        reversed: "撤销", "Cancelled";
        plan: "花呗分期 {n} 期", "Huabei, {n} months";
        each: "每期 {each}", "{each} a month";
        fee: "分期手续费", "Fee of the plan";
    }
}

words! {
    /// A printer's troubles, each with what to do.
    PrinterWords {
        cover_open:
            "打印机盖子开着。请合上，听到咔哒一声。",
            "The printer's cover is open. Close it until it clicks.";
        paper_out:
            "打印机没纸了。请换一卷，再打印一次。",
            "The printer is out of paper. Put in a roll and print again.";
        knife_stuck:
            "打印机切刀卡住了。请关机，开盖取出碎纸，再开机。",
            "The printer's knife is stuck. Switch it off, take out scraps of paper, switch it on.";
        resting:
            "打印机过热或电压不足，正在休息。请等一分钟再打印。",
            "The printer is too hot or its current too weak. Wait a minute and print again.";
        broken:
            "打印机出故障了。请关机再开机；还是这样就要修。",
            "The printer is broken. Switch it off and on; if that is no help, have it repaired.";
        feeding: "打印机正在走纸。请松开走纸键。", "The printer is feeding paper. Let go of its button.";
        offline:
            "打印机停着，没说原因。请关机再开机。",
            "The printer stands still and does not say why. Switch it off and on.";
        paper_low: "纸快用完了。请准备一卷新纸。", "The roll is near its end. Have another one ready.";
    }
}
