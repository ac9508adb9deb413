//! What there is to learn from: the words of closed orders with the classes that people gave them.

use classify::Example;

/// A text with the class that a person gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The text, without names and numbers.
    pub text: String,
    /// The class.
    pub class: String,
}

/// Lessons with their classes numbered.
#[derive(Debug, Clone, Default)]
pub struct Lessons {
    /// The classes, in order of their names.
    pub classes: Vec<String>,
    texts: Vec<(String, usize)>,
}

impl Lessons {
    /// Numbers the classes; texts without a word are left out.
    pub fn new(lessons: impl IntoIterator<Item = Lesson>) -> Self {
        let lessons: Vec<Lesson> =
            lessons.into_iter().filter(|lesson| lesson.text.chars().any(char::is_alphanumeric)).collect();
        let mut classes: Vec<String> = lessons.iter().map(|lesson| lesson.class.clone()).collect();
        classes.sort_unstable();
        classes.dedup();
        let number = |class: &str| classes.binary_search_by(|known| known.as_str().cmp(class)).unwrap_or_default();
        let texts = lessons.into_iter().map(|lesson| (number(&lesson.class), lesson.text));
        let texts = texts.map(|(class, text)| (text, class)).collect();
        Self { classes, texts }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Those that `wanted` lets through by their place.
    pub fn examples(&self, wanted: impl Fn(usize) -> bool) -> Vec<Example<'_>> {
        let wanted = self.texts.iter().enumerate().filter(|(at, _)| wanted(*at));
        wanted.map(|(_, (text, label))| Example { text, label: *label }).collect()
    }
}
