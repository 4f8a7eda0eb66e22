//! Search for the names that are most similar to a misspelled one.

#![forbid(unsafe_code)]

/// Longest word for which a similar name is searched, in characters. Longer words were not typed by a person.
const LONGEST: usize = 128;

/// Returns up to `count` candidates, nearest first; equally near candidates keep their order. A word of more
/// than 128 characters has none.
///
/// A candidate is near if its edit distance from the word is at most a third of the word's length, in
/// characters. This limit is at least 2, but always less than the word's length.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    count: usize,
) -> Vec<String> {
    let word: Vec<char> = word.chars().take(LONGEST + 1).collect();
    if word.len() > LONGEST {
        return Vec::new();
    }
    let limit = (word.len() / 3).max(2).min(word.len().saturating_sub(1));
    let mut found: Vec<(usize, &str)> = Vec::new();
    for candidate in candidates {
        // A character has at most four bytes, so candidates outside these lengths can't be near.
        if candidate.len() + limit < word.len() || candidate.len() > 4 * (word.len() + limit) {
            continue;
        }
        let letters: Vec<char> = candidate.chars().collect();
        if letters.len().abs_diff(word.len()) <= limit {
            let distance = edit_distance(&word, &letters);
            if distance <= limit {
                found.push((distance, candidate));
            }
        }
    }
    found.sort_by_key(|&(distance, _)| distance);
    found.into_iter().take(count).map(|(_, name)| name.to_owned()).collect()
}

/// Computes the smallest number of insertions, deletions and substitutions that turn one word into the other
/// (Wagner and Fischer 1974).
fn edit_distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, a) in left.iter().enumerate() {
        let mut diagonal = index;
        let mut previous = index + 1;
        if let Some(first) = row.first_mut() {
            *first = previous;
        }
        for (cell, b) in row.iter_mut().skip(1).zip(right) {
            let substituted = diagonal + usize::from(a != b);
            diagonal = *cell;
            *cell = substituted.min(diagonal + 1).min(previous + 1);
            previous = *cell;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn nearest_name_comes_first_and_strangers_never() {
        let names = ["panda", "pig", "penguin", "tiger"];
        assert_eq!(nearest("penguinn", names, 3), ["penguin"]);
        assert_eq!(nearest("pid", names, 3), ["pig"]);
        assert!(nearest("automobile", names, 3).is_empty());
        assert!(nearest("", names, 3).is_empty());
        assert!(nearest(&"x".repeat(100_000), names, 3).is_empty());
    }

    #[test]
    fn distance_counts_edits_of_characters_not_bytes() {
        assert_eq!(nearest("näch", ["nacht", "nach"], 2), ["nach", "nacht"]);
    }
}
