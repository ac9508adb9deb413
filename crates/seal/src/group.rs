//! The keys of one part, by state: one current, perhaps one next, the rest retired.
//!
//! A cluster rotates in two steps, and no node ever meets a key that it does not hold: the next key goes into every
//! node's file while nobody uses it, then it becomes current, node by node. This file knows nothing of what a key is.

/// What a key is for at this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// New things are made with it.
    Current,
    /// It reads already, and will be current at the next rotation.
    Next,
    /// It only reads what it made.
    Retired,
}

impl State {
    /// Every state, in the order of a file.
    pub(crate) const ALL: [Self; 3] = [Self::Current, Self::Next, Self::Retired];

    /// The form in a file.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Next => "next",
            Self::Retired => "retired",
        }
    }
}

/// The keys of one part.
pub(crate) struct Group<T> {
    pub(crate) current: T,
    pub(crate) next: Option<T>,
    /// The newest first.
    pub(crate) retired: Vec<T>,
}

impl<T> Group<T> {
    /// A group of one key.
    pub(crate) const fn of(current: T) -> Self {
        Self { current, next: None, retired: Vec::new() }
    }

    /// Every key: the current one first, then the next, then the retired.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.fresh().chain(&self.retired)
    }

    /// The current key and the next: what they made needs no renewal. While a cluster rotates, each node has its own
    /// idea which of the two is current, and neither may undo the other's work.
    pub(crate) fn fresh(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.current).chain(&self.next)
    }

    /// Every key with its state, in the order of [`Self::iter`].
    pub(crate) fn states(&self) -> impl Iterator<Item = (State, &T)> {
        let next = self.next.iter().map(|key| (State::Next, key));
        let retired = self.retired.iter().map(|key| (State::Retired, key));
        std::iter::once((State::Current, &self.current)).chain(next).chain(retired)
    }

    /// Makes the next key, when there is one, current; gives the key that was.
    pub(crate) fn turn(&mut self) -> Option<&mut T> {
        let new = self.next.take()?;
        self.retired.insert(0, std::mem::replace(&mut self.current, new));
        self.retired.first_mut()
    }

    /// A group of what `make` makes of each key.
    pub(crate) fn map<U>(&self, mut make: impl FnMut(&T) -> U) -> Group<U> {
        Group {
            current: make(&self.current),
            next: self.next.as_ref().map(&mut make),
            retired: self.retired.iter().map(make).collect(),
        }
    }

    /// The same, with what may fail.
    pub(crate) fn try_map<U, E>(&self, mut make: impl FnMut(&T) -> Result<U, E>) -> Result<Group<U>, E> {
        Ok(Group {
            current: make(&self.current)?,
            next: self.next.as_ref().map(&mut make).transpose()?,
            retired: self.retired.iter().map(make).collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(group: &Group<u8>) -> Vec<(State, u8)> {
        group.states().map(|(state, key)| (state, *key)).collect()
    }

    #[test]
    fn turning_takes_the_next_key() {
        let mut group = Group::of(1);
        assert_eq!(group.turn(), None);
        group.next = Some(2);
        assert_eq!(shown(&group), [(State::Current, 1), (State::Next, 2)]);
        assert_eq!(group.fresh().copied().collect::<Vec<_>>(), [1, 2]);
        assert_eq!(group.turn().copied(), Some(1));
        group.next = Some(3);
        assert_eq!(group.turn().copied(), Some(2));
        assert_eq!(shown(&group), [(State::Current, 3), (State::Retired, 2), (State::Retired, 1)]);
        assert_eq!(group.iter().copied().collect::<Vec<_>>(), [3, 2, 1]);
        assert_eq!(group.fresh().copied().collect::<Vec<_>>(), [3]);
        assert_eq!(group.turn(), None);
    }
}
