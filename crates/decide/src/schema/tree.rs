//! The dotted names of fields as levels, so that nested JSON is read without building a name.

use crate::{fault::Fault, value::Slot};

/// One level of the names: fields here, and groups of further names.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Sorted by name.
    pub(super) children: Vec<(String, Child)>,
}

/// What a name of one level leads to.
#[derive(Debug)]
pub(super) enum Child {
    /// A field.
    Field(Slot),
    /// Further names.
    Group(Node),
}

impl Node {
    /// Sorts dotted names into levels; a name that is a field and a group at once is a fault.
    pub(super) fn of<'n>(names: impl Iterator<Item = (&'n str, Slot)>, faults: &mut Vec<Fault>) -> Self {
        let mut root = Self::default();
        let mut names: Vec<(&str, Slot)> = names.collect();
        names.sort_unstable();
        for (name, slot) in names {
            if !root.insert(name, slot) {
                faults.push(Fault::new(
                    format!("fields.{name}"),
                    format!("“{name}”既是字段又是一组字段的前缀。"),
                    format!("`{name}` is a field and the beginning of other fields' names at once."),
                ));
            }
        }
        root
    }

    fn insert(&mut self, name: &str, slot: Slot) -> bool {
        let (head, rest) = name.split_once('.').map_or((name, None), |(head, rest)| (head, Some(rest)));
        let found = self.children.binary_search_by(|(known, _)| known.as_str().cmp(head));
        match (found, rest) {
            (Err(at), None) => {
                self.children.insert(at, (head.to_owned(), Child::Field(slot)));
                true
            }
            (Err(at), Some(rest)) => {
                let mut group = Self::default();
                let good = group.insert(rest, slot);
                self.children.insert(at, (head.to_owned(), Child::Group(group)));
                good
            }
            (Ok(at), Some(rest)) => match &mut self.children[at].1 {
                Child::Group(group) => group.insert(rest, slot),
                Child::Field(_) => false,
            },
            (Ok(_), None) => false,
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Child> {
        let at = self.children.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        Some(&self.children[at].1)
    }
}
