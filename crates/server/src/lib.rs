//! The composition root: assembles the rooms, HTTP, OpenAPI, live updates and background work.
