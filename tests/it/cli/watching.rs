//! `signoff run --watch` with the real binary.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};

use serde_json::Value;

use super::project::{CASES, Project};

struct Watching {
    project: Project,
    child: Child,
    log: BufReader<ChildStderr>,
}

impl Watching {
    fn start() -> Self {
        let project = Project::new();
        project.write("cases/more.yaml", &CASES.replace("a thing", "another thing"));
        let mut child = crate::program()
            .args(["run", "--watch", "--target", "mock"])
            .current_dir(project.path(""))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let log = BufReader::new(child.stderr.take().expect("a pipe"));
        Self { project, child, log }
    }

    /// What is printed until the program waits for changes, and the names of the cases that ran.
    fn wait(&mut self) -> (String, Vec<String>) {
        let mut log = String::new();
        while !log.contains("\nwaiting for changes of ") {
            assert!(self.log.read_line(&mut log).expect("text") > 0, "{log}");
        }
        if !self.project.path("reports/record.json").exists() {
            return (log, Vec::new());
        }
        let record: Value = serde_json::from_str(&self.project.read("reports/record.json")).expect("a record");
        let cases = record["outcomes"].as_array().expect("outcomes");
        (log, cases.iter().map(|case| case["case"].as_str().expect("an id").to_owned()).collect())
    }
}

#[test]
fn changed_files_run_again_until_interrupted() {
    let mut watching = Watching::start();
    let (_, cases) = watching.wait();
    assert_eq!(cases.len(), 4);

    watching.project.write("cases/more.yaml", &CASES.replace("a thing", "one more thing"));
    let (_, cases) = watching.wait();
    assert_eq!(cases, ["cases/more.yaml::gets one more thing", "cases/more.yaml::makes one more thing"]);

    watching.project.write("cases/more.yaml", "cases: [ {} ]\n");
    let (log, _) = watching.wait();
    assert!(log.contains("cases/more.yaml:1:10"), "{log}");

    watching.project.write("cases/more.yaml", &CASES.replace("status: 200 }", "status: 201 }"));
    assert_eq!(watching.wait().1.len(), 2);

    watching.project.write("cases/new.yaml", &CASES.replace("a thing", "a new thing"));
    let new = ["cases/new.yaml::gets a new thing", "cases/new.yaml::makes a new thing"];
    assert_eq!(watching.wait().1, new);

    std::fs::remove_file(watching.project.path("cases/new.yaml")).expect("removed");
    let (log, cases) = watching.wait();
    assert!(log.contains("the change affects no case") && cases == new, "{log}");

    watching.project.write("cases/below/new.yaml", "cases: [ {} ]\n");
    assert!(watching.wait().0.contains("cases/below/new.yaml:1:10"));
    watching.project.write("cases/below/new.yaml", &CASES.replace("a thing", "a new thing"));
    assert_eq!(watching.wait().1, new.map(|id| id.replace("new.yaml", "below/new.yaml")));

    let id = watching.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill").success());
    assert_eq!(watching.child.wait().expect("it ends").code(), Some(0), "the code of the last run");
}
