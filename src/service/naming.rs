//! File names of ours that carry a partner's words: an order number may hold a slash, a name
//! of a device, or four hundred characters.

use crate::limits;

/// `text` as part of a file name: letters, digits, `-`, `_` and `.` stay, anything else becomes
/// `_`; never empty, never hidden, never long.
///
/// ```
/// use edigate::service::naming::safe;
/// assert_eq!(safe("4500012345"), "4500012345");
/// assert_eq!(safe("../etc/passwd"), "_._etc_passwd");
/// assert_eq!(safe(""), "_");
/// ```
#[must_use]
pub fn safe(text: &str) -> String {
    let mut name: String = text
        .chars()
        .take(limits::PLACED_NAME_BYTES)
        .map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' })
        .collect();
    if name.is_empty() || name.starts_with('.') {
        name.replace_range(..usize::from(!name.is_empty()), "_");
    }
    name
}

/// The names to try for a file, the wanted one first: another file of that name is never
/// overwritten, the newcomer carries its identity in its name instead.
#[must_use]
pub fn candidates(
    stem: &str,
    ending: &str,
    short: &str,
    full: &str,
) -> [String; limits::PLACED_NAMES] {
    let stem = safe(stem);
    [
        format!("{stem}.{ending}"),
        format!("{stem}-{short}.{ending}"),
        format!("{stem}-{full}.{ending}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_leaves_its_folder_or_hides() {
        for text in ["..", ".", "a/b", "a\\b", ".profile", "C:", "a\0b", "Gr\u{fc}n", "a b"] {
            let name = safe(text);
            assert!(
                !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0', ' ']),
                "{name}"
            );
        }
    }

    #[test]
    fn a_long_number_is_cut_to_what_every_disk_can_hold() {
        let longest = candidates(&"9".repeat(5_000), "json", "12345678", &"f".repeat(36));
        assert_eq!(longest.len(), limits::PLACED_NAMES);
        assert!(longest.iter().all(|name| name.len() <= limits::FILE_NAME_BYTES));
        assert_eq!(safe(&"9".repeat(5_000)).len(), limits::PLACED_NAME_BYTES);
    }
}
