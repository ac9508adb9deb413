//! Hot issues as they go over the wire, and the digest as it is printed.

use std::collections::{HashMap, HashSet};

use kernel::{Date, OrgPath, Problem, Text, Timestamp, id::HotIssueId, text::Language};
use ledger::Connection;
use people::api::body::TextBody;
use regulation::Axis;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::list,
    hot::{Plan, words::Rising},
    letters::escape,
    model::Law,
    products::Products,
    store::hot::HotIssue,
};

/// The names of places and classes.
pub(super) struct Naming {
    units: HashMap<String, String>,
    classes: HashMap<String, String>,
}

impl Naming {
    pub(super) fn of(
        conn: &mut Connection,
        issues: &[HotIssue],
        law: &Law,
        on: Date,
        language: Language,
    ) -> Result<Self, Problem> {
        let units = list::unit_names(conn, issues.iter().map(|issue| &issue.cell.place))?;
        let mut classes = HashMap::new();
        let products = Products::of(law, on);
        for issue in issues {
            if let Some(title) = products.title(&issue.cell.subject) {
                classes.insert(issue.cell.subject.clone(), title.get(language).to_owned());
            }
            for (axis, key) in [(Axis::Business, &issue.cell.subject), (Axis::Reason, &issue.cell.reason)] {
                if let Some(class) = law.rules.category(axis, key, on) {
                    classes.insert(key.clone(), class.row.title.get(language).to_owned());
                }
            }
        }
        Ok(Self { units, classes })
    }

    fn class(&self, key: &str) -> String {
        self.classes.get(key).cloned().unwrap_or_else(|| key.to_owned())
    }
}

/// What is done about a hot issue.
#[derive(Debug, Serialize, ToSchema)]
pub struct HotNoteBody {
    /// Who said so, as an actor reference.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What.
    pub words: String,
}

/// A hot issue.
#[derive(Debug, Serialize, ToSchema)]
pub struct HotIssueBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: HotIssueId,
    /// The last of the days looked at.
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    /// The place.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// Its name.
    pub unit_name: String,
    /// What the orders are about: a product, or a business where no product is known.
    pub subject: String,
    /// Its name.
    pub subject_title: String,
    /// Why.
    pub reason: String,
    /// Its name.
    pub reason_title: String,
    /// Orders in the days looked at.
    pub seen: u64,
    /// How many days these are.
    pub days_seen: u32,
    /// Orders in the days before.
    pub before: u64,
    /// How many days these are.
    pub days_before: u32,
    /// Orders to be expected in the days looked at by those before, in hundredths.
    pub expected_hundredths: u64,
    /// How likely so many orders would be if nothing had changed, in parts per thousand million.
    pub chance_ppb: u64,
    /// When the first order within all these days was received.
    #[schema(value_type = String, format = DateTime)]
    pub first_at: Timestamp,
    /// Since which day it was found hot without a break.
    #[schema(value_type = String, format = Date)]
    pub hot_since: Date,
    /// It was not hot the day before.
    pub is_new: bool,
    /// What is done about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<HotNoteBody>,
}

impl HotIssueBody {
    pub(super) fn of(issue: HotIssue, naming: &Naming) -> Self {
        let code = issue.cell.place.code();
        let expected = u128::from(issue.before) * u128::from(issue.days_seen) * 100;
        Self {
            unit_name: naming.units.get(code).cloned().unwrap_or_else(|| code.to_owned()),
            subject_title: naming.class(&issue.cell.subject),
            reason_title: naming.class(&issue.cell.reason),
            expected_hundredths: u64::try_from(expected / u128::from(issue.days_before.max(1))).unwrap_or(u64::MAX),
            is_new: issue.hot_since == issue.day,
            id: issue.id,
            day: issue.day,
            unit: issue.cell.place,
            subject: issue.cell.subject,
            reason: issue.cell.reason,
            seen: issue.seen,
            days_seen: issue.days_seen,
            before: issue.before,
            days_before: issue.days_before,
            chance_ppb: issue.chance_ppb,
            first_at: issue.first_at,
            hot_since: issue.hot_since,
            note: issue.note.map(|(by, at, words)| HotNoteBody { by: by.as_str().to_owned(), at, words }),
        }
    }
}

/// A word that rises in the whole bank.
#[derive(Debug, Serialize, ToSchema)]
pub struct RisingWordBody {
    /// The word.
    pub word: String,
    /// In how many orders of the days looked at.
    pub seen: u64,
    /// In how many of the days before.
    pub before: u64,
    /// How likely that would be if nothing had changed, in parts per thousand million.
    pub chance_ppb: u64,
}

impl From<Rising> for RisingWordBody {
    fn from(rising: Rising) -> Self {
        Self { word: rising.word, seen: rising.seen, before: rising.before, chance_ppb: rising.chance_ppb }
    }
}

/// How hot issues are found.
fn method(plan: Option<Plan>) -> TextBody {
    let Some(plan) = plan else {
        return Text::fixed("本行制度未设置热点参数。", "The bank's policy has no rows for hot issues.").into();
    };
    let (seen, before, least) = (plan.days_seen, plan.days_before, plan.least);
    let percent = (plan.false_max * 100.0).round();
    Text::of(
        format!(
            "每个机构（含下级）、业务或产品、原因的投诉，以最近 {seen} 天与此前 {before} 天自身的件数比较，用两个泊松率的精确条件检验（二项分布单侧）计算概率；同时检验的全部组合按 Benjamini–Hochberg 方法控制，列出者中误报的预期比例不超过 {percent}%；少于 {least} 件的不列。上升词按同样方法，以出现该词的工单数比较。"
        ),
        format!(
            "Complaints at each place (with all below it), about each business or product and for each reason are compared, the last {seen} days with the {before} days before, by the exact conditional test of two Poisson rates (one-sided binomial). All combinations are tested at once by Benjamini and Hochberg's procedure, so that of those listed at most {percent} % are to be expected false; fewer than {least} orders are never listed. Rising words are compared in the same way, by the orders in which they stand."
        ),
    )
    .into()
}

/// The hot issues of a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct HotIssuesBody {
    /// The last of the days looked at; absent while none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub day: Option<Date>,
    /// How many combinations of place, subject and reason were looked at in the whole bank.
    pub tests: u64,
    /// The hot ones within the caller's scopes, the least likely first.
    pub items: Vec<HotIssueBody>,
    /// The words that rise in the whole bank, the least likely first.
    pub words: Vec<RisingWordBody>,
    /// How they were found.
    pub method: TextBody,
}

impl HotIssuesBody {
    pub(super) fn nothing(plan: Option<Plan>) -> Self {
        Self { day: None, tests: 0, items: Vec::new(), words: Vec::new(), method: method(plan) }
    }

    pub(super) fn of(
        day: Date,
        issues: Vec<HotIssue>,
        (tests, words): (u64, Vec<Rising>),
        naming: &Naming,
        plan: Option<Plan>,
    ) -> Self {
        Self {
            day: Some(day),
            tests,
            items: issues.into_iter().map(|issue| HotIssueBody::of(issue, naming)).collect(),
            words: words.into_iter().map(Into::into).collect(),
            method: method(plan),
        }
    }
}

/// The digest of a week.
#[derive(Debug, Serialize, ToSchema)]
pub struct DigestBody {
    /// Its Monday.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Its Sunday.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Every cell that was hot, as it stood on its least likely day.
    pub items: Vec<HotIssueBody>,
    /// The words that rose on the last day looked at.
    pub words: Vec<RisingWordBody>,
}

impl DigestBody {
    pub(super) fn of((from, to): (Date, Date), issues: Vec<HotIssue>, words: Vec<Rising>, naming: &Naming) -> Self {
        let mut known = HashSet::new();
        // They come with the least likely first, so that the first of a cell is the one to show.
        let first = issues.into_iter().filter(|issue| known.insert(issue.cell.clone()));
        let items: Vec<HotIssueBody> = first.map(|issue| HotIssueBody::of(issue, naming)).collect();
        Self { from, to, items, words: words.into_iter().map(Into::into).collect() }
    }
}

const STYLE: &str = "@page{size:A4 landscape;margin:15mm}body{font:15px/1.6 'Noto Serif CJK SC','Songti SC',SimSun,serif;\
    color:#000;max-width:70em;margin:2em auto;padding:0 1em}h1{text-align:center;font-size:24px}h2{font-size:17px}\
    table{border-collapse:collapse;width:100%}th,td{border:1px solid #000;padding:.2em .6em;text-align:left}\
    td.n,th.n{text-align:right}@media print{body{margin:0;max-width:none}}";

/// The digest as a page to print.
pub(super) fn html(digest: &DigestBody, language: Language) -> String {
    let say = |zh: &'static str, en: &'static str| Text::fixed(zh, en).get(language).to_owned();
    let lang = if language == Language::Zh { "zh-CN" } else { "en" };
    let title = say("投诉热点周报", "Weekly digest of hot issues");
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{} – {}</p>\n",
        digest.from, digest.to
    );
    let headings = [
        say("机构", "Unit"),
        say("业务或产品", "Business or product"),
        say("原因", "Reason"),
        say("近期件数", "Lately"),
        say("预期件数", "Expected"),
        say("首次收到", "First received"),
        say("处置", "What is done"),
    ];
    page.push_str("<table>\n<thead><tr>");
    for heading in headings {
        page.push_str(&format!("<th scope=\"col\">{heading}</th>"));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for item in &digest.items {
        let (whole, rest) = (item.expected_hundredths / 100, item.expected_hundredths % 100);
        let note = item.note.as_ref().map(|note| note.words.as_str()).unwrap_or_default();
        page.push_str(&format!(
            "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{whole}.{rest:02}</td><td>{}</td><td>{}</td></tr>\n",
            escape(&item.unit_name),
            escape(&item.subject_title),
            escape(&item.reason_title),
            item.seen,
            item.first_at.date(),
            escape(note),
        ));
    }
    page.push_str("</tbody>\n</table>\n");
    if digest.items.is_empty() {
        page.push_str(&format!("<p>{}</p>\n", say("本周没有热点。", "Nothing was hot this week.")));
    }
    page.push_str(&format!("<h2>{}</h2>\n<p>", say("上升词", "Rising words")));
    let words: Vec<String> =
        digest.words.iter().map(|word| format!("{}（{}/{}）", escape(&word.word), word.seen, word.before)).collect();
    page.push_str(&words.join("　"));
    page.push_str("</p>\n</body>\n</html>\n");
    page
}
