//! The companion guide a partner reads: one self-contained HTML page.
//!
//! It works without scripts, prints well, and follows the reader's choice of light or dark. What
//! it says is taken from the schema in force, so it cannot disagree with what we check.

mod example;
mod page;
mod reading;
pub mod words;

use askama::Template;

use super::library::Resolution;
use super::sample::Source;
use super::schema::Schema;
use page::Page;

/// For whom a companion guide is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The partner's name; empty for a guide to everybody.
    pub partner: String,
    /// Our interchange ids, as `ZZ:ACME`.
    pub ours: Vec<String>,
    /// The partner's interchange ids.
    pub theirs: Vec<String>,
    /// We send the set and the partner receives it.
    pub we_send: bool,
}

/// The page for a set; none when no grammar is known for it. `standard` is what a guide narrows:
/// the page then says how the two differ.
///
/// ```
/// use edigate::grammar::companion::{About, page};
/// use edigate::grammar::library::Library;
/// let found = Library::shipped().resolve("004010", "850", None);
/// let html = page(&found, None, &About::default()).unwrap();
/// assert!(html.starts_with("<!doctype html>") && html.contains("Purchase order"));
/// assert!(!html.contains("<script"));
/// ```
#[must_use]
pub fn page(found: &Resolution, standard: Option<&Schema>, about: &About) -> Option<String> {
    let source = Source::of(found)?;
    Page::new(&source, standard, about).render().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::library::Library;

    const GUIDE: &str = "\
guide acme 850
narrows x12/004010/850

require REF where 01 is IA  Our number <b>for you</b> & yours
forbid CUR
codes BEG.02 SA NE
limit N9 5
deviate BEG.05 may  Old stores
";

    fn guided() -> String {
        let mut library = Library::shipped();
        library.add("acme/850.guide", GUIDE).unwrap();
        let found = library.resolve("004010", "850", Some("acme/850"));
        let standard = library.schema("x12/004010/850").unwrap();
        let about = About {
            partner: "Acme".to_owned(),
            ours: vec!["01:001903202".to_owned()],
            ..About::default()
        };
        page(&found, Some(&standard), &about).unwrap()
    }

    /// Tags in order, opening and closing ones; those that hold nothing are left out.
    fn tags(html: &str) -> Vec<String> {
        let (_, body) = html.split_once("</style>").unwrap();
        let empty = ["br", "meta", "!doctype", "i"];
        body.split('<')
            .skip(1)
            .map(|tag| tag.split(['>', ' ', '\n']).next().unwrap().to_owned())
            .filter(|tag| !empty.contains(&tag.trim_start_matches('/')))
            .collect()
    }

    #[test]
    fn every_tag_of_the_page_is_closed() {
        let mut open: Vec<String> = ["html", "head"].into_iter().map(str::to_owned).collect();
        for tag in tags(&guided()) {
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop().as_deref(), Some(name)),
                None => open.push(tag),
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }

    #[test]
    fn the_page_needs_nothing_from_elsewhere_and_runs_nothing() {
        let html = guided();
        for part in ["<script", "http://", "https://", "src=", "@import", "url(", "onclick"] {
            assert!(!html.contains(part), "{part}");
        }
    }

    #[test]
    fn words_of_a_guide_cannot_become_markup() {
        let html = guided();
        assert!(!html.contains("<b>for you</b>"));
        assert!(html.contains("for you") && html.contains("REF where 01 is IA must be sent."));
    }

    #[test]
    fn what_the_guide_forbids_asks_and_tolerates_is_said_where_it_stands() {
        let html = guided();
        assert!(html.contains("CUR must not be sent."));
        assert!(html.contains("class=\"chip no\""));
        assert!(html.contains("BEG.02 must be NE or SA."));
        assert!(html.contains("BEG.05 may be left out, though the standard asks for it."));
        assert!(html.contains("may be sent up to 5 times; it was up to 1000 times"));
        assert!(html.contains("01:001903202"));
    }

    #[test]
    fn every_shipped_set_has_a_page_whose_links_lead_somewhere() {
        let library = Library::shipped();
        for set in library.sets() {
            for release in library.releases(&set) {
                let found = library.resolve(&release, &set, None);
                let html = page(&found, None, &About::default()).unwrap();
                for link in html.split("href=\"#").skip(1) {
                    let link = link.split('"').next().unwrap();
                    assert!(html.contains(&format!("id=\"{link}\"")), "{release}/{set}: {link}");
                }
            }
        }
    }

    #[test]
    fn an_implementation_is_answered_by_a_999_and_an_answer_by_nothing() {
        let library = Library::shipped();
        let of = |release: &str, set: &str| {
            page(&library.resolve(release, set, None), None, &About::default()).unwrap()
        };
        assert!(of("005010X221A1", "835").contains("you get one 999"));
        assert!(of("004010", "850").contains("you get one 997"));
        assert!(!of("004010", "997").contains("What you get back"));
    }
}
