-- Filing one complaint: the idempotency key is looked up, the order's stream begins, its event is appended, the queue's
-- row and the deadline's job are written, the answer is kept under the key.
\set a random(1, 2000000000)
\set b random(1, 2000000000)
\set unit random(1, 200)
BEGIN;
SELECT answer FROM requests WHERE caller = 'staff' AND key = :a || '-' || :b;
INSERT INTO streams (stream, version, hash) VALUES ('voice.order/' || :a || '-' || :b, 1, '\x00');
INSERT INTO events (stream, version, kind, payload, at, hash)
VALUES ('voice.order/' || :a || '-' || :b, 1, 'filed', repeat('x', 600), :a, '\x00');
INSERT INTO orders (id, unit, state, due_at, title)
VALUES ('wo_' || :a || '-' || :b, '/HO/B' || :unit || '/', 'filed', :b, repeat('x', 60));
INSERT INTO jobs (kind, due_at, payload) VALUES ('voice.deadline', :b, repeat('x', 80));
INSERT INTO requests (caller, key, answer) VALUES ('staff', :a || '-' || :b, repeat('x', 300));
COMMIT;
