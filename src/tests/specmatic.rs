//! Documents of Specmatic, grouped by feature, with valid and invalid requests and responses per keyword, written by hand.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::contract::{Contract, Judgement, Operation, Route, judge, load};
use crate::http::{Headers, Request, Response};
use serde::Deserialize;
use serde_json::Value;

/// A request; with a status, the response to it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    /// `METHOD /path`.
    ask: String,
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// The media type of the content; that of JSON where there is some.
    #[serde(rename = "type")]
    media_type: Option<String>,
    json: Option<Value>,
    text: Option<String>,
    /// `KEYWORD SITE` of every breach, in any order.
    #[serde(default)]
    breaks: Vec<String>,
}

impl Message {
    fn judge(&self, contract: &Contract) -> Judgement {
        let (method, url) = self.ask.split_once(' ').expect("METHOD /path");
        let body = self.text.clone().or_else(|| self.json.as_ref().map(Value::to_string)).unwrap_or_default();
        let body = bytes::Bytes::from(body);
        let request = Request {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: self.headers(),
            body: Some(body.clone()).filter(|body| !body.is_empty()),
            ..Request::default()
        };
        let operation = operation(contract, &request);
        match self.status {
            None => judge::request(contract, operation, &request),
            Some(status) => {
                let headers = self.headers();
                let response = Response { status, version: "HTTP/1.1", headers, wire_size: 0, body };
                judge::response(contract, operation, method, &response)
            }
        }
    }

    fn headers(&self) -> Headers {
        let implied = (self.json.is_some() || self.text.is_some()).then_some("application/json");
        let media_type = self.media_type.as_deref().or(implied).map(|text| ("content-type", text));
        media_type.into_iter().chain(self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))).collect()
    }
}

fn operation<'c>(contract: &'c Contract, request: &Request) -> &'c Operation {
    match contract.router.route(&request.method, request.path()) {
        Route::Found { operation, .. } => &contract.operations[operation],
        other => panic!("{} leads to {other:?}", request.url),
    }
}

fn breaches(judgement: &Judgement) -> Vec<String> {
    judgement.breaches.iter().map(|breach| format!("{} {}", breach.keyword, breach.location)).collect()
}

#[test]
#[ignore = "needs SIGNOFF_DATA"]
fn every_group_is_judged_as_written() {
    let data = PathBuf::from(std::env::var_os("SIGNOFF_DATA").expect("SIGNOFF_DATA is set")).join("specmatic");
    let groups = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/specmatic");
    let mut judged = 0;
    for group in fs::read_dir(groups).expect("the groups").map(|entry| entry.expect("an entry").path()) {
        let folder = data.join(group.file_stem().expect("a name"));
        let text = fs::read_to_string(&group).expect("it is readable");
        let documents: BTreeMap<String, Vec<Message>> = serde_yaml::from_str(&text).expect("a group");
        for (document, messages) in documents {
            let contract = load::load(&folder, Path::new(&document)).unwrap_or_else(|p| panic!("{document}: {p:#?}"));
            for mut message in messages {
                let judgement = message.judge(&contract);
                let mut found = breaches(&judgement);
                found.sort();
                message.breaks.sort();
                assert_eq!(found, message.breaks, "{document}: {message:?}\n{judgement:#?}");
                judged += 1;
            }
        }
    }
    assert!(judged > 140, "{judged} messages");
}
