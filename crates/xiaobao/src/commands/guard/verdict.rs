//! Prints how well a model did: a line for each judged period, then what its probabilities are worth and what it looks at.

use boost::metrics::Calibration;
use detection::{Figures, FoldResult, Learnt, Verdict};
use kernel::{Text, text::Language};

use crate::{
    console::{Console, table as aligned},
    fault::Outcome,
};

/// Inputs that are named.
const INPUTS_SHOWN: usize = 12;

/// Prints the verdict.
pub fn tell(learnt: &Learnt, console: Console) -> Outcome {
    let (card, folds) = (&learnt.card, &learnt.folds);
    let history = &card.history;
    console.say(&Text::of(
        format!("历史 {} 至 {}：{} 行，欺诈 {}。", history.from, history.to, history.rows, history.frauds),
        format!("History {} to {}: {} rows, {} frauds.", history.from, history.to, history.rows, history.frauds),
    ))?;
    console.print(aligned(&lines(folds, console.language)).trim_end())?;
    if let Some(calibration) = folds.last().and_then(|fold| fold.figures.calibration.as_ref()) {
        console.say(&Text::fixed("最后一轮：概率与实际", "The last period: what was said and what was true"))?;
        console.print(aligned(&said_and_true(calibration, console.language)).trim_end())?;
    }
    let named = card.gains.iter().take(INPUTS_SHOWN).map(|(name, gain)| format!("{name} {}", percent(*gain)));
    let named = named.collect::<Vec<_>>().join(", ");
    let (from, to, trees) = (&card.learnt.from, &card.learnt.to, card.lesson.trees);
    let (rows, frauds) = (card.learnt.rows, card.learnt.frauds);
    console.say(&Text::of(
        format!("最终模型：{from} 至 {to}，{rows} 行，欺诈 {frauds}，{trees} 棵树。主要输入：{named}。"),
        format!("Final model: {from} to {to}, {rows} rows, {frauds} frauds, {trees} trees. Looks at: {named}."),
    ))
}

/// Prints how a model did that was there already.
pub fn judged(verdict: &Verdict, console: Console) -> Outcome {
    let Verdict { judged, trees, known_cards_rows, figures, .. } = verdict;
    console.say(&Text::of(
        format!(
            "评测 {} 至 {}：{} 行，欺诈 {}；已知被盗卡 {known_cards_rows} 行不计；{trees} 棵树。",
            judged.from, judged.to, judged.rows, judged.frauds
        ),
        format!(
            "Judged {} to {}: {} rows, {} frauds, without {known_cards_rows} rows of cards known to be misused; {trees} trees.",
            judged.from, judged.to, judged.rows, judged.frauds
        ),
    ))?;
    let at = |number: usize| head(console.language)[number].to_owned();
    let calibration = figures.calibration.as_ref();
    let lines = [
        vec![at(4), at(5), at(6), at(7), at(8)],
        [
            figures.auc,
            figures.average_precision,
            figures.recall_at_1_percent,
            figures.card_precision(),
            calibration.map(|calibration| calibration.brier),
        ]
        .map(shown)
        .to_vec(),
    ];
    console.print(aligned(&lines).trim_end())?;
    let Some(calibration) = calibration else { return Ok(()) };
    console.say(&Text::fixed("概率与实际", "What was said and what was true"))?;
    console.print(aligned(&said_and_true(calibration, console.language)).trim_end())
}

fn head(language: Language) -> [&'static str; 11] {
    match language {
        Language::Zh => [
            "学习",
            "评测",
            "行数",
            "欺诈",
            "AUC",
            "平均精确率",
            "召回@1%误报",
            "卡精确率@100",
            "Brier",
            "稳定性",
            "逻辑回归 AP",
        ],
        Language::En => [
            "learnt",
            "judged",
            "rows",
            "frauds",
            "AUC",
            "avg precision",
            "recall@1%FP",
            "card prec@100",
            "Brier",
            "stability",
            "logistic AP",
        ],
    }
}

/// A line for each fold and one for their means.
fn lines(folds: &[FoldResult], language: Language) -> Vec<Vec<String>> {
    let mut lines = vec![head(language).map(str::to_owned).to_vec()];
    lines.extend(folds.iter().map(|fold| {
        let days = |days: detection::Days| {
            let (from, to) = days.dates();
            format!("{from}…{}", &to[5..])
        };
        let (rows, frauds) = (fold.figures.rows.to_string(), fold.figures.frauds.to_string());
        let mut line = vec![days(fold.fold.train), days(fold.fold.test), rows, frauds];
        line.extend(figures(fold).map(shown));
        line
    }));
    if folds.len() > 1 {
        let mean = match language {
            Language::Zh => "平均",
            Language::En => "mean",
        };
        let mut line = vec![mean.to_owned(), String::new(), String::new(), String::new()];
        line.extend((0..7).map(|at| shown(mean_of(folds, at))));
        lines.push(line);
    }
    lines
}

/// The figures of a line.
fn figures(fold: &FoldResult) -> [Option<f64>; 7] {
    let Figures { auc, average_precision, recall_at_1_percent, calibration, .. } = &fold.figures;
    let brier = calibration.as_ref().map(|calibration| calibration.brier);
    [
        *auc,
        *average_precision,
        *recall_at_1_percent,
        fold.figures.card_precision(),
        brier,
        fold.stability,
        fold.regression.average_precision,
    ]
}

/// The mean of a figure; absent if any is.
fn mean_of(folds: &[FoldResult], at: usize) -> Option<f64> {
    let all: Option<Vec<f64>> = folds.iter().map(|fold| figures(fold)[at]).collect();
    all.map(|all| all.iter().sum::<f64>() / all.len() as f64)
}

fn said_and_true(calibration: &Calibration, language: Language) -> Vec<Vec<String>> {
    let head = match language {
        Language::Zh => ["概率", "行数", "平均概率", "实际比例"],
        Language::En => ["probability", "rows", "said", "true"],
    };
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    lines.extend(calibration.bins.iter().map(|bin| {
        let range = format!("{}…{}", percent(bin.low), percent(bin.high));
        vec![range, bin.rows.to_string(), percent(bin.said), percent(bin.true_share())]
    }));
    lines
}

fn shown(figure: Option<f64>) -> String {
    figure.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.4}"))
}

fn percent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}
