//! What the cashier and the customer read on the till.

use crate::words;

words! {
    /// The till's and the kiosk's sentences.
    TillWords {
        title: "扫码收银台", "Scantill";
        sandbox: "演练：不动真钱", "Sandbox";
        lang_other: "EN", "中";
        lang_switch: "EN: Switch to English", "中：切换到中文";
        records: "最近的收款", "Last sales";
        close: "关闭", "Close";
        back: "返回", "Back";
        key_clear: "清空", "Clear";
        key_back: "退格", "Delete";
        key_plus: "加", "Plus";
        key_times: "乘", "Times";
        key_dot: "小数点", "Point";
        keypad: "数字键盘", "Keypad";
        amount: "收款金额", "Amount to take";
        amount_hint: "输入金额，或先扫顾客的付款码", "Type the amount, or scan the code first";
        too_fine: "金额最多两位小数（分），请修改。", "At most two decimals, please correct it.";
        too_large:
            "超过单笔上限 ¥{limit}，请修改或分几笔收。",
            "The limit is ¥{limit}. Correct or split it.";
        too_long: "算式太长了，请退格或清空。", "The sum is too long. Delete or clear it.";
        amount_missing: "请先输入金额。", "Type the amount first.";
        charge: "收款", "Charge";
        scan_hint: "请顾客出示付款码", "Ask for the payment code";
        hand: "{provider}付款码已读到 · {s}\u{a0}秒", "{provider} code read · {s}\u{a0}s";
        hand_next: "输入金额后按“收款”", "Type the amount, then Charge";
        hand_charge: "按“收款”或回车键收款", "Press Charge or Enter";
        hand_drop: "不用这个码", "Drop this code";
        alipay: "支付宝", "Alipay";
        wechat: "微信支付", "WeChat Pay";
        unionpay: "云闪付", "UnionPay";
        camera: "摄像头", "Camera";
        camera_opening: "正在打开摄像头…", "Opening the camera…";
        camera_ready: "将付款码对准摄像头", "Hold the code to the camera";
        camera_denied:
            "浏览器不允许用摄像头。请在地址栏的权限里允许，或手输付款码。",
            "The browser does not allow the camera. Allow it at the address bar, or type the code.";
        camera_absent:
            "没有找到摄像头。插上后会自动打开；也可手输付款码。",
            "No camera found. Plug one in, or type the code.";
        camera_busy:
            "摄像头被别的程序占用，几秒后再试；也可手输付款码。",
            "Another program uses the camera. Trying again; you can type the code.";
        camera_insecure:
            "只有安全连接（https 或本机）才能用摄像头。请手输付款码。",
            "Cameras need a secure address (https or this machine). Type the code.";
        camera_failed:
            "摄像头打不开，正在重试；也可手输付款码。",
            "The camera does not open. Trying again; you can type the code.";
        camera_in_wechat:
            "微信里打不开摄像头。请点右上角“…”，选“在浏览器打开”；也可手输付款码。",
            "WeChat does not open the camera. Tap … and open in the browser, or type the code.";
        camera_ask: "再试一次", "Try again";
        torch: "补光灯", "Torch";
        screen_light: "屏幕补光", "Screen light";
        closer: "放大", "Zoom in";
        other_camera: "换摄像头", "Other camera";
        camera_ended: "摄像头断开了，正在重新打开…", "The camera was taken away. Opening it again…";
        hint_closer: "请靠近一点", "Closer, please";
        hint_dark: "太暗了，请调亮手机屏幕", "Too dark: brighten the phone";
        hint_still: "请拿稳手机，露出整个付款码", "Hold still, show the whole code";
        hint_glare: "有反光，请把手机稍微倾斜", "Glare: tilt the phone a little";
        not_payment_code:
            "这不是付款码。请打开支付宝的“付钱/付款码”。",
            "This is not a payment code. Open Pay in the wallet.";
        code_length: "付款码应有 16 到 24 位数字，请核对。", "A payment code has 16 to 24 digits. Check it.";
        provider_off:
            "本店还没开通{provider}，请顾客换一个钱包。",
            "This shop does not take {provider} yet. Ask for another wallet.";
        code_used: "这个码刚用过，请顾客刷新付款码。", "This code was just used. Ask for a fresh one.";
        code_expired: "付款码过期了，请顾客刷新后再扫。", "The code is too old. Ask for a fresh one.";
        offline_charge:
            "连不上后台，现在不能收款。恢复后请再扫。",
            "The backend is out of reach: nothing can be charged.";
        finish_first: "请先完成或清空当前这笔。", "Finish or clear this sale first.";
        doubt_paid: "之前那笔 ¥{amount} 已到账。", "The earlier sale of ¥{amount} is paid.";
        doubt_freed: "之前那笔 ¥{amount} 没有收款。", "The earlier sale of ¥{amount} took nothing.";
        cancel_late: "这笔已有结果，不能再撤销。", "This charge has its end and cannot be reversed.";
        show: "展示收款码", "Show a code";
        showing: "请顾客扫这个码付款", "The customer scans this code";
        showing_next:
            "付款后自动到账；还剩 {s}\u{a0}秒，之后自动撤销。",
            "Paid once it is scanned and confirmed; {s}\u{a0}s left, then it is reversed.";
        show_label: "支付宝收款码，金额 ¥{amount}", "Alipay code for ¥{amount}";
        step_shown: "收款码已展示", "Code shown";
        type_code: "手输付款码", "Type the code";
        type_code_title: "输入顾客的付款码", "The customer's payment code";
        type_code_about: "付款码下方的数字，点一下可看全。", "The digits under the code; a tap on them shows all.";
        type_code_submit: "使用", "Use it";
        confirm_title: "金额较大，请核对", "A large amount: please check";
        confirm_about: "要收 ¥{amount} 吗？", "Charge ¥{amount}?";
        confirm_yes: "确认收款", "Charge it";
        confirm_no: "不收", "No";
        sending: "正在收款", "Charging";
        sending_next: "一般一秒内有结果，不用再扫。", "Usually done within a second. No need to scan again.";
        waiting: "请顾客在手机上确认", "The customer must confirm on the phone";
        waiting_next:
            "顾客输入密码后自动到账；还剩 {s}\u{a0}秒，之后自动撤销。",
            "Paid once the password is typed; {s}\u{a0}s left, then it is reversed by itself.";
        elapsed: "已用 {s}\u{a0}秒", "{s}\u{a0}s so far";
        cancel: "撤销这笔", "Reverse it";
        unknown: "不要再收：正在查这笔钱", "Do not charge again: we are finding out";
        unknown_next:
            "后台每几秒查一次支付宝；{s}\u{a0}秒内没有结果就自动撤销，钱不会丢。",
            "The backend asks every few seconds; after {s}\u{a0}s it reverses by itself.";
        unknown_over:
            "正在撤销，直到确定没有收钱。",
            "It is being reversed until it is certain that nothing was taken.";
        unknown_lost:
            "连不上后台，不知道这笔是否已收。恢复后会自动查清。",
            "The backend cannot be reached. It will be found out by itself.";
        unknown_tell:
            "对顾客说：“请稍等，正在确认，不会多扣您的钱。”",
            "Tell the customer: “One moment, we are checking. You will not pay twice.”";
        unknown_minimise: "先放一边，收下一位", "Put aside, next sale";
        unknown_badge: "{n} 笔待查", "{n} in doubt";
        reversing: "正在撤销，请稍等", "Reversing, one moment";
        reversing_next: "撤销完成前不要再收这笔。", "Do not charge this sale until it is done.";
        reversing_shown:
            "顾客可能拍下了码，等码失效才能确定没有收钱，最多约三分钟。撤销完成前不要再收这笔。",
            "Somebody may have photographed the code, so this lasts until the code is dead, about \
             three minutes at most. Do not charge this sale until it is done.";
        paid: "到账", "Paid";
        paid_by: "{provider}到账", "Paid by {provider}";
        paid_spoken: "{provider}到账{amount}元", "{provider}: {amount} yuan received";
        refused: "没有收到钱", "Nothing was taken";
        refused_again: "重新扫码", "Scan again";
        refused_fresh: "不收了，下一笔", "Next sale";
        refused_code: "代码", "Code";
        not_delivered:
            "请求没有送到后台，没有收钱。",
            "The request never reached the backend; nothing was taken.";
        not_delivered_next: "请看网络是否正常，再请顾客刷新付款码重扫。", "Check the network, then scan a fresh code.";
        reversed: "已撤销，没有收钱", "Reversed: nothing was kept";
        reversed_closed: "订单已关闭，顾客没有付款。", "The order is closed; the customer did not pay.";
        reversed_back: "钱已原路退回顾客。", "The money went back to the customer.";
        reversed_nothing: "支付宝没有这笔订单，没有收钱。", "The provider has no such order; nothing was taken.";
        offline:
            "{time} 起连不上后台，暂时不能收款；恢复后自动继续。",
            "No backend since {time}: nothing can be charged. It goes on by itself.";
        clock:
            "本机时间差了 {n} 分钟，请校准。",
            "This device's clock is {n} minutes off. Please set it.";
        provider_away:
            "暂时连不上支付宝，收款可能变慢或失败。",
            "Alipay is out of reach: charges may be slow or fail.";
        records_empty: "还没有收款。第一笔收完会出现在这里。", "No sales yet. The first one will show up here.";
        records_failed:
            "记录没有取到。请看网络，然后再试。",
            "The sales could not be fetched. Check the network and try again.";
        records_loading: "正在取记录…", "Fetching the sales…";
        records_more: "更早的", "Earlier";
        retry: "再试一次", "Try again";
        record: "收款记录", "Sale";
        record_provider: "收款渠道", "Provider";
        record_funding: "付款方式", "Source of money";
        record_funding_none: "渠道没有说明", "Not told by the provider";
        record_instalments: "花呗分期", "Huabei instalments";
        record_plan_customer: "{months} 期，顾客承担手续费", "{months} months, fee on the customer";
        record_plan_shop: "{months} 期，商家承担手续费", "{months} months, fee on the shop";
        record_plan_told: "{months} 期，顾客自选", "{months} months, chosen by the customer";
        record_order_no: "订单号", "Order number";
        record_provider_no: "渠道交易号", "Provider's number";
        record_payer: "付款人", "Payer";
        record_device: "设备", "Device";
        record_refunded: "已退", "Refunded";
        record_opened: "时间", "Time";
        record_history: "经过", "History";
        record_print: "打印小票", "Print receipt";
        record_missing: "没有找到这笔收款。", "There is no such sale.";
        state_opened: "已记下", "Recorded";
        state_sent: "已发出", "Sent";
        state_waiting: "等顾客确认", "Waiting for the customer";
        state_unknown: "待查", "In doubt";
        state_reversing: "撤销中", "Reversing";
        state_paid: "已到账", "Paid";
        state_refused: "没有收到", "Refused";
        state_reversed: "已撤销", "Reversed";
        step_paid_late: "撤销中发现已付，退回", "Paid while reversing, given back";
        fund_huabei: "花呗", "Huabei";
        fund_fenqi: "花呗分期", "Huabei instalments";
        fund_balance: "余额", "Balance";
        fund_yuebao: "余额宝", "Yu'e Bao";
        fund_card: "银行卡", "Bank card";
        fund_coupon: "红包或优惠", "Coupon";
        kiosk_show: "打开支付宝付款码，对准摄像头", "Open your payment code and hold it to the camera";
        kiosk_where: "手机屏幕朝向摄像头，距离约一掌", "Screen towards the camera, a hand's width away";
        kiosk_amount: "请输入金额，再出示付款码", "Type the amount, then show your code";
        kiosk_pay: "付款", "Pay";
        kiosk_hand_next: "输入金额后按“付款”", "Type the amount, then Pay";
        kiosk_hand_charge: "按“付款”完成", "Press Pay";
        kiosk_scan: "用扫一扫付款", "Scan our code instead";
        kiosk_showing: "请用支付宝扫这个码付款", "Scan this code with Alipay to pay";
        kiosk_sending: "正在付款", "Paying";
        kiosk_waiting: "请在手机上确认", "Please confirm on your phone";
        kiosk_waiting_next:
            "输入密码后自动付款；还剩 {s}\u{a0}秒，之后自动撤销。",
            "Type your password; {s}\u{a0}s left, then it is reversed by itself.";
        kiosk_thanks: "谢谢，付款成功", "Thank you, paid";
        kiosk_done: "这笔已付清，谢谢惠顾", "This is paid. Thank you";
        kiosk_unknown: "正在确认，请不要再付", "Checking, please do not pay again";
        kiosk_staff: "有疑问请找店员。", "If in doubt, please ask the staff.";
    }
}

#[cfg(test)]
mod tests {
    use super::TillWords;
    use crate::Lang;

    #[test]
    fn every_sentence_asks_for_the_same_values_in_both_languages() {
        for ((name, zh), (_, en)) in TillWords::all(Lang::Zh)
            .iter()
            .zip(TillWords::all(Lang::En))
        {
            for value in ["{s}", "{n}", "{amount}", "{limit}", "{provider}", "{time}"] {
                assert_eq!(zh.contains(value), en.contains(value), "{name} {value}");
            }
            assert!(!zh.is_empty() && !en.is_empty(), "{name}");
        }
    }
}
