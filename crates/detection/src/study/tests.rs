//! A made-up bank whose law of fraud is known: what is learnt, what must not be, and that it is the same each time.

use std::fmt::Write as _;

use decide::{
    Engine, HashKeys,
    engine::EngineOptions,
    expression::NoLists,
    trees::{Forest, Views},
    window::{WindowLimits, Windows},
};
use kernel::Timestamp;

use super::*;
use crate::{history::tests::read, mapping::Mapping, protocol::number_of_day};

/// Draws that a seed repeats.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Days of the made-up history.
const DAYS: u64 = 35;
/// Payments a day.
const PAYMENTS: u64 = 280;

/// Payments of 150 people at 40 shops. Each shop is in bad hands for twenty days at some time, and half of what is paid
/// there is then fraud; every person's amounts lie around their own mean, and one payment in thirty is fraud of five
/// times that.
fn csv(seed: u64) -> String {
    let mut draw = Draw(seed);
    let mut csv = "TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD\n".to_owned();
    let since: Vec<u64> = (0..40).map(|_| draw.below(DAYS * 3)).collect();
    let means: Vec<u64> = (0..150).map(|_| 1_000 + draw.below(9_000)).collect();
    for payment in 0..DAYS * PAYMENTS {
        let (day, second) = (payment / PAYMENTS, payment % PAYMENTS * 300 + draw.below(300));
        let (customer, shop) = (draw.below(150), draw.below(40));
        let mean = means[customer as usize];
        let mut amount = mean / 2 + draw.below(mean);
        let in_bad_hands = (since[shop as usize]..since[shop as usize] + 20).contains(&day);
        let mut is_fraud = in_bad_hands && draw.below(2) == 0;
        if draw.below(30) == 0 {
            (amount, is_fraud) = (amount * 5, true);
        }
        let at =
            Timestamp::start_of("2018-04-01".parse().unwrap()).plus_micros((day * 86_400 + second) as i64 * 1_000_000);
        let (at, fraud) = (at.in_shanghai().datetime(), u8::from(is_fraud));
        let (whole, part) = (amount / 100, amount % 100);
        let _ = writeln!(csv, "{},{customer},{shop},{whole}.{part:02},{fraud}", at.strftime("%Y-%m-%d %H:%M:%S"));
    }
    csv
}

fn spec(mapping: &Mapping) -> TrainingSpec {
    TrainingSpec::payments().unwrap().suited(mapping, 7)
}

fn handbook() -> Mapping {
    Mapping::known_for(&["TX_DATETIME", "CUSTOMER_ID", "TERMINAL_ID", "TX_AMOUNT", "TX_FRAUD"].map(str::to_owned))
        .unwrap()
}

fn options() -> Options {
    Options { trees_max: 40, ..Options::default() }
}

fn study<T>(csv: &str, act: impl FnOnce(&Study<'_>) -> T) -> T {
    let (history, refused) = read(csv);
    assert!(refused.is_empty());
    let spec = spec(&handbook());
    act(&Study { history: &history, spec: &spec, protocol: Protocol::default(), options: options() })
}

fn run(study: &Study<'_>) -> Result<Learnt, DetectionFault> {
    let watch = &mut Watch { at: &mut |_, _, _| ControlFlow::Continue(()), refused: &mut |_| {} };
    study.run(watch)
}

/// The model and its card as they would be written.
fn written(learnt: &Learnt) -> (String, String) {
    let parameters = learnt.card.parameters();
    (learnt.model.lightgbm_text(&parameters), serde_json::to_string(&learnt.card).unwrap())
}

#[test]
fn the_law_is_found_on_days_that_were_not_learnt_from() {
    let learnt = study(&csv(1), run).unwrap();
    assert_eq!(learnt.folds.len(), 3);
    for fold in &learnt.folds {
        let figures = &fold.figures;
        assert!(figures.rows > 300 && figures.frauds > 10, "{figures:?}");
        assert!(fold.fold.train.to + 7 == fold.fold.test.from);
        // Large payments are found at once, those at shops in bad hands only after a week; chance gives the share of frauds.
        let share = figures.frauds as f64 / figures.rows as f64;
        let found = (figures.auc.unwrap(), figures.average_precision.unwrap() / share);
        assert!(found.0 > 0.65 && found.1 > 3.0, "{found:?} {share} {:?}", fold.regression.average_precision);
        let calibration = figures.calibration.as_ref().unwrap();
        assert!(calibration.error < 0.15, "{}", calibration.error);
        assert!(fold.regression.average_precision.unwrap() > 1.5 * share);
    }
    let looked_at: Vec<&str> = learnt.card.gains.iter().take(6).map(|(name, _)| name.as_str()).collect();
    assert!(looked_at.iter().any(|name| name.starts_with("payer.")), "{looked_at:?}");
    assert!(learnt.card.inputs.len() == learnt.model.names.len());
}

#[test]
fn the_same_history_and_seed_give_the_same_bytes() {
    let csv = csv(2);
    let first = study(&csv, |study| written(&run(study).unwrap()));
    assert_eq!(first, study(&csv, |study| written(&run(study).unwrap())));
    // Rows in another order are the same history, since no two have one time.
    let mut lines: Vec<&str> = csv.lines().collect();
    lines[1..].reverse();
    assert_eq!(first, study(&lines.join("\n"), |study| written(&run(study).unwrap())));
    let other = Options { seed: 9, ..options() };
    let changed = study(&csv, |study| {
        let other =
            Study { options: other.clone(), protocol: study.protocol, history: study.history, spec: study.spec };
        written(&run(&other).unwrap())
    });
    assert_ne!(first.0, changed.0);
}

/// Whatever is true of a day after the last judged one, or of a label before it was known, must not change a score.
#[test]
fn labels_that_were_not_known_yet_change_nothing() {
    let csv = csv(3);
    let day_of = |line: &str| line[..10].to_owned();
    let flipped = |from: &str, to: &str| -> String {
        let flip = |line: &str| {
            let in_range = *from <= *day_of(line) && *day_of(line) <= *to;
            match (in_range, line.strip_suffix(",0"), line.strip_suffix(",1")) {
                (true, Some(rest), _) => format!("{rest},1"),
                (true, _, Some(rest)) => format!("{rest},0"),
                _ => line.to_owned(),
            }
        };
        let (head, body) = csv.split_once('\n').unwrap();
        std::iter::once(head.to_owned()).chain(body.lines().map(flip)).collect::<Vec<_>>().join("\n")
    };
    // The folds judge 15–21 April, 22–28 April, 29 April–5 May; the second learns from 8–14 April, when what became known
    // of the week before is seen.
    let second_fold = |csv: &str| {
        study(csv, |study| {
            let days = study.history.days().unwrap();
            let fold = study.protocol.folds(days).unwrap()[1];
            assert_eq!(fold.test.dates(), ("2018-04-22".to_owned(), "2018-04-28".to_owned()));
            let mut pass = PassWatch { events: &mut |_| ControlFlow::Continue(()), refused: &mut |_| {} };
            let wanted = [fold.train, fold.test];
            let examples = examples(study.history, study.spec, 7, &wanted, &mut pass).unwrap();
            let taught =
                study.teach(&examples, fold.train, fold.test.from, &mut |_, _| ControlFlow::Continue(())).unwrap();
            let first_day = rows_of(&examples, Days { from: fold.test.from, to: fold.test.from + 1 });
            let all = rows_of(&examples, fold.test);
            let scores = |rows: &[usize]| {
                scored(&examples, rows, |values| taught.model.raw(values))
                    .iter()
                    .map(|one| one.score)
                    .collect::<Vec<_>>()
            };
            (taught.model.clone(), scores(&first_day), scores(&all))
        })
    };
    let (model, on_first_day, all) = second_fold(&csv);
    // Labels of the judged week and after it: known after it ended, so neither model nor scores see them.
    let (other_model, _, other_all) = second_fold(&flipped("2018-04-22", "2018-05-05"));
    assert!((&model, &all) == (&other_model, &other_all));
    // Labels of the week of waiting become known during the judged week: the model and its first day do not see them,
    // later days do. Fraud of 15 April is known on the 22nd, hence from the 16th.
    let (other_model, other_first, other_all) = second_fold(&flipped("2018-04-16", "2018-04-21"));
    assert!((&model, &on_first_day) == (&other_model, &other_first));
    assert!(all != other_all);
    // And labels that were known in time are learnt from.
    assert!(model != second_fold(&flipped("2018-04-10", "2018-04-10")).0);
}

/// A label that came later than the rest is no fraud to whoever learns before it came.
#[test]
fn the_historys_own_word_on_when_fraud_was_known_counts() {
    let mapping = "title = \"x\"\ncard = \"c\"\ntime = { column = \"t\" }\n[label]\ncolumn = \"f\"\nfraud = [\"1\"]\n\
                   known = { column = \"k\" }\n[fields]\n\"payee.account\" = { column = \"p\" }\namount = { column = \"a\", as = \"yuan\" }\n";
    let mapping = Mapping::parse(mapping).unwrap();
    let csv = "t,c,p,a,f,k\n2018-04-01 10:00:00,1,s,5,1,2018-04-03 00:00:00\n2018-04-02 10:00:00,2,s,5,0,\n\
               2018-04-03 10:00:00,3,s,5,1,2018-09-01 00:00:00\n2018-04-30 10:00:00,4,s,5,0,\n";
    let (history, refused) = crate::history::tests::read_by(csv, Some(mapping.clone()));
    assert_eq!((history.len(), history.frauds(), refused.len()), (4, 2, 0));
    let spec = spec(&mapping);
    let days = history.days().unwrap();
    let mut pass = PassWatch { events: &mut |_| ControlFlow::Continue(()), refused: &mut |_| {} };
    let examples = examples(&history, &spec, 7, &[days], &mut pass).unwrap();
    let frauds = examples.matrix.names().iter().position(|name| name == "payee.frauds_90d").unwrap();
    assert_eq!(examples.matrix.column(frauds), [0.0, 0.0, 1.0, 1.0]);
    let study = Study { history: &history, spec: &spec, protocol: Protocol::default(), options: options() };
    let until = number_of_day("2018-04-20T00:00:00Z".parse::<Timestamp>().unwrap().as_micros());
    let taught = study.teach(&examples, days, until, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!((taught.lesson.rows, taught.lesson.frauds, taught.lesson.platt), (4, 1, None));
}

/// What the study computed is what the engine computes live from the card's declaration and the model file.
#[test]
fn the_engine_runs_the_model_unchanged() {
    let csv = csv(4);
    let (history, _) = read(&csv);
    let spec = spec(&handbook());
    let study = Study { history: &history, spec: &spec, protocol: Protocol::default(), options: options() };
    let learnt = run(&study).unwrap();
    let (model, card) = written(&learnt);
    let card: serde_json::Value = serde_json::from_str(&card).unwrap();
    let declared: decide::EngineSpec = serde_json::from_value(card["engine"].clone()).unwrap();
    // Another secret than the study's: nothing may hang on it.
    let mut engine_options = EngineOptions::new(HashKeys::new([3; 16]));
    engine_options.forest = Some(Forest::from_lightgbm(&model).unwrap().into());
    let engine = Engine::compile(&declared, engine_options).unwrap();
    let forest = Forest::from_lightgbm(&model).unwrap();
    assert_eq!(forest.inputs(), learnt.model.names);

    let days = history.days().unwrap();
    let wanted = [Days { from: days.to - 9, to: days.to }];
    let mut pass = PassWatch { events: &mut |_| ControlFlow::Continue(()), refused: &mut |_| {} };
    let examples = examples(&history, &spec, 7, &wanted, &mut pass).unwrap();

    let mut windows = Windows::new(engine.plan().clone(), WindowLimits::default());
    let (mut memory, mut row, mut views) = (engine.memory(), engine.schema().row(), Views::default());
    let (mut waiting, mut compared, mut values): (Vec<(i64, String)>, usize, Vec<f64>) = (Vec::new(), 0, Vec::new());
    for entry in history.entries() {
        // Confirmations come as events of their own, as the house will send them.
        while waiting.first().is_some_and(|(known, _)| *known <= entry.time) {
            let (known, body) = waiting.remove(0);
            let json = format!(r#"{{"id":"k","type":"fraud","time":"{}",{body}}}"#, Timestamp::from_micros(known));
            engine.schema().read(json.as_bytes(), &mut row).unwrap();
            engine.record(&row, None, &mut windows, &NoLists, &mut memory);
        }
        let body = history.body(entry);
        let json = format!(r#"{{"id":"e","type":"transfer","time":"{}",{body}}}"#, Timestamp::from_micros(entry.time));
        engine.schema().read(json.as_bytes(), &mut row).unwrap();
        let decision = engine.decide(&row, &windows, &NoLists, &mut memory, &mut || true);
        if wanted[0].contains(number_of_day(entry.time)) {
            examples.matrix.row(compared, &mut values);
            let raw = learnt.model.raw(&values);
            assert_eq!(forest.margin(&values, &mut views).to_bits(), raw.to_bits(), "row {compared}");
            let live = decision.probability.unwrap();
            assert!((live - probability(raw)).abs() < 1e-15, "row {compared}: {live} {}", probability(raw));
            if compared.is_multiple_of(97) {
                explained(&engine, &memory, raw, &learnt.model);
            }
            compared += 1;
        }
        engine.record(&row, Some(decision.outcome), &mut windows, &NoLists, &mut memory);
        if entry.is_fraud {
            waiting.push((entry.known_after(7), body.to_owned()));
        }
    }
    assert_eq!(compared, examples.matrix.rows());
    assert!(compared > 2_400);
}

/// What moved a score adds up to the score less the model's average, and names inputs of the model.
fn explained(engine: &Engine, memory: &decide::Memory, raw: f64, model: &Model) {
    let contributions = engine.contributions(memory);
    assert!(contributions.iter().all(|(name, _)| model.names.contains(name)));
    assert!(contributions.windows(2).all(|pair| pair[0].1.abs() >= pair[1].1.abs()));
    let average: f64 = model
        .trees
        .iter()
        .map(|tree| {
            let rows: f64 = tree.leaves.iter().map(|leaf| f64::from(leaf.rows)).sum();
            tree.leaves.iter().map(|leaf| leaf.value * f64::from(leaf.rows)).sum::<f64>() / rows
        })
        .sum();
    let sum: f64 = contributions.iter().map(|(_, moved)| moved).sum();
    assert!((sum + average - raw).abs() < 1e-9, "{sum} {average} {raw}");
}

#[test]
fn rows_that_the_fields_do_not_allow_are_told_and_left_out() {
    let mut csv = csv(5);
    let long = "x".repeat(300);
    let _ = writeln!(csv, "2018-04-20 00:00:00,{long},1,5.00,1");
    let _ = writeln!(csv, "2018-04-20 00:00:01,1,1,99999999999999.00,0");
    let (history, _) = read(&csv);
    let spec = spec(&handbook());
    let study = Study { history: &history, spec: &spec, protocol: Protocol::default(), options: options() };
    let mut refused = Vec::new();
    let mut told = |row: RefusedRow| refused.push((row.line, row.reason.en.to_string()));
    let learnt = study.run(&mut Watch { at: &mut |_, _, _| ControlFlow::Continue(()), refused: &mut told }).unwrap();
    let lines = csv.lines().count() as u64;
    assert_eq!(refused.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [lines - 1, lines]);
    assert!(refused[0].1.starts_with("/payer/account: ") && !refused[0].1.contains("xxx"), "{refused:?}");
    assert_eq!((learnt.card.refused, learnt.card.history.rows), (2, lines - 1));
}

#[test]
fn whoever_asks_to_stop_is_heard_in_every_stage() {
    study(&csv(6), |study| {
        for stop_at in [Stage::Features, Stage::Trees { fold: 0, folds: 3 }, Stage::Trees { fold: 3, folds: 3 }] {
            let mut at =
                |stage, _, _| if stage == stop_at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
            let stopped = study.run(&mut Watch { at: &mut at, refused: &mut |_| {} });
            assert_eq!(stopped.err(), Some(DetectionFault::Stopped), "{stop_at:?}");
        }
    });
}

#[test]
fn what_cannot_be_studied_is_refused() {
    let head = "TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD\n";
    assert_eq!(study(head, run).err(), Some(DetectionFault::Empty));
    let short = format!("{head}2018-04-01 00:00:00,1,1,1,0\n2018-04-10 00:00:00,1,1,1,1\n");
    assert_eq!(study(&short, run).err(), Some(DetectionFault::TooShort { days: 10, needed: 21 }));
    let gap = format!("{head}2018-04-01 00:00:00,1,1,1,1\n2018-04-21 00:00:00,1,1,1,1\n");
    assert!(matches!(study(&gap, run).err(), Some(DetectionFault::Boost(boost::BoostFault::OneLabel { .. }))));
    let no_fraud = csv(7).replace(",1\n", ",0\n");
    assert!(matches!(
        study(&no_fraud, run).err(),
        Some(DetectionFault::Boost(boost::BoostFault::OneLabel { positives: 0, .. }))
    ));
}

#[test]
fn a_model_file_is_judged_as_the_model_was_when_it_was_learnt() {
    let csv = csv(3);
    let (history, _) = read(&csv);
    let spec = spec(&handbook());
    let all = history.days().unwrap();
    let protocol = Protocol { folds: 1, ..Protocol::default() };
    let whole = Study { history: &history, spec: &spec, protocol, options: options() };
    let fold = run(&whole).unwrap().folds.remove(0);
    // What the house had on the day before the judged week: its newest model is the fold's.
    let day = |line: &&str| line.get(..10).is_some_and(|day| day < crate::date_of_day(fold.fold.test.from).as_str());
    let until: Vec<&str> = csv.lines().take(1).chain(csv.lines().skip(1).filter(day)).collect();
    let (earlier, _) = read(&until.join("\n"));
    assert_eq!(earlier.days().unwrap().to, fold.fold.test.from);
    let model = study_model(&Study { history: &earlier, ..whole });
    let judging = crate::Judging {
        history: &history,
        spec: &spec,
        forest: &Forest::from_lightgbm(&model).unwrap(),
        days: fold.fold.test,
        delay_days: protocol.delay_days,
        since: fold.fold.train.from,
    };
    let verdict = judging.run(&mut |_, _| ControlFlow::Continue(()), &mut |_| {}).unwrap();
    let ranked = |figures: &Figures| {
        let Figures { auc, average_precision, recall_at_1_percent, card_precision_at_100, .. } = figures.clone();
        (auc, average_precision, recall_at_1_percent, card_precision_at_100)
    };
    assert_eq!(ranked(&verdict.figures), ranked(&fold.figures));
    // The two programs that ask trees round the last bit of a probability each in their own way.
    let brier = |figures: &Figures| figures.calibration.as_ref().unwrap().brier;
    assert!((brier(&verdict.figures) - brier(&fold.figures)).abs() < 1e-12);
    assert_eq!(verdict.known_cards_rows, fold.known_cards_rows);
    assert!(verdict.known_cards_rows > 0 && verdict.judged.rows == fold.figures.rows);
    // A model that looks at what the declaration does not have is refused by name, and a period without rows too.
    let strange = Forest::from_lightgbm(&model.replace("amount", "weather")).unwrap();
    let refused =
        crate::Judging { forest: &strange, ..judging }.run(&mut |_, _| ControlFlow::Continue(()), &mut |_| {});
    assert!(refused.unwrap_err().text().en.contains("weather"));
    let days = Days { from: all.to + 7, to: all.to + 14 };
    let refused = crate::Judging { days, ..judging }.run(&mut |_, _| ControlFlow::Continue(()), &mut |_| {});
    assert!(matches!(refused, Err(DetectionFault::NoRows { .. })));
}

/// The file of a study's newest model.
fn study_model(study: &Study<'_>) -> String {
    written(&run(study).unwrap()).0
}
