//! Models that guess classes, and what people chose beside the guesses.

use std::collections::BTreeMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    sql_query, sql_types,
};
use kernel::{OrgPath, Timestamp, id::GuessModelId};
use ledger::{Connection, StoreError, on_each};

use super::{
    parse,
    schema::{guess_choices, guess_models, order_persons, orders},
    word,
};
use crate::{
    guess::{
        Aspect,
        choices::{Agreement, Choice},
        lessons::Lesson,
        text_of,
    },
    model::StageName,
};

const MODELS: &str = "guess_models";
const CHOICES: &str = "guess_choices";
/// Models that are told of at most: one training a week for as long as choices are kept.
const RECORDS_MAX: i64 = 1_000;
/// Orders read at a time.
const ORDERS_TOGETHER: i64 = 2_000;

/// A model as its own row says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRecord {
    /// The model.
    pub id: GuessModelId,
    /// What it guesses.
    pub aspect: Aspect,
    /// When it was trained.
    pub trained_at: Timestamp,
    /// Orders it learned from.
    pub examples: u64,
    /// Orders it was tried on.
    pub held_out: u64,
    /// Macro-F1 of the trial, in millionths.
    pub macro_f1_ppm: u64,
    /// The share guessed right in the trial, in millionths.
    pub accuracy_ppm: u64,
    /// Macro-F1 of the baseline, in millionths.
    pub baseline_f1_ppm: u64,
}

#[derive(Queryable)]
struct StoredModel {
    id: String,
    aspect: String,
    trained_at: i64,
    examples: i64,
    held_out: i64,
    macro_f1_ppm: i64,
    accuracy_ppm: i64,
    baseline_f1_ppm: i64,
}

impl TryFrom<StoredModel> for ModelRecord {
    type Error = StoreError;

    fn try_from(row: StoredModel) -> Result<Self, StoreError> {
        let id = row.id.as_str();
        let count = |column: &'static str, value: i64| {
            u64::try_from(value).map_err(|_| StoreError::corrupt(MODELS, column, id, "negative"))
        };
        Ok(Self {
            id: parse(MODELS, "id", id, id)?,
            aspect: word(MODELS, "aspect", id, Aspect::from_stored(&row.aspect))?,
            trained_at: Timestamp::from_micros(row.trained_at),
            examples: count("examples", row.examples)?,
            held_out: count("held_out", row.held_out)?,
            macro_f1_ppm: count("macro_f1_ppm", row.macro_f1_ppm)?,
            accuracy_ppm: count("accuracy_ppm", row.accuracy_ppm)?,
            baseline_f1_ppm: count("baseline_f1_ppm", row.baseline_f1_ppm)?,
        })
    }
}

fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Keeps a model.
pub fn insert_model(conn: &mut Connection, record: &ModelRecord, bytes: &[u8]) -> Result<(), StoreError> {
    use guess_models as m;
    let row = (
        m::id.eq(record.id.to_string()),
        m::aspect.eq(record.aspect.as_str()),
        m::trained_at.eq(record.trained_at.as_micros()),
        m::examples.eq(stored(record.examples)),
        m::held_out.eq(stored(record.held_out)),
        m::macro_f1_ppm.eq(stored(record.macro_f1_ppm)),
        m::accuracy_ppm.eq(stored(record.accuracy_ppm)),
        m::baseline_f1_ppm.eq(stored(record.baseline_f1_ppm)),
        m::model.eq(bytes),
    );
    on_each!(conn, |c| diesel::insert_into(m::table).values(row).execute(c))?;
    Ok(())
}

/// Every model, the newest first.
pub fn records(conn: &mut Connection) -> Result<Vec<ModelRecord>, StoreError> {
    use guess_models as m;
    let query = m::table.order(m::id.desc()).limit(RECORDS_MAX).select((
        m::id,
        m::aspect,
        m::trained_at,
        m::examples,
        m::held_out,
        m::macro_f1_ppm,
        m::accuracy_ppm,
        m::baseline_f1_ppm,
    ));
    let rows: Vec<StoredModel> = on_each!(conn, |c| query.load(c))?;
    rows.into_iter().map(ModelRecord::try_from).collect()
}

/// The newest model of each aspect; ids sort by time.
pub fn newest_ids(conn: &mut Connection) -> Result<BTreeMap<Aspect, GuessModelId>, StoreError> {
    let query = guess_models::table
        .group_by(guess_models::aspect)
        .select((guess_models::aspect, diesel::dsl::max(guess_models::id)));
    let rows: Vec<(String, Option<String>)> = on_each!(conn, |c| query.load(c))?;
    let newest = |(aspect, id): (String, Option<String>)| {
        let id = id.unwrap_or_default();
        let aspect = word(MODELS, "aspect", &id, Aspect::from_stored(&aspect))?;
        Ok((aspect, parse(MODELS, "id", &id, &id)?))
    };
    rows.into_iter().map(newest).collect()
}

/// The stored form of a model.
pub fn bytes(conn: &mut Connection, id: GuessModelId) -> Result<Vec<u8>, StoreError> {
    let query = guess_models::table.find(id.to_string()).select(guess_models::model);
    let found: Option<Vec<u8>> = on_each!(conn, |c| query.first(c)).optional()?;
    found.ok_or_else(|| StoreError::corrupt(MODELS, "id", id, "the model is gone"))
}

/// Keeps a choice.
pub fn insert_choice(conn: &mut Connection, choice: &Choice) -> Result<(), StoreError> {
    use guess_choices as c;
    let row = (
        c::seq.eq(choice.seq),
        c::version.eq(stored(choice.version)),
        c::aspect.eq(choice.aspect.as_str()),
        c::at.eq(choice.at.as_micros()),
        c::unit_path.eq(choice.unit.as_str()),
        c::model.eq(choice.model.map(|model| model.to_string())),
        c::guessed.eq(choice.guessed.as_deref()),
        c::percent.eq(i32::from(choice.percent)),
        c::place.eq(choice.place.map(i32::from)),
        c::chosen.eq(choice.chosen.as_str()),
    );
    on_each!(conn, |conn| diesel::insert_into(c::table).values(row).execute(conn))?;
    Ok(())
}

/// The choices of an order, oldest first: aspect, best guess, choice.
pub fn choices_of(conn: &mut Connection, seq: i64) -> Result<Vec<(Aspect, Option<String>, String)>, StoreError> {
    use guess_choices as c;
    let query =
        c::table.filter(c::seq.eq(seq)).order((c::version, c::aspect)).select((c::aspect, c::guessed, c::chosen));
    let rows: Vec<(String, Option<String>, String)> = on_each!(conn, |conn| query.load(conn))?;
    let read = |(aspect, guessed, chosen): (String, Option<String>, String)| {
        Ok((word(CHOICES, "aspect", seq, Aspect::from_stored(&aspect))?, guessed, chosen))
    };
    rows.into_iter().map(read).collect()
}

#[derive(diesel::QueryableByName)]
struct Sums {
    #[diesel(sql_type = sql_types::Text)]
    aspect: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    model: Option<String>,
    #[diesel(sql_type = sql_types::BigInt)]
    choices: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    guessed: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    first: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    shown: i64,
}

/// How choices at or below `scope` agreed with guesses, by aspect and model.
pub fn agreements(
    conn: &mut Connection,
    scope: &OrgPath,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<(Aspect, Option<GuessModelId>, Agreement)>, StoreError> {
    // `count` counts what is not null, and CASE without ELSE is null.
    let text = "SELECT aspect, model, count(*) AS choices, count(guessed) AS guessed, \
                count(CASE WHEN place = 1 THEN 1 END) AS first, count(place) AS shown FROM guess_choices \
                WHERE at >= $1 AND at < $2 AND unit_path >= $3 AND unit_path < $4 GROUP BY aspect, model";
    let (low, high) = scope.range();
    let rows: Vec<Sums> = on_each!(conn, |c| {
        sql_query(text)
            .bind::<sql_types::BigInt, _>(from.as_micros())
            .bind::<sql_types::BigInt, _>(to.as_micros())
            .bind::<sql_types::Text, _>(low)
            .bind::<sql_types::Text, _>(high)
            .load(c)
    })?;
    let read = |row: Sums| {
        let count = |value: i64| u64::try_from(value).unwrap_or_default();
        let model = row.model.as_deref().map(|id| parse(CHOICES, "model", id, id)).transpose()?;
        let sums = Agreement {
            choices: count(row.choices),
            guessed: count(row.guessed),
            first: count(row.first),
            shown: count(row.shown),
        };
        Ok((word(CHOICES, "aspect", "sums", Aspect::from_stored(&row.aspect))?, model, sums))
    };
    rows.into_iter().map(read).collect()
}

/// What people decided about closed orders, in order of time: up to `most` of the newest.
pub fn lessons(conn: &mut Connection, aspect: Aspect, most: usize) -> Result<Vec<Lesson>, StoreError> {
    let mut lessons: Vec<Lesson> = Vec::new();
    let mut before = i64::MAX;
    // Ends, because each turn begins below the last one, or there is no more to read.
    while lessons.len() < most {
        let query = orders::table
            .inner_join(order_persons::table.on(orders::seq.eq(order_persons::seq)))
            .filter(orders::seq.lt(before).and(orders::stage.eq(StageName::Closed.as_str())))
            .filter(orders::reason.is_not_null())
            .order(orders::seq.desc())
            .limit(ORDERS_TOGETHER)
            .select((
                orders::seq,
                order_persons::words,
                orders::matter,
                orders::channel,
                orders::business,
                orders::reason,
            ));
        let rows: Vec<ClosedRow> = on_each!(conn, |c| query.load(c))?;
        let Some(last) = rows.last() else { break };
        before = last.seq;
        lessons.extend(rows.into_iter().filter_map(|row| row.lesson(aspect)));
    }
    lessons.truncate(most);
    lessons.reverse();
    Ok(lessons)
}

#[derive(Queryable)]
struct ClosedRow {
    seq: i64,
    words: String,
    matter: String,
    channel: Option<String>,
    business: Option<String>,
    reason: Option<String>,
}

impl ClosedRow {
    fn lesson(self, aspect: Aspect) -> Option<Lesson> {
        let class = match aspect {
            Aspect::Matter => Some(self.matter),
            Aspect::Channel => self.channel,
            Aspect::Business => self.business,
            Aspect::Reason => self.reason,
        };
        Some(Lesson { text: text_of(&self.words), class: class? })
    }
}
