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
        is_sealed -> Integer,
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
    order_abnormal (seq) {
        seq -> BigInt,
        score -> Integer,
        parts -> Text,
        seen_at -> BigInt,
        verdict -> Nullable<Text>,
    }
}

diesel::table! {
    listings (id) {
        id -> Text,
        version -> BigInt,
        order_id -> Text,
        unit_path -> Text,
        masked -> Text,
        listed_by -> Text,
        listed_at -> BigInt,
        until_at -> BigInt,
        state -> Text,
        wrapped_key -> Nullable<Text>,
    }
}

diesel::table! {
    listing_numbers (listing, place) {
        listing -> Text,
        place -> Integer,
        blind -> Text,
        until_at -> BigInt,
    }
}

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

diesel::table! {
    reports (id) {
        id -> Text,
        version -> BigInt,
        kind -> Text,
        unit_path -> Text,
        first_day -> Text,
        last_day -> Text,
        as_of -> BigInt,
        received -> BigInt,
        made_by -> Text,
        made_at -> BigInt,
    }
}

diesel::table! {
    hot_issues (id) {
        id -> Text,
        day -> Text,
        unit_path -> Text,
        subject -> Text,
        reason -> Text,
        seen -> BigInt,
        before -> BigInt,
        days_seen -> BigInt,
        days_before -> BigInt,
        chance_ppb -> BigInt,
        first_at -> BigInt,
        hot_since -> Text,
        noted_by -> Nullable<Text>,
        noted_at -> Nullable<BigInt>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    hot_words (day) {
        day -> Text,
        orders -> BigInt,
        counts -> Text,
    }
}

diesel::table! {
    hot_days (day) {
        day -> Text,
        tests -> BigInt,
        rising -> Text,
        made_at -> BigInt,
    }
}

diesel::table! {
    bulk_runs (id) {
        id -> Text,
        unit_path -> Text,
        by -> Text,
        action -> Text,
        grants -> Text,
        state -> Text,
        total -> BigInt,
        started_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    bulk_items (run, place) {
        run -> Text,
        place -> BigInt,
        order_id -> Text,
        state -> Text,
        reason -> Nullable<Text>,
        reason_zh -> Nullable<Text>,
        reason_en -> Nullable<Text>,
        version -> Nullable<BigInt>,
        before -> Nullable<Text>,
    }
}

diesel::table! {
    teaching_cases (id) {
        id -> Text,
        version -> BigInt,
        stage -> Text,
        edition -> BigInt,
        order_id -> Text,
        unit_path -> Text,
        business -> Nullable<Text>,
        reason -> Nullable<Text>,
        cause -> Nullable<Text>,
        title -> Text,
        body -> Text,
        tags -> Text,
        wrapped_key -> Nullable<Text>,
        made_by -> Text,
        made_at -> BigInt,
        published_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    past_lists (id) {
        id -> Text,
        source -> Text,
        unit_path -> Text,
        taken_by -> Text,
        digest -> Text,
        bytes -> BigInt,
        bytes_read -> BigInt,
        state -> Text,
        started_at -> BigInt,
        touched_at -> BigInt,
        taken -> BigInt,
        already -> BigInt,
        repeated -> BigInt,
        skipped -> BigInt,
        refused -> BigInt,
        failure_zh -> Text,
        failure_en -> Text,
    }
}

diesel::table! {
    past_list_errors (list, place) {
        list -> Text,
        place -> BigInt,
        line -> BigInt,
        column_name -> Text,
        reason_zh -> Text,
        reason_en -> Text,
    }
}

diesel::table! {
    past_mappings (source) {
        source -> Text,
        body -> Text,
        saved_by -> Text,
        saved_at -> BigInt,
    }
}
