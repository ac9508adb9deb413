//! Repeatable draws: which rows and columns a tree sees. Written out here, because a model must be the same tomorrow and
//! on another machine, and no library promises its generator for ever. It must never be used for secrets.

/// SplitMix64: one addition and a mix a draw, every seed a good one (Steele, Lea and Flood, 2014).
#[derive(Debug, Clone)]
pub(crate) struct Shuffle(u64);

impl Shuffle {
    /// The draws of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is above zero; the bias of the multiplication is below one in 2³² for our bounds.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }

    /// `count` of the numbers below `all`, ascending: each choice is as likely (Knuth's algorithm S).
    pub(crate) fn choose(&mut self, all: usize, count: usize, chosen: &mut Vec<u32>) {
        chosen.clear();
        let mut wanted = count.min(all);
        for number in 0..all {
            if wanted == 0 {
                return;
            }
            if self.below(all - number) < wanted {
                chosen.push(number as u32);
                wanted -= 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_those_of_the_published_generator() {
        let mut shuffle = Shuffle::new(1_234_567);
        let drawn = [shuffle.bits(), shuffle.bits(), shuffle.bits()];
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn choices_are_ascending_and_even() {
        let mut shuffle = Shuffle::new(7);
        let (mut chosen, mut counts) = (Vec::new(), [0u32; 10]);
        for _ in 0..10_000 {
            shuffle.choose(10, 3, &mut chosen);
            assert!(chosen.len() == 3 && chosen.is_sorted_by(|a, b| a < b));
            chosen.iter().for_each(|number| counts[*number as usize] += 1);
        }
        assert!(counts.iter().all(|count| (2_800..3_200).contains(count)), "{counts:?}");
        shuffle.choose(4, 9, &mut chosen);
        assert_eq!(chosen, [0, 1, 2, 3]);
    }
}
