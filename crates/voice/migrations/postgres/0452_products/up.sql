-- The product of the bank's dictionary that an order was last found to be about; absent where it names none.
ALTER TABLE orders ADD COLUMN product TEXT;
