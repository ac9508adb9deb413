//! Sentences that say which rule set a deadline, in both languages. Holds no personal data and decides nothing.

use kernel::{
    Text,
    calendar::{Period, Roll, RunOut, Unit},
};

use crate::{ClockRule, Level, Row, RowKind};

/// Microseconds in a minute, for saying how long a clock stood still.
const MINUTE_MICROS: i64 = 60_000_000;

/// A period as people say it: 15 日, 7 个工作日, 72 小时.
pub(crate) fn period(period: Period) -> Text {
    let length = period.length();
    let (zh, en) = match period.unit() {
        Unit::NaturalDays => ("日", "day"),
        Unit::Workdays => ("个工作日", "working day"),
        Unit::Months => ("个月", "month"),
        Unit::Years => ("年", "year"),
        Unit::Hours => ("小时", "hour"),
        Unit::Minutes => ("分钟", "minute"),
        Unit::WorkingMinutes if length.is_multiple_of(60) => {
            let hours = length / 60;
            return Text::of(format!("{hours}个工作小时"), format!("{hours} working {}", plural("hour", hours)));
        }
        Unit::WorkingMinutes => ("个工作分钟", "working minute"),
    };
    Text::of(format!("{length}{zh}"), format!("{length} {}", plural(en, length)))
}

fn plural(noun: &str, count: u32) -> String {
    if count == 1 { noun.to_owned() } else { format!("{noun}s") }
}

impl ClockRule {
    /// How long the clock runs, as people say it.
    pub fn period_words(&self) -> Text {
        period(self.body.period)
    }
}

/// `sentence` with `{period}` filled in.
pub(crate) fn with_period(sentence: &Text, filled: Option<Period>) -> Text {
    match filled.map(period) {
        Some(words) => Text::of(sentence.zh.replace("{period}", &words.zh), sentence.en.replace("{period}", &words.en)),
        None => sentence.clone(),
    }
}

/// Which rule set a deadline, and what moved it.
pub(crate) fn deadline(rule: &ClockRule, out: &RunOut, last_known_year: Option<i16>) -> Text {
    let mut text = basis(rule);
    if rule.body.unit_level.is_some_and(|level| !level.is_verified()) {
        add(
            &mut text,
            "日的类型尚未核实，按自然日计。",
            "Whether these are natural days is not verified; they are counted as such.",
        );
    }
    if rule.row.kind == RowKind::Law && !rule.row.verified {
        add(&mut text, "该规则尚未核实，请以正式文本为准。", "The rule is not verified; the official text prevails.");
    }
    if rule.body.roll != Roll::None {
        add(
            &mut text,
            "末日为休息日的，顺延至下一工作日。",
            "When the last day is a day off, it ends on the next working day.",
        );
    }
    if out.delayed_micros > 0 {
        let length = duration(out.delayed_micros);
        add(&mut text, &format!("已扣除暂停时间{}。", length.zh), &format!("A pause of {} is taken out.", length.en));
    }
    if out.paused_since.is_some() {
        add(&mut text, "目前暂停计时。", "The clock stands still at present.");
    }
    if out.provisional {
        let (zh, en) = match last_known_year {
            Some(year) => (format!("放假安排只到{year}年，"), format!("Public holidays are known up to {year} only; ")),
            None => ("尚无放假安排，".to_owned(), "No public holidays are known; ".to_owned()),
        };
        add(
            &mut text,
            &format!("{zh}其余按周末推算，期限为暂定。"),
            &format!("{en}elsewhere weekends alone are off, so the deadline is provisional."),
        );
    }
    text
}

/// The title, the period and the basis.
fn basis(rule: &ClockRule) -> Text {
    let (row, length, basis) = (&rule.row, period(rule.body.period), rule.row.cite());
    Text::of(
        format!("{}：{}。依据{}。", row.title.zh, length.zh, basis.zh),
        format!("{}: {}. Basis: {}.", row.title.en, length.en, basis.en),
    )
}

impl Row {
    /// The law, its number, the article of a verified row, and the row's own reference; what a sentence cites.
    pub fn cite(&self) -> Text {
        let (zh, en) = match (self.kind, self.law.number.as_str()) {
            (RowKind::Policy, _) => (self.law.title.zh.to_string(), self.law.title.en.to_string()),
            (RowKind::Law, "") => (format!("《{}》", self.law.title.zh), self.law.title.en.to_string()),
            (RowKind::Law, number) => {
                (format!("《{}》（{number}）", self.law.title.zh), format!("{} ({number})", self.law.title.en))
            }
        };
        // An article is shown for verified rows only; the loader lets no other have one.
        let article = self.article.as_deref().filter(|_| self.level.is_some_and(Level::is_verified));
        let article_zh = article.map(|a| format!("第{}条", a.replace(',', "、"))).unwrap_or_default();
        let article_en = article.map(|a| format!(", art. {}", a.replace(',', ", "))).unwrap_or_default();
        Text::of(
            format!("{zh}{article_zh}（规则 {}）", self.reference),
            format!("{en}{article_en} (rule {})", self.reference),
        )
    }
}

fn add(text: &mut Text, zh: &str, en: &str) {
    text.zh.to_mut().push_str(zh);
    text.en.to_mut().push(' ');
    text.en.to_mut().push_str(en);
}

/// A length of time in days, hours and minutes; less than a minute counts as one.
fn duration(micros: i64) -> Text {
    let minutes = (micros + MINUTE_MICROS - 1) / MINUTE_MICROS;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let (mut zh, mut en) = (String::new(), Vec::new());
    for (count, zh_unit, en_unit) in [(days, "天", "d"), (hours, "小时", "h"), (minutes, "分钟", "min")] {
        if count > 0 {
            zh.push_str(&format!("{count}{zh_unit}"));
            en.push(format!("{count} {en_unit}"));
        }
    }
    Text::of(zh, en.join(" "))
}
