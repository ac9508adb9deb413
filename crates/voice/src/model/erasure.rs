//! Erasing the person of an order: after its end, and after the time for which the law keeps the file. The program does it by
//! itself once the customer was erased.

use kernel::Timestamp;

use super::{
    Order, OrderEvent, Refusal, WorkEvent,
    decide::Bench,
    refusal::{fixed, of, refusals, shown},
};

refusals! {
    /// Why a person is not erased.
    ErasureRefusal [] {
        /// The person was erased.
        AlreadyErased, "already-erased", fixed("个人信息已删除。", "The personal data was erased already.");
        /// The law keeps the file still.
        KeptStill(until: Timestamp), "kept-still", of(
            format!("按保存期限须保存至 {}。", shown(*until)),
            format!("The file is to be kept until {}.", shown(*until)));
    }
}

pub(super) fn erase(order: &Order, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let until = bench.law.kept_until(order, bench.now).ok_or(Refusal::NotClosed)?;
    if order.special.erased {
        return Err(ErasureRefusal::AlreadyErased.into());
    }
    if bench.now <= until {
        return Err(ErasureRefusal::KeptStill(until).into());
    }
    Ok(vec![OrderEvent::Work(WorkEvent::PersonalErased)])
}
