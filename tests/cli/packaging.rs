//! The files for packagers: the units run as written, and the second stage of the Dockerfile has all that the
//! program needs.

#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::process::Output;

use crate::prelude::*;

/// The user of the image.
const NOBODY: u32 = 65532;

/// A line of the list that the service and the `CronJob` apply.
const OPERATION: &str = r#"{"vendor":"tencent","action":"resume","target":"8888_a"}"#;

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

// ── systemd ──

const UNITS: [&str; 3] =
    ["livectl-apply@.service", "livectl-apply@.timer", "livectl-failed@.service"];

#[test]
fn units_pass_systemd_analyze() {
    if !is_installed("systemd-analyze") {
        report_skipped("a check by systemd-analyze");
        return;
    }
    let stage = TestHome::empty();
    for name in UNITS {
        // The program that the test is of, in place of the one that a package installs.
        let unit = text(&format!("contrib/systemd/{name}"))
            .replace("/usr/bin/livectl", env!("CARGO_BIN_EXE_livectl"));
        stage.write(name, unit);
    }
    let units = UNITS.map(|name| stage.path(name));
    let output = Command::new("systemd-analyze")
        .args(["verify", "--man=no", "--recursive-errors=no"])
        .args(units)
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let ours = told.lines().filter(|line| line.contains("livectl")).collect::<Vec<_>>();
    assert_eq!((output.status.success(), ours), (true, vec![]), "{told}");
}

/// The values of a key of the service.
fn service(key: &str) -> Vec<String> {
    let unit = text("contrib/systemd/livectl-apply@.service");
    let values = unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    values.map(str::to_owned).collect()
}

#[test]
fn service_applies_a_list_once() {
    let server = RecordingServer::start(accepted);
    let home = TestHome::empty();
    // A credential as systemd gives it to the service: its access list shows as a permission of the group.
    let credentials = format!("allow_shared = true\n{}", profile(&server.endpoint()));
    let path = home.write("config.toml", credentials);
    fs::set_permissions(path, Permissions::from_mode(0o440)).unwrap();
    home.write("night.jsonl", OPERATION);
    fs::create_dir(home.path("livectl")).unwrap();
    assert_eq!(service("StateDirectory"), ["livectl"]);
    assert_eq!(service("LoadCredential"), ["config.toml:/etc/livectl/config.toml"]);

    let folder = home.folder.path().to_str().unwrap();
    let resolved = |text: &str| {
        [("${CREDENTIALS_DIRECTORY}", folder), ("%S", folder), ("/etc/livectl", folder)]
            .iter()
            .fold(text.replace("%i", "night"), |text, (from, to)| text.replace(from, to))
    };
    let line = resolved(&service("ExecStart")[0]);
    let (program, args) = line.split_once(' ').unwrap();
    assert_eq!(program, "/usr/bin/livectl");
    let run = || {
        let mut command = home.livectl(args.split(' '));
        for variable in service("Environment") {
            let (name, value) = variable.split_once('=').unwrap();
            command.env(name, resolved(value));
        }
        RunOutput::from(command.output().unwrap())
    };
    let (first, second) = (run(), run());

    assert_eq!((first.code, second.code), (Some(0), Some(0)), "{first:?}\n{second:?}");
    assert!(second.stdout.contains("done before"), "{second:?}");
    assert_eq!(server.targets(), ["8888_a"]);
    assert!(home.path("livectl/night.journal").exists());
    assert!(home.path("livectl/runs").read_dir().unwrap().count() > 0);
}

// ── The image ──

/// The instructions of the last stage, with their arguments.
fn last_stage() -> Vec<(String, Vec<String>)> {
    let dockerfile = text("Dockerfile");
    let stage = dockerfile.split("\nFROM scratch\n").nth(1).unwrap().to_owned();
    let lines = stage.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.split(' ').map(str::to_owned);
            (words.next().unwrap(), words.collect())
        })
        .collect()
}

/// Copies a program in another process: one that this process still has open for writing, as a child that another test
/// starts at that moment may, cannot be run.
fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").args([from, to]).status().unwrap().success());
}

/// A folder with exactly the files of the last stage, whose program is the one under test.
fn image() -> TestHome {
    let image = TestHome::empty();
    fs::set_permissions(image.folder.path(), Permissions::from_mode(0o755)).unwrap();
    for (_, words) in last_stage().into_iter().filter(|(name, _)| name == "COPY") {
        let [from, to] = &words[words.len() - 2..] else { panic!("{words:?}") };
        let target = image.path(to.trim_start_matches('/'));
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        match from.as_str() {
            "/empty" => fs::create_dir(&target).unwrap(),
            "/out/bin/livectl" => copy(Path::new(env!("CARGO_BIN_EXE_livectl")), &target),
            // A test needs no authority: its endpoints are on this machine.
            file if Path::new(file).exists() => copy(Path::new(file), &target),
            _ => fs::write(&target, "").unwrap(),
        }
        let flag = |name: &str| words.iter().find_map(|word| word.strip_prefix(name));
        if let Some(owner) = flag("--chown=") {
            assert_eq!(owner, format!("{NOBODY}:{NOBODY}"));
            chown(&target, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        if let Some(mode) = flag("--chmod=") {
            let mode = u32::from_str_radix(mode, 8).unwrap();
            fs::set_permissions(&target, Permissions::from_mode(mode)).unwrap();
        }
    }
    image
}

/// Runs the image's entry point as its user, with its environment and nothing else.
fn run_image(image: &TestHome, args: &[&str]) -> RunOutput {
    let mut command = Command::new("chroot");
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    for (name, words) in last_stage() {
        match name.as_str() {
            "ENV" => drop(command.envs(words.iter().map(|word| word.split_once('=').unwrap()))),
            "USER" => drop(command.arg(format!("--userspec={}", words[0])).arg("--groups=")),
            "ENTRYPOINT" => {
                let program = words[0].trim_matches(['[', ']', '"']);
                command.arg(image.folder.path()).arg(program);
            }
            "COPY" => {}
            other => panic!("the test does not know {other}"),
        }
    }
    let output: Output = command.args(args).output().unwrap();
    RunOutput::from(output)
}

fn can_run_images() -> bool {
    if cfg!(target_feature = "crt-static") && is_root() {
        return true;
    }
    report_skipped("a static binary in a chroot");
    false
}

#[test]
fn image_runs_the_sandbox_as_its_user() {
    if !can_run_images() {
        return;
    }
    let ran = run_image(&image(), &["--sandbox", "tencent", "forbid", "8888_a", "--for", "2h"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("applied") && ran.stdout.contains("sandbox"), "{ran:?}");
}

#[test]
fn image_reads_mounted_secrets_and_remembers() {
    if !can_run_images() {
        return;
    }
    let server = RecordingServer::start(accepted);
    // A folder mounted by Docker, and a Secret of Kubernetes with fsGroup, whose files belong to root and the group.
    for (mode, owner, shared) in [(0o400, NOBODY, ""), (0o440, 0, "allow_shared = true\n")] {
        let image = image();
        fs::create_dir(image.path("etc/livectl")).unwrap();
        let mounted = image.path("etc/livectl/config.toml");
        fs::write(&mounted, format!("{shared}{}", profile(&server.endpoint()))).unwrap();
        fs::set_permissions(&mounted, Permissions::from_mode(mode)).unwrap();
        chown(&mounted, Some(owner), Some(NOBODY)).unwrap();
        // A volume with fsGroup: the group may write, and new files take its number.
        let state = image.path("var/lib/livectl");
        if owner == 0 {
            chown(&state, Some(0), Some(NOBODY)).unwrap();
            fs::set_permissions(&state, Permissions::from_mode(0o2770)).unwrap();
        }

        fs::create_dir(image.path("operations")).unwrap();
        fs::write(image.path("operations/operations.jsonl"), OPERATION).unwrap();
        let args = container_args("cronjob.yaml");
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        let (ran, again) = (run_image(&image, &args), run_image(&image, &args));

        assert_eq!((ran.code, again.code), (Some(0), Some(0)), "{ran:?}\n{again:?}");
        // Nothing about the modes of the mounted files and folders.
        again.assert_omits("note");
        run_image(&image, &["log"]).prints("livectl apply /operations/");
    }
    assert_eq!(server.targets(), ["8888_a", "8888_a"]);
}

// ── Kubernetes ──

/// The arguments of the container.
fn container_args(manifest: &str) -> Vec<String> {
    let manifest = text(&format!("contrib/kubernetes/{manifest}"));
    let args = manifest.split(" args:\n").nth(1).unwrap().lines().map(str::trim);
    let args = args.filter(|line| !line.starts_with('#'));
    args.map_while(|line| line.strip_prefix("- ").map(|arg| arg.trim_matches('"').to_owned()))
        .collect()
}

/// The number behind a key of a manifest.
fn number(manifest: &str, key: &str) -> usize {
    let values =
        manifest.lines().find_map(|line| line.trim().strip_prefix(key)?.strip_prefix(": "));
    values.unwrap().parse().unwrap()
}

/// What a rule of the Job does with an exit code; `Count` where none names it.
fn job_action(manifest: &str, code: u8) -> String {
    let rules = manifest.split("- action: ").skip(1);
    let named = rules.filter_map(|rule| {
        let codes = rule.split("values: [").nth(1)?.split(']').next()?;
        let is_hit = codes.split(", ").any(|value| value == code.to_string());
        is_hit.then(|| rule.lines().next().unwrap().to_owned())
    });
    named.into_iter().next().unwrap_or_else(|| "Count".to_owned())
}

#[test]
fn manifests_run_pods_without_privileges() {
    for (manifest, line) in
        [("cronjob.yaml", "concurrencyPolicy: Forbid"), ("job.yaml", "completionMode: Indexed")]
    {
        let manifest = text(&format!("contrib/kubernetes/{manifest}"));
        let settings =
            "restartPolicy: Never,runAsUser: 65532,readOnlyRootFilesystem: true,defaultMode: 0400";
        for line in settings.split(',').chain([line]) {
            assert!(manifest.lines().any(|found| found.trim() == line), "{line}");
        }
        let image = concat!("image: livectl:", env!("CARGO_PKG_VERSION"));
        assert!(manifest.contains(image), "{image}");
    }
    assert!(text("Dockerfile").contains(concat!("livectl:", env!("CARGO_PKG_VERSION"), " ")));
}

#[test]
fn job_pods_share_the_list() {
    let manifest = text("contrib/kubernetes/job.yaml");
    let pods = number(&manifest, "completions");
    let server = RecordingServer::start(accepted);
    let home = TestHome::new(&server.endpoint());
    let lines = (0..40).map(|i| OPERATION.replace("8888_a", &format!("8888_{i}")) + "\n");
    home.write("operations.jsonl", lines.collect::<String>());
    let run = |index: usize| {
        let args = container_args("job.yaml").into_iter().map(|arg| match arg.as_str() {
            // The pace of the manifest is for a vendor, not for a test.
            "2" => "0".to_owned(),
            _ => arg
                .replace("$(JOB_COMPLETION_INDEX)", &index.to_string())
                .replace("/operations/", "")
                .replace("/var/lib/livectl/", ""),
        });
        home.run(args)
    };
    for index in (0..pods).chain([0]) {
        run(index).exits(0);
    }
    let mut targets = server.targets();
    targets.sort();
    let mut expected: Vec<_> = (0..40).map(|i| format!("8888_{i}")).collect();
    expected.sort();
    assert_eq!(targets, expected);
}

#[test]
fn job_fails_where_no_pod_can_succeed() {
    let manifest = text("contrib/kubernetes/job.yaml");
    for (codes, action) in
        [(&[2, 3][..], "FailJob"), (&[75, 143], "Ignore"), (&[1, 4, 5, 6], "Count")]
    {
        for code in codes {
            assert_eq!(job_action(&manifest, *code), action, "{code}");
        }
    }
}

// ── Packages ──

#[test]
fn packages_name_existing_files() {
    let manifest = text("Cargo.toml");
    for package in ["deb", "generate-rpm"] {
        let section = format!("\n[package.metadata.{package}]\n");
        let assets = manifest.split(&section).nth(1).unwrap().split("\nassets = [\n").nth(1);
        // The first string of each line is the source.
        let assets = assets.unwrap().lines().take_while(|line| *line != "]");
        let sources: Vec<_> = assets.map(|line| line.split('"').nth(1).unwrap()).collect();
        // The release script builds what is below `target`.
        for source in sources.iter().filter(|source| !source.starts_with("target/")) {
            let path =
                Path::new(env!("CARGO_MANIFEST_DIR")).join(source.split('*').next().unwrap());
            let is_licence = source.starts_with("LICENSE-");
            assert!(path.exists() || is_licence, "{package}: {source}");
        }
        let required = "README.md README.zh-CN.md docs/**/*.md config.example.toml completions/_livectl \
                        target/man/man1/* target/man/man7/*";
        for source in required.split(' ') {
            assert!(sources.contains(&source), "{package}: {source}");
        }
    }
}
