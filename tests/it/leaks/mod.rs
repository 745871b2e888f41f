//! No output contains a value to redact: values are planted in every part of an exchange, and every byte that the program prints or
//! writes is searched for them, in every encoding. `src/cli/unredacted.rs` shows that the search finds them.

mod inputs;
mod plants;
mod scenario;
mod vendor;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cli::project::{Ended, Project};
use crate::formats;
use plants::{Plant, SECRETS, secrets};
use scenario::{JSON, all_shown, answers, environment, files};
use vendor::{Vendor, answer};

fn project(vendor: &Vendor) -> Project {
    let files = files(vendor);
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    Project::with(&files)
}

fn call(project: &Project, args: &[&str]) -> Ended {
    let env = environment();
    let env: Vec<_> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
    project.call_with(args, &env)
}

/// What one call shows.
fn shown(project: &Project, ended: Ended) -> Vec<(String, String)> {
    scenario::shown(&project.path("reports"), ended.out, ended.err)
}

/// Every planted value that `texts` hold, and where.
fn leaks(texts: &[(String, String)]) -> Vec<String> {
    let leak = |plant: &Plant, (name, text): &(String, String)| {
        let found = plant.found(text);
        let line = |form: &String| {
            text.lines().find(|line| line.contains(form.as_str())).unwrap_or_default().trim().to_owned()
        };
        (!found.is_empty()).then(|| {
            let line = line(&found[0]);
            let at = line.find(&found[0]).unwrap_or_default();
            let around: String = line.chars().skip(at.saturating_sub(120)).take(300).collect();
            format!("{} in {name}: {found:?} in {around}", plant.place)
        })
    };
    Plant::all().flat_map(|plant| texts.iter().filter_map(|text| leak(&plant, text)).collect::<Vec<_>>()).collect()
}

#[test]
fn no_output_holds_what_must_not_be_seen() {
    let vendor = Vendor::start(answers());
    let project = project(&vendor);
    let leaks = leaks(&all_shown(&formats::names(), &project.path("reports"), |args| {
        let Ended { code, out, err } = call(&project, args);
        (code, out, err)
    }));
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    let seen = [("the wire".to_owned(), vendor.seen().to_ascii_lowercase())];
    let unsent: Vec<_> =
        Plant::all().filter(|plant| plant.found(&seen[0].1).is_empty()).map(|plant| plant.place).collect();
    assert_eq!(
        unsent,
        ["EXPECTED", "expected", "operand"],
        "all that is planted is on the wire, where the same search finds it"
    );
}

/// Access tokens, in every encoding that a target repeats them in, and what they are requested with.
#[test]
fn no_output_holds_an_access_token() {
    let names = ["access token", "refresh token", "client secret", "expired token", "password"];
    let plants: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(index, place)| Plant { place, value: format!("sigma{index:02}-h/d+r.kappa{index:02}") })
        .collect();
    let [token, refresh, secret, expired, password] = &plants[..] else { panic!("five plants") };
    let issued = json!({ "access_token": token.value, "refresh_token": refresh.value, "expires_in": 3600 }).to_string();
    let repeated = plants
        .iter()
        .map(|plant| format!(r#""{}","{}","{}","{}""#, plant.value, plant.base64(), plant.percent(), plant.escaped()));
    let repeated = format!("{{\"name\": 1, \"said\": [{}]}}", repeated.collect::<Vec<_>>().join(","));
    // A token request names no answer.
    let vendor = Vendor::start(BTreeMap::from([
        ("", answer(200, &[JSON], issued)),
        ("repeats", answer(200, &[JSON], repeated)),
    ]));
    let project = project(&vendor);
    let credential = json!({
        "oauth2": "password", "token_url": format!("{}/token", vendor.url), "client_id": "partner",
        "client_secret": secret.value, "client_auth": "post", "username": "ada", "password": password.value, "expired_token": expired.value,
    });
    let config = json!({ "spec": "spec.yaml", "targets": { "vendor": { "url": vendor.url, "auth": { "bearer": credential } } } });
    project.write("signoff.yaml", &config.to_string());
    let case = |name: &str, auth: Value| {
        let mut request = json!({ "path": { "id": "1" }, "headers": { "x-answer": "repeats" }, "body": {} });
        request["auth"] = json!({ "bearer": auth });
        json!({ "name": name, "request": request, "violates": "unchecked", "expect": { "status": 299, "body": { "said": "nothing" } } })
    };
    let cases = [("scoped", json!({ "scope": "a" })), ("wrong", json!("wrong")), ("expired", json!("expired"))];
    let cases: Vec<_> = cases.into_iter().map(|(name, auth)| case(name, auth)).collect();
    project.write("cases/leaks.yaml", &json!({ "operation": "setPerson", "cases": cases }).to_string());
    let shown = all_shown(&formats::names(), &project.path("reports"), |args| {
        let Ended { code, out, err } = call(&project, args);
        (code, out, err)
    });
    let wire = vendor.seen().to_ascii_lowercase();
    for plant in &plants {
        assert!(!plant.found(&wire).is_empty(), "{} is on the wire", plant.place);
        let leaks: Vec<_> = shown.iter().filter(|(_, text)| !plant.found(text).is_empty()).collect();
        assert!(leaks.is_empty(), "{}: {leaks:#?}", plant.place);
    }
}

/// Without a declaration of secrets, only those of HTTP itself stay hidden.
#[test]
fn what_http_calls_a_secret_is_hidden_unasked() {
    let vendor = Vendor::start(answers());
    let project = project(&vendor);
    for file in ["signoff.yaml", "cases/leaks.yaml"] {
        let text = secrets().fold(project.read(file), |text, name| {
            let value = Value::from(Plant::secret(name).value).to_string();
            text.replace(&format!("${{env.{name}}}"), &value[1..value.len() - 1])
        });
        let text = text.replace("response.body.name == env.EXPECTED", "response.body.name == 1");
        project.write(file, &text.replace(r#"["token","pin"]"#, "[]"));
    }
    let shown = shown(&project, call(&project, &["run", "-v", "--target", "vendor", "--jobs", "1"]));
    let found: Vec<_> = leaks(&shown).iter().filter_map(|leak| leak.split(' ').next().map(str::to_owned)).collect();
    let hidden: Vec<_> = SECRETS.iter().filter(|place| !found.iter().any(|found| found == *place)).collect();
    assert_eq!(hidden, [&"COOKIE", &"BEARER", &"PASSWORD", &"OTHER_BEARER", &"SET_COOKIE"]);
}

#[test]
fn the_record_tells_what_was_hidden_by_which_rule() {
    let vendor = Vendor::start(answers());
    let project = project(&vendor);
    call(&project, &["run", "--target", "vendor", "--jobs", "1"]);
    let record: Value = serde_json::from_str(&project.read("reports/record.json")).expect("a record");
    let redacted = record["redacted"].as_array().expect("a list");
    let rules: Vec<_> = redacted.iter().map(|redacted| redacted["rule"].as_str().expect("a rule")).collect();
    let named: Vec<_> = rules.iter().filter(|rule| !rule.starts_with("secret ")).copied().collect();
    let expect =
        ["contract wo", "header authorization", "header set-cookie", "redact pin", "redact token", "security api_key"];
    assert_eq!(named, expect);
    assert!(redacted.iter().all(|redacted| redacted["count"].as_u64() > Some(0)));
    assert!(rules.contains(&"secret MEMBER") && rules.contains(&"secret VALUE"), "{rules:?}");
}

/// A value that happens to be in a word of the contract's own paths hides none of them.
#[test]
fn paths_of_the_contract_stay_readable() {
    let vendor = Vendor::start(answers());
    let project = project(&vendor);
    let case = json!({ "cases": [{
        "name": "elsewhere", "violates": "path", "expect": { "status": 404 },
        "request": { "method": "POST", "url": "/people/1/peopl", "auth": "none", "headers": { "x-answer": "ok" }, "body": { "token": "peopl" } },
    }] });
    project.write("cases/leaks.yaml", &case.to_string());
    call(&project, &["run", "--target", "vendor"]);
    let record: Value = serde_json::from_str(&project.read("reports/record.json")).expect("a record");
    assert_eq!(record["outcomes"][0]["path"], "/people/1/«redacted:1»", "{record:#}");
}

/// What a JSON Pointer leads to is hidden, however short, and what has the same name elsewhere is not.
#[test]
fn values_are_hidden_by_pointer_too() {
    let body =
        json!({ "name": 1, "people": [{ "pass": 7 }, { "pass": { "word": "x\"y" } }], "pass": "shown" }).to_string();
    let vendor = Vendor::start(BTreeMap::from([("ok", answer(200, &[JSON], &body))]));
    let project = project(&vendor);
    let request = json!({ "path": { "id": "1" }, "headers": { "x-answer": "ok" }, "body": { "pass": 8 } });
    let expect = json!({ "status": 200, "body": { "people": [{ "pass": 9 }, {}] } });
    let case = json!({ "operation": "setPerson", "cases": [{ "name": "a", "violates": "unchecked", "request": request, "expect": expect }] });
    project.write("cases/leaks.yaml", &case.to_string());
    project.write("signoff.yaml", &project.read("signoff.yaml").replace(r#"["token","pin"]"#, r#"["/people/*/pass"]"#));
    call(&project, &["run", "--target", "vendor"]);
    let record: Value = serde_json::from_str(&project.read("reports/record.json")).expect("a record");
    let exchange = &record["outcomes"][0]["exchange"];
    let hidden = |number: usize, kind: &str| format!("«redacted:{number} {kind}»");
    let [seven, name, word, nine] = [hidden(1, "number"), hidden(2, "name"), hidden(3, "string"), hidden(4, "number")];
    let expect = json!({ "name": 1, "people": [{ "pass": seven }, { "pass": { (name): word } }], "pass": "shown" });
    let came: Value = serde_json::from_str(exchange["response"]["body"]["text"].as_str().expect("text")).expect("JSON");
    assert_eq!(came, expect);
    assert_eq!(exchange["request"]["body"]["text"], r#"{"pass":8}"#);
    let findings = record["outcomes"][0]["findings"].as_array().expect("findings");
    let wrong = findings.iter().find(|finding| finding["at"] == "/people/0/pass").expect("the wrong value");
    assert_eq!((&wrong["expected"], &wrong["actual"]), (&json!(format!("\"{nine}\"")), &json!(format!("\"{seven}\""))));
    assert!(record["redacted"].to_string().contains("redact /people/*/pass"), "{record:#}");
}

/// In XML the names of elements and attributes count.
#[test]
fn values_are_hidden_in_xml_too() {
    let body = "<a><token>told-in-xml</token><b pin=\"77\">shown</b></a>";
    let vendor = Vendor::start(BTreeMap::from([("ok", answer(200, &[("content-type", "text/xml")], body))]));
    let project = project(&vendor);
    let headers = json!({ "x-answer": "ok", "content-type": "application/xml" });
    let request = json!({ "path": { "id": "1" }, "headers": headers, "text": "<a><token>sent-in-xml</token></a>" });
    let case =
        json!({ "operation": "setPerson", "cases": [{ "name": "a", "violates": "unchecked", "request": request }] });
    project.write("cases/leaks.yaml", &case.to_string());
    call(&project, &["run", "--target", "vendor"]);
    let record = project.read("reports/record.json");
    assert!(!record.contains("told-in-xml") && !record.contains("sent-in-xml"), "{record}");
    let record: Value = serde_json::from_str(&record).expect("a record");
    let exchange = &record["outcomes"][0]["exchange"];
    let shown = "<a><token>«redacted:2 string»</token><b pin=\"«redacted:3 string»\">shown</b></a>";
    assert_eq!(exchange["response"]["body"]["text"], shown);
    assert_eq!(exchange["request"]["body"]["text"], "<a><token>«redacted:1 string»</token></a>");
}

/// What is wrong with a request, a target or a credential is reported without its value.
#[test]
fn no_problem_tells_a_secret() {
    let case = |request: Value| json!({ "operation": "setPerson", "cases": [{ "name": "a", "request": request }] });
    let target = |target: Value| json!({ "spec": "spec.yaml", "targets": { "vendor": target } });
    let url = "http://localhost:1";
    let sound = target(json!({ "url": url, "auth": { "bearer": "${env.BEARER}" } }));
    let path = json!({ "id": "1" });
    let wrong = [
        (sound.clone(), case(json!({ "method": "POST", "url": "${env.PATH}" }))),
        (sound.clone(), case(json!({ "path": path, "headers": { "x-a": "${env.VALUE}\n" } }))),
        (sound.clone(), case(json!({ "path": path, "body": { "name": "${env.MEMBER}", "${env.KEY}": 1 } }))),
        (sound.clone(), case(json!({ "path": path, "query": { "q": "${env.QUERY}" } }))),
        (sound.clone(), case(json!({ "path": path, "body": "${time(env.VALUE)}" }))),
        (sound, case(json!({ "path": { "id": { "a": "${env.NESTED}" } } }))),
        (target(json!({ "url": "${env.PATH}" })), case(json!({ "path": path }))),
        (target(json!({ "url": "http://${env.HEADER}.example?x" })), case(json!({ "path": path }))),
        (target(json!({ "url": url, "proxy": "${env.PATH}" })), case(json!({ "path": path }))),
        (target(json!({ "url": url, "rate": "${env.VALUE}" })), case(json!({ "path": path }))),
        (target(json!({ "url": url, "ca_file": "${env.PATH}" })), case(json!({ "path": path }))),
        (target(json!({ "url": url, "auth": { "${env.KEY}": "${env.BEARER}" } })), case(json!({ "path": path }))),
        (target(json!({ "url": url, "auth": { "basic": "${env.BEARER}" } })), case(json!({ "path": path }))),
    ];
    for (config, case) in wrong {
        let spec = include_str!("../../data/leaks.yaml");
        let texts =
            [("signoff.yaml", config.to_string()), ("cases/a.yaml", case.to_string()), ("spec.yaml", spec.to_owned())];
        let files: Vec<_> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let project = Project::with(&files);
        let ended = call(&project, &["run", "-v", "--target", "vendor"]);
        let (code, told) = (ended.code, format!("{ended:?}"));
        let leaks = leaks(&shown(&project, ended));
        assert!(matches!(code, 2 | 3) && leaks.is_empty(), "{told}\n{}", leaks.join("\n"));
    }
}
