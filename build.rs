//! Makes sure that what is embedded in the program is there.

use std::path::Path;

fn main() {
    // Migrations and pages are embedded: a change of them is a change of the program.
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=web/dist");
    let page = Path::new("web/dist/index.html");
    if !page.exists() {
        let made = std::fs::create_dir_all("web/dist").and_then(|()| {
            std::fs::write(
                page,
                "<!doctype html><title>Lingting</title><p>The pages are not built: run make.\n",
            )
        });
        made.expect("web/dist can be written, as target can");
    }
}
