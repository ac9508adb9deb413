//! Files from before objects were sealed: read as ever, sealed in their place by a job, whatever stops it in between.

use std::sync::{
    Arc,
    mpsc::{Receiver, Sender, channel},
};

use kernel::id::{AttachmentId, OrderId};
use ledger::{Cause, ExternalJob, Handlers, Job, JobError, StoreError, Unit};
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::{
    attachments::{PNG, download, first_file, upload},
    house::{HANDLER, House, OFFICER, caller, each_house},
};
use crate::{
    desk::{self, Act},
    jobs::{self, SEAL_FILES},
    model::{Command, parts::Attachment},
    testing::LAW,
};

/// Adds a file as the program did before objects were sealed.
fn older(house: &House<'_>, order: &str, bits: u128, content: &'static [u8]) -> String {
    let (order, actor): (OrderId, _) = (order.parse().unwrap(), caller(HANDLER).unwrap());
    let old = AttachmentId::from_bits(bits);
    let (size, digest) = (content.len() as u64, house.digest(content));
    let add = move |unit: &mut Unit<'_>| {
        let held = desk::load(unit, order)?.attachments[0].clone();
        let command = Command::Attach(Attachment { id: old, size, digest: digest.clone(), sealed: false, ..held });
        desk::act(unit, &Act::new(order, None, command), &actor, &LAW).map(drop)
    };
    house.db.ledger.write(&Cause::new("test:older"), add).unwrap();
    house.lay(&old.to_string(), content);
    old.to_string()
}

/// An order with a new file and an older one.
fn order_with_older(house: &House<'_>, bits: u128, content: &'static [u8]) -> (String, String) {
    let id = house.file();
    upload(house, HANDLER, &id, &[("version", "1"), ("purpose", "evidence")], "a.png", PNG).is(200);
    let old = older(house, &id, bits, content);
    (id, old)
}

/// Puts the job in the queue, as a start of the program does.
fn start(house: &House<'_>) {
    let now = house.db.now();
    let queue = move |unit: &mut Unit<'_>| {
        jobs::at_start(now).into_iter().filter(|job| job.kind == SEAL_FILES).try_for_each(|job| unit.enqueue(job))
    };
    house.db.ledger.write(&Cause::new("test:start"), queue).unwrap();
}

/// Lets the job go through everything.
fn seal_all(house: &House<'_>) {
    // Pieces of work are some milliseconds apart.
    for _ in 0..20 {
        let run = house.db.ledger.run_due_jobs(jobs::outside(&house.objects()), house.db.now()).unwrap();
        assert_eq!(run.failed, Vec::new());
        house.db.clock.advance_micros(1_000_000);
    }
}

fn is_sealed(house: &House<'_>, file: &str) -> bool {
    let lying = house.object(file).unwrap();
    lying.starts_with(b"XBO1") && !lying.windows(PNG.len()).any(|part| part == PNG)
}

const OLD: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR pretend picture of long ago";

#[test]
fn an_older_file_is_read_as_ever_unless_it_was_altered() {
    each_house(|house| {
        let (id, old) = order_with_older(house, 77, OLD);
        assert_eq!(download(house, &id, &old).bytes, OLD);
        house.lay(&old, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR another picture");
        let address = format!("/api/voice/orders/{id}/attachments/{old}");
        assert!(house.breaks_off(HANDLER, &address), "its hash is in the event");
        house.lay(&old, b"");
        assert!(house.breaks_off(HANDLER, &address));
    });
}

#[test]
fn older_files_are_sealed_in_their_place_and_altered_ones_are_left_to_people() {
    each_house(|house| {
        let (id, old) = order_with_older(house, 77, OLD);
        let (other, altered) = order_with_older(house, 78, OLD);
        house.lay(&altered, PNG);
        let (gone, lost) = order_with_older(house, 79, OLD);
        house.forget_object(&lost);
        start(house);
        seal_all(house);
        assert!(is_sealed(house, &old) && is_sealed(house, &first_file(house, &id)));
        assert_eq!(download(house, &id, &old).bytes, OLD);
        assert_eq!(house.object(&altered).unwrap(), PNG, "what is not what its event says is not made to look whole");
        assert!(house.breaks_off(HANDLER, &format!("/api/voice/orders/{other}/attachments/{altered}")));
        assert_eq!(download(house, &gone, &lost).status.as_u16(), 404);
        // Another order's sealed object in its place does not open.
        house.lay(&altered, house.object(&old).unwrap().leak());
        assert_eq!(download(house, &other, &altered).status.as_u16(), 500);
        // A day later the job looks again at what it left, and finds what came back.
        house.lay(&lost, OLD);
        house.pass_days(1);
        seal_all(house);
        assert!(is_sealed(house, &lost));
        assert_eq!(download(house, &gone, &lost).bytes, OLD);
    });
}

#[test]
fn older_evidence_of_a_rectification_is_sealed_too() {
    each_house(|house| {
        let (id, file) = super::rectifications::with_older_evidence(house, OLD);
        let address = format!("/api/voice/rectifications/{id}/evidence/{file}");
        assert_eq!(house.get(OFFICER, &address).bytes, OLD);
        start(house);
        seal_all(house);
        assert!(is_sealed(house, &file));
        assert_eq!(house.get(OFFICER, &address).bytes, OLD);
    });
}

/// Where a worker that dies gets to.
#[derive(Debug, Clone, Copy)]
enum Death {
    /// The job was taken, nothing was done.
    BeforeTheStore,
    /// The store has the sealed object, the database does not know.
    BehindTheStore,
}

/// A worker that takes the job and then is not heard of again until everything is over.
struct Dies<J> {
    job: J,
    death: Death,
    dead: Mutex<Sender<()>>,
    judgement: Mutex<Receiver<()>>,
}

impl<J: ExternalJob> ExternalJob for Dies<J> {
    type Input = J::Input;
    type Output = J::Output;

    fn kind(&self) -> &'static str {
        self.job.kind()
    }

    fn tries_max(&self) -> u32 {
        self.job.tries_max()
    }

    fn lease(&self) -> std::time::Duration {
        self.job.lease()
    }

    fn prepare(&self, unit: &mut Unit<'_>, job: &Job) -> Result<Option<J::Input>, JobError> {
        self.job.prepare(unit, job)
    }

    fn run(&self, job: &Job, input: J::Input) -> Result<J::Output, JobError> {
        let done = match self.death {
            Death::BeforeTheStore => None,
            Death::BehindTheStore => Some(self.job.run(job, input)?),
        };
        self.dead.lock().send(()).unwrap();
        self.judgement.lock().recv().unwrap();
        done.ok_or_else(|| JobError::Retry("died".to_owned()))
    }

    fn complete(&self, unit: &mut Unit<'_>, job: &Job, output: &J::Output) -> Result<(), JobError> {
        self.job.complete(unit, job, output)
    }

    fn failed(&self, unit: &mut Unit<'_>, job: &Job, error: &str, parked: bool) -> Result<(), StoreError> {
        self.job.failed(unit, job, error, parked)
    }
}

fn killed_and_started_again(house: &House<'_>, death: Death) {
    let (id, old) = order_with_older(house, 77, OLD);
    let half = house.begin_upload(&old);
    start(house);
    let ((dead, died), (judge, judgement)) = (channel(), channel());
    let job = jobs::seal_files(house.objects());
    let dies = Dies { job, death, dead: Mutex::new(dead), judgement: Mutex::new(judgement) };
    let (first, now) = (house.db.second(), house.db.now());
    std::thread::scope(|scope| {
        let worker = scope.spawn(move || {
            first.run_due_jobs(Handlers::new().with_external(Arc::new(dies)), now).unwrap();
        });
        died.recv().unwrap();
        assert_eq!(download(house, &id, &old).bytes, OLD, "{death:?}: readable while nobody works on it");
        assert_eq!(is_sealed(house, &old), matches!(death, Death::BehindTheStore));
        // The program starts again; the dead worker's lease runs out first.
        house.db.clock.advance_micros(3_600_000_000);
        start(house);
        seal_all(house);
        assert!(is_sealed(house, &old), "{death:?}");
        assert_eq!(download(house, &id, &old).bytes, OLD);
        // A worker that was only slow finds its job done by another.
        judge.send(()).unwrap();
        worker.join().unwrap();
    });
    drop(half);
    seal_all(house);
    assert_eq!(download(house, &id, &old).bytes, OLD);
    let history = house.get(OFFICER, &format!("/api/voice/orders/{id}")).is(200)["history"].clone();
    let kinds: Vec<&Value> = history.as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert!(!kinds.contains(&&json!("personal_erased")), "{kinds:?}");
    assert_eq!(house.left_clear(), 0, "{death:?}");
}

#[test]
fn a_worker_that_dies_before_the_store_leaves_the_file_as_it_was() {
    each_house(|house| killed_and_started_again(house, Death::BeforeTheStore));
}

#[test]
fn a_worker_that_dies_behind_the_store_leaves_a_file_that_reads() {
    each_house(|house| killed_and_started_again(house, Death::BehindTheStore));
}
