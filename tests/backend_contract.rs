//! The published contract is what the demo utility serves.

use lingting::backend::demo::Demo;

const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/backoffice-api.yaml");

/// After a change of the contract: `UPDATE_CONTRACT=1 cargo test --test backend_contract`.
#[test]
fn the_published_contract_is_the_one_that_is_served() {
    let served = Demo::contract().to_yaml().unwrap();
    if std::env::var_os("UPDATE_CONTRACT").is_some() {
        std::fs::write(PUBLISHED, &served).unwrap();
    }
    let published = std::fs::read_to_string(PUBLISHED).unwrap();
    assert!(
        published == served,
        "docs/backoffice-api.yaml differs from what the demo utility serves; \
         see this test's comment for how to write it anew"
    );
}
