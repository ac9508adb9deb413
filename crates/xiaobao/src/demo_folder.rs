//! The folder in which a demo lives: made, locked, started over. It must never remove a folder that is not a demo's.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use kernel::Text;

use crate::{
    console::Console,
    fault::{Fault, Outcome, Verb},
};

/// The file that says whose folder this is. It is also what a running demo holds locked.
const MARKER: &str = "xiaobao-demo.txt";
/// What stands in it.
const MARKER_TEXT: &str = "This folder belongs to `xiaobao demo`; `xiaobao demo --fresh` removes everything in it.\n\
    本文件夹属于 xiaobao demo；xiaobao demo --fresh 会删除其中的全部内容。\n";
/// The file that is written once the bank is furnished: whom to sign in as.
const SIGN_IN: &str = "sign-in.json";

/// A demo's folder, held by this process.
pub struct DemoFolder {
    path: PathBuf,
    // Held for the lock alone.
    _marker: File,
}

impl DemoFolder {
    /// Takes the folder, making it when it is not there, and emptying it first when `fresh` or when an earlier start was
    /// cut off before the bank was furnished.
    pub fn take(path: &Path, fresh: bool, console: Console) -> Outcome<Self> {
        let cannot = |error: io::Error| Fault::file(Verb::Create, path, &error);
        let marker = path.join(MARKER);
        let used = path.exists() && fs::read_dir(path).map_err(cannot)?.next().is_some();
        if used && !marker.is_file() {
            let shown = path.display();
            return Err(Fault::failed(Text::of(
                format!("{shown} 不是空的，也不是演示文件夹（没有 {MARKER}）；请用 --data 换一个。"),
                format!("{shown} is not empty and not a demo's folder (it has no {MARKER}); name another with --data."),
            )));
        }
        fs::create_dir_all(path).map_err(cannot)?;
        keep_private(path).map_err(cannot)?;
        if !used {
            fs::write(&marker, MARKER_TEXT).map_err(cannot)?;
        }
        let marker = File::open(&marker).map_err(cannot)?;
        lock(&marker, path)?;
        let folder = Self { path: path.to_owned(), _marker: marker };
        let cut_off = used && !folder.is_furnished();
        if cut_off && !fresh {
            console.note(&Text::fixed(
                "上一次建立演示数据没有完成，现在重新开始。",
                "An earlier start was cut off before the bank was furnished; starting over.",
            ));
        }
        if fresh || cut_off {
            folder.empty()?;
        }
        Ok(folder)
    }

    /// A place in the folder.
    pub fn place(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Whether the bank was furnished.
    pub fn is_furnished(&self) -> bool {
        self.place(SIGN_IN).is_file()
    }

    /// Whom to sign in as, as it was kept.
    pub fn sign_in(&self) -> Outcome<Vec<[String; 3]>> {
        let path = self.place(SIGN_IN);
        let text = fs::read_to_string(&path).map_err(|error| Fault::file(Verb::Read, &path, &error))?;
        serde_json::from_str(&text).map_err(|error| {
            let text = Text::fixed(
                "演示文件夹已损坏；请用 --fresh 重新开始。",
                "The demo's folder is broken; start over with --fresh.",
            );
            Fault::failed(text).with(error)
        })
    }

    /// Keeps whom to sign in as, which says that the bank is furnished. Whole or not at all.
    pub fn keep_sign_in(&self, rows: &[[String; 3]]) -> Outcome {
        let path = self.place(SIGN_IN);
        let beside = self.place("sign-in.new");
        let text = serde_json::to_string_pretty(rows).unwrap_or_default();
        fs::write(&beside, text).map_err(|error| Fault::file(Verb::Write, &beside, &error))?;
        fs::rename(&beside, &path).map_err(|error| Fault::file(Verb::Write, &path, &error))
    }

    /// Removes everything but the marker, which stays locked. What says that the bank is furnished goes first.
    fn empty(&self) -> Outcome {
        let cannot = |path: &Path, error: io::Error| Fault::file(Verb::Remove, path, &error);
        let sign_in = self.place(SIGN_IN);
        if sign_in.exists() {
            fs::remove_file(&sign_in).map_err(|error| cannot(&sign_in, error))?;
        }
        for entry in fs::read_dir(&self.path).map_err(|error| cannot(&self.path, error))? {
            let entry = entry.map_err(|error| cannot(&self.path, error))?;
            let path = entry.path();
            if entry.file_name() == MARKER {
                continue;
            }
            let is_folder = entry.file_type().map_err(|error| cannot(&path, error))?.is_dir();
            let removed = if is_folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.map_err(|error| cannot(&path, error))?;
        }
        Ok(())
    }
}

fn lock(marker: &File, path: &Path) -> Outcome {
    match marker.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            let shown = path.display();
            Err(Fault::failed(Text::of(
                format!("另一个演示正在使用 {shown}；请先停止它，或用 --data 换一个文件夹。"),
                format!("Another demo is using {shown}; stop it first, or name another folder with --data."),
            )))
        }
        Err(TryLockError::Error(error)) => Err(Fault::file(Verb::Read, path, &error)),
    }
}

#[cfg(unix)]
fn keep_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn keep_private(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use kernel::text::Language;

    use super::*;

    fn take(path: &Path, fresh: bool) -> Outcome<DemoFolder> {
        DemoFolder::take(path, fresh, Console { language: Language::En, interactive: false })
    }

    #[test]
    fn a_foreign_folder_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
        for fresh in [false, true] {
            assert!(take(folder.path(), fresh).is_err());
        }
        assert!(folder.path().join("thesis.txt").exists());
    }

    #[test]
    fn data_stay_unless_fresh_or_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo");
        let demo = take(&path, false).unwrap();
        fs::write(demo.place("bank.db"), "x").unwrap();
        drop(demo);
        let demo = take(&path, false).unwrap();
        assert!(!demo.place("bank.db").exists(), "a start that was cut off begins anew");
        fs::write(demo.place("bank.db"), "x").unwrap();
        fs::create_dir(demo.place("objects")).unwrap();
        demo.keep_sign_in(&[["teller".to_owned(), "t1".to_owned(), "HO".to_owned()]]).unwrap();
        drop(demo);
        let demo = take(&path, false).unwrap();
        assert!(demo.place("bank.db").exists() && demo.is_furnished());
        assert_eq!(demo.sign_in().unwrap()[0][1], "t1");
        drop(demo);
        let demo = take(&path, true).unwrap();
        assert!(!demo.place("bank.db").exists() && !demo.place("objects").exists() && !demo.is_furnished());
    }

    #[test]
    fn a_folder_in_use_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let _held = take(folder.path(), false).unwrap();
        assert!(take(folder.path(), true).err().unwrap().shown(Language::En).contains("Another demo"));
    }
}
