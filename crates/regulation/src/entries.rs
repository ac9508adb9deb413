//! Every row of every table as one list, for people to read and search. Decides nothing and knows no date but the rows' own.

use kernel::Text;

use crate::{
    Moment, Regulations, Row,
    explain::period,
    rule::{Body, Rule},
};

/// One row of the law, and what it says in a few words.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// The table it stands in, for instance `clock`.
    pub table: &'static str,
    /// Reference, law, level and dates.
    pub row: &'a Row,
    /// What the table adds, in a few words.
    pub says: Text,
}

impl Regulations {
    /// Every version of every row, by table and then by id.
    pub fn entries(&self) -> Vec<Entry<'_>> {
        let tables = &self.tables;
        let mut all = Vec::new();
        add(&mut all, tables.clocks.all(), |clock| period(clock.period));
        add(&mut all, tables.extensions.all(), |step| {
            let by = step.approval.title();
            Text::of(
                format!("{} → {}；批准人：{}", step.from, step.to, by.zh),
                format!("{} → {}; approved by {}", step.from, step.to, by.en),
            )
        });
        add(&mut all, tables.pauses.all(), |pause| {
            let why = pause.reason.title();
            let clocks = pause.clocks.join(", ");
            Text::of(format!("{}：{clocks}", why.zh), format!("{}: {clocks}", why.en))
        });
        add(&mut all, tables.restarts.all(), |restart| plain(restart.clocks.join(", ")));
        add(&mut all, tables.alerts.all(), |alert| {
            let far = period(alert.offset);
            match alert.when {
                Moment::Before => Text::of(format!("到期前{}", far.zh), format!("{} before the deadline", far.en)),
                Moment::After => Text::of(format!("超期后{}", far.zh), format!("{} after the deadline", far.en)),
            }
        });
        add(&mut all, tables.retentions.all(), |retention| {
            let keep = period(retention.keep);
            Text::of(format!("{}：{}", retention.what, keep.zh), format!("{}: {}", retention.what, keep.en))
        });
        add(&mut all, tables.figures.all(), |figure| plain(format!("{} {}", figure.value, figure.unit)));
        add(&mut all, tables.remedies.all(), |remedy| remedy.sentence.clone());
        add(&mut all, tables.provisions.all(), |provision| provision.sentence.clone());
        add(&mut all, tables.checklists.all(), |list| {
            let zh: Vec<&str> = list.items.iter().map(|item| item.title.zh.as_ref()).collect();
            let en: Vec<&str> = list.items.iter().map(|item| item.title.en.as_ref()).collect();
            Text::of(zh.join("；"), en.join("; "))
        });
        add(&mut all, tables.yearly.all(), |yearly| {
            Text::of(
                format!("每年{}月{}日前", yearly.month, yearly.day),
                format!("each year by {:02}-{:02}", yearly.month, yearly.day),
            )
        });
        add(&mut all, tables.axes.all(), |axis| plain(axis.letter.clone()));
        add(&mut all, tables.categories.all(), |category| {
            plain(format!("{}/{}", category.axis.as_str(), category.key))
        });
        all
    }
}

fn add<'a, B: Body + 'a>(
    all: &mut Vec<Entry<'a>>,
    rules: impl Iterator<Item = &'a Rule<B>>,
    says: impl Fn(&B) -> Text,
) {
    all.extend(rules.map(|rule| Entry { table: B::TABLE, row: &rule.row, says: says(&rule.body) }));
}

/// What reads the same in both languages.
fn plain(text: String) -> Text {
    Text::of(text.clone(), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_listed_once_and_says_something() {
        let law = Regulations::builtin().expect("the built-in law loads");
        let entries = law.entries();
        let mut names: Vec<String> = entries.iter().map(|entry| entry.row.reference.to_string()).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count, "a row stands in one table");
        assert!(entries.iter().all(|entry| !entry.says.zh.is_empty() && !entry.says.en.is_empty()));
        let simple = entries.iter().find(|entry| entry.row.reference.to_string() == "cp.nfra.simple@1");
        let simple = simple.expect("the simple clock is among them");
        assert_eq!((simple.table, simple.says.en.as_ref()), ("clock", "15 days"));
    }
}
