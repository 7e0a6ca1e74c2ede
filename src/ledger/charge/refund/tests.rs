//! The law of refunds, rule by rule.
