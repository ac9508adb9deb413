//! The day of one person.

use kernel::{Timestamp, timestamp::DAY_MICROS};
use serde_json::{Value, json};

use super::house::{HANDLER, House, OFFICER, decision, each_house};

fn day(house: &House<'_>, who: &str) -> Value {
    house.get(who, "/api/voice/day").is(200)
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect()
}

#[test]
fn a_day_shows_what_is_due_with_its_clocks_the_most_urgent_first() {
    each_house(|house| {
        let early = house.file();
        house.pass_days(1);
        let late = house.file();
        house.handle(&late);
        house.handle(&early);
        let nobodys = house.file();

        let body = day(house, HANDLER);
        assert_eq!(ids(&body["due"]), [early.as_str(), late.as_str()]);
        let clocks = body["due"][0]["clocks"].as_array().unwrap();
        assert!(!clocks.is_empty());
        let dues: Vec<&str> = clocks.iter().map(|clock| clock["due"].as_str().unwrap()).collect();
        assert!(dues.is_sorted(), "{dues:?}");
        assert_eq!(body["due"][0]["next_due"].as_str(), Some(dues[0]));
        assert!(clocks.iter().all(|clock| clock["mood"] != "met"), "answered clocks are no longer due: {clocks:?}");
        assert_eq!(ids(&day(house, OFFICER)["due"]), [] as [&str; 0], "{nobodys} was given to nobody");

        house.pass_days(60);
        let body = day(house, HANDLER);
        assert_eq!((&body["overdue"], &body["due_today"], &body["due_soon"]), (&json!(2), &json!(2), &json!(2)));
    });
}

/// A period of days ends with the last instant of a day: until then it is due today, and the queue lists it so.
#[test]
fn what_is_due_when_the_day_ends_is_due_today() {
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        // The bank's own limit for a first contact is answered; what runs is the law's, in days.
        house.act(HANDLER, &id, "contact", json!({ "means": "phone", "is_reached": true })).is(200);
        let due: Timestamp = day(house, HANDLER)["due"][0]["next_due"].as_str().unwrap().parse().unwrap();
        assert_eq!(due, Timestamp::end_of(due.date()));
        let left = due.as_micros() - kernel::Clock::now(&*house.db.clock).as_micros();
        let listed = |clock: &str| {
            let path = format!("/api/voice/orders?handler=me&clock={clock}");
            ids(&house.get(HANDLER, &path).is(200)["items"]).len()
        };
        let counts = || {
            let body = day(house, HANDLER);
            [&body["overdue"], &body["due_today"], &body["due_soon"]].map(|count| count.as_u64().unwrap())
        };
        house.db.clock.advance_micros(left - DAY_MICROS);
        assert_eq!((counts(), listed("due_today"), listed("due_soon")), ([0, 0, 1], 0, 1));
        house.db.clock.advance_micros(DAY_MICROS / 2);
        assert_eq!((counts(), listed("due_today"), listed("due_soon")), ([0, 1, 1], 1, 1));
        house.db.clock.advance_micros(DAY_MICROS);
        assert_eq!((counts(), listed("due_today"), listed("overdue")), ([1, 1, 1], 0, 1));
    });
}

#[test]
fn what_came_back_dissatisfied_or_was_opened_again_is_shown_for_a_while() {
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        house.act(HANDLER, &id, "decide", decision()).is(200);
        let order = house.get(HANDLER, &format!("/api/voice/orders/{id}")).is(200);
        for letter in order["letters"].as_array().unwrap().iter().filter(|letter| letter["is_owed"] == true) {
            house.act(HANDLER, &id, "notify", json!({ "letter": letter["id"], "means": "sms" })).is(200);
        }
        assert_eq!(ids(&day(house, HANDLER)["unhappy"]), [] as [&str; 0]);
        house.act(HANDLER, &id, "visit", json!({ "satisfaction": 2, "is_settled": true })).is(200);
        assert_eq!(ids(&day(house, HANDLER)["unhappy"]), [id.as_str()]);
        house.act(HANDLER, &id, "close", json!({})).is(200);
        assert_eq!(ids(&day(house, HANDLER)["unhappy"]), [id.as_str()]);
        house.pass_days(31);
        assert_eq!(ids(&day(house, HANDLER)["unhappy"]), [] as [&str; 0]);
        house.act("branch_president@/HO/", &id, "reopen", json!({ "ground": "dissatisfied", "why": "未解决" })).is(200);
        assert_eq!(ids(&day(house, HANDLER)["unhappy"]), [id.as_str()]);
    });
}

#[test]
fn a_system_has_no_day_and_strangers_are_refused() {
    each_house(|house| {
        assert_eq!(house.get("", "/api/voice/day").status.as_u16(), 401);
        assert_eq!(day(house, "auditor@/HO/")["due"], json!([]));
    });
}
