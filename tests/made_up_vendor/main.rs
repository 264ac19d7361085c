//! A new vendor is a folder and an entry: livectl with a made-up vendor in its list, driven end to end.
//!
//! The program under test is this one, started again with a variable that makes it run as livectl with that list.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod acme;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

use livectl::api::spec::Vendors;
use livectl::api::tencent;
use serde_json::Value;

/// The vendors of the program under test: a real one beside the made-up one.
static VENDORS: Vendors = Vendors(&[&tencent::VENDOR, &acme::VENDOR]);

/// The variable that makes this program livectl.
const AS_LIVECTL: &str = "MADE_UP_VENDOR_AS_LIVECTL";

/// A check of the program in a folder of its own.
type Check = fn(&VendorFixture);

fn main() -> ExitCode {
    if std::env::var_os(AS_LIVECTL).is_some() {
        let args: Vec<OsString> = std::env::args_os().collect();
        return livectl::main_with(VENDORS, &args).into();
    }
    let checks: [(&str, Check); 10] = [
        ("help_describes_vendor_and_operation", help_describes_vendor_and_operation),
        ("dry_run_shows_the_request", dry_run_shows_the_request),
        ("sandbox_applies_and_refuses", sandbox_applies_and_refuses),
        ("apply_reads_json_lines_and_csv", apply_reads_json_lines_and_csv),
        ("bad_input_is_refused", bad_input_is_refused),
        ("journal_resumes", journal_resumes),
        ("schema_and_completions_list_it", schema_and_completions_list_it),
        ("config_init_and_check_know_its_keys", config_init_and_check_know_its_keys),
        ("manual_pages_cover_it", manual_pages_cover_it),
        ("policy_covers_it", policy_covers_it),
    ];
    for (name, check) in checks {
        check(&VendorFixture { folder: tempfile::tempdir().unwrap() });
        report(name);
    }
    ExitCode::SUCCESS
}

#[expect(clippy::print_stdout, reason = "a test without a harness reports its own checks")]
fn report(name: &str) {
    println!("test {name} ... ok");
}

/// A folder of its own, and livectl started in it without the machine's environment.
struct VendorFixture {
    folder: tempfile::TempDir,
}

struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl VendorFixture {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn run(&self, line: &str) -> Ran {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(line.split_whitespace())
            .env_clear()
            .env(AS_LIVECTL, "1")
            .env("LIVECTL_COMPLETE", "fish")
            .env("HOME", self.folder.path())
            .current_dir(self.folder.path())
            .output();
        Ran::from(output.unwrap())
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|_| panic!("{}{}", self.stdout, self.stderr))
    }

    fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        self
    }
}

fn outcomes(document: &Value) -> Vec<&str> {
    let results = document["results"].as_array().unwrap();
    results.iter().map(|result| result["outcome"].as_str().unwrap()).collect()
}

fn help_describes_vendor_and_operation(fixture: &VendorFixture) {
    let root = fixture.run("--help").expect(0).stdout;
    assert!(root.contains("Acme Streams: pause channels") && !root.contains("Shumei:"), "{root}");
    let vendor = fixture.run("acme --help").expect(0).stdout;
    assert!(vendor.contains("pause  Cuts streams once: their players wait"), "{vendor}");
    let pause = fixture.run("acme pause --help").expect(0).stdout;
    for part in ["--minutes <N>", "How long the pause is", "--reason <TEXT>", "Acme shows a still"]
    {
        assert!(pause.contains(part), "{part}: {pause}");
    }
    let apply = fixture.run("help apply").expect(0).stdout;
    assert!(apply.contains("minutes"), "{apply}");
}

fn dry_run_shows_the_request(fixture: &VendorFixture) {
    let plan = fixture.run("--sandbox -n -o json acme pause cam1 --minutes 5").expect(0).json();
    let result = &plan["results"][0];
    assert_eq!(result["outcome"], "planned");
    assert_eq!(result["effect"], "cut_once");
    let request = &result["request"];
    assert!(request["url"].as_str().unwrap().ends_with("/pause"), "{request}");
    assert_eq!(request["body"]["key"], "***");
    assert_eq!(request["body"]["minutes"], 5);
    let curl = fixture.run("--sandbox -n -o curl acme pause cam1 --minutes 5").expect(0).stdout;
    assert!(curl.contains("\"$LIVECTL_ACME_KEY\""), "{curl}");
}

fn sandbox_applies_and_refuses(fixture: &VendorFixture) {
    let ran = fixture.run("--sandbox -o json acme pause cam1 cam2_gone --minutes 5").expect(5);
    let document = ran.json();
    assert_eq!(outcomes(&document), ["applied", "not_applied"]);
    assert_eq!(document["results"][1]["code"], 2);
    assert_eq!(document["results"][1]["message"], "no such channel");
}

fn apply_reads_json_lines_and_csv(fixture: &VendorFixture) {
    fixture.write(
        "operations.jsonl",
        "{\"vendor\":\"acme\",\"action\":\"pause\",\"target\":\"cam1\",\"minutes\":5}\n\
         {\"vendor\":\"tencent\",\"action\":\"resume\",\"target\":\"8888_a\"}\n",
    );
    let ran = fixture.run("--sandbox -o json apply operations.jsonl").expect(0);
    assert_eq!(outcomes(&ran.json()), ["applied", "applied"]);
    fixture.write("operations.csv", "minutes,vendor,action,target\n7,acme,pause,cam1\n");
    let document = fixture.run("--sandbox -o json apply operations.csv").expect(0).json();
    assert_eq!(document["results"][0]["operation"]["minutes"], 7);
}

fn bad_input_is_refused(fixture: &VendorFixture) {
    let ran = fixture.run("--sandbox acme pause cam1 --minutes many").expect(2);
    assert!(ran.stderr.contains("--minutes: a pause is 1 to 255 minutes"), "{}", ran.stderr);
    fixture.run("--sandbox acme pause cam1").expect(2);
    fixture.run("--sandbox shumei close 1").expect(2);
    fixture.write(
        "bad.jsonl",
        "{\"vendor\":\"jd\",\"action\":\"drop\",\"target\":\"a\"}\n\
         {\"vendor\":\"acme\",\"action\":\"drop\",\"target\":\"a\"}\n\
         {\"vendor\":\"acme\",\"action\":\"pause\",\"target\":\"a\",\"domain\":\"a.com\"}\n\
         {\"vendor\":\"acme\",\"action\":\"pause\",\"target\":\"a\",\"for\":\"2h\"}\n",
    );
    let told = fixture.run("--sandbox apply bad.jsonl").expect(2).stderr;
    for part in [
        "line 1: vendor: ",
        "the vendors are tencent and acme",
        "the actions of acme are pause",
        "acme pause takes no `domain`",
        "acme pause takes no `for`",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

fn journal_resumes(fixture: &VendorFixture) {
    let line = "--sandbox -o json acme pause cam1 --minutes 5 --journal j";
    fixture.run(line).expect(0);
    let journal = std::fs::read_to_string(fixture.path("j")).unwrap();
    assert!(journal.contains(r#""vendor":"acme","action":"pause","target":"cam1","minutes":5"#));
    let again = fixture.run(&format!("{line} --resume")).expect(0).json();
    assert_eq!(outcomes(&again), ["skipped"]);
    assert_eq!(again["results"][0]["error"]["kind"], "done_before");
    let other = fixture.run(&line.replace("--minutes 5", "--minutes 6 --resume")).expect(0).json();
    assert_eq!(outcomes(&other), ["applied"]);
}

/// An operation that no policy has heard of is held to it: nothing but its effect is asked.
fn policy_covers_it(fixture: &VendorFixture) {
    use std::os::unix::fs::PermissionsExt;
    let profile = "[policy]\nprotect = [\"acme:cam1\", \"*:*_cctv\"]\nrequire_reason = true\n\
                   [profiles.prod.acme]\nkey = \"acme-key-0815-4711\"\n";
    fixture.write("config.toml", profile);
    let mode = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(fixture.path("config.toml"), mode).unwrap();
    let run = |line: &str| fixture.run(&format!("-c config.toml -n {line}"));
    for target in ["cam1", "a_cctv"] {
        let refused = run(&format!("acme pause {target} --minutes 5 --reason x")).expect(2);
        assert!(refused.stderr.contains("1 target is protected"), "{}", refused.stderr);
        let command =
            format!("acme pause {target} --minutes 5 --reason x --even-protected {target}");
        assert!(refused.stderr.contains(&command), "{}", refused.stderr);
        run(&command).expect(0);
    }
    run("acme pause cam2 --minutes 5").expect(2);
    run("acme pause cam2 --minutes 5 --reason x").expect(0);
    let line = r#"{"vendor":"acme","action":"pause","target":"cam1","minutes":5,"reason":"x"}"#;
    fixture.write("ops.jsonl", line);
    run("apply ops.jsonl").expect(2);
}

fn schema_and_completions_list_it(fixture: &VendorFixture) {
    let schema = fixture.run("schema").expect(0).json();
    let operation = &schema["$defs"]["operation"]["properties"];
    assert_eq!(operation["vendor"]["enum"], serde_json::json!(["tencent", "acme"]));
    assert_eq!(operation["minutes"]["minimum"], 1);
    assert_eq!(operation["cluster"], Value::Null);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document = fixture.run("--sandbox -o json acme pause cam1 --minutes 5").expect(0).json();
    assert!(validator.is_valid(&document), "{document}");
    let offered = fixture.run("-- livectl acme pause cam1 --m").expect(0).stdout;
    assert!(offered.contains("--minutes\tHow long the pause is"), "{offered}");
}

fn config_init_and_check_know_its_keys(fixture: &VendorFixture) {
    fixture.run("-c new.toml config init").expect(0);
    let template = std::fs::read_to_string(fixture.path("new.toml")).unwrap();
    assert!(template.contains("[profiles.prod.acme]\n"), "{template}");
    assert!(template.contains("LIVECTL_ACME_KEY, LIVECTL_ACME_ENDPOINT"), "{template}");
    assert!(template.contains("\nkey = \"YOUR_ACME_KEY\"\n"), "{template}");
    let report = fixture.run("-c new.toml -o json config check").expect(3).json();
    let names: Vec<_> =
        report["vendors"].as_array().unwrap().iter().map(|vendor| &vendor["vendor"]).collect();
    assert_eq!(names, ["tencent", "acme"]);
}

fn manual_pages_cover_it(fixture: &VendorFixture) {
    fixture.run("man pages").expect(0);
    let page = |name: &str| Path::new(&fixture.path("pages")).join(name).exists();
    assert!(page("livectl-acme.1") && page("livectl-acme-pause.1"));
}
