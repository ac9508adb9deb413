-- Whether the object of a file lies sealed in the object store; those from before do not until the job has been there.
ALTER TABLE order_attachments ADD COLUMN is_sealed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX order_attachments_clear ON order_attachments (id) WHERE is_sealed = 0;
-- The same of all files of a rectification.
ALTER TABLE rectifications ADD COLUMN is_sealed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX rectifications_clear ON rectifications (id) WHERE is_sealed = 0;
