//! Members of staff and the roles they hold, each within a scope and for a time.

use std::str::FromStr;

use kernel::{
    Pii, Role, Text, Timestamp,
    id::{StaffId, UnitId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{import::check_line, organisation::UnknownWord};

/// Characters of a staff number at most.
pub const NUMBER_CHARS_MAX: usize = 32;
/// Characters of a person's name at most: the longest names of China's minorities have some twenty characters, foreign ones more.
pub const PERSON_NAME_CHARS_MAX: usize = 60;
/// Roles of one person at most: every role in a few places.
pub const ROLES_MAX: usize = 40;

/// Whether a member of staff works here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StaffStatus {
    /// The person works and may sign in.
    Active,
    /// The person may not sign in; what they did stays under their name.
    Disabled,
}

impl StaffStatus {
    /// Every status, in order.
    pub const ALL: [Self; 2] = [Self::Active, Self::Disabled];

    /// The stored and wire form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// The name on screen.
    pub const fn title(self) -> Text {
        match self {
            Self::Active => Text::fixed("在岗", "Active"),
            Self::Disabled => Text::fixed("停用", "Disabled"),
        }
    }
}

impl FromStr for StaffStatus {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|status| status.as_str() == text || status.title().zh == text).ok_or(UnknownWord)
    }
}

/// A role within a scope, for a time: from `from`, up to but not including `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoleAssignment {
    /// The role.
    pub role: Role,
    /// The unit in which, and below which, it is held.
    pub scope: UnitId,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends; `None` while nobody has said.
    pub to: Option<Timestamp>,
}

impl RoleAssignment {
    /// Whether the role is held at `now`.
    pub fn is_held(&self, now: Timestamp) -> bool {
        self.from <= now && self.to.is_none_or(|to| now < to)
    }
}

/// What is wrong with a set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RolesError {
    /// The role is not one that staff hold.
    #[error("the role is not one that staff hold")]
    NotForStaff,
    /// The same role stands twice for the same scope.
    #[error("the same role stands twice for the same scope")]
    Twice,
    /// The role would end before it begins.
    #[error("the role ends before it begins")]
    Backwards,
    /// More than [`ROLES_MAX`].
    #[error("more than {ROLES_MAX} roles")]
    TooMany,
}

impl RolesError {
    /// The sentence for the person.
    pub fn text(self) -> Text {
        match self {
            Self::NotForStaff => Text::fixed("这个角色不授予员工。", "This role is not given to staff."),
            Self::Twice => Text::fixed("同一角色在同一范围内重复。", "The same role stands twice for the same scope."),
            Self::Backwards => Text::fixed("角色的结束时间早于开始时间。", "The role would end before it begins."),
            Self::TooMany => {
                Text::of(format!("一人最多 {ROLES_MAX} 个角色。"), format!("One person has at most {ROLES_MAX} roles."))
            }
        }
    }
}

/// Whether a role is one that staff hold: customers and systems come in by other doors.
pub const fn is_for_staff(role: Role) -> bool {
    !matches!(role, Role::Customer | Role::System)
}

/// Checks the roles of one person as a whole; the error comes with the place of the role.
pub fn check_roles(roles: &[RoleAssignment]) -> Result<(), (usize, RolesError)> {
    if roles.len() > ROLES_MAX {
        return Err((ROLES_MAX, RolesError::TooMany));
    }
    for (place, role) in roles.iter().enumerate() {
        if !is_for_staff(role.role) {
            return Err((place, RolesError::NotForStaff));
        }
        if role.to.is_some_and(|to| to <= role.from) {
            return Err((place, RolesError::Backwards));
        }
        if roles[..place].iter().any(|other| other.role == role.role && other.scope == role.scope) {
            return Err((place, RolesError::Twice));
        }
    }
    Ok(())
}

/// A staff number in its one form: lower case, so that a person may type it either way.
pub fn normalise_number(text: &str) -> Result<String, Text> {
    let text = text.trim();
    let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if text.is_empty() || text.len() > NUMBER_CHARS_MAX || !text.bytes().all(good) {
        return Err(Text::of(
            format!("工号由 1 至 {NUMBER_CHARS_MAX} 个字母、数字、-、_ 或 . 组成。"),
            format!("A staff number has 1 to {NUMBER_CHARS_MAX} letters, digits, -, _ or dots."),
        ));
    }
    Ok(text.to_ascii_lowercase())
}

/// A person's name: a line without digits that could be a number of theirs.
pub fn check_person_name(text: &str) -> Result<&str, Text> {
    let name = check_line(text, PERSON_NAME_CHARS_MAX)?;
    if name.chars().any(|c| c.is_ascii_digit()) {
        return Err(Text::fixed("姓名不能含有数字。", "A name holds no digits."));
    }
    Ok(name)
}

/// A new member of staff, checked.
#[derive(Debug, Clone)]
pub struct NewStaff {
    /// The staff number, normalised.
    pub number: String,
    /// The name.
    pub name: Pii<String>,
    /// The telephone number, normalised.
    pub phone: Option<Pii<String>>,
    /// The unit the person belongs to.
    pub unit: UnitId,
    /// The roles.
    pub roles: Vec<RoleAssignment>,
}

/// A member of staff as stored, without what is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// The id.
    pub id: StaffId,
    /// The staff number.
    pub number: String,
    /// The masked name.
    pub name_masked: String,
    /// The masked telephone number; empty when there is none.
    pub phone_masked: String,
    /// The unit the person belongs to.
    pub unit: UnitId,
    /// That unit's place.
    pub unit_path: kernel::OrgPath,
    /// Whether the person works here.
    pub status: StaffStatus,
    /// How often the record has changed; an update names the one it saw.
    pub revision: i64,
}

impl kernel::Scoped for Staff {
    fn unit(&self) -> &kernel::OrgPath {
        &self.unit_path
    }

    /// Everybody sees their own record.
    fn concerns(&self, actor: &kernel::Actor) -> bool {
        actor.kind == kernel::ActorKind::Staff && actor.reference.id() == self.id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(role: Role, scope: u128, from: i64, to: Option<i64>) -> RoleAssignment {
        let at = Timestamp::from_micros;
        RoleAssignment { role, scope: UnitId::from_bits(scope), from: at(from), to: to.map(at) }
    }

    #[test]
    fn a_role_is_held_from_its_first_instant_to_before_its_last() {
        let role = held(Role::Handler, 1, 10, Some(20));
        for (now, is_held) in [(9, false), (10, true), (19, true), (20, false)] {
            assert_eq!(role.is_held(Timestamp::from_micros(now)), is_held, "{now}");
        }
    }

    #[test]
    fn wrong_sets_of_roles_are_refused() {
        let good = held(Role::Handler, 1, 0, None);
        for (roles, expect) in [
            (vec![good, held(Role::Handler, 2, 0, None), held(Role::Officer, 1, 0, None)], Ok(())),
            (vec![good, held(Role::Handler, 1, 5, None)], Err((1, RolesError::Twice))),
            (vec![held(Role::Customer, 1, 0, None)], Err((0, RolesError::NotForStaff))),
            (vec![held(Role::System, 1, 0, None)], Err((0, RolesError::NotForStaff))),
            (vec![held(Role::Teller, 1, 5, Some(5))], Err((0, RolesError::Backwards))),
            (vec![good; ROLES_MAX + 1], Err((ROLES_MAX, RolesError::TooMany))),
        ] {
            assert_eq!(check_roles(&roles), expect);
        }
    }

    #[test]
    fn numbers_and_names_have_one_form() {
        assert_eq!(normalise_number(" GZ-1001 "), Ok("gz-1001".to_owned()));
        for bad in ["", " ", "张三", "a b", "a:b", &"x".repeat(33)] {
            assert!(normalise_number(bad).is_err(), "{bad}");
        }
        assert_eq!(check_person_name(" 迪丽热巴·迪力木拉提 "), Ok("迪丽热巴·迪力木拉提"));
        for bad in ["", "张3", "13800138000", "张\n三"] {
            assert!(check_person_name(bad).is_err(), "{bad}");
        }
    }
}
