//! Letters to the complainant: a preview with the name masked, a print with the name in clear that leaves an event, and the
//! record of a delivery, which keeps what was said word for word.

use axum::response::{Html, IntoResponse, Response};
use endpoint::{Call, Failure, Path, ProblemBody, Query};
use http::{HeaderValue, header};
use kernel::{
    Problem, Timestamp,
    id::{LetterId, OrderId},
    mask,
    text::Language,
};
use people::store::units;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    acts::{act, carry_out},
    law, orders,
    reading::{self, Opened},
    reveal::NO_STORE,
};
use crate::{
    desk::{self, Act},
    letters::{self, LetterText},
    model::{
        Command, Law, Letter, LetterKind,
        parts::{Means, PersonalField, RevealGround},
        refusal::Refusal,
        review::Finding,
        verb::ANSWER,
    },
};

/// The media type of a Word document.
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// In which language a letter is written.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LetterLanguage {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl From<LetterLanguage> for Language {
    fn from(language: LetterLanguage) -> Self {
        match language {
            LetterLanguage::Zh => Self::Zh,
            LetterLanguage::En => Self::En,
        }
    }
}

/// How to set a letter.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LetterQuery {
    /// The language; Chinese when absent.
    pub language: Option<LetterLanguage>,
}

/// Preview a letter
///
/// Print-ready HTML with the addressee masked. A letter that went out is shown as it went out.
#[utoipa::path(
    get, path = "/api/voice/orders/{id}/letters/{letter}", operation_id = "preview_letter", tag = "voice",
    params(("id" = String, Path, description = "The order"), ("letter" = String, Path, description = "The letter"), LetterQuery),
    responses(
        (status = 200, description = "The letter", content_type = "text/html", body = String),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such order or letter", body = ProblemBody),
    )
)]
pub async fn preview_letter(
    call: Call,
    Path((id, letter)): Path<(OrderId, LetterId)>,
    Query(query): Query<LetterQuery>,
) -> Result<Response, Failure> {
    let opened = reading::open(&call, &call.actor, id).await?;
    Ok(page(set(&call, &opened, letter, &query, Addressee::Masked).await?))
}

/// How a letter names whom it is for.
#[derive(Clone, Copy)]
enum Addressee {
    Masked,
    Clear,
}

/// A letter as a page: as it went out where it did, else as it would go out now.
async fn set(
    call: &Call,
    opened: &Opened,
    letter: LetterId,
    query: &LetterQuery,
    named: Addressee,
) -> Result<String, Failure> {
    let letter = found(opened, letter)?;
    let language = query.language.unwrap_or_default().into();
    if let Some(sent) = sent(opened, letter)? {
        return Ok(match named {
            Addressee::Masked => hidden(&sent, &addressee(opened)?, &opened.order.receipt),
            Addressee::Clear => sent,
        });
    }
    let text = text(call, opened, letter, reading::now(&call.shared), language).await?;
    Ok(match named {
        Addressee::Masked => {
            letters::html(&LetterText { addressee: mask::name(&text.addressee), ..redacted(text) }, language)
        }
        Addressee::Clear => letters::html(&text, language),
    })
}

/// Print a letter
///
/// As it goes out, the addressee in clear; it leaves an event.
#[utoipa::path(
    post, path = "/api/voice/orders/{id}/letters/{letter}/print", operation_id = "print_letter", tag = "voice",
    params(("id" = String, Path, description = "The order"), ("letter" = String, Path, description = "The letter"), LetterQuery),
    responses(
        (status = 200, description = "The letter", content_type = "text/html", body = String),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.reveal`", body = ProblemBody),
        (status = 404, description = "There is no such order or letter", body = ProblemBody),
    )
)]
pub async fn print_letter(
    call: Call,
    Path((id, letter)): Path<(OrderId, LetterId)>,
    Query(query): Query<LetterQuery>,
) -> Result<Response, Failure> {
    let opened = reading::open(&call, &call.actor, id).await?;
    let html = set(&call, &opened, letter, &query, Addressee::Clear).await?;
    leave_trace(&call, &opened).await?;
    Ok(page(html))
}

/// Leaves the event that the addressee is shown in clear; nothing is given out without it.
async fn leave_trace(call: &Call, opened: &Opened) -> Result<(), Failure> {
    let (actor, law) = (call.actor.clone(), law(&call.shared));
    let fields = vec![addressed_to(opened)];
    let reveal = Command::Reveal { fields, member: None, ground: RevealGround::Contact };
    let act = Act::new(opened.order.id, None, reveal);
    call.write_unkept(move |unit| desk::act(unit, &act, &actor, &law).map(drop)).await
}

/// Download a letter for Word
///
/// As it would go out, the addressee in clear; it leaves an event. What went out is kept as its page; this is for printing it
/// on the bank's own paper.
#[utoipa::path(
    post, path = "/api/voice/orders/{id}/letters/{letter}/docx", operation_id = "download_letter", tag = "voice",
    params(("id" = String, Path, description = "The order"), ("letter" = String, Path, description = "The letter"), LetterQuery),
    responses(
        (status = 200, description = "The letter", content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", body = Vec<u8>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.reveal`", body = ProblemBody),
        (status = 404, description = "There is no such order or letter", body = ProblemBody),
    )
)]
pub async fn download_letter(
    call: Call,
    Path((id, letter)): Path<(OrderId, LetterId)>,
    Query(query): Query<LetterQuery>,
) -> Result<Response, Failure> {
    let opened = reading::open(&call, &call.actor, id).await?;
    let letter = found(&opened, letter)?;
    let language = query.language.unwrap_or_default().into();
    let text = text(&call, &opened, letter, reading::now(&call.shared), language).await?;
    let bytes = letters::docx(&text, language).map_err(Problem::internal_error)?;
    let name = format!("attachment; filename=\"{}-{}.docx\"", opened.order.receipt, letter.kind.as_str());
    let disposition = HeaderValue::from_str(&name).map_err(Problem::internal_error)?;
    leave_trace(&call, &opened).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(NO_STORE.0, NO_STORE.1);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(DOCX));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// A delivery.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotifyRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The letter.
    #[schema(value_type = String)]
    pub letter: LetterId,
    /// How it was delivered.
    pub means: Means,
    /// When it was handed over, posted, sent or dialled; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// The tracking number of a letter by post, the id of a call's recording.
    #[serde(default)]
    pub reference: Option<String>,
    /// In which language it was written; Chinese when absent.
    #[serde(default)]
    pub language: Option<LetterLanguage>,
}

act! {
    /// Record a delivery
    ///
    /// With the delivery of the decision the statutory clock stops. The letter is kept as it went out.
    notify_order(NotifyRequest) at "/api/voice/orders/{id}/notify" = "notify_order", |call, id, json| {
        let NotifyRequest { version, letter: letter_id, means, at, reference, language } = json.value;
        let now = reading::now(&call.shared);
        let number = reference.as_deref().map(orders::reference).transpose();
        let number = number.map_err(|text| Problem::invalid("/reference", text))?;
        let opened = reading::open(&call, &call.actor, id).await?;
        let letter = opened.order.letter(letter_id).ok_or_else(|| desk::refused(Refusal::UnknownLetter))?;
        let language = language.unwrap_or_default().into();
        let text = text(&call, &opened, letter, at.unwrap_or(now), language).await?;
        let page = letters::html(&text, language);
        let (text, words) = (opened.seal("letter", &page, &call.shared)?, opened.words("letter", &page)?);
        let command = Command::Notify {
            letter: letter_id,
            means,
            at: at.unwrap_or(now),
            reference: number,
            text: Some(text),
        };
        let act = Act::new(id, Some(version), command).with_words(words);
        carry_out(call, id, json.print, move |_, _| Ok(act.clone())).await
    }
}

fn found(opened: &Opened, letter: LetterId) -> Result<&Letter, Problem> {
    opened.order.letter(letter).ok_or_else(|| Problem::not_found("告知书", "letter"))
}

/// To whom letters go: the representative's name when there is one to whom they go, else the complainant's.
fn addressed_to(opened: &Opened) -> PersonalField {
    let order = &opened.order;
    if order.sealed(PersonalField::Name).is_some() { PersonalField::Name } else { PersonalField::RepresentativeName }
}

async fn unit_name(call: &Call, opened: &Opened) -> Result<String, Failure> {
    let place = opened.order.unit.clone();
    call.read(move |conn| {
        let unit = units::find_by_path(conn, &place)?;
        Ok(unit.map_or_else(|| place.code().to_owned(), |unit| unit.name))
    })
    .await
}

/// The letter as it went out, when it did.
fn sent(opened: &Opened, letter: &Letter) -> Result<Option<String>, Problem> {
    let sent = letter.delivery.as_ref().and_then(|delivery| delivery.text.as_ref());
    sent.map(|sent| opened.open("letter", sent)).transpose()
}

/// A letter that went out, names and numbers taken out of it; its own number stays.
fn hidden(html: &str, addressee: &str, receipt: &str) -> String {
    const HELD: &str = "\u{1}";
    let text = html.replace(receipt, HELD);
    let text = if addressee.is_empty() { text } else { text.replace(addressee, &mask::name(addressee)) };
    mask::redact(&text, &[]).replace(HELD, receipt)
}

/// The name to which letters go.
fn addressee(opened: &Opened) -> Result<String, Problem> {
    let name = addressed_to(opened);
    match opened.order.sealed(name) {
        Some(sealed) => opened.open(name.as_str(), sealed),
        None => Ok(String::new()),
    }
}

/// What the letter says, opened.
async fn text(
    call: &Call,
    opened: &Opened,
    letter: &Letter,
    at: Timestamp,
    language: Language,
) -> Result<LetterText, Failure> {
    let (unit, law) = (unit_name(call, opened).await?, law(&call.shared));
    Ok(said(opened, letter, &law, unit, at, language)?)
}

fn said(
    opened: &Opened,
    letter: &Letter,
    law: &Law,
    unit: String,
    at: Timestamp,
    language: Language,
) -> Result<LetterText, Problem> {
    let order = &opened.order;
    let addressee = addressee(opened)?;
    let decided = matches!(letter.kind, LetterKind::Decision | LetterKind::Declined);
    let reviewed = letter.kind == LetterKind::Review;
    let finding = order.reviews.last().and_then(|review| review.finding.as_ref()).filter(|_| reviewed);
    let decision = order.stage.decision().filter(|_| decided);
    let read = |field: &str, sealed: &seal::Sealed| opened.open(field, sealed);
    let keys = match decision {
        Some(decision) => decision.remedies.clone(),
        None if reviewed => law.remedies_after_review(letter.matter, at.date()),
        None => Vec::new(),
    };
    let sentences = law.remedy_sentences(letter.matter, &keys, at.date());
    let found = |field: &str, text: fn(&Finding) -> &seal::Sealed| {
        finding.map(|finding| read(field, text(finding))).transpose()
    };
    let (found_facts, found_basis) =
        (found("review_facts", |finding| &finding.facts)?, found("review_basis", |finding| &finding.basis)?);
    Ok(LetterText {
        kind: letter.kind,
        receipt: order.receipt.clone(),
        addressee,
        unit,
        matter: letter.matter,
        title: read("title", &order.title)?,
        received_at: order.received_at,
        at: letter.delivery.as_ref().map_or(at, |delivery| delivery.at),
        due: letter.detail.due.or_else(|| answer_due(opened)),
        before: letter.detail.before,
        why: letter.detail.why.as_ref().map(|(place, sealed)| read(place, sealed)).transpose()?,
        finding: finding.map(|finding| finding.outcome.title()),
        facts: decision.map(|decision| read("facts", &decision.facts)).transpose()?.or(found_facts),
        basis: decision.map(|decision| read("basis", &decision.basis)).transpose()?.or(found_basis),
        answer: decision.map(|decision| read("answer", &decision.answer)).transpose()?,
        compensation: decision.and_then(|decision| decision.compensation),
        waiver: decision.and_then(|decision| decision.waiver),
        remedies: sentences.into_iter().map(|sentence| sentence.get(language).to_owned()).collect(),
    })
}

/// Until when the complainant will have an answer.
fn answer_due(opened: &Opened) -> Option<Timestamp> {
    let order = &opened.order;
    order.open_for(&[ANSWER]).into_iter().filter_map(|id| order.clock(id)).map(|clock| clock.due).min()
}

/// The texts of a preview, names and numbers taken out.
fn redacted(text: LetterText) -> LetterText {
    let name = text.addressee.clone();
    let names = [name.as_str()];
    let plain = |text: Option<String>| text.map(|text| mask::redact(&text, &names));
    LetterText {
        title: mask::redact(&text.title, &names),
        why: plain(text.why),
        facts: plain(text.facts),
        basis: plain(text.basis),
        answer: plain(text.answer),
        ..text
    }
}

/// A page that no cache keeps and that may load nothing from anywhere.
pub(super) fn page(html: String) -> Response {
    let mut response = Html(html).into_response();
    let headers = response.headers_mut();
    headers.insert(NO_STORE.0, NO_STORE.1);
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}
