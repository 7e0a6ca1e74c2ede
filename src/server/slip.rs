//! The receipt of a charge: what the record says of it, in the order of a receipt.

use ledger::{Charge, PaidFacts, State};
use money::Amount;
use print::{Good, Kind, Paid, Receipt, Shop};
use sale::{Quote, QuoteLine};
use say::goods::GoodsWords;
use say::receipt::ReceiptWords;
use say::till::TillWords;
use say::{Lang, fill, funding};

#[cfg(test)]
mod tests;

/// The receipt; `None` while nothing was paid, or nobody knows: it would say too much. Its time is
/// Beijing's, which is that of all China.
pub fn receipt(charge: &Charge, shop: &str, lang: Lang) -> Option<Receipt> {
    let State::Paid(facts) = charge.state() else {
        return None;
    };
    let is_back = charge.refunded() >= charge.amount();
    let kind = if is_back { Kind::Refund } else { Kind::Payment };
    let quote = charge.goods().and_then(|text| Quote::from_text(text).ok());
    let off = quote.as_ref().map_or(Amount::ZERO, |quote| quote.off);
    let lines = quote.map(|quote| quote.lines).unwrap_or_default();
    let shop = Shop {
        name: shop.to_owned(),
        ..Shop::default()
    };
    let paid = Paid {
        wallet: funding::wallet(TillWords::of(lang), charge.provider()).to_owned(),
        source: sources(facts, lang),
        sum: charge.amount(),
    };
    Some(Receipt {
        shop,
        till: charge.device().to_owned(),
        time: facts.paid_at.unwrap_or(charge.opened_at()).beijing(),
        goods: lines.iter().map(|line| good(line, lang)).collect(),
        off,
        paid: vec![paid],
        order_no: charge.order_no().as_str().to_owned(),
        provider_no: facts.provider_no.clone(),
        footer: part_back(charge, is_back, lang).into_iter().collect(),
        ..Receipt::of(kind, charge.amount())
    })
}

/// What the wallet took it from, and in how many months the customer pays it back.
fn sources(facts: &PaidFacts, lang: Lang) -> String {
    let words = TillWords::of(lang);
    let name = |one: &'_ ledger::Funding| funding::name(words, &one.channel).to_owned();
    let names: Vec<String> = facts.funding.iter().map(name).collect();
    let Some(months) = facts.months else {
        return names.join(" + ");
    };
    fill(ReceiptWords::of(lang).plan, &[("n", &months.to_string())])
}

/// That a part went back to the customer.
fn part_back(charge: &Charge, is_back: bool, lang: Lang) -> Option<String> {
    let words = ReceiptWords::of(lang);
    let is_part = !is_back && charge.refunded() > Amount::ZERO;
    is_part.then(|| format!("{} -{}", words.refunded, charge.refunded().yuan_grouped()))
}

fn good(line: &QuoteLine, lang: Lang) -> Good {
    let typed = GoodsWords::of(lang).typed;
    let name = line.name.as_ref().map_or(typed, |name| name.as_str());
    Good {
        name: name.to_owned(),
        count: line.count,
        unit: line.unit,
        off: line.off,
        sum: line.sum,
    }
}
