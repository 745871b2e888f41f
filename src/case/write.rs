//! Renders case files.

use crate::document::to_yaml;
use crate::problem::Problem;

use super::format::WholeFile;

/// Renders `file` as YAML. Keys that have no effect are left out.
pub(crate) fn render(file: &WholeFile) -> Result<String, Problem> {
    to_yaml(file)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::num::NonZeroU32;
    use std::time::Duration;

    use proptest::option::of;
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::super::format::expect::SchemaFormat;
    use super::super::format::file::{PollFormat, RetryFormat, StepFormat};
    use super::super::format::{
        AuthFormat, ExpectFormat, OneOrMany, PartFormat, RequestFormat, SignFormat, StatusFormat, TableFormat,
        UseFormat, WholeCase,
    };
    use super::*;
    use crate::document::{self, Document};
    use crate::pointer::Pointer;
    use crate::quantity::HumanDuration;

    fn read_back(text: &str) -> WholeFile {
        let document = Document::parse("cases/a.yaml", text).unwrap_or_else(|wrong| panic!("{wrong:?} in {text}"));
        let (file, problems) = document::read(&document, &Pointer::root());
        assert!(problems.is_empty(), "{problems:?} in {text}");
        file.unwrap_or_else(|| panic!("no case file: {text}"))
    }

    #[test]
    fn a_case_file_is_short_and_in_order() {
        let case = WholeCase {
            name: "adds".to_owned(),
            request: RequestFormat { body: Some(Value::Null), ..RequestFormat::default() },
            violates: vec!["type body".to_owned()].into(),
            expect: ExpectFormat { status: vec![StatusFormat(400..=499)].into(), ..ExpectFormat::default() },
            ..WholeCase::default()
        };
        let file = WholeFile { story: Some("no".to_owned()), cases: vec![case], ..WholeFile::default() };
        let text = render(&file).expect("it can be written");
        let expected = "\
story: \"no\"
cases:
- name: adds
  request:
    body: null
  violates: type body
  expect:
    status: 4XX
";
        assert_eq!(text, expected);
        assert_eq!(read_back(&text), file);
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z]{1,8}",
            "\\PC{0,8}",
            prop::sample::select(vec!["<<", "no", "1:30", "2026-01-31", "1_000", "~", ""]).prop_map(str::to_owned)
        ]
    }

    fn texts() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec(text(), 0..3)
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e9..1e9).prop_map(Value::from),
            text().prop_map(Value::from),
        ];
        leaf.prop_recursive(2, 8, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::vec((text(), inner), 0..3)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    fn members() -> impl Strategy<Value = Map<String, Value>> {
        prop::collection::vec((text(), value()), 0..3).prop_map(|members| members.into_iter().collect())
    }

    fn properties() -> impl Strategy<Value = BTreeMap<String, String>> {
        prop::collection::btree_map(text(), text(), 0..3)
    }

    fn one_or_many<T: std::fmt::Debug + Clone + 'static>(
        item: impl Strategy<Value = T> + 'static,
    ) -> impl Strategy<Value = OneOrMany<T>> {
        (prop::collection::vec(item, 0..3), any::<bool>())
            .prop_map(|(items, is_list)| OneOrMany { listed: items.len() > 1 || (is_list && items.len() == 1), items })
    }

    fn duration() -> impl Strategy<Value = HumanDuration> {
        let nanos = prop_oneof![0..86_400_000_000_000_u64, (0..86_400_u64).prop_map(|seconds| seconds * 1_000_000_000)];
        nanos.prop_map(|nanos| HumanDuration(Duration::from_nanos(nanos)))
    }

    fn request() -> impl Strategy<Value = RequestFormat> {
        let auth = prop_oneof![text().prop_map(AuthFormat::Word), members().prop_map(AuthFormat::Values)];
        let part = (text(), of(value()), of(value()), of(text()), of(text()), members()).prop_map(
            |(name, value, json, file, media_type, headers)| PartFormat {
                name,
                value,
                json,
                filename: file.clone(),
                file,
                media_type,
                headers,
            },
        );
        let sign = prop::sample::select(vec![SignFormat::None, SignFormat::Wrong, SignFormat::Stale]);
        let url = (of(text()), of(text()), members(), members(), members());
        let body = (of(value()), of(text()), of(text()), of(members()), of(prop::collection::vec(part, 0..2)));
        (url, body, ((members(), of(sign)), of(auth), of(text()), of(text()), texts())).prop_map(
            |((method, url, path, query, headers), (body, body_file, text, form, multipart), rest)| {
                let ((cookies, sign), auth, credentials, base64, without) = rest;
                RequestFormat {
                    method,
                    url,
                    path,
                    query,
                    headers,
                    cookies,
                    auth,
                    credentials,
                    sign,
                    body,
                    body_file,
                    text,
                    form,
                    multipart,
                    base64,
                    without,
                }
            },
        )
    }

    fn expect() -> impl Strategy<Value = ExpectFormat> {
        let status = prop_oneof![(100..600_u16).prop_map(|s| s..=s), (1..6_u16).prop_map(|c| c * 100..=c * 100 + 99)];
        let status = one_or_many(status.prop_map(StatusFormat));
        let schema = of(prop_oneof![any::<bool>().prop_map(Value::from), members().prop_map(Value::from)]);
        (status, members(), of(value()), schema, one_or_many(text()), of(duration()), of(text())).prop_map(
            |(status, headers, body, schema, asserts, within, undocumented)| ExpectFormat {
                status,
                headers,
                body,
                schema: schema.map(SchemaFormat),
                asserts,
                within,
                undocumented,
            },
        )
    }

    fn table() -> impl Strategy<Value = TableFormat> {
        let rows = prop::collection::vec(prop::collection::btree_map(text(), value(), 0..3), 0..3);
        let rows = rows.prop_map(|rows: Vec<BTreeMap<_, _>>| TableFormat::Rows(rows));
        prop_oneof![text().prop_map(TableFormat::File), rows]
    }

    fn case() -> impl Strategy<Value = WholeCase> {
        let poll = (duration(), duration()).prop_map(|(every, up_to)| PollFormat { every, up_to });
        let retry = (1..9_u32, duration()).prop_map(|(attempts, up_to)| RetryFormat {
            attempts: NonZeroU32::new(attempts).expect("at least one"),
            up_to,
        });
        let head = (text(), of(text()), texts(), one_or_many(text()), of(text()), properties());
        let lists = ((one_or_many(text()), one_or_many(text())), members(), texts(), texts(), texts());
        (head, request(), expect(), lists, (of(poll), of(retry), of(table()))).prop_map(
            |((name, operation, tags, requirement, skip, properties), request, expect, lists, (poll, retry, table))| {
                let ((violates, covers), capture, needs, only_on, not_on) = lists;
                WholeCase {
                    name,
                    operation,
                    tags,
                    requirement,
                    skip,
                    properties,
                    request,
                    violates,
                    covers,
                    expect,
                    capture,
                    needs,
                    only_on,
                    not_on,
                    poll,
                    retry,
                    table,
                }
            },
        )
    }

    fn file() -> impl Strategy<Value = WholeFile> {
        let step = || {
            let step = prop_oneof![
                text().prop_map(|file| StepFormat::Use(UseFormat { file })),
                case().prop_map(|case| StepFormat::Case(Box::new(case))),
            ];
            prop::collection::vec(step, 0..2)
        };
        let head = (of(text()), of(text()), texts(), one_or_many(text()), members());
        let rest = (of(text()), any::<bool>(), of(table()));
        (head, request(), rest, step(), prop::collection::vec(case(), 0..2), step()).prop_map(
            |(
                (story, operation, tags, requirement, vars),
                base,
                (serial, independent, table),
                setup,
                cases,
                teardown,
            )| {
                WholeFile {
                    story,
                    operation,
                    tags,
                    requirement,
                    vars,
                    base,
                    serial,
                    independent,
                    table,
                    setup,
                    cases,
                    teardown,
                }
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn written_files_are_read_back(file in file()) {
            let text = render(&file).expect("it can be written");
            prop_assert_eq!(read_back(&text), file, "{}", text);
        }
    }

    #[test]
    fn a_null_body_is_written() {
        let file = WholeFile { vars: [("a".to_owned(), json!(null))].into_iter().collect(), ..WholeFile::default() };
        assert_eq!(render(&file).expect("it can be written"), "vars:\n  a: null\ncases: []\n");
    }
}
