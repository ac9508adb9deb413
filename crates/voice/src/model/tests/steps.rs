//! The steps of stories beyond the plain procedure, family by family.

use kernel::{Money, id::StaffId};

use super::script::{Story, sealed};
use crate::model::{
    Command,
    award::{AwardCommand, Grant},
    recusal::{RecusalGround, RecuseCommand},
};

/// The figure behind `name=` in a step.
fn figure(words: &[&str], name: &str) -> Option<i64> {
    let text = words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))?;
    Some(text.parse().unwrap())
}

/// The command of a step.
pub(super) fn command(_story: &Story, words: &[&str]) -> Command {
    let number = figure(words, "no").unwrap_or(1).unsigned_abs() as u32;
    let money = |name: &str| figure(words, name).map(Money::fen);
    match words[0] {
        "ask-award" => Command::Award(AwardCommand::Propose {
            grant: Grant { compensation: money("pay"), waiver: money("waive") },
            why: sealed("why"),
        }),
        "grant-award" => Command::Award(AwardCommand::Approve { number }),
        "refuse-award" => Command::Award(AwardCommand::Refuse { number, why: sealed("why") }),
        "recall-award" => Command::Award(AwardCommand::Recall { number }),
        "recuse" => Command::Recuse(RecuseCommand {
            person: StaffId::from_bits(figure(words, "who").unwrap_or(2).unsigned_abs().into()),
            ground: RecusalGround::Related,
            why: None,
        }),
        other => panic!("no step is called {other}"),
    }
}
