-- What one person has to do, the most urgent first; and what came back to them.
CREATE INDEX orders_handler_due ON orders (handler, next_due) WHERE handler IS NOT NULL AND next_due IS NOT NULL;
CREATE INDEX orders_unhappy ON orders (handler, seq) WHERE handler IS NOT NULL AND (round > 1 OR satisfaction <= 2);
