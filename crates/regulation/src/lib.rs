//! Answers which clock, retention period or checklist the law sets on a date, from regulation/*.toml.
