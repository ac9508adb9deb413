//! What the demo's customers bring: subjects of retail banking, each with parts of sentences that are put together anew for
//! every matter. Nobody and nothing in them exists.

use regulation::MatterKind;

use super::chance::Chance;

/// One subject, with the parts its texts are made of. `{day}`, `{outlet}`, `{amount}` and `{hour}` are filled in.
pub(super) struct Subject {
    pub(super) matter: MatterKind,
    /// How often it comes up, beside the others of its kind.
    pub(super) weight: usize,
    pub(super) business: &'static str,
    pub(super) reason: &'static str,
    pub(super) channels: &'static [&'static str],
    /// Only customers of sixty and more bring it.
    pub(super) elder: bool,
    pub(super) titles: &'static [&'static str],
    pub(super) happenings: &'static [&'static str],
    pub(super) consequences: &'static [&'static str],
    pub(super) requests: &'static [&'static str],
    /// Yuan in question, from and to; none when they are equal.
    pub(super) yuan: (i64, i64),
    /// What was found when the customer was right, and when not.
    pub(super) facts: [&'static str; 2],
    pub(super) basis: &'static str,
    /// What the bank answers then.
    pub(super) answers: [&'static str; 2],
}

/// A matter put into words.
pub(super) struct Worded {
    pub(super) title: String,
    pub(super) narrative: String,
    pub(super) request: String,
    /// Yuan in question.
    pub(super) yuan: Option<i64>,
}

const OPENINGS: [&str; 8] = [
    "您好，我是贵行多年的老客户。",
    "我要反映一个问题。",
    "本人在{outlet}开户。",
    "事情是这样的：",
    "打了几次客服电话都没有解决，只好来投诉。",
    "希望领导能看到这条反映。",
    "这件事已经拖了一段时间。",
    "本来不想麻烦贵行，但实在没有办法。",
];
const CLOSINGS: [&str; 7] = [
    "请尽快给我一个答复。",
    "请核实后电话联系我，白天都方便。",
    "如果不能解决，我将向监管部门反映。",
    "希望贵行认真对待，不要再推来推去。",
    "相关短信和截图我都保留着，可以提供。",
    "请给出书面说明。",
    "谢谢。",
];

/// Puts a matter of this subject into words.
pub(super) fn put(subject: &Subject, outlet: &str, day: &str, chance: &mut Chance) -> Worded {
    let (least, most) = subject.yuan;
    let yuan = (most > least).then(|| least + i64::try_from(chance.below((most - least) as usize)).unwrap_or_default());
    let hour = 9 + chance.below(8);
    let fill = |text: &str| {
        let amount = yuan.map_or_else(|| "一笔款项".to_owned(), |yuan| format!("{yuan}元"));
        text.replace("{outlet}", outlet)
            .replace("{day}", day)
            .replace("{amount}", &amount)
            .replace("{hour}", &hour.to_string())
    };
    let title = fill(chance.one(subject.titles));
    let mut narrative = String::new();
    if chance.below(3) > 0 {
        narrative.push_str(&fill(chance.one(&OPENINGS)));
    }
    narrative.push_str(&fill(chance.one(subject.happenings)));
    narrative.push_str(&fill(chance.one(subject.consequences)));
    narrative.push_str(chance.one(&CLOSINGS));
    Worded { title, narrative, request: fill(chance.one(subject.requests)), yuan }
}

/// What was found, on what basis, and what the bank does: facts, basis, answer.
pub(super) fn decided(subject: &Subject, is_right: bool) -> [&'static str; 3] {
    let at = usize::from(!is_right);
    [subject.facts[at], subject.basis, subject.answers[at]]
}

/// A subject of this kind of matter, by how often it comes up.
pub(super) fn choose(matter: MatterKind, is_elder: bool, chance: &mut Chance) -> &'static Subject {
    let fits = |subject: &&Subject| subject.matter == matter && (is_elder || !subject.elder);
    let all: Vec<&Subject> = super::subjects::all().filter(fits).collect();
    let mut left = chance.below(all.iter().map(|subject| subject.weight).sum());
    for subject in &all {
        if left < subject.weight {
            return subject;
        }
        left -= subject.weight;
    }
    super::subjects::usual()
}

/// What a teaching case tells of a subject: title, story, handling. Days, places and amounts are left open.
pub(super) fn taught(subject: &Subject) -> [String; 3] {
    let open = |text: &str| {
        let words = [("{outlet}", "某网点"), ("{day}", "某日"), ("{hour}", "上午某"), ("{amount}", "一笔款项")];
        words.iter().fold(text.to_owned(), |text, (slot, word)| text.replace(slot, word))
    };
    let [facts, _, answer] = decided(subject, true);
    let story = format!("{}{}", open(subject.happenings[0]), open(subject.consequences[0]));
    [open(subject.titles[0]), story, format!("{}\n{}", open(facts), open(answer))]
}

/// The subject that many bring in the same week: something that breaks down for everybody.
pub(super) fn surging() -> &'static Subject {
    let breaks_down = |subject: &&Subject| subject.matter == MatterKind::Complaint && subject.reason == "systems";
    super::subjects::all().find(breaks_down).unwrap_or_else(super::subjects::usual)
}

/// The root cause that is found where a customer was right, by the reason that they gave; else it was a misunderstanding.
pub(super) fn root_cause(subject: &Subject, is_right: bool) -> &'static str {
    match (is_right, subject.reason) {
        (false, _) => "customer",
        (true, "systems") => "system",
        (true, "service") => "staff_attitude",
        (true, "disclosure" | "contract") => "disclosure",
        (true, "pricing") => "charges",
        (true, "marketing") => "marketing",
        (true, "information_safety") => "data",
        (true, "fund_safety") => "fraud",
        (true, "collection") => "outsourcing",
        (true, _) => "rule",
    }
}
