//! The beginning of a body in which nothing is marked: formatted JSON, text, or a hex dump.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::diff::{Line, Role, VerbatimValue, shorten};
use crate::quantity::count;
use crate::record::{Body, Response};

/// Maximum number of lines.
const LINES: usize = 20;

/// Maximum length of a line in characters.
pub(crate) const MAX_LINE: usize = 200;

/// Bytes per row of a hex dump, and the number of its rows.
const ROW: usize = 16;
const ROWS: usize = 4;

/// Returns the beginning of a body as context lines.
pub(crate) fn preview(response: &Response, value: Option<VerbatimValue<'_>>) -> Vec<Line> {
    let body = &response.body;
    let left_out =
        (body.left_out > 0).then(|| format!("… {} of {} bytes are not in the record", body.left_out, body.size));
    let mut lines = match (value.and_then(|value| serde_json::to_string_pretty(&value).ok()), &body.text) {
        (Some(pretty), _) => first_lines(&pretty),
        (None, Some(text)) => first_lines(text),
        (None, None) => hex(body),
    };
    lines.extend(left_out.map(|text| Line::plain(Role::Fold, text)));
    lines
}

fn first_lines(text: &str) -> Vec<Line> {
    let mut lines: Vec<_> =
        text.lines().take(LINES).map(|text| Line::plain(Role::Context, shorten(text, MAX_LINE))).collect();
    let more = text.lines().skip(LINES).count();
    lines.extend((more > 0).then(|| Line::plain(Role::Fold, format!("… {}", count(more as u64, "more line")))));
    lines
}

/// Returns a hex dump of a body that is not UTF-8, around its first invalid byte:
/// `000000  89 50 4e 47 0d 0a 1a 0a  00 00 00 0d 49 48 44 52  .PNG........IHDR`.
fn hex(body: &Body) -> Vec<Line> {
    if body.size == 0 {
        return vec![Line::plain(Role::Context, "(no body)".to_owned())];
    }
    let bytes = body.base64.as_ref().and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
    let invalid = std::str::from_utf8(&bytes).err().map_or(0, |error| error.valid_up_to());
    let start = (invalid / ROW).saturating_sub(1) * ROW;
    let row = |(index, row): (usize, &[u8])| Line::plain(Role::Context, hex_row(index * ROW, row));
    let rows = || bytes.chunks(ROW).enumerate();
    // The first bytes identify a file format, wherever the text ends.
    let mut lines: Vec<_> = rows().take(1.min(start)).map(row).collect();
    let between = start.saturating_sub(ROW);
    lines.extend((between > 0).then(|| Line::plain(Role::Fold, format!("… {between} bytes"))));
    lines.extend(rows().skip(start / ROW).take(ROWS).map(row));
    lines.push(Line::plain(Role::Fold, format!("… {} bytes, not UTF-8", body.size)));
    lines
}

fn hex_row(offset: usize, bytes: &[u8]) -> String {
    let half = |half: &[u8]| half.iter().map(|byte| format!("{byte:02x} ")).collect::<String>();
    let (left, right) = bytes.split_at(bytes.len().min(ROW / 2));
    let text: String =
        bytes.iter().map(|byte| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '.' }).collect();
    format!("{offset:06x}  {:<24} {:<24} {text}", half(left), half(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hex_dump_shows_the_first_bytes_and_those_around_the_first_invalid_one() {
        let check = |text: usize, expect: &[&str]| {
            let bytes = [vec![b'a'; text], vec![0xff; 80]].concat();
            let body = Body { size: bytes.len() as u64, base64: Some(STANDARD.encode(&bytes)), ..Body::default() };
            let shown: Vec<_> =
                hex(&body).into_iter().map(|line| line.text.chars().take(14).collect::<String>()).collect();
            assert_eq!(shown, expect);
        };
        check(0, &["000000  ff ff ", "000010  ff ff ", "000020  ff ff ", "000030  ff ff ", "… 80 bytes, no"]);
        let rows = ["000010  61 61 ", "000020  ff ff ", "000030  ff ff ", "000040  ff ff "];
        check(32, &[&["000000  61 61 "], &rows[..], &["… 112 bytes, n"]].concat());
        let rows = ["000020  61 61 ", "000030  ff ff ", "000040  ff ff ", "000050  ff ff "];
        check(48, &[&["000000  61 61 ", "… 16 bytes"], &rows[..], &["… 128 bytes, n"]].concat());
    }
}
