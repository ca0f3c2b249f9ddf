//! The shipped maps.

use edigate::grammar::library::Library;
use edigate::grammar::mapping;

#[test]
fn every_shipped_map_compiles_for_every_release_of_its_set() {
    let library = Library::shipped();
    let mut errors = Vec::new();
    let mut maps = 0;
    for set in library.sets() {
        for release in library.releases(&set) {
            match mapping::of_resolution(&library.resolve(&release, &set, None)) {
                Some(Ok(map)) => {
                    assert_eq!(map.set, set);
                    maps += 1;
                }
                Some(Err(faults)) => {
                    errors.extend(faults.iter().map(|fault| format!("{release} {fault}")));
                }
                None => errors.push(format!("{release} {set} has no map or no record")),
            }
        }
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    assert!(maps > 10);
}
