//! Measurements beside a limit or a peer in the same run; started by `cargo xtask bench`.

mod load;

fn main() {}
