//! The texts of a teaching case on their way in: what tells who and where is taken out, then they are sealed.

use kernel::Text;

use crate::{
    anonymous::{Anonymous, Known, Removed, anonymous},
    intake::{Faults, one_line},
    model::teaching_case::CaseTexts,
    sealing::MatterKey,
};

/// Tags of one case at most.
const TAGS_MAX: usize = 20;
/// Characters of a tag.
const TAG_CHARS_MAX: usize = 20;

/// The texts of a case in clear, anonymous already.
pub(super) struct Texts {
    pub(super) title: String,
    pub(super) story: String,
    pub(super) handling: String,
    pub(super) lessons: String,
    pub(super) tags: Vec<String>,
    pub(super) removed: Vec<Removed>,
}

impl Texts {
    pub(super) fn seal(&self, key: &MatterKey<'_>, random: &dyn kernel::Random) -> CaseTexts {
        CaseTexts {
            title: key.seal("title", &self.title, random),
            story: key.seal("story", &self.story, random),
            handling: key.seal("handling", &self.handling, random),
            lessons: key.seal("lessons", &self.lessons, random),
            tags: self.tags.clone(),
            removed: self.removed.clone(),
        }
    }

    /// Takes what tells who and where out of every text.
    pub(super) fn anonymous(self, known: &Known) -> Self {
        let mut removed: Vec<Removed> = self.removed;
        let mut clean = |text: &str| {
            let Anonymous { text, removed: some } = anonymous(text, known);
            for one in some {
                match removed.iter_mut().find(|sum| sum.kind == one.kind) {
                    Some(sum) => sum.count += one.count,
                    None => removed.push(one),
                }
            }
            text
        };
        let (title, story) = (clean(&self.title), clean(&self.story));
        let (handling, lessons) = (clean(&self.handling), clean(&self.lessons));
        let tags = self.tags.iter().map(|tag| clean(tag)).collect();
        Self { title, story, handling, lessons, tags, removed }
    }
}

/// The tags, checked, each once.
pub(super) fn checked_tags(tags: &[String], faults: &mut Faults) -> Vec<String> {
    if tags.len() > TAGS_MAX {
        faults.add("/tags", Text::of(format!("最多 {TAGS_MAX} 个标签。"), format!("At most {TAGS_MAX} tags.")));
    }
    let mut list: Vec<String> = tags
        .iter()
        .enumerate()
        .filter_map(|(at, tag)| faults.take(&format!("/tags/{at}"), one_line(tag, TAG_CHARS_MAX)))
        .collect();
    list.sort();
    list.dedup();
    list
}
