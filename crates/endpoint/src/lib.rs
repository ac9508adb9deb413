//! What every HTTP endpoint is made of: the call, problem+json, idempotency, pages, live updates, the Room.
