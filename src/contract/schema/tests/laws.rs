//! Laws of judging, over schemas of every kind: what the plain schema allows is never a breach, and one broken keyword is one
//! breach, of that keyword at that place.

use proptest::prelude::*;

use super::*;

/// A schema in a few words; each is written as OpenAPI 3.0, as OpenAPI 3.1 and as plain JSON Schema.
#[derive(Debug, Clone)]
enum Plan {
    Text { least: usize, most: usize },
    Name,
    Code,
    Whole { least: i64, most: i64 },
    Above { limit: i64, step: i64 },
    Flag,
    Choice,
    List { items: Box<Plan>, least: usize, most: usize },
    Record { members: Vec<(Plan, bool)>, closed: bool },
    Nullable(Box<Plan>),
    Shared(Box<Plan>),
    Both(Box<Plan>),
}

/// A value, the keyword that it breaks, and where.
type Broken = (Value, &'static str, String);

const NAMES: [&str; 4] = ["a", "b/c", "ä", "d~"];

impl Plan {
    /// The schema, as OpenAPI 3.0 has it or as 3.1 and JSON Schema have it.
    fn schema(&self, nullable: bool) -> Value {
        match self {
            Self::Text { least, most } => json!({ "type": "string", "minLength": least, "maxLength": most }),
            Self::Name => json!({ "type": "string", "pattern": "^[a-z]+\\d$" }),
            Self::Code => json!({ "type": "string", "format": "date" }),
            Self::Whole { least, most } => json!({ "type": "integer", "minimum": least, "maximum": most }),
            Self::Above { limit, step } if nullable => {
                json!({ "type": "number", "minimum": limit, "exclusiveMinimum": true, "multipleOf": step })
            }
            Self::Above { limit, step } => json!({ "type": "number", "exclusiveMinimum": limit, "multipleOf": step }),
            Self::Flag => json!({ "type": "boolean" }),
            Self::Choice => json!({ "enum": ["x", 1, [2]] }),
            Self::List { items, least, most } => {
                json!({ "type": "array", "items": items.schema(nullable), "minItems": least, "maxItems": most, "uniqueItems": false })
            }
            Self::Record { members, closed } => record(members, *closed, nullable),
            Self::Nullable(inner) => {
                let mut schema = inner.schema(nullable);
                if nullable {
                    schema["nullable"] = json!(true);
                } else {
                    schema["type"] = json!([schema["type"], "null"]);
                }
                schema
            }
            Self::Shared(inner) => json!({ "allOf": [{ "description": "shared" }, inner.schema(nullable)] }),
            Self::Both(inner) => json!({ "oneOf": [{ "type": "string", "enum": ["never"] }, inner.schema(nullable)] }),
        }
    }

    /// A value that keeps it.
    fn kept(&self) -> Value {
        match self {
            Self::Text { least, .. } => json!("é".repeat(*least)),
            Self::Name => json!("abc1"),
            Self::Code => json!("2026-02-28"),
            Self::Whole { least, .. } => json!(least),
            Self::Above { limit, step } => json!((limit / step + 1) * step),
            Self::Flag => json!(true),
            Self::Choice => json!([2]),
            Self::List { items, least, .. } => vec![items.kept(); *least].into(),
            Self::Record { members, .. } => {
                members.iter().zip(NAMES).map(|((plan, _), name)| (name.to_owned(), plan.kept())).collect()
            }
            Self::Nullable(inner) | Self::Shared(inner) | Self::Both(inner) => inner.kept(),
        }
    }

    /// Values that break it in one keyword each.
    fn broken(&self) -> Vec<Broken> {
        let here = |value: Value, keyword: &'static str| (value, keyword, String::new());
        match self {
            Self::Text { least, most } => {
                let short = least.checked_sub(1).map(|short| here(json!("x".repeat(short)), "minLength"));
                let long = here(json!("x".repeat(most + 1)), "maxLength");
                short.into_iter().chain([long, here(json!(1), "type")]).collect()
            }
            Self::Name => vec![here(json!("abc"), "pattern"), here(json!(1.5), "type")],
            Self::Code => vec![here(json!("2026-02-30"), "format"), here(json!({}), "type")],
            Self::Whole { least, most } => {
                let high = here(json!(most + 1), "maximum");
                vec![here(json!(least - 1), "minimum"), high, here(json!("1"), "type")]
            }
            Self::Above { limit, step } => {
                let low = here(json!((limit.div_euclid(*step)) * step), "exclusiveMinimum");
                let odd = here(json!(((limit / step + 1) * step) as f64 + 0.5), "multipleOf");
                vec![low, odd, here(json!([]), "type")]
            }
            Self::Flag => vec![here(json!("true"), "type")],
            Self::Choice => vec![here(json!("y"), "enum")],
            Self::List { items, least, most } => broken_list(items, *least, *most),
            Self::Record { members, closed } => broken_record(self, members, *closed),
            Self::Nullable(inner) | Self::Shared(inner) => inner.broken(),
            // The closest branch is the one that fits best; a value of another type does not show it.
            Self::Both(inner) => {
                inner.broken().into_iter().filter(|broken| !(broken.2.is_empty() && broken.1 == "type")).collect()
            }
        }
    }
}

fn record(members: &[(Plan, bool)], closed: bool, nullable: bool) -> Value {
    let named = members.iter().zip(NAMES);
    let properties: Map<String, Value> =
        named.clone().map(|((plan, _), name)| (name.to_owned(), plan.schema(nullable))).collect();
    let required: Vec<&str> = named.filter(|((_, required), _)| *required).map(|(_, name)| name).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    // OpenAPI 3.0 has no empty list here.
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if closed {
        schema["additionalProperties"] = json!(false);
    }
    schema
}

fn broken_list(items: &Plan, least: usize, most: usize) -> Vec<Broken> {
    let mut found =
        vec![(vec![items.kept(); most + 1].into(), "maxItems", String::new()), (json!({}), "type", String::new())];
    found.extend(least.checked_sub(1).map(|few| (vec![items.kept(); few].into(), "minItems", String::new())));
    if most > 0 {
        let count = least.max(1);
        found.extend(items.broken().into_iter().map(|(value, keyword, at)| {
            let mut list = vec![items.kept(); count];
            list[count - 1] = value;
            (list.into(), keyword, format!("/{}{at}", count - 1))
        }));
    }
    found
}

fn broken_record(plan: &Plan, members: &[(Plan, bool)], closed: bool) -> Vec<Broken> {
    let whole = plan.kept();
    let mut found = vec![(json!([]), "type", String::new())];
    if closed {
        let mut more = whole.clone();
        more["other"] = json!(1);
        found.push((more, "additionalProperties", "/other".to_owned()));
    }
    for ((member, required), name) in members.iter().zip(NAMES) {
        let at = Pointer::root().join(name);
        if *required {
            let mut less = whole.clone();
            less.as_object_mut().and_then(|members| members.remove(name));
            found.push((less, "required", at.to_string()));
        }
        for (value, keyword, within) in member.broken() {
            let mut wrong = whole.clone();
            wrong[name] = value;
            found.push((wrong, keyword, format!("{at}{within}")));
        }
    }
    found
}

fn plans() -> impl Strategy<Value = Plan> {
    let leaf = prop_oneof![
        (0..4_usize, 0..4_usize).prop_map(|(least, more)| Plan::Text { least, most: least + more }),
        Just(Plan::Name),
        Just(Plan::Code),
        (-9..9_i64, 0..9_i64).prop_map(|(least, more)| Plan::Whole { least, most: least + more }),
        (0..9_i64, 1..4_i64).prop_map(|(limit, step)| Plan::Above { limit, step }),
        Just(Plan::Flag),
        Just(Plan::Choice),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        let typed = prop_oneof![
            Just(Plan::Flag),
            Just(Plan::Name),
            inner.clone().prop_map(|items| Plan::List { items: Box::new(items), least: 0, most: 2 }),
        ];
        let record = (prop::collection::vec((inner.clone(), any::<bool>()), 0..4), any::<bool>())
            .prop_map(|(members, closed)| Plan::Record { members, closed });
        prop_oneof![
            record.clone(),
            (boxed(), 0..3_usize, 0..3_usize).prop_map(|(items, least, more)| Plan::List {
                items,
                least,
                most: least + more
            }),
            typed.prop_map(|plan| Plan::Nullable(Box::new(plan))),
            boxed().prop_map(Plan::Shared),
            record.prop_map(|plan| Plan::Both(Box::new(plan))),
        ]
    })
}

/// The keyword and the place of every breach of `value`, by the schema written for that version.
fn found(openapi: &str, schema: &Value, value: &Value) -> Vec<(String, String)> {
    let text = json!({ "openapi": openapi, "schema": schema }).to_string();
    let documents = [Document::parse("openapi.json", text).expect("it is JSON")];
    let uris = Uris::from("file:///openapi.json");
    let root = Anchor { document: 0, pointer: Pointer::root().join("schema") };
    let openapi = OasVersion::parse(openapi).expect("a version");
    let schemas = Schemas::compile(&documents, &uris, vec![root], openapi).expect("it compiles");
    let refs = Refs { documents: &documents, uris: &uris, openapi };
    let (rule, direction) = (Rule::BodySchema, Direction::Request);
    let subject = Subject { refs, key: SchemaKey(0), rule, location: &Location::Body, direction };
    let (breaches, not_checked) = schemas.judge(subject, value);
    assert_eq!(not_checked, []);
    breaches.into_iter().map(|breach| (breach.keyword, breach.location.to_string())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What the plain schema allows is no breach, and what it does not allow is one, in every version.
    #[test]
    fn judging_agrees_with_the_plain_schema(plan in plans(), other in plans()) {
        let plain = jsonschema::options().should_validate_formats(true).build(&plan.schema(false)).expect("it compiles");
        let mut values = vec![plan.kept(), other.kept(), Value::Null, json!(1.0)];
        values.extend(plan.broken().into_iter().take(8).map(|(value, ..)| value));
        for value in values {
            for (openapi, schema) in [("3.0.4", plan.schema(true)), ("3.1.1", plan.schema(false))] {
                let found = found(openapi, &schema, &value);
                prop_assert_eq!(found.is_empty(), plain.is_valid(&value), "{}: {} by {}: {:?}", openapi, value, schema, found);
            }
        }
    }

    /// One broken keyword is one breach, of that keyword at that place.
    #[test]
    fn one_broken_keyword_is_one_breach(plan in plans(), index: prop::sample::Index) {
        let broken = plan.broken();
        prop_assume!(!broken.is_empty());
        let (value, keyword, at) = index.get(&broken);
        for (openapi, schema) in [("3.0.4", plan.schema(true)), ("3.1.1", plan.schema(false))] {
            let expect = [((*keyword).to_owned(), format!("body{at}"))];
            prop_assert_eq!(found(openapi, &schema, value), expect, "{}: {} by {}", openapi, value, schema);
        }
    }
}
