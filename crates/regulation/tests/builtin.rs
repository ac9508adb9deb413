//! The law the repository carries: it loads, and says what its sources say. Asserts no rule of the loader.

use jiff::civil::date;
use kernel::Timestamp;
use regulation::{MatterKind, MatterSource, Regulations, Situation, deadline};

#[test]
fn it_loads() {
    let law = match Regulations::builtin() {
        Ok(law) => law,
        Err(error) => panic!("{error}"),
    };
    let on = date(2026, 3, 1);
    let situation = Situation::named(MatterKind::Complaint, MatterSource::Direct);
    for clock in law.opening_clocks(&situation, on) {
        let due = deadline(clock, Timestamp::start_of(on), law.calendar(), &[]);
        println!("{} {}\n{}", due.due, due.explanation.zh, due.explanation.en);
    }
}
