//! Why a command ends without having done all of its work: the sentence for the person at the console, and the exit code.
//!
//! A fault never repeats a password, a key or personal data.

use std::{fmt, io, path::Path};

use kernel::{Problem, Text, text::Language};

/// The result of a command or of one of its steps.
pub type Outcome<T = ()> = Result<T, Fault>;

/// What the calling shell or service manager is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The work could not be done.
    Failed,
    /// The command line or a setting is wrong; nothing was started.
    Setting,
    /// The work was done, but some rows of a file were refused.
    Refused,
    /// Somebody asked to stop; what was done stays done.
    Stopped,
    /// Whoever read the output closed it: they have seen enough, and nothing needs to be said.
    Enough,
}

impl Exit {
    /// The code. 130 is what shells give for Ctrl-C.
    pub const fn code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Setting => 2,
            Self::Refused => 3,
            Self::Stopped => 130,
            Self::Enough => 0,
        }
    }
}

/// Why a command ends.
pub struct Fault {
    /// The exit code.
    pub exit: Exit,
    /// What the person is told, in both languages.
    pub text: Text,
    /// The machine's own words, for whoever has to find out more.
    detail: Option<String>,
}

impl Fault {
    /// The work could not be done.
    pub fn failed(text: Text) -> Self {
        Self { exit: Exit::Failed, text, detail: None }
    }

    /// The command line or a setting is wrong.
    pub fn setting(text: Text) -> Self {
        Self { exit: Exit::Setting, text, detail: None }
    }

    /// Somebody asked to stop.
    pub fn stopped() -> Self {
        let text = Text::fixed("已按要求停止；已完成的部分保留。", "Stopped as asked; what was done stays done.");
        Self { exit: Exit::Stopped, text, detail: None }
    }

    /// Whoever read the output has seen enough.
    pub fn enough() -> Self {
        Self { exit: Exit::Enough, text: Text::fixed("输出已关闭。", "The output was closed."), detail: None }
    }

    /// Adds the machine's own words.
    #[must_use]
    pub fn with(mut self, detail: impl fmt::Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// Adds the machine's own words that came with another fault.
    #[must_use]
    pub fn with_detail_of(mut self, other: Self) -> Self {
        self.detail = other.detail;
        self
    }

    /// The same fault with another exit code.
    #[must_use]
    pub fn exiting(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// The same fault with the place it happened in front.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.text = Text::of(format!("{place}：{}", self.text.zh), format!("{place}: {}", self.text.en));
        self
    }

    /// A file or folder that cannot be used; a folder that is not there is named, since the file was not to be there yet.
    pub fn file(verb: Verb, path: &Path, error: &io::Error) -> Self {
        let (zh, en) = verb.words();
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        let path = path.display();
        if let (Verb::Write | Verb::Create, Some(folder)) = (verb, folder) {
            let folder = folder.display();
            return Self::failed(Text::of(
                format!("无法{zh} {path}：没有文件夹 {folder}。"),
                format!("Cannot {en} {path}: there is no folder {folder}."),
            ));
        }
        Self::failed(Text::of(format!("无法{zh} {path}。"), format!("Cannot {en} {path}."))).with(error)
    }

    /// The sentences as they are shown: the message, then the machine's words.
    pub fn shown(&self, language: Language) -> String {
        let message = self.text.get(language);
        match &self.detail {
            Some(detail) => format!("{message}\n  {detail}"),
            None => message.to_owned(),
        }
    }
}

/// What was to be done with a file.
#[derive(Debug, Clone, Copy)]
pub enum Verb {
    /// Read it.
    Read,
    /// Write it.
    Write,
    /// Make it.
    Create,
    /// Remove it.
    Remove,
}

impl Verb {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Read => ("读取", "read"),
            Self::Write => ("写入", "write"),
            Self::Create => ("创建", "create"),
            Self::Remove => ("删除", "remove"),
        }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.exit, self.shown(Language::En))
    }
}

/// A refusal of the inner crates: its message is for people already, its fields and internal words are for this console,
/// whose user runs the program.
impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        let listed = |language: Language| {
            // A sentence that says everything is not said twice.
            let others = problem.fields.iter().filter(|f| f.message != problem.message);
            let fields = others.map(|f| format!("\n  {}: {}", f.pointer, f.message.get(language)));
            format!("{}{}", problem.message.get(language), fields.collect::<String>())
        };
        let text = Text::of(listed(Language::Zh), listed(Language::En));
        Self { exit: Exit::Failed, text, detail: problem.internal().map(str::to_owned) }
    }
}
