//! The shell command that sends a request again, made of what the record shows of it.

use super::format::{Body, Request};
use super::shell_variables::Sent;
pub(crate) use super::shell_variables::Variables;
use super::shell_word::quoted;

/// Bytes of a body that are worth pasting into a shell.
const MAX_BODY: usize = 16 * 1024;

/// `curl -X POST 'URL' -H '…' -d '…'`, every word quoted for a POSIX shell. What cannot be written there is said in a comment.
pub(crate) fn line(request: &Request, variables: &Variables<'_>) -> String {
    let body = request.body.as_ref();
    let mut words = vec!["curl".to_owned()];
    words.extend(method(&request.method, body.is_some()));
    words.extend(as_it_stands(&request.url));
    words.push(variables.word(&request.url, |sent| Some(sent.url.clone())));
    for (index, (name, value)) in request.headers.iter().enumerate() {
        words.extend(variables.user(index).unwrap_or_else(|| {
            let sent =
                |sent: &Sent<'_>| sent.request.headers.iter().nth(index).map(|(name, value)| header(name, value));
            ["-H".to_owned(), variables.word(&header(name, value), sent)]
        }));
    }
    // Without it curl says that what -d sends is a form.
    let typed = request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    words.extend((body.is_some() && !typed).then(|| "-H content-type:".to_owned()));
    words.extend(body.map(|body| data(body, variables)));
    words.join(" ")
}

fn method(method: &str, has_body: bool) -> Option<String> {
    match method {
        "GET" if !has_body => None,
        "HEAD" => Some("--head".to_owned()),
        _ => Some(format!("-X {}", quoted(method))),
    }
}

/// The options that stop curl from rewriting the URL.
fn as_it_stands(url: &str) -> Vec<String> {
    let dots = url.split(['/', '?']).any(|segment| matches!(segment, "." | ".."));
    let globs = url.contains(['[', ']', '{', '}']);
    dots.then_some("--path-as-is").into_iter().chain(globs.then_some("--globoff")).map(str::to_owned).collect()
}

/// curl drops a header without value unless it ends in a semicolon.
fn header(name: &str, value: &str) -> String {
    if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") }
}

fn data(body: &Body, variables: &Variables<'_>) -> String {
    match &body.text {
        Some(text) if body.left_out == 0 && text.len() <= MAX_BODY => {
            // -d reads a file where the text starts with @.
            let option = if text.starts_with('@') { "--data-raw" } else { "-d" };
            let sent = |sent: &Sent<'_>| String::from_utf8(sent.request.body.as_ref()?.to_vec()).ok();
            format!("{option} {}", variables.word(text, sent))
        }
        Some(_) => format!("--data-binary @body.txt # the body of {} bytes is too long for a command line", body.size),
        None if body.size == 0 => "-d ''".to_owned(),
        None => format!("--data-binary @body.bin # the body of {} bytes is not text", body.size),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&str>) -> Request {
        Request {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: body.map(|text| Body { size: text.len() as u64, text: Some(text.to_owned()), ..Body::default() }),
        }
    }

    fn check(request: &Request, expect: &str) {
        let line = line(request, &Variables::default());
        assert_eq!(line, expect);
        assert!(shlex::split(&line).is_some(), "a shell can read it");
    }

    #[test]
    fn the_line_is_what_a_person_would_type() {
        let json = [("content-type", "application/json")];
        let post = request("POST", "http://h/v2/c?x=1", &json, Some(r#"{"a": 1}"#));
        check(&post, r#"curl -X POST 'http://h/v2/c?x=1' -H 'content-type: application/json' -d '{"a": 1}'"#);
        check(&request("GET", "http://h/", &[("x-empty", "")], None), "curl 'http://h/' -H 'x-empty;'");
        check(&request("HEAD", "http://h/", &[], None), "curl --head 'http://h/'");
    }

    #[test]
    fn curl_changes_nothing_on_its_way() {
        check(&request("GET", "http://h/../{a}", &[], None), "curl --path-as-is --globoff 'http://h/../{a}'");
        check(
            &request("PUT", "http://h/", &[], Some("@x")),
            "curl -X PUT 'http://h/' -H content-type: --data-raw '@x'",
        );
        let hostile = request("A'; rm -rf /", "http://h/$(x)`y`", &[("a", "b\0\n'")], None);
        let words = shlex::split(&line(&hostile, &Variables::default())).expect("a shell can read it");
        assert_eq!(words, ["curl", "-X", "A'; rm -rf /", "http://h/$(x)`y`", "-H", "a: b\u{2400}\n'"]);
    }

    #[test]
    fn what_nobody_sees_is_spelt_out() {
        let multipart = request("POST", "http://h/", &[("content-type", "a/b")], Some("--it's\r\n\\a\u{202e}"));
        let expect = r"curl -X POST 'http://h/' -H 'content-type: a/b' -d $'--it\'s\r\n\\a\xe2\x80\xae'";
        assert_eq!(line(&multipart, &Variables::default()), expect);
    }

    #[test]
    fn what_a_command_line_cannot_hold_is_said() {
        let mut binary = request("PUT", "http://h/", &[("content-type", "image/png")], None);
        binary.body = Some(Body { size: 9, base64: Some("AAAA".to_owned()), ..Body::default() });
        let expect = "curl -X PUT 'http://h/' -H 'content-type: image/png' --data-binary @body.bin # the body of 9 bytes is not text";
        check(&binary, expect);
    }
}
