//! The binary that links the C library statically: it needs no other file, and resolves names without the machine's modules.
//!
//! Names are resolved in namespaces of the kernel, where a server of the test can have port 53: the test starts itself
//! again in them. Where the machine forbids new namespaces, those tests say that they are skipped.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::net::UdpSocket;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use crate::prelude::*;

const BINARY: &str = env!("CARGO_BIN_EXE_livectl");

/// The name that the test's name server knows.
const NAME: &str = "live.livectl.test";

/// Whether this machine lets a user make namespaces.
fn has_namespaces() -> bool {
    let made = Command::new("unshare").args(["-rmn", "ip", "link", "set", "lo", "up"]).output();
    made.is_ok_and(|output| output.status.success())
}

#[test]
fn binary_names_no_dynamic_linker() {
    let file = fs::read(BINARY).unwrap();
    let number = |at: usize, length: usize| {
        file[at..at + length].iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    assert_eq!(&file[..6], b"\x7fELF\x02\x01", "64 bits, little-endian");
    // The program headers: where they begin, the length of one, and how many.
    let (start, length, count) = (number(32, 8), number(54, 2), number(56, 2));
    let kinds: Vec<usize> = (0..count).map(|header| number(start + header * length, 4)).collect();
    assert!(kinds.contains(&1), "PT_LOAD: {kinds:?}");
    let why = "the build did not use .cargo/config.toml, or RUSTFLAGS replaced its flags";
    assert!(!kinds.contains(&3), "PT_INTERP: {kinds:?}; {why}");
}

#[test]
fn binary_starts_in_an_empty_chroot() {
    if !has_namespaces() {
        return report_skipped("the empty chroot");
    }
    let home = TestHome::empty();
    fs::copy(BINARY, home.path("livectl")).unwrap();
    let run = |line: &str| {
        let mut command = home.command("unshare");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.args(["-r", "chroot", ".", "/livectl"]).args(line.split_whitespace());
        RunOutput::from(command.output().unwrap())
    };
    let output = run("--sandbox tencent forbid a --for 2h -o json");
    assert_eq!((output.code, output.outcomes()), (Some(0), vec!["applied".into()]), "{output:?}");
    assert!(run("--version").stdout.starts_with("livectl "));
}

#[test]
fn names_resolve_without_the_machines_modules() {
    if !has_namespaces() {
        return report_skipped("the resolution of names in namespaces");
    }
    let itself = std::env::current_exe().unwrap();
    let mut command = Command::new("unshare");
    command.args(["-rmn", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"]).arg(itself);
    command.args(["--exact", "--ignored", "static_libc::names_in_namespaces", "--nocapture"]);
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}\n{output:?}");
}

/// What the name server does with a question.
#[derive(Clone, Copy, Debug, PartialEq)]
enum NameServer {
    Answers,
    IsSlow,
    KnowsNothing,
    IsDead,
}

#[test]
#[ignore = "names_resolve_without_the_machines_modules starts it in namespaces"]
fn names_in_namespaces() {
    let hosts = format!("127.0.0.1 localhost {NAME}\n");
    for (nsswitch, hosts, server) in [
        ("hosts: files dns", hosts.as_str(), NameServer::KnowsNothing),
        ("hosts: files dns", "", NameServer::Answers),
        ("hosts: files dns", "", NameServer::IsSlow),
        ("hosts: files resolve dns", "", NameServer::Answers),
        ("hosts: files resolve [!UNAVAIL=return] dns", "", NameServer::Answers),
        ("hosts: files mdns4_minimal [NOTFOUND=return] dns", "", NameServer::Answers),
        ("", "", NameServer::Answers),
    ] {
        let (output, requests) = run_in_chroot(nsswitch, hosts, server);
        let case = format!("{nsswitch} {server:?}: {output:?}");
        assert_eq!((output.code, output.outcomes()), (Some(0), vec!["applied".into()]), "{case}");
        assert_eq!(requests, 1, "{case}");
    }
    for server in [NameServer::KnowsNothing, NameServer::IsDead] {
        let start = Instant::now();
        let (output, requests) = run_in_chroot("hosts: files resolve dns", "", server);
        let case = format!("{server:?}: {output:?}");
        let expected = (vec!["not_applied network".into()], 0);
        assert_eq!((output.outcomes(), requests), expected, "{case}");
        assert!(output.code != Some(0) && output.stdout.contains(NAME), "{case}");
        assert!(start.elapsed() < Duration::from_secs(30), "{case}");
    }
}

/// Sends one request to [`NAME`] from a folder that has nothing but the binary, a profile and these two files, and
/// returns how many requests arrived.
fn run_in_chroot(nsswitch: &str, hosts: &str, server: NameServer) -> (RunOutput, usize) {
    let vendor = RecordingServer::accepting();
    let home = TestHome::empty();
    fs::copy(BINARY, home.path("livectl")).unwrap();
    fs::create_dir(home.path("etc")).unwrap();
    if !nsswitch.is_empty() {
        home.write("etc/nsswitch.conf", format!("{nsswitch}\n"));
    }
    home.write("etc/hosts", hosts);
    home.write("etc/resolv.conf", "nameserver 127.0.0.1\n");
    let config = home.write("config.toml", profile(&vendor.url().replace("127.0.0.1", NAME)));
    assert!(config.starts_with(home.folder.path()));
    let names = (server != NameServer::IsDead).then(|| ServedNames::start(server));
    let line = "-c /config.toml jd timeout push.example.com --seconds 30 -o json --deadline 8s";
    let mut command = home.command("/usr/sbin/chroot");
    command.args([Path::new("."), Path::new("/livectl")]).args(line.split_whitespace());
    let output = RunOutput::from(command.output().unwrap());
    drop(names);
    (output, vendor.requests().len())
}

/// A name server on port 53, until it is dropped.
struct ServedNames {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl ServedNames {
    fn start(server: NameServer) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:53").unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let is_over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&is_over);
        let thread = thread::spawn(move || {
            let mut question = [0; 512];
            while !ends.load(Ordering::Relaxed) {
                let Ok((length, asker)) = socket.recv_from(&mut question) else { continue };
                if server == NameServer::IsSlow {
                    thread::sleep(Duration::from_millis(700));
                }
                socket.send_to(&answer(&question[..length], server), asker).unwrap();
            }
        });
        Self { is_over, thread: Some(thread) }
    }
}

impl Drop for ServedNames {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.take().map(JoinHandle::join);
    }
}

/// A DNS message that answers a question: for an `A` record of [`NAME`] the loopback address.
fn answer(question: &[u8], server: NameServer) -> Vec<u8> {
    // The name ends with an empty label; type and class are two bytes each.
    let end = 12 + question[12..].iter().position(|byte| *byte == 0).unwrap() + 5;
    let is_known = server != NameServer::KnowsNothing;
    let has_address = is_known && question[end - 3] == 1;
    let code = if is_known { 0 } else { 3 };
    let mut message = Vec::from(&question[..2]);
    message.extend([0x81, 0x80 | code, 0, 1, 0, u8::from(has_address), 0, 0, 0, 0]);
    message.extend(&question[12..end]);
    if has_address {
        // The name of the question, A, IN, one minute, four bytes.
        message.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    }
    message
}
