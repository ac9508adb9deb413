-- By which score model a trial scores: the one that was named, or the one that was live. None where it scores by none; trials of
-- before scored by whatever was live while they ran.
ALTER TABLE guard_backtests ADD COLUMN model TEXT;
ALTER TABLE guard_backtests ADD COLUMN model_number INTEGER;
