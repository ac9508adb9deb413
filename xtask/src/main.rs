//! Build, test, demo, bench and tidy commands of the project.

fn main() {}
