//! From what was read to the phrase that is encoded.

use super::vocabulary::{Role, Vocabulary};

/// An adjective of the thing.
#[derive(Clone, Debug)]
pub(super) struct Adjective {
    pub role: Role,
    /// As the package names it.
    pub known: String,
    /// As it is said to the model.
    pub text: String,
}

/// What is said about the thing behind its name.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    /// As the package names it: "with roof", "wearing a suit".
    pub known: String,
    /// As it is said to the model: "with a red roof".
    pub text: String,
}

/// The thing of a prompt.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// As the package names it.
    pub known: String,
    /// As it is said to the model, in the plural where it is one.
    pub text: String,
    pub is_several: bool,
}

/// Everything that was understood.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub thing: Option<Named>,
    pub is_definite: bool,
    /// The number, as it is said to the model.
    pub count: Option<String>,
    pub adjectives: Vec<Adjective>,
    pub clauses: Vec<Clause>,
}

impl Said {
    /// The phrase in the order of English: "two small red apples with a leaf".
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

    /// What is said about the thing, as the package names it.
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

/// "with a red roof": a phrase behind a preposition, with an article where the prompt had one.
pub(super) fn behind(preposition: &str, has_article: bool, words: &[&str]) -> String {
    let words = words.join(" ");
    match has_article {
        true => format!("{preposition} {} {words}", article_of(&words)),
        false => format!("{preposition} {words}"),
    }
}

impl Vocabulary {
    /// What is said to the model for a thing's name. typed: as it was typed, in the singular, where the model was trained with that name.
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
