//! The key file on disk: read with care for who else may read it, written so that nobody else can.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
};

use kernel::Text;
use seal::{KeyError, KeyFile, Keyring};

use crate::{
    console::Console,
    fault::{Fault, Outcome, Verb},
    settings::{Key, Settings},
};

/// Bytes read of a key file at most; seal refuses larger ones anyway.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// The keyring of the key file or of the environment.
pub fn keyring(settings: &Settings, console: Console) -> Outcome<Keyring> {
    match (settings.keys()?, settings.key_file()?) {
        (Some(_), Some(_)) => Err(Fault::setting(Text::of(
            format!("key_file 与环境变量 {} 不能同时设置。", Key::Keys.environment()),
            format!("`key_file` and the variable {} are both set; use one.", Key::Keys.environment()),
        ))),
        (Some(text), None) => parse(&text).and_then(open).map_err(|reason| settings.wrong(Key::Keys, &reason)),
        (None, Some(path)) => {
            if !path.exists() {
                let path = path.display();
                let reason = Text::of(
                    format!(
                        "没有密钥文件 {path}；新库的密钥用 xiaobao keys generate {path} 生成，已有数据须用原来的密钥文件。"
                    ),
                    format!(
                        "there is no key file {path}; `xiaobao keys generate {path}` makes one for a new database, and data that is there needs its own."
                    ),
                );
                return Err(settings.wrong(Key::KeyFile, &reason));
            }
            let file = read(&path, console)
                .map_err(|fault| settings.wrong(Key::KeyFile, &fault.text).with_detail_of(fault))?;
            open(file).map_err(|reason| settings.wrong(Key::KeyFile, &reason))
        }
        (None, None) => Err(Fault::setting(Text::of(
            format!(
                "没有设置 key_file：请用 --key-file 或环境变量 {}、{} 指定；新密钥用 xiaobao keys generate 生成。",
                Key::KeyFile.environment(),
                Key::Keys.environment()
            ),
            format!(
                "`key_file` is not set: give --key-file or the variable {} or {}; `xiaobao keys generate` makes new keys.",
                Key::KeyFile.environment(),
                Key::Keys.environment()
            ),
        ))),
    }
}

/// Reads a key file, refusing one that strangers may read or others may change.
pub fn read(path: &Path, console: Console) -> Outcome<KeyFile> {
    let cannot = |error: io::Error| Fault::file(Verb::Read, path, &error);
    let file = File::open(path).map_err(cannot)?;
    check_permissions(path, &file, console)?;
    let mut text = String::new();
    file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(cannot)?;
    parse(&text).map_err(|reason| Fault::failed(reason).at(path.display()))
}

/// Writes a new key file that its owner alone may read; never over one that is there, which may hold the only keys to data.
pub fn write_new(path: &Path, keys: &KeyFile) -> Outcome {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let file = private(&mut options).open(path).map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            let path = path.display();
            return Fault::failed(Text::of(
                format!("{path} 已存在；密钥文件不会被覆盖，因为它可能是已有数据的唯一钥匙。"),
                format!("{path} exists; a key file is never written over, since it may be the only key to data."),
            ));
        }
        Fault::file(Verb::Create, path, &error)
    })?;
    fill(file, keys).map_err(|error| Fault::file(Verb::Write, path, &error))
}

/// Replaces a key file at once and whole: a reader sees the old one or the new one, and a crash leaves one of them.
pub fn replace(path: &Path, keys: &KeyFile) -> Outcome {
    let beside = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    let file = private(&mut options).open(&beside).map_err(|error| Fault::file(Verb::Create, &beside, &error))?;
    fill(file, keys).map_err(|error| Fault::file(Verb::Write, &beside, &error))?;
    fs::rename(&beside, path).map_err(|error| Fault::file(Verb::Write, path, &error))
}

fn fill(mut file: File, keys: &KeyFile) -> io::Result<()> {
    file.write_all(keys.to_toml().as_bytes())?;
    file.sync_all()
}

fn parse(text: &str) -> Result<KeyFile, Text> {
    KeyFile::parse(text).map_err(|error: KeyError| error.text())
}

fn open(file: KeyFile) -> Result<Keyring, Text> {
    Keyring::open(file).map_err(|error| error.text())
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Others' access is refused. The group's right to read is warned of: secret stores of clusters hand files out that way.
#[cfg(unix)]
fn check_permissions(path: &Path, file: &File, console: Console) -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file.metadata().map_err(|error| Fault::file(Verb::Read, path, &error))?;
    let mode = metadata.permissions().mode() & 0o777;
    let shown = path.display();
    if mode & 0o027 != 0 {
        return Err(Fault::failed(Text::of(
            format!("密钥文件 {shown} 的权限是 {mode:03o}，别人也能读写；请运行 chmod 600 {shown}。"),
            format!("The key file {shown} has permissions {mode:03o}, so others may use it; run chmod 600 {shown}."),
        )));
    }
    if mode & 0o040 != 0 {
        console.note(&Text::of(
            format!("注意：密钥文件 {shown} 的权限是 {mode:03o}，同组用户也能读；建议 chmod 600。"),
            format!(
                "Note: the key file {shown} has permissions {mode:03o}, so its group may read it; chmod 600 is safer."
            ),
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_permissions(_path: &Path, _file: &File, _console: Console) -> Outcome {
    Ok(())
}
