//! Which language the console speaks.

use kernel::text::Language;

/// The language of the machine's locale: Chinese where the locale says so, else English, since a console in the C locale
/// may not be able to show Chinese.
pub fn of_locale(environment: &[(String, String)]) -> Language {
    // POSIX: the first of these that is set decides.
    let set = |name: &str| environment.iter().find(|(n, value)| n == name && !value.is_empty()).map(|(_, value)| value);
    let locale = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG"));
    if locale.is_some_and(|locale| locale.to_ascii_lowercase().starts_with("zh")) { Language::Zh } else { Language::En }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let check = |pairs: &[(&str, &str)], expect| {
            let pairs: Vec<_> = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            assert_eq!(of_locale(&pairs), expect, "{pairs:?}");
        };
        check(&[], Language::En);
        check(&[("LANG", "zh_CN.UTF-8")], Language::Zh);
        check(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C.UTF-8")], Language::En);
        check(&[("LC_ALL", ""), ("LC_MESSAGES", "zh_CN")], Language::Zh);
    }
}
