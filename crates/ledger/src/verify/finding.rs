//! What is wrong, where, and in words that an auditor can use.

use kernel::Text;

use super::rows::EventBytes;

/// What kind of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingKind {
    /// An event is not what it was when it was written.
    Altered,
    /// An event, a stream's end or a whole stream is not there any more.
    Missing,
    /// An event stands at another place than it was written at.
    Reordered,
    /// An event is there that was not written through the ledger.
    Inserted,
    /// The head of a stream does not agree with its events.
    Head,
    /// A checkpoint was altered, removed or forged.
    Checkpoint,
}

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing.
    pub kind: FindingKind,
    /// Where among all events, as far as it is known.
    pub position: Option<i64>,
    /// In which stream, as far as it is known.
    pub stream: Option<String>,
    /// Where in the stream.
    pub version: Option<i64>,
    /// Which checkpoint shows it or is wrong itself.
    pub checkpoint: Option<i64>,
    /// What is wrong, in words.
    pub text: Text,
}

impl Finding {
    fn of(kind: FindingKind, zh: String, en: String) -> Self {
        Self { kind, position: None, stream: None, version: None, checkpoint: None, text: Text::of(zh, en) }
    }

    fn at(mut self, position: i64, stream: &str, version: i64) -> Self {
        self.position = Some(position);
        self.stream = Some(stream.to_owned());
        self.version = Some(version);
        self
    }

    fn of_stream(mut self, stream: &str, version: i64) -> Self {
        self.stream = Some(stream.to_owned());
        self.version = Some(version);
        self
    }

    fn by(mut self, checkpoint: i64) -> Self {
        self.checkpoint = Some(checkpoint);
        self
    }
}

/// The event's content does not give its hash.
pub(crate) fn altered(event: &EventBytes<'_>) -> Finding {
    let (position, stream, version) = (event.position, &*event.stream(), event.link.version);
    Finding::of(
        FindingKind::Altered,
        format!("位置 {position}：事件流 {stream} 的第 {version} 个事件（或它之前的那个事件）在写入后被改动过，内容与哈希不符。"),
        format!(
            "Position {position}: event {version} of stream {stream}, or the event before it, was altered after it was written; its content does not give its hash."
        ),
    )
    .at(position, stream, version)
}

/// The event's version is not the next one of its stream.
pub(crate) fn out_of_step(event: &EventBytes<'_>, head: i64) -> Finding {
    let (position, version, next) = (event.position, event.link.version, head + 1);
    let stream = &*event.stream();
    if version > next {
        return Finding::of(
            FindingKind::Missing,
            format!("事件流 {stream} 的第 {next} 个事件缺失（在位置 {position} 处发现，该处已是第 {version} 个事件）。"),
            format!(
                "Event {next} of stream {stream} is missing (noticed at position {position}, which holds event {version})."
            ),
        )
        .at(position, stream, next);
    }
    Finding::of(
        FindingKind::Reordered,
        format!("位置 {position}：事件流 {stream} 的第 {version} 个事件出现在第 {head} 个事件之后，顺序被改动。"),
        format!(
            "Position {position}: event {version} of stream {stream} stands behind event {head}; the order was changed."
        ),
    )
    .at(position, stream, version)
}

/// The event before this one is gone or has no hash.
pub(crate) fn missing_before(event: &EventBytes<'_>) -> Finding {
    out_of_step(event, event.link.version - 2)
}

/// A stream's head names more events than there are.
pub(crate) fn end_missing(stream: &str, head: i64, found: i64) -> Finding {
    let first = found + 1;
    if found == 0 {
        return Finding::of(
            FindingKind::Missing,
            format!("事件流 {stream} 应有 {head} 个事件，现在一个也没有。"),
            format!("Stream {stream} should have {head} events; none is there."),
        )
        .of_stream(stream, first);
    }
    Finding::of(
        FindingKind::Missing,
        format!("事件流 {stream} 应有 {head} 个事件，现在只有 {found} 个：第 {first} 个起缺失。"),
        format!("Stream {stream} should have {head} events and has {found}: from event {first} on they are missing."),
    )
    .of_stream(stream, first)
}

/// A room's table shows events of a stream that are not there, nor named by its head.
pub(crate) fn shown_only(table: &str, stream: &str, shown: i64, found: i64) -> Finding {
    let first = found + 1;
    Finding::of(
        FindingKind::Missing,
        format!("表 {table} 中的 {stream} 由事件流的 {shown} 个事件得来，现在只有 {found} 个：第 {first} 个起连同首部被删除。"),
        format!(
            "Table {table} shows {stream} as {shown} events made it, and {found} are there: from event {first} on they were removed, and the head with them."
        ),
    )
    .of_stream(stream, first)
}

/// Positions that no event has, in a database whose ledger gives out one after the other.
pub(crate) fn gap(first: i64, last: i64) -> Finding {
    let mut finding = Finding::of(
        FindingKind::Missing,
        format!("位置 {first} 至 {last} 没有事件：SQLite 上的账本不留空位，事件连同首部被删除。"),
        format!(
            "Positions {first} to {last} hold no event: on SQLite the ledger leaves none out, so events were removed, and their heads with them."
        ),
    );
    finding.position = Some(first);
    finding
}

/// A stream's head does not agree with its last event.
pub(crate) fn head_altered(stream: &str, head: i64, found: i64) -> Finding {
    Finding::of(
        FindingKind::Head,
        format!("事件流 {stream} 的首部（版本 {head}）与它的最后一个事件（第 {found} 个）不符，首部被改动过。"),
        format!("The head of stream {stream} (version {head}) does not agree with its last event (number {found}); the head was altered."),
    )
    .of_stream(stream, head)
}

/// A stream has events and no head.
pub(crate) fn head_missing(stream: &str) -> Finding {
    Finding::of(
        FindingKind::Head,
        format!("事件流 {stream} 有事件而没有首部，首部被删除。"),
        format!("Stream {stream} has events and no head; the head was removed."),
    )
    .of_stream(stream, 1)
}

/// A checkpoint row is not what was signed.
pub(crate) fn checkpoint_forged(number: i64) -> Finding {
    Finding::of(
        FindingKind::Checkpoint,
        format!("第 {number} 个检查点的签名无效：它被改动或伪造。"),
        format!("The signature of checkpoint {number} is not valid: it was altered or forged."),
    )
    .by(number)
}

/// A checkpoint does not follow from the one before it.
pub(crate) fn checkpoint_misplaced(expected: i64, found: i64) -> Finding {
    Finding::of(
        FindingKind::Checkpoint,
        format!("应有第 {expected} 个检查点，实为第 {found} 个，且不能相接：检查点被删除、调换或改动。"),
        format!(
            "Checkpoint {expected} should follow and checkpoint {found} is there, which does not join: checkpoints were removed, swapped or altered."
        ),
    )
    .by(expected)
}

/// The checkpoint kept elsewhere is not in the database.
pub(crate) fn checkpoint_removed(number: i64) -> Finding {
    Finding::of(
        FindingKind::Checkpoint,
        format!("另存的第 {number} 个检查点在数据库中不存在或不相同：检查点或其后的数据被删除或改动。"),
        format!(
            "Checkpoint {number}, which was kept elsewhere, is not in the database or differs: checkpoints or data behind them were removed or altered."
        ),
    )
    .by(number)
}

/// The checkpoint kept elsewhere is not ours.
pub(crate) fn exported_forged(number: i64) -> Finding {
    Finding::of(
        FindingKind::Checkpoint,
        format!("所给文件中的第 {number} 个检查点的签名无效：文件被改动，或不是本系统签发。"),
        format!(
            "The signature of checkpoint {number} in the given file is not valid: the file was altered or is not ours."
        ),
    )
    .by(number)
}

/// A checkpoint's trace does not agree with its statement.
pub(crate) fn trace_altered(number: i64) -> Finding {
    Finding::of(
        FindingKind::Checkpoint,
        format!("第 {number} 个检查点的痕迹与其签名不符：它被改动过。"),
        format!("The trace of checkpoint {number} does not agree with its signature: it was altered."),
    )
    .by(number)
}

/// The events under a checkpoint are not those that were signed, and nothing narrower is known.
pub(crate) fn span_differs(number: i64, after: i64, position: i64, expected: u64, found: u64) -> Finding {
    let mut finding = Finding::of(
        FindingKind::Altered,
        format!("位置 {after} 之后至 {position} 的事件与第 {number} 个检查点不符：签名时 {expected} 个，现有 {found} 个。"),
        format!(
            "The events behind position {after} up to {position} do not agree with checkpoint {number}: {expected} were signed, {found} are there."
        ),
    )
    .by(number);
    finding.position = Some(after + 1);
    finding
}

/// A checkpoint shows that the event at a position is gone.
pub(crate) fn missing_at(number: i64, position: i64) -> Finding {
    let mut finding = Finding::of(
        FindingKind::Missing,
        format!("位置 {position} 的事件缺失：第 {number} 个检查点签名时它还在。"),
        format!("The event at position {position} is missing; it was there when checkpoint {number} was signed."),
    )
    .by(number);
    finding.position = Some(position);
    finding
}

/// A checkpoint shows that an event was not there.
pub(crate) fn inserted_at(number: i64, position: i64, stream: &str, version: i64) -> Finding {
    Finding::of(
        FindingKind::Inserted,
        format!("位置 {position}（事件流 {stream} 第 {version} 个事件）在第 {number} 个检查点签名时不存在：它是后来插入的。"),
        format!(
            "Position {position} (event {version} of stream {stream}) was not there when checkpoint {number} was signed: it was inserted later."
        ),
    )
    .at(position, stream, version)
    .by(number)
}

/// An event stands before the first position that the ledger gives out, where no walk over the positions would meet it.
pub(crate) fn before_the_first(position: i64, stream: &str, version: i64) -> Finding {
    Finding::of(
        FindingKind::Inserted,
        format!("位置 {position}（事件流 {stream} 第 {version} 个事件）不是账本给出的位置：它不是经账本写入的。"),
        format!(
            "Position {position} (event {version} of stream {stream}) is none that the ledger gives out: it was not written through the ledger."
        ),
    )
    .at(position, stream, version)
}

/// A checkpoint shows that another event stood at a position.
pub(crate) fn replaced_at(number: i64, position: i64, stream: &str, version: i64, moved: bool) -> Finding {
    let (kind, zh, en) = if moved {
        (FindingKind::Reordered, "被调换了位置", "was moved from another position")
    } else {
        (FindingKind::Altered, "被改动过", "was altered")
    };
    Finding::of(
        kind,
        format!("位置 {position}：事件流 {stream} 的第 {version} 个事件{zh}，与第 {number} 个检查点不符。"),
        format!(
            "Position {position}: event {version} of stream {stream} {en}; it does not agree with checkpoint {number}."
        ),
    )
    .at(position, stream, version)
    .by(number)
}
