//! The bank's own products and every name that people have for them: which product a text is about, and by what other names a
//! word is looked for. The dictionary is a checklist of the bank's policy; no product is named in code.

use kernel::{Date, Text};

use crate::{model::Law, words::plain};

/// The checklist that holds the names. What stands before the dot of a key is the product; further names of it have a word
/// behind a dot: `quick_loan`, `quick_loan.old`.
const DICTIONARY: &str = "policy.products";
/// Characters that a name has at least: one alone stands in every text.
const NAME_CHARS_MIN: usize = 2;

/// A product and its names in their plain form.
#[derive(Debug, Clone)]
struct Product {
    key: String,
    title: Text,
    names: Vec<String>,
}

/// The dictionary as it is on a day.
#[derive(Debug, Clone, Default)]
pub struct Products(Vec<Product>);

impl Products {
    /// The dictionary of the bank on `on`; empty where it has none.
    pub fn of(law: &Law, on: Date) -> Self {
        let mut products: Vec<Product> = Vec::new();
        let items = law.rules.checklist(DICTIONARY, on).map(|list| list.body.items.as_slice());
        for item in items.unwrap_or_default() {
            let key = item.key.split('.').next().unwrap_or_default();
            let place = products.iter().position(|known| known.key == key).unwrap_or_else(|| {
                products.push(Product { key: key.to_owned(), title: item.title.clone(), names: Vec::new() });
                products.len() - 1
            });
            for name in [&item.title.zh, &item.title.en] {
                let (name, names) = (plain(name.trim()), &mut products[place].names);
                if name.chars().count() >= NAME_CHARS_MIN && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        Self(products)
    }

    /// Whether the bank has no dictionary.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The product that a text names, by its key: the one with the longest name, since that says most.
    pub fn named_in(&self, text: &str) -> Option<&str> {
        let text = plain(text);
        let mut longest: Option<(&str, usize)> = None;
        for product in &self.0 {
            for name in &product.names {
                if longest.is_none_or(|(_, length)| name.len() > length) && holds(&text, name) {
                    longest = Some((&product.key, name.len()));
                }
            }
        }
        longest.map(|(key, _)| key)
    }

    /// By what other names the product is known that `word`, in its plain form, names.
    pub fn other_names(&self, word: &str) -> Vec<String> {
        let named = self.0.iter().filter(|product| product.names.iter().any(|name| name == word));
        named.flat_map(|product| &product.names).filter(|name| *name != word).cloned().collect()
    }

    /// What people call the product of this key.
    pub fn title(&self, key: &str) -> Option<Text> {
        self.0.iter().find(|product| product.key == key).map(|product| product.title.clone())
    }

    /// Every product by its key and name, in the order of the dictionary.
    pub fn titles(&self) -> impl Iterator<Item = (&str, &Text)> {
        self.0.iter().map(|product| (product.key.as_str(), &product.title))
    }
}

/// Whether a text holds a name; one in Latin letters must not be a part of a longer word.
fn holds(text: &str, name: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + name.len()..].chars().next());
        let goes_on_before = is_word(before) && is_word(name.chars().next());
        let goes_on_after = is_word(after) && is_word(name.chars().next_back());
        !goes_on_before && !goes_on_after
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use regulation::Regulations;

    use super::*;
    use crate::testing::LAW;

    /// A bank with two products, one of which was renamed.
    pub(crate) const FILE: &str = "[[checklist]]\nid = \"policy.products\"\ntitle = { zh = \"产品名称\", en = \"Products\" }\n\
        kind = \"policy\"\nlaw = \"bank.policy\"\nverified = false\neffective_from = \"2018-01-01\"\nitems = [\n\
        { key = \"quick_loan\", title = { zh = \"快贷\", en = \"Quick Loan\" } },\n\
        { key = \"quick_loan.old\", title = { zh = \"闪电贷\", en = \"Flash\" } },\n\
        { key = \"quick_loan_plus\", title = { zh = \"快贷增享\", en = \"QL+\" } },\n]\n";

    pub(crate) fn law() -> Law {
        let rules = Arc::new(Regulations::with_overrides(&[("products.toml", FILE)]).unwrap());
        let calendar = rules.calendar().clone();
        Law::new(rules, calendar)
    }

    fn products() -> Products {
        Products::of(&law(), "2026-03-02".parse().unwrap())
    }

    #[test]
    fn a_text_is_about_the_product_whose_longest_name_it_holds() {
        let products = products();
        for (text, expect) in [
            ("办理快贷后被多收利息", Some("quick_loan")),
            ("闪电贷逾期", Some("quick_loan")),
            ("ＱＵＩＣＫ　ＬＯＡＮ 逾期", Some("quick_loan")),
            ("快贷增享额度被取消", Some("quick_loan_plus")),
            ("my flashlight", None),
            ("a flash, too late", Some("quick_loan")),
            ("信用卡年费", None),
            ("", None),
        ] {
            assert_eq!(products.named_in(text), expect, "{text}");
        }
        assert!(Products::of(&LAW, "2026-03-02".parse().unwrap()).is_empty(), "no product is named in code");
    }

    #[test]
    fn one_name_leads_to_the_others() {
        let products = products();
        assert_eq!(products.other_names("闪电贷"), ["快贷", "quick loan", "flash"]);
        assert_eq!(products.other_names("年费"), [] as [&str; 0]);
        assert_eq!(products.title("quick_loan").unwrap().zh, "快贷");
        assert_eq!(products.titles().count(), 2);
    }
}
