//! Journals on disk: their lock, their last line, and what is refused.

use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::TempDir::new().unwrap()
}

fn told<R>(journal: &Journal, act: impl AsyncFnOnce(&Journal) -> R) -> R {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(act(journal))
}

#[test]
fn confirmed_intent_is_on_disk() {
    let folder = folder();
    let path = folder.path().join("j");
    let (journal, _) = Journal::open(&path, History::new(VENDORS)).unwrap();
    journal.record(b"before\n".to_vec());
    assert!(told(&journal, async |journal| journal.intend(b"intent\n".to_vec()).await));
    assert_eq!(std::fs::read(&path).unwrap(), b"before\nintent\n");
    journal.record(b"after\n".to_vec());
    assert!(journal.finish().is_ok() && journal.failure().is_none());
    assert_eq!(std::fs::read(&path).unwrap(), b"before\nintent\nafter\n");
}

#[test]
fn concurrent_intents_are_whole_lines() {
    let folder = folder();
    let path = folder.path().join("j");
    let (journal, _) = Journal::open(&path, History::new(VENDORS)).unwrap();
    let all = told(&journal, async |journal| {
        let intents = (0..500).map(|number| journal.intend(format!("{number}\n").into_bytes()));
        futures_util::future::join_all(intents).await
    });
    assert!(all.into_iter().all(|is_written| is_written));
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text, (0..500).map(|number| format!("{number}\n")).collect::<String>());
}

#[test]
fn journal_is_locked_by_one_process() {
    let folder = folder();
    let path = folder.path().join("j");
    let (journal, _) = Journal::open(&path, History::new(VENDORS)).unwrap();
    let error = Journal::open(&path, History::new(VENDORS)).err().unwrap();
    assert!(error.to_string().contains("is held by"), "{error}");
    assert_eq!((error.kind.as_str(), error.kind.exit_code()), ("busy", 75));
    drop(journal);
    assert!(Journal::open(&path, History::new(VENDORS)).is_ok());
}

#[test]
fn torn_tail_is_cut_before_appending() {
    let folder = folder();
    let path = folder.path().join("j");
    let line = record(&asked("forbid", "2h"), LATER, 1, Some("applied"));
    for (content, content_after) in [
        (format!("{line}\n{}", &line[..50]), format!("{line}\n")),
        (line.clone(), format!("{line}\n")),
        (line[..50].to_owned(), String::new()),
        (format!("{line}\n\0\0\0"), format!("{line}\n")),
    ] {
        std::fs::write(&path, content).unwrap();
        drop(Journal::open(&path, History::new(VENDORS)).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content_after);
    }
}

#[test]
fn drop_writes_pending_records() {
    let folder = folder();
    let path = folder.path().join("j");
    let (journal, _) = Journal::open(&path, History::new(VENDORS)).unwrap();
    (0..5_000).for_each(|_| journal.record(b"line\n".to_vec()));
    drop(journal);
    assert_eq!(std::fs::read(&path).unwrap(), b"line\n".repeat(5_000));
}

#[test]
fn reading_leaves_the_journal_unchanged() {
    let folder = folder();
    let (path, forbid) = (folder.path().join("j"), asked("forbid", "2h"));
    let torn = format!("{}\n{{", record(&forbid, LATER, 1, Some("applied")));
    std::fs::write(&path, &torn).unwrap();
    assert!(is_done(&History::peek(&path, History::new(VENDORS)).unwrap(), &forbid));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), torn);
}

#[test]
fn torn_line_begins_like_a_record() {
    let folder = folder();
    let path = folder.path().join("j");
    let whole = record(&asked("forbid", "2h"), LATER, 1, Some("applied"));
    for (last, is_torn) in [
        (&whole[..1], true),
        (&whole[..20], true),
        (&whole[..whole.len() - 1], true),
        ("\0\0\0", true),
        ("{\"half", true),
        (&*whole, false),
        ("", false),
    ] {
        std::fs::write(&path, format!("{whole}\n{last}")).unwrap();
        assert_eq!(
            History::peek(&path, History::new(VENDORS)).unwrap().was_torn(),
            is_torn,
            "{last}"
        );
    }
    // The first line of a journal, cut anywhere, is its own; so are the zeros of a power cut.
    for first in [&whole[..1], &whole[..40], &whole[..whole.len() - 1], "\0\0\0"] {
        std::fs::write(&path, first).unwrap();
        assert!(Journal::open(&path, History::new(VENDORS)).is_ok(), "{first}");
    }
    for foreign in ["secret-key", "{\"vendor\":\"jd\"}", "{\"schema\":\"other/1\"", "\0x"] {
        std::fs::write(&path, foreign).unwrap();
        assert!(Journal::open(&path, History::new(VENDORS)).is_err(), "{foreign}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), foreign);
    }
}

#[test]
fn missing_journal_is_empty_but_unreadable_fails() {
    let folder = folder();
    assert!(!is_done(
        &History::peek(&folder.path().join("j"), History::new(VENDORS)).unwrap(),
        &asked("forbid", "2h")
    ));
    assert!(!folder.path().join("j").exists());
    for wrong in [folder.path().to_owned(), folder.path().join("j\0")] {
        let error = History::peek(&wrong, History::new(VENDORS)).err().unwrap();
        assert_eq!(error.kind.exit_code(), 2);
        assert!(error.to_string().starts_with("cannot "), "{error}");
    }
}

#[test]
fn damage_names_its_line_and_a_hint() {
    let folder = folder();
    let path = folder.path().join("j");
    let good = record(&asked("forbid", "2h"), LATER, 1, Some("applied"));
    std::fs::write(&path, format!("{good}\nnot a record\n{good}\n")).unwrap();
    let error = Journal::open(&path, History::new(VENDORS)).err().unwrap();
    assert_eq!(error.to_string(), format!("line 2 of the journal {} is damaged", path.display()));
    assert!(error.hint.unwrap().starts_with("what it recorded is lost; start a new journal"));
}

#[test]
fn unopenable_journal_names_the_reason() {
    let folder = folder();
    let error = Journal::open(folder.path(), History::new(VENDORS)).err().unwrap();
    assert_eq!(error.kind.exit_code(), 2);
    assert!(error.to_string().starts_with("cannot open the journal "), "{error}");
}

#[test]
fn foreign_file_is_left_unchanged() {
    let folder = folder();
    let path = folder.path().join("j");
    let profile = "[profiles.prod.jd]\nusername = \"u\"\n";
    for content in [profile, "text", "\n", "{\"a\":1}\n{\"b\":2}\n", "{\"schema\":\"livectl/1\"}\n"]
    {
        std::fs::write(&path, content).unwrap();
        for error in [
            History::peek(&path, History::new(VENDORS)).err(),
            Journal::open(&path, History::new(VENDORS)).err(),
        ] {
            let error = error.unwrap();
            assert_eq!(error.to_string(), format!("{} is no livectl journal", path.display()));
            assert!(error.hint.unwrap().starts_with("it was left as it is"));
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
    }
}

#[test]
fn newer_format_is_reported() {
    let folder = folder();
    let path = folder.path().join("j");
    std::fs::write(&path, "{\"schema\":\"livectl-journal/2\",\"record\":\"x\"}\n").unwrap();
    let error = Journal::open(&path, History::new(VENDORS)).err().unwrap();
    let message =
        format!("line 1 of the journal {} has the format livectl-journal/2", path.display());
    assert_eq!(error.to_string(), message);
    assert!(error.hint.unwrap().starts_with("a newer livectl wrote it"));

    let whole = record(&asked("forbid", "2h"), LATER, 1, Some("applied"));
    for damaged in
        ["{\"schema\":\"livectl-journal/1\",\"record\":\"x\"}", "{\"schema\":\"other/1\"}"]
    {
        std::fs::write(&path, format!("{whole}\n{damaged}\n")).unwrap();
        let error = Journal::open(&path, History::new(VENDORS)).err().unwrap();
        let message = format!("line 2 of the journal {} is damaged", path.display());
        assert_eq!(error.to_string(), message, "{damaged}");
    }
}

#[cfg(unix)]
mod on_unix {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn writable_journal_is_refused() {
        let folder = folder();
        let path = folder.path().join("j");
        let forged = record(&asked("forbid", "2h"), LATER, 1, Some("applied")) + "\n";
        for (mode, is_refused, has_note) in [
            (0o600, false, false),
            (0o400 | 0o200, false, false),
            (0o640, false, true),
            (0o644, false, true),
            (0o620, true, false),
            (0o602, true, false),
            (0o666, true, true),
        ] {
            std::fs::write(&path, &forged).unwrap();
            std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            for error in [
                History::peek(&path, History::new(VENDORS)).err(),
                Journal::open(&path, History::new(VENDORS)).err(),
            ] {
                assert_eq!(error.is_some(), is_refused, "{mode:o}");
                if let Some(error) = error {
                    assert_eq!(error.kind.exit_code(), 2);
                    let chmod = format!("run `chmod 600 {}`", path.display());
                    assert!(error.hint.unwrap().starts_with(&chmod), "{mode:o}");
                }
            }
            assert_eq!(note(&path).is_some(), has_note, "{mode:o}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), forged);
        }
    }

    #[test]
    fn pipe_is_refused_at_once() {
        let folder = folder();
        let path = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        if !made.is_ok_and(|status| status.success()) {
            return;
        }
        let error = Journal::open(&path, History::new(VENDORS)).err().unwrap();
        assert!(error.to_string().ends_with("is a device or a pipe"), "{error}");
        assert!(History::peek(&path, History::new(VENDORS)).is_err());
    }

    /// Moves the journal away, then makes a record durable.
    fn after(change: impl FnOnce(&Path)) -> (tempfile::TempDir, Journal, bool) {
        let folder = folder();
        let path = folder.path().join("j");
        let (journal, _) = Journal::open(&path, History::new(VENDORS)).unwrap();
        assert!(told(&journal, async |journal| journal.intend(b"first\n".to_vec()).await));
        change(&path);
        let is_durable = told(&journal, async |journal| journal.intend(b"later\n".to_vec()).await);
        (folder, journal, is_durable)
    }

    #[test]
    fn moved_journal_fails() {
        let changes: [fn(&Path); 4] = [
            |path| std::fs::rename(path, path.with_extension("1")).unwrap(),
            |path| std::fs::remove_file(path).unwrap(),
            |path| {
                std::fs::write(path.with_extension("new"), "").unwrap();
                std::fs::rename(path.with_extension("new"), path).unwrap();
            },
            |path| std::fs::remove_dir_all(path.parent().unwrap()).unwrap(),
        ];
        for change in changes {
            let (_folder, journal, is_durable) = after(change);
            assert!(!is_durable);
            let reason = "it was moved, removed or replaced while the run wrote it";
            assert_eq!(journal.failure(), Some(reason));
            assert_eq!(journal.finish(), Err(reason));
        }
        // Rotation by copy and truncation keeps the file.
        let (_folder, journal, is_durable) =
            after(|path| OpenOptions::new().write(true).open(path).unwrap().set_len(0).unwrap());
        assert!(is_durable && journal.finish().is_ok());
    }

    #[test]
    fn journal_moved_after_the_last_intent_fails() {
        let folder = folder();
        let path = folder.path().join("j");
        let (journal, _) = Journal::open(&path, History::new(VENDORS)).unwrap();
        std::fs::rename(&path, folder.path().join("j.1")).unwrap();
        journal.record(b"result\n".to_vec());
        assert!(journal.finish().is_err());
    }
}

#[cfg(target_os = "linux")]
mod on_linux {
    use super::*;

    #[test]
    fn lock_holder_is_named() {
        let folder = folder();
        let path = folder.path().join("j");
        let (_journal, _) = Journal::open(&path, History::new(VENDORS)).unwrap();
        let error = Journal::open(&path, History::new(VENDORS)).err().unwrap();
        let process = std::process::id();
        assert_eq!(
            error.to_string(),
            format!("the journal {} is held by process {process}", path.display())
        );
    }

    #[test]
    fn lock_holder_is_read_from_proc_locks() {
        let locks = "\
1: POSIX  ADVISORY  WRITE 11 fe:00:77 0 EOF
2: FLOCK  ADVISORY  WRITE 22 fe:00:177 0 EOF
3: FLOCK  ADVISORY  WRITE 33 fe:00:77 0 EOF
3: -> FLOCK  ADVISORY  WRITE 44 fe:00:77 0 EOF
";
        assert_eq!([77, 177, 7].map(|inode| holder_in(locks, inode)), [Some(33), Some(22), None]);
    }

    #[test]
    fn device_is_refused_unopened() {
        for device in ["/dev/null", "/dev/full", "/dev/zero"].map(Path::new) {
            for error in [
                History::peek(device, History::new(VENDORS)).err(),
                Journal::open(device, History::new(VENDORS)).err(),
            ] {
                let error = error.unwrap();
                assert_eq!(error.kind.exit_code(), 2);
                let message = format!("the journal {} is a device or a pipe", device.display());
                assert_eq!(error.to_string(), message);
            }
        }
    }

    /// A journal on a device without its lock, which every process on the machine would share.
    fn on_device(path: &str) -> Journal {
        Journal::start(OpenOptions::new().append(true).open(path).unwrap(), Path::new(path))
    }

    #[test]
    fn device_or_pipe_cannot_be_a_journal() {
        // The null device takes every line and can make none durable.
        let journal = on_device("/dev/null");
        journal.record(b"result\n".to_vec());
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert!(journal.failure().is_none());
        assert!(!told(&journal, async |journal| journal.intend(b"intent\n".to_vec()).await));
        assert!(journal.failure().is_some() && journal.finish().is_err());
    }

    #[test]
    fn failed_write_ends_all_writing() {
        let journal = on_device("/dev/full");
        assert!(!told(&journal, async |journal| journal.intend(b"intent\n".to_vec()).await));
        assert!(journal.failure().is_some() && journal.finish().is_err());
    }
}
