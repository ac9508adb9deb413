//! Stored forms of events. What was once written is read for ever: a sample stays here for each version of each kind.

use ledger::Event;
use people::model::events::{CustomerEvent, OrganisationEvent, StaffEvent, TokenEvent};
use serde_json::Value;

/// Reads the samples of the present version and writes them back unchanged; older versions pass through their upgrade.
#[track_caller]
fn check<E: Event>(every: &[&str], samples: &[(u16, &str)]) {
    let mut kinds = Vec::new();
    for (version, text) in samples {
        let sample: Value = serde_json::from_str(text).unwrap();
        let kind = sample["kind"].as_str().unwrap().to_owned();
        let payload =
            if *version == E::VERSION { sample.clone() } else { E::upgrade(&kind, *version, sample.clone()).unwrap() };
        let event: E = serde_json::from_value(payload).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(event.kind(), kind, "the name in the ledger is the name in the payload");
        if *version == E::VERSION {
            assert_eq!(serde_json::to_value(&event).unwrap(), sample, "{kind}");
        }
        kinds.push(kind);
    }
    assert!(E::upgrade("unknown", 0, Value::Null).is_err());
    assert_eq!(kinds, every, "every kind has a sample");
}

const UNIT: &str = "un_01jd8x4c3e7tq9v2m5k6n8p0r1";

#[test]
fn organisation() {
    let moved = format!(r#"{{"kind":"moved","unit":"{UNIT}","from":"/HO/A/","to":"/HO/B/A/","carried":3}}"#);
    check::<OrganisationEvent>(
        OrganisationEvent::KINDS,
        &[
            (
                1,
                r#"{"kind":"imported","digest":"ab","rows":7,"opened":1,"renamed":2,"moved":3,"closed":4,"changed":5,"unchanged":6}"#,
            ),
            (1, &moved),
        ],
    );
}

#[test]
fn staff() {
    let role = format!(r#"{{"role":"handler","scope":"{UNIT}","from":"2026-11-22T00:00:00Z"}}"#);
    let ended =
        format!(r#"{{"role":"teller","scope":"{UNIT}","from":"2026-11-22T00:00:00Z","to":"2026-11-23T00:00:00Z"}}"#);
    let registered = format!(r#"{{"kind":"registered","unit":"{UNIT}","roles":[{role},{ended}]}}"#);
    let transferred = format!(r#"{{"kind":"transferred","from":"{UNIT}","to":"{UNIT}"}}"#);
    let roles = format!(r#"{{"kind":"roles_changed","roles":[{role}]}}"#);
    check::<StaffEvent>(
        StaffEvent::KINDS,
        &[
            (1, &registered),
            (1, r#"{"kind":"changed","fields":["name","phone"]}"#),
            (1, &transferred),
            (1, &roles),
            (1, r#"{"kind":"disabled"}"#),
            (1, r#"{"kind":"enabled"}"#),
            (1, r#"{"kind":"reset"}"#),
            (1, r#"{"kind":"password_changed"}"#),
            (1, r#"{"kind":"second_factor_confirmed"}"#),
            (1, r#"{"kind":"recovery_code_used","left":9}"#),
            (1, r#"{"kind":"locked","until":"2026-11-22T00:15:00Z"}"#),
        ],
    );
}

#[test]
fn customers() {
    let registered = format!(r#"{{"kind":"registered","unit":"{UNIT}"}}"#);
    let transferred = format!(r#"{{"kind":"transferred","from":"{UNIT}","to":"{UNIT}"}}"#);
    check::<CustomerEvent>(
        CustomerEvent::KINDS,
        &[
            (1, &registered),
            (1, r#"{"kind":"changed","fields":["phone","tags"]}"#),
            (1, &transferred),
            (1, r#"{"kind":"revealed","reason":"核对客户的联系电话"}"#),
            (1, r#"{"kind":"erasure_proposed","reason":"客户要求删除个人信息"}"#),
            (1, r#"{"kind":"erasure_declined","reason":"仍有未结的投诉工单"}"#),
            (1, r#"{"kind":"erased"}"#),
        ],
    );
}

#[test]
fn tokens() {
    let issued = format!(
        r#"{{"kind":"issued","unit":"{UNIT}","permissions":["people.customer.see"],"expires":"2026-11-22T00:00:00Z"}}"#
    );
    check::<TokenEvent>(TokenEvent::KINDS, &[(1, &issued), (1, r#"{"kind":"revoked"}"#)]);
}
