//! Rebuilds the crate when a migration changes, since migrations are embedded when it is compiled.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
