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

diesel::table! {
    guard_decisions (seq) {
        seq -> BigInt,
        id -> Text,
        event_key -> Binary,
        print -> Binary,
        caller -> Text,
        event_type -> Text,
        unit_path -> Text,
        at -> BigInt,
        decided_at -> BigInt,
        layout -> BigInt,
        facts -> Binary,
        seen -> Binary,
        sealed -> Text,
        outcome -> Nullable<Text>,
        screening -> Nullable<Text>,
        score -> BigInt,
        answer -> Text,
    }
}

diesel::table! {
    guard_layouts (id) {
        id -> BigInt,
        digest -> Text,
        names -> Text,
    }
}

diesel::table! {
    guard_keys (name) {
        name -> Text,
        wrapped_key -> Text,
        sealed -> Nullable<Text>,
    }
}

diesel::table! {
    guard_list_changes (id) {
        id -> Text,
        version -> BigInt,
        list -> Text,
        kind -> Text,
        state -> Text,
        entries -> BigInt,
        reason -> Text,
        source -> Text,
        until_at -> Nullable<BigInt>,
        proposed_by -> Text,
        proposed_at -> BigInt,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<BigInt>,
        wrapped_key -> Nullable<Text>,
    }
}

diesel::table! {
    guard_list_entries (seq) {
        seq -> BigInt,
        change -> Text,
        list -> Text,
        masked -> Text,
        hash -> BigInt,
        head -> BigInt,
        stars -> BigInt,
        tail -> BigInt,
        sealed -> Text,
    }
}

diesel::table! {
    guard_labels (number) {
        number -> BigInt,
        decision -> Text,
        label -> Text,
        known_at -> BigInt,
        source -> Text,
        said_by -> Text,
        said_at -> BigInt,
        state -> Text,
        seq -> Nullable<BigInt>,
    }
}

diesel::table! {
    guard_snapshots (seq) {
        seq -> BigInt,
        object -> Text,
        decision -> Text,
        definition -> Text,
        bytes -> BigInt,
        taken_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    guard_score_models (id) {
        id -> Text,
        version -> BigInt,
        number -> BigInt,
        state -> Text,
        format -> Text,
        bytes -> BigInt,
        digest -> Text,
        inputs -> Text,
        trees -> BigInt,
        reason -> Text,
        proposed_by -> Text,
        proposed_at -> BigInt,
        approved_by -> Nullable<Text>,
        live_at -> Nullable<BigInt>,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    guard_score_model_parts (model, part) {
        model -> Text,
        part -> BigInt,
        bytes -> Binary,
    }
}

diesel::table! {
    guard_scenarios (id) {
        id -> Text,
        version -> BigInt,
        name -> Text,
        number -> BigInt,
        state -> Text,
        spec -> Text,
        drafted_by -> Text,
        drafted_at -> BigInt,
        approved_by -> Nullable<Text>,
        live_at -> Nullable<BigInt>,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    guard_filed (id) {
        id -> Integer,
        number -> BigInt,
    }
}

diesel::table! {
    guard_marks (id) {
        id -> BigInt,
        seq -> BigInt,
        kind -> Text,
        change -> Nullable<Text>,
        upto -> Nullable<BigInt>,
        changes -> Nullable<Text>,
    }
}

diesel::table! {
    guard_backtests (id) {
        id -> Text,
        kind -> Text,
        scenario -> Text,
        name -> Text,
        number -> BigInt,
        spec -> Text,
        live -> Text,
        first_seq -> BigInt,
        last_seq -> BigInt,
        done_seq -> BigInt,
        from_at -> BigInt,
        to_at -> BigInt,
        labels_at -> BigInt,
        state -> Text,
        tally -> Text,
        dropped -> BigInt,
        took -> Text,
        fault -> Nullable<Text>,
        started_by -> Text,
        started_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        model -> Nullable<Text>,
        model_number -> Nullable<BigInt>,
    }
}

diesel::table! {
    guard_backtest_differences (backtest, seq) {
        backtest -> Text,
        seq -> BigInt,
        decision -> Text,
        at -> BigInt,
        baseline -> Text,
        candidate -> Text,
        baseline_score -> BigInt,
        candidate_score -> BigInt,
        known -> Nullable<Text>,
    }
}

diesel::table! {
    guard_monitor (hour, what, name, part) {
        hour -> BigInt,
        what -> Text,
        name -> Text,
        part -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    guard_followers (name) {
        name -> Text,
        done_seq -> BigInt,
    }
}

diesel::table! {
    guard_alarms (id) {
        id -> BigInt,
        name -> Text,
        subject -> Text,
        value -> BigInt,
        above -> BigInt,
        raised_at -> BigInt,
        cleared_at -> Nullable<BigInt>,
    }
}
