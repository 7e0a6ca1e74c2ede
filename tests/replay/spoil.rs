//! Changed copies of seeds: bits turned, bytes put in, taken out and repeated, two seeds joined.
//! The same seed list gives the same copies on every machine.

/// Bytes that parsers trip over.
const ODD: [&[u8]; 24] = [
    b"\0",
    b"\n",
    b"\r\n",
    b" ",
    b"\"",
    b"\\",
    b"\\u0000",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"=",
    b"&",
    b"%",
    b"%00",
    b"+",
    b"-",
    b".",
    b"9",
    b"00000000000000000000",
    b"\xff\xfe",
    "测试".as_bytes(),
];
/// Longest copy.
const BYTES_MAX: usize = 16 * 1024;
/// Most changes in one copy.
const CHANGES_MAX: usize = 6;

/// Makes copies, one after the other (`SplitMix64`, Steele et al. 2014).
#[derive(Clone, Debug)]
pub(crate) struct Spoiler(u64);

impl Spoiler {
    /// The copies of one target.
    pub(crate) fn of(name: &str) -> Self {
        let fold = |sum: u64, byte: u8| sum.wrapping_mul(31).wrapping_add(u64::from(byte));
        Self(name.bytes().fold(3, fold))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % limit).unwrap_or_default()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap_or_default()
    }

    /// One more copy of one of the seeds.
    pub(crate) fn copy(&mut self, seeds: &[&[u8]]) -> Vec<u8> {
        let first = self.below(seeds.len());
        let mut bytes = seeds.get(first).map_or_else(Vec::new, |seed| seed.to_vec());
        for _ in 0..=self.below(CHANGES_MAX) {
            self.change(&mut bytes, seeds);
        }
        bytes.truncate(BYTES_MAX);
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, seeds: &[&[u8]]) {
        let place = self.below(bytes.len() + 1);
        let end = (place + self.below(8)).min(bytes.len());
        match self.below(7) {
            0 => {
                let mask = 1 << self.below(8);
                bytes
                    .get_mut(place)
                    .into_iter()
                    .for_each(|byte| *byte ^= mask);
            }
            1 => {
                let new = self.byte();
                bytes
                    .get_mut(place)
                    .into_iter()
                    .for_each(|byte| *byte = new);
            }
            2 => bytes.insert(place, self.byte()),
            3 => drop(bytes.drain(place..end)),
            4 => {
                let odd = ODD[self.below(ODD.len())];
                bytes.splice(place..end, odd.iter().copied());
            }
            5 => {
                let again = bytes[place..end].repeat(1 + self.below(4));
                bytes.splice(place..place, again);
            }
            _ => {
                let other = seeds[self.below(seeds.len())];
                let tail = &other[self.below(other.len() + 1)..];
                bytes.truncate(place);
                bytes.extend_from_slice(tail);
            }
        }
    }
}

#[test]
fn the_same_name_gives_the_same_copies_and_another_name_others() {
    let seeds: [&[u8]; 2] = [b"one two three", b"{\"four\": 5}"];
    let copies = |name| {
        let mut spoiler = Spoiler::of(name);
        (0..50).map(|_| spoiler.copy(&seeds)).collect::<Vec<_>>()
    };
    assert_eq!(copies("a"), copies("a"));
    assert_ne!(copies("a"), copies("b"));
    assert!(
        copies("a")
            .iter()
            .any(|copy| !seeds.contains(&copy.as_slice()))
    );
}
