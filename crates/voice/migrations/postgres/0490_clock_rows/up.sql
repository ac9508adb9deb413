-- The clocks of an order lie beside each other under its `seq`: a filing adds them at the end of one tree instead of two.
DROP INDEX order_clocks_seq;
ALTER TABLE order_clocks DROP CONSTRAINT order_clocks_pkey;
ALTER TABLE order_clocks ADD PRIMARY KEY (seq, id);
