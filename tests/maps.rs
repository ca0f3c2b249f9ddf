//! Maps of the shipped texts and of texts of our own.

use edigate::grammar::library::Library;
use edigate::grammar::mapping;

#[test]
fn every_shipped_map_compiles_for_every_release_of_its_set() {
    let library = Library::shipped();
    let mut errors = Vec::new();
    for set in library.sets() {
        for release in library.releases(&set) {
            let resolution = library.resolve(&release, &set, None);
            match mapping::of_resolution(&resolution) {
                Some(Ok(map)) => {
                    for w in &map.warnings {
                        println!("warning {w}");
                    }
                    assert_eq!(map.set, set)
                }
                Some(Err(faults)) => {
                    errors.extend(faults.iter().map(|fault| format!("{release} {fault}")));
                }
                None => println!("{release} {set} has no map"),
            }
        }
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
