//! What a text is made of as a classifier sees it: words, runs of characters, Latin words and their pieces. A feature is known
//! by a hash of 64 bits and by where it stands, so that a guess can show what it rests on.

use std::{ops::Range, sync::LazyLock};

use jieba_rs::Jieba;
use serde::{Deserialize, Serialize};

/// Words of banking that the general dictionary does not have or takes apart, one a line.
const BANK_WORDS: &str = include_str!("../data/words.txt");

/// The dictionary that finds words in Chinese. A model is asked with the words with which it learned: a word more changes
/// what it knows a little, and the next training takes that in.
static DICTIONARY: LazyLock<Jieba> = LazyLock::new(|| {
    let mut dictionary = Jieba::new();
    for word in BANK_WORDS.lines() {
        dictionary.add_word(word, None, None);
    }
    dictionary
});

/// Characters of a text that are looked at: what a narrative is about it says before that.
pub const CHARS_MAX: usize = 4_000;
/// How often one character in a row is looked at: a row of exclamation marks says no more than three.
const REPEATED_MAX: usize = 3;
/// Letters of the shortest piece of a Latin word.
const PIECE_MIN: usize = 3;

/// Which features are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureSet {
    /// Words of Chinese, found by a dictionary, and marks such as `!`.
    pub words: bool,
    /// Two words of Chinese in a row.
    pub word_pairs: bool,
    /// Characters of the longest run of Chinese that is a feature; 0 for none.
    pub run_max: u8,
    /// Latin words and numbers.
    pub latin_words: bool,
    /// Two Latin words in a row.
    pub latin_pairs: bool,
    /// Letters of the longest piece of a Latin word that is a feature; 0 for none.
    pub piece_max: u8,
}

impl FeatureSet {
    /// Everything. Measured on Chinese comments about banks, runs of up to four beat runs of three, words alone, and runs alone.
    pub const FULL: Self =
        Self { words: true, word_pairs: true, run_max: 4, latin_words: true, latin_pairs: true, piece_max: 5 };
    /// Words alone, in no order: what the baseline sees.
    pub const BAG: Self =
        Self { words: true, word_pairs: false, run_max: 0, latin_words: true, latin_pairs: false, piece_max: 0 };
}

/// A text as it is compared, with the place of each character in the text as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plain {
    /// Lower case, plain width, digits alike, no long repetitions.
    pub chars: Vec<char>,
    /// For each character its index among the characters of the text.
    pub places: Vec<usize>,
}

/// Puts a text into the form in which it is compared.
pub fn plain(text: &str) -> Plain {
    let mut plain = Plain::default();
    for (place, c) in text.chars().take(CHARS_MAX).enumerate() {
        let c = match c {
            '\u{3000}' => ' ',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            c => c,
        };
        // What a number says is in its being one; that it is 300 or 301 is not what a class is made of.
        let c = if c.is_numeric() && !is_han(c) { '0' } else { c };
        for c in c.to_lowercase() {
            if plain.chars.iter().rev().take_while(|before| **before == c).count() < REPEATED_MAX {
                plain.chars.push(c);
                plain.places.push(place);
            }
        }
    }
    plain
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2ffff}')
}

fn is_latin(c: char) -> bool {
    c.is_alphanumeric() && !is_han(c)
}

/// The hash of a feature: FNV-1a over its characters, mixed at the end so that all bits count. Part of the stored form of
/// models: it never changes.
fn hash(kind: u8, parts: &[&[char]]) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    const BETWEEN: u32 = u32::MAX;
    let mut sum = OFFSET ^ u64::from(kind);
    for part in parts {
        for c in part.iter().map(|c| *c as u32).chain([BETWEEN]) {
            sum = (sum ^ u64::from(c)).wrapping_mul(PRIME);
            sum ^= sum >> 29;
        }
    }
    sum = (sum ^ (sum >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    sum ^ (sum >> 32)
}

/// Calls `found` with each feature of a plain text and where it stands.
pub fn each(text: &[char], set: &FeatureSet, mut found: impl FnMut(u64, Range<usize>)) {
    let mut before: Option<Range<usize>> = None;
    let mut at = 0;
    while let Some(c) = text.get(at).copied() {
        if is_han(c) {
            let end = at + text[at..].iter().take_while(|c| is_han(**c)).count();
            han(text, at..end, set, &mut found);
            at = end;
        } else if is_latin(c) {
            let end = at + text[at..].iter().take_while(|c| is_latin(**c) || **c == '\'').count();
            latin(text, &(at..end), before.as_ref(), set, &mut found);
            before = Some(at..end);
            at = end;
        } else {
            if set.words && matches!(c, '!' | '?' | '~' | '…' | '[' | ']') {
                found(hash(b'p', &[&text[at..=at]]), at..at + 1);
            }
            at += 1;
        }
    }
}

fn han(text: &[char], run: Range<usize>, set: &FeatureSet, found: &mut impl FnMut(u64, Range<usize>)) {
    for length in 1..=set.run_max {
        let length_chars = usize::from(length);
        for start in run.start..(run.end + 1).saturating_sub(length_chars) {
            let place = start..start + length_chars;
            found(hash(b'0' + length, &[&text[place.clone()]]), place);
        }
    }
    if !set.words {
        return;
    }
    let mut before: Option<Range<usize>> = None;
    for word in words(text, run) {
        found(hash(b'w', &[&text[word.clone()]]), word.clone());
        if let Some(before) = before.filter(|_| set.word_pairs) {
            found(hash(b'W', &[&text[before.clone()], &text[word.clone()]]), before.start..word.end);
        }
        before = Some(word);
    }
}

/// The words of a run of Chinese.
fn words(text: &[char], run: Range<usize>) -> Vec<Range<usize>> {
    let sentence: String = text[run.clone()].iter().collect();
    let mut start = run.start;
    let place = |word: jieba_rs::Token<'_>| {
        let end = start + word.word.chars().count();
        let place = start..end;
        start = end;
        place
    };
    DICTIONARY.cut(&sentence, false).into_iter().map(place).collect()
}

fn latin(
    text: &[char],
    word: &Range<usize>,
    before: Option<&Range<usize>>,
    set: &FeatureSet,
    found: &mut impl FnMut(u64, Range<usize>),
) {
    if set.latin_words {
        found(hash(b'e', &[&text[word.clone()]]), word.clone());
    }
    if let Some(before) = before.filter(|_| set.latin_pairs) {
        found(hash(b'E', &[&text[before.clone()], &text[word.clone()]]), before.start..word.end);
    }
    for length in PIECE_MIN..=usize::from(set.piece_max) {
        for start in word.start..(word.end + 1).saturating_sub(length) {
            found(hash(b'g', &[&text[start..start + length]]), start..start + length);
        }
    }
}

/// The words of a plain text as people would name them, in order: words of Chinese and Latin words.
pub fn named_words(text: &[char]) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at).copied() {
        let end = if is_han(c) {
            let end = at + text[at..].iter().take_while(|c| is_han(**c)).count();
            all.extend(words(text, at..end));
            end
        } else if is_latin(c) {
            let end = at + text[at..].iter().take_while(|c| is_latin(**c) || **c == '\'').count();
            all.push(at..end);
            end
        } else {
            at + 1
        };
        at = end;
    }
    all
}

/// The words of a text as people would name them, in order.
pub fn words_of(text: &str) -> Vec<&str> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let plain: Vec<char> = chars.iter().map(|(_, c)| *c).collect();
    let byte = |at: usize| chars.get(at).map_or(text.len(), |(byte, _)| *byte);
    named_words(&plain).into_iter().map(|word| &text[byte(word.start)..byte(word.end)]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str, set: &FeatureSet) -> Vec<String> {
        let plain = plain(text);
        let mut all = Vec::new();
        each(&plain.chars, set, |_, place| all.push(plain.chars[place].iter().collect()));
        all
    }

    #[test]
    fn a_text_becomes_words_runs_and_pieces() {
        let bag = shown("信用卡年费 ＡＰＰ!!!!!", &FeatureSet::BAG);
        assert_eq!(bag, ["信用卡", "年费", "app", "!", "!", "!"]);
        let runs = FeatureSet { words: false, latin_words: false, latin_pairs: false, ..FeatureSet::FULL };
        let runs = FeatureSet { word_pairs: false, run_max: 2, piece_max: 3, ..runs };
        assert_eq!(shown("年费300 loan", &runs), ["年", "费", "年费", "000", "loa", "oan"]);
    }

    #[test]
    fn features_of_different_kinds_and_cuts_differ() {
        let of = |text: &str| text.chars().collect::<Vec<_>>();
        let (ab, a, b) = (of("年费"), of("年"), of("费"));
        let all = [hash(b'w', &[&ab]), hash(b'2', &[&ab]), hash(b'W', &[&a, &b]), hash(b'W', &[&ab])];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(one));
        }
    }

    #[test]
    fn words_are_named_as_they_are_written() {
        assert_eq!(words_of("信用卡年费，APP 300元"), ["信用卡", "年费", "APP", "300", "元"]);
        assert!(words_of("，。").is_empty());
    }

    #[test]
    fn the_hash_never_changes() {
        let word: Vec<char> = "年费".chars().collect();
        assert_eq!(format!("{:016x}", hash(b'w', &[&word])), "9e4be4c7a276c479");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_places_are_in_the_text(text in ".{0,80}") {
            let plain = plain(&text);
            prop_assert_eq!(plain.chars.len(), plain.places.len());
            prop_assert!(plain.places.iter().all(|place| *place < text.chars().count()));
            let end = plain.chars.len();
            each(&plain.chars, &FeatureSet::FULL, |_, place| assert!(place.start < place.end && place.end <= end));
            prop_assert!(named_words(&plain.chars).iter().all(|place| place.end <= end));
        }
    }
}
