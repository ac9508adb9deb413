//! What the people room lets whom do. A role gives permissions; each applies within the scope in which the role is held.

use kernel::{Permission, PermissionSpec, Role, Text};

/// See the organisation chart. It is no secret inside the bank: holding the permission anywhere shows all of it.
pub const UNIT_SEE: Permission = Permission("people.unit.see");
/// Take a list of the whole organisation.
pub const UNIT_IMPORT: Permission = Permission("people.unit.import");
/// See members of staff.
pub const STAFF_SEE: Permission = Permission("people.staff.see");
/// Enter, change, disable and reset members of staff.
pub const STAFF_MANAGE: Permission = Permission("people.staff.manage");
/// See, issue and revoke API tokens.
pub const TOKEN_MANAGE: Permission = Permission("people.token.manage");
/// See customers in masked form.
pub const CUSTOMER_SEE: Permission = Permission("people.customer.see");
/// Enter and change customers.
pub const CUSTOMER_EDIT: Permission = Permission("people.customer.edit");
/// Read a customer's personal data in clear, with a reason that is recorded.
pub const CUSTOMER_REVEAL: Permission = Permission("people.customer.reveal");
/// Propose that a customer's personal data be erased.
pub const CUSTOMER_ERASE_PROPOSE: Permission = Permission("people.customer.erase_propose");
/// Decide on the erasure that somebody else proposed.
pub const CUSTOMER_ERASE: Permission = Permission("people.customer.erase");

/// Everybody who works in the bank.
const ALL_STAFF: &[Role] = &[
    Role::Teller,
    Role::LobbyManager,
    Role::Handler,
    Role::Officer,
    Role::OutletHead,
    Role::BranchPresident,
    Role::Reviewer,
    Role::Inspector,
    Role::Auditor,
    Role::RegulatorLiaison,
    Role::Administrator,
];

/// Everybody who works in the bank, and its systems.
const STAFF_AND_SYSTEMS: &[Role] = &[
    Role::Teller,
    Role::LobbyManager,
    Role::Handler,
    Role::Officer,
    Role::OutletHead,
    Role::BranchPresident,
    Role::Reviewer,
    Role::Inspector,
    Role::Auditor,
    Role::RegulatorLiaison,
    Role::Administrator,
    Role::System,
];

/// The permissions of this room with the roles that have them.
pub fn specs() -> Vec<PermissionSpec> {
    let spec = |permission, title, roles| PermissionSpec { permission, title, roles, alone: false };
    vec![
        spec(UNIT_SEE, Text::fixed("查看组织机构", "See the organisation chart"), STAFF_AND_SYSTEMS),
        spec(UNIT_IMPORT, Text::fixed("导入组织机构", "Import the organisation"), &[Role::Administrator]),
        spec(STAFF_SEE, Text::fixed("查看员工", "See members of staff"), ALL_STAFF),
        spec(STAFF_MANAGE, Text::fixed("管理员工", "Manage members of staff"), &[Role::Administrator]),
        spec(TOKEN_MANAGE, Text::fixed("管理接口令牌", "Manage API tokens"), &[Role::Administrator]),
        spec(
            CUSTOMER_SEE,
            Text::fixed("查看客户（脱敏）", "See customers in masked form"),
            &[
                Role::Teller,
                Role::LobbyManager,
                Role::Handler,
                Role::Officer,
                Role::OutletHead,
                Role::BranchPresident,
                Role::Auditor,
                Role::RegulatorLiaison,
                Role::System,
            ],
        ),
        spec(
            CUSTOMER_EDIT,
            Text::fixed("登记和修改客户", "Enter and change customers"),
            &[Role::Teller, Role::LobbyManager, Role::Handler, Role::Officer, Role::System],
        ),
        spec(
            CUSTOMER_REVEAL,
            Text::fixed("查看客户明文信息", "Read customers' personal data in clear"),
            &[Role::Handler, Role::Officer, Role::OutletHead, Role::Auditor, Role::RegulatorLiaison],
        ),
        spec(
            CUSTOMER_ERASE_PROPOSE,
            Text::fixed("提出删除客户个人信息", "Propose the erasure of a customer's personal data"),
            &[Role::Handler, Role::Officer],
        ),
        spec(
            CUSTOMER_ERASE,
            Text::fixed("决定删除客户个人信息", "Decide on the erasure of a customer's personal data"),
            &[Role::Officer, Role::BranchPresident],
        ),
    ]
}
