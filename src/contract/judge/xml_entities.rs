//! The size of the entities of an XML document, before they are expanded (XML 1.0 §4.2, §4.4).
//!
//! The parser limits one entity, and how deep entities refer to others, but not how often: a reference of four bytes may stand for a
//! megabyte. It does not limit attributes and parameter entities at all.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

/// Maximum size of all expanded entities together, in bytes.
pub(super) const MAX_EXPANSION: usize = 1_000_000;

/// Maximum number of declared entities.
const MAX_ENTITIES: usize = 1_000;

/// Levels of entities that refer to others.
const MAX_LEVELS: usize = 10;

static DECLARED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"<!ENTITY\s+(%\s+)?([^\s"'<>&;%]+)\s+(?:"([^"]*)"|'([^']*)')"#).expect("the pattern is valid")
});

static REFERENCE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[&%]([^\s&;%#<>]+);").expect("the pattern is valid"));

/// Whether the entities in `text` are expanded to more than [`MAX_EXPANSION`], or are too many to be counted.
pub(super) fn are_too_large(text: &str) -> bool {
    if !text.contains("<!ENTITY") {
        return false;
    }
    let (mut values, mut content) = (Vec::new(), text);
    for found in DECLARED.captures_iter(text).take(MAX_ENTITIES + 1) {
        let value = found.get(3).or(found.get(4));
        if let (Some(name), Some(value)) = (found.get(2), value) {
            values.push((name.as_str(), value.as_str()));
            content = &text[value.end()..];
        }
    }
    if values.len() > MAX_ENTITIES {
        return true;
    }
    let mut sizes = HashMap::new();
    // Each round is right for one more level. The first declaration of an entity counts.
    for _ in 0..=MAX_LEVELS {
        let sized = |(name, value): &(_, &str)| (*name, value.len().saturating_add(expanded(value, "&%", &sizes)));
        sizes = values.iter().rev().map(sized).collect();
    }
    // Parameter entities are expanded where they are declared, others where the content refers to them.
    let declared = values.iter().map(|(_, value)| expanded(value, "%", &sizes));
    declared.fold(expanded(content, "&%", &sizes), usize::saturating_add) > MAX_EXPANSION
}

/// The size of the entities that `text` refers to, by references that begin with one of `marks`.
fn expanded(text: &str, marks: &str, sizes: &HashMap<&str, usize>) -> usize {
    let references = REFERENCE.captures_iter(text).filter(|found| found[0].starts_with(|mark| marks.contains(mark)));
    let size = |name: &str| sizes.get(name).copied().unwrap_or_default();
    references.fold(0, |sum: usize, found| sum.saturating_add(size(&found[1])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expanded_entities_are_counted_before_they_are_expanded() {
        let check = |declared: &str, content: &str, expect: bool| {
            let text = format!("<!DOCTYPE a [{declared}]><a>{content}</a>");
            assert_eq!(are_too_large(&text), expect, "{} {}", &declared[..declared.len().min(80)], content.len());
        };
        let entity = |name: &str, value: &str| format!("<!ENTITY {name} '{value}'>");
        let long = "y".repeat(1_000);
        check("", &"&amp;&#65;".repeat(1_000_000), false);
        check(&entity("x", &long), &"&x;".repeat(1_000), false);
        check(&entity("x", &long), &"&x;".repeat(1_001), true);
        check(&entity("x", &long), &format!("<b c=\"{}\"/>", "&x;".repeat(1_001)), true);
        check(&(entity("y", &"&x;".repeat(1_100)) + &entity("x", &long)), "&y;", true);
        check(&(entity("% x", &long) + &entity("y", &"%x;".repeat(1_100))), "&y;", true);
        check(&(1..1_002).map(|number| entity(&format!("e{number}"), "")).collect::<String>(), "", true);
        let level = |number: usize| entity(&format!("e{number}"), &format!("&e{};", number - 1).repeat(10));
        let levels: String = (1..8).map(level).collect();
        check(&(entity("e0", "y") + &levels), "&e7;", true);
        check(&(entity("e0", "y") + &levels), "&e2;", false);
    }
}
