//! The sandbox's wallet page: what a customer's phone says.

crate::words! {
    /// Sentences of the wallet page.
    Wallet {
        title: "钱包（沙箱）", "Wallet (sandbox)";
        play_money: "沙箱 · 不是真钱", "Sandbox · play money";
        language: "English", "中文";
        customers: "选择顾客", "Choose a customer";
        pay: "付钱", "Pay";
        show_to: "请向收款员出示付款码", "Show this code to the cashier";
        refresh: "换一个付款码", "New code";
        seconds_left: "{s} 秒后更新", "New code in {s} s";
        qr_alt: "付款二维码", "Payment QR code";
        bars_alt: "付款条形码", "Payment bar code";
        pays_from: "付款方式", "Pays from";
        balance: "余额", "Balance";
        huabei: "花呗", "Huabei";
        left_balance: "余额 ¥{sum}", "Balance ¥{sum}";
        left_huabei: "花呗可用 ¥{sum}", "Huabei ¥{sum} available";
        name_balance: "安然", "An Ran";
        about_balance: "用余额付款", "Pays from balance";
        name_huabei: "花晓", "Hua Xiao";
        about_huabei: "用花呗付款", "Pays by Huabei";
        name_instalments: "范琪", "Fan Qi";
        about_instalments: "花呗，可分期", "Huabei, instalments possible";
        name_password: "米玛", "Mi Ma";
        about_password: "每次付款要输密码", "Password each time";
        name_broke: "钱穹", "Qian Qiong";
        about_broke: "余额不足", "Not enough money";
        name_limit: "满达", "Man Da";
        about_limit: "今日限额已用完", "Day limit used up";
        name_frozen: "冻冬", "Dong Dong";
        about_frozen: "账户已冻结", "Account frozen";
        ask_title: "确认付款", "Confirm payment";
        ask_order: "订单号", "Order";
        ask_confirm: "输入密码并付款", "Enter password and pay";
        ask_decline: "不付了", "Decline";
        ask_gone: "这笔订单已经不等密码了", "This order no longer waits for the password";
        toast_paid: "已付款 ¥{sum}", "Paid ¥{sum}";
        toast_closed: "未付款，订单已关闭 ¥{sum}", "Not paid, order closed ¥{sum}";
        toast_given_back: "已退回 ¥{sum}", "Given back ¥{sum}";
        offline: "连不上沙箱，正在重试", "Cannot reach the sandbox, trying again";
        faults: "制造故障", "Make things fail";
        faults_about: "下一次调用会怎样，由你决定", "You decide what happens to the next calls";
        fault_what: "故障", "Fault";
        fault_method: "哪种调用", "Call";
        fault_customer: "哪位顾客", "Customer";
        fault_next: "多久", "How long";
        fault_ms: "慢多少毫秒", "Slower by, in ms";
        fault_add: "开始", "Start";
        fault_clear: "停止", "Stop";
        fault_clear_all: "全部停止", "Stop all";
        fault_none: "现在一切正常", "Everything works at present";
        fault_failed: "没有成功：{why}", "That did not work: {why}";
        what_slow: "回答慢", "Slow answer";
        what_lost_answer: "钱已扣，回答丢失", "Money taken, answer lost";
        what_lost_request: "请求丢失，未扣钱", "Request lost, nothing taken";
        what_busy: "系统繁忙（20000）", "System busy (20000)";
        what_wrong_signature: "签名错误", "Wrong signature";
        what_wrong_amount: "金额不符", "Wrong amount";
        what_garbage: "乱码", "Garbage";
        what_down: "停机（503）", "Down (503)";
        what_unsigned: "没有签名", "No signature";
        method_any: "所有调用", "Every call";
        method_pay: "付款", "Pay";
        method_query: "查询", "Query";
        method_cancel: "撤销", "Cancel";
        everybody: "所有顾客", "Everybody";
        next_one: "下一次", "Next call";
        next_many: "接下来 {n} 次", "Next {n} calls";
        next_ever: "直到停止", "Until stopped";
    }
}
