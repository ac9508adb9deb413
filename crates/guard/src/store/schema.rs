//! The room's tables as Diesel sees them; the migrations are what makes them.

diesel::table! {
    guard_interceptions (id) {
        id -> Text,
        version -> BigInt,
        stage -> Text,
        unit_path -> Text,
        decision -> Nullable<Text>,
        channel -> Text,
        name_masked -> Text,
        payee_masked -> Text,
        amount -> BigInt,
        outcome -> Text,
        result -> Nullable<Text>,
        scam -> Nullable<Text>,
        saved -> BigInt,
        opened_by -> Text,
        opened_at -> BigInt,
        settled_at -> Nullable<BigInt>,
        delay_until -> Nullable<BigInt>,
        visit_at -> Nullable<BigInt>,
        payer_index -> Nullable<Text>,
        payee_index -> Nullable<Text>,
        wrapped_key -> Nullable<Text>,
    }
}
