//! What a prompt said, and the phrase that is encoded from it.

use super::vocabulary::{Role, Vocabulary};

/// An adjective of the thing.
#[derive(Clone, Debug)]
pub(super) struct Adjective {
    pub role: Role,
    /// Name in the package.
    pub known: String,
    /// Text in the encoded phrase.
    pub text: String,
}

/// A clause that follows the thing's name in the phrase.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    /// Name in the package: "with roof", "wearing a suit".
    pub known: String,
    /// Text in the encoded phrase: "with a red roof".
    pub text: String,
}

/// The thing of a prompt.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// Name in the package.
    pub known: String,
    /// Text in the encoded phrase, in the plural if `is_several`.
    pub text: String,
    pub is_several: bool,
}

/// Everything that was understood of a prompt.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub thing: Option<Named>,
    pub is_definite: bool,
    /// Number in the encoded phrase, such as "two"; `None` if the prompt states none.
    pub count: Option<String>,
    pub adjectives: Vec<Adjective>,
    pub clauses: Vec<Clause>,
}

impl Said {
    /// Returns the phrase in the word order of English: "two small red apples with a leaf".
    pub fn phrase(&self) -> String {
        let mut adjectives: Vec<&Adjective> = self.adjectives.iter().collect();
        adjectives.sort_by_key(|adjective| adjective.role);
        let mut words: Vec<&str> = adjectives.iter().map(|adjective| adjective.text.as_str()).collect();
        let mut article = None;
        if let Some(thing) = &self.thing {
            words.push(&thing.text);
            article = match (&self.count, self.is_definite, thing.is_several) {
                (Some(count), _, true) => Some(count.as_str()),
                (_, true, _) => Some("the"),
                (_, _, true) => None,
                _ => Some(article_of(words.first().copied().unwrap_or_default())),
            };
        }
        let clauses = self.clauses.iter().map(|clause| clause.text.as_str());
        article.into_iter().chain(words).chain(clauses).collect::<Vec<_>>().join(" ")
    }

    /// Returns the attributes of the thing under their names in the package.
    pub fn attributes(&self) -> Vec<String> {
        let count = self.count.iter().filter(|_| self.thing.as_ref().is_some_and(|thing| thing.is_several));
        let mut adjectives: Vec<&Adjective> = self.adjectives.iter().collect();
        adjectives.sort_by_key(|adjective| adjective.role);
        let adjectives = adjectives.into_iter().map(|adjective| &adjective.known);
        count.chain(adjectives).chain(self.clauses.iter().map(|clause| &clause.known)).cloned().collect()
    }
}

pub(super) fn article_of(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// Returns a phrase that begins with a preposition, with an article if the prompt had one: "with a red roof".
pub(super) fn behind(preposition: &str, has_article: bool, words: &[&str]) -> String {
    let words = words.join(" ");
    match has_article {
        true => format!("{preposition} {} {words}", article_of(&words)),
        false => format!("{preposition} {words}"),
    }
}

impl Vocabulary {
    /// Returns a thing with its text for the phrase. typed: the typed name in the singular, if the model was
    /// trained with that name.
    pub(super) fn name(&self, known: &str, typed: Option<&str>, is_several: bool) -> Named {
        let one = typed.unwrap_or(known);
        let several = is_several.then(|| self.plural_of(one).or_else(|| self.plural_of(known))).flatten();
        Named {
            known: known.to_owned(),
            is_several: several.is_some(),
            text: several.unwrap_or_else(|| one.to_owned()),
        }
    }
}
