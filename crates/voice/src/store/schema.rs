//! The room's tables as Diesel sees them; the migrations are what makes them.

mod aftercare;

pub use aftercare::*;

diesel::table! {
    orders (seq) {
        seq -> BigInt,
        id -> Text,
        receipt -> Text,
        version -> BigInt,
        stage -> Text,
        matter -> Text,
        source -> Text,
        origin_number -> Nullable<Text>,
        unit_path -> Text,
        filed_unit -> Text,
        filed_by -> Text,
        handler -> Nullable<Text>,
        channel -> Nullable<Text>,
        business -> Nullable<Text>,
        reason -> Nullable<Text>,
        outcome -> Nullable<Text>,
        title -> Text,
        name_masked -> Text,
        phone_masked -> Text,
        customer -> Nullable<Text>,
        amount_minor -> Nullable<BigInt>,
        currency -> Nullable<Text>,
        received_at -> BigInt,
        filed_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        next_due -> Nullable<BigInt>,
        provisional -> Integer,
        alarm_at -> Nullable<BigInt>,
        transfers -> Integer,
        round -> Integer,
        satisfaction -> Nullable<Integer>,
        facts -> Nullable<Text>,
    }
}

diesel::table! {
    order_origins (seq) {
        seq -> BigInt,
        entry -> Text,
        hotline -> Nullable<Text>,
        report_due -> Nullable<BigInt>,
        report_open -> Integer,
    }
}

diesel::table! {
    regulator_lists (id) {
        id -> Text,
        source -> Text,
        unit_path -> Text,
        taken_by -> Text,
        taken_at -> BigInt,
        digest -> Text,
        counts -> Text,
        unknown_columns -> Text,
    }
}

diesel::table! {
    regulator_list_rows (list, line) {
        list -> Text,
        line -> BigInt,
        number -> Nullable<Text>,
        outcome -> Text,
        order_id -> Nullable<Text>,
        fields -> Text,
        notes -> Text,
    }
}

diesel::table! {
    guess_models (id) {
        id -> Text,
        aspect -> Text,
        trained_at -> BigInt,
        examples -> BigInt,
        held_out -> BigInt,
        macro_f1_ppm -> BigInt,
        accuracy_ppm -> BigInt,
        baseline_f1_ppm -> BigInt,
        model -> Binary,
    }
}

diesel::table! {
    guess_choices (seq, version, aspect) {
        seq -> BigInt,
        version -> BigInt,
        aspect -> Text,
        at -> BigInt,
        unit_path -> Text,
        model -> Nullable<Text>,
        guessed -> Nullable<Text>,
        percent -> Integer,
        place -> Nullable<Integer>,
        chosen -> Text,
    }
}

diesel::table! {
    order_persons (seq) {
        seq -> BigInt,
        wrapped_key -> Nullable<Text>,
        phone_index -> Nullable<Text>,
        identity_index -> Nullable<Text>,
        account_index -> Nullable<Text>,
        agent_phone_index -> Nullable<Text>,
        words -> Text,
        indexed -> Nullable<Text>,
        pending -> Integer,
        stale -> Integer,
        sketch -> Nullable<Binary>,
    }
}

diesel::table! {
    order_members (seq, number) {
        seq -> BigInt,
        number -> Integer,
        phone_index -> Nullable<Text>,
    }
}

diesel::table! {
    order_sketches (band, seq) {
        band -> BigInt,
        seq -> BigInt,
    }
}

diesel::table! {
    order_numbers (blind, seq) {
        blind -> Text,
        seq -> BigInt,
    }
}

diesel::table! {
    order_clocks (seq, id) {
        seq -> BigInt,
        id -> Text,
        rule -> Text,
        first_rule -> Text,
        stop -> Text,
        start_at -> BigInt,
        due -> BigInt,
        provisional -> Integer,
        extensions -> Integer,
        ended_at -> Nullable<BigInt>,
        answered -> Integer,
    }
}

diesel::table! {
    order_tasks (id) {
        id -> Text,
        seq -> BigInt,
        unit_path -> Text,
        person -> Nullable<Text>,
        state -> Text,
        due -> Nullable<BigInt>,
        opened_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    order_attachments (id) {
        id -> Text,
        seq -> BigInt,
        purpose -> Text,
        media -> Text,
        size -> BigInt,
        digest -> Text,
        is_sealed -> Integer,
    }
}

diesel::table! {
    order_links (seq, other) {
        seq -> BigInt,
        other -> Text,
        relation -> Text,
    }
}

diesel::table! {
    order_approvals (clock) {
        clock -> Text,
        seq -> BigInt,
        unit_path -> Text,
        rule -> Text,
        proposed_by -> Text,
        proposed_at -> BigInt,
    }
}

diesel::table! {
    order_blocks (first_seq) {
        first_seq -> BigInt,
        last_seq -> BigInt,
        held -> Integer,
        received_from -> BigInt,
        received_to -> BigInt,
        head -> Binary,
        tail -> Binary,
    }
}

diesel::table! {
    order_outcomes (seq) {
        seq -> BigInt,
        principles -> Text,
        granted_minor -> Nullable<BigInt>,
        granted_currency -> Nullable<Text>,
    }
}

diesel::table! {
    order_bases (id) {
        id -> BigInt,
        unit_path -> Text,
        since -> Text,
        customers -> BigInt,
        set_by -> Text,
        set_at -> BigInt,
    }
}

diesel::table! {
    order_routes (key) {
        key -> Text,
        body -> Text,
    }
}

diesel::table! {
    order_handlers (person) {
        person -> Text,
        unit_path -> Text,
        skills -> Text,
        capacity -> Integer,
        away_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    order_duty (unit_path, from_at, person) {
        unit_path -> Text,
        from_at -> BigInt,
        person -> Text,
        to_at -> BigInt,
    }
}

diesel::table! {
    order_leads (seq, round) {
        seq -> BigInt,
        round -> Integer,
        state -> Text,
        unit_path -> Text,
        president -> Nullable<Text>,
        grounds -> Text,
        proposed_at -> BigInt,
        changed_at -> BigInt,
        business -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    order_waits (seq, kind, number) {
        seq -> BigInt,
        kind -> Text,
        number -> Integer,
        unit_path -> Text,
        person -> Nullable<Text>,
        since -> BigInt,
        due -> Nullable<BigInt>,
    }
}

diesel::table! {
    order_imports (source, external) {
        source -> Text,
        external -> Text,
        id -> Text,
        print -> Text,
    }
}

diesel::table! {
    portal_invitations (print) {
        print -> Text,
        order_id -> Text,
        round -> Integer,
        slot -> Text,
        code -> Text,
        tries -> Integer,
        expires_at -> BigInt,
        answered_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    portal_codes (slot) {
        slot -> Text,
        code -> Text,
        tries -> Integer,
        expires_at -> BigInt,
    }
}

diesel::table! {
    order_messages (id) {
        id -> Text,
        kind -> Text,
        wrapped_key -> Text,
        recipient -> Text,
        body -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        taken_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    order_recomputations (began_at) {
        began_at -> BigInt,
        ended_at -> BigInt,
        looked -> BigInt,
        moved -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    orders,
    order_attachments,
    order_persons,
    order_abnormal,
    order_members,
    order_numbers,
    order_tasks,
    order_approvals,
    order_leads,
    order_links,
    order_waits
);
