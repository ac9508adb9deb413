//! The tables of what comes after the answer, as Diesel sees them; the migrations are what makes them.

diesel::table! {
    rectifications (id) {
        id -> Text,
        version -> BigInt,
        stage -> Text,
        unit_path -> Text,
        scope_path -> Text,
        owner -> Text,
        cause -> Text,
        business -> Nullable<Text>,
        reason -> Nullable<Text>,
        title -> Text,
        due -> BigInt,
        look_back_at -> Nullable<BigInt>,
        opened_by -> Text,
        opened_at -> BigInt,
        checked_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        round -> Integer,
        alarm_at -> Nullable<BigInt>,
        wrapped_key -> Nullable<Text>,
    }
}

diesel::table! {
    rectification_orders (rectification, order_id) {
        rectification -> Text,
        order_id -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(rectifications, rectification_orders);

diesel::table! {
    exports (id) {
        id -> Text,
        list -> Text,
        format -> Text,
        unit_path -> Text,
        by -> Text,
        ground -> Nullable<Text>,
        started_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        rows -> Nullable<BigInt>,
        is_whole -> Integer,
    }
}
