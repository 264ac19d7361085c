//! The Tab key in bash, zsh and fish, where they are installed: the scripts of `completions/`, loaded as their users load them.

#![cfg(unix)]

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::Child;

use crate::prelude::*;

/// No answer takes long, unless it never comes.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The key that completes.
const TAB: &str = "\t";

/// A line as it is typed, and the beginning of the words that the program gets when it is entered.
const LINES: [(&str, &[&str]); 24] = [
    ("livectl shu\t x", &["shumei", "x"]),
    ("livectl tencent forb\tx", &["tencent", "forbid", "x"]),
    ("livectl tencent ki\tx", &["tencent", "kix"]),
    ("livectl tencent forbid 8888_a --fo\t2h", &["tencent", "forbid", "8888_a", "--for", "2h"]),
    ("livectl tencent ban 8888_a b --fo\t2h", &["tencent", "ban", "8888_a", "b", "--for", "2h"]),
    ("livectl tencent forbid '8888 a' --fo\t2h", &["tencent", "forbid", "8888 a", "--for", "2h"]),
    (
        "livectl tencent forbid a --output=jsonl --unt\tx",
        &["tencent", "forbid", "a", "--output=jsonl", "--until", "x"],
    ),
    ("livectl --output=tab\t x", &["--output=table", "x"]),
    ("livectl -o tab\tx", &["-o", "table", "x"]),
    ("livectl -p sta\tx", &["-p", "stage two", "x"]),
    ("livectl -p 'sta\tx", &["-p", "stage two", "x"]),
    ("livectl --profile=sta\tx", &["--profile=stage two", "x"]),
    ("livectl -q -p sta\tjd ti\tx", &["-q", "-p", "stage two", "jd", "timeout", "x"]),
    ("livectl -p jd tencent forb\tx", &["-p", "jd", "tencent", "forbid", "x"]),
    ("livectl -c 'other file.toml' -p al\tx", &["-c", "other file.toml", "-p", "alone", "x"]),
    ("livectl shumei close a --cluster y\tx", &["shumei", "close", "a", "--cluster", "yd", "x"]),
    ("livectl completions f\tx", &["completions", "fish", "x"]),
    ("livectl apply ni\tx", &["apply", "night shift.jsonl", "x"]),
    ("livectl apply 'night s\tx", &["apply", "night shift.jsonl", "x"]),
    ("livectl apply night\\ s\tx", &["apply", "night shift.jsonl", "x"]),
    (
        "livectl -n apply ni\t--form\tcs\tx",
        &["-n", "apply", "night shift.jsonl", "--format", "csv"],
    ),
    ("livectl --config=ot\tx", &["--config=other file.toml", "x"]),
    ("livectl help exi\tx", &["help", "exit-codes", "x"]),
    ("livectl tencent forbid a --for zz\tx", &["tencent", "forbid", "a", "--for", "zzx"]),
];

/// A line whose last word may be several, and some of those.
const LISTS: [(&str, &[&str]); 6] = [
    ("livectl ", &["tencent", "doctor"]),
    ("livectl -p ", &["prod", "jd", "stage"]),
    ("livectl shumei close a --cluster ", &["sh", "sg", "gg", "yd"]),
    ("livectl completions ", &["bash", "zsh", "fish"]),
    ("livectl tencent forbid 8888_a ", &["--for", "--until"]),
    ("livectl apply ", &["night", "other"]),
];

/// A shell with its completions loaded.
struct TerminalShell {
    home: TestHome,
    script: Child,
    screen: Arc<Mutex<String>>,
}

impl TerminalShell {
    /// Starts it in a terminal; `None` where it is not installed.
    fn start(command: &str, load: &str) -> Option<Self> {
        let name = command.split(' ').next().unwrap();
        let is_installed = |name: &str| {
            ["/bin", "/usr/bin", "/usr/local/bin"]
                .iter()
                .any(|dir| Path::new(dir).join(name).exists())
        };
        if !is_installed(name) || !is_installed("script") {
            report_skipped(&format!("{name} or script is not installed"));
            return None;
        }
        let home = home();
        let scripts = concat!(env!("CARGO_MANIFEST_DIR"), "/completions");
        let mut script = Command::new("script")
            .args(["-qec", command, "/dev/null"])
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", home.path("bin").display()))
            .env("HOME", home.folder.path())
            .env("XDG_CONFIG_HOME", home.folder.path())
            .envs([("TERM", "xterm"), ("LANG", "C.UTF-8"), ("PS1", "> ")])
            .current_dir(home.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = script.stdout.take().unwrap();
        let screen = Arc::new(Mutex::new(String::new()));
        let seen = Arc::clone(&screen);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = output.read(&mut buffer) {
                seen.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..length]));
            }
        });
        let mut shell = Self { home, script, screen };
        shell.enter(&format!("stty rows 60 cols 150; {}", load.replace("SCRIPTS", scripts)));
        assert_eq!(shell.run("livectl ready"), ["ready"], "{}", shell.screen());
        Some(shell)
    }

    fn screen(&self) -> String {
        self.screen.lock().unwrap().clone()
    }

    fn type_in(&mut self, text: &str) {
        self.script.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    }

    fn enter(&mut self, line: &str) {
        self.type_in(&format!("{line}\r"));
    }

    /// Enters a line, and returns the words that the program gets.
    fn run(&mut self, line: &str) -> Vec<String> {
        let log = self.home.path("log");
        let read = || fs::read_to_string(&log).unwrap_or_default();
        let before = read().len();
        self.enter(line);
        let seen = || read()[before..].strip_suffix("\0\n").map(str::to_owned);
        let words = within(seen).unwrap_or_else(|| panic!("{line:?}: {}", self.screen()));
        words.split('\0').map(str::to_owned).collect()
    }

    /// Presses Tab behind a line, and waits until all the words are on the screen.
    fn list(&mut self, line: &str, words: &[&str]) {
        let before = self.screen().len();
        self.type_in(line);
        // bash inserts what all have in common at the first, and lists at the third.
        (0..3).for_each(|_| self.type_in(TAB));
        let has_all = || {
            let screen = self.screen();
            words.iter().all(|word| screen[before..].contains(word)).then_some(())
        };
        assert!(within(has_all).is_some(), "{line:?}: {:?}", &self.screen()[before..]);
        // Ctrl-U empties the line. Ctrl-C would lose what is typed after it.
        assert_eq!(self.run("\x15livectl ready"), ["ready"], "{line:?}");
    }
}

impl Drop for TerminalShell {
    fn drop(&mut self) {
        let _ = self.script.kill();
        let _ = self.script.wait();
    }
}

fn within<T>(mut seen: impl FnMut() -> Option<T>) -> Option<T> {
    let started = Instant::now();
    loop {
        if let Some(seen) = seen() {
            return Some(seen);
        }
        if started.elapsed() > TIMEOUT {
            return None;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// A home with profiles and files, in which `livectl` completes, and writes down its words instead of doing what they say.
fn home() -> TestHome {
    let home = TestHome::empty();
    let ran = home.path("ran").display().to_string();
    home.write_config(&format!(
        "default_profile = \"prod\"\n\
         [profiles.prod.jd]\nusername = \"u\"\nsecret_key = {{ command = [\"touch\", \"{ran}\"] }}\n\
         [profiles.\"stage two\".jd]\nusername = \"u\"\nsecret_key = {{ command = [\"touch\", \"{ran}\"] }}\n\
         [profiles.jd.jd]\nusername = \"u\"\nunknown = 1\n"
    ));
    home.write("other file.toml", "[profiles.alone.jd]\nusername = \"u\"\n");
    home.write("night shift.jsonl", "");
    fs::create_dir(home.path("tencent")).unwrap();
    fs::create_dir(home.path("bin")).unwrap();
    let program = home.write(
        "bin/livectl",
        format!(
            "#!/bin/sh\n[ -n \"$LIVECTL_COMPLETE\" ] && exec '{}' \"$@\"\nprintf '%s\\0' \"$@\" >> '{log}'\necho >> '{log}'\n",
            env!("CARGO_BIN_EXE_livectl"),
            log = home.path("log").display()
        ),
    );
    fs::set_permissions(program, fs::Permissions::from_mode(0o700)).unwrap();
    home
}

/// Every line and every list in one shell; the program of a secret has not run at the end.
fn check(command: &str, load: &str) {
    let Some(mut shell) = TerminalShell::start(command, load) else { return };
    for (line, words) in LINES {
        let got = shell.run(line);
        assert!(got.len() >= words.len() && got[..words.len()] == *words, "{line:?}: {got:?}");
    }
    for (line, words) in LISTS {
        shell.list(line, words);
    }
    assert!(!shell.home.path("ran").exists(), "Tab ran the program of a secret");
}

#[test]
fn tab_completes_in_bash() {
    check("bash --norc --noprofile -i", ". SCRIPTS/livectl.bash");
}

#[test]
fn tab_completes_in_zsh() {
    check("zsh -f -i", "autoload -U compinit; fpath=(SCRIPTS $fpath); compinit -u -D");
}

#[test]
fn tab_completes_in_fish() {
    check("fish --no-config -i", "source SCRIPTS/livectl.fish");
}

#[test]
fn question_is_answered_without_errors() {
    let home = home();
    home.write("broken.toml", "[profiles.a.jd\nsecret_key = \"no");
    let answer = |words: &[&str]| {
        let mut livectl = home.livectl([&["--"], words].concat());
        let ran = livectl.env("LIVECTL_COMPLETE", "fish").output().unwrap();
        assert_eq!((ran.status.code(), &*ran.stderr), (Some(0), &[][..]), "{words:?}: {ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    };
    for (words, expected) in [
        (&["livectl", "-p", ""][..], "jd\nprod\nstage two\n"),
        (&["livectl", "-c", "broken.toml", "-p", ""], ""),
        (&["livectl", "-c", "absent.toml", "-p", ""], ""),
        (&["livectl"], ""),
        (&[], ""),
    ] {
        assert_eq!(answer(words), expected, "{words:?}");
    }
    // Behind an unknown command the flags of all commands are left.
    let flags = answer(&["livectl", "--"]);
    assert!(flags.starts_with("--help\t"), "{flags}");
    assert_eq!(answer(&["livectl", "nonsense", "--"]), flags);
    assert!(!home.path("ran").exists());
}

#[test]
fn variables_of_completion_change_no_run() {
    let home = TestHome::empty();
    for variable in ["COMPLETE", "LIVECTL_COMPLETE"] {
        let args = ["--sandbox", "tencent", "forbid", "x", "--for", "2h"];
        let ran = home.livectl(args).env(variable, "bash").output().unwrap();
        assert_eq!(ran.status.code(), Some(0), "{ran:?}");
        assert!(String::from_utf8_lossy(&ran.stderr).contains("1 applied"), "{ran:?}");
    }
}

#[test]
fn pipe_as_profile_file_is_not_read() {
    let home = TestHome::empty();
    let pipe = home.path("pipe.toml");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut livectl = home.livectl(["--", "livectl", "-c", "pipe.toml", "-p", ""]);
    let started = Instant::now();
    let ran = livectl.env("LIVECTL_COMPLETE", "zsh").timeout(TIMEOUT).output().unwrap();
    assert_eq!((ran.status.code(), ran.stdout.len()), (Some(0), 0), "{ran:?}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn scripts_are_stubs() {
    for script in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/completions")).unwrap() {
        let script = script.unwrap();
        assert!(script.metadata().unwrap().len() < 1000, "{script:?}");
    }
}
