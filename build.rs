//! Reads the pages of `docs/` into the blocks that `livectl help` and `livectl man` print, names the source, the target and
//! the C library of the build for `livectl --version`, and checks that a static C library is installed where one is linked.

use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs, io};

#[path = "src/cli/markdown/block.rs"]
pub mod block;
#[path = "src/cli/markdown/reader.rs"]
pub mod reader;

/// The files that the binary is made of.
const SOURCES: [&str; 7] =
    [".cargo", "Cargo.lock", "Cargo.toml", "build.rs", "completions", "docs", "src"];

/// What to do where the C library cannot be linked statically.
const NO_STATIC_LIBC: &str = "no static C library (libc.a) is installed, and livectl links it statically; install it \
    (Fedora, RHEL: `dnf install glibc-static`; openSUSE: `zypper install glibc-devel-static`; Debian, Ubuntu: \
    `apt-get install libc6-dev`; Arch: `pacman -S glibc`), or link it dynamically: \
    RUSTFLAGS=-Ctarget-feature=-crt-static cargo install --locked --path .";

fn main() -> io::Result<()> {
    let is_static_glibc = is_static() && variable("CARGO_CFG_TARGET_ENV") == "gnu";
    assert!(!is_static_glibc || has_static_libc(), "{NO_STATIC_LIBC}");
    println!("cargo::rerun-if-changed=docs");
    let target = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    for page in fs::read_dir("docs")?.chain(fs::read_dir("docs/vendors")?) {
        let page = page?.path();
        let (Some(name), true) = (page.file_stem(), page.extension().is_some_and(|e| e == "md"))
        else {
            continue;
        };
        let blocks = reader::parse(&fs::read_to_string(&page)?);
        fs::write(
            Path::new(&target).join(name).with_extension("json"),
            serde_json::to_string(&blocks)?,
        )?;
    }
    println!("cargo::rustc-env=BUILD_COMMIT={}", commit());
    println!("cargo::rustc-env=BUILD_TARGET={}", variable("TARGET"));
    println!("cargo::rustc-env=BUILD_LIBC={}", libc());
    Ok(())
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

fn libc() -> String {
    let name = match variable("CARGO_CFG_TARGET_ENV").as_str() {
        "gnu" => "glibc".to_owned(),
        "" => "the system's".to_owned(),
        other => other.to_owned(),
    };
    format!("{name}, {}", if is_static() { "static" } else { "dynamic" })
}

/// Whether the C library is linked statically.
fn is_static() -> bool {
    variable("CARGO_CFG_TARGET_FEATURE").split(',').any(|feature| feature == "crt-static")
}

/// The commit that the source is of, with its date where that is known.
fn commit() -> String {
    if let Ok(info) = fs::read_to_string(".cargo_vcs_info.json") {
        // A crate has this file. Without it, git would name the repository that the crate was unpacked in.
        return packaged_commit(&info).unwrap_or_else(|| "unknown".to_owned());
    }
    // A debug build would be compiled anew after each commit.
    if variable("PROFILE") != "release" {
        return "not recorded in debug builds".to_owned();
    }
    let known = Path::new(".git").exists().then(checked_out_commit).flatten();
    known.unwrap_or_else(|| "unknown".to_owned())
}

fn packaged_commit(info: &str) -> Option<String> {
    let info: serde_json::Value = serde_json::from_str(info).ok()?;
    let hash = info["git"]["sha1"].as_str()?.get(..12)?;
    let changed = if info["git"]["dirty"] == true { CHANGED } else { "" };
    Some(format!("{hash}{changed}"))
}

const CHANGED: &str = ", with changes that are not committed";

fn checked_out_commit() -> Option<String> {
    // The log of HEAD grows with each commit, checkout and reset.
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    for path in SOURCES.into_iter().chain([log.as_str()]).filter(|path| Path::new(path).exists()) {
        println!("cargo::rerun-if-changed={path}");
    }
    let date = "--date=format-local:%Y-%m-%d";
    let commit = git(&["show", "--no-patch", "--abbrev=12", "--format=%h (%cd)", date])?;
    let is_clean = run_git(&[&["diff", "--quiet", "HEAD", "--"], &SOURCES[..]].concat())?;
    Some(format!("{commit}{}", if is_clean.status.success() { "" } else { CHANGED }))
}

fn git(args: &[&str]) -> Option<String> {
    let output = run_git(args).filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// None where git is not installed.
fn run_git(args: &[&str]) -> Option<Output> {
    // The date of a commit is that of UTC: two builds of one commit are alike.
    Command::new("git").args(args).env("TZ", "UTC").output().ok()
}

/// Whether the C compiler, which links the binary, finds `libc.a`. A compiler that does not run, or that is not the one of
/// this target, is no proof that the library is missing.
fn has_static_libc() -> bool {
    if variable("TARGET") != variable("HOST") {
        return true;
    }
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let asked = Command::new(compiler).arg("-print-file-name=libc.a").output();
    // A compiler that finds the file prints its path; one that does not repeats the name.
    !asked.is_ok_and(|output| output.status.success() && output.stdout.trim_ascii() == b"libc.a")
}
