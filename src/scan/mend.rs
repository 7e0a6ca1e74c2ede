//! Reed-Solomon with erasures: codewords that are known to be doubtful cost half of what unknown
//! errors cost.
//!
//! Over GF(256) with x^8 + x^4 + x^3 + x^2 + 1 and roots from the zeroth power on, as QR codes
//! have it (ISO/IEC 18004, annex A). The steps are Berlekamp and Massey's algorithm begun with the
//! erasures' locator, Chien's search and Forney's formula.

/// Most check codewords of a block.
pub(crate) const CHECKS_MAX: usize = 30;

/// A polynomial, lowest power first.
type Poly = [u8; CHECKS_MAX + 2];

/// Powers of the generator, twice over, so that sums of two logarithms need no reduction.
const POWERS: [u8; 512] = tables().0;

/// Logarithms; that of 0 is never asked for.
const LOGS: [u8; 256] = tables().1;

const fn tables() -> ([u8; 512], [u8; 256]) {
    let (mut powers, mut logs) = ([0; 512], [0; 256]);
    let (mut value, mut at) = (1_u8, 0_u8);
    while at < 255 {
        powers[at as usize] = value;
        powers[at as usize + 255] = value;
        logs[value as usize] = at;
        let is_over = value & 0x80 != 0;
        value <<= 1;
        if is_over {
            value ^= 0x1d;
        }
        at += 1;
    }
    (powers, logs)
}

fn log(value: u8) -> usize {
    usize::from(LOGS[usize::from(value)])
}

fn times(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    POWERS[log(a) + log(b)]
}

/// `a` divided by `b`, which is not 0.
fn over(a: u8, b: u8) -> u8 {
    if a == 0 {
        return 0;
    }
    POWERS[log(a) + 255 - log(b)]
}

/// The generator to the power of `exponent`.
fn power(exponent: usize) -> u8 {
    POWERS[exponent % 255]
}

/// Corrects `block`, whose last `checks` codewords are its check codewords and of which those at
/// `erased` are doubtful; at least `spare` of the checks must stay unused. False when it cannot be.
pub(crate) fn mend(block: &mut [u8], checks: usize, erased: &[usize], spare: usize) -> bool {
    let length = block.len();
    if checks > CHECKS_MAX || length > 255 || erased.len() + spare > checks {
        return false;
    }
    let syndromes = syndromes(block, checks);
    if syndromes.iter().all(|&syndrome| syndrome == 0) {
        return true;
    }
    let mut locator: Poly = [0; CHECKS_MAX + 2];
    locator[0] = 1;
    for &at in erased {
        let place = power((length - 1).saturating_sub(at));
        for term in (1..locator.len()).rev() {
            locator[term] ^= times(place, locator[term - 1]);
        }
    }
    let locator = massey(locator, &syndromes, checks, erased.len());
    let degree = locator.iter().rposition(|&term| term != 0).unwrap_or(0);
    let unknown = degree.saturating_sub(erased.len());
    if degree < erased.len() || 2 * unknown + erased.len() + spare > checks {
        return false;
    }
    correct(block, &locator, &syndromes, degree)
        && self::syndromes(block, checks).iter().all(|&rest| rest == 0)
}

/// The block's polynomial at the roots of its code.
fn syndromes(block: &[u8], checks: usize) -> Poly {
    let mut syndromes = [0; CHECKS_MAX + 2];
    for (at, syndrome) in syndromes.iter_mut().take(checks).enumerate() {
        let root = power(at);
        *syndrome = block
            .iter()
            .fold(0, |value, &word| times(value, root) ^ word);
    }
    syndromes
}

/// The locator of erasures and errors, from that of the erasures.
fn massey(start: Poly, syndromes: &Poly, checks: usize, erasures: usize) -> Poly {
    let (mut locator, mut before) = (start, start);
    let mut errors = erasures;
    for step in erasures + 1..=checks {
        let terms = locator.iter().take(step).enumerate();
        let gap = terms.fold(0, |gap, (term, &value)| {
            gap ^ times(value, syndromes[step - 1 - term])
        });
        before.rotate_right(1);
        before[0] = 0;
        if gap == 0 {
            continue;
        }
        let last = locator;
        for (term, &shifted) in locator.iter_mut().zip(&before) {
            *term ^= times(gap, shifted);
        }
        if 2 * errors < step + erasures {
            errors = step + erasures - errors;
            before = last.map(|term| over(term, gap));
        }
    }
    locator
}

/// Puts the right codewords at the roots of `locator`; false if it has fewer than its degree.
fn correct(block: &mut [u8], locator: &Poly, syndromes: &Poly, degree: usize) -> bool {
    let mut evaluator: Poly = [0; CHECKS_MAX + 2];
    for (term, value) in evaluator.iter_mut().take(degree).enumerate() {
        *value = (0..=term).fold(0, |sum, at| sum ^ times(locator[at], syndromes[term - at]));
    }
    // The derivative keeps the odd terms, one power lower.
    let mut slope: Poly = [0; CHECKS_MAX + 2];
    for term in (1..locator.len()).step_by(2) {
        slope[term - 1] = locator[term];
    }
    let mut found = 0;
    for (exponent, word) in block.iter_mut().rev().enumerate() {
        let inverse = power(255 - exponent % 255);
        let value = |poly: &Poly| {
            let terms = poly.iter().rev();
            terms.fold(0, |sum, &term| times(sum, inverse) ^ term)
        };
        if value(locator) != 0 {
            continue;
        }
        found += 1;
        let slope = value(&slope);
        if slope == 0 {
            return false;
        }
        *word ^= times(power(exponent), over(value(&evaluator), slope));
    }
    found == degree
}

#[cfg(test)]
mod tests {
    use super::{mend, power, times};

    const CHECKS: usize = 10;

    /// A block whose check codewords are right: the remainder by the generator polynomial.
    fn sound(content: &[u8]) -> Vec<u8> {
        let mut generator = vec![1];
        for root in 0..CHECKS {
            generator.push(0);
            for at in (1..generator.len()).rev() {
                let carried = times(generator[at - 1], power(root));
                generator[at] ^= carried;
            }
        }
        let mut rest = content.to_vec();
        rest.resize(content.len() + CHECKS, 0);
        for at in 0..content.len() {
            let lead = rest[at];
            for (term, &factor) in generator.iter().enumerate() {
                rest[at + term] ^= times(factor, lead);
            }
        }
        let mut block = content.to_vec();
        block.extend_from_slice(&rest[content.len()..]);
        block
    }

    #[test]
    fn errors_and_erasures_within_the_code_are_corrected_and_beyond_it_never_miscounted() {
        let content: Vec<u8> = (0..16_u8).map(|at| at.wrapping_mul(37)).collect();
        let block = sound(&content);
        for errors in 0..=6 {
            for erasures in 0..=10 {
                let mut spoilt = block.clone();
                // Erased first, then unknown ones elsewhere.
                let erased: Vec<usize> = (0..erasures).map(|at| at * 2).collect();
                for &at in &erased {
                    spoilt[at] ^= 0x5a;
                }
                for at in 0..errors {
                    spoilt[25 - at * 2] ^= 0x81;
                }
                let is_within = 2 * errors + erasures <= CHECKS;
                let is_mended = mend(&mut spoilt, CHECKS, &erased, 0);
                assert!(
                    !is_within || is_mended,
                    "{errors} errors, {erasures} erasures"
                );
                if is_within {
                    assert_eq!(spoilt, block);
                }
            }
        }
    }

    #[test]
    fn checks_that_are_to_be_spared_are_not_spent() {
        let block = sound(&[7; 16]);
        for errors in 0..=5 {
            let mut spoilt = block.clone();
            for at in 0..errors {
                spoilt[at * 3] ^= 0x11;
            }
            assert_eq!(mend(&mut spoilt, CHECKS, &[], 4), errors <= 3);
        }
    }

    #[test]
    fn blocks_that_do_not_fit_are_refused() {
        assert!(!mend(&mut [1; 300], CHECKS, &[], 0));
        assert!(!mend(&mut [1; 20], 40, &[], 0));
        assert!(!mend(&mut [1; 20], 5, &[0, 1, 2, 3, 4, 5], 0));
    }
}
