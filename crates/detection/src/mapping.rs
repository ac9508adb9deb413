//! Mapping files: which column of a history gives which field of an event, and which says that it was fraud.
//!
//! The format is described in `docs/guide/train-guard.*.md`; every key that is understood stands in this file and in
//! `moment`, and any other is refused. A mapping says nothing about features.

use std::collections::BTreeMap;

use kernel::{Text, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Number, Value};
use table::{Headers, Row, RowError};

use crate::{fault::DetectionFault, moment::TimeSpec};

/// Bytes of a mapping file at most; one with every field of a schema has some 20,000.
const FILE_BYTES_MAX: usize = 256 * 1024;

/// The shapes of public histories that are known without a mapping file.
const KNOWN: [&str; 5] = [
    include_str!("../mappings/xiaobao.toml"),
    include_str!("../mappings/fraud-detection-handbook.toml"),
    include_str!("../mappings/paysim.toml"),
    include_str!("../mappings/banksim.toml"),
    include_str!("../mappings/sparkov.toml"),
];

/// How programs write a number that is not there.
const ABSENT: [&str; 5] = ["na", "nan", "null", "none", "\\n"];

/// A mapping file as written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What the history is, for people.
    pub title: String,
    /// The time of the event.
    pub time: TimeSpec,
    /// What says that it was fraud.
    pub label: LabelSpec,
    /// The column that tells which card, account or customer is stopped once fraud is found. Without it rows are judged
    /// one by one, and card precision is not.
    #[serde(default)]
    pub card: Option<String>,
    /// For each field where it comes from. A field that the declaration of features does not have is added to it.
    pub fields: BTreeMap<String, FieldSpec>,
}

/// What says that an event was fraud.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelSpec {
    /// The column.
    pub column: String,
    /// The words for fraud.
    pub fraud: Vec<String>,
    /// The words for none; any other word is then refused. When empty, every word that is not fraud is none.
    #[serde(default)]
    pub genuine: Vec<String>,
    /// The column that says when it became known; when absent, after the delay that is asked for.
    #[serde(default)]
    pub known: Option<TimeSpec>,
}

/// Where a field comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// The column.
    pub column: String,
    /// What its values are.
    #[serde(default, rename = "as")]
    pub kind: Reading,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// A text; an empty one is no value.
    #[default]
    Text,
    /// A whole number.
    Whole,
    /// A number with decimals.
    Decimal,
    /// `1`, `true`, `yes`, `是`, or `0`, `false`, `no`, `否`.
    Flag,
    /// An amount in yuan or another currency's major unit; decimals beyond the hundredth are rounded.
    Yuan,
    /// An amount in fen or another currency's minor unit.
    Fen,
}

impl Mapping {
    /// Reads the text of a mapping file.
    ///
    /// # Errors
    /// When it is not understood.
    pub fn parse(text: &str) -> Result<Self, DetectionFault> {
        let wrong = |zh: String, en: String| DetectionFault::Mapping(Text::of(zh, en));
        if text.len() > FILE_BYTES_MAX {
            return Err(wrong("文件超过 256 KiB。".to_owned(), "the file is larger than 256 KiB.".to_owned()));
        }
        let mapping: Self = toml::from_str(text).map_err(|error| {
            let words = error.to_string();
            wrong(words.clone(), words)
        })?;
        if mapping.label.fraud.is_empty() || mapping.fields.is_empty() {
            let (zh, en) = ("label.fraud 与 fields 不可为空。", "`label.fraud` and `fields` cannot be empty.");
            return Err(wrong(zh.to_owned(), en.to_owned()));
        }
        Ok(mapping)
    }

    /// The mapping for a public history whose columns are known.
    pub fn known_for(columns: &[String]) -> Option<Self> {
        let has = |column: &str| columns.iter().any(|name| name.eq_ignore_ascii_case(column));
        let mut known = KNOWN.iter().filter_map(|text| Self::parse(text).ok());
        known.find(|mapping| mapping.columns().all(has))
    }

    /// Every column that is needed.
    fn columns(&self) -> impl Iterator<Item = &str> {
        let known = self.label.known.iter().flat_map(TimeSpec::columns);
        let named = std::iter::once(self.label.column.as_str()).chain(self.card.as_deref());
        let fields = self.fields.values().map(|field| field.column.as_str());
        self.time.columns().chain(named).chain(known).chain(fields)
    }

    /// Finds the columns of a table; all that are missing are told at once.
    pub(crate) fn bind(&self, headers: &Headers) -> Result<Binding, DetectionFault> {
        let mut missing: Vec<&str> = Vec::new();
        for column in self.columns() {
            if headers.find(column)?.is_none() && !missing.contains(&column) {
                missing.push(column);
            }
        }
        if !missing.is_empty() {
            let list = missing.join("\", \"");
            return Err(DetectionFault::Mapping(Text::of(
                format!("表中没有这些列：\"{list}\"。"),
                format!("the table has no columns \"{list}\"."),
            )));
        }
        // Every column was found above.
        let at = |column: &str| Ok::<usize, DetectionFault>(headers.find(column)?.unwrap_or_default());
        let bound = |spec: &TimeSpec| {
            let clock = spec.clock.as_deref().map(at).transpose()?;
            Ok::<BoundTime, DetectionFault>(BoundTime { at: at(&spec.column)?, clock, spec: spec.clone() })
        };
        let field = |(name, field): (&String, &FieldSpec)| Ok((name.clone(), at(&field.column)?, field.kind));
        Ok(Binding {
            time: bound(&self.time)?,
            label: at(&self.label.column)?,
            words: (self.label.fraud.clone(), self.label.genuine.clone()),
            known: self.label.known.as_ref().map(bound).transpose()?,
            card: self.card.as_deref().map(at).transpose()?,
            fields: self.fields.iter().map(field).collect::<Result<_, DetectionFault>>()?,
        })
    }
}

/// A mapping with the places of its columns.
#[derive(Debug)]
pub(crate) struct Binding {
    time: BoundTime,
    label: usize,
    /// The words for fraud, and those for none.
    words: (Vec<String>, Vec<String>),
    known: Option<BoundTime>,
    card: Option<usize>,
    fields: Vec<(String, usize, Reading)>,
}

/// A time with the places of its columns.
#[derive(Debug)]
struct BoundTime {
    at: usize,
    clock: Option<usize>,
    spec: TimeSpec,
}

/// One row as it was understood.
#[derive(Debug, PartialEq)]
pub(crate) struct Taken {
    /// Microseconds since 1970.
    pub time: i64,
    /// Whether it was fraud.
    pub is_fraud: bool,
    /// When that became known, if the history says so.
    pub known: Option<i64>,
    /// The card, account or customer, if they are told apart.
    pub card: Option<String>,
    /// The fields as JSON.
    pub fields: Map<String, Value>,
}

impl Binding {
    /// Reads a row.
    pub(crate) fn take(&self, headers: &Headers, row: &Row) -> Result<Taken, RowError> {
        let blame = |at: usize, reason: Text| {
            RowError::column(row.line, headers.names().get(at).map_or("", String::as_str), reason)
        };
        let read = |time: &BoundTime| {
            let found = time.spec.read(row.get(time.at), time.clock.map(|at| row.get(at)));
            found.map(Timestamp::as_micros).map_err(|reason| blame(time.at, reason))
        };
        let time = read(&self.time)?;
        let is_fraud = self.is_fraud(row.get(self.label)).ok_or_else(|| {
            let reason = Text::fixed(
                "既不是 label.fraud 也不是 label.genuine 中的词。",
                "Neither a word of `label.fraud` nor one of `label.genuine`.",
            );
            blame(self.label, reason)
        })?;
        let known = match &self.known {
            // Nobody knows of a fraud before it happens.
            Some(known) if is_fraud => Some(read(known)?.max(time)),
            Some(_) | None => None,
        };
        let card = self.card.map(|at| (at, row.get(at)));
        if let Some((at, "")) = card {
            return Err(blame(at, Text::fixed("为空。", "It is empty.")));
        }
        let mut fields = Map::new();
        for (name, at, kind) in &self.fields {
            let text = row.get(*at);
            let is_absent = text.is_empty() || (*kind != Reading::Text && ABSENT.contains(&&*text.to_lowercase()));
            if !is_absent {
                let value = kind.read(text).ok_or_else(|| blame(*at, kind.words()))?;
                put(&mut fields, name, value);
            }
        }
        Ok(Taken { time, is_fraud, known, card: card.map(|(_, card)| card.to_owned()), fields })
    }

    fn is_fraud(&self, word: &str) -> Option<bool> {
        let among = |words: &[String]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
        let (fraud, genuine) = &self.words;
        match among(fraud) {
            true => Some(true),
            false => (genuine.is_empty() || among(genuine)).then_some(false),
        }
    }
}

/// Puts a value under a dotted name.
fn put(fields: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => {
            fields.insert(name.to_owned(), value);
        }
        Some((group, rest)) => {
            let inner = fields.entry(group).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

impl Reading {
    fn read(self, text: &str) -> Option<Value> {
        match self {
            Self::Text => Some(Value::from(text)),
            Self::Whole => text.parse::<i64>().ok().map(Value::from),
            Self::Decimal => text.parse().ok().and_then(Number::from_f64).map(Value::from),
            Self::Flag => match text.to_lowercase().as_str() {
                "1" | "true" | "yes" | "是" => Some(Value::from(true)),
                "0" | "false" | "no" | "否" => Some(Value::from(false)),
                _ => None,
            },
            Self::Yuan => hundredths(text).map(Value::from),
            Self::Fen => text.parse::<i64>().ok().map(Value::from),
        }
    }

    fn words(self) -> Text {
        match self {
            Self::Text => Text::fixed("不是文本。", "Not a text."),
            Self::Whole => Text::fixed("不是整数。", "Not a whole number."),
            Self::Decimal => Text::fixed("不是数字。", "Not a number."),
            Self::Flag => Text::fixed("不是 1/0、true/false、是/否。", "Not 1 or 0, true or false, yes or no."),
            Self::Yuan => Text::fixed("不是金额，形如 1,234.50。", "Not an amount such as 1,234.50."),
            Self::Fen => Text::fixed("不是以分为单位的整数金额。", "Not a whole amount in fen."),
        }
    }
}

/// Reads an amount exactly, digit by digit; what lies beyond the hundredth is rounded half up, as exports of computed
/// amounts have it.
fn hundredths(text: &str) -> Option<i64> {
    let plain = text.replace([',', '，'], "");
    let plain = plain.trim_start_matches(['¥', '￥', '$', '€', ' ']).trim_end_matches(['元', ' ']);
    let (sign, digits) = plain.strip_prefix('-').map_or((1, plain), |rest| (-1, rest));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && decimals.is_empty()) || !all_digits(whole) || !all_digits(decimals) {
        return None;
    }
    let digit = |at: usize| i64::from(decimals.as_bytes().get(at).map_or(0, |byte| byte - b'0'));
    let whole = if whole.is_empty() { 0 } else { whole.parse::<i64>().ok()? };
    let up = i64::from(digit(2) >= 5);
    whole.checked_mul(100)?.checked_add(digit(0) * 10 + digit(1) + up)?.checked_mul(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        for (text, expect) in [
            ("57.16", Some(5_716)),
            ("146", Some(14_600)),
            ("146.0", Some(14_600)),
            ("¥1,234.5 元", Some(123_450)),
            ("-0.07", Some(-7)),
            (".5", Some(50)),
            ("9839.645", Some(983_965)),
            ("9839.6449999", Some(983_964)),
            ("1e3", None),
            ("", None),
            (".", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(hundredths(text), expect, "{text}");
        }
    }

    #[test]
    fn known_shapes_are_found_by_their_columns() {
        let columns = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
        let handbook = "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_TIME_SECONDS,TX_FRAUD";
        let paysim =
            "step,type,amount,nameOrig,oldbalanceOrg,newbalanceOrig,nameDest,oldbalanceDest,newbalanceDest,isFraud";
        let banksim = "step,customer,age,gender,zipcodeOri,merchant,zipMerchant,category,amount,fraud";
        let sparkov = ",trans_date_trans_time,cc_num,merchant,category,amt,first,last,unix_time,is_fraud";
        let known =
            [(handbook, "TX_DATETIME"), (paysim, "step"), (banksim, "step"), (sparkov, "trans_date_trans_time")];
        for (line, time) in known {
            assert_eq!(Mapping::known_for(&columns(line)).map(|mapping| mapping.time.column).as_deref(), Some(time));
        }
        assert_eq!(Mapping::known_for(&columns("step,customer,amount")), None);
        assert!(KNOWN.iter().all(|text| Mapping::parse(text).is_ok()));
    }

    #[test]
    fn dotted_names_become_groups() {
        let mut fields = Map::new();
        put(&mut fields, "payer.account", Value::from("1"));
        put(&mut fields, "payer.device", Value::from("2"));
        put(&mut fields, "amount", Value::from(3));
        assert_eq!(Value::Object(fields).to_string(), r#"{"amount":3,"payer":{"account":"1","device":"2"}}"#);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let good = "title = \"x\"\ncard = \"c\"\ntime = { column = \"t\" }\nlabel = { column = \"f\", fraud = [\"1\"] }\n\
                    [fields]\namount = { column = \"a\", as = \"yuan\" }\n";
        assert!(Mapping::parse(good).is_ok());
        for bad in
            [good.replace("title", "titel"), good.replace("yuan", "jiao"), good.replace("[\"1\"]", "[]"), String::new()]
        {
            assert!(matches!(Mapping::parse(&bad), Err(DetectionFault::Mapping(_))), "{bad}");
        }
    }
}
