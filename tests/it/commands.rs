//! Commands that return secrets (`exec`).

#![cfg(unix)]

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::cli::project::{Ended, Project};

const SCRIPT: &str = r#"read -r input
echo "$input" >> asked
echo '{ "key": "key-from-a-vault", "short": "1234", "nested": { "token": "token-from-a-vault" } }'
"#;

const CASES: &str = r#"story: S
cases:
  - name: a
    operation: getThing
    request: { path: { id: t1 }, headers: { X-Token: "${exec.vault.nested.token}" } }
    expect: { status: 200 }
"#;

fn project(exec: &str) -> Project {
    let project = Project::new();
    project.write("vault.sh", SCRIPT);
    project.write("cases/things.yaml", CASES);
    let target = "targets:\n  local:\n    mock: true\n    auth: { key: '${exec.vault.key}' }\n";
    project.write("signoff.yaml", &format!("spec: specs/things.yaml\nexec: {{ vault: {exec} }}\n{target}"));
    project
}

fn run(project: &Project, args: &[&str]) -> Ended {
    project.call(&[&["run", "--target", "local"], args].concat())
}

#[test]
fn a_command_runs_once_if_it_is_allowed_and_its_result_is_secret() {
    let project = project("[sh, vault.sh]");
    let refused = run(&project, &[]);
    assert_eq!(refused.code, 2, "{refused:?}");
    let expected = "`exec.vault` needs the result of a command, which is not allowed to run: sh vault.sh";
    assert!(refused.err.contains(expected) && refused.err.contains("--allow-exec"), "{}", refused.err);
    assert!(refused.err.contains(" --> signoff.yaml:6:"), "{}", refused.err);
    assert!(!project.path("asked").exists(), "it did not run");
    let ended = run(&project, &["--allow-exec", "--verbose"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert_eq!(project.read("asked"), "{\"name\":\"vault\",\"target\":\"local\"}\n");
    let record = project.read("reports/record.json");
    for output in [&ended.out, &ended.err, &record] {
        assert!(!output.contains("key-from-a-vault") && !output.contains("token-from-a-vault"), "{output}");
    }
    assert!(record.contains("«secret:exec.vault.nested.token»"), "{record}");
}

#[test]
fn check_runs_commands_only_if_they_are_allowed() {
    let project = project("[sh, vault.sh]");
    let checked = project.call(&["check"]);
    assert_eq!(checked.code, 0, "{checked:?}");
    assert!(checked.out.contains("local: 1 case not checked: exec.vault needs --allow-exec"), "{}", checked.out);
    let named = project.call(&["check", "--target", "local"]);
    assert!(named.code == 2 && named.err.contains("exec.vault needs --allow-exec"), "{}", named.err);
    assert!(!project.path("asked").exists(), "it did not run");
    let complete = project.call(&["check", "--target", "local", "--allow-exec"]);
    assert_eq!(complete.code, 0, "{complete:?}");
    assert_eq!(project.read("asked").lines().count(), 1);
}

#[test]
fn what_is_wrong_with_a_command_or_its_result_is_reported() {
    let check = |exec: &str, from: &str, to: &str, expected: &str| {
        let project = project(exec);
        for file in ["signoff.yaml", "cases/things.yaml"] {
            project.write(file, &project.read(file).replace(from, to));
        }
        project.write("fails.sh", "echo 'permission denied: correct-horse-battery' >&2; exit 7");
        let ended =
            project.call_with(&["run", "--target", "local", "--allow-exec"], &[("PASSWORD", "correct-horse-battery")]);
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.err.contains(expected), "{expected}: {}", ended.err);
        assert!(!ended.err.contains("correct-horse") && !ended.err.contains("key-from-a-vault"), "{}", ended.err);
    };
    let vault = "[sh, vault.sh]";
    check(vault, "vault.key", "vault.kee", "the command of `exec.vault` failed: it returned no property `kee`");
    check(
        vault,
        "vault.key",
        "vault.nested",
        "`exec.vault.nested` is an object: read a property, `${exec.vault.nested.NAME}`",
    );
    check(vault, "vault.key", "valt.key", "signoff.yaml has no command of this name under `exec`");
    check(vault, "vault.key", "vault.short", "exec.vault.short is too short to be redacted");
    check(
        "[nope-no-program]",
        "",
        "",
        "the command of `exec.vault` failed: cannot start nope-no-program: no such file or directory",
    );
    check("[]", "", "", "expected a program and its arguments: [PROGRAM, ARGUMENT]");
    // What it prints on standard error is shown without secrets.
    check(
        "[sh, fails.sh]",
        "mock: true",
        "mock: true\n    vars: { password: '${env.PASSWORD}' }",
        "failed: it ended with exit code 7: permission denied: «secret:PASSWORD»",
    );
}

/// Ctrl-C ends the command, too.
#[test]
fn a_signal_ends_a_command_that_runs() {
    let project = project("[sh, slow.sh]");
    project.write("slow.sh", "echo $$ > pid.new; mv pid.new pid; exec sleep 60");
    let mut program = crate::program();
    program.args(["run", "--target", "local", "--allow-exec"]).current_dir(project.path(""));
    let mut child = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while !project.path("pid").exists() && Instant::now() < until {
        thread::yield_now();
    }
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let id = project.read("pid");
    let is_running = || {
        let state = std::fs::read_to_string(format!("/proc/{}/stat", id.trim())).unwrap_or_default();
        state.split(") ").nth(1).is_some_and(|state| !state.starts_with('Z'))
    };
    while is_running() && Instant::now() < until {
        thread::yield_now();
    }
    assert!(!is_running());
}
