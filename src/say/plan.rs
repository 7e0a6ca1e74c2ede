//! What is read where a plan of instalments is chosen.

use crate::words;

words! {
    /// The sentences of 花呗分期 before a charge.
    PlanWords {
        open: "花呗分期", "Instalments";
        chosen: "花呗 {n} 期", "{n} months";
        title: "花呗分期", "Huabei instalments";
        about:
            "顾客用花呗按月还，店里一次收齐。手续费以顾客手机上显示的为准。",
            "The customer pays by the month with Huabei; the shop gets it at once. The fee that \
             counts is the one on the customer's phone.";
        each: "{n} 期，每期 ¥{each}", "{n} months of ¥{each}";
        fee_customer: "手续费 ¥{fee}，顾客付，共 ¥{total}", "Fee ¥{fee} on the customer, ¥{total} in all";
        fee_shop: "手续费 ¥{fee}，店里付", "Fee ¥{fee} on the shop";
        fee_none: "免手续费", "No fee";
        line_customer:
            "分 {n} 期，每期 ¥{each}，手续费 ¥{fee} 顾客付",
            "{n} × ¥{each}, fee ¥{fee} on the customer";
        line_shop:
            "分 {n} 期，每期 ¥{each}，手续费 ¥{fee} 店里付",
            "{n} × ¥{each}, fee ¥{fee} on the shop";
        line_none: "分 {n} 期，每期 ¥{each}，免手续费", "{n} × ¥{each}, no fee";
        whole: "不分期，一次付", "All at once";
        amount_first:
            "满 ¥{least} 才能分期，请先输入金额。",
            "Type the amount first: instalments begin at ¥{least}.";
        too_small:
            "满 ¥{least} 才能分期。请改金额，或点“花呗 {n} 期”取消分期。",
            "Instalments begin at ¥{least}. Change the amount or the plan.";
        too_large:
            "加上手续费超过了单笔上限。请改金额，或取消分期。",
            "With its fee this is above the limit. Change the amount or the plan.";
        gone: "店里不再提供这种分期，请重新选。", "The shop no longer offers this plan. Choose again.";
        only_alipay:
            "花呗分期只能用支付宝付款码。请顾客换支付宝，或取消分期。",
            "Instalments need an Alipay code. Ask for one, or change the plan.";
        charging: "花呗分期 {n} 期", "Huabei, {n} months";
    }
}
