//! Makes a release build notice that the web pages were built anew; without them the build needs no Node.

fn main() {
    // The folder is always there, with or without pages in it, so that an unchanged one rebuilds nothing.
    println!("cargo:rerun-if-changed=../../web/dist");
}
