//! The rows of one file, one after the other: read by the mapping, numbered, and told apart. It must never hold more than hashes
//! of what it has seen.

use std::{collections::HashMap, hash::BuildHasher};

use kernel::Text;
use seal::Hasher;
use table::{Row, RowError};

use super::mapping::{Binding, Defaults, PastMatter, Taken};

/// What a row is.
#[derive(Debug)]
pub enum Next {
    /// A matter with its number.
    Matter(Box<PastMatter>),
    /// The mapping leaves it out.
    Skipped,
    /// It says the same as an earlier row.
    Repeated,
}

/// Reads the rows of one file.
#[derive(Debug)]
pub struct Rows {
    binding: Binding,
    defaults: Defaults,
    seen: Seen,
}

impl Rows {
    /// Rows to be read by a mapping that is tied to the header.
    pub fn new(binding: Binding, defaults: Defaults) -> Self {
        Self { binding, defaults, seen: Seen::default() }
    }

    /// The mapping as it is tied to the header.
    pub const fn binding(&self) -> &Binding {
        &self.binding
    }

    /// Reads the next row. `hasher` is fresh.
    ///
    /// # Errors
    /// When the row cannot be read, or has the number of another with another content.
    pub fn next(&mut self, row: &Row, hasher: Hasher) -> Result<Next, RowError> {
        let mut matter = match self.binding.take(row, hasher, &self.defaults)? {
            Taken::Matter(matter) => matter,
            Taken::Skipped => return Ok(Next::Skipped),
        };
        let Some(number) = self.seen.number(&matter)? else { return Ok(Next::Repeated) };
        matter.row.external = number;
        Ok(Next::Matter(matter))
    }
}

/// The numbers that the file has had so far. It holds hashes only: 24 bytes or so a row.
#[derive(Debug, Default)]
struct Seen {
    numbers: HashMap<u64, (u64, u64)>,
    prints: HashMap<u64, u32>,
    hasher: std::hash::RandomState,
}

impl Seen {
    /// The row's own number, or one made from its content; `None` for a row with a number that comes twice whole, which is
    /// the same matter again. A number that comes twice with another content is refused. Rows without numbers are told apart
    /// by their order.
    fn number(&mut self, matter: &PastMatter) -> Result<Option<String>, RowError> {
        let print = self.hasher.hash_one(&matter.print);
        if !matter.numbered {
            let times = self.prints.entry(print).or_default();
            *times += 1;
            return Ok(Some(match *times {
                1 => matter.print.clone(),
                times => format!("{}-{times}", matter.print),
            }));
        }
        let number = &matter.row.external;
        let (line, first) = *self.numbers.entry(self.hasher.hash_one(number)).or_insert((matter.line, print));
        if line == matter.line {
            return Ok(Some(number.clone()));
        }
        if first == print {
            return Ok(None);
        }
        Err(RowError::row(
            matter.line,
            Text::of(
                format!("编号与第 {line} 行相同，内容却不同。"),
                format!("It has the number of line {line} and another content."),
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Cursor, ops::ControlFlow};

    use regulation::Regulations;
    use seal::SuiteName;
    use table::{Headers, Meter, Sink, TableOptions};

    use super::{
        super::mapping::{Mapping, MappingError},
        *,
    };

    struct One(Option<PastMatter>, Mapping);

    impl Sink<MappingError> for One {
        fn start(&mut self, _: &Headers) -> Result<(), MappingError> {
            Ok(())
        }

        fn row(&mut self, headers: &Headers, row: Row) -> Result<ControlFlow<()>, MappingError> {
            let defaults = Defaults { unit: "HO".to_owned(), ordinary_days: None };
            let binding = self.1.bind(headers, &Regulations::builtin().unwrap()).unwrap();
            if let Ok(Taken::Matter(matter)) = binding.take(&row, Hasher::new(SuiteName::Intl), &defaults) {
                self.0 = Some(*matter);
            }
            Ok(ControlFlow::Break(()))
        }

        fn bad(&mut self, _: RowError) -> Result<ControlFlow<()>, MappingError> {
            Ok(ControlFlow::Break(()))
        }
    }

    fn matter(line: u64, external: Option<&str>, print: &str) -> PastMatter {
        let text =
            "source = \"x\"\n[fields]\nreceived = { constant = \"2026-01-05\" }\nexternal = { column = \"n\" }\n";
        let mut one = One(None, Mapping::parse(text).unwrap());
        let file = Cursor::new(format!("n\n{}\n", external.unwrap_or("none")).into_bytes());
        table::read(file, &TableOptions::default(), &Meter::default(), &mut one).unwrap();
        PastMatter { line, numbered: external.is_some(), print: print.to_owned(), ..one.0.unwrap() }
    }

    #[test]
    fn a_number_names_one_matter() {
        let mut seen = Seen::default();
        assert_eq!(seen.number(&matter(2, Some("A"), "x")).unwrap().as_deref(), Some("A"));
        assert_eq!(seen.number(&matter(3, Some("A"), "x")).unwrap(), None, "the same row again is the same matter");
        let error = seen.number(&matter(4, Some("A"), "y")).unwrap_err();
        assert!(error.reason.en.contains("line 2"), "{}", error.reason.en);
        assert!(seen.number(&matter(5, Some("A"), "y")).is_err(), "and stays refused");
        assert_eq!(seen.number(&matter(6, Some("B"), "x")).unwrap().as_deref(), Some("B"));
    }

    #[test]
    fn rows_without_numbers_are_counted_apart() {
        let mut seen = Seen::default();
        let numbers: Vec<String> = (2..5).map(|line| seen.number(&matter(line, None, "p")).unwrap().unwrap()).collect();
        assert_eq!(numbers, ["p", "p-2", "p-3"]);
    }
}
