//! Who may do what, as one table: a change of any room's permissions shows as a change of this snapshot.

use kernel::Role;

#[test]
fn roles_and_permissions() {
    let mut table = String::new();
    let mut specs = server::rooms::permissions(&server::rooms());
    specs.sort_by_key(|spec| spec.permission);
    for spec in &specs {
        let mut roles: Vec<Role> = spec.roles.to_vec();
        roles.sort_unstable();
        let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        table.push_str(&format!("{:<40} {}\n", spec.permission.0, names.join(" ")));
    }
    let names: std::collections::HashSet<_> = specs.iter().map(|spec| spec.permission).collect();
    assert_eq!(names.len(), specs.len(), "two rooms declare one permission");
    insta::assert_snapshot!(table);
}

#[test]
fn four_eyes_need_two_roles_or_two_people_but_never_an_administrator() {
    // An administrator runs the system and handles no matter: a stolen administrator's session must not decide complaints.
    for spec in server::rooms::permissions(&server::rooms()) {
        let handles = spec.permission.0.starts_with("voice.order.") && !spec.permission.0.ends_with(".see");
        assert!(!handles || !spec.roles.contains(&Role::Administrator), "{}", spec.permission.0);
    }
}
