//! What is said when a request is refused: a title, and a detail with the cause and the next step.

use wire::ProblemKind;

use crate::Lang;

/// A problem in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// What is wrong, one line.
    pub title: &'static str,
    /// Why, and what to do next.
    pub detail: &'static str,
}

/// One row a kind: title and detail in Chinese, title and detail in English.
macro_rules! rows {
    ($($kind:ident: $zh:literal, $zh_detail:literal, $en:literal, $en_detail:literal;)+) => {
        /// The words for a kind of problem.
        pub const fn words(kind: ProblemKind, lang: Lang) -> Words {
            match (kind, lang) {
                $(
                    (ProblemKind::$kind, Lang::Zh) => Words { title: $zh, detail: $zh_detail },
                    (ProblemKind::$kind, Lang::En) => Words { title: $en, detail: $en_detail },
                )+
            }
        }
    };
}

rows! {
    BodyInvalid:
        "请求的格式不对",
        "内容不是约定的 JSON，没有收款。请刷新页面再试；若用自己的程序调用，请对照 /api/openapi.json。",
        "The request has the wrong form",
        "The content is not the agreed JSON; nothing was charged. Reload the page and try again; \
         a program of your own should follow /api/openapi.json.";
    FieldUnknown:
        "请求里有不认识的字段",
        "为防止写错字段造成错收，整个请求已拒绝，没有收款。请刷新页面，或对照 /api/openapi.json 改正字段名。",
        "The request has a field nobody knows",
        "So that a misspelt field cannot charge wrongly, the whole request was refused. Reload the \
         page, or correct the name by /api/openapi.json.";
    BodyTooLarge:
        "请求太大",
        "一次请求最多 64 kB，没有收款。请刷新页面再试。",
        "The request is too large",
        "A request may have 64 kB at most; nothing was charged. Reload the page and try again.";
    MediaType:
        "请求的内容类型不对",
        "只接受 application/json，没有收款。请刷新页面，或在程序里加上 Content-Type: application/json。",
        "The request's content type is wrong",
        "Only application/json is taken; nothing was charged. Reload the page, or send \
         Content-Type: application/json from your program.";
    AmountZero:
        "金额是零",
        "没有可收的钱。请先输入金额，再扫码。",
        "The amount is zero",
        "There is nothing to take. Enter an amount first, then scan.";
    AmountNegative:
        "金额小于零",
        "收款金额必须大于零。请改正金额；要退钱请用退款。",
        "The amount is below zero",
        "A charge takes more than zero. Correct the amount; to give money back, use a refund.";
    AmountTooLarge:
        "金额超过单笔上限",
        "这家店一笔收不了这么多，没有收款。请核对金额，或请店主调高单笔上限。",
        "The amount is over the limit of one charge",
        "This shop does not take that much at once; nothing was charged. Check the amount, or ask \
         the owner to raise the limit.";
    NameInvalid:
        "名称不对",
        "销售号最多 64 位、设备名最多 32 位，只能用字母、数字、“-”和“_”。请刷新页面，或在设置里改设备名。",
        "A name has the wrong form",
        "A sale's name has up to 64 and a device's up to 32 letters, digits, - and _. Reload the \
         page, or change the device's name in the settings.";
    CodeNotDigits:
        "这不是付款码",
        "付款码只有数字。请顾客打开支付宝的“付款码”，再扫一次。",
        "This is not a payment code",
        "A payment code is made of digits only. Ask the customer to open Alipay's payment code, \
         then scan again.";
    CodeLength:
        "付款码位数不对",
        "没有哪个钱包的付款码是这个长度。请重新扫码；手工输入请核对是否漏了或多了数字。",
        "The payment code has the wrong length",
        "No wallet's codes have this length. Scan again; if typed, check for a missing or an extra \
         digit.";
    CodeUnknown:
        "认不出是哪家的付款码",
        "没有哪个钱包的付款码这样开头。请顾客打开支付宝的“付款码”，再扫一次。",
        "No known wallet shows such a code",
        "No wallet's codes begin so. Ask the customer to open Alipay's payment code, then scan \
         again.";
    ProviderDisabled:
        "本店没有开通这个钱包",
        "这是别家钱包的付款码，没有收款。请顾客改用支付宝付款码。",
        "This shop does not take this wallet",
        "The code belongs to another wallet; nothing was charged. Ask the customer for an Alipay \
         payment code.";
    WayMixed:
        "付款方式写错了",
        "收款只能选一种：扫顾客的付款码（要有 code 和 source），或出示收款码（way 为 shown，要有 \
         provider）。没有收款。请刷新页面，或对照 /api/openapi.json 改正。",
        "The request mixes two ways to pay",
        "A charge has one way: a customer's code that was scanned (with code and source), or a \
         code that is shown (way shown, with provider). Nothing was charged. Reload the page, or \
         correct the request by /api/openapi.json.";
    InstalmentsNotOffered:
        "这家店没有这种花呗分期",
        "期数或手续费的承担方不在本店的分期方案里，没有收款。请从 GET /api/v1/instalments 列出的方案里选，\
         或不分期收款。",
        "This shop does not offer that plan of instalments",
        "The number of months, or who bears the fee, is not among the shop's plans; nothing was \
         charged. Choose one that GET /api/v1/instalments lists, or charge without instalments.";
    InstalmentsTooSmall:
        "金额太小，不能花呗分期",
        "金额低于本店可分期的最小金额，没有收款。请不分期收款，或请店主调低分期的最小金额。",
        "The amount is too small for instalments",
        "The amount is below the smallest that this shop takes in instalments; nothing was \
         charged. Charge without instalments, or ask the owner to lower that limit.";
    CodeUsed:
        "这个付款码刚用过",
        "一个付款码只能收一次，没有再收。请顾客刷新付款码，再扫新的。",
        "This payment code was just used",
        "A code pays once; it was not charged again. Ask the customer to refresh the code, then \
         scan the fresh one.";
    KeyMissing:
        "请求没有防重号",
        "缺少 Idempotency-Key（1 至 64 位字母、数字、“-”、“_”），为防重复收款已拒绝。请刷新页面再试。",
        "The request has no idempotency key",
        "The header Idempotency-Key (1 to 64 letters, digits, - and _) is missing, so a double \
         charge could not be prevented. Reload the page and try again.";
    KeyReused:
        "防重号已用于另一笔收款",
        "同一个防重号配了不同的内容，没有收款。请先看记录里那一笔的结果，再重新收款。",
        "The idempotency key belongs to another charge",
        "The same key came with other content; nothing was charged. Look at that charge in the \
         records first, then begin afresh.";
    SaleBusy:
        "这笔销售已在收款或已收到",
        "为防重复收款，没有再收。请看那一笔的结果；要卖下一单，请清零后重新开始。",
        "This sale is being charged or is paid",
        "It was not charged again. Look at that charge's result; for the next sale, clear the \
         amount and begin afresh.";
    ChargeAbsent:
        "没有这笔收款",
        "找不到这个编号。请核对编号，或在记录里查找。",
        "There is no such charge",
        "Nothing is known under this number. Check it, or look the charge up in the records.";
    ChargeEnded:
        "这笔收款已结束或正在撤销",
        "现在不能取消。请在记录里看它的结果；已收到的钱请用退款退回。",
        "The charge has ended or is being reversed",
        "It cannot be cancelled any more. See its result in the records; money that was paid goes \
         back by a refund.";
    NotPaid:
        "这笔收款没有收到钱",
        "只有已收到的款才能退，没有退款。请在记录里看它的结果；还在收的请用取消。",
        "The charge is not paid",
        "Only money that was taken can go back; nothing was refunded. See its result in the \
         records; cancel a charge that is still open.";
    RefundOverRest:
        "退款超过可退的金额",
        "这笔最多还能退 {rest} 元，没有退款。请改小金额；已经申请、还没到账的退款也算在内。",
        "The refund is more than what is left",
        "At most {rest} yuan of this payment can still go back; nothing was refunded. Ask for \
         less; refunds that are asked for and not given yet count as well.";
    RefundTooMany:
        "这笔收款的退款次数太多",
        "一笔收款最多退 100 次，没有退款。请用现金或转账退剩下的钱。",
        "The charge has too many refunds",
        "A charge can have 100 refunds at most; nothing was refunded. Give the rest back in cash \
         or by a transfer.";
    ReasonInvalid:
        "退款原因不对",
        "退款原因最多 200 个字，不能有换行等控制符，没有退款。请改短原因再试。",
        "The reason of the refund has the wrong form",
        "A reason has up to 200 letters and no control signs; nothing was refunded. Shorten it and \
         try again.";
    ChargeMoved:
        "这笔收款刚被别处改动",
        "没有退款。请过一两秒用同一个防重号再试，不会重复退。",
        "Somebody else just moved the charge",
        "Nothing was refunded. Try again in a second or two with the same key; nothing goes back \
         twice.";
    NotFound:
        "没有这个地址",
        "请核对网址，或回到收银台首页。",
        "There is no such address",
        "Check the address, or go back to the till's first page.";
    MethodNotAllowed:
        "这个地址不接受这种请求",
        "请刷新页面；若用自己的程序调用，请对照 /api/openapi.json。",
        "The address does not take this method",
        "Reload the page; a program of your own should follow /api/openapi.json.";
    ForeignOrigin:
        "请求来自别的网站",
        "为防止别的网页冒用收银台，已拒绝，没有收款。请从收银台自己的网址打开页面。",
        "The request comes from another site",
        "Another site's page must not use the till; nothing was charged. Open the page at the \
         till's own address.";
    TooBusy:
        "排队的请求太多",
        "后台正忙，没有收款。请过一两秒再试，页面会用同一个防重号，不会重复收。",
        "Too many requests are waiting",
        "The backend is busy; nothing was charged. Try again in a second or two; the page keeps \
         the same key, so nothing is charged twice.";
    RecordUnwritable:
        "记不了账，所以没有收款",
        "磁盘已满或只读。请店主腾出空间或检查磁盘权限，然后再试。",
        "The record cannot be written, so nothing was charged",
        "The disk is full or read-only. The owner should free space or check permissions; then try \
         again.";
    RecordUnreadable:
        "账本暂时读不到",
        "这笔收没收还不知道，先不要重收。账本恢复后页面会自己查清；请店主检查数据库或磁盘。",
        "The record cannot be read at the moment",
        "Whether this sale was charged is not known: do not charge it again. The page finds out by \
         itself once the record is back; the owner should check the database or the disk.";
    ProviderRefuses:
        "支付宝不认这家店的账户设置",
        "没有收款。请先收现金，并请店主打开后台的 /healthz 看要核对什么，改好后重启后台。",
        "Alipay does not accept this shop's account settings",
        "Nothing was charged. Take cash, and ask the owner to open /healthz on the backend: it \
         says what to check. Then restart the backend.";
    CartInvalid:
        "购物车的内容不对",
        "购物车要有 1 到 100 行，每行 1 到 999 件，单价和优惠都要大于零。没有收款。请刷新页面再试，或对照 \
         /api/openapi.json 改正。",
        "The cart has the wrong form",
        "A cart has 1 to 100 lines of 1 to 999 pieces, each with a price, and discounts above \
         zero; nothing was charged. Reload the page, or correct it by /api/openapi.json.";
    DiscountOverSum:
        "优惠太多了",
        "优惠把金额减到了零或更少，没有收款。请改小优惠。",
        "The discount is too large",
        "It leaves nothing to charge; nothing was charged. Make the discount smaller.";
    PriceChanged:
        "价格变了",
        "按现在的价格，购物车是 {total} 元，没有收款。请和顾客核对新价格，再收款。",
        "The price has changed",
        "By today's prices the cart comes to {total} yuan; nothing was charged. Tell the customer \
         the new price, then charge again.";
    ItemGone:
        "有商品已下架",
        "购物车里有一件商品已不在商品目录里，没有收款。请从购物车里去掉它，再收款。",
        "Something is not sold any more",
        "An item in the cart is not in the catalogue any more; nothing was charged. Take it out of \
         the cart, then charge again.";
    PrinterAbsent:
        "没有设置打印机",
        "后端没有小票打印机的地址。请用浏览器打印；或让店主用 --printer 加打印机的地址重新启动。",
        "No printer is set up",
        "The backend was told of no receipt printer. Print by the browser, or have the owner start \
         it again with --printer and the printer's address.";
    PrinterBusy:
        "打印机正忙",
        "前面的小票还没打完，这一张没有打。请过几秒再打印。",
        "The printer is busy",
        "Receipts before this one are still being printed; this one was not. Print again in a few \
         seconds.";
    PrinterGone:
        "连不上打印机",
        "请看它有没有开机、网线和地址对不对；那里要是小票打印机。钱不受影响，可以过会儿在记录里再打印。",
        "The printer cannot be reached",
        "See whether it is on, and check its cable and address; it must be a receipt printer. The \
         money is not affected: print later from the records.";
    PrinterStopped:
        "打印机停了",
        "{cause}这张可能没打完。钱不受影响。",
        "The printer has stopped",
        "{cause} This receipt may not be complete. The money is not affected.";
    ReceiptAbsent:
        "没有可打的小票",
        "只有已到账的收款才有小票。请先看记录里的结果。",
        "There is no receipt to print",
        "Only a charge that is paid has a receipt. See its result in the records.";
    ItemInvalid:
        "商品内容不对",
        "名称要 1 到 40 个字，价格从 0.01 元起，图标最多 8 个字符，编号只能用字母、数字、“-”和“_”。没有保存，\
         请改正再试。",
        "The item has the wrong form",
        "A name has 1 to 40 characters, a price is from 0.01 yuan, a sign has at most 8 \
         characters, an id has letters, digits, - and _. Nothing was saved; correct it.";
    ItemAbsent:
        "没有这件商品",
        "可能已被别人删除。请刷新商品目录。",
        "There is no such item",
        "Somebody may have taken it out. Reload the catalogue.";
    CatalogueChanged:
        "商品目录被别人改过",
        "为防止覆盖别人的修改，这次没有保存。请看过最新的目录，再改一次。",
        "Somebody changed the catalogue",
        "So that nobody's change is lost, this one was not saved. Look at the catalogue as it is \
         now, then change it again.";
    CatalogueFull:
        "商品太多了",
        "商品目录最多 500 件，没有保存。请先删掉不卖的商品。",
        "The catalogue is full",
        "It holds at most 500 items; nothing was saved. Take out what is not sold any more.";
    DayInvalid:
        "日期不对",
        "日期要写成 2026-11-22 这样。请改正再试。",
        "This is not a day",
        "A day is written like 2026-11-22. Correct it and try again.";
    BillAbsent:
        "支付宝还没有这一天的账单",
        "账单在第二天早上九点左右做好；没有交易的日子也可能没有账单。请到时候再来看。",
        "Alipay has no bill of this day yet",
        "A bill is made by about nine o'clock of the next morning, and a day without sales may \
         have none. Look again then.";
    BillUnreadable:
        "这份账单读不了，没有采用",
        "{cause}。记录没有改动。请过一会儿再取一次；还不行请把这句话交给维护的人。",
        "This bill cannot be read and was not used",
        "The cause: {cause}. The record was not changed. Fetch it again later; if it stays so, \
         hand this sentence to whoever maintains the program.";
    ProviderDenies:
        "支付宝不给看",
        "支付宝说：{cause}。请在开放平台给这个应用签约或开通账单和余额的权限，再试。",
        "Alipay does not show it",
        "Alipay says: {cause}. Sign the contract for bills and balance for this app on the open \
         platform, then try again.";
    ProviderSilent:
        "没有从支付宝得到可信的应答",
        "{cause}。记录没有改动。请检查网络，过一会儿再试。",
        "Alipay gave no answer that can be believed",
        "The cause: {cause}. The record was not changed. Check the network and try again \
         in a while.";
    NotReady:
        "后台正在启动或停止",
        "没有收款。请等几秒再试；一直这样请重启后台。",
        "The backend is starting or stopping",
        "Nothing was charged. Wait a few seconds and try again; if it stays so, restart the \
         backend.";
    Defect:
        "后台出了错",
        "请先在记录里看这笔的结果，不要马上重收。问题还在请重启后台，并把日志交给维护的人。",
        "The backend has a defect",
        "Look at this charge in the records before charging again. If it stays so, restart the \
         backend and hand its log to whoever maintains it.";
}

#[cfg(test)]
mod tests {
    use wire::ProblemKind;

    use super::words;
    use crate::Lang;

    #[test]
    fn every_problem_has_a_cause_and_a_next_step_in_both_languages() {
        for kind in ProblemKind::ALL {
            let (zh, en) = (words(kind, Lang::Zh), words(kind, Lang::En));
            assert!(zh.detail.ends_with('。'), "{kind:?}");
            assert!(en.detail.ends_with('.'), "{kind:?}");
            assert!(!zh.title.is_ascii(), "{kind:?}");
            assert!(en.title.is_ascii() && en.detail.is_ascii(), "{kind:?}");
            assert!(
                zh.detail.chars().count() > zh.title.chars().count(),
                "{kind:?}"
            );
            assert!(!en.detail.contains("  "), "{kind:?}");
        }
    }
}
