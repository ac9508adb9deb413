//! What a record of the journal holds: a decision or a mark, as bytes and back. Numbers are little-endian; texts and bytes have
//! their length before them in 4 bytes; what may be missing has a 0 or a 1 before it. It holds what the row of the database will
//! hold, and nothing that is not sealed or hashed there.

use kernel::{
    OrgPath, Timestamp,
    id::{DecisionId, ListChangeId},
};
use seal::Sealed;

use crate::{
    model::words::GuardOutcome,
    store::{
        decisions::NewDecision,
        marks::{Mark, MarkWhat},
    },
};

/// The first byte of a decision.
const DECISION: u8 = 1;
/// The first byte of a mark.
const MARK: u8 = 2;
/// What a mark tells.
const START: u8 = 0;
const PIECE: u8 = 1;
const DONE: u8 = 2;

/// What goes into the database.
#[derive(Debug, Clone)]
pub enum Entry {
    /// A decision.
    Decision(Box<NewDecision>),
    /// What changed between two decisions.
    Mark(Mark),
}

impl Entry {
    /// The content of its record.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Decision(decision) => decision_bytes(decision),
            Self::Mark(mark) => mark_bytes(mark),
        }
    }

    /// The entry of a record; `None` when the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let entry = match reader.byte()? {
            DECISION => Self::Decision(Box::new(decision(&mut reader)?)),
            MARK => Self::Mark(mark(&mut reader)?),
            _ => return None,
        };
        reader.0.is_empty().then_some(entry)
    }
}

fn decision_bytes(decision: &NewDecision) -> Vec<u8> {
    let texts = decision.facts.len() + decision.seen.len() + decision.sealed.as_str().len() + decision.answer.len();
    let mut writer = Writer(Vec::with_capacity(256 + texts));
    writer.byte(DECISION);
    writer.int(decision.seq);
    writer.bits(decision.id.bits());
    writer.0.extend_from_slice(&decision.event_key);
    writer.0.extend_from_slice(&decision.print);
    writer.bytes(decision.caller.as_bytes());
    writer.bytes(decision.event_type.as_bytes());
    writer.bytes(decision.unit.as_str().as_bytes());
    writer.int(decision.at.as_micros());
    writer.int(decision.decided_at.as_micros());
    writer.int(decision.layout);
    writer.bytes(&decision.facts);
    writer.bytes(&decision.seen);
    writer.bytes(decision.sealed.as_str().as_bytes());
    writer.some(decision.outcome, |writer, outcome| writer.bytes(outcome.as_str().as_bytes()));
    writer.byte(u8::from(decision.is_screened));
    writer.int(i64::from(decision.score));
    writer.bytes(decision.answer.as_bytes());
    writer.some(decision.label, Writer::int);
    writer.0
}

fn decision(reader: &mut Reader<'_>) -> Option<NewDecision> {
    Some(NewDecision {
        seq: reader.int()?,
        id: DecisionId::from_bits(reader.bits()?),
        event_key: reader.take()?,
        print: reader.take()?,
        caller: reader.text()?,
        event_type: reader.text()?,
        unit: OrgPath::parse(&reader.text()?).ok()?,
        at: Timestamp::from_micros(reader.int()?),
        decided_at: Timestamp::from_micros(reader.int()?),
        layout: reader.int()?,
        facts: reader.bytes()?.to_vec(),
        seen: reader.bytes()?.to_vec(),
        sealed: Sealed::from_stored(reader.text()?),
        outcome: reader.some(|reader| GuardOutcome::from_stored(&reader.text()?))?,
        is_screened: reader.byte()? == 1,
        score: i32::try_from(reader.int()?).ok()?,
        answer: reader.text()?,
        label: reader.some(Reader::int)?,
    })
}

fn mark_bytes(mark: &Mark) -> Vec<u8> {
    let mut writer = Writer(Vec::new());
    writer.byte(MARK);
    writer.int(mark.seq);
    match &mark.what {
        MarkWhat::Start(changes) => {
            writer.byte(START);
            changes.iter().for_each(|change| writer.bits(change.bits()));
        }
        MarkWhat::Piece(change, upto) => {
            writer.byte(PIECE);
            writer.bits(change.bits());
            writer.int(*upto);
        }
        MarkWhat::Done(change) => {
            writer.byte(DONE);
            writer.bits(change.bits());
        }
    }
    writer.0
}

fn mark(reader: &mut Reader<'_>) -> Option<Mark> {
    let seq = reader.int()?;
    let what = match reader.byte()? {
        START => {
            let mut changes = Vec::new();
            while !reader.0.is_empty() {
                changes.push(ListChangeId::from_bits(reader.bits()?));
            }
            MarkWhat::Start(changes)
        }
        PIECE => MarkWhat::Piece(ListChangeId::from_bits(reader.bits()?), reader.int()?),
        DONE => MarkWhat::Done(ListChangeId::from_bits(reader.bits()?)),
        _ => return None,
    };
    Some(Mark { seq, what })
}

struct Writer(Vec<u8>);

impl Writer {
    fn byte(&mut self, value: u8) {
        self.0.push(value);
    }

    fn int(&mut self, value: i64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn bits(&mut self, value: u128) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn bytes(&mut self, value: &[u8]) {
        // Nothing that a decision holds comes near 4 GB; a body has one megabyte.
        self.0.extend_from_slice(&(value.len() as u32).to_le_bytes());
        self.0.extend_from_slice(value);
    }

    fn some<T>(&mut self, value: Option<T>, put: impl FnOnce(&mut Self, T)) {
        self.byte(u8::from(value.is_some()));
        if let Some(value) = value {
            put(self, value);
        }
    }
}

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn int(&mut self) -> Option<i64> {
        self.take().map(i64::from_le_bytes)
    }

    fn bits(&mut self) -> Option<u128> {
        self.take().map(u128::from_le_bytes)
    }

    fn bytes(&mut self) -> Option<&'b [u8]> {
        let length = u32::from_le_bytes(self.take()?) as usize;
        let (value, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(value)
    }

    fn text(&mut self) -> Option<String> {
        std::str::from_utf8(self.bytes()?).ok().map(ToOwned::to_owned)
    }

    /// A value that may be missing: `None` when the bytes are none, `Some(None)` when it is missing.
    fn some<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.byte()? {
            0 => Some(None),
            1 => read(self).map(Some),
            _ => None,
        }
    }
}
