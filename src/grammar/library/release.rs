//! Which release of a set is nearest to the GS08 a partner sent (GRAMMAR.md 1).
//!
//! GS08 is the partner's text: `004010`, `004010VICS`, `005010X221A1`, or anything else.

use super::Via;

/// The release to use for `gs08` among those that have the set, which are sorted.
pub(super) fn choose<'a>(gs08: &str, releases: &[&'a str]) -> Option<(&'a str, Via)> {
    if let Some(&exact) = releases.iter().find(|release| **release == gs08) {
        return Some((exact, Via::Exact));
    }
    let asked = Asked::read(gs08);
    if let Some(same) = same_implementation(&asked, releases) {
        return Some((same, Via::Addendum));
    }
    let prefixes = releases.iter().filter(|release| asked.text.starts_with(**release));
    if let Some(&prefix) = prefixes.max_by_key(|release| release.len()) {
        return Some((prefix, Via::Prefix));
    }
    // First those of the same family: an implementation guide knows codes that the release it is
    // made from leaves open, and the other way round.
    let (family, others): (Vec<_>, Vec<_>) =
        releases.iter().partition(|release| is_implementation(release) == asked.implementation);
    nearest(&asked, &family).or_else(|| nearest(&asked, &others))
}

/// GS08, made sense of.
struct Asked {
    /// Upper case, without blanks at the ends, `4010` and `00401` filled up.
    text: String,
    /// Its version; empty when it names none, which is older than all.
    version: String,
    /// Whether an implementation guide is named: `005010X221A1`.
    implementation: bool,
}

impl Asked {
    fn read(gs08: &str) -> Self {
        let text = gs08.trim().to_ascii_uppercase();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let text = match digits {
            // ISA12 and spoken forms of the version, seen in GS08.
            4 if !text.starts_with("00") => format!("00{text}"),
            5 if digits == text.len() => format!("{text}0"),
            _ => text,
        };
        let version = text.get(..6).filter(|six| six.bytes().all(|byte| byte.is_ascii_digit()));
        let version = version.unwrap_or_default().to_owned();
        let implementation = is_implementation(&text);
        Self { text, version, implementation }
    }
}

/// The same guide with another addendum, or without: of several the latest, but the bare one
/// before another addendum.
fn same_implementation<'a>(asked: &Asked, releases: &[&'a str]) -> Option<&'a str> {
    if !asked.implementation {
        return None;
    }
    let root = root(&asked.text);
    let mut same = releases.iter().filter(|release| self::root(release) == root);
    // Sorted, so the bare one is the first and the latest addendum the last.
    let (bare, latest) = (same.clone().next(), same.next_back());
    if asked.text.len() > root.len() {
        bare.filter(|release| release.len() == root.len()).or(latest).copied()
    } else {
        latest.copied()
    }
}

/// The nearest older version, else the oldest newer one. A version that has several guides for
/// the set is passed over: which of them was meant would be guessed.
fn nearest<'a>(asked: &Asked, releases: &[&&'a str]) -> Option<(&'a str, Via)> {
    let same_age = |a: &str, b: &str| version(a) == version(b);
    let alone = |release: &&&&'a str| {
        let same = releases.iter().filter(|other| same_age(other, release));
        let mut roots: Vec<&str> = same.map(|other| root(other)).collect();
        roots.dedup();
        roots.len() == 1
    };
    let usable: Vec<&'a str> = releases.iter().filter(alone).map(|release| **release).collect();
    let older = usable.iter().rfind(|release| version(release) <= asked.version.as_str());
    let newer = usable.iter().find(|release| version(release) > asked.version.as_str());
    match (older, newer) {
        (Some(older), _) => Some((older, Via::Older)),
        (None, Some(newer)) => {
            // Of a guide with addenda the latest.
            let last = usable.iter().rfind(|release| same_age(release, newer));
            last.map(|release| (*release, Via::Newer))
        }
        (None, None) => None,
    }
}

fn version(release: &str) -> &str {
    release.get(..6).unwrap_or(release)
}

/// `005010X221A1`: six digits, X, digits.
pub(super) fn is_implementation(release: &str) -> bool {
    let mut rest = release.bytes().skip(6);
    rest.next() == Some(b'X') && rest.next().is_some_and(|byte| byte.is_ascii_digit())
}

/// An implementation without its addendum: `005010X221`; of other releases all.
fn root(release: &str) -> &str {
    if !is_implementation(release) {
        return release;
    }
    let digits = release.bytes().skip(7).take_while(u8::is_ascii_digit).count();
    release.get(..digits.saturating_add(7)).unwrap_or(release)
}

#[cfg(test)]
mod tests {
    use super::{Via, choose};
    use proptest::prelude::{prop_assert, proptest};

    const REMITTANCE: [&str; 2] = ["004010X091A1", "005010X221A1"];
    const ORDER: [&str; 2] = ["004010", "005010"];

    #[test]
    fn every_way_gs08_leads_to_a_release() {
        type Row = (&'static str, &'static [&'static str], Option<(&'static str, Via)>);
        let table: &[Row] = &[
            ("004010", &ORDER, Some(("004010", Via::Exact))),
            ("005010X221A1", &REMITTANCE, Some(("005010X221A1", Via::Exact))),
            ("005010X221", &REMITTANCE, Some(("005010X221A1", Via::Addendum))),
            ("005010X221A2", &REMITTANCE, Some(("005010X221A1", Via::Addendum))),
            ("005010x221a1", &REMITTANCE, Some(("005010X221A1", Via::Addendum))),
            ("005010X231A2", &["005010X231", "005010X231A1"], Some(("005010X231", Via::Addendum))),
            ("004010VICS", &ORDER, Some(("004010", Via::Prefix))),
            ("004010X358", &ORDER, Some(("004010", Via::Prefix))),
            (" 004010 ", &ORDER, Some(("004010", Via::Prefix))),
            ("4010", &ORDER, Some(("004010", Via::Prefix))),
            ("00401", &ORDER, Some(("004010", Via::Prefix))),
            ("004060", &ORDER, Some(("004010", Via::Older))),
            ("006020X304", &ORDER, Some(("005010", Via::Older))),
            ("003040", &ORDER, Some(("004010", Via::Newer))),
            ("002040CHRY", &ORDER, Some(("004010", Via::Newer))),
            ("999999X999X9", &REMITTANCE, Some(("005010X221A1", Via::Older))),
            ("005010", &REMITTANCE, Some(("005010X221A1", Via::Older))),
            ("003030", &REMITTANCE, Some(("004010X091A1", Via::Newer))),
            ("", &ORDER, Some(("004010", Via::Newer))),
            ("garbage", &ORDER, Some(("004010", Via::Newer))),
            ("005010X222A1", &["005010X223A2", "005010X224A2"], None),
            ("005010X222A1", &["005010", "005010X223A2"], Some(("005010", Via::Prefix))),
            ("004010", &[], None),
        ];
        for (asked, releases, expected) in table {
            assert_eq!(choose(asked, releases), *expected, "{asked} among {releases:?}");
        }
    }

    proptest! {
        #[test]
        fn any_gs08_leads_to_a_known_release_or_none(gs08 in "\\PC{0,14}") {
            let found = choose(&gs08, &ORDER);
            prop_assert!(found.is_some_and(|(release, _)| ORDER.contains(&release)));
        }
    }
}
