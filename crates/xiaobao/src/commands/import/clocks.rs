//! How many answers of a list met the time limits of the law: the ordinary one and each extension of it.
//!
//! The limits come from the regulation files as they are today; nothing legal is a number in this file. A list of years
//! gone by is measured against today's limits, so that years can be compared.

use kernel::{Date, Text, Timestamp, calendar};
use regulation::{ClockActor, ClockRule, MatterKind, MatterSource, Milestone, Regulations, Situation, deadline};

use crate::{
    console::{self, Console},
    mapping::PastMatter,
};

/// Extensions of one limit at most; the law knows two.
const STEPS_MAX: usize = 8;

/// The limits, shortest first, and what came of each.
pub struct Ladder<'a> {
    law: &'a Regulations,
    rungs: Vec<Rung<'a>>,
    /// Answers that were not the last word, among those in time by the list's own flag.
    interim: u64,
    /// The days that the list's own flag speaks of.
    flag_days: Option<u32>,
}

struct Rung<'a> {
    rule: &'a ClockRule,
    met: u64,
    missed: u64,
    unknown: u64,
}

/// What is known about one answer and one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Met,
    Missed,
    Unknown,
}

impl<'a> Ladder<'a> {
    /// The limits for telling a complainant of the decision, as the law sets them on `today`.
    pub fn new(law: &'a Regulations, today: Date, flag_days: Option<u32>) -> Self {
        let complaint = Situation::named(MatterKind::Complaint, MatterSource::Direct);
        let opening = law.opening_clocks(&complaint, today).into_iter();
        let first = opening.filter(|rule| rule.body.actor == ClockActor::Bank && rule.body.stop == Milestone::DecisionNotified);
        let first = first.min_by_key(|rule| rule.body.period.length());
        let steps = std::iter::successors(first, |rule| law.extension(rule.id(), today).map(|step| step.clock));
        let rung = |rule| Rung { rule, met: 0, missed: 0, unknown: 0 };
        Self { law, rungs: steps.take(STEPS_MAX).map(rung).collect(), interim: 0, flag_days }
    }

    /// Counts one matter.
    pub fn count(&mut self, matter: &PastMatter) {
        for rung in &mut self.rungs {
            let flag = matter.timely.zip(self.flag_days);
            let verdict = judge(rung.rule, self.law.calendar(), (matter.clock_start, matter.answered_at), flag);
            match verdict {
                Verdict::Met => rung.met += 1,
                Verdict::Missed => rung.missed += 1,
                Verdict::Unknown => rung.unknown += 1,
            }
        }
        self.interim += u64::from(matter.interim && matter.timely == Some(true));
    }

    /// The figures as a table, with what they rest on below it.
    pub fn report(&self, console: Console, flag_column: Option<&str>) -> String {
        let mut rows = vec![vec![
            console.pick("时限", "limit"),
            console.pick("按时", "met"),
            console.pick("超时", "missed"),
            console.pick("不明", "not known"),
            console.pick("按时率", "met of known"),
        ]];
        for rung in &self.rungs {
            let period = rung.rule.body.period;
            let days = period.length();
            let name = console.pick(format!("{days} 日"), format!("{days} days"));
            rows.push(vec![name, rung.met.to_string(), rung.missed.to_string(), rung.unknown.to_string(), share(rung)]);
        }
        let mut text = console::table(&rows);
        let rests = match flag_column {
            Some(column) => console.pick(
                format!("没有答复日期的行，按“{column}”一列判断（{} 日）。", self.flag_days.unwrap_or(0)),
                format!("Where there is no date of the answer, the column \"{column}\" decides ({} days).", self.flag_days.unwrap_or(0)),
            ),
            None => console.pick("按答复日期计算；没有答复日期的行算作“不明”。", "Counted by the dates of the answers; rows without one are not known."),
        };
        text.push_str(&rests);
        if self.interim > 0 {
            let interim = self.interim;
            text.push_str(&console.pick(
                format!("\n其中 {interim} 件按时的只是阶段性答复。"),
                format!("\n{interim} of those in time were interim answers."),
            ));
        }
        text
    }
}

fn judge(
    rule: &ClockRule,
    calendar: &calendar::WorkCalendar,
    (start, answered): (Timestamp, Option<Timestamp>),
    flag: Option<(bool, u32)>,
) -> Verdict {
    if let Some(answered) = answered {
        let due = deadline(rule, start, calendar, &[]).due;
        return if answered <= due { Verdict::Met } else { Verdict::Missed };
    }
    let days = rule.body.period.length();
    match flag {
        // In time for a shorter limit is in time for a longer one, and late for a longer one is late for a shorter one.
        Some((true, flag_days)) if flag_days <= days => Verdict::Met,
        Some((false, flag_days)) if flag_days >= days => Verdict::Missed,
        Some(_) | None => Verdict::Unknown,
    }
}

/// The part in time of what is known, in per mille without floating point.
fn share(rung: &Rung<'_>) -> String {
    let known = rung.met + rung.missed;
    match (rung.met * 1000 + known / 2).checked_div(known) {
        Some(per_mille) => format!("{}.{} %", per_mille / 10, per_mille % 10),
        None => String::new(),
    }
}

/// The sentence above the table.
pub fn heading() -> Text {
    Text::fixed("答复是否在法定时限内（以现行时限衡量）：", "Whether answers met the limits of the law (as they are today):")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn verdicts(start: Date, answered: Option<Date>, flag: Option<(bool, u32)>) -> Vec<Verdict> {
        let law = Regulations::builtin().unwrap();
        let ladder = Ladder::new(&law, date(2026, 11, 22), None);
        let start = Timestamp::start_of(start);
        let answered = answered.map(Timestamp::start_of);
        ladder.rungs.iter().map(|rung| judge(rung.rule, law.calendar(), (start, answered), flag)).collect()
    }

    #[test]
    fn the_ladder_has_the_steps_of_the_law() {
        let law = Regulations::builtin().unwrap();
        let ladder = Ladder::new(&law, date(2026, 11, 22), None);
        let days: Vec<u32> = ladder.rungs.iter().map(|rung| rung.rule.body.period.length()).collect();
        assert_eq!(days, [15, 30, 60]);
    }

    #[test]
    fn dates_decide_before_flags() {
        use Verdict::{Met, Missed, Unknown};
        let from = date(2026, 3, 1);
        let check = |answered, flag, expect: [Verdict; 3]| assert_eq!(verdicts(from, answered, flag), expect);
        check(Some(date(2026, 3, 16)), None, [Met, Met, Met]);
        check(Some(date(2026, 3, 17)), Some((true, 15)), [Missed, Met, Met]);
        check(Some(date(2026, 4, 30)), None, [Missed, Missed, Met]);
        check(Some(date(2026, 5, 1)), None, [Missed, Missed, Missed]);
        check(None, Some((true, 15)), [Met, Met, Met]);
        check(None, Some((false, 15)), [Missed, Unknown, Unknown]);
        check(None, Some((true, 20)), [Unknown, Met, Met]);
        check(None, None, [Unknown, Unknown, Unknown]);
    }
}
