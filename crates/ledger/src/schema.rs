//! The ledger's tables as Diesel sees them; the migrations are what makes them.

diesel::table! {
    streams (stream) {
        stream -> Text,
        version -> BigInt,
        hash -> Binary,
    }
}

diesel::table! {
    events (position) {
        position -> BigInt,
        stream -> Text,
        version -> BigInt,
        kind -> Text,
        schema -> SmallInt,
        payload -> Text,
        actor -> Text,
        cause -> Text,
        at -> BigInt,
        hash -> Binary,
    }
}

diesel::table! {
    jobs (id) {
        id -> Text,
        kind -> Text,
        key -> Nullable<Text>,
        slot -> Nullable<Text>,
        state -> Text,
        due -> BigInt,
        tries -> Integer,
        payload -> Text,
        error -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    checkpoints (number) {
        number -> BigInt,
        position -> BigInt,
        body -> Text,
        signature -> Text,
        trace -> Binary,
    }
}

diesel::table! {
    webhooks (id) {
        id -> Text,
        url -> Text,
        kinds -> Text,
        active -> Bool,
        secret -> Text,
        secret_key -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    deliveries (id) {
        id -> Text,
        webhook -> Text,
        position -> BigInt,
        stream -> Text,
        version -> BigInt,
        kind -> Text,
        at -> BigInt,
        state -> Text,
        tries -> Integer,
        status -> Nullable<Integer>,
        error -> Nullable<Text>,
        created_at -> BigInt,
        delivered_at -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(events, streams);
diesel::joinable!(deliveries -> webhooks (webhook));
diesel::allow_tables_to_appear_in_same_query!(deliveries, webhooks);
