//! Rebuilds the crate when a migration changes, since migrations are embedded when it is compiled, and makes a release build
//! notice that the web pages were built anew; without them the build needs no Node, and a release build says what it lacks.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    let folder = "../../web/dist";
    // Cargo runs this again and again while the folder is missing. Where it cannot be made, that is all that happens.
    if let Err(error) = std::fs::create_dir_all(folder) {
        println!("cargo:warning=cannot make {folder}: {error}");
    }
    println!("cargo:rerun-if-changed={folder}");
    #[expect(clippy::disallowed_methods, reason = "cargo tells a build script its profile by a variable alone")]
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if is_release && !std::path::Path::new(folder).join("pages/index.html").is_file() {
        println!(
            "cargo:warning=the program will have no web pages: run `cargo xtask web` (Node 20.19 or newer), then build again"
        );
    }
}
