//! The known name that is closest to a misspelt one.

/// Returns the candidate closest to `typed`, if it is close enough: at most a third of the letters differ, or one of a few;
/// for a single letter only its case.
pub(crate) fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = typed.chars().count();
    let allowed = (letters / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| letters > 1 || folded(candidate) == folded(typed))
        .map(|candidate| (distance(typed, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Like [`nearest`]; else the only candidate that begins with `typed`: `integer` for `int`.
pub(crate) fn nearest_or_longer<'a>(typed: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let longer: Vec<_> = candidates.iter().filter(|candidate| candidate.starts_with(typed)).collect();
    match longer[..] {
        [only] if !typed.is_empty() => Some(only),
        _ => nearest(typed, candidates.iter().copied()),
    }
}

/// Edit distance of two names; a change of case or of `_` and `-` is a single edit.
fn distance(a: &str, b: &str) -> usize {
    if folded(a) == folded(b) { usize::from(a != b) } else { strsim::damerau_levenshtein(a, b) }
}

fn folded(text: &str) -> String {
    text.to_lowercase().replace(['_', '-'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_close_names_are_suggested() {
        let names = ["operation", "expect", "partner_customer_id"];
        assert_eq!(nearest("operaton", names), Some("operation"));
        assert_eq!(nearest("partnerCustomerId", names), Some("partner_customer_id"));
        assert_eq!(nearest("zzz", names), None);
        assert_eq!(nearest_or_longer("oper", &names), Some("operation"));
        assert_eq!(nearest_or_longer("", &names), None);
    }
}
