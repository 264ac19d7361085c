//! [`BashWord`]: the word at the cursor as bash sees it.

/// The last word of a line.
// bash gives a completion the line and the end of its last word, split at quotes and at signs such as `=` and `:`. What is
// offered replaces that end only, and is inserted without quotes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BashWord {
    /// The words before it, without the program.
    pub(super) before: Vec<String>,
    /// The word without its quotes.
    pub(super) text: String,
    /// The beginning of `text` that stays.
    kept: String,
    /// The quote that is still open.
    quote: Option<char>,
}

impl BashWord {
    /// Splits a line up to the cursor, of which bash replaces this end.
    pub(super) fn last_of(line: &str, replaced: &str) -> Self {
        let kept = line.strip_suffix(replaced).unwrap_or(line);
        let (kept_words, _) = split(kept);
        let (mut before, quote) = split(line);
        let text = before.pop().unwrap_or_default();
        // After a blank bash replaces a whole word, and nothing of it is kept.
        let is_whole = kept_words.len() <= before.len();
        let kept = if is_whole { None } else { kept_words.into_iter().nth(before.len()) };
        if !before.is_empty() {
            before.remove(0);
        }
        Self { before, text, kept: kept.unwrap_or_default(), quote }
    }

    /// What bash is to insert for a candidate; `None` where the word begins in another way.
    pub(super) fn completed(&self, candidate: &str) -> Option<String> {
        let rest =
            candidate.starts_with(&self.text).then_some(candidate)?.strip_prefix(&self.kept)?;
        let is_special = |c: char| match self.quote {
            None => !c.is_alphanumeric() && !"-_./=:,@%+".contains(c),
            Some('"') => "\"\\$`".contains(c),
            Some(_) => false,
        };
        let escaped = |c: char| is_special(c).then_some('\\').into_iter().chain([c]);
        Some(rest.chars().flat_map(escaped).collect())
    }
}

/// The words of a line without their quotes, the one at its end too, and the quote that is open there.
fn split(line: &str) -> (Vec<String>, Option<char>) {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    let mut is_blank = true;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, ' ' | '\t' | '\n') => {
                if !is_blank {
                    words.push(std::mem::take(&mut word));
                }
                is_blank = true;
                continue;
            }
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if c == open => quote = None,
            (None | Some('"'), '\\') => word.extend(chars.next()),
            _ => word.push(c),
        }
        is_blank = false;
    }
    words.push(word);
    (words, quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_splits_as_in_a_shell() {
        let words = |line| split(line).0;
        assert_eq!(words("livectl  jd "), ["livectl", "jd", ""]);
        assert_eq!(words(r#"a 'b c' d\ e "f \" g"#), ["a", "b c", "d e", "f \" g"]);
        assert_eq!(split("a '").1, Some('\''));
        assert_eq!(split("a 'b' ''").0, ["a", "b", ""]);
    }

    #[test]
    fn insertion_replaces_the_end_of_the_word() {
        for (line, replaced, candidate, inserted) in [
            ("livectl -p st", "st", "stage two", Some(r"stage\ two")),
            ("livectl -p \"st", "st", "stage two", Some("stage two")),
            ("livectl -p 'it", "it", "it's", Some("it's")),
            (r"livectl -p stage\ t", r"stage\ t", "stage two", Some(r"stage\ two")),
            ("livectl --output=js", "js", "--output=json", Some("json")),
            ("livectl --output=", "", "--output=json", Some("json")),
            ("livectl --output=js", "--output=js", "--output=json", Some("--output=json")),
            ("livectl --profile='st", "st", "--profile=stage two", Some("stage two")),
            ("livectl ", "", "jd", Some("jd")),
            ("livectl j", "j", "tencent", None),
        ] {
            let word = BashWord::last_of(line, replaced);
            assert_eq!(word.completed(candidate).as_deref(), inserted, "{line}");
        }
        assert_eq!(BashWord::last_of("livectl -p a b", "b").before, ["-p", "a"]);
    }
}
