//! What erasing a customer means for their orders: nothing while the law keeps the file, everything afterwards; and the chain
//! holds.

use std::ops::ControlFlow;

use kernel::id::CustomerId;
use ledger::{Cause, Unit, VerifyOptions};
use people::{
    model::{customer::CustomerForm, events::CustomerEvent},
    store::customer_erasure,
    use_cases::customers,
};
use serde_json::json;

use super::{
    attachments::{PNG, download, first_file, upload},
    house::{HANDLER, House, OFFICER, caller, each_house, unit_id},
};
use crate::{
    intake::Intake,
    jobs,
    testing::{file, intake},
};

const PHONE: &str = "13812345678";

/// Files an order of a customer, with a paper, and gives both ids.
fn filed(house: &House<'_>, customer: CustomerId) -> (String, String) {
    let matter = Intake { customer: Some(customer), ..intake("/HO/GZ/GZ001/", house.db.now()) };
    let id = file(house.db, &caller("teller@/HO/GZ/GZ001/").unwrap(), &matter).unwrap().id.to_string();
    upload(house, HANDLER, &id, &[("version", "1"), ("purpose", "withdrawal")], "李小明.png", PNG).is(200);
    let paper = first_file(house, &id);
    (id, paper)
}

fn erase(house: &House<'_>, customer: CustomerId) {
    let erase = move |unit: &mut Unit<'_>| {
        let by = kernel::ActorRef::program("test");
        unit.append(&customer.to_string(), 0, &by, &[CustomerEvent::Erased])
    };
    house.db.ledger.write(&Cause::new("test:erase"), erase).unwrap();
}

#[test]
fn erasing_the_customer_destroys_the_key_of_an_order_once_the_law_lets_go_of_it() {
    each_house(|house| {
        let customer = CustomerId::from_bits(5);
        let (id, paper) = filed(house, customer);
        let (stays, kept) = filed(house, CustomerId::from_bits(6));
        erase(house, customer);
        house.work();
        assert_eq!(download(house, &id, &paper).bytes, PNG, "it has not ended");
        house.act(HANDLER, &id, "withdraw", json!({ "means": "in_person", "paper": paper })).is(200);
        house.pass_days(40);
        house.work();
        assert_eq!(download(house, &id, &paper).bytes, PNG, "the law keeps the file for three years");
        house.pass_days(3 * 365 - 45);
        house.work();
        assert_eq!(download(house, &id, &paper).bytes, PNG, "and not a day less");
        house.pass_days(60);
        house.work();
        assert_eq!(download(house, &id, &paper).reason(409), "erased");
        let order = house.get(OFFICER, &format!("/api/voice/orders/{id}")).is(200);
        assert_eq!((&order["is_erased"], &order["title"]), (&json!(true), &json!("")));
        assert_eq!(order["history"].as_array().unwrap().last().unwrap()["kind"], "personal_erased");
        let text = order.to_string();
        assert!(!text.contains("李小明") && !text.contains(PHONE) && !text.contains("李*"), "{text}");
        let rows = house.get(OFFICER, "/api/voice/orders").is(200)["items"].clone();
        let row = rows.as_array().unwrap().iter().find(|row| row["id"] == json!(id)).unwrap();
        assert_eq!((&row["title"], &row["name_masked"], &row["phone_masked"]), (&json!(""), &json!(""), &json!("")));
        let found =
            house.post(OFFICER, "/api/voice/orders/find", json!({ "by": "phone", "value": PHONE })).is(200)["items"]
                .clone();
        let found: Vec<_> = found.as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
        assert_eq!(found, [json!(stays)], "the other customer's order is found by its number, this one no more");
        assert!(house.object(&paper).is_some_and(|object| object.starts_with(b"XBO1")));
        house.remove_objects();
        assert_eq!(house.object(&paper), None);
        assert_eq!(download(house, &stays, &kept).bytes, PNG, "nobody else's");
        let report = house.db.ledger.verify(&VerifyOptions::default(), &mut |_| ControlFlow::Continue(())).unwrap();
        assert!(report.is_intact() && report.events > 5, "{report:?}");
        house.work();
    });
}

#[test]
fn a_customer_erased_before_orders_were_is_made_up_for_at_the_next_start() {
    each_house(|house| {
        let form = CustomerForm { number: "C001".to_owned(), name: "李小明".to_owned(), ..CustomerForm::default() };
        let enter = move |unit: &mut Unit<'_>| {
            let by = kernel::ActorRef::program("test");
            customers::register(unit, &by, &form, unit_id("GZ001"))
        };
        let customer = house.db.ledger.write(&Cause::new("test:enter"), enter).unwrap();
        let (id, paper) = filed(house, customer);
        house.act(HANDLER, &id, "withdraw", json!({ "means": "in_person", "paper": paper })).is(200);
        let empty = move |unit: &mut Unit<'_>| {
            let now = unit.now();
            customer_erasure::empty(unit.connection(), customer, now)
        };
        assert!(house.db.ledger.write(&Cause::new("test:erase"), empty).unwrap());
        house.pass_days(4 * 366);
        house.work();
        assert_eq!(download(house, &id, &paper).bytes, PNG, "no event tells of it");
        let now = house.db.now();
        let start = move |unit: &mut Unit<'_>| jobs::at_start(now).into_iter().try_for_each(|job| unit.enqueue(job));
        house.db.ledger.write(&Cause::new("test:start"), start).unwrap();
        house.work();
        assert_eq!(download(house, &id, &paper).reason(409), "erased");
    });
}

#[test]
fn however_many_orders_a_customer_has_each_goes_in_its_own_time() {
    each_house(|house| {
        let customer = CustomerId::from_bits(7);
        // More than one run looks at; the first ones stay open.
        let orders: Vec<(String, String)> = (0..53).map(|_| filed(house, customer)).collect();
        let (last, paper) = orders.last().unwrap();
        house.act(HANDLER, last, "withdraw", json!({ "means": "in_person", "paper": paper })).is(200);
        erase(house, customer);
        house.pass_days(3 * 366);
        for _ in 0..3 {
            house.work();
            house.db.clock.advance_micros(1_000_000);
        }
        assert_eq!(download(house, last, paper).reason(409), "erased");
        let (first, paper) = &orders[0];
        assert_eq!(download(house, first, paper).bytes, PNG);
        // Those that stayed open are looked at again, and go once they have ended and the time is over.
        house.act(HANDLER, first, "withdraw", json!({ "means": "in_person", "paper": paper })).is(200);
        house.pass_days(31);
        house.work();
        house.db.clock.advance_micros(1_000_000);
        house.work();
        assert_eq!(download(house, first, paper).bytes, PNG);
        house.pass_days(3 * 366);
        for _ in 0..3 {
            house.work();
            house.db.clock.advance_micros(1_000_000);
        }
        assert_eq!(download(house, first, paper).reason(409), "erased");
    });
}
