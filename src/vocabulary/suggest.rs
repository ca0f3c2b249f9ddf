//! "Did you mean": the nearest of the words that would have been right.

/// The candidate nearest to `word`, when it is near enough to be what was meant: at most a third
/// of the longer word's letters differ, and never more than three.
///
/// ```
/// use edigate::vocabulary::suggest::nearest;
/// assert_eq!(nearest("adress", ["name", "address"]), Some("address"));
/// assert_eq!(nearest("colour", ["name", "address"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |candidate: &'a str| {
        let far = distance(word, candidate);
        let longer = word.chars().count().max(candidate.chars().count());
        (far > 0 && far <= 3 && far.saturating_mul(3) <= longer.max(3)).then_some((far, candidate))
    };
    candidates.into_iter().filter_map(near).min_by_key(|(far, _)| *far).map(|(_, found)| found)
}

/// Letters to change, add, drop or swap with a neighbour to make `a` into `b`; words beyond 64
/// letters are never near.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len() > 64 || b.len() > 64 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i.saturating_add(1)];
        for (j, to) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX);
            let change = at(&above, j).saturating_add(usize::from(from != to));
            let drop = at(&above, j.saturating_add(1)).saturating_add(1);
            let add = at(&row, j).saturating_add(1);
            let swapped = i > 0
                && j > 0
                && a.get(i.saturating_sub(1)) == Some(to)
                && b.get(j.saturating_sub(1)) == Some(from);
            let swap = if swapped {
                at(&before, j.saturating_sub(1)).saturating_add(1)
            } else {
                usize::MAX
            };
            row.push(change.min(drop).min(add).min(swap));
        }
        before = above;
        above = row;
    }
    above.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_swapped_pair_of_letters_is_one_mistake() {
        assert_eq!(nearest("msut", ["may", "must"]), Some("must"));
    }

    #[test]
    fn the_word_itself_is_no_suggestion() {
        assert_eq!(nearest("must", ["must"]), None);
    }
}
