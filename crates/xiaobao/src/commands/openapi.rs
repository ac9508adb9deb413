//! `xiaobao openapi`: the description of the HTTP interface, the same bytes that `/api/openapi.json` serves.

use clap::Args;

use crate::{console::Console, fault::Outcome};

const AFTER: &str = "\
Examples 示例:
  xiaobao openapi > openapi.json
  xiaobao openapi | jq '.paths | keys'";

/// Nothing to choose.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Arguments {}

/// Prints the description.
pub fn run(_arguments: &Arguments, console: Console) -> Outcome {
    let description = server::openapi::offline(server::rooms());
    console.print_bytes(&server::openapi::document(&description))
}
