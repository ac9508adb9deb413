-- Members of staff. The path repeats the unit's, so that a scoped list is one index range.
CREATE TABLE staff (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    number TEXT COLLATE "C" NOT NULL UNIQUE,
    subject_id TEXT COLLATE "C" NOT NULL,
    name_sealed TEXT NOT NULL,
    name_masked TEXT NOT NULL,
    phone_sealed TEXT,
    phone_masked TEXT NOT NULL,
    unit_id TEXT COLLATE "C" NOT NULL REFERENCES units (id),
    unit_path TEXT COLLATE "C" NOT NULL,
    status TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX staff_place ON staff (unit_path, id);
CREATE INDEX staff_unit ON staff (unit_id);

-- Roles, each within a scope and for a time.
CREATE TABLE staff_roles (
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    role TEXT COLLATE "C" NOT NULL,
    scope_id TEXT COLLATE "C" NOT NULL REFERENCES units (id),
    valid_from BIGINT NOT NULL,
    valid_to BIGINT,
    PRIMARY KEY (staff_id, role, scope_id)
);
-- Who holds a role where.
CREATE INDEX staff_roles_scope ON staff_roles (role, scope_id);
