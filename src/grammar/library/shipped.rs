//! The texts inside the program.

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "grammars/"]
struct Shipped;

/// Path and text of each.
pub(super) fn texts() -> impl Iterator<Item = (String, String)> {
    let is_text = |path: &str| {
        path.rsplit_once('.').is_some_and(|(_, end)| matches!(end, "grammar" | "map" | "record"))
    };
    Shipped::iter().filter(move |path| is_text(path)).filter_map(|path| {
        let file = Shipped::get(&path)?;
        Some((path.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
    })
}
