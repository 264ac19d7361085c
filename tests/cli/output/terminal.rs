//! Colors and the progress bar of a terminal.

use super::{by_name, in_a_shell, in_a_terminal};
use crate::prelude::*;

#[cfg(target_os = "linux")]
#[test]
fn progress_bar_shows_the_pace() {
    let server = RecordingServer::accepting();
    let names: Vec<_> = (0..28).map(|number| number.to_string()).collect();
    let args = format!("tencent resume -o jsonl --max-targets 28 {} >results", names.join(" "));
    let home = server.home();
    let Some(shown) = in_a_terminal(&home, 80, &[("TERM", "xterm")], &args) else { return };
    let (bar, closing) = shown.rsplit_once("\r\u{1b}[2K").unwrap();
    let last = bar.rsplit("\u{1b}[2K").next().unwrap();
    assert!(last.contains("/28  ") && last.contains(" 0 failures so far"), "{last}");
    let (before, _) = last.split_once(" a second").unwrap();
    let pace: f64 = before.rsplit(' ').next().unwrap().parse().unwrap();
    assert!((3.0..=22.0).contains(&pace), "{last}");
    assert!(closing.starts_with("28 targets: 28 applied"), "{closing:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn progress_bar_follows_the_window() {
    let server = RecordingServer::accepting();
    let names: Vec<_> = (0..40).map(|number| number.to_string()).collect();
    let program = env!("CARGO_BIN_EXE_livectl");
    let script = format!(
        "stty rows 24 cols 110; (sleep 1.4; stty -F /dev/tty cols 34) & \
         exec {program} tencent resume -o jsonl --rate 16 --max-targets 40 {} >results",
        names.join(" ")
    );
    // The bar that the narrower window has wrapped is removed with its second row. A result may have
    // removed the bar just before.
    let above = "\r\u{1b}[2K\u{1b}[A\u{1b}[2K";
    let show = || in_a_shell(&server.home(), &[("TERM", "xterm")], &script);
    let Some(mut shown) = show() else { return };
    for _ in 0..4 {
        if shown.contains(above) {
            break;
        }
        shown = show().unwrap();
    }
    let frames: Vec<_> = shown.split("\u{1b}[2K").filter(|frame| frame.contains("/40")).collect();
    let width = |frame: &str| frame.trim_end_matches(['\r', '\u{1b}']).chars().count();
    assert!(width(frames[0]) > 60, "{shown:?}");
    assert!(width(frames[frames.len() - 1]) < 34, "{shown:?}");
    assert!(frames.iter().all(|frame| width(frame) < 110) && shown.contains(above), "{shown:?}");
}

#[test]
fn color_flags_and_variables() {
    let (_server, home) = RecordingServer::start(by_name).with_home();
    let run = |flags: &[&str], environment: &[(&str, &str)]| {
        let line = "tencent resume 8888_a 8888_gone slow --attempts 1".split(' ');
        home.run_with(environment, line.chain(flags.iter().copied())).stdout
    };
    let plain = run(&[], &[]);
    assert!(!plain.contains('\u{1b}'));
    let painted = run(&["--color", "always"], &[]);
    let expected = plain
        .replace("\napplied", "\n\u{1b}[32mapplied\u{1b}[0m")
        .replace("\nnot_applied", "\n\u{1b}[31mnot_applied\u{1b}[0m")
        .replace("\nunknown", "\n\u{1b}[33munknown\u{1b}[0m");
    assert_eq!(painted, expected);

    for (flags, environment, is_painted) in [
        (&["--color", "auto"][..], &[][..], false),
        (&["--color", "never"], &[("CLICOLOR_FORCE", "1")], false),
        (&["--color", "always"], &[("NO_COLOR", "1")], true),
        (&[], &[("CLICOLOR_FORCE", "1")], true),
        (&[], &[("CLICOLOR_FORCE", "0")], false),
        (&[], &[("CLICOLOR_FORCE", "")], false),
        (&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        (&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", ""), ("CLICOLOR", "0")], true),
    ] {
        assert_eq!(run(flags, environment) == painted, is_painted, "{flags:?} {environment:?}");
    }
    for format in ["json", "jsonl"] {
        let shown = run(&["--color", "always", "-o", format], &[("CLICOLOR_FORCE", "1")]);
        assert!(!shown.contains('\u{1b}'));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn terminal_has_color_unless_no_color() {
    let (_server, home) = RecordingServer::accepting().with_home();
    let shown = |environment: &[(&str, &str)]| {
        in_a_terminal(&home, 80, environment, "tencent resume 8888_a")
    };
    let Some(default) = shown(&[("TERM", "xterm")]) else { return };
    assert!(default.contains("\u{1b}[32mapplied\u{1b}[0m"), "{default:?}");
    for environment in
        [[("NO_COLOR", "1"), ("TERM", "xterm")], [("NO_COLOR", ""), ("TERM", "dumb")]]
    {
        assert!(!shown(&environment).unwrap().contains("\u{1b}[32m"), "{environment:?}");
    }
    assert!(shown(&[("NO_COLOR", ""), ("TERM", "xterm")]).unwrap().contains("\u{1b}[32m"));
}
