//! What became known of an event after it was decided, as a pure judgement: what may be said of it and when, what a later label
//! makes of an earlier one, and what an interception's end says of the event from which it came.

use kernel::{Problem, ProblemKind, Text, Timestamp};

use super::words::GuardEnding;

kernel::words! {
    /// What became known.
    Label {
        /// It was fraud.
        Fraud = "fraud", "确认欺诈", "confirmed fraud";
        /// There was nothing in it.
        Genuine = "genuine", "确认正常", "confirmed genuine";
    }
}

kernel::words! {
    /// What the engine made of it.
    LabelState {
        /// The engine has yet to count it.
        Waiting = "waiting", "待计入", "waiting to be counted";
        /// Windows count it, or count no more what it corrects.
        Counted = "counted", "已计入", "counted in windows";
        /// It is kept for learning; there was nothing for windows to count.
        Kept = "kept", "仅供训练", "kept for learning only";
    }
}

/// A label with the time from which it was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// What became known.
    pub label: Label,
    /// When.
    pub known_at: Timestamp,
}

/// What a label changes for windows over confirmed frauds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// A fraud became known at this time.
    Confirms(Timestamp),
    /// The fraud that became known at this time was none.
    Withdraws(Timestamp),
    /// Nothing.
    Nothing,
}

/// What a label changes after the one that was said before it.
pub const fn weight(before: Option<Said>, said: Said) -> Weight {
    match (before, said.label) {
        (None | Some(Said { label: Label::Genuine, .. }), Label::Fraud) => Weight::Confirms(said.known_at),
        (Some(Said { label: Label::Fraud, known_at }), Label::Genuine) => Weight::Withdraws(known_at),
        (Some(Said { label: Label::Fraud, .. }), Label::Fraud)
        | (None | Some(Said { label: Label::Genuine, .. }), Label::Genuine) => Weight::Nothing,
    }
}

/// What an end says of the event: some say nothing, for a customer who was persuaded may have been right.
pub const fn of_ending(ending: GuardEnding) -> Option<Label> {
    match ending {
        GuardEnding::Police | GuardEnding::ReportedLater => Some(Label::Fraud),
        GuardEnding::FalseAlarm => Some(Label::Genuine),
        GuardEnding::Persuaded | GuardEnding::Insisted => None,
    }
}

/// Refuses what cannot have been known at its time, what is known already, and what is older than what it would correct.
///
/// # Errors
/// Which of them.
pub fn check(before: Option<Said>, said: Said, event_at: Timestamp, now: Timestamp) -> Result<(), Problem> {
    let wrong = |text: Text, because| Err(Problem::invalid("/known_at", text).because(because));
    if said.known_at > now {
        return wrong(Text::fixed("获知时间在未来。", "It lies in the future."), "in-the-future");
    }
    if said.known_at < event_at {
        return wrong(Text::fixed("获知时间早于事件本身。", "It lies before the event."), "before-the-event");
    }
    let Some(before) = before else { return Ok(()) };
    let (title, since) = (before.label.title(), before.known_at);
    if before.label == said.label {
        let text = Text::of(
            format!("该事件已登记为“{}”，获知于 {since}。", title.zh),
            format!("The event is labelled {} already, known since {since}.", title.en),
        );
        return Err(Problem::new(ProblemKind::Refused, text).because("said-already"));
    }
    if said.known_at < before.known_at {
        let text = Text::of(
            format!("更正的获知时间不能早于它所更正的结论（{since}）。"),
            format!("It lies before the label that it corrects, which was known since {since}."),
        );
        return wrong(text, "before-the-label");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn said(label: Label, micros: i64) -> Said {
        Said { label, known_at: Timestamp::from_micros(micros) }
    }

    #[test]
    fn only_what_is_certain_becomes_a_label() {
        let of = |ending| of_ending(ending).map(Label::as_str);
        let labels: Vec<_> = GuardEnding::ALL.iter().map(|ending| (ending.as_str(), of(*ending))).collect();
        let certain: Vec<_> = labels.into_iter().filter_map(|(ending, label)| Some((ending, label?))).collect();
        assert_eq!(certain.len(), 3);
        assert!(certain.contains(&("false_alarm", "genuine")) && certain.contains(&("police", "fraud")));
    }

    #[test]
    fn nobody_knows_before_it_happened_or_twice() {
        let at = Timestamp::from_micros;
        let refused = |before, new| check(before, new, at(5), at(9)).err().and_then(|problem| problem.reason);
        let (fraud, genuine) = (|micros| said(Label::Fraud, micros), |micros| said(Label::Genuine, micros));
        assert_eq!(refused(None, fraud(5)), None);
        assert_eq!(refused(None, fraud(9)), None);
        assert_eq!(refused(None, fraud(4)), Some("before-the-event"));
        assert_eq!(refused(None, fraud(10)), Some("in-the-future"));
        assert_eq!(refused(Some(fraud(6)), fraud(6)), Some("said-already"));
        assert_eq!(refused(Some(fraud(6)), fraud(8)), Some("said-already"));
        assert_eq!(refused(Some(fraud(6)), genuine(5)), Some("before-the-label"));
        assert_eq!(refused(Some(fraud(6)), genuine(6)), None);
        assert_eq!(refused(Some(genuine(6)), fraud(7)), None);
    }

    #[test]
    fn a_correction_takes_back_what_was_counted_at_its_own_time() {
        let (one, two) = (Timestamp::from_micros(1), Timestamp::from_micros(2));
        let (fraud, genuine) = (said(Label::Fraud, 1), said(Label::Genuine, 2));
        assert_eq!(weight(None, fraud), Weight::Confirms(one));
        assert_eq!(weight(None, genuine), Weight::Nothing);
        assert_eq!(weight(Some(fraud), genuine), Weight::Withdraws(one));
        assert_eq!(weight(Some(genuine), said(Label::Fraud, 2)), Weight::Confirms(two));
        assert_eq!(weight(Some(fraud), fraud), Weight::Nothing);
    }
}
