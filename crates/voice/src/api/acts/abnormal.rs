//! A person's decision whether a matter is an abnormal complaint.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{act, carry_out};
use crate::{
    abnormal::gather,
    api::{law, reading},
    desk::{self, Act},
    intake::{REMARK_CHARS_MAX, prose},
    model::{
        Command,
        abnormal::{JudgeCommand, Verdict},
    },
    store::orders,
};

/// What somebody decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JudgeAbnormalRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// What.
    pub verdict: Verdict,
    /// Why.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Decide whether a matter is abnormal
    ///
    /// The evidence as it is then is kept beside the decision. Nothing follows from it: the matter is handled as before.
    judge_abnormal(JudgeAbnormalRequest) at "/api/voice/orders/{id}/judge_abnormal" = "judge_abnormal", |call, id, json| {
        let JudgeAbnormalRequest { version, verdict, why } = json.value;
        let why = prose(&why, REMARK_CHARS_MAX).map_err(|text| kernel::Problem::invalid("/why", text))?;
        let opened = reading::open(&call, &call.actor, id).await?;
        let (sealed, words) = (opened.seal("abnormal", &why, &call.shared)?, opened.words("abnormal", &why)?);
        let law = law(&call.shared);
        carry_out(call, id, json.print, move |unit, order| {
            let seq = orders::place(unit.connection(), id)?.ok_or_else(desk::unknown)?.seq;
            let now = unit.now();
            let evidence = gather(unit.connection(), (order, seq), &law, now)?;
            let (score, parts) = evidence.map_or((0, Vec::new()), |found| (found.score, found.kept()));
            let command = JudgeCommand { verdict, score, parts, why: sealed.clone() };
            Ok(Act::new(id, Some(version), Command::JudgeAbnormal(command)).with_words(words.clone()))
        })
        .await
    }
}
