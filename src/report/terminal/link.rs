//! Clickable file locations: hyperlinks by OSC 8.

use std::path::Path;

use url::Url;

/// Formats `place` (`FILE:LINE:COLUMN`) as a link to the file below `root`, or unchanged without `root`.
///
/// The URL is ASCII without control characters, so that no file name can end the escape sequence.
pub(super) fn linked(place: &str, root: Option<&Path>) -> String {
    let url = root.and_then(|root| Url::from_file_path(root.join(file(place)?)).ok());
    url.map_or_else(|| place.to_owned(), |url| format!("\x1b]8;;{url}\x1b\\{place}\x1b]8;;\x1b\\"))
}

fn file(place: &str) -> Option<&str> {
    place.rsplitn(3, ':').nth(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_place_leads_to_its_file() {
        let check = |place: &str, expect: &str| {
            let link = format!("\x1b]8;;file://{expect}\x1b\\{place}\x1b]8;;\x1b\\");
            assert_eq!(linked(place, Some(Path::new("/home/ann/my api"))), link);
        };
        check("cases/link.yaml:25:5", "/home/ann/my%20api/cases/link.yaml");
        check("/elsewhere/a:b.yaml:1:1", "/elsewhere/a:b.yaml");
        check("é#1?%.yaml:1:1", "/home/ann/my%20api/%C3%A9%231%3F%25.yaml");
        check("\x1b\\\x07.yaml:1:1", "/home/ann/my%20api/%1B%5C%07.yaml");
    }

    #[test]
    fn what_is_no_place_stays_as_it_is() {
        let root = std::env::temp_dir();
        assert_eq!(linked("", Some(&root)), "");
        assert_eq!(linked("a.yaml", Some(&root)), "a.yaml");
        assert_eq!(linked("a.yaml:1:1", None), "a.yaml:1:1");
    }
}
