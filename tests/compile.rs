//! Texts to schemas: what compiles, what is refused and in which words, which texts are in force.

use edigate::grammar::library::Library;

#[test]
fn all_shipped_texts_compile() {
    let library = Library::shipped();
    let errors: Vec<String> = library.check().iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    assert!(library.sets().contains(&"850".to_owned()));
}
