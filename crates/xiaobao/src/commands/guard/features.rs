//! `xiaobao guard features`: prints the declaration of what models see, as it is shipped for payments, or as the server computes
//! it live.

use detection::TrainingSpec;
use guard::screen::definition::Definition;
use kernel::Text;
use serde::Serialize;

use crate::{
    console::Console,
    fault::{Fault, Outcome},
};

/// The event type of a row, and the one by which a fraud becomes known, in the server's own schema.
const EVENTS: Training = Training { event: "transfer", confirmed: "fraud" };

/// Which declaration.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What the server computes for each transfer, so that the model can be uploaded there. 输出服务器实时计算的特征。
    #[arg(long)]
    house: bool,
}

#[derive(Serialize)]
struct Declaration {
    training: Training,
    engine: decide::EngineSpec,
}

#[derive(Serialize)]
struct Training {
    event: &'static str,
    confirmed: &'static str,
}

/// Prints it.
pub fn run(arguments: &Arguments, console: Console) -> Outcome {
    if !arguments.house {
        return console.print(TrainingSpec::payments_text().trim_end());
    }
    let failed = |error: &dyn std::fmt::Display| Fault::failed(Text::of(error.to_string(), error.to_string()));
    let definition = Definition::builtin().map_err(|error| failed(&error))?;
    // Scenarios judge; a model sees what they see and not what they say.
    let engine = decide::EngineSpec { scenarios: Vec::new(), ..definition.engine };
    let text = toml::to_string(&Declaration { training: EVENTS, engine }).map_err(|error| failed(&error))?;
    console.print(text.trim_end())
}
