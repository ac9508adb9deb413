//! Opens the store of attachments and makes sure that it can be written before anybody relies on it.

use std::{fs, io, path::Path, sync::Arc};

use kernel::Text;
use object_store::{ObjectStore, local::LocalFileSystem};

use crate::{
    fault::Outcome,
    settings::{Key, ObjectsPlace, Settings},
};

/// The file by which a folder is tried.
const PROBE: &str = ".xiaobao-can-write";

/// Opens the store that the setting names.
pub fn open(settings: &Settings) -> Outcome<Arc<dyn ObjectStore>> {
    match settings.objects()? {
        ObjectsPlace::Folder(path) => folder(&path).map_err(|error| {
            let path = path.display();
            let reason = Text::of(
                format!("文件夹 {path} 不能写入（{error}）。"),
                format!("the folder {path} cannot be written ({error})."),
            );
            settings.wrong(Key::Objects, &reason)
        }),
        ObjectsPlace::S3 { bucket, prefix } => s3(settings, &bucket, &prefix),
    }
}

/// A local folder, made when it is not there, and tried.
pub fn folder(path: &Path) -> io::Result<Arc<dyn ObjectStore>> {
    if !path.exists() {
        fs::create_dir_all(path)?;
        keep_private(path)?;
    }
    let probe = path.join(PROBE);
    fs::write(&probe, b"")?;
    fs::remove_file(&probe)?;
    let store = LocalFileSystem::new_with_prefix(path).map_err(io::Error::other)?;
    Ok(Arc::new(store.with_automatic_cleanup(true)))
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

#[cfg(feature = "s3")]
fn s3(settings: &Settings, bucket: &str, prefix: &str) -> Outcome<Arc<dyn ObjectStore>> {
    use object_store::{aws::AmazonS3Builder, prefix::PrefixStore};
    let mut builder = AmazonS3Builder::new().with_bucket_name(bucket).with_allow_http(settings.s3_allow_http()?);
    if let Some(endpoint) = settings.s3(Key::S3Endpoint)? {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(region) = settings.s3(Key::S3Region)? {
        builder = builder.with_region(region);
    }
    if let Some(id) = settings.s3(Key::S3AccessKeyId)? {
        builder = builder.with_access_key_id(id);
    }
    if let Some(secret) = settings.s3(Key::S3SecretAccessKey)? {
        builder = builder.with_secret_access_key(secret);
    }
    let store = builder.build().map_err(|error| {
        let reason = Text::fixed("S3 的设置不全或有误。", "the settings of the S3 store are incomplete or wrong.");
        settings.wrong(Key::Objects, &reason).with(error)
    })?;
    if prefix.is_empty() { Ok(Arc::new(store)) } else { Ok(Arc::new(PrefixStore::new(store, prefix))) }
}

#[cfg(not(feature = "s3"))]
fn s3(settings: &Settings, _bucket: &str, _prefix: &str) -> Outcome<Arc<dyn ObjectStore>> {
    let reason = Text::fixed(
        "本程序编译时没有带 s3 功能；请用 --features s3 重新编译，或改用文件夹。",
        "this program was built without the `s3` feature; build it with --features s3, or use a folder.",
    );
    Err(settings.wrong(Key::Objects, &reason))
}
