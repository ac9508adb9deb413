//! Rebuilds the crate when a migration changes, since migrations are embedded when it is compiled, and makes a release build
//! notice that the web pages were built anew; without them the build needs no Node.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    let folder = "../../web/dist";
    // Cargo runs this again and again while the folder is missing. Where it cannot be made, that is all that happens.
    if let Err(error) = std::fs::create_dir_all(folder) {
        println!("cargo:warning=cannot make {folder}: {error}");
    }
    println!("cargo:rerun-if-changed={folder}");
}
