-- The customers whose data was erased, few among many: what is kept of them elsewhere is looked after at every start.
CREATE INDEX customers_erased ON customers (id) WHERE erased_at IS NOT NULL;
