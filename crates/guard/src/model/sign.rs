//! Signs of fraud in the words of a message, and what is said to whoever asks before they pay. Pure: what is known of a number
//! comes from outside as yes or no, and nothing here says where it came from. It must never hold what somebody asked.

use std::{collections::HashSet, sync::LazyLock};

use kernel::Text;
use serde::Deserialize;

kernel::words! {
    /// What is said to whoever asks before they pay.
    AskLevel {
        /// Nothing stood out; that proves nothing.
        Care = "care", "留心", "take care";
        /// It should be looked at first.
        Check = "check", "先核实", "have it checked";
        /// It looks like fraud.
        Stop = "stop", "停下", "stop";
    }
}

/// Signs that a file may have, and phrases of each: what people read and mend in an afternoon.
const SIGNS_MAX: usize = 200;
const PHRASES_MAX: usize = 200;
/// Figures of the windows that may make a payee stand out.
const FIGURES_MAX: usize = 20;
/// Digits of a telephone number, and of account and card numbers, as they stand in messages.
const PHONE_DIGITS: usize = 11;
const ACCOUNT_DIGITS: std::ops::RangeInclusive<usize> = 12..=23;
/// Last parts of names of sites that are taken for one without `http` or `www`. Others stand too often in plain words.
const SITES: [&str; 18] = [
    "com", "cn", "net", "org", "top", "xyz", "vip", "cc", "shop", "club", "site", "online", "ink", "link", "info",
    "app", "icu", "live",
];

/// The line to call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its number.
    pub number: String,
    /// Its name.
    pub title: Text,
    /// Who says so.
    pub source: String,
}

/// From which figure on a payee stands out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The feature, of a payee alone.
    pub feature: String,
    /// From how many on.
    pub from: i64,
}

/// What is said at a level.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// The level.
    pub key: AskLevel,
    /// In one sentence.
    pub title: Text,
    /// What to do, most important first.
    pub advice: Vec<Text>,
}

/// A sign in the words of a message.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// Its name in data.
    pub key: String,
    /// How much it says.
    pub level: AskLevel,
    /// The kind of scam that it belongs to.
    #[serde(default)]
    pub scam: Option<String>,
    /// What was noticed.
    pub title: Text,
    /// One of these is there.
    #[serde(default)]
    any: Vec<String>,
    /// And one of these, where there are any.
    #[serde(default)]
    with: Vec<String>,
    /// And none of these.
    #[serde(default)]
    unless: Vec<String>,
    /// An address of a page is there instead.
    #[serde(default)]
    links: bool,
    /// Why it matters.
    pub why: Text,
    /// What to do.
    pub act: Text,
    /// The publication whose list of methods it belongs to.
    pub source: String,
}

/// Everything that is looked for and said.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signs {
    /// Which edition it is.
    pub version: u32,
    /// Of the numbers that nobody has anything against, how many in a million are answered as if somebody had.
    pub decoys_ppm: u32,
    /// How many numbers of a message are looked up.
    pub numbers_max: usize,
    /// The line to call.
    pub line: Line,
    /// From which figures on a payee stands out.
    #[serde(rename = "figure")]
    pub figures: Vec<Figure>,
    #[serde(rename = "level")]
    levels: Vec<Advice>,
    #[serde(rename = "sign")]
    signs: Vec<Sign>,
}

/// What is wrong with a file of signs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignsError {
    /// The text is no TOML of this shape.
    #[error("not a file of signs: {0}")]
    Shape(String),
    /// Something stands twice, is missing or makes no sense.
    #[error("{0}")]
    Content(String),
}

/// What to say to whoever asked.
#[derive(Debug)]
pub struct Answer<'s> {
    /// What is said at the level.
    pub advice: &'s Advice,
    /// What was noticed in the message, what says most first.
    pub signs: Vec<&'s Sign>,
}

/// A number that stands in a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Number {
    /// A telephone number.
    Phone(String),
    /// An account or card number.
    Account(String),
}

impl Signs {
    /// Reads a file of signs.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, SignsError> {
        let mut read: Self = toml::from_str(text).map_err(|error| SignsError::Shape(error.to_string()))?;
        read.check().map_err(SignsError::Content)?;
        for sign in &mut read.signs {
            for phrases in [&mut sign.any, &mut sign.with, &mut sign.unless] {
                phrases.iter_mut().for_each(|phrase| *phrase = plain(phrase));
            }
        }
        Ok(read)
    }

    /// The signs that the program carries.
    ///
    /// # Errors
    /// Never for a tested program.
    pub fn builtin() -> Result<&'static Self, &'static SignsError> {
        static CARRIED: LazyLock<Result<Signs, SignsError>> =
            LazyLock::new(|| Signs::parse(include_str!("../../data/signs.toml")));
        CARRIED.as_ref()
    }

    fn check(&self) -> Result<(), String> {
        let levels: HashSet<AskLevel> = self.levels.iter().map(|level| level.key).collect();
        if levels.len() != AskLevel::ALL.len() || self.levels.len() != levels.len() {
            return Err("each level stands once".to_owned());
        }
        if self.decoys_ppm > 1_000_000 || self.signs.len() > SIGNS_MAX || self.figures.len() > FIGURES_MAX {
            return Err("a number is out of range".to_owned());
        }
        let mut keys = HashSet::new();
        for sign in &self.signs {
            let phrases = [&sign.any, &sign.with, &sign.unless];
            let sensible = keys.insert(sign.key.as_str())
                && sign.links == sign.any.is_empty()
                && phrases.iter().all(|list| list.len() <= PHRASES_MAX)
                && phrases.into_iter().flatten().all(|phrase| !plain(phrase).is_empty());
            if !sensible {
                return Err(format!("sign {} is not one", sign.key));
            }
        }
        Ok(())
    }

    /// What a message shows, what says most first.
    pub fn in_message(&self, message: &str) -> Vec<&Sign> {
        let plain = plain(message);
        let has = |phrases: &[String]| phrases.iter().any(|phrase| plain.contains(phrase));
        let shows = |sign: &&Sign| {
            let there = if sign.links { has_link(message) } else { has(&sign.any) };
            there && (sign.with.is_empty() || has(&sign.with)) && !has(&sign.unless)
        };
        let mut found: Vec<&Sign> = self.signs.iter().filter(shows).collect();
        found.sort_by_key(|sign| std::cmp::Reverse(sign.level));
        found
    }

    /// What to say: the words of a message, if there is one, and whether a number stood out.
    pub fn answer(&self, message: Option<&str>, stands_out: bool) -> Answer<'_> {
        let signs = message.map_or_else(Vec::new, |message| self.in_message(message));
        let of_number = if stands_out { AskLevel::Check } else { AskLevel::Care };
        let level = signs.first().map_or(of_number, |sign| sign.level.max(of_number));
        // Every level is there, which `parse` checks; the first stands for what cannot happen.
        let advice = self.levels.iter().find(|advice| advice.key == level).unwrap_or(&self.levels[0]);
        Answer { advice, signs }
    }

    /// The numbers of a message, as many as are looked up.
    pub fn numbers(&self, message: &str) -> Vec<Number> {
        let mut found = Vec::new();
        for digits in runs(message) {
            let number = match digits.len() {
                PHONE_DIGITS if digits.starts_with('1') => Number::Phone(digits),
                length if ACCOUNT_DIGITS.contains(&length) => Number::Account(digits),
                _ => continue,
            };
            if !found.contains(&number) {
                found.push(number);
            }
            if found.len() >= self.numbers_max {
                break;
            }
        }
        found
    }
}

/// One character for each that is written wide, and small letters for capitals.
fn folded(c: char) -> impl Iterator<Item = char> {
    let narrow = match c {
        // The wide forms stand in the order of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xff01 + 0x21).unwrap_or(c),
        _ => c,
    };
    narrow.to_lowercase()
}

/// A text without what can be put between the characters of a word.
fn plain(text: &str) -> String {
    text.chars().flat_map(folded).filter(|c| c.is_alphanumeric()).collect()
}

/// The runs of digits of a text; blanks and dashes between digits belong to a run.
fn runs(text: &str) -> Vec<String> {
    let mut runs = vec![String::new()];
    for c in text.chars().flat_map(folded) {
        match (c, runs.last_mut()) {
            ('0'..='9', Some(run)) => run.push(c),
            (' ' | '-' | '\u{a0}', _) | (_, None) => {}
            (_, Some(run)) if run.is_empty() => {}
            (_, Some(_)) => runs.push(String::new()),
        }
    }
    runs
}

/// Whether a text has an address of a page.
fn has_link(text: &str) -> bool {
    let text: String = text.chars().flat_map(folded).map(|c| if c == '。' { '.' } else { c }).collect();
    let words =
        text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '/' | ':' | '_' | '?' | '=')));
    words.into_iter().any(|word| {
        let host = word.split_once("://").map_or(word, |(_, rest)| rest);
        let host = host.split(['/', '?', ':']).next().unwrap_or_default().trim_matches('.');
        let Some((name, last)) = host.rsplit_once('.') else { return false };
        let named = name.chars().any(|c| c.is_ascii_alphabetic());
        word.contains("://") || host.starts_with("www.") || named && SITES.contains(&last)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dialogue::scams;

    #[track_caller]
    fn check(message: &str, level: AskLevel, keys: &[&str]) {
        let answer = Signs::builtin().unwrap().answer(Some(message), false);
        let found: Vec<&str> = answer.signs.iter().map(|sign| sign.key.as_str()).collect();
        assert_eq!((answer.advice.key, found.as_slice()), (level, keys), "{message}");
    }

    #[test]
    fn messages_show_what_they_want() {
        check("您涉嫌洗钱，请把存款转入安 全·账 户配合审查", AskLevel::Stop, &["safe_account", "warrant"]);
        check("我是客服，请下载ＴｏＤｅｓｋ，打开屏幕共享", AskLevel::Stop, &["screen_sharing"]);
        check("把刚收到的验证码发给我", AskLevel::Stop, &["code"]);
        check("兼职刷单，日结佣金，先垫付100返130", AskLevel::Stop, &["paid_tasks"]);
        check("您的快递丢失，理赔请点击 http://kd-lp.top/a", AskLevel::Check, &["refund", "link"]);
        check("妈，我手机坏了，这是新号码，先转给老师三千块钱", AskLevel::Check, &["acquaintance"]);
        check("Your refund: click www.example.test", AskLevel::Check, &["refund", "link"]);
    }

    #[test]
    fn ordinary_messages_and_warnings_show_nothing() {
        check("妈，周末回家吃饭，带了你爱吃的橘子。", AskLevel::Care, &[]);
        // A code that a bank sends asks for nothing, and a warning is no fraud.
        check("您的验证码是123456，五分钟内有效，切勿泄露给他人。", AskLevel::Care, &[]);
        check("反诈提醒：凡是自称公检法要求配合调查的，请拨打96110。", AskLevel::Care, &[]);
        check("警方提示：陌生人来电，请勿共享屏幕。", AskLevel::Care, &[]);
        check("本月工资 8,532.10 元已入账，尾号1234，余额3.5万", AskLevel::Care, &[]);
        check("", AskLevel::Care, &[]);
    }

    #[test]
    fn a_number_that_stands_out_asks_for_a_check_and_no_more() {
        let signs = Signs::builtin().unwrap();
        assert_eq!(signs.answer(None, true).advice.key, AskLevel::Check);
        assert_eq!(signs.answer(Some("把验证码告诉我"), true).advice.key, AskLevel::Stop);
        let found = signs.numbers("转到 6217 0000-1234 5678，联系１３８１２３４５６７８，订单 12345，金额 100.00");
        let expected = [Number::Account("6217000012345678".to_owned()), Number::Phone("13812345678".to_owned())];
        assert_eq!(found, expected);
        let many: String = (0..50).map(|n| format!("62170000123456{n:02}，")).collect();
        assert_eq!(signs.numbers(&many).len(), signs.numbers_max);
    }

    #[test]
    fn the_shipped_signs_say_why_what_to_do_and_where_from() {
        let signs = Signs::builtin().unwrap();
        let known: HashSet<String> = scams().unwrap().into_iter().map(|scam| scam.key).collect();
        for sign in &signs.signs {
            let texts = [&sign.title, &sign.why, &sign.act];
            assert!(texts.iter().all(|text| !text.zh.is_empty() && !text.en.is_empty()), "{}", sign.key);
            assert!(
                !sign.source.is_empty() && sign.scam.as_ref().is_none_or(|scam| known.contains(scam)),
                "{}",
                sign.key
            );
        }
        assert!(!signs.line.source.is_empty());
    }

    #[test]
    fn files_that_make_no_sense_are_refused() {
        let good = include_str!("../../data/signs.toml");
        for (from, to) in [
            ("key = \"warrant\"", "key = \"safe_account\""),
            ("key = \"check\"\ntitle", "key = \"stop\"\ntitle"),
            ("links = true\n", ""),
            ("decoys_ppm = 15_625", "decoys_ppm = 2_000_000"),
            ("[\"验证码\"", "[\"，。\""),
            ("version = 1", "version = 1\nsurely_unknown = 2"),
        ] {
            assert!(good.contains(from), "{from}");
            assert!(Signs::parse(&good.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
