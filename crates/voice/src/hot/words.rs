//! Words that rise: runs of two to four Chinese characters and Latin words, by in how many orders they stand.
//!
//! No dictionary is needed, so that a name nobody has heard of is found the week it appears. What is counted are texts from
//! which names and numbers were taken out, and a word is told only when several orders have it.

use std::collections::{HashMap, HashSet};

use super::{Plan, chance};

/// Characters of a word at most; longer ones are told by their parts.
const CHARS_MAX: usize = 4;
/// Words of one day that are kept, the commonest first: a quarter of a megabyte.
pub const WORDS_MAX: usize = 20_000;
/// Rising words that are told of one day.
const RISING_MAX: usize = 50;
/// The share of a word's orders, in percent, that a longer word holds when only the longer one is told.
const HELD_PERCENT: u64 = 80;
/// Characters at which no word that says something begins or ends.
const IDLE: &str = "的了着过在是有和与及或而且但我你他她它们这那其之被把将给对向从到由于因为所以也就都又再还并等个各每该本此某一不没未称说要让使得很最更后前时中上下内外里去来于以可能会应须请已经曾";

/// The words of a text, each once.
pub fn words_of(text: &str) -> HashSet<String> {
    let mut words = HashSet::new();
    let mut run: Vec<char> = Vec::new();
    let mut latin = String::new();
    for c in text.chars().chain(std::iter::once(' ')) {
        if is_chinese(c) {
            run.push(c);
        } else {
            chinese_words(&run, &mut words);
            run.clear();
        }
        if c.is_ascii_alphabetic() {
            latin.push(c.to_ascii_lowercase());
        } else {
            if latin.len() > 1 {
                words.insert(std::mem::take(&mut latin));
            }
            latin.clear();
        }
    }
    words
}

const fn is_chinese(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

fn chinese_words(run: &[char], words: &mut HashSet<String>) {
    for length in 2..=CHARS_MAX {
        for word in run.windows(length) {
            let ends = [word[0], word[length - 1]];
            if !ends.iter().any(|end| IDLE.contains(*end)) {
                words.insert(word.iter().collect());
            }
        }
    }
}

/// In how many of some texts each word stands: all words while they are few, else the commonest.
pub fn counted<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<(String, u64)> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    for text in texts {
        for word in words_of(text) {
            *counts.entry(word).or_default() += 1;
        }
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    counts.truncate(WORDS_MAX);
    counts
}

/// A word that rises.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Rising {
    /// The word.
    pub word: String,
    /// In how many orders of the days that were looked at.
    pub seen: u64,
    /// In how many of the days before.
    pub before: u64,
    /// How likely that would be if nothing had changed, in parts per thousand million.
    pub chance_ppb: u64,
}

/// A probability in parts per thousand million, rounded up so that nothing seems impossible.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a probability lies between 0 and 1")]
pub fn ppb(chance: f64) -> u64 {
    (chance.clamp(0.0, 1.0) * 1e9).ceil() as u64
}

/// The words that rise, the least likely first; a word within another that rises with it is left out.
pub fn rising(plan: &Plan, seen: &HashMap<String, u64>, before: &HashMap<String, u64>) -> Vec<Rising> {
    let count = |words: &HashMap<String, u64>, word: &str| words.get(word).copied().unwrap_or_default();
    let candidates: Vec<(&String, u64, f64)> = seen
        .iter()
        .filter(|(_, seen)| **seen >= plan.least)
        .map(|(word, seen)| (word, *seen, chance::tail(*seen, count(before, word), plan.days_seen, plan.days_before)))
        .collect();
    let all: Vec<f64> = candidates.iter().map(|(.., chance)| *chance).collect();
    let Some(bound) = chance::believable(&all, seen.len(), plan.false_max) else { return Vec::new() };
    let mut rising: Vec<(&String, u64, f64)> = candidates.into_iter().filter(|(.., chance)| *chance <= bound).collect();
    // The longer first, so that each part meets the whole it belongs to.
    rising.sort_by(|one, other| {
        (other.0.chars().count(), other.1).cmp(&(one.0.chars().count(), one.1)).then_with(|| one.0.cmp(other.0))
    });
    let mut told: Vec<(&String, u64, f64)> = Vec::new();
    for word in rising {
        let is_held =
            told.iter().any(|(whole, seen, _)| whole.contains(word.0.as_str()) && seen * 100 >= word.1 * HELD_PERCENT);
        if !is_held {
            told.push(word);
        }
    }
    told.sort_by(|one, other| one.2.total_cmp(&other.2).then_with(|| one.0.cmp(other.0)));
    told.truncate(RISING_MAX);
    told.into_iter()
        .map(|(word, seen, chance)| Rising {
            word: word.clone(),
            seen,
            before: count(before, word),
            chance_ppb: ppb(chance),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan { day: "2026-03-02".parse().unwrap(), days_seen: 7, days_before: 84, least: 5, false_max: 0.05 }
    }

    #[test]
    fn words_are_runs_without_idle_ends() {
        let mut words: Vec<String> = words_of("我的信用卡被ATM吞了").into_iter().collect();
        words.sort();
        assert_eq!(words, ["atm", "信用", "信用卡", "用卡"]);
    }

    #[test]
    fn the_whole_word_is_told_and_not_its_parts() {
        let texts: Vec<String> = (0..12).map(|n| format!("客户{n}购买雪球产品亏损")).collect();
        let seen: HashMap<String, u64> = counted(texts.iter().map(String::as_str)).into_iter().collect();
        let before = HashMap::from([
            ("产品".to_owned(), 144),
            ("客户".to_owned(), 144),
            ("亏损".to_owned(), 144),
            ("购买".to_owned(), 144),
        ]);
        let told: Vec<String> = rising(&plan(), &seen, &before).into_iter().map(|rising| rising.word).collect();
        assert!(told.iter().any(|word| word.contains("雪球")), "{told:?}");
        assert!(!told.contains(&"雪球".to_owned()), "a longer word holds it: {told:?}");
        assert!(!told.contains(&"产品".to_owned()) && !told.contains(&"客户".to_owned()), "{told:?}");
    }

    #[test]
    fn a_word_of_few_orders_is_never_told() {
        let seen = HashMap::from([("李小明".to_owned(), 4), ("转账".to_owned(), 7)]);
        let before = HashMap::from([("转账".to_owned(), 84)]);
        assert_eq!(rising(&plan(), &seen, &before), []);
    }
}
