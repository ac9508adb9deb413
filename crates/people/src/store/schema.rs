//! The room's tables as Diesel sees them; the migrations are what makes them.

diesel::table! {
    units (id) {
        id -> Text,
        code -> Text,
        name -> Text,
        kind -> Text,
        parent_id -> Nullable<Text>,
        path -> Text,
        region -> Text,
        status -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    subject_keys (id) {
        id -> Text,
        owner -> Text,
        wrapped -> Text,
        master_key -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    staff (id) {
        id -> Text,
        number -> Text,
        subject_id -> Text,
        name_sealed -> Text,
        name_masked -> Text,
        phone_sealed -> Nullable<Text>,
        phone_masked -> Text,
        unit_id -> Text,
        unit_path -> Text,
        status -> Text,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    staff_roles (staff_id, role, scope_id) {
        staff_id -> Text,
        role -> Text,
        scope_id -> Text,
        valid_from -> BigInt,
        valid_to -> Nullable<BigInt>,
    }
}

diesel::table! {
    staff_credentials (staff_id) {
        staff_id -> Text,
        password_hash -> Nullable<Text>,
        password_expires_at -> Nullable<BigInt>,
        must_change -> Bool,
        totp_sealed -> Nullable<Text>,
        totp_step -> BigInt,
        totp_pending -> Nullable<Text>,
        updated_at -> BigInt,
    }
}

diesel::table! {
    recovery_codes (staff_id, code_mac) {
        staff_id -> Text,
        code_mac -> Binary,
    }
}

diesel::table! {
    sign_in_guards (name_mac) {
        name_mac -> Binary,
        tries -> Integer,
        since -> BigInt,
        locked_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        staff_id -> Text,
        token_hash -> Binary,
        client -> Text,
        created_at -> BigInt,
        seen_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    sign_ins (id) {
        id -> Text,
        staff_id -> Nullable<Text>,
        outcome -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> Text,
        name -> Text,
        token_hash -> Binary,
        unit_id -> Text,
        unit_path -> Text,
        permissions -> Text,
        created_by -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    customers (id) {
        id -> Text,
        subject_id -> Text,
        number_sealed -> Nullable<Text>,
        number_masked -> Text,
        number_index -> Nullable<Text>,
        name_sealed -> Nullable<Text>,
        name_masked -> Text,
        phone_sealed -> Nullable<Text>,
        phone_masked -> Text,
        phone_index -> Nullable<Text>,
        identity_kind -> Nullable<Text>,
        identity_sealed -> Nullable<Text>,
        identity_masked -> Text,
        identity_index -> Nullable<Text>,
        birth_sealed -> Nullable<Text>,
        address_sealed -> Nullable<Text>,
        address_masked -> Text,
        unit_id -> Text,
        unit_path -> Text,
        language -> Text,
        edition -> Text,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        erasure_by -> Nullable<Text>,
        erasure_at -> Nullable<BigInt>,
        erasure_reason -> Nullable<Text>,
        erased_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    customer_accounts (customer_id, place) {
        customer_id -> Text,
        place -> Integer,
        account_sealed -> Text,
        account_masked -> Text,
        account_index -> Text,
    }
}

diesel::table! {
    customer_tags (customer_id, tag) {
        customer_id -> Text,
        tag -> Text,
    }
}

diesel::joinable!(staff_roles -> staff (staff_id));
diesel::joinable!(staff_roles -> units (scope_id));
diesel::joinable!(sessions -> staff (staff_id));
diesel::joinable!(staff_credentials -> staff (staff_id));

diesel::table! {
    imports (id) {
        id -> Text,
        kind -> Text,
        taken_by -> Text,
        digest -> Text,
        bytes -> BigInt,
        bytes_read -> BigInt,
        state -> Text,
        started_at -> BigInt,
        touched_at -> BigInt,
        added -> BigInt,
        changed -> BigInt,
        unchanged -> BigInt,
        refused -> BigInt,
        failure_zh -> Text,
        failure_en -> Text,
    }
}

diesel::table! {
    import_errors (import_id, place) {
        import_id -> Text,
        place -> BigInt,
        line -> BigInt,
        column_name -> Text,
        reason_zh -> Text,
        reason_en -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    units,
    staff,
    staff_roles,
    staff_credentials,
    sessions,
    customers,
    customer_accounts,
    customer_tags,
);
