//! The served sandbox of the examples, and the shell that runs their lines.

use crate::fixture::ZONE;
use crate::prelude::*;

/// Runs a line in a shell, with the program on its path and standard error where standard output is.
#[cfg(unix)]
pub(super) fn shell(folder: &Path, line: &str) -> RunOutput {
    let bin = Path::new(env!("CARGO_BIN_EXE_livectl")).parent().unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display());
    let mut command = assert_cmd::Command::new("/bin/sh");
    command
        .env_clear()
        .env("HOME", folder)
        .env("PATH", path)
        .env("COLUMNS", "80")
        .env("SUDO_USER", "op")
        .env("TZ", ZONE)
        .current_dir(folder);
    command.args(["-c", &format!("exec 2>&1\n{line}")]);
    RunOutput::from(command.output().unwrap())
}

/// `livectl sandbox` while it serves.
#[cfg(unix)]
pub(super) struct ExampleSandbox(std::process::Child);

#[cfg(unix)]
impl ExampleSandbox {
    /// Starts it as the example says, on a free port, and waits for its profile in `sandbox.toml`.
    pub(super) fn start(example: &str, stage: &TestHome) -> Self {
        let words = example.split(" > ").next().unwrap().split(" --listen").next().unwrap();
        let file = fs::File::create(stage.path("sandbox.toml")).unwrap();
        let child = std::process::Command::new(env!("CARGO_BIN_EXE_livectl"))
            .args(words.split(' ').skip(1))
            .args(["--listen", "127.0.0.1:0"])
            .env_clear()
            .current_dir(stage.folder.path())
            .stdout(file)
            .stderr(std::process::Stdio::null())
            .spawn();
        let sandbox = Self(child.unwrap());
        let is_printed = || {
            fs::read_to_string(stage.path("sandbox.toml")).unwrap().matches("endpoint = ").count()
                == 2 * VENDORS.iter().count()
        };
        for _ in 0..1000 {
            if is_printed() {
                return sandbox;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it prints no profile")
    }

    pub(super) fn address(stage: &TestHome) -> String {
        let profile = fs::read_to_string(stage.path("sandbox.toml")).unwrap();
        profile.split("endpoint = \"http://").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    pub(super) fn stop(mut self) -> Option<i32> {
        let number = self.0.id().to_string();
        std::process::Command::new("/bin/sh")
            .args(["-c", &format!("kill -TERM {number}")])
            .status()
            .unwrap();
        self.0.wait().unwrap().code()
    }
}

#[cfg(unix)]
impl Drop for ExampleSandbox {
    /// One that has been stopped is left alone by both.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[cfg(unix)]
fn sandbox_prints_a_usable_profile() {
    use std::os::unix::fs::PermissionsExt;
    let stage = TestHome::empty();
    let sandbox = ExampleSandbox::start("livectl sandbox", &stage);
    fs::set_permissions(stage.path("sandbox.toml"), fs::Permissions::from_mode(0o644)).unwrap();
    let check = stage.run(["-c", "sandbox.toml", "config", "check"]);
    let resume = stage.run(["-c", "sandbox.toml", "tencent", "resume", "8888_test123"]);
    assert_eq!(sandbox.stop(), Some(143));
    assert_eq!((check.code, resume.code), (Some(0), Some(0)), "{check:?}\n{resume:?}");
}
