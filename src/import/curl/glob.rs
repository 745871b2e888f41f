//! Sequences in URLs: `{a,b}` and `[1-3]` (curl(1), "URL").

/// Maximum number of URLs that one URL expands to.
const MAX_URLS: usize = 100;

/// The URLs that `url` expands to. `{name}` is a placeholder, and brackets that are not a range are literal.
pub(super) fn expand(url: &str) -> Result<Vec<String>, String> {
    let mut urls = vec![String::new()];
    let mut rest = url;
    while let Some(at) = rest.find(['{', '[', '\\']) {
        let (before, from) = rest.split_at(at);
        let escaped = from.strip_prefix('\\').filter(|escaped| escaped.starts_with(['{', '}', '[', ']']));
        let (length, choices) = match (escaped, choices(from)?) {
            // The characters themselves, not a placeholder.
            (Some(_), _) if from[1..].starts_with('{') => (2, vec!["%7B".to_owned()]),
            (Some(_), _) if from[1..].starts_with('}') => (2, vec!["%7D".to_owned()]),
            (Some(_), _) => (2, vec![from[1..2].to_owned()]),
            (None, Some((length, choices))) => (length, choices),
            (None, None) => (1, vec![from[..1].to_owned()]),
        };
        if urls.len() * choices.len() > MAX_URLS {
            return Err(format!("the URL stands for more than {MAX_URLS} URLs"));
        }
        let with = |url: &String| choices.iter().map(|choice| format!("{url}{before}{choice}")).collect::<Vec<_>>();
        urls = urls.iter().flat_map(with).collect();
        rest = &from[length..];
    }
    urls.iter_mut().for_each(|url| url.push_str(rest));
    Ok(urls)
}

/// Length and values of the sequence that `text` begins with.
fn choices(text: &str) -> Result<Option<(usize, Vec<String>)>, String> {
    let closing = match text.chars().next() {
        Some('{') => '}',
        Some('[') => ']',
        _ => return Ok(None),
    };
    let Some(length) = text.find(closing) else { return Ok(None) };
    let inner = &text[1..length];
    let values = match closing {
        '}' if inner.contains(',') && !inner.contains('{') => Some(inner.split(',').map(str::to_owned).collect()),
        ']' => range(inner)?,
        _ => None,
    };
    Ok(values.map(|values| (length + 1, values)))
}

/// `1-3`, `001-100:10`, `a-z`.
fn range(text: &str) -> Result<Option<Vec<String>>, String> {
    let (bounds, step) = text.split_once(':').map_or((text, Some(1)), |(bounds, step)| (bounds, step.parse().ok()));
    let (Some((first, last)), Some(step)) = (bounds.split_once('-'), step.filter(|step: &usize| *step > 0)) else {
        return Ok(None);
    };
    let numbers = first.parse::<u32>().ok().zip(last.parse::<u32>().ok());
    let is_letter = |text: &str| text.len() == 1 && text.as_bytes()[0].is_ascii_alphabetic();
    match numbers {
        Some((from, to)) if from <= to => {
            if (to - from) as usize / step >= MAX_URLS {
                return Err(format!("the range `[{text}]` has more than {MAX_URLS} values"));
            }
            let width = if first.starts_with('0') { first.len() } else { 0 };
            Ok(Some((from..=to).step_by(step).map(|number| format!("{number:0width$}")).collect()))
        }
        None if is_letter(first) && is_letter(last) && first <= last => {
            let (from, to) = (first.as_bytes()[0], last.as_bytes()[0]);
            Ok(Some((from..=to).step_by(step).map(|letter| char::from(letter).to_string()).collect()))
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_expanded_as_by_curl() {
        let check = |url: &str, expect: &[&str]| assert_eq!(expand(url).expect("expands"), expect, "{url}");
        check("/{a,b}/[1-2]", &["/a/1", "/a/2", "/b/1", "/b/2"]);
        check("/[008-010]", &["/008", "/009", "/010"]);
        check("/[a-e:2]", &["/a", "/c", "/e"]);
        check("/{id}?a[b]=1&c[]=\\{x\\}", &["/{id}?a[b]=1&c[]=%7Bx%7D"]);
        check("http://[::1]/", &["http://[::1]/"]);
        check("/{", &["/{"]);
        assert!(expand("/[1-1000]").is_err() && expand("/[1-90]/[1-90]").is_err());
    }
}
