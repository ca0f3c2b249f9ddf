//! Named code lists. We ship only the codes our maps use, so a list is open unless it says
//! `closed`: an open list names codes and refuses none.

use super::line::Origin;

/// A whole `codes.grammar` text, opened by `codelists x12 RELEASE`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeLists {
    /// Of the first line.
    pub origin: Origin,
    /// The release, or `envelope`.
    pub release: String,
    /// `extends RELEASE`: the lists of that release that this text does not replace by name.
    pub extends: Option<String>,
    /// The lists in the order written.
    pub lists: Vec<CodeList>,
}

/// `codes 353 closed extends 353x`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeList {
    /// Of the line.
    pub origin: Origin,
    /// A dictionary number (applies to every element of that number) or a name used by `in`.
    pub name: String,
    /// Whether codes that are not listed are refused.
    pub closed: bool,
    /// A list whose codes are taken first.
    pub extends: Option<String>,
    /// The codes in the order written.
    pub codes: Vec<Code>,
}

/// `00  original  The first sending`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Of the line.
    pub origin: Origin,
    /// The code.
    pub code: String,
    /// Our word for it.
    pub name: String,
    /// Our words; may be empty.
    pub prose: String,
}
