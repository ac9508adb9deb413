//! Where rooms meet: what one announces through the ledger and another answers. They share no code, so the test is here.

use std::sync::Arc;

use crate::house::House;
use axum::body::Body;
use guard::model::{
    interception::event::{InterceptionEvent, Opened, Payee, Payer},
    words::{Channel, GuardOutcome},
};
use http::{Request, StatusCode};
use kernel::{
    ActorRef, OrgPath, Problem, Text, Timestamp,
    id::{CustomerId, InterceptionId, SubjectId},
};
use ledger::{Cause, JobsRun, NewJob, StoreError};
use people::{model::customer::CustomerForm, store::units, use_cases::customers};
use regulation::Regulations;
use serde_json::{Value, json};
use voice::{jobs::LawSource, model::Law};

const INTERCEPTION: &str = "ic_01jd8x4c3e7tq9v2m5k6n8p0r1";

fn actor() -> ActorRef {
    ActorRef::program("test")
}

fn opened(customer: Option<CustomerId>) -> InterceptionEvent {
    let interception: InterceptionId = INTERCEPTION.parse().expect("an id");
    InterceptionEvent::Opened(Box::new(Opened {
        interception,
        unit: OrgPath::root("HO").expect("a path"),
        decision: None,
        channel: Channel::Counter,
        payer: Payer { subject: SubjectId::from_bits(7), customer, name: None, phone: None, account: None },
        payee: Payee::default(),
        amount: 5_000_000,
        purpose: None,
        outcome: GuardOutcome::Delay,
        reasons: vec![Text::fixed("夜间首次向新账户大额转账", "a first large transfer to a new account at night")],
        book: 1,
        parts: Vec::new(),
    }))
}

impl House {
    fn customer(&self) -> CustomerId {
        let entered = self.ledger.write(&Cause::new("test:customer"), |unit| {
            let home = units::top(unit.connection())?.ok_or_else(|| Problem::internal_error("no head office"))?;
            let form = CustomerForm {
                number: "C0001".to_owned(),
                name: "李小明".to_owned(),
                phone: "13812345678".to_owned(),
                ..CustomerForm::default()
            };
            customers::register(unit, &actor(), &form, home.id)
        });
        entered.expect("a customer is entered")
    }

    /// The guard records what happens to an interception.
    fn record(&self, expected: u64, events: Vec<InterceptionEvent>) {
        let recorded = self.ledger.write(&Cause::new("test:guard"), move |unit| -> Result<(), StoreError> {
            unit.append(INTERCEPTION, expected, &actor(), &events).map(drop)
        });
        recorded.expect("it is recorded");
    }

    fn run_jobs(&self) -> JobsRun {
        let rules = Arc::new(Regulations::builtin().expect("the built-in law loads"));
        let law: Arc<dyn LawSource> = Arc::new(Law::new(Arc::clone(&rules), Arc::clone(rules.calendar())));
        let now: Timestamp = self.ledger.ports().clock.now();
        self.ledger.run_due_jobs(voice::jobs::handlers(&law), now).expect("jobs run")
    }

    /// The orders of one kind, each as the page of orders shows it.
    async fn orders(&self) -> Vec<Value> {
        let request = Request::builder().uri("/api/voice/orders?matter=help_request");
        let request = request.header("authorization", "Bearer officer").body(Body::empty()).expect("a request");
        let (status, list) = self.send(request).await;
        assert_eq!(status, StatusCode::OK, "{list}");
        list["items"].as_array().expect("items").clone()
    }
}

#[test]
fn a_visit_that_is_due_opens_one_order_with_what_the_bank_knows_of_the_customer() {
    House::each(|house| async move {
        let customer = house.customer();
        house.record(0, vec![opened(Some(customer))]);
        assert_eq!(house.run_jobs(), JobsRun::default(), "an interception alone opens nothing");
        house.record(1, vec![InterceptionEvent::VisitDue]);
        assert_eq!(house.run_jobs().failed, []);
        let orders = house.orders().await;
        assert_eq!(orders.len(), 1, "{orders:?}");
        let order = &orders[0];
        assert_eq!(order["unit"], json!("/HO/"), "where the transfer was stopped: {order}");
        assert_eq!((&order["name_masked"], &order["phone_masked"]), (&json!("李**"), &json!("138****5678")), "{order}");

        // The same event once more, as after a crash between the order and the end of the job.
        let again = house.ledger.write(&Cause::new("test:again"), |unit| -> Result<(), StoreError> {
            let (kind, payload) = (voice::jobs::FOLLOW_UP, json!({ "stream": INTERCEPTION, "version": 2 }));
            unit.enqueue(NewJob { kind, key: None, due: unit.now(), payload })
        });
        again.expect("it is delivered again");
        let run = house.run_jobs();
        assert_eq!((run.done, run.failed.len()), (1, 0));
        assert_eq!(house.orders().await.len(), 1, "delivered twice, opened once");
    });
}

#[test]
fn a_visit_to_somebody_unknown_opens_an_order_without_a_name() {
    House::each(|house| async move {
        house.record(0, vec![opened(None), InterceptionEvent::VisitDue]);
        assert_eq!(house.run_jobs().failed, []);
        let orders = house.orders().await;
        assert_eq!(orders.len(), 1);
        assert_eq!(orders[0]["name_masked"], json!(""));
    });
}
