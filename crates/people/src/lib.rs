//! Organisation tree, staff, roles, sign-in, sessions, API tokens and customers.
