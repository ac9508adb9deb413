//! What can be done to an order, one address for each verb. Every request names the version it saw; whoever was slower gets
//! 409 with the order's present version and step.

mod abnormal;
mod cause;
mod clocks;
mod ending;
mod facts;
mod fairness;
mod group;
mod lead;
mod origin;
mod review;
mod routing;
pub(super) mod settling;
pub(super) mod steps;
mod work;

use endpoint::{BodyPrint, Call, Failure, OpenApiRouter, Reply, Shared};
use kernel::{Date, Problem, id::OrderId};
use ledger::Unit;
use seal::Sealed;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{body::OrderStateBody, law, letters, reading};
use crate::{
    desk::{self, Act, Beside},
    guess::choices,
    intake::{Faults, OrderKey, REMARK_CHARS_MAX, prose},
    model::{Command, Order},
    search_text::{Names, Section, section},
};

/// An act that saw the order at a version.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VersionRequest {
    /// The version that the caller saw.
    pub version: u64,
}

/// Where an act's command comes from, once the order's key is at hand.
pub(super) struct Sealer<'a> {
    key: OrderKey<'a>,
    shared: &'a Shared,
    today: Date,
    faults: Faults,
    names: Names,
    /// What was sealed, as searches find it.
    words: String,
}

impl Sealer<'_> {
    /// Seals a text for its place, or notes what is wrong with it.
    pub(super) fn text(&mut self, pointer: &str, field: &str, text: &str, chars_max: usize) -> Sealed {
        let text = self.faults.take(pointer, prose(text, chars_max)).unwrap_or_default();
        self.words.push_str(&section(Section::of_field(field), &text, &self.names));
        self.key.seal(field, &text, &*self.shared.ledger().ports().random)
    }

    /// The same for a text that may be absent.
    pub(super) fn maybe(&mut self, pointer: &str, field: &str, text: Option<&str>) -> Option<Sealed> {
        let text = text.filter(|text| !text.trim().is_empty())?;
        Some(self.text(pointer, field, text, REMARK_CHARS_MAX))
    }
}

/// Does something that needs no text.
pub(super) async fn perform(
    call: Call,
    id: OrderId,
    print: BodyPrint,
    version: u64,
    command: Command,
) -> Result<Reply, Failure> {
    let act = Act::new(id, Some(version), command);
    carry_out(call, id, print, move |_, _| Ok(act.clone())).await
}

/// Does something whose texts are sealed first.
pub(super) async fn perform_sealed(
    call: Call,
    id: OrderId,
    print: BodyPrint,
    version: u64,
    build: impl FnOnce(&mut Sealer<'_>) -> Result<(Command, Beside), Problem>,
) -> Result<Reply, Failure> {
    let act = sealed_act(&call, id, version, build).await?;
    carry_out(call, id, print, move |_, _| Ok(act.clone())).await
}

/// An act whose texts are sealed.
pub(super) async fn sealed_act(
    call: &Call,
    id: OrderId,
    version: u64,
    build: impl FnOnce(&mut Sealer<'_>) -> Result<(Command, Beside), Problem>,
) -> Result<Act, Failure> {
    let opened = reading::open(call, &call.actor, id).await?;
    let mut sealer = Sealer {
        key: opened.key()?,
        shared: &call.shared,
        today: reading::now(&call.shared).date(),
        faults: Faults::default(),
        names: opened.names()?,
        words: String::new(),
    };
    let (command, beside) = build(&mut sealer)?;
    sealer.faults.check()?;
    Ok(Act { id, version: Some(version), command, beside, words: sealer.words })
}

/// Does to an order what `act` makes of it and of the unit of work, and answers with the order as it then is.
///
/// `act` is asked only once it is proved that the caller may know of the order: whatever it refuses tells nobody else that there
/// is one.
pub(super) async fn carry_out(
    call: Call,
    id: OrderId,
    print: BodyPrint,
    act: impl Fn(&mut Unit<'_>, &Order) -> Result<Act, Problem> + Send + 'static,
) -> Result<Reply, Failure> {
    let (actor, law, language) = (call.actor.clone(), law(&call.shared), call.language);
    call.write(print, move |unit| {
        let before = desk::seen(unit, id, &actor)?;
        let act = act(unit, &before)?;
        let order = desk::act_on(unit, before, &act, &actor, &law)?;
        choices::note(unit, &order, &act.command, &law)?;
        Reply::ok(&OrderStateBody::of(&order, &actor, unit.now(), &law, language))
    })
    .await
}

/// Declares the endpoint of one verb: of an order, or of something else whose id, answer and words are named.
macro_rules! act {
    ($(#[doc = $doc:literal])+ $name:ident($request:ident) at $path:literal = $op:literal, |$call:ident, $id:ident, $json:ident| $body:expr) => {
        $crate::api::acts::act! {
            $(#[doc = $doc])+
            $name($request) of [::kernel::id::OrderId] giving [$crate::api::body::OrderStateBody]
            "The order", "The order as it now is", "The caller may see the order and may not do this",
            "There is no such order, or the caller may not see it",
            "The order's state forbids it, or somebody else was faster";
            at $path = $op, |$call, $id, $json| $body
        }
    };
    ($(#[doc = $doc:literal])+ $name:ident($request:ident) of [$($id_type:tt)+] giving [$($answer:tt)+]
     $what:literal, $now:literal, $forbidden:literal, $unknown:literal, $conflict:literal;
     at $path:literal = $op:literal, |$call:ident, $id:ident, $json:ident| $body:expr) => {
        $(#[doc = $doc])+
        #[utoipa::path(
            post, path = $path, operation_id = $op, tag = "voice", request_body = $request,
            params(("id" = String, Path, description = $what)),
            responses(
                (status = 200, description = $now, body = $($answer)+),
                (status = 401, description = "Nobody is signed in", body = ::endpoint::ProblemBody),
                (status = 403, description = $forbidden, body = ::endpoint::ProblemBody),
                (status = 404, description = $unknown, body = ::endpoint::ProblemBody),
                (status = 409, description = $conflict, body = ::endpoint::ProblemBody),
                (status = 422, description = "Fields are wrong", body = ::endpoint::ProblemBody),
            )
        )]
        pub async fn $name(
            $call: ::endpoint::Call,
            ::endpoint::Path($id): ::endpoint::Path<$($id_type)+>,
            $json: ::endpoint::Json<$request>,
        ) -> Result<::endpoint::Reply, ::endpoint::Failure> {
            $body
        }
    };
}
pub(super) use act;

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(steps::register_order))
        .routes(routes!(ending::decline_order))
        .routes(routes!(steps::classify_order))
        .routes(routes!(steps::assign_order))
        .routes(routes!(steps::accept_order))
        .routes(routes!(work::record_contact))
        .routes(routes!(work::write_note))
        .routes(routes!(work::open_task))
        .routes(routes!(work::answer_task))
        .routes(routes!(work::cancel_task))
        .routes(routes!(steps::name_representative))
        .routes(routes!(steps::amend_party))
        .routes(routes!(origin::correct_origin))
        .routes(routes!(clocks::pause_clocks))
        .routes(routes!(clocks::resume_clocks))
        .routes(routes!(clocks::propose_extension))
        .routes(routes!(clocks::approve_extension))
        .routes(routes!(clocks::refuse_extension))
        .routes(routes!(clocks::recall_extension))
        .routes(routes!(ending::decide_order))
        .routes(routes!(letters::notify_order))
        .routes(routes!(ending::report_back))
        .routes(routes!(ending::record_visit))
        .routes(routes!(ending::invite_visit))
        .routes(routes!(ending::close_order))
        .routes(routes!(ending::withdraw_order))
        .routes(routes!(steps::retype_order))
        .routes(routes!(work::link_order))
        .routes(routes!(work::unlink_order))
        .routes(routes!(ending::reopen_order))
        .routes(routes!(cause::find_cause))
        .routes(routes!(abnormal::judge_abnormal))
        .merge(fairness::routes())
        .merge(group::routes())
        .merge(lead::routes())
        .merge(review::routes())
        .merge(routing::routes())
        .merge(settling::routes())
        .merge(facts::routes())
}
