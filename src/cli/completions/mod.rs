//! `livectl completions SHELL`, and the answers that its scripts ask for.
//!
//! A script of `completions/` knows no command: at each Tab it runs `LIVECTL_COMPLETE=SHELL livectl -- WORD...` and offers the
//! lines that this prints, so that an installed script stays right when livectl changes.

mod answer;
mod bash;
mod offer;
pub mod shell;
mod values;

use std::ffi::OsString;

use clap::ValueEnum;

use self::bash::BashWord;
use self::offer::{Candidate, Offer};
use self::values::Values;
use crate::api::spec::Vendors;
use crate::cli::Cli;
use crate::cli::completions::shell::Shell;
use crate::cli::typed_line::TypedLine;
use crate::console::print_reference;

/// The variable that asks for candidates; its value names the shell.
// Not `COMPLETE`, which other programs set: a ban must not become a completion script with exit code 0. A command line never
// begins with `--`, so that this variable alone changes nothing either.
const VARIABLE: &str = "LIVECTL_COMPLETE";

/// Answers a script; `None` for any other command line.
// The dynamic engine of `clap_complete` fell short when it was tried at a terminal. In every shell it takes a profile that is
// called like a command for that command (`-p jd`); in bash it offers nothing behind `--output=` and inserts names with blanks
// unquoted; in zsh it completes nothing at the first Tab or after an open quote.
#[must_use]
pub fn answer(vendors: Vendors, args: &[OsString]) -> Option<u8> {
    let [_, separator, words @ ..] = args else { return None };
    if separator != "--" {
        return None;
    }
    let shell = std::env::var(VARIABLE).ok()?;
    let shell = Shell::from_str(&shell, true).ok()?;
    let words: Vec<String> = words.iter().map(|word| word.to_string_lossy().into()).collect();
    Some(print_reference(&lines(vendors, shell, &words)))
}

/// The lines that the script reads: a candidate each, or the one word that has the shell complete files or folders.
fn lines(vendors: Vendors, shell: Shell, words: &[String]) -> String {
    let bash_word = match (shell, words) {
        (Shell::Bash, [line, replaced]) => Some(BashWord::last_of(line, replaced)),
        _ => None,
    };
    let (before, current) = match (&bash_word, words) {
        (Some(word), _) => (&word.before[..], word.text.as_str()),
        (None, [_, before @ .., current]) => (before, current.as_str()),
        (None, _) => return String::new(),
    };
    // PowerShell drops an empty argument, so its script puts a dot behind the word.
    let dot = if shell == Shell::PowerShell { "." } else { "" };
    let current = current.strip_suffix(dot).unwrap_or(current);
    let mut root = Cli::command(vendors);
    root.build();
    let line = TypedLine::read(&root, before);
    let candidates = match (Values { vendors, root: &root, line: &line }).at_cursor(current) {
        Offer::Files => return ":files\n".to_owned(),
        Offer::Folders => return ":folders\n".to_owned(),
        Offer::Candidates(candidates) => candidates,
    };
    let written = candidates.iter().filter_map(|candidate| match &bash_word {
        Some(word) => word.completed(&candidate.value),
        None => Some(described(shell, candidate)),
    });
    written.map(|line| line + "\n").collect()
}

/// A candidate with its description as the script of the shell splits them. All these shells leave out what does not match,
/// each by the rules that its user has set.
fn described(shell: Shell, Candidate { value, about }: &Candidate) -> String {
    let (value, separator) = match shell {
        Shell::Zsh => (value.replace('\\', "\\\\").replace(':', "\\:"), ':'),
        _ => (value.clone(), '\t'),
    };
    if about.is_empty() { value } else { format!("{value}{separator}{about}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::VENDORS;

    /// The values that are offered behind these words.
    fn offered(line: &str) -> Vec<String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let lines = lines(VENDORS, Shell::Fish, &words);
        lines.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn candidates_fit_the_place() {
        for (line, some, none) in [
            ("livectl ", &["jd", "tencent", "apply", "doctor"][..], &["--rate", "forbid"][..]),
            ("livectl tencent ", &["forbid", "resume"], &["ban", "jd"]),
            ("livectl tencent ban 8888_a --", &["--for", "--until", "--dry-run"], &["--permanent"]),
            ("livectl tencent forbid 8888_a ", &["--for", "--reason"], &["jd", "forbid"]),
            ("livectl tencent forbid jd forbid --", &["--for"], &["--cluster"]),
            ("livectl -p jd tencent ", &["forbid"], &["permit"]),
            ("livectl --output=json -qn tencent ", &["forbid"], &["jd"]),
            ("livectl -o ", &["table", "json", "jsonl"], &["--rate", "jd"]),
            ("livectl tencent forbid a -o ", &["table"], &["--rate"]),
            ("livectl --output=", &["--output=json"], &["json"]),
            ("livectl tencent forbid a -o ", &["csv", "targets", "curl"], &[]),
            ("livectl log -o ", &["csv", "targets"], &["curl"]),
            ("livectl config show -o ", &["table", "json"], &["csv", "targets", "curl"]),
            ("livectl doctor --output=", &["--output=json"], &["--output=csv"]),
            ("livectl tencent forbid a --for ", &[], &["--until", "table"]),
            ("livectl tencent forbid a --for 2h --", &["--dry-run"], &["--for"]),
            ("livectl tencent forbid -- --", &[], &["--for"]),
            ("livectl shumei close a --cluster ", &["sh", "sg"], &["--audio"]),
            ("livectl shumei close a --cluster=", &["--cluster=sh"], &["sh"]),
            ("livectl completions ", &["bash", "zsh", "powershell"], &["--rate"]),
            ("livectl help ", &["exit-codes", "tencent", "man"], &["forbid", "--rate"]),
            ("livectl config show --", &["--config", "--output"], &["--rate", "--sandbox"]),
            ("livectl doctor --", &["--signed", "--sandbox", "--quiet"], &["--rate", "--journal"]),
            ("livectl log --vendor ", &["jd"], &["--since"]),
            ("livectl log --from a.jsonl ", &[":files"], &["--since"]),
            ("livectl log --from a.jsonl --", &["--since"], &["--rate"]),
            ("livectl schema ", &["results", "doctor"], &["--rate"]),
            ("livectl help jd ", &["permit"], &["exit-codes"]),
            ("livectl config init --vendor ", &["jd", "shumei"], &["--api"]),
            ("livectl config init --vendor jd --api ", &["openapi"], &["v3"]),
            ("livectl config init --api ", &["openapi", "v3"], &[""]),
            ("livectl apply ", &[":files"], &["--rate"]),
            ("livectl apply a --", &["--format"], &["--for"]),
            ("livectl apply --journal ", &[":files"], &["--rate"]),
            ("livectl apply --journal=", &[":files"], &["--rate"]),
            ("livectl man ", &[":folders"], &["--rate"]),
        ] {
            let offered = offered(line);
            for value in some {
                assert!(offered.iter().any(|one| one == value), "{line:?}: {value} in {offered:?}");
            }
            for value in none {
                assert!(
                    !offered.iter().any(|one| one == value),
                    "{line:?}: {value} in {offered:?}"
                );
            }
        }
    }

    #[test]
    fn command_line_alone_is_no_question() {
        let args = ["livectl", "tencent", "forbid", "x"].map(OsString::from);
        assert_eq!(answer(VENDORS, &args), None);
        assert_eq!(answer(VENDORS, &args[..1]), None);
    }

    #[test]
    fn zsh_separates_the_description_by_a_colon() {
        let candidate = Candidate { value: r"a:b\c".into(), about: "Time: 8s".into() };
        assert_eq!(described(Shell::Zsh, &candidate), r"a\:b\\c:Time: 8s");
        assert_eq!(described(Shell::Fish, &candidate), "a:b\\c\tTime: 8s");
        let plain = Candidate { about: String::new(), ..candidate };
        assert_eq!(described(Shell::Zsh, &plain), r"a\:b\\c");
    }
}
