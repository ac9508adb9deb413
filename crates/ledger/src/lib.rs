//! Event streams, inline projections, jobs and the outbox on SQLite and PostgreSQL.
