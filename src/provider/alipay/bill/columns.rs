//! The columns of a bill by their names: Alipay has more than one order of them.

/// How a bill is read: which columns it can have, and which it must have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    /// All names that are known.
    pub(super) known: &'static [&'static str],
    /// Those without which it says nothing.
    pub(super) needed: &'static [&'static str],
}

pub(super) const PROVIDER_NO: &str = "支付宝交易号";
pub(super) const ORDER_NO: &str = "商户订单号";
pub(super) const KIND: &str = "业务类型";
pub(super) const SUBJECT: &str = "商品名称";
pub(super) const CREATED: &str = "创建时间";
pub(super) const FINISHED: &str = "完成时间";
pub(super) const SHOP_NO: &str = "门店编号";
pub(super) const SHOP_NAME: &str = "门店名称";
pub(super) const OPERATOR: &str = "操作员";
pub(super) const TILL: &str = "终端号";
pub(super) const PAYER: &str = "对方账户";
pub(super) const AMOUNT: &str = "订单金额";
pub(super) const RECEIVED: &str = "商家实收";
pub(super) const REFUND_NO: &str = "退款批次号/请求号";
pub(super) const FEE: &str = "服务费";
pub(super) const NET: &str = "实收净额";
pub(super) const PLAN_FEE: &str = "花呗分期手续费";
pub(super) const PLAN_COUNT: &str = "花呗分期数";
pub(super) const PAYMENTS: &str = "交易订单总笔数";
pub(super) const REFUNDS: &str = "退款订单总笔数";

/// 业务明细, in all its variants.
pub(super) const DETAILS: Columns = Columns {
    known: &[
        PROVIDER_NO,
        ORDER_NO,
        KIND,
        SUBJECT,
        CREATED,
        FINISHED,
        SHOP_NO,
        SHOP_NAME,
        OPERATOR,
        TILL,
        PAYER,
        AMOUNT,
        RECEIVED,
        "支付宝红包",
        "集分宝",
        "支付宝优惠",
        "商家优惠",
        "券核销金额",
        "券名称",
        "商家红包消费金额",
        "卡消费金额",
        REFUND_NO,
        FEE,
        "分润",
        "备注",
        NET,
        "商户识别号",
        "交易方式",
        PLAN_FEE,
        PLAN_COUNT,
    ],
    needed: &[
        PROVIDER_NO,
        ORDER_NO,
        KIND,
        CREATED,
        FINISHED,
        AMOUNT,
        RECEIVED,
        REFUND_NO,
        FEE,
    ],
};

/// 业务明细(汇总).
pub(super) const SUMMARY: Columns = Columns {
    known: &[
        SHOP_NO,
        SHOP_NAME,
        PAYMENTS,
        REFUNDS,
        AMOUNT,
        RECEIVED,
        "支付宝优惠",
        "商家优惠",
        "卡消费金额",
        FEE,
        "分润",
        NET,
    ],
    needed: &[SHOP_NO, PAYMENTS, REFUNDS, AMOUNT, RECEIVED, FEE],
};

impl Columns {
    /// The known name behind a heading, which may name its unit in brackets of either width.
    pub(super) fn known(&self, heading: &str) -> Option<&'static str> {
        let plain = heading
            .strip_suffix("（元）")
            .or_else(|| heading.strip_suffix("(元)"))
            .unwrap_or(heading);
        self.known.iter().find(|name| **name == plain).copied()
    }
}
