//! Rows of a customer list: what each means by itself.
//!
//! Good rows are taken and wrong ones reported. A row with a known customer number changes that customer; an empty cell
//! leaves what is there.

use std::{collections::BTreeSet, str::FromStr};

use kernel::{Date, Pii, Text, text::Language};

use super::{
    customer::{CustomerForm, CustomerTag, Edition, FieldFault, IdentityKind},
    import::ImportColumn,
    organisation_import::one_of,
};

/// The columns of the list.
pub const COLUMNS: [ImportColumn; 12] = [
    ImportColumn::required("number", "客户号"),
    ImportColumn::required("name", "姓名"),
    ImportColumn::optional("phone", "电话"),
    ImportColumn::optional("identity_kind", "证件类型"),
    ImportColumn::optional("identity", "证件号码"),
    ImportColumn::optional("birth_date", "出生日期"),
    ImportColumn::optional("address", "地址"),
    ImportColumn::optional("accounts", "账号"),
    ImportColumn::optional("tags", "标签"),
    ImportColumn::required("unit", "机构号"),
    ImportColumn::optional("language", "语言"),
    ImportColumn::optional("edition", "版本"),
];

/// One row as it stands in the file.
#[derive(Debug, Clone, Default)]
pub struct CustomerRow {
    /// The line of the file.
    pub line: u64,
    /// The customer number.
    pub number: Pii<String>,
    /// The name.
    pub name: Pii<String>,
    /// The telephone number.
    pub phone: Pii<String>,
    /// The kind of identity document, in either language.
    pub identity_kind: String,
    /// The identity number.
    pub identity: Pii<String>,
    /// The birth date: `1956-03-09`, `1956/3/9` or `19560309`.
    pub birth_date: Pii<String>,
    /// The postal address.
    pub address: Pii<String>,
    /// Accounts and cards, separated by semicolons.
    pub accounts: Pii<String>,
    /// Tags, separated by semicolons, in either language.
    pub tags: String,
    /// The code of the home unit.
    pub unit: String,
    /// `zh` or `en`.
    pub language: String,
    /// `standard` or `elder`, or the Chinese word.
    pub edition: String,
}

impl CustomerRow {
    /// A row from its fields by column key.
    pub fn read(line: u64, field: impl Fn(&str) -> String) -> Self {
        let personal = |key: &str| Pii::new(field(key));
        Self {
            line,
            number: personal("number"),
            name: personal("name"),
            phone: personal("phone"),
            identity_kind: field("identity_kind"),
            identity: personal("identity"),
            birth_date: personal("birth_date"),
            address: personal("address"),
            accounts: personal("accounts"),
            tags: field("tags"),
            unit: field("unit"),
            language: field("language"),
            edition: field("edition"),
        }
    }

    /// The row laid over what is known of the customer (an empty form for a new one); `CustomerForm::check` comes next.
    pub fn over(&self, mut form: CustomerForm) -> Result<CustomerForm, Vec<FieldFault>> {
        let mut faults: Vec<FieldFault> = Vec::new();
        lay(&mut form.number, &self.number);
        lay(&mut form.name, &self.name);
        lay(&mut form.phone, &self.phone);
        lay(&mut form.address, &self.address);
        if let Some(kind) = word("identity_kind", &self.identity_kind, IdentityKind::expected, &mut faults) {
            form.identity_kind = Some(kind);
        }
        if !self.identity.expose().trim().is_empty() {
            form.set_identity(self.identity.expose().trim().to_owned());
        }
        match self.birth_date.expose().trim() {
            "" => {}
            text => match date(text) {
                Ok(birth) => form.birth = Some(birth),
                Err(reason) => faults.push(("birth_date", reason)),
            },
        }
        let accounts: Vec<String> = parts(self.accounts.expose()).map(str::to_owned).collect();
        if !accounts.is_empty() {
            form.accounts = accounts;
        }
        let tags: Vec<&str> = parts(&self.tags).collect();
        if !tags.is_empty() {
            let known: Result<BTreeSet<CustomerTag>, _> = tags.into_iter().map(CustomerTag::from_str).collect();
            match known {
                Ok(tags) => form.tags = tags,
                Err(_) => faults.push(("tags", CustomerTag::expected())),
            }
        }
        if let Some(edition) = word("edition", &self.edition, Edition::expected, &mut faults) {
            form.edition = Some(edition);
        }
        match self.language.trim() {
            "" => {}
            "zh" | "中文" => form.language = Language::Zh,
            "en" | "英文" => form.language = Language::En,
            _ => {
                let words = [("zh", Text::fixed("中文", "Chinese")), ("en", Text::fixed("英文", "English"))];
                faults.push(("language", one_of(&words)));
            }
        }
        if faults.is_empty() { Ok(form) } else { Err(faults) }
    }
}

fn lay(field: &mut String, cell: &Pii<String>) {
    let cell = cell.expose().trim();
    if !cell.is_empty() {
        cell.clone_into(field);
    }
}

fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([';', '；', '、']).map(str::trim).filter(|part| !part.is_empty())
}

fn word<T: FromStr>(
    column: &'static str,
    cell: &str,
    expected: impl Fn() -> Text,
    faults: &mut Vec<FieldFault>,
) -> Option<T> {
    match cell.trim() {
        "" => None,
        text => text.parse().map_err(|_| faults.push((column, expected()))).ok(),
    }
}

/// A date as people and spreadsheets write it.
fn date(text: &str) -> Result<Date, Text> {
    let (year, month, day) =
        date_parts(text).ok_or_else(|| Text::fixed("日期应写作 1956-03-09。", "Write the date as 1956-03-09."))?;
    Date::new(year, month, day).map_err(|_| Text::fixed("日历上没有这一天。", "There is no such day."))
}

/// Year, month and day of a text that is written like a date, whether there is such a day or not.
fn date_parts(text: &str) -> Option<(i16, i8, i8)> {
    if let Ok(number) = text.parse::<u32>()
        && text.len() == 8
    {
        let part = |value: u32| i8::try_from(value).ok();
        return Some((i16::try_from(number / 10_000).ok()?, part(number / 100 % 100)?, part(number % 100)?));
    }
    let mut numbers =
        text.split(['-', '/', '.', '年', '月']).map(|part| part.trim_end_matches('日').parse::<i16>().ok());
    let (year, month, day) = (numbers.next()??, numbers.next()??, numbers.next()??);
    if numbers.next().is_some() {
        return None;
    }
    Some((year, i8::try_from(month).ok()?, i8::try_from(day).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[(&str, &str)]) -> CustomerRow {
        let of = |key: &str| cells.iter().find(|(k, _)| *k == key).map_or("", |(_, cell)| cell).to_owned();
        CustomerRow::read(2, of)
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        let expect = Ok(Date::constant(1956, 3, 9));
        for text in ["1956-03-09", "1956/3/9", "19560309", "1956.3.9", "1956年3月9日"] {
            assert_eq!(date(text), expect, "{text}");
        }
        for bad in ["", "1956", "09/03/1956", "1956-3-9-1", "yesterday", "1956-300-01"] {
            assert_eq!(date(bad).unwrap_err().en, "Write the date as 1956-03-09.", "{bad}");
        }
        for bad in ["1956-13-01", "1956-02-30", "99999999"] {
            assert_eq!(date(bad).unwrap_err().en, "There is no such day.", "{bad}");
        }
    }

    #[test]
    fn an_empty_cell_leaves_what_is_there() {
        let before = row(&[
            ("number", "C1"),
            ("name", "张三"),
            ("phone", "13800138000"),
            ("birth_date", "1956-03-09"),
            ("tags", "新市民; disabled"),
            ("edition", "长辈版"),
            ("language", "en"),
            ("identity_kind", "护照"),
            ("identity", "E12345678"),
            ("accounts", "6222021234567890；310-12345"),
        ]);
        let before = before.over(CustomerForm::default()).unwrap();
        assert_eq!(before.tags, BTreeSet::from([CustomerTag::NewCitizen, CustomerTag::Disabled]));
        assert_eq!((before.edition, before.language), (Some(Edition::Elder), Language::En));
        assert_eq!(before.identity_kind, Some(IdentityKind::Passport));
        assert_eq!(before.accounts, ["6222021234567890", "310-12345"]);
        let after = row(&[("number", "C1"), ("name", "张三丰")]).over(before.clone()).unwrap();
        assert_eq!(after.name, "张三丰");
        assert_eq!((after.phone, after.birth, after.tags), (before.phone, before.birth, before.tags));
    }

    #[test]
    fn every_wrong_cell_is_named() {
        let wrong = row(&[
            ("birth_date", "today"),
            ("tags", "rich"),
            ("edition", "deluxe"),
            ("language", "fr"),
            ("identity_kind", "library card"),
        ]);
        let faults = wrong.over(CustomerForm::default()).unwrap_err();
        let columns: Vec<_> = faults.iter().map(|(column, _)| *column).collect();
        assert_eq!(columns, ["identity_kind", "birth_date", "tags", "edition", "language"]);
    }
}
