//! The layers of settings and their order: flag, environment, file.

use std::{collections::HashMap, path::Path};

use kernel::{Text, text::Language};

use super::key::Key;
use crate::{
    fault::{Fault, Outcome, Verb},
    text_file,
};

/// The beginning of every variable that is ours.
const PREFIX: &str = "XIAOBAO_";
/// The variable that names the TOML file; it is no setting of the file itself.
const CONFIG: &str = "XIAOBAO_CONFIG";
/// Variables of the test suite, which the program passes over.
const TESTS: &str = "XIAOBAO_TEST_";
/// Bytes of the TOML file at most; ours has some hundred lines.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A flag of the command line.
    Flag(String),
    /// A variable of the environment.
    Environment(String),
    /// A key of the TOML file.
    File {
        /// The file.
        path: String,
        /// The key.
        key: &'static str,
    },
    /// Nowhere: it is the default.
    Default,
}

impl Source {
    fn text(&self) -> Text {
        match self {
            Self::Flag(flag) => Text::of(format!("命令行参数 {flag}"), format!("the flag {flag}")),
            Self::Environment(name) => Text::of(format!("环境变量 {name}"), format!("the variable {name}")),
            Self::File { path, key } => Text::of(format!("配置文件 {path} 的 {key}"), format!("`{key}` in {path}")),
            Self::Default => Text::fixed("默认值", "the default"),
        }
    }
}

/// A setting that was given as a flag.
pub type Flag = (Key, String);

/// Every value that was set, the strongest source of each.
pub struct Layers {
    values: HashMap<Key, (String, Source)>,
}

impl std::fmt::Debug for Layers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.values.iter().map(|(key, (_, source))| (key, source))).finish()
    }
}

impl Layers {
    /// Puts the layers together. `environment` is every variable of the process; `config` the file named by flag.
    pub fn gather(flags: Vec<Flag>, environment: Vec<(String, String)>, config: Option<&Path>) -> Outcome<Self> {
        let named = environment.iter().find(|(name, value)| name == CONFIG && !value.is_empty());
        let file = match (config, named) {
            (Some(path), _) => read_file(path, &Source::Flag("--config".to_owned()))?,
            (None, Some((_, path))) => read_file(Path::new(path), &Source::Environment(CONFIG.to_owned()))?,
            (None, None) => Vec::new(),
        };
        let mut values = HashMap::new();
        for (key, value, source) in file {
            values.insert(key, (value, source));
        }
        for (key, value, source) in from_environment(environment)? {
            values.insert(key, (value, source));
        }
        for (key, value) in flags {
            values.insert(key, (value, Source::Flag(key.flag())));
        }
        Ok(Self { values })
    }

    /// A value that may be absent.
    pub fn optional<T>(&self, key: Key, parse: impl Fn(&str) -> Result<T, Text>) -> Outcome<Option<T>> {
        let Some((value, _)) = self.values.get(&key) else { return Ok(None) };
        parse(value).map(Some).map_err(|reason| self.wrong(key, &reason))
    }

    /// A value or its default.
    pub fn or<T>(&self, key: Key, default: &str, parse: impl Fn(&str) -> Result<T, Text>) -> Outcome<T> {
        let value = self.values.get(&key).map_or(default, |(value, _)| value);
        parse(value).map_err(|reason| self.wrong(key, &reason))
    }

    /// A value that must be set.
    pub fn required<T>(&self, key: Key, parse: impl Fn(&str) -> Result<T, Text>) -> Outcome<T> {
        match self.optional(key, parse)? {
            Some(value) => Ok(value),
            None => {
                let (name, flag, variable) = (key.name(), key.flag(), key.environment());
                Err(Fault::setting(Text::of(
                    format!("没有设置 {name}：请用 {flag}、环境变量 {variable} 或配置文件中的 {name} 指定。"),
                    format!("`{name}` is not set: give {flag}, the variable {variable}, or `{name}` in the TOML file."),
                )))
            }
        }
    }

    /// The fault of a wrong value: the setting, where it came from, and the reason. The value itself is not repeated; it
    /// may be a secret.
    pub fn wrong(&self, key: Key, reason: &Text) -> Fault {
        let source = self.values.get(&key).map_or(&Source::Default, |(_, source)| source).text();
        let name = key.name();
        Fault::setting(Text::of(
            format!("设置 {name}（来自{}）有误：{}", source.get(Language::Zh), reason.zh),
            format!("The setting `{name}` (from {}) is wrong: {}", source.get(Language::En), reason.en),
        ))
    }
}

fn from_environment(environment: Vec<(String, String)>) -> Outcome<Vec<(Key, String, Source)>> {
    let mut found = Vec::new();
    for (name, value) in environment {
        if !name.starts_with(PREFIX) || name == CONFIG || name.starts_with(TESTS) {
            continue;
        }
        let Some(key) = Key::ALL.into_iter().find(|key| key.environment() == name) else {
            return Err(Fault::setting(Text::of(
                format!("环境变量 {name} 不是本程序的设置；请检查拼写。"),
                format!("The variable {name} is no setting of this program; check its spelling."),
            )));
        };
        // An empty variable is how service files say "not set".
        if !value.is_empty() {
            found.push((key, value, Source::Environment(name)));
        }
    }
    Ok(found)
}

fn read_file(path: &Path, named_by: &Source) -> Outcome<Vec<(Key, String, Source)>> {
    let shown = path.display().to_string();
    let cannot = |error: std::io::Error| {
        let mut fault = Fault::file(Verb::Read, path, &error).exiting(crate::fault::Exit::Setting);
        let by = named_by.text();
        fault.text = Text::of(
            format!("{}（由{}指定）", fault.text.zh, by.zh),
            format!("{} (named by {})", fault.text.en, by.en),
        );
        fault
    };
    let Some(text) = text_file::read(path, FILE_BYTES_MAX).map_err(cannot)? else {
        return Err(Fault::setting(Text::of(
            format!("配置文件 {shown} 超过 {FILE_BYTES_MAX} 字节。"),
            format!("The TOML file {shown} is larger than {FILE_BYTES_MAX} bytes."),
        )));
    };
    let table: toml::Table = toml::from_str(&text).map_err(|error: toml::de::Error| {
        let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        // The reader's message names what it met, not the value behind it, which may be a secret.
        Fault::setting(Text::of(
            format!("配置文件 {shown} 第 {line} 行不是合法的 TOML。"),
            format!("Line {line} of {shown} is not TOML."),
        ))
        .with(error.message())
    })?;
    table.into_iter().map(|(name, value)| from_file(&shown, &name, value)).collect()
}

fn from_file(path: &str, name: &str, value: toml::Value) -> Outcome<(Key, String, Source)> {
    let known = Key::ALL.into_iter().find(|key| key.name() == name && key.may_stand_in_file());
    let Some(key) = known else {
        return Err(Fault::setting(Text::of(
            format!("配置文件 {path} 中的 {name} 不是本程序的设置；请检查拼写。"),
            format!("`{name}` in {path} is no setting of this program; check its spelling."),
        )));
    };
    let value = match value {
        toml::Value::String(text) => text,
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(truth) => truth.to_string(),
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Array(_) | toml::Value::Table(_) => {
            return Err(Fault::setting(Text::of(
                format!("配置文件 {path} 中的 {name} 应为文字、整数或 true/false。"),
                format!("`{name}` in {path} must be a text, a whole number, or true or false."),
            )));
        }
    };
    Ok((key, value, Source::File { path: path.to_owned(), key: key.name() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<String, Text> {
        if text == "bad" { Err(Text::fixed("不行。", "no.")) } else { Ok(text.to_owned()) }
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    fn said(result: Outcome<Layers>) -> String {
        result.err().map(|fault| fault.shown(Language::En)).unwrap_or_default()
    }

    #[test]
    fn a_flag_goes_before_the_environment_and_that_before_the_file() {
        let file = file("listen = \"file\"\ndatabase = \"file\"\nobjects = \"file\"\nreaders = 4\nmigrate = true\n");
        let environment = vec![
            ("XIAOBAO_LISTEN".to_owned(), "environment".to_owned()),
            ("XIAOBAO_DATABASE".to_owned(), "environment".to_owned()),
            ("XIAOBAO_OBJECTS".to_owned(), String::new()),
            ("XIAOBAO_TEST_POSTGRES".to_owned(), "x".to_owned()),
            ("HOME".to_owned(), "/".to_owned()),
        ];
        let layers = Layers::gather(vec![(Key::Listen, "flag".to_owned())], environment, Some(file.path())).unwrap();
        let check = |key, expect: Option<&str>| assert_eq!(layers.optional(key, value).unwrap().as_deref(), expect);
        check(Key::Listen, Some("flag"));
        check(Key::Database, Some("environment"));
        check(Key::Objects, Some("file"));
        check(Key::Readers, Some("4"));
        check(Key::Migrate, Some("true"));
        check(Key::KeyFile, None);
        assert!(layers.required(Key::KeyFile, value).is_err());
        assert_eq!(layers.or(Key::LogLevel, "info", value).unwrap(), "info");
    }

    #[test]
    fn what_nobody_knows_is_refused_with_its_place() {
        let unknown = vec![("XIAOBAO_LISTNE".to_owned(), "x".to_owned())];
        assert!(said(Layers::gather(vec![], unknown, None)).contains("XIAOBAO_LISTNE"));
        let check = |text: &str, parts: &[&str]| {
            let file = file(text);
            let said = said(Layers::gather(vec![], vec![], Some(file.path())));
            let place = file.path().display().to_string();
            for part in parts.iter().copied().chain([place.as_str()]) {
                assert!(said.contains(part), "{text:?} gave {said:?}");
            }
        };
        check("secure_cookie = true\n", &["secure_cookie"]);
        check("keys = \"secret\"\n", &["`keys`"]);
        check("listen = [1]\n", &["listen", "must be"]);
        check("\nlisten = \n", &["Line 2"]);
        check("[server]\nlisten = \"x\"\n", &["server"]);
        let missing = Layers::gather(vec![], vec![(CONFIG.to_owned(), "/nowhere.toml".to_owned())], None);
        assert!(said(missing).contains("XIAOBAO_CONFIG"));
    }

    #[test]
    fn a_wrong_value_names_setting_and_source_and_not_the_value() {
        let layers = Layers::gather(vec![(Key::Listen, "bad".to_owned())], vec![], None).unwrap();
        let fault = layers.optional(Key::Listen, value).unwrap_err();
        assert_eq!(fault.exit, crate::fault::Exit::Setting);
        assert_eq!(fault.shown(Language::En), "The setting `listen` (from the flag --listen) is wrong: no.");
        assert!(!format!("{layers:?}").contains("bad"));
    }
}
