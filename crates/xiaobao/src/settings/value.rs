//! Turns the text of a setting into its value, or says in words what it should be.

use std::{net::SocketAddr, path::PathBuf, str::FromStr};

use kernel::{Text, text::Language};
use ledger::DatabaseUrl;

/// The shape of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// Where attachments lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectsPlace {
    /// A local folder.
    Folder(PathBuf),
    /// A bucket of an S3-compatible store, and what names in it start with.
    S3 {
        /// The bucket.
        bucket: String,
        /// The beginning of every name; empty for none.
        prefix: String,
    },
}

pub(super) fn text(text: &str) -> Result<String, Text> {
    Ok(text.to_owned())
}

pub(super) fn path(text: &str) -> Result<PathBuf, Text> {
    if text.trim().is_empty() {
        Err(Text::fixed("路径不能为空。", "A path is not empty."))
    } else {
        Ok(PathBuf::from(text))
    }
}

pub(super) fn database(text: &str) -> Result<DatabaseUrl, Text> {
    text.parse().map_err(|_| {
        Text::fixed(
            "应为 sqlite:路径 或 postgres://用户@主机/库名。",
            "It should be sqlite:PATH or postgres://USER@HOST/NAME.",
        )
    })
}

pub(super) fn address(text: &str) -> Result<SocketAddr, Text> {
    text.parse().map_err(|_| {
        Text::fixed(
            "应为 IP 地址和端口，例如 127.0.0.1:8080、0.0.0.0:80 或 [::]:8080。",
            "It should be an IP address and a port, such as 127.0.0.1:8080, 0.0.0.0:80 or [::]:8080.",
        )
    })
}

pub(super) fn web_address(text: &str) -> Result<String, Text> {
    let address = text.trim_end_matches('/');
    let uri: Option<http::Uri> = address.parse().ok();
    let whole = uri.is_some_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some());
    if whole && !address.contains(['?', '#', '@']) {
        return Ok(address.to_owned());
    }
    Err(Text::fixed(
        "应为网址，例如 https://xiaobao.example.cn。",
        "It should be an address such as https://xiaobao.example.cn.",
    ))
}

pub(super) fn objects(text: &str) -> Result<ObjectsPlace, Text> {
    let Some(rest) = text.strip_prefix("s3://") else {
        if text.contains("://") {
            return Err(Text::fixed(
                "应为文件夹路径，或 s3://桶名/前缀。",
                "It should be the path of a folder, or s3://BUCKET/PREFIX.",
            ));
        }
        return path(text).map(ObjectsPlace::Folder);
    };
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    if bucket.len() < 3 || bucket.len() > 63 || !bucket.chars().all(good) {
        return Err(Text::fixed(
            "S3 桶名应为 3 至 63 个小写字母、数字、- 或 .。",
            "An S3 bucket's name has 3 to 63 lower-case letters, digits, - or `.`.",
        ));
    }
    Ok(ObjectsPlace::S3 { bucket: bucket.to_owned(), prefix: prefix.trim_matches('/').to_owned() })
}

pub(super) fn boolean(text: &str) -> Result<bool, Text> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(Text::fixed("应为 true 或 false。", "It should be true or false.")),
    }
}

pub(super) fn number(text: &str, min: u32, max: u32) -> Result<u32, Text> {
    let number = u32::from_str(text).ok().filter(|number| (min..=max).contains(number));
    number.ok_or_else(|| {
        Text::of(format!("应为 {min} 至 {max} 的整数。"), format!("It should be a whole number from {min} to {max}."))
    })
}

pub(super) fn log_level(text: &str) -> Result<tracing_subscriber::EnvFilter, Text> {
    let wrong = || {
        Text::fixed(
            "应为 error、warn、info、debug、trace 之一，或 tracing 的过滤式，例如 info,ledger=debug。",
            "It should be error, warn, info, debug or trace, or a filter of tracing such as info,ledger=debug.",
        )
    };
    // A bare word that is no level would silently be taken for the name of a module.
    let bare = |part: &str| !part.contains('=') && tracing_subscriber::filter::LevelFilter::from_str(part).is_err();
    let text: String = text.split_whitespace().collect();
    if text.is_empty() || text.split(',').any(bare) {
        return Err(wrong());
    }
    tracing_subscriber::EnvFilter::builder().parse(&text).map_err(|_| wrong())
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, Text> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(Text::fixed("应为 text 或 json。", "It should be text or json.")),
    }
}

pub(super) fn language(text: &str) -> Result<Language, Text> {
    match text {
        "zh" => Ok(Language::Zh),
        "en" => Ok(Language::En),
        _ => Err(Text::fixed("应为 zh 或 en。", "It should be zh or en.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_objects() {
        let s3 = |bucket: &str, prefix: &str| ObjectsPlace::S3 { bucket: bucket.to_owned(), prefix: prefix.to_owned() };
        assert_eq!(objects("data/objects"), Ok(ObjectsPlace::Folder("data/objects".into())));
        assert_eq!(objects("s3://bank-files/a/b/"), Ok(s3("bank-files", "a/b")));
        assert_eq!(objects("s3://bank-files"), Ok(s3("bank-files", "")));
        for bad in ["", " ", "s3://", "s3://Ab/x", "gs://bucket", "http://x"] {
            assert!(objects(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_level_is_a_level() {
        for good in ["info", "WARN", "off", "info,ledger=debug", "error, voice=trace"] {
            assert!(log_level(good).is_ok(), "{good}");
        }
        for bad in ["", "loud", "info,loud", "ledger=loud"] {
            assert!(log_level(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_truths_and_addresses() {
        assert_eq!(number("16", 0, 16), Ok(16));
        assert!(number("17", 0, 16).is_err() && number("-1", 0, 16).is_err() && number("x", 0, 16).is_err());
        assert_eq!((boolean("true"), boolean("OFF")), (Ok(true), Ok(false)));
        assert!(boolean("maybe").is_err());
        assert!(address("127.0.0.1:8080").is_ok() && address("[::]:80").is_ok());
        for bad in ["8080", "localhost:8080", "127.0.0.1:99999", "127.0.0.1"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
