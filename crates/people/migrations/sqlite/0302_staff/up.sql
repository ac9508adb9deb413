-- Members of staff. The path repeats the unit's, so that a scoped list is one index range.
CREATE TABLE staff (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    subject_id TEXT NOT NULL,
    name_sealed TEXT NOT NULL,
    name_masked TEXT NOT NULL,
    phone_sealed TEXT,
    phone_masked TEXT NOT NULL,
    unit_id TEXT NOT NULL REFERENCES units (id),
    unit_path TEXT NOT NULL,
    status TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX staff_place ON staff (unit_path, id);
CREATE INDEX staff_unit ON staff (unit_id);

-- Roles, each within a scope and for a time.
CREATE TABLE staff_roles (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    role TEXT NOT NULL,
    scope_id TEXT NOT NULL REFERENCES units (id),
    valid_from INTEGER NOT NULL,
    valid_to INTEGER,
    PRIMARY KEY (staff_id, role, scope_id)
) STRICT;
-- Who holds a role where.
CREATE INDEX staff_roles_scope ON staff_roles (role, scope_id);
