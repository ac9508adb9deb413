//! What is done with versions of the score model, each as one unit of work. That the engine can run a file is checked before. A
//! version that goes live retires the one that was.

use ::decide::trees::Forest;
use kernel::{Actor, Problem, ProblemKind, Text, id::ScoreModelId};
use ledger::{Announcement, Cause, Ledger, Stream, Unit};

use crate::{
    model::score_model::{Proposed, ScoreModel, ScoreModelCommand, ScoreModelEvent, ScoreModelFormat, decide, evolve},
    store::score_models::{self, PART_BYTES},
};

/// The topic under which changes are announced.
pub const TOPIC: &str = "guard.score_model";

/// Bytes of a file at most: two thousand trees of sixty leaves as text have some twelve million.
pub const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Characters of an input's name at most; no name of the schema is near it.
const NAME_CHARS_MAX: usize = 128;
/// Steps that explaining one score may take: some hundred milliseconds. A thousand trees of thirty leaves take a tenth of it.
const EXPLAIN_STEPS_MAX: u64 = 30_000_000;

/// A file as a model that can be asked, and which program's it is.
///
/// # Errors
/// What is wrong with it.
pub fn read(file: &[u8]) -> Result<(ScoreModelFormat, Forest), Text> {
    let first = file.iter().find(|byte| !byte.is_ascii_whitespace());
    let (format, read) = match first {
        None => return Err(Text::fixed("文件是空的。", "The file is empty.")),
        Some(b'{') => (ScoreModelFormat::Xgboost, Forest::from_xgboost(file)),
        Some(_) => {
            let text = std::str::from_utf8(file).map_err(|_| {
                Text::fixed(
                    "不是 LightGBM 文本或 XGBoost JSON 模型文件。",
                    "This is no model file: neither LightGBM's text nor XGBoost's JSON.",
                )
            })?;
            (ScoreModelFormat::Lightgbm, Forest::from_lightgbm(text))
        }
    };
    let forest = read.map_err(|fault| fault.message)?;
    if forest.inputs().iter().any(|name| name.chars().count() > NAME_CHARS_MAX) {
        return Err(Text::of(
            format!("输入名称最长 {NAME_CHARS_MAX} 个字符。"),
            format!("Names of inputs have at most {NAME_CHARS_MAX} characters."),
        ));
    }
    if forest.steps_of_explaining() > EXPLAIN_STEPS_MAX {
        return Err(Text::fixed(
            "树过深或过多，无法在合理时间内解释一次评分；请限制深度后重新训练。",
            "Its trees are too deep or too many for a score to be explained in time; train it again with a bound on depth.",
        ));
    }
    Ok((format, forest))
}

/// The hash of something in hexadecimal digits.
pub fn digest(ledger: &Ledger, file: &[u8]) -> String {
    let mut hasher = ledger.ports().keyring.hasher();
    hasher.update(file);
    hasher.finish().0.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The problem of a version that is not there.
pub fn unknown() -> Problem {
    Problem::not_found("评分模型版本", "version of the score model")
}

/// Keeps the file of a version that is yet to be proposed, in parts, so that nobody waits long. What a stop leaves behind belongs
/// to no version and counts nowhere.
pub fn keep(ledger: &Ledger, id: ScoreModelId, file: &[u8]) -> Result<(), Problem> {
    for (part, bytes) in (0i64..).zip(file.chunks(PART_BYTES)) {
        let bytes = bytes.to_vec();
        ledger.write(&Cause::new("guard:score-model"), move |unit| {
            score_models::put_part(unit.connection(), id, part, &bytes)
        })?;
    }
    Ok(())
}

/// Proposes a version whose file is kept; its number follows the last.
pub fn propose(unit: &mut Unit<'_>, proposed: &Proposed, actor: &Actor) -> Result<ScoreModel, Problem> {
    unit.lock(TOPIC)?;
    let number = score_models::next_number(unit.connection())?;
    let event = ScoreModelEvent::Proposed(Box::new(Proposed { number, ..proposed.clone() }));
    let state = evolve(None, (unit.now(), &actor.reference, &event));
    let state = state.ok_or_else(|| Problem::internal_error("proposing gave no model"))?;
    unit.append(&state.proposed.model.to_string(), 0, &actor.reference, &[event])?;
    score_models::insert(unit.connection(), &state)?;
    announce(unit, &state, actor, "proposed");
    Ok(state)
}

/// Does something to a version as of the one that the caller saw.
pub fn act(
    unit: &mut Unit<'_>,
    (id, seen): (ScoreModelId, u64),
    command: ScoreModelCommand,
    actor: &Actor,
) -> Result<ScoreModel, Problem> {
    unit.lock(TOPIC)?;
    let before = load(unit, id)?;
    if seen != before.version {
        let text = Text::fixed("该版本已被他人修改，请刷新。", "Somebody else has changed it; load it again.");
        return Err(Problem::new(ProblemKind::Conflict, text).because("raced"));
    }
    let event = decide(&before, command, actor)?;
    if event == ScoreModelEvent::Approved
        && let Some(row) = score_models::live(unit.connection())?
    {
        let (live, reason) = (load(unit, row.proposed.model)?, format!("v{}", before.proposed.number));
        put(unit, live, ScoreModelEvent::Retired { reason }, actor)?;
    }
    put(unit, before, event, actor)
}

/// The version as its events tell it.
pub fn load(unit: &mut Unit<'_>, id: ScoreModelId) -> Result<ScoreModel, Problem> {
    let stream: Stream<ScoreModelEvent> = unit.load(&id.to_string())?;
    stream.events.iter().fold(None, |state, one| evolve(state, (one.at, &one.actor, &one.event))).ok_or_else(unknown)
}

fn put(unit: &mut Unit<'_>, before: ScoreModel, event: ScoreModelEvent, actor: &Actor) -> Result<ScoreModel, Problem> {
    let (id, version) = (before.proposed.model, before.version);
    let kind = ledger::Event::kind(&event);
    let after = evolve(Some(before), (unit.now(), &actor.reference, &event)).ok_or_else(unknown)?;
    unit.append(&id.to_string(), version, &actor.reference, &[event])?;
    score_models::update(unit.connection(), &after)?;
    announce(unit, &after, actor, kind);
    Ok(after)
}

fn announce(unit: &mut Unit<'_>, state: &ScoreModel, actor: &Actor, kind: &str) {
    let (place, id) = (crate::lists::everywhere(actor), state.proposed.model.to_string());
    unit.announce(Announcement { topic: TOPIC, id, unit: place, kind: kind.to_owned() });
}
