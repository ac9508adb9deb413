//! The report of how many answers met the time limits of the law. What the limits are and who met them, the voice room knows.

use kernel::Text;
use voice::historical::{Step, Tally};

use crate::console::{self, Console};

/// What the report rests on beside the dates of the answers.
#[derive(Debug, Clone, Copy)]
pub struct Flag<'a> {
    /// The column that says whether an answer was in time.
    pub column: &'a str,
    /// The days it speaks of.
    pub days: u32,
    /// Answers in time by it that were not the last word.
    pub interim: u64,
}

/// The figures as a table, with what they rest on below it.
pub fn report(tally: &Tally, flag: Option<Flag<'_>>, console: Console) -> String {
    let mut rows = vec![vec![
        console.pick("时限", "limit"),
        console.pick("按时", "met"),
        console.pick("超时", "missed"),
        console.pick("不明", "not known"),
        console.pick("按时率", "met of known"),
    ]];
    for step in &tally.steps {
        let Step { length, met, missed, unknown, title, .. } = step;
        let name = console.pick(format!("{length} 日 {}", title.zh), format!("{length} days: {}", title.en));
        rows.push(vec![name, met.to_string(), missed.to_string(), unknown.to_string(), share(*met, *missed)]);
    }
    let mut text = console.pick(
        "答复是否在法定时限内（以现行时限衡量）：\n",
        "Whether answers met the limits of the law as they are today:\n",
    );
    text.push_str(&console::table(&rows));
    if tally.without_limit > 0 {
        let count = tally.without_limit;
        let line = Text::of(
            format!("{count} 件没有法定答复时限。\n"),
            format!("{count} matters have no limit for an answer.\n"),
        );
        text.push_str(line.get(console.language));
    }
    text.push_str(&basis(flag, console));
    text
}

fn basis(flag: Option<Flag<'_>>, console: Console) -> String {
    let Some(Flag { column, days, interim }) = flag else {
        return console.pick(
            "按答复日期计算；没有答复日期的行算作“不明”。",
            "Counted by the dates of the answers; rows without one are not known.",
        );
    };
    let mut text = console.pick(
        format!("没有答复日期的行，按“{column}”一列判断（{days} 日）。"),
        format!("Where there is no date of the answer, the column \"{column}\" decides ({days} days)."),
    );
    if interim > 0 {
        text.push_str(&console.pick(
            format!("\n其中 {interim} 件按时的只是阶段性答复。"),
            format!("\n{interim} of those in time were interim answers."),
        ));
    }
    text
}

/// The part in time of what is known, in per mille without floating point.
fn share(met: u64, missed: u64) -> String {
    let known = met + missed;
    match (met * 1000 + known / 2).checked_div(known) {
        Some(per_mille) => format!("{}.{} %", per_mille / 10, per_mille % 10),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact_to_a_tenth() {
        assert_eq!(share(8179, 161), "98.1 %");
        assert_eq!(share(0, 3), "0.0 %");
        assert_eq!(share(0, 0), "");
    }
}
