//! The house's own tables as Diesel sees them; the migrations are what makes them.

diesel::table! {
    ledger_checks (id) {
        id -> Text,
        started_by -> Text,
        started_at -> BigInt,
        touched_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        state -> Text,
        cancelled_by -> Nullable<Text>,
        compared -> Nullable<BigInt>,
        reached -> BigInt,
        until_position -> BigInt,
        events -> BigInt,
        streams -> BigInt,
        checkpoints -> BigInt,
        unsigned -> BigInt,
        finding -> Nullable<Text>,
    }
}

diesel::table! {
    holiday_years (year) {
        year -> BigInt,
        body -> Text,
        imported_by -> Text,
        imported_at -> BigInt,
    }
}

diesel::table! {
    dropped_jobs (id) {
        id -> Text,
        kind -> Text,
        key -> Nullable<Text>,
        tries -> BigInt,
        error -> Text,
        created_at -> BigInt,
        reason -> Text,
        dropped_by -> Text,
        dropped_at -> BigInt,
    }
}
