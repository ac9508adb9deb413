//! Rows of a staff list: what each means by itself. Whether its units exist is for the unit of work to find out.
//!
//! Good rows are taken and wrong ones reported. A row with a known staff number changes that person; an empty cell leaves
//! what is there.

use std::collections::HashMap;

use kernel::{Pii, Role, Text};

use super::{
    import::{ImportColumn, RowErrors},
    numbers,
    organisation_import::one_of,
    staff::{ROLES_MAX, StaffStatus, check_person_name, is_for_staff, normalise_number},
};

/// The columns of the list.
pub const COLUMNS: [ImportColumn; 6] = [
    ImportColumn::required("number", "工号"),
    ImportColumn::required("name", "姓名"),
    ImportColumn::optional("phone", "电话"),
    ImportColumn::required("unit", "机构号"),
    ImportColumn::optional("roles", "角色"),
    ImportColumn::optional("status", "状态"),
];

/// What stands in the roles column to take every role away.
const NO_ROLES: [&str; 2] = ["none", "无"];

/// One row as it stands in the file.
#[derive(Debug, Clone, Default)]
pub struct StaffRow {
    /// The line of the file.
    pub line: u64,
    /// The staff number.
    pub number: String,
    /// The name.
    pub name: Pii<String>,
    /// The telephone number; empty to leave it.
    pub phone: Pii<String>,
    /// The code of the unit.
    pub unit: String,
    /// Roles, separated by semicolons, each `role` or `role@unit code`; without a code the role is held in the person's own
    /// unit. Empty to leave them, `none` to take them away.
    pub roles: String,
    /// `active` (also when empty, for a new person) or `disabled`, or the Chinese word.
    pub status: String,
}

impl StaffRow {
    /// A row from its fields by column key.
    pub fn read(line: u64, field: impl Fn(&str) -> String) -> Self {
        Self {
            line,
            number: field("number"),
            name: Pii::new(field("name")),
            phone: Pii::new(field("phone")),
            unit: field("unit"),
            roles: field("roles"),
            status: field("status"),
        }
    }
}

/// A role in a row: the role and the code of its scope, if it names one.
pub type RoleInRow = (Role, Option<String>);

/// A row that is right by itself.
#[derive(Debug, Clone)]
pub struct CheckedStaff {
    /// The line of the file.
    pub line: u64,
    /// The staff number, normalised.
    pub number: String,
    /// The name.
    pub name: Pii<String>,
    /// The telephone number, normalised.
    pub phone: Option<Pii<String>>,
    /// The code of the unit.
    pub unit: String,
    /// All roles, or `None` to leave them.
    pub roles: Option<Vec<RoleInRow>>,
    /// The status, or `None` to leave it.
    pub status: Option<StaffStatus>,
}

/// The rows that are right by themselves, and what is wrong with the others.
pub fn check(rows: &[StaffRow]) -> (Vec<CheckedStaff>, RowErrors) {
    let mut errors = RowErrors::default();
    let mut lines: HashMap<String, u64> = HashMap::with_capacity(rows.len());
    let mut checked = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(row) = check_row(row, &mut errors) else { continue };
        if let Some(first) = lines.get(&row.number) {
            let reason =
                Text::of(format!("工号与第 {first} 行重复。"), format!("The number stands in line {first} too."));
            errors.add(row.line, "number", reason);
            continue;
        }
        lines.insert(row.number.clone(), row.line);
        checked.push(row);
    }
    (checked, errors)
}

fn check_row(row: &StaffRow, errors: &mut RowErrors) -> Option<CheckedStaff> {
    let mut take = |column: &'static str, reason: Text| errors.add(row.line, column, reason);
    let number = normalise_number(&row.number).map_err(|reason| take("number", reason)).ok();
    let name = check_person_name(row.name.expose()).map_err(|reason| take("name", reason)).ok();
    let phone = match row.phone.expose().trim() {
        "" => Some(None),
        text => numbers::phone(text).map(Some).map_err(|reason| take("phone", reason)).ok(),
    };
    let roles = roles(&row.roles).map_err(|reason| take("roles", reason)).ok();
    let status = match row.status.trim() {
        "" => Some(None),
        word => match word.parse() {
            Ok(status) => Some(Some(status)),
            Err(_) => {
                take("status", one_of(&StaffStatus::ALL.map(|status| (status.as_str(), status.title()))));
                None
            }
        },
    };
    Some(CheckedStaff {
        line: row.line,
        number: number?,
        name: Pii::new(name?.to_owned()),
        phone: phone?.map(Pii::new),
        unit: row.unit.trim().to_owned(),
        roles: roles?,
        status: status?,
    })
}

fn roles(cell: &str) -> Result<Option<Vec<RoleInRow>>, Text> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Ok(None);
    }
    if NO_ROLES.contains(&cell) {
        return Ok(Some(Vec::new()));
    }
    let mut roles: Vec<RoleInRow> = Vec::new();
    for part in cell.split([';', '；', '、']).map(str::trim).filter(|part| !part.is_empty()) {
        let (word, scope) = part.split_once(['@', '＠']).map_or((part, None), |(word, scope)| (word, Some(scope)));
        let role = role(word.trim()).ok_or_else(|| {
            let held: Vec<_> = Role::ALL.into_iter().filter(|role| is_for_staff(*role)).collect();
            one_of(&held.into_iter().map(|role| (role.as_str(), role.title())).collect::<Vec<_>>())
        })?;
        let scope = scope.map(|scope| scope.trim().to_owned());
        if roles.contains(&(role, scope.clone())) {
            return Err(Text::fixed("同一角色在同一范围内重复。", "The same role stands twice for the same scope."));
        }
        roles.push((role, scope));
    }
    if roles.len() > ROLES_MAX {
        let (zh, en) = (format!("一人最多 {ROLES_MAX} 个角色。"), format!("One person has at most {ROLES_MAX} roles."));
        return Err(Text::of(zh, en));
    }
    Ok(Some(roles))
}

fn role(word: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| is_for_staff(*role) && (role.as_str() == word || role.title().zh == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: u64, cells: [&str; 6]) -> StaffRow {
        let keys = COLUMNS.map(|column| column.key);
        StaffRow::read(line, |key| cells[keys.iter().position(|k| *k == key).unwrap()].to_owned())
    }

    #[track_caller]
    fn check_error(cells: [&str; 6], column: &str) {
        let (good, errors) = check(&[row(2, cells)]);
        assert!(good.is_empty());
        assert_eq!(errors.listed().iter().map(|e| (e.line, e.column)).collect::<Vec<_>>(), [(2, column)]);
    }

    #[test]
    fn good_rows_are_read_in_both_languages() {
        let (good, errors) = check(&[
            row(2, ["GZ1001", "张三", "138 0013 8000", "GZ001", "投诉处理人员@GZ；teller", ""]),
            row(3, ["gz1002", "李四", "", "GZ001", "", "停用"]),
            row(4, ["gz1003", "王五", "", "GZ001", "none", "active"]),
        ]);
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(good[0].number, "gz1001");
        assert_eq!(good[0].phone.as_ref().unwrap().expose(), "13800138000");
        let expect = vec![(Role::Handler, Some("GZ".to_owned())), (Role::Teller, None)];
        assert_eq!(good[0].roles, Some(expect));
        assert_eq!((good[1].roles.clone(), good[1].status), (None, Some(StaffStatus::Disabled)));
        assert_eq!(good[2].roles, Some(vec![]));
    }

    #[test]
    fn wrong_cells_are_named() {
        check_error(["", "张三", "", "GZ001", "", ""], "number");
        check_error(["1", "", "", "GZ001", "", ""], "name");
        check_error(["1", "张三", "12", "GZ001", "", ""], "phone");
        check_error(["1", "张三", "", "GZ001", "emperor", ""], "roles");
        check_error(["1", "张三", "", "GZ001", "customer", ""], "roles");
        check_error(["1", "张三", "", "GZ001", "system@GZ", ""], "roles");
        check_error(["1", "张三", "", "GZ001", "teller;teller", ""], "roles");
        check_error(["1", "张三", "", "GZ001", "", "retired"], "status");
    }

    #[test]
    fn a_second_row_of_one_person_is_refused_and_no_value_comes_back() {
        let cells = ["GZ1001", "张三", "", "GZ001", "", ""];
        let (good, errors) = check(&[row(2, cells), row(3, cells)]);
        assert_eq!((good.len(), errors.total()), (1, 1));
        assert!(!format!("{errors:?}").contains("张三"));
    }
}
