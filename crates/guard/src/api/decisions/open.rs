//! An interception from a decision: the event's own sides and amount, the decision's reasons and dialogue.

use endpoint::{BodyPrint, Call, Failure, Path, ProblemBody, Reply, typed::Faults};
use kernel::{
    PageRequest, Problem, ProblemKind, Text,
    id::{DecisionId, InterceptionId},
};
use serde_json::Value;

use super::{list::seen, settled};
use crate::{
    api::interceptions::{InterceptionStateBody, now},
    desk,
    intake::{self, Sides, TypedSides},
    model::{
        interception::{Command, Rules, event::Opened},
        permission::OPEN,
        words::{Channel, GuardOutcome},
    },
    rules::RulesSource,
    store::{
        decisions::DecisionRow,
        interceptions::{self, InterceptionFilter},
    },
};

/// The word of events for teller machines.
const ATM: &str = "atm";

/// Open an interception from a decision
///
/// A decision has one interception at most.
#[utoipa::path(
    post, path = "/api/guard/decisions/{id}/open", operation_id = "open_decision", tag = "guard",
    params(("id" = String, Path, description = "The decision")),
    responses(
        (status = 201, description = "It was opened", body = InterceptionStateBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.interception.open` there", body = ProblemBody),
        (status = 404, description = "There is no such decision, or the caller may not see it", body = ProblemBody),
        (status = 409, description = "It has an interception, or there is nothing to stop", body = ProblemBody),
    )
)]
pub async fn open_decision(call: Call, Path(id): Path<DecisionId>) -> Result<Reply, Failure> {
    call.require(OPEN)?;
    let (actor, screen) = (call.actor.clone(), settled(&call.shared).await?);
    let caller = actor.clone();
    let row = call.read(move |conn| seen(conn, id, &caller)).await?;
    if !actor.may(OPEN, &row.unit) {
        return Err(endpoint::call::lacks(OPEN).into());
    }
    let read = row.clone();
    let event = tokio::task::spawn_blocking(move || screen.opened(&read)).await.map_err(Problem::internal_error)??;
    let event: Value = serde_json::from_str(event.expose()).map_err(|_| Problem::internal_error("not an event"))?;
    let (rules, at) = (call.shared.rules()?, now(&call.shared));
    let ports = call.shared.ledger().ports();
    let interception = InterceptionId::new(at, &*ports.random);
    let sealed = intake::seal(&sides(&event)?, interception, at, &ports.keyring, &*ports.random);
    let opened = opened(&row, &event, &rules)?;
    let language = call.language;
    call.write(BodyPrint::none(), move |unit| {
        let filter = InterceptionFilter { decision: Some(id), ..InterceptionFilter::default() };
        unit.lock(&id.to_string())?;
        let first = PageRequest::new(Some(1), None);
        let scopes = [row.unit.clone()];
        let there = interceptions::page(unit.connection(), &scopes, &actor.reference, &filter, &first)?;
        if !there.items.is_empty() {
            let text = Text::fixed("该决策已发起拦截。", "The decision has an interception already.");
            return Err(Problem::new(ProblemKind::Refused, text).because("opened-already"));
        }
        let opened = Opened {
            interception,
            payer: sealed.payer.clone(),
            payee: sealed.payee.clone(),
            purpose: sealed.purpose.clone(),
            ..opened.clone()
        };
        let state = desk::open(unit, Command::Open(Box::new(opened)), &sealed.kept, &actor, &rules)?;
        let body = InterceptionStateBody::of(&state, &rules, (&actor, unit.now(), language));
        Reply::created(format!("/api/guard/interceptions/{interception}"), &body)
    })
    .await
}

/// The sides of a transfer; what is not a number of the bank's kind is left out, for the event was decided all the same.
fn sides(event: &Value) -> Result<Sides, Problem> {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let typed = TypedSides {
        name: text("/payer/name"),
        phone: text("/payer/phone"),
        account: text("/payer/account"),
        payee_name: text("/payee/name"),
        payee_account: text("/payee/account"),
        purpose: text("/purpose"),
    };
    let mut faults = Faults::default();
    Ok(typed.check(None, &mut faults))
}

fn opened(row: &DecisionRow, event: &Value, rules: &Rules) -> Result<Opened, Problem> {
    let nothing = || {
        let text = Text::fixed("该事件没有可以拦截的转账。", "The event has no transfer to stop.");
        Problem::new(ProblemKind::Refused, text).because("nothing-to-stop")
    };
    let amount = event.pointer("/amount").and_then(Value::as_i64).filter(|amount| *amount > 0).ok_or_else(nothing)?;
    let outcome = row.outcome.filter(|outcome| *outcome > GuardOutcome::Allow).ok_or_else(nothing)?;
    let answer: Value = serde_json::from_str(&row.answer).map_err(Problem::internal_error)?;
    let names = answer["dialogue"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let channel = event.pointer("/channel").and_then(Value::as_str).and_then(|word| match word {
        ATM => Some(Channel::TellerMachine),
        word => Channel::from_stored(word),
    });
    let reason = |reason: &Value| Some(Text::of(reason["zh"].as_str()?, reason["en"].as_str()?));
    Ok(Opened {
        // The caller puts the sealed parts and the id in their places.
        interception: InterceptionId::from_bits(0),
        unit: row.unit.clone(),
        decision: Some(row.id),
        channel: channel.unwrap_or(Channel::Online),
        payer: crate::model::interception::event::Payer {
            subject: kernel::id::SubjectId::from_bits(0),
            customer: None,
            name: None,
            phone: None,
            account: None,
        },
        payee: crate::model::interception::event::Payee::default(),
        amount,
        purpose: None,
        outcome,
        reasons: answer["reasons"].as_array().into_iter().flatten().filter_map(reason).collect(),
        book: rules.book.version,
        parts: rules.book.choose(names),
    })
}
