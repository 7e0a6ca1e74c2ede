//! Goods at the till: tiles, cart, discount, and the page where the catalogue is edited.

use crate::words;

words! {
    /// The sentences of catalogue and cart.
    GoodsWords {
        goods: "商品", "Goods";
        keypad: "键盘", "Keypad";
        quick: "常用", "Quick";
        all: "全部", "All";
        categories: "分类", "Categories";
        cart: "购物车", "Cart";
        count: "{n} 件", "{n} items";
        cart_hint: "点商品，或输入金额；可先按“3×”再点商品", "Tap goods or type an amount; 3× first takes three";
        typed: "自定金额", "Typed amount";
        one_less: "{name} 减一件", "One {name} less";
        one_more: "{name} 加一件", "One {name} more";
        each: "单价 ¥{price}", "¥{price} each";
        clear: "清空", "Clear";
        discount: "优惠", "Discount";
        discount_title: "整单优惠", "Discount on all";
        discount_about: "按比例的优惠四舍五入到分。", "A percentage is rounded to the fen.";
        discount_percent: "减 {n}%", "{n}% off";
        discount_sum: "立减（元）", "Yuan off";
        discount_use: "使用", "Use it";
        discount_none: "不优惠", "No discount";
        discount_off: "优惠 −¥{off}", "Off −¥{off}";
        discount_wrong: "请输入大于零的金额，最多两位小数。", "Type a sum above zero with at most two decimals.";
        subtotal: "{n} 件，小计 ¥{sum}", "{n} items, ¥{sum}";
        changed: "价格变了：¥{was} → ¥{now}", "Price changed: ¥{was} → ¥{now}";
        gone: "已下架", "Not sold any more";
        stale:
            "商品或价格变了，没有收款。请核对后更新购物车。",
            "Goods or prices changed. Nothing was charged.";
        stale_in_hand: "先更新购物车，然后收款", "Update the cart, then Charge";
        accept: "更新购物车", "Update the cart";
        over_sum: "优惠比金额还多，请改小。", "The discount is larger than the sum.";
        nothing: "优惠后没有可收的钱，请改小优惠。", "Nothing is left to charge. Make the discount smaller.";
        full: "购物车满了：最多 100 行，每行 999 件。", "The cart is full: 100 lines, 999 pieces each.";
        record_goods: "商品", "Goods";
        shelf: "商品目录", "Catalogue";
        shelf_about:
            "改动马上对所有收银台生效。已收的款不受影响。",
            "Changes hold at every till at once. What was sold stays as it was.";
        shelf_empty:
            "还没有商品。加上第一件，收银台就会出现商品键。",
            "No items yet. Add the first one, and its key shows up at the till.";
        shelf_failed: "目录没有取到。请看网络，然后再试。", "The catalogue could not be fetched. Check the network.";
        add: "加商品", "Add an item";
        edit: "改商品", "Edit the item";
        name: "名称", "Name";
        price: "价格（元）", "Price in yuan";
        category: "分类（可不填）", "Category (may be empty)";
        sign: "图标（一个表情，可不填）", "Sign (an emoji, may be empty)";
        colour: "颜色", "Colour";
        is_quick: "放在常用", "On the first page";
        save: "保存", "Save";
        delete: "删除", "Delete";
        delete_sure: "再点一次删除", "Tap again to delete";
        saving: "正在保存…", "Saving…";
        save_failed: "没有保存：连不上后台。请看网络，然后再试。", "Not saved: the backend is out of reach. Try again.";
        name_wrong: "名称要 1 到 40 个字。", "A name has 1 to 40 characters.";
        price_wrong: "价格要大于零，最多两位小数。", "A price is above zero, with at most two decimals.";
        category_wrong: "分类最多 40 个字。", "A category has at most 40 characters.";
        sign_wrong: "图标最多 8 个字符。", "A sign has at most 8 characters.";
        colour_plain: "无", "Plain";
        colour_red: "红", "Red";
        colour_orange: "橙", "Orange";
        colour_yellow: "黄", "Yellow";
        colour_green: "绿", "Green";
        colour_blue: "蓝", "Blue";
        colour_purple: "紫", "Purple";
        colour_brown: "棕", "Brown";
    }
}

#[cfg(test)]
mod tests {
    use super::GoodsWords;
    use crate::Lang;

    #[test]
    fn every_sentence_asks_for_the_same_values_in_both_languages() {
        let pairs = GoodsWords::all(Lang::Zh);
        for ((name, zh), (_, en)) in pairs.iter().zip(GoodsWords::all(Lang::En)) {
            for value in [
                "{n}", "{name}", "{price}", "{off}", "{sum}", "{was}", "{now}",
            ] {
                assert_eq!(zh.contains(value), en.contains(value), "{name} {value}");
            }
            assert!(!zh.is_empty() && !en.is_empty(), "{name}");
        }
    }
}
