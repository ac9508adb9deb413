//! The law the repository carries: it loads, it is what the folder holds, and it says what its sources say.

#![expect(clippy::panic, reason = "a test may stop at once")]

use std::collections::BTreeSet;

use jiff::civil::date;
use kernel::{Date, Timestamp, calendar::Unit};
use regulation::{
    Axis, ClockActor, Dispute, Effect, Keep, MatterKind, MatterSource, Milestone, Regulations, Situation, deadline,
    longest,
};

const TODAY: Date = date(2026, 11, 22);

fn law() -> Regulations {
    match Regulations::builtin() {
        Ok(law) => law,
        Err(error) => panic!("{error}"),
    }
}

fn opening(kind: MatterKind, source: MatterSource) -> Vec<String> {
    let law = law();
    let situation = Situation::named(kind, source);
    law.opening_clocks(&situation, TODAY).into_iter().map(|rule| rule.reference().to_string()).collect()
}

#[test]
fn the_program_carries_every_file_of_the_folder() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../regulation");
    // Equal rows are accepted, so a file that the program did not carry would add rows, and an older one would clash.
    let carried = law();
    let loaded = Regulations::load_dir(&folder).unwrap();
    assert_eq!(format!("{carried:?}"), format!("{loaded:?}"));
    let on_disk = |part: &str| {
        let names = std::fs::read_dir(folder.join(part)).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().ends_with(".toml")).count()
    };
    assert_eq!(on_disk("holidays"), carried.calendar().years().count());
}

/// One line for every clock: the diff of this table is the diff of the law.
#[test]
fn the_clocks_as_a_table() {
    let law = law();
    let mut table = String::new();
    for rule in law.clocks(TODAY) {
        let (row, clock) = (&rule.row, &rule.body);
        let unit = match clock.unit_level {
            Some(level) => format!("({level:?})"),
            None => String::new(),
        };
        let next = law
            .extension(rule.id(), TODAY)
            .map(|step| format!(" -> {} by {}", step.clock.id(), step.extension.body.approval.as_str()));
        table.push_str(&format!(
            "{} | {} {:?}{unit} | {:?}: {:?} -> {:?} | {} art. {} | {} | from {}{}\n",
            row.reference,
            clock.period.length(),
            clock.period.unit(),
            clock.actor,
            clock.start,
            clock.stop,
            row.law.id,
            row.article.as_deref().unwrap_or("-"),
            row.level.map_or("policy".to_owned(), |level| format!("{level:?}")),
            row.effective_from,
            next.unwrap_or_default(),
        ));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn each_kind_of_matter_opens_its_own_clocks() {
    use {MatterKind as K, MatterSource as S};
    assert_eq!(opening(K::Complaint, S::Direct), ["cp.nfra.simple@1", "policy.first_contact@1"]);
    assert_eq!(opening(K::Complaint, S::Nfra), ["cp.nfra.simple@1", "policy.first_contact@1"]);
    assert_eq!(opening(K::Complaint, S::Pbc), ["cp.pbc.answer@1", "policy.first_contact@1"]);
    assert_eq!(opening(K::Report, S::Direct), ["report.accept@1"]);
    assert_eq!(opening(K::Petition, S::Direct), ["petition.notice@1", "policy.first_contact@1"]);
    assert_eq!(
        opening(K::Petition, S::Government),
        ["petition.notice@1", "petition.object@1", "policy.first_contact@1"]
    );
    assert_eq!(opening(K::Consultation, S::Direct), ["policy.consultation@1"]);
    assert_eq!(opening(K::HelpRequest, S::Direct), ["policy.first_contact@1", "policy.help_request@1"]);
    assert_eq!(opening(K::Suggestion, S::Direct), ["policy.suggestion@1"]);
    assert_eq!(opening(K::Praise, S::Direct), ["policy.praise@1"]);
}

#[test]
fn an_anonymous_report_has_no_clock() {
    let anonymous = Situation { kind: MatterKind::Report, source: MatterSource::Direct, anonymous: true };
    assert_eq!(law().opening_clocks(&anonymous, TODAY), Vec::<&regulation::ClockRule>::new());
}

#[test]
fn later_milestones_start_their_clocks() {
    let law = law();
    let starting = |kind, milestone, actor| {
        let situation = Situation::named(kind, MatterSource::Direct);
        let rules = law.starting_clocks(&situation, milestone, actor, TODAY);
        rules.into_iter().map(|rule| rule.id().to_owned()).collect::<Vec<_>>()
    };
    use {ClockActor as A, MatterKind as K, Milestone as M};
    assert_eq!(starting(K::Report, M::AcceptanceNotified, A::Bank), ["report.decide"]);
    assert_eq!(starting(K::Petition, M::AcceptanceNotified, A::Bank), ["petition.decide"]);
    assert_eq!(starting(K::Petition, M::ReviewRequested, A::Bank), ["petition.fucha"]);
    assert_eq!(starting(K::Petition, M::SecondReviewRequested, A::Bank), ["petition.fuhe"]);
    assert_eq!(starting(K::Complaint, M::ReviewRequested, A::Bank), ["cp.nfra.review.decide"]);
    assert_eq!(starting(K::Complaint, M::DecisionNotified, A::Bank), ["policy.return_visit"]);
    assert_eq!(starting(K::Complaint, M::DecisionNotified, A::Person), ["cp.nfra.review.apply"]);
    assert_eq!(starting(K::Complaint, M::TaskGiven, A::Bank), ["policy.task"]);
}

#[test]
fn milestones_answer_clocks_or_make_them_pointless() {
    let law = law();
    let effect = |id: &str, milestone| law.rule(id, TODAY).unwrap().body.effect(milestone);
    assert_eq!(effect("cp.nfra.simple", Milestone::DecisionNotified), Some(Effect::Answers));
    assert_eq!(effect("cp.nfra.simple", Milestone::FirstContact), None);
    assert_eq!(effect("cp.nfra.simple", Milestone::Closed), Some(Effect::Cancels));
    assert_eq!(effect("petition.object", Milestone::AcceptanceNotified), Some(Effect::Cancels));
    assert_eq!(effect("petition.notice", Milestone::Objected), Some(Effect::Cancels));
    assert_eq!(effect("policy.first_contact", Milestone::DecisionNotified), Some(Effect::Cancels));
}

#[test]
fn figures_remedies_and_checklists_are_there() {
    let law = law();
    assert_eq!(law.elder_age(TODAY), Some(60));
    assert_eq!(law.representatives_max(TODAY), Some(5));
    assert_eq!(law.group_threshold(TODAY), Some(20));
    let threshold = law.figure("cp.group.threshold", TODAY).unwrap();
    assert!(!threshold.row.verified && threshold.row.article.is_none());
    let sentences = law.remedy_sentences(MatterKind::Complaint, TODAY);
    assert_eq!(sentences.len(), 4);
    assert!(sentences[0].zh.contains("自收到之日起30日内") && sentences[0].en.contains("within 30 days"));
    assert_eq!(law.remedies(MatterKind::Petition, TODAY).len(), 1);
    assert_eq!(law.checklist("cp.papers.agent", TODAY).unwrap().body.items.len(), 2);
    assert_eq!(law.provision("cp.withdrawal", TODAY).unwrap().row.article.as_deref(), Some("15"));
    assert_eq!(
        law.provision("cp.withdrawal", TODAY).unwrap().row.cite().zh,
        "《银行业保险业消费投诉处理管理办法》（银保监会令2020年第3号）第15条（规则 cp.withdrawal@1）"
    );
    let yearly = law.yearly("pbc.selfassess", TODAY).unwrap();
    assert_eq!(yearly.body.due_in(2027), Some(date(2027, 1, 31)));
    // Every source and law that a row names can be shown.
    let rule = law.rule("cp.pbc.answer", TODAY).unwrap();
    assert!(law.citation(&rule.row.source[0]).is_some());
    assert_eq!(law.law("pbc.2020-5").unwrap().number, "中国人民银行令〔2020〕第5号");
}

#[test]
fn the_axes_are_three_and_their_keys_provisional() {
    let law = law();
    let axes = law.axes(TODAY);
    let seen: Vec<(Axis, usize)> = axes.iter().map(|view| (view.axis.body.axis, view.categories.len())).collect();
    assert_eq!(seen, [(Axis::Channel, 13), (Axis::Business, 16), (Axis::Reason, 13)]);
    assert!(axes.iter().flat_map(|view| &view.categories).all(|class| class.body.code.is_none()));
    assert!(law.category(Axis::Reason, "pricing", TODAY).unwrap().row.verified);
    assert!(!law.category(Axis::Reason, "contract", TODAY).unwrap().row.verified);
    assert!(law.category(Axis::Reason, "loans", TODAY).is_none());
    assert!(law.category(Axis::Reason, "pricing", date(2018, 9, 3)).is_none());
    assert!(law.category_ever(Axis::Reason, "pricing").is_some());
}

#[test]
fn extensions_are_as_the_measures_say() {
    let law = law();
    let step = |id: &str| {
        law.extension(id, TODAY).map(|step| {
            let extension = &step.extension.body;
            (step.clock.body.period.length(), extension.approval.as_str(), extension.notice)
        })
    };
    assert_eq!(step("cp.nfra.simple"), Some((30, "none", true)));
    assert_eq!(step("cp.nfra.complex"), Some((60, "superior_or_head_office_senior", true)));
    assert_eq!(step("cp.nfra.special"), None);
    assert_eq!(step("cp.pbc.answer"), Some((60, "complaint_head", true)));
    assert_eq!(step("cp.pbc.answer.extended"), None);
    assert_eq!(step("report.decide"), Some((90, "head", true)));
    assert_eq!(step("petition.decide"), Some((90, "head", true)));
    assert_eq!(law.pause_grounds("cp.nfra.complex", TODAY).len(), 2);
    assert_eq!(law.pause_grounds("cp.pbc.answer", TODAY).len(), 0);
    assert_eq!(law.restart_grounds("report.accept", TODAY).len(), 1);
}

#[test]
fn retention_keeps_the_longest_and_waits_for_disputes() {
    let law = law();
    let rule = |what| law.retention(what, TODAY)[0];
    let file = rule("complaint_file");
    assert_eq!(file.keep(date(2024, 2, 29), Dispute::Never), Keep::Until(date(2027, 2, 28)));
    assert_eq!(file.keep(date(2024, 2, 29), Dispute::Open), Keep::Until(date(2027, 2, 28)));
    let recording = rule("bank_dual_record");
    assert!(!recording.row.verified);
    assert_eq!(recording.keep(date(2026, 8, 31), Dispute::Never), Keep::Until(date(2027, 2, 28)));
    assert_eq!(recording.keep(date(2026, 8, 31), Dispute::Open), Keep::WhileDisputed);
    let ended = Dispute::Ended(date(2027, 6, 1));
    assert_eq!(recording.keep(date(2026, 8, 31), ended), Keep::Until(date(2027, 6, 1)));
    let insurance = rule("insurance_dual_record_le1y");
    assert_eq!(insurance.keep(date(2021, 1, 1), ended), Keep::Until(date(2029, 6, 1)));
    let both = [(file, date(2024, 1, 1)), (recording, date(2025, 1, 1))];
    assert_eq!(longest(both, Dispute::Never), Some(Keep::Until(date(2027, 1, 1))));
    assert_eq!(longest(both, Dispute::Open), Some(Keep::WhileDisputed));
    assert_eq!(longest([], Dispute::Open), None);
}

#[test]
fn explanations_say_what_is_verified_and_show_articles_of_that_only() {
    let law = law();
    let text = |id: &str| {
        let start = Timestamp::start_of(date(2026, 3, 2));
        deadline(law.rule(id, TODAY).unwrap(), start, law.calendar(), &[]).explanation
    };
    let pbc = text("cp.pbc.answer");
    assert_eq!(
        pbc.zh,
        "人民银行转办投诉的答复时限：15日。依据《中国人民银行金融消费者权益保护实施办法》（中国人民银行令〔2020〕第5号）第43条（规则 cp.pbc.answer@1）。"
    );
    assert_eq!(
        pbc.en,
        "Time to answer a complaint transferred by the PBoC: 15 days. Basis: PBoC Implementing Measures for the \
         Protection of Financial Consumers (中国人民银行令〔2020〕第5号), art. 43 (rule cp.pbc.answer@1)."
    );
    assert!(text("cp.nfra.simple").zh.ends_with("日的类型尚未核实，按自然日计。"));
    let review = text("cp.nfra.review.decide");
    assert!(review.zh.contains("该规则尚未核实") && review.en.contains("not verified"));
    assert!(!review.zh.contains('条') && !review.en.contains("art."));
    // Even a row that the loader never saw shows no article unless it is verified.
    let mut forged = law.rule("cp.pbc.answer", TODAY).unwrap().clone();
    forged.row.level = Some(regulation::Level::M);
    let shown = deadline(&forged, Timestamp::start_of(TODAY), law.calendar(), &[]).explanation;
    assert!(!shown.zh.contains("43") && !shown.en.contains("43"));
    assert!(text("petition.notice").zh.contains("第22、23条"));
    assert_eq!(
        text("policy.first_contact").zh,
        "首次联系客户：8个工作小时。依据本行制度（规则 policy.first_contact@1）。"
    );
    // Every explanation names its rule, in both languages.
    for rule in law.clocks(TODAY) {
        let (both, name) = (text(rule.id()), rule.reference().to_string());
        assert!(both.zh.contains(&name) && both.en.contains(&name) && both.en.contains("Basis"), "{both:?}");
    }
}

#[test]
fn clocks_about_persons_and_money_have_fitting_units() {
    let law = law();
    let period = |id: &str| {
        let period = law.rule(id, TODAY).unwrap().body.period;
        (period.length(), period.unit())
    };
    assert_eq!(period("fraud.stop_payment"), (48, Unit::Hours));
    assert_eq!(period("fraud.freeze"), (6, Unit::Months));
    assert_eq!(period("fraud.refund"), (3, Unit::Workdays));
    assert_eq!(period("breach.pbc"), (72, Unit::Hours));
    assert_eq!(law.rule("fraud.atm_delay", date(2018, 1, 1)).unwrap().reference().to_string(), "fraud.atm_delay@1");
    assert_eq!(law.rule("fraud.atm_delay", TODAY).unwrap().reference().to_string(), "fraud.atm_delay@2");
}

/// How many dates each paper takes off and puts on, as a second pair of eyes on the files.
#[test]
fn the_holidays_of_nine_years() {
    let law = law();
    let seen: Vec<(i16, usize, usize)> = law
        .calendar()
        .years()
        .map(|year| {
            let off = year.days().values().filter(|day| day.off).count();
            (year.year(), off, year.days().len() - off)
        })
        .collect();
    assert_eq!(
        seen,
        [
            (2018, 23, 6),
            (2019, 24, 7),
            (2020, 30, 7),
            (2021, 31, 7),
            (2022, 31, 7),
            (2023, 27, 7),
            (2024, 28, 8),
            (2025, 28, 5),
            (2026, 33, 6),
        ]
    );
    assert!(law.calendar().years().all(|year| !year.papers().is_empty()));
    // Every day worked to make up is a weekend, or a weekday that an earlier paper had taken off.
    let weekday_worked: BTreeSet<Date> = law
        .calendar()
        .years()
        .flat_map(|year| year.days())
        .filter(|(day, named)| !named.off && day.weekday().to_monday_one_offset() <= 5)
        .map(|(day, _)| *day)
        .collect();
    assert_eq!(weekday_worked, [date(2020, 2, 3)].into());
}
