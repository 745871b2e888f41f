//! Results and errors of expressions.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// 2025-02-13T19:08:07.000Z
const STARTED: i64 = 1_739_473_687_000_000;

fn scope() -> Scope {
    let mut scope = Scope::new(STARTED, 7, "case");
    scope.set("customer", &json!("BBB"));
    scope.set("count", &json!(9));
    scope.set("big", &json!(u64::MAX));
    scope.set("env", &json!({"API_KEY": "k"}));
    scope.set(
        "response",
        &json!({"status": 200, "headers": {"x-req-id": "r", "etag": "e"}, "body": {"created_at": "2025-02-13T19:08:07Z", "links": [{"id": 1}, {"id": 2}],
            "none": null, "z": 1, "a": 2}}),
    );
    scope.set("state", &json!({"links": {"BBB": {"n": 1}}}));
    scope
}

fn evaluated(text: &str) -> Result<Value, String> {
    let shown = |error: Error| format!("{} [{}]", error.message, text.get(error.range).unwrap_or("?"));
    Expression::parse(text).map_err(shown)?.evaluate(&scope()).map_err(shown)
}

fn check(text: &str, expect: Value) {
    assert_eq!(evaluated(text), Ok(expect), "{text}");
}

fn refuse(text: &str, expect: &str) {
    assert_eq!(evaluated(text), Err(expect.to_owned()), "{text}");
}

#[test]
fn values_attributes_and_items() {
    check("customer", json!("BBB"));
    check("big", json!(u64::MAX));
    check("response.body.links[1].id", json!(2));
    check("response.body.links[-1]['id']", json!(2));
    check("response['body'].links.0", json!({"id": 1}));
    check("response.body.links[1:]", json!([{"id": 2}]));
    check("customer[:-1] ~ count", json!("BB9"));
    check("state.links[customer].n", json!(1));
    check("[count, none, null, true, {'a': count}]", json!([9, null, null, true, {"a": 9}]));
    check("'a' if count > 1 else nope", json!("a"));
}

#[test]
fn names_of_headers_have_any_case() {
    for name in ["X-Req-Id", "x-req-id", "X-REQ-ID"] {
        check(&format!("response.headers['{name}']"), json!("r"));
        check(&format!("response['headers']['{name}'] is undefined"), json!(false));
        check(&format!("'{name}' in response.headers"), json!(true));
        check(&format!("'{name}' not in response.headers"), json!(false));
        check(&format!("'{name}' is in(response.headers)"), json!(true));
        check(&format!("response.headers | attr('{name}')"), json!("r"));
        check(&format!("response.headers | pick(['{name}', 'ETAG'])"), json!({"x-req-id": "r", "etag": "e"}));
        let (first, rest) = name.split_at(1);
        check(&format!("(response.headers | default({{}}))['{first}' ~ '{rest}']"), json!("r"));
    }
    check("response.headers.ETag", json!("e"));
    check("response.headers[customer] is undefined", json!(true));
    check("response.headers | list", json!(["etag", "x-req-id"]));
    check("'Z' in response.body", json!(false));
    let names = Expression::parse("request.headers.ETag == request.headers['Accept']").expect("an expression").names();
    let paths: Vec<_> = names.into_iter().map(|name| name.path).collect();
    assert_eq!(paths, ["request.headers.accept", "request.headers.etag"]);
}

#[test]
fn properties_keep_their_order() {
    let body = evaluated("response.body").expect("a value");
    let names: Vec<_> = body.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["created_at", "links", "none", "z", "a"]);
}

#[test]
fn comparisons_are_by_value_and_of_one_type() {
    check("count == 9.0 and count != 10", json!(true));
    check("1 < count <= 9 > 100", json!(false));
    check("9007199254740993 > 9007199254740992.0", json!(true));
    check("customer < 'C'", json!(true));
    check("response.body.none == none and customer != null", json!(true));
    check("customer in state.links and 'X' not in state.links", json!(true));
    check("2 in [1, 2] and 'BB' in customer", json!(true));
    check("count is ge(9) and count is odd", json!(true));
    refuse("'9' > 10", "cannot order a string with a number ['9' > 10]");
    refuse("response.body.none < 1", "cannot order null with a number [response.body.none < 1]");
    refuse("1 == '1'", "cannot compare a number with a string [1 == '1']");
    refuse("response.body.none == 1", "cannot compare null with a number [response.body.none == 1]");
    refuse("count is lt('1')", "cannot order a number with a string [count is lt('1']");
    refuse("true < false", "cannot order a boolean with a boolean [true < false]");
    refuse("1 in 'a1'", "cannot look for a number in a string [1 in 'a1']");
}

#[test]
fn arithmetic_is_exact_and_of_one_type() {
    check("big - 1 == 18446744073709551614", json!(true));
    check("7 // 2 + 7 % 2 + 2 ** 3", json!(12));
    check("7 / 2", json!(3.5));
    check("-count", json!(-9));
    check("'a' + 'b'", json!("ab"));
    check("[1] + [2]", json!([1, 2]));
    refuse("big + 1", "number out of range [big + 1]");
    refuse("1 / 0", "division by zero or number out of range [1 / 0]");
    refuse("1 // 0", "division by zero or number out of range [1 // 0]");
    refuse("customer + 1", "cannot compute a string with a number [customer + 1]");
}

#[test]
fn missing_values_are_errors_unless_tested() {
    refuse("custmer", "unknown name `custmer`, did you mean `customer`? [custmer]");
    refuse("1 + nope.b", "unknown name `nope` [nope]");
    refuse("response.body.created", "an object has no `created` [response.body.created]");
    refuse("response.body.link", "an object has no `link`, did you mean `links`? [response.body.link]");
    refuse("response.body.links[5]", "a list of 2 has no [5] [response.body.links[5]]");
    refuse("customer.x", "a string has no `x` [customer.x]");
    refuse("[] | first", "the filter `first` gives a missing value [[] | first]");
    refuse(
        "response.body.links | map(attribute='x') | list",
        "the filter `map` gives a missing value [response.body.links | map(attribute='x')]",
    );
    check("nope is undefined and response.body.x.y is undefined and count is defined", json!(true));
    check("response.body.x | default('d')", json!("d"));
    check("count | default('d')", json!(9));
    refuse("(1 / 0) is defined", "division by zero or number out of range [1 / 0]");
}

#[test]
fn own_filters_work_on_properties() {
    check("{'a': {'b': 1}, 'c': 2} | merge({'a': {'d': count}}) | pick(['a'])", json!({"a": {"b": 1, "d": 9}}));
    check("nope | default({}) | merge(state.links)", json!({"BBB": {"n": 1}}));
    refuse("count | pick(['a'])", "the filter `pick` needs an object and a list of names [count | pick(['a'])]");
}

#[test]
fn filters_and_tests_come_from_minijinja() {
    check("response.body.links | map(attribute='id') | list", json!([1, 2]));
    check("customer | lower ~ (response.body.links | length)", json!("bbb2"));
    check("true is not number and count is integer", json!(true));
    check("customer is string and customer is startingwith('B')", json!(true));
    refuse("count | nope", "unknown filter `nope` [nope]");
    refuse("count is nope", "unknown test `nope` [nope]");
    refuse(
        "count | length",
        "the filter `length` does not support this: cannot calculate length of value of type number [count | length]",
    );
}

#[test]
fn instants_compare_shift_and_become_text() {
    check("now()", json!("2025-02-13T19:08:07.000Z"));
    check("time(response.body.created_at) <= now() + 60", json!(true));
    check("now() + 0.5 - now()", json!(0.5));
    check("'at ' ~ (now() - 7)", json!("at 2025-02-13T19:08:00.000Z"));
    check("[today(0), today(-13), today(30)]", json!(["2025-02-13", "2025-01-31", "2025-03-15"]));
    refuse(
        "now() > response.body.created_at",
        "cannot order an instant with a string; use time(…) to convert a string [now() > response.body.created_at]",
    );
    refuse(
        "time('yesterday')",
        "expected an RFC 3339 date-time such as 2025-02-13T19:08:07Z, found \"yesterday\" [time('yesterday')]",
    );
    refuse("time(1)", "expected `time(text)`, found a number [time(1)]");
    refuse("now() + 1e300", "instant out of range [now() + 1e300]");
}

#[test]
fn randomness_derives_from_seed_label_and_call() {
    let draw = |scope: &Scope| {
        let text = "[uuid(), uuid(), random_int(1, 6), random_int(-9223372036854775808, 9223372036854775807)]";
        Expression::parse(text).expect("an expression").evaluate(scope).expect("values")
    };
    let first = draw(&Scope::new(0, 7, "a"));
    assert_eq!(draw(&Scope::new(5, 7, "a")), first);
    assert_eq!(draw(&Scope::new(0, 7, "b").relabelled("a")), first);
    assert_ne!(draw(&Scope::new(0, 8, "a")), first);
    assert_ne!(first[0], first[1]);
    assert_eq!(first[0].as_str().map(|uuid| (uuid.len(), &uuid[14..15])), Some((36, "4")));
    refuse("random_int(2, 1)", "expected least ≤ most, found 2 and 1 [random_int(2, 1)]");
}

#[test]
fn what_is_not_an_expression() {
    refuse("", "the expression is empty []");
    refuse("a +", "unexpected end of input, expected expression [+]");
    refuse("a b", "unexpected input after expression [b]");
    refuse("a = 1", "`=` is not an operator here: write `==` [=]");
    refuse("a === 1", "`===` is not an operator here: write `==` [===]");
    refuse("a == '=' and b = 1", "`=` is not an operator here: write `==` [=]");
    refuse("round(digits=1", "unexpected end of input, expected `,` [1]");
    refuse("uid()", "unknown function `uid`, did you mean `uuid`? [uid]");
    refuse("now(1)", "expected `now()`, found 1 arguments [now(1)]");
    refuse("customer.upper()", "values have no methods; use a filter, such as `x | length` [customer.upper]");
    refuse("1 if count", "`if` needs an `else` [1 if count]");
    refuse("omit", "`omit` is not a value to test [omit]");
    refuse("[omit]", "`omit` must be the whole value [omit]");
    let long = "1+".repeat(999) + "1";
    assert_eq!(
        Expression::parse(&long).map(|_| ()).map_err(|error| error.message),
        Err("nested deeper than 100 levels".into())
    );
    let longer = "1+".repeat(2000) + "1";
    assert_eq!(
        Expression::parse(&longer).map(|_| ()).map_err(|error| error.message),
        Err("the expression is longer than 2000 bytes".into())
    );
}

#[test]
fn names_are_paths_as_far_as_they_are_constant() {
    let text = "public(env.A) ~ env['B'] ~ state.links[request.path.id].n ~ uuid() ~ public(env.B) ~ omit ~ x.y[0].z";
    let names = Expression::parse(text).expect("an expression").names();
    let shown: Vec<_> =
        names.iter().map(|name| format!("{}{}", name.path, if name.public { "!" } else { "" })).collect();
    assert_eq!(shown, ["env.A!", "env.B", "request.path.id", "state.links", "x.y"]);
}

#[test]
fn operands_are_shown_as_written() {
    let expression = Expression::parse("time(response.body.created_at) < now() and state.links[customer].n == nope");
    let (expression, scope) = (expression.expect("an expression"), scope());
    let operands = expression.operands(&scope);
    assert_eq!(
        json!(operands),
        json!({"response.body.created_at": "2025-02-13T19:08:07Z", "state.links[customer].n": 1, "customer": "BBB"})
    );
}

fn expanded(text: &str) -> Result<Expanded, String> {
    let shown = |error: Error| format!("{} [{}]", error.message, text.get(error.range).unwrap_or("?"));
    Template::parse(text).map_err(shown)?.expand(&scope()).map_err(shown)
}

#[test]
fn templates_keep_the_type_of_a_whole_expression() {
    let check = |text, expect| assert_eq!(expanded(text), Ok(Expanded::Value(expect)), "{text}");
    check("${count}", json!(9));
    check("${ big }", json!(u64::MAX));
    check("${count}!", json!("9!"));
    check("é${customer}/${count}", json!("éBBB/9"));
    check("$${count} $ $$ ${'}'}", json!("${count} $ $$ }"));
    check("${ {'a': {'b': '\\'}'}} }", json!({"a": {"b": "'}"}}));
    check("", json!(""));
    check("${now()}", json!("2025-02-13T19:08:07.000Z"));
    assert_eq!(expanded("${omit}"), Ok(Expanded::Omit));
    assert_eq!(expanded("${omit if count > 1 else 1}"), Ok(Expanded::Omit));
    let refuse = |text, expect: &str| assert_eq!(expanded(text), Err(expect.to_owned()), "{text}");
    refuse("é ${nope}", "unknown name `nope` [nope]");
    refuse("é ${count", "`${` is not closed by `}`; write `$${` for a literal `${` [${count]");
    refuse("é ${1 +}", "unexpected end of input, expected expression [+]");
    refuse("x${omit}", "`omit` must be the whole value [omit]");
}

#[test]
fn trees_expand_strings_and_names() {
    let tree = json!({"id": "${count}", "${customer}": ["${omit}", 1, "a${customer}"], "gone": "${omit}", "$${x}": "$${y}",
        "fixed": {"n": 1}});
    let tree = Tree::parse(&tree).expect("a tree");
    let value = tree.expand(&scope()).expect("a value");
    assert_eq!(value, Some(json!({"id": 9, "BBB": [1, "aBBB"], "${x}": "${y}", "fixed": {"n": 1}})));
    let names: Vec<_> = tree.names().into_iter().map(|(at, name)| format!("{at} {}", name.path)).collect();
    assert_eq!(names, ["/id count", "/${customer} customer", "/${customer}/2 customer"]);
    assert_eq!(Tree::parse(&json!("${omit}")).expect("a tree").expand(&scope()), Ok(None));
}

#[test]
fn trees_report_every_fault_with_its_pointer() {
    let faults = Tree::parse(&json!({"a": "${", "b": ["${1 1}"], "${}": 1})).expect_err("faults");
    let shown: Vec<_> = faults.iter().map(|(at, error)| format!("{at}: {error}")).collect();
    insta::assert_debug_snapshot!(shown);
}

#[test]
fn the_last_of_two_equal_names_counts() {
    let tree = Tree::parse(&json!({"BBB": 1, "a": 0, "${customer}": 2})).expect("a tree");
    assert_eq!(tree.expand(&scope()), Ok(Some(json!({"BBB": 2, "a": 0}))));
}

#[test]
fn no_value_is_larger_than_the_budget() {
    let mut scope = scope();
    scope.set("text", &json!("x\n".repeat(100_000)));
    scope.set("list", &json!(vec!["x"; 100_000]));
    let filters = [
        "text | indent(9999999999)",
        "text | indent(width=99999)",
        "list | slice(999999999)",
        "list | slice('999999999')",
        "[1] | batch(99999999, 'x')",
        "'x' | replace('', text) | replace('x', text)",
        "list | join(text)",
        "list | map('indent', 99999999)",
        "list | map('map', 'map', 'replace', '', text)",
        "list | map(attribute='a', default=text)",
        "list | sum(start='')",
        "list | select('in', list)",
        "'%(a)s%(a)s%(a)s%(a)s%(a)s%(a)s%(a)s%(a)s%(a)s%(a)s%(a)s%(a)s%(a)s%(a)s%(a)s' | format({'a': text})",
        "(list + list) + (list + list)",
        "[list, list, list, list, list]",
        "{'a': list, 'b': list, 'c': [list, list], 'd': list}",
    ];
    for text in filters {
        let error = Expression::parse(text).expect(text).evaluate(&scope).map(|value| value.to_string().len());
        let error = error.expect_err(text).message;
        assert_eq!(error, "its values need more than 16 MB", "{text}");
    }
    let tree = json!((0..100).map(|_| "${text}").collect::<Vec<_>>());
    let error = Tree::parse(&tree).expect("a tree").expand(&scope).expect_err("20 MB").1.message;
    assert_eq!(error, "its values need more than 16 MB");
    for text in ["text | length == 200000", "list | length == 100000", "list | first == 'x'", "list | last == 'x'"] {
        assert_eq!(Expression::parse(text).expect(text).evaluate(&scope), Ok(json!(true)), "{text}");
    }
}

#[test]
fn malformed_and_wide_fields_of_format_are_refused() {
    check("'%s %05.2f %%|%-4d|%(a)s' | format({'a': 1}, 2, 3) is string", json!(true));
    for field in ["%(é", "%.65536f", "%99999999999d", "%", "%y", "%(é)s", "%1001d"] {
        let text = format!("{:?} | format(1)", field);
        assert!(evaluated(&text).expect_err(&text).contains("is not a field such as"), "{text}");
    }
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "([-+*/%<>=!~|.,:()\\[\\]{}'\"\\\\ 0-9é]|count|big|customer|response|body|is|not|in|if|else|and|now\\(\\)|first|defined|omit){0,14}") {
        if let Ok(expression) = Expression::parse(&text) {
            let _ = expression.evaluate(&scope());
            expression.operands(&scope());
            expression.names();
        }
        if let Ok(template) = Template::parse(&format!("{text}${{{text}}}")) {
            let _ = template.expand(&scope());
        }
    }

    #[test]
    fn variables_keep_their_value(number: i64, float in -1e300..1e300_f64, text: String) {
        let value = json!({"n": number, "f": float, "t": text, "l": [null, true]});
        let mut scope = Scope::new(0, 0, "");
        scope.set("value", &value);
        let expanded = Template::parse("${value}").expect("a template").expand(&scope);
        prop_assert_eq!(expanded, Ok(Expanded::Value(value)));
    }
}

#[test]
fn digests_codes_and_encodings() {
    // FIPS 180-4, and the first two cases of RFC 4231.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    check("sha256('abc')", json!(abc));
    check("hex('Hi') ~ sha256('abc')[:4]", json!("4869ba78"));
    check("base64(sha256('abc'))", json!("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="));
    check("base64url(sha256('abc') if true else '')", json!("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"));
    check(&format!("sha256('abc') == '{abc}' and '{abc}' in [sha256('abc')]"), json!(true));
    let jefe = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    check("hmac('sha256', 'Jefe', 'what do ya want for nothing?')", json!(jefe));
    check("hmac('sha1', 'Jefe', 'what do ya want for nothing?')", json!("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"));
    let hi_there = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
    check("hmac('sha256', base64_decode('CwsLCwsLCwsLCwsLCwsLCwsLCws='), 'Hi There')", json!(hi_there));
    check("hex(base64_decode('-_8'))", json!("fbff"));
}

#[test]
fn the_result_of_one_code_is_the_key_of_the_next() {
    // The signing key in the documentation of AWS Signature Version 4.
    let key = ["20150830", "us-east-1", "iam", "aws4_request"]
        .iter()
        .fold("'AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'".to_owned(), |key, text| {
            format!("hmac('sha256', {key}, '{text}')")
        });
    check(&key, json!("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"));
}

#[test]
fn functions_of_bytes_refuse_other_types() {
    refuse("sha256(1)", "expected `sha256(value)`, found a number [sha256(1)]");
    refuse(
        "hmac('md5', 'a', 'b')",
        "unknown algorithm \"md5\", expected one of sha1, sha256, sha384, sha512 [hmac('md5', 'a', 'b')]",
    );
    refuse("base64_decode('a b')", "the text is not base64 [base64_decode('a b')]");
    refuse("base64_decode(sha256('a'))", "expected `base64_decode(text)`, found bytes [base64_decode(sha256('a'))]");
}
