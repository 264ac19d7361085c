//! `README.zh-CN.md` is `README.md` in Chinese: the same sections with the same code, words of code, links and rows.

use std::fs;

use super::{blocks, project, rows, text};

const TRANSLATION: &str = "README.zh-CN.md";

/// A part of a page from one heading to the next, without its prose.
#[derive(Debug, PartialEq)]
struct PageSection {
    level: usize,
    code: Vec<String>,
    rows: usize,
    items: usize,
    /// Code within the prose, and the targets of links: a translation may change their order.
    words: Vec<String>,
}

fn sections(page: &str) -> Vec<(String, PageSection)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut is_code = false;
    for line in page.lines() {
        is_code ^= line.starts_with("```");
        if line.starts_with('#') && !is_code {
            parts.push((line.to_owned(), String::new()));
        } else if let Some((_, body)) = parts.last_mut() {
            body.push_str(&format!("{line}\n"));
        }
    }
    parts.into_iter().map(|(heading, body)| (heading.clone(), section(&heading, &body))).collect()
}

fn section(heading: &str, body: &str) -> PageSection {
    let code: Vec<_> = blocks(body)
        .into_iter()
        .map(|block| format!("{}\n{}", block.language, block.body))
        .collect();
    // Every second part is outside a block.
    let prose: String = body.split("```").step_by(2).collect();
    let spans = prose.split('`').skip(1).step_by(2).map(str::to_owned);
    let links = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let mut words: Vec<_> = spans.chain(links.map(str::to_owned)).collect();
    words.sort();
    words.dedup();
    let is_item = |line: &&str| {
        let mark = line.trim_start_matches(|c: char| c.is_ascii_digit());
        line.starts_with("- ") || (mark.len() < line.len() && mark.starts_with(". "))
    };
    PageSection {
        level: heading.chars().take_while(|c| *c == '#').count(),
        code,
        rows: rows(body).count(),
        items: prose.lines().filter(is_item).count(),
        words,
    }
}

/// The translation with the code of the README.
fn with_code_of(readme: &str, translation: &str) -> String {
    let pairs = blocks(translation).into_iter().zip(blocks(readme));
    pairs.fold(translation.to_owned(), |page, (old, new)| page.replacen(&old.body, &new.body, 1))
}

/// Writes the sessions of the README into its translation.
pub(super) fn renew() {
    let renewed = with_code_of(&text("README.md"), &text(TRANSLATION));
    fs::write(project(TRANSLATION), renewed).unwrap();
}

#[test]
fn translation_follows_the_readme() {
    let (readme, translation) = (sections(&text("README.md")), sections(&text(TRANSLATION)));
    for ((heading, section), (translated, found)) in readme.iter().zip(&translation) {
        let without_languages = |words: &[String]| {
            let is_page = |word: &&String| !["README.md", TRANSLATION].contains(&word.as_str());
            words.iter().filter(is_page).cloned().collect::<Vec<_>>()
        };
        let (ours, theirs) = (without_languages(&section.words), without_languages(&found.words));
        let missing: Vec<_> = ours.iter().filter(|word| !theirs.contains(word)).collect();
        // A translation may name a word of a command again, to translate it.
        let known = |word: &&String| {
            readme.iter().any(|(_, other)| other.words.iter().any(|text| text.contains(*word)))
        };
        let foreign: Vec<_> = theirs.iter().filter(|word| !known(word)).collect();
        assert!(missing.is_empty(), "`{translated}` lacks of `{heading}`: {missing:#?}");
        assert!(foreign.is_empty(), "`{heading}` does not have, but `{translated}`: {foreign:#?}");
        for (code, other) in section.code.iter().zip(&found.code) {
            assert_eq!(code, other, "`{translated}` has other code than `{heading}`");
        }
        let shape = |section: &PageSection| {
            (section.level, section.code.len(), section.rows, section.items)
        };
        let parts = "level, code, rows, items";
        assert_eq!(shape(section), shape(found), "`{heading}` and `{translated}`: {parts}");
    }
    assert_eq!(readme.len(), translation.len(), "the number of sections");
}

#[test]
fn languages_link_to_each_other() {
    for (page, other) in [("README.md", TRANSLATION), (TRANSLATION, "README.md")] {
        let top: Vec<_> = text(page).lines().take(3).map(str::to_owned).collect();
        assert!(top[2].contains(&format!("]({other})")), "{page}: {top:?}");
    }
}

#[test]
fn translation_is_compared_in_each_part() {
    let page =
        "# A\n\n`x` [y](z.md)\n\n```sh\nls # no heading\n```\n\n- one\n\n| a |\n|---|\n| b |\n";
    let [(heading, section)] = &sections(page)[..] else { panic!() };
    assert_eq!((heading.as_str(), section.level, section.rows, section.items), ("# A", 1, 2, 1));
    assert_eq!(section.words, ["x", "z.md"]);
    assert_eq!(section.code, ["sh\nls # no heading\n"]);
    let renewed = with_code_of("```sh\nnew\n```\n", "# B\n```sh\nold\n```\n");
    assert_eq!(renewed, "# B\n```sh\nnew\n```\n");
}
