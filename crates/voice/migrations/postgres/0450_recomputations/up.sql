-- Running deadlines that were looked through whole, and how many orders moved; the newest few hundred.
CREATE TABLE order_recomputations (
    began_at BIGINT NOT NULL PRIMARY KEY,
    ended_at BIGINT NOT NULL,
    looked BIGINT NOT NULL,
    moved BIGINT NOT NULL
);
