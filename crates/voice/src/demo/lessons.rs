//! What the demo's bank learns from its matters: rectifications of root causes under way, and teaching cases. Written through
//! the ordinary rules, each act at its own time.

use std::sync::Arc;

use kernel::{
    Actor, ManualClock, Problem, Timestamp,
    id::{OrderId, RectificationId, TeachingCaseId},
};
use ledger::Ledger;
use people::demo::DemoBank;

use super::{
    cast,
    matters::{self, Subject},
    script::cause,
};
use crate::{
    model::{
        Law, Order,
        parts::AxisKey,
        rectification::{
            RectificationCommand as Command,
            event::{Opened, PlannedMeasure, Target},
        },
        teaching_case::{CaseEvent, CaseTexts, TeachingCase},
    },
    rectify,
    sealing::MatterKey,
    store::{
        rectifications::Kept,
        teaching_cases::{self, Shown},
    },
};

/// An order whose root cause is known, and what it is about.
pub(super) struct Source {
    pub(super) order: Order,
    pub(super) subject: &'static Subject,
}

/// Orders that a rectification names as those it came from.
const NAMED_MAX: usize = 5;
/// Teaching cases; the last of them waits for a colleague's confirmation.
const CASES: usize = 3;

/// A rectification: of which cause, what was found, what is done, and how it fares.
struct Lesson {
    cause: &'static str,
    title: &'static str,
    finding: &'static str,
    measures: [&'static str; 3],
    /// How many days ago it was opened, and in how many days from now it is due.
    days: (i64, i64),
    /// How many of the measures are taken.
    taken: u32,
    /// What the president says of it, if they press for it.
    pressed: Option<&'static str>,
}

const LESSONS: [Lesson; 3] = [
    Lesson {
        cause: "system",
        title: "转账挂账核对间隔过长",
        finding: "跨行报文超时后款项挂账，由人工每日核对一次，客户查询时页面只显示“处理中”。",
        measures: ["挂账核对改为每半小时一次", "页面显示挂账原因和预计到账时间", "客服话术同步更新"],
        days: (32, 12),
        taken: 1,
        pressed: None,
    },
    Lesson {
        cause: "staff_attitude",
        title: "高峰时段窗口交接中断服务",
        finding: "交接班与业务高峰重合，客户轮到时被要求重新取号，解释生硬。",
        measures: ["交接班避开高峰，交接时不停号", "重新培训服务用语并抽查录音", "大堂增设等候时间提示"],
        days: (40, -4),
        taken: 2,
        pressed: Some("已超过期限，请本周内完成最后一项措施并报告效果。"),
    },
    Lesson {
        cause: "disclosure",
        title: "到期自动转存告知不充分",
        finding: "存单到期自动转存只在协议中列明，到期前没有提示，老年客户不知情。",
        measures: ["到期前三日短信提示", "柜面存单加印转存说明", "对六十岁以上客户电话告知"],
        days: (6, 54),
        taken: 0,
        pressed: None,
    },
];

/// Writes them down; `clock` is the ledger's own and is left somewhere in the past.
pub(super) fn draw(
    ledger: &Ledger,
    clock: &ManualClock,
    bank: &DemoBank,
    law: &Law,
    sources: &[Source],
    now: Timestamp,
) -> Result<(), Problem> {
    for lesson in &LESSONS {
        rectify(ledger, clock, bank, law, (lesson, sources), now)?;
    }
    let settled =
        sources.iter().filter(|source| source.order.cause.as_ref().is_some_and(|c| c.key.as_str() != "customer"));
    for (number, source) in settled.take(CASES).enumerate() {
        clock.set(now.plus_days(number as i64 - CASES as i64));
        teach(ledger, bank, source, number + 1 < CASES)?;
    }
    Ok(())
}

fn rectify(
    ledger: &Ledger,
    clock: &ManualClock,
    bank: &DemoBank,
    law: &Law,
    (lesson, sources): (&Lesson, &[Source]),
    now: Timestamp,
) -> Result<(), Problem> {
    let (back, ahead) = lesson.days;
    let opened_at = now.plus_days(-back);
    clock.set(opened_at);
    let top = super::top(bank)?;
    let team = cast::team(bank, &top, 0)?;
    let (owner, president) = (cast::actor(team.officer), cast::actor(team.president));
    let ports = ledger.ports();
    let id = RectificationId::new(opened_at, &*ports.random);
    let (key, wrapped) = MatterKey::new(&ports.keyring, id, &*ports.random);
    let seal = |field: &str, text: &str| key.seal(field, text, &*ports.random);
    let came = |source: &&Source| {
        source.order.received_at < opened_at
            && source.order.cause.as_ref().is_some_and(|c| c.key.as_str() == lesson.cause)
    };
    let orders: Vec<OrderId> = sources.iter().filter(came).map(|source| source.order.id).take(NAMED_MAX).collect();
    let opened = Opened {
        rectification: id,
        target: Target { scope: top, cause: AxisKey::new(lesson.cause), business: None, reason: None },
        unit: team.officer.unit_path.clone(),
        owner: team.officer.id,
        title: seal("title", lesson.title),
        finding: seal("finding", lesson.finding),
        measures: lesson
            .measures
            .iter()
            .map(|text| PlannedMeasure { text: seal("measure", text), due: None })
            .collect(),
        due: Timestamp::end_of(now.plus_days(ahead).date()),
        orders,
    };
    let kept = Kept { title: lesson.title.to_owned(), wrapped };
    let (law, opener) = (law.clone(), president.clone());
    let held = law.clone();
    ledger.write(&cause(), move |unit| {
        let command = Command::Open(Box::new(opened.clone()));
        rectify::open(unit, command, &kept, &opener, &held).map(drop)
    })?;
    for measure in 1..=lesson.taken {
        clock.set(opened_at.plus_days(i64::from(measure) * 7));
        do_to(ledger, &law, id, &owner, Command::Measure { measure, words: None })?;
    }
    if let Some(words) = lesson.pressed {
        clock.set(now.plus_days(-1));
        do_to(ledger, &law, id, &president, Command::Supervise { words: seal("supervision", words) })?;
    }
    Ok(())
}

fn do_to(ledger: &Ledger, law: &Law, id: RectificationId, by: &Actor, command: Command) -> Result<(), Problem> {
    let (law, by) = (law.clone(), by.clone());
    ledger.write(&cause(), move |unit| {
        let act = rectify::Act { id, version: None, command: command.clone() };
        rectify::act(unit, &act, &by, &law).map(drop)
    })
}

/// A case from an order, in words that name nobody: those of its subject, with the places left open.
fn teach(ledger: &Ledger, bank: &DemoBank, source: &Source, is_confirmed: bool) -> Result<(), Problem> {
    let team = cast::team(bank, &source.order.unit, 0)?;
    let (writer, president) = (cast::actor(team.officer).reference, cast::actor(team.president).reference);
    let ports = ledger.ports();
    let id = TeachingCaseId::new(ports.clock.now(), &*ports.random);
    let (key, wrapped) = MatterKey::new(&ports.keyring, id, &*ports.random);
    let [title, story, handling] = matters::taught(source.subject);
    let lessons = "客户说的是结果，要找的是流程：同类业务在办理前说清楚，比事后解释省时间。";
    let classes = source.order.classification.as_ref();
    let seal = |field: &str, text: &str| key.seal(field, text, &*ports.random);
    let texts = CaseTexts {
        title: seal("title", &title),
        story: seal("story", &story),
        handling: seal("handling", &handling),
        lessons: seal("lessons", lessons),
        tags: vec!["流程".to_owned(), "告知".to_owned()],
        removed: Vec::new(),
    };
    let drafted = CaseEvent::Drafted {
        case: id,
        order: source.order.id,
        unit: source.order.unit.clone(),
        business: classes.map(|classes| classes.business.clone()),
        reason: classes.map(|classes| classes.reason.clone()),
        cause: source.order.cause.as_ref().map(|cause| cause.key.clone()),
        texts: Box::new(texts),
    };
    let body = Arc::new([title, story, handling, lessons.to_owned()]);
    ledger.write(&cause(), move |unit| {
        let now = unit.now();
        unit.append(&id.to_string(), 0, &writer, std::slice::from_ref(&drafted))?;
        let case = TeachingCase::evolve(None, (now, &writer, &drafted));
        let case = case.ok_or_else(|| Problem::internal_error("the demo's case came to nothing"))?;
        teaching_cases::insert(unit.connection(), &case, &wrapped, now)?;
        if is_confirmed {
            unit.append(&id.to_string(), case.version, &president, &[CaseEvent::Confirmed])?;
            let case = TeachingCase::evolve(Some(case), (now, &president, &CaseEvent::Confirmed));
            let case = case.ok_or_else(|| Problem::internal_error("the demo's case came to nothing"))?;
            let shown = Shown { title: body[0].clone(), body: body[1..].join("\n"), at: Some(now) };
            teaching_cases::update(unit.connection(), &case, Some(shown), now)?;
        }
        Ok::<_, Problem>(())
    })
}
