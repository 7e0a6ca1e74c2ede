//! Small finite fields for the error correction of QR codes, in place of the crate of this name.
//!
//! The crate that rqrr is written against multiplies by a table of 64 kB, which is more than all
//! the rest of the scanner that a browser has to load, and no compression makes it smaller. This
//! one multiplies by logarithms: the same interface, as far as rqrr uses it, from 768 bytes.

use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Sub, SubAssign};

/// What a field of 2^p elements can do beyond its operators.
pub trait GaloisField:
    Copy
    + Eq
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + SubAssign
    + Mul<Output = Self>
    + MulAssign
    + Div<Output = Self>
    + DivAssign
{
    /// The neutral element of the sum.
    const ZERO: Self;
    /// The neutral element of the product.
    const ONE: Self;
    /// An element whose powers are all elements but zero.
    const GENERATOR: Self;

    /// The element multiplied `exponent` times; [`Self::ONE`] for none.
    #[must_use]
    fn pow(self, exponent: usize) -> Self;
}

/// Powers and logarithms of a field's generator, which is x.
#[derive(Debug)]
pub struct Tables {
    /// Powers, twice over, so that the sum of two logarithms needs no reduction.
    powers: [u8; 512],
    /// Logarithms; that of zero means nothing.
    logs: [u8; 256],
    /// Elements but zero.
    order: usize,
}

impl Tables {
    /// The field of 2^`bits` elements, at most 256, whose modulus has x as a generator.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "elements and logarithms of a field of at most 256 elements fit a byte"
    )]
    pub const fn of(bits: u32, modulus: u16) -> Self {
        let (mut powers, mut logs) = ([0; 512], [0; 256]);
        let order = (1 << bits) - 1;
        let (mut value, mut at) = (1_u16, 0);
        while at < order {
            powers[at] = value as u8;
            powers[at + order] = value as u8;
            logs[value as usize] = at as u8;
            value <<= 1;
            if value >> bits != 0 {
                value ^= modulus;
            }
            at += 1;
        }
        Self {
            powers,
            logs,
            order,
        }
    }

    fn log(&self, value: u8) -> usize {
        usize::from(self.logs[usize::from(value)])
    }

    /// The product of two elements.
    pub fn product(&self, a: u8, b: u8) -> u8 {
        if a == 0 || b == 0 {
            return 0;
        }
        self.powers[self.log(a) + self.log(b)]
    }

    /// What gives `a` when it is multiplied by `b`, which is not zero; zero if it is.
    pub fn quotient(&self, a: u8, b: u8) -> u8 {
        if a == 0 || b == 0 {
            return 0;
        }
        self.powers[self.log(a) + self.order - self.log(b)]
    }

    /// `value` multiplied `exponent` times.
    pub fn power(&self, value: u8, exponent: usize) -> u8 {
        if exponent == 0 {
            return 1;
        }
        if value == 0 {
            return 0;
        }
        self.powers[(self.log(value) * (exponent % self.order)) % self.order]
    }
}

/// The sum of two elements, and their difference: each is its own negative.
#[must_use]
pub const fn sum(a: u8, b: u8) -> u8 {
    a ^ b
}

/// Declares a field as a type: `g2p!(NAME, BITS, modulus: M)`, where x generates the field.
#[macro_export]
macro_rules! g2p {
    ($name:ident, $bits:literal, modulus: $modulus:literal) => {
        /// An element of a finite field.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        struct $name(u8);

        impl $name {
            const TABLES: &'static $crate::Tables = {
                static TABLES: $crate::Tables = $crate::Tables::of($bits, $modulus);
                &TABLES
            };
        }

        impl $crate::GaloisField for $name {
            const ZERO: Self = Self(0);
            const ONE: Self = Self(1);
            const GENERATOR: Self = Self(2);

            fn pow(self, exponent: usize) -> Self {
                Self(Self::TABLES.power(self.0, exponent))
            }
        }

        $crate::g2p!(@sum $name, Add, add, AddAssign, add_assign);
        $crate::g2p!(@sum $name, Sub, sub, SubAssign, sub_assign);
        $crate::g2p!(@product $name, Mul, mul, MulAssign, mul_assign, product);
        $crate::g2p!(@product $name, Div, div, DivAssign, div_assign, quotient);
    };
    (@sum $name:ident, $op:ident, $of:ident, $assign:ident, $into:ident) => {
        impl ::core::ops::$op for $name {
            type Output = Self;

            fn $of(self, other: Self) -> Self {
                Self($crate::sum(self.0, other.0))
            }
        }

        impl ::core::ops::$assign for $name {
            fn $into(&mut self, other: Self) {
                self.0 = $crate::sum(self.0, other.0);
            }
        }
    };
    (@product $name:ident, $op:ident, $of:ident, $assign:ident, $into:ident, $by:ident) => {
        impl ::core::ops::$op for $name {
            type Output = Self;

            fn $of(self, other: Self) -> Self {
                Self(Self::TABLES.$by(self.0, other.0))
            }
        }

        impl ::core::ops::$assign for $name {
            fn $into(&mut self, other: Self) {
                *self = ::core::ops::$op::$of(*self, other);
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::{GaloisField, Tables};

    crate::g2p!(Nibble, 4, modulus: 0b1_0011);
    crate::g2p!(Byte, 8, modulus: 0b1_0001_1101);

    /// The product by its definition: shifted sums, reduced by the modulus.
    fn product(a: u8, b: u8, bits: u32, modulus: u32) -> u8 {
        let (mut rest, mut sum) = (u32::from(a), 0);
        for bit in 0..bits {
            if b >> bit & 1 == 1 {
                sum ^= rest;
            }
            rest <<= 1;
            if rest >> bits != 0 {
                rest ^= modulus;
            }
        }
        u8::try_from(sum).expect("it is reduced")
    }

    #[test]
    fn every_product_and_quotient_is_that_of_the_definition() {
        for a in 0..=255 {
            for b in 0..=255 {
                let expected = product(a, b, 8, 0x11d);
                assert_eq!(Byte(a) * Byte(b), Byte(expected));
                if b != 0 {
                    assert_eq!(Byte(expected) / Byte(b), Byte(a));
                }
            }
        }
        for a in 0..16 {
            for b in 0..16 {
                let expected = product(a, b, 4, 0x13);
                assert_eq!(Nibble(a) * Nibble(b), Nibble(expected));
            }
        }
    }

    #[test]
    fn powers_are_repeated_products() {
        for value in [0, 1, 2, 29, 255] {
            let mut expected = Byte::ONE;
            for exponent in 0..600 {
                assert_eq!(Byte(value).pow(exponent), expected, "{value}^{exponent}");
                expected *= Byte(value);
            }
        }
        assert_eq!(Byte::GENERATOR.pow(255), Byte::ONE);
        assert_eq!(Nibble::GENERATOR.pow(15), Nibble::ONE);
    }

    #[test]
    fn sums_and_differences_are_the_same_and_zero_divides_nothing() {
        let (mut a, b) = (Byte(0b1100), Byte(0b1010));
        assert_eq!((a + b, a - b), (Byte(0b0110), Byte(0b0110)));
        a += b;
        a -= b;
        a /= b;
        a *= b;
        assert_eq!(a, Byte(0b1100));
        assert_eq!(Byte(7) / Byte::ZERO, Byte::ZERO);
        assert_eq!(Nibble::ZERO + Nibble::ONE, Nibble(1));
        assert_eq!(Tables::of(4, 0x13).product(15, 15), 10);
    }
}
