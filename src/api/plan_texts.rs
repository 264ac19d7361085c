//! Texts that the operations of a plan share: [`Warnings`], each printed once, and [`Interner`], which keeps one copy of each.

use std::rc::Rc;

use hashbrown::HashSet;

/// Notes for the operator, in the order in which they first came up, each once.
#[derive(Debug, Default)]
pub struct Warnings(Vec<String>);

impl Warnings {
    /// Adds one, unless it is there already.
    pub fn add(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.0.contains(&note) {
            self.0.push(note);
        }
    }

    /// Takes them out.
    pub fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.0)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// Texts kept once, however many operations share them.
#[derive(Debug, Default)]
pub struct Interner(HashSet<Rc<str>>);

impl Interner {
    /// The one copy of the text.
    pub fn keep(&mut self, text: &str) -> Rc<str> {
        // A run of a million rows has few domains and reasons; without this each row would keep a copy.
        if let Some(word) = self.0.get(text) {
            return Rc::clone(word);
        }
        self.share(Rc::from(text))
    }

    /// Drops its texts once they are many: lines that come without an end may each have others.
    pub fn trim(&mut self) {
        const MOST: usize = 1024;
        if self.0.len() > MOST {
            self.0.clear();
        }
    }

    /// The one copy of the text, which is this one where there was none.
    pub fn share(&mut self, text: Rc<str>) -> Rc<str> {
        if let Some(word) = self.0.get(&text) {
            return Rc::clone(word);
        }
        self.0.insert(Rc::clone(&text));
        text
    }
}
