//! Which role may do what, as one table.

use kernel::Role;
use people::model::permissions::specs;

/// One line for each permission, one column for each role, in the order of the roles.
#[test]
fn roles_and_permissions() {
    let mut table = String::new();
    for role in Role::ALL {
        table.push_str(&format!("{:>17}\n", role.as_str()));
    }
    for spec in specs() {
        let row: String = Role::ALL.iter().map(|role| if spec.roles.contains(role) { 'y' } else { '.' }).collect();
        table.push_str(&format!("{:<32}{row}\n", spec.permission.0));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn names_are_ours_and_titles_are_in_both_languages() {
    for spec in specs() {
        assert!(spec.permission.0.starts_with("people.") && spec.permission.0.split('.').count() == 3);
        assert!(!spec.title.zh.is_empty() && !spec.title.en.is_empty());
        assert!(!spec.roles.contains(&Role::Customer), "customers reach only the portal");
    }
}

#[test]
fn an_administrator_handles_no_customers_and_an_auditor_changes_nothing() {
    let holds = |role: Role| specs().into_iter().filter(move |spec| spec.roles.contains(&role));
    assert!(holds(Role::Administrator).all(|spec| !spec.permission.0.starts_with("people.customer.")));
    for spec in holds(Role::Auditor) {
        assert!(spec.permission.0.ends_with(".see") || spec.permission.0.ends_with(".reveal"), "{}", spec.permission.0);
    }
}
