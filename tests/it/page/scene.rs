//! Pages for the tests: of the faulty target, of the mock, and of a malicious record.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::imprint::copy_of_the_repository;

/// Markup that would become active in a page that did not escape it.
pub const MARKUP: &str =
    "<img src=x onerror=alert(1)><script>alert(2)</script></script><style>*{display:none}</style>]]>";

/// A project with written reports.
pub struct Scene {
    page: PathBuf,
    record: Value,
    folder: TempDir,
}

impl Scene {
    /// Runs the cases of the repository against the faulty target.
    pub fn broken() -> Self {
        Self::of("broken", |_| ())
    }

    /// Runs them against the mock. The record has a result of mutation testing.
    pub fn mock() -> Self {
        Self::of("mock", |record| record["mutation"] = mutation(record, || json!("a sentence")))
    }

    /// Runs them with a baseline that lacks every second finding; the first finding is waived.
    pub fn compared() -> Self {
        let scene = Self::broken();
        let mut before = scene.record.clone();
        let groups = before["groups"].as_array_mut().unwrap();
        let waived = groups[0]["finding"]["fingerprint"].clone();
        let mut index = 0;
        groups.retain(|_| {
            index += 1;
            index % 2 == 0
        });
        let waiver = json!([{ "finding": waived, "owner": "ann@example.com", "reason": "ticket 4711", "expires": "2999-12-31" }]);
        let folder = scene.folder.path();
        fs::write(folder.join("before.json"), before.to_string()).unwrap();
        fs::write(folder.join("waivers.yaml"), waiver.to_string()).unwrap();
        signoff(folder, &["run", "--target", "broken", "--quiet", "--baseline", "before.json"]);
        let record = read(&scene.page.with_file_name("record.json"));
        Self { record, ..scene }
    }

    /// Renders a record in which every string of target and author is malicious.
    pub fn hostile() -> Self {
        Self::of("broken", |record| {
            let evil = [
                format!("{MARKUP}\u{202e}\u{0}\u{1b}[31m"),
                "\"><svg onload=alert(3)>".to_owned(),
                "javascript:alert(4)".to_owned(),
                "x".repeat(5_000),
            ];
            let mut evil = evil.iter().cycle();
            let mut next = || Value::from(evil.next().cloned());
            for name in ["title", "version", "file"] {
                record["contract"][name] = next();
            }
            (record["target"]["name"], record["target"]["url"]) = (next(), json!("javascript:alert(5)"));
            for group in record["groups"].as_array_mut().unwrap() {
                (group["finding"]["message"], group["finding"]["source"]) = (next(), next());
                group["finding"]["place"]["file"] = next();
                group["request_id"] = json!([next(), next()]);
            }
            record["groups"][0]["finding"]["expected"] = Value::from("x".repeat(1_000_000));
            record["mutation"] = mutation(record, &mut next);
            for entry in record["outcomes"].as_array_mut().unwrap() {
                make_malicious(entry, &mut next);
            }
        })
    }

    fn of(target: &str, change: impl FnOnce(&mut Value)) -> Self {
        let folder = copy_of_the_repository();
        signoff(folder.path(), &["run", "--target", target, "--quiet"]);
        let file = folder.path().join("reports/record.json");
        let mut record = read(&file);
        change(&mut record);
        fs::write(&file, record.to_string()).unwrap();
        signoff(folder.path(), &["report", "render", "--from", "reports/record.json"]);
        Self { page: folder.path().join("reports/index.html"), record, folder }
    }

    /// The path of the page.
    pub fn page(&self) -> &Path {
        &self.page
    }

    /// Returns the number of cases with a finding of this status.
    pub fn cases_with_status(&self, word: &str) -> usize {
        let outcomes = self.record["outcomes"].as_array().unwrap().iter();
        let findings = |entry: &Value| entry.get("findings").and_then(Value::as_array).cloned().unwrap_or_default();
        let stands_so = |entry: &&Value| match word {
            "waived" => entry.get("waived").is_some(),
            since => findings(entry).iter().any(|finding| finding["since"] == since),
        };
        outcomes.filter(stands_so).count()
    }

    /// Returns the number of failed cases.
    pub fn failed(&self) -> u64 {
        self.record["summary"]["failed"].as_u64().unwrap()
    }
}

fn signoff(folder: &Path, args: &[&str]) {
    let ended = crate::program().current_dir(folder).args(args).output().unwrap();
    assert!(ended.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&ended.stderr));
}

fn read(record: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(record).unwrap()).unwrap()
}

/// A result of mutation testing with the inputs of the run, in which every text is one of `next`.
fn mutation(record: &Value, mut next: impl FnMut() -> Value) -> Value {
    let counts = json!({
        "tried": 40, "killed": 30, "errored": 1, "timed_out": 1, "survived": 6, "not_reached": 2, "limits": 3, "unspecified": 4,
        "excluded": 1
    });
    let groups = json!([{ "name": next(), "counts": counts }]);
    let survivor = |limit: bool, next: &mut dyn FnMut() -> Value| {
        json!({
            "operation": next(), "operator": next(), "sentence": next(), "limit": limit,
            "place": { "file": next(), "line": 1, "column": 1 }, "case": next(), "expect": [next(), next()]
        })
    };
    let survivors: Vec<_> = (0..6).map(|index| survivor(index % 2 == 0, &mut next)).collect();
    json!({
        "version": next(), "started": next(), "seed": 1, "target": next(), "mock": true, "inputs": record["inputs"],
        "cases": 106, "counts": counts, "families": groups, "operations": groups, "survivors": survivors, "survivors_left_out": 2
    })
}

/// Replaces every string of an entry by a malicious one.
fn make_malicious(entry: &mut Value, next: &mut impl FnMut() -> Value) {
    (entry["name"], entry["reason"]) = (next(), next());
    (entry["tags"], entry["violates"]) = (json!([next(), next()]), json!([next()]));
    entry["requirements"] = json!([next()]);
    entry["place"]["file"] = next();
    for finding in entry.get_mut("findings").and_then(Value::as_array_mut).into_iter().flatten() {
        (finding["message"], finding["expected"]) = (next(), next());
        (finding["actual"], finding["source"], finding["literal"]) = (next(), next(), json!(false));
    }
    if let Some(response) = entry.pointer_mut("/exchange/response") {
        response["headers"] = json!([[next(), next()]]);
        response["body"]["text"] = next();
    }
    if entry.get("curl").is_some() {
        entry["curl"] = next();
    }
}
