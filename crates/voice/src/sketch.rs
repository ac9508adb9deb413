//! Sketches of texts: a few numbers from which texts that were written from one template are found among a million, whoever's
//! names and figures stand in them (MinHash over overlapping pairs of characters, in bands).
//!
//! A sketch finds candidates; how alike two texts are is then measured on the texts themselves. The numbers say nothing of
//! what a text says. They are stored, so the constants here must never change: a change needs a new column.

use std::collections::HashSet;

/// The overlapping pairs of characters of a text.
pub type Pairs = HashSet<(char, char)>;

/// Bands of a sketch, and the least hashes in each. Two texts that share 80 % of their pairs share a band in 98 of 100 cases,
/// two that share 70 % in 89; two complaints about the same product, which share some 15 %, in less than one of 200.
pub const BANDS: usize = 8;
const HASHES_PER_BAND: usize = 4;
/// Pairs below which a text is too short to tell a template from a way of saying things.
pub const PAIRS_MIN: usize = 24;

/// A sketch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sketch([i64; BANDS]);

impl Sketch {
    /// The sketch of a text with these pairs; `None` when it is too short.
    pub fn of(pairs: &Pairs) -> Option<Self> {
        if pairs.len() < PAIRS_MIN {
            return None;
        }
        let mut least = [u64::MAX; BANDS * HASHES_PER_BAND];
        for (first, second) in pairs {
            let pair = u64::from(u32::from(*first)) << 32 | u64::from(u32::from(*second));
            for (seed, least) in (1u64..).zip(&mut least) {
                *least = (*least).min(mixed(pair ^ mixed(seed)));
            }
        }
        let mut bands = [0; BANDS];
        for (at, (band, hashes)) in (1u64..).zip(bands.iter_mut().zip(least.chunks(HASHES_PER_BAND))) {
            *band = hashes.iter().fold(mixed(at), |sum, hash| mixed(sum ^ hash)).cast_signed();
        }
        Some(Self(bands))
    }

    /// Its bands.
    pub const fn bands(&self) -> &[i64; BANDS] {
        &self.0
    }

    /// Its stored form.
    pub fn to_bytes(self) -> Vec<u8> {
        self.0.iter().flat_map(|band| band.to_le_bytes()).collect()
    }

    /// The sketch of a stored form; `None` for that of a text that was too short.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut bands = [0; BANDS];
        let mut chunks = bytes.chunks_exact(size_of::<i64>());
        for band in &mut bands {
            *band = i64::from_le_bytes(chunks.next()?.try_into().ok()?);
        }
        Some(Self(bands))
    }
}

/// SplitMix64's finishing step: every bit of the input moves every bit of the result.
const fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Of all pairs of two texts the share that both have, in percent.
pub fn shared_percent(one: &Pairs, other: &Pairs) -> u32 {
    let both = one.intersection(other).count();
    let all = one.len() + other.len() - both;
    u32::try_from((both * 100).checked_div(all).unwrap_or_default()).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::matching::pairs;

    const TEMPLATE: &str = "本人于贵行办理信用卡，贵行未尽到告知义务，违规收取高额利息和费用，严重侵害本人的知情权和公平交易权，\
        现要求贵行全额退还已收取的利息及费用，并协商个性化分期还款，停止催收，否则将向监管部门投诉到底。";

    #[test]
    fn texts_of_one_template_share_a_band_and_others_do_not() {
        let own = pairs(&format!("张先生，{TEMPLATE}"));
        let copy = pairs(&format!("王女士，{TEMPLATE}请于三日内答复。"));
        let other =
            pairs("在网点办理业务时柜员态度很差，排队等候一个多小时没有人解释，叫号机坏了也没人管，希望改进服务。");
        let shares = |one: &Pairs, two: &Pairs| {
            let (one, two) = (Sketch::of(one).unwrap(), Sketch::of(two).unwrap());
            one.bands().iter().zip(two.bands()).filter(|(one, two)| one == two).count()
        };
        assert!(shared_percent(&own, &copy) >= 80, "{}", shared_percent(&own, &copy));
        assert!(shares(&own, &copy) >= 1);
        assert!(shared_percent(&own, &other) < 20);
        assert_eq!(shares(&own, &other), 0);
        assert_eq!(Sketch::of(&pairs("请退费")), None);
    }

    #[test]
    fn a_sketch_keeps_its_stored_form() {
        let sketch = Sketch::of(&pairs(TEMPLATE)).unwrap();
        assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), Some(sketch));
        assert_eq!(Sketch::from_bytes(&[]), None);
        // Stored sketches are compared with new ones for years.
        assert_eq!(mixed(1), 0x910a_2dec_8902_5cc1);
    }

    proptest! {
        #[test]
        fn sharing_is_the_same_both_ways_and_whole_with_itself(one in "[一-龥]{2,80}", two in "[一-龥]{2,80}") {
            let (one, two) = (pairs(&one), pairs(&two));
            prop_assert_eq!(shared_percent(&one, &two), shared_percent(&two, &one));
            prop_assert!(shared_percent(&one, &two) <= 100);
            prop_assert_eq!(shared_percent(&one, &one), 100);
            prop_assert_eq!(Sketch::of(&one), Sketch::of(&one.clone()));
        }
    }
}
