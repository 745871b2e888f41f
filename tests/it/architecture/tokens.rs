//! Splits Rust source into words and signs, without comments, literals and test code.

/// Returns identifiers, `::` and every other sign of `text`; comments, strings, characters and lifetimes are left out.
pub fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        at = match c {
            _ if c.is_whitespace() => at + 1,
            '/' if chars.get(at + 1) == Some(&'/') => end_of_line(&chars, at),
            '/' if chars.get(at + 1) == Some(&'*') => end_of_comment(&chars, at),
            '"' => end_of_string(&chars, at),
            '\'' => end_of_character_or_lifetime(&chars, at),
            _ if is_word(c) => {
                let end = end_of_word(&chars, at);
                match raw_string(&chars, at, end) {
                    Some(end) => end,
                    None => {
                        tokens.push(chars[at..end].iter().collect());
                        end
                    }
                }
            }
            ':' if chars.get(at + 1) == Some(&':') => {
                tokens.push("::".to_owned());
                at + 2
            }
            _ => {
                tokens.push(c.to_string());
                at + 1
            }
        };
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn end_of_word(chars: &[char], at: usize) -> usize {
    at + chars[at..].iter().take_while(|c| is_word(**c)).count()
}

fn end_of_line(chars: &[char], at: usize) -> usize {
    at + chars[at..].iter().take_while(|c| **c != '\n').count()
}

/// Comments nest.
fn end_of_comment(chars: &[char], at: usize) -> usize {
    let (mut depth, mut at) = (0, at);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn end_of_string(chars: &[char], at: usize) -> usize {
    let mut at = at + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// `'a'` and `'\n'` are characters; `'a` without a second quote is a lifetime.
fn end_of_character_or_lifetime(chars: &[char], at: usize) -> usize {
    if chars.get(at + 1) == Some(&'\\') {
        return at + 3 + chars[at + 3..].iter().take_while(|c| **c != '\'').count() + 1;
    }
    if chars.get(at + 2) == Some(&'\'') { at + 3 } else { end_of_word(chars, at + 1) }
}

/// The end of the literal that the word from `at` to `end` opens: `r"…"`, `br#"…"#`, `b"…"`, `b'…'`.
fn raw_string(chars: &[char], at: usize, end: usize) -> Option<usize> {
    let prefix: String = chars[at..end].iter().collect();
    let hashes = chars[end..].iter().take_while(|c| **c == '#').count();
    match (prefix.as_str(), chars.get(end + hashes)?) {
        ("b" | "c", '"') if hashes == 0 => Some(end_of_string(chars, end)),
        ("b", '\'') if hashes == 0 => Some(end_of_character_or_lifetime(chars, end)),
        ("r" | "br" | "cr", '"') => {
            let closing: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            let body = end + hashes + 1;
            let length = chars[body..].windows(closing.len()).position(|window| window == closing)?;
            Some(body + length + closing.len())
        }
        _ => None,
    }
}

/// Removes every item under `#[cfg(test)]`, and returns the names of the modules among them that are files.
pub fn without_tests(tokens: Vec<String>) -> (Vec<String>, Vec<String>) {
    const TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut kept, mut modules, mut at) = (Vec::new(), Vec::new(), 0);
    while at < tokens.len() {
        if tokens[at..].len() < TEST.len() || tokens[at..at + TEST.len()] != TEST {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let start = at + TEST.len();
        at = end_of_item(&tokens, start);
        let item = &tokens[start..at];
        if let [.., keyword, name, end] = item
            && keyword == "mod"
            && end == ";"
        {
            modules.push(name.clone());
        }
    }
    (kept, modules)
}

/// An item ends with its `;` or its block, whichever comes first; that of `use` and of values always with `;`.
fn end_of_item(tokens: &[String], start: usize) -> usize {
    let (mut depth, mut has_block) = (0, true);
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.as_str() {
            "use" | "const" | "static" if depth == 0 => has_block = false,
            "fn" if depth == 0 => has_block = true,
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 && (token == ";" || (token == "}" && has_block)) {
            return at + 1;
        }
    }
    tokens.len()
}

#[test]
fn comments_and_literals_are_left_out() {
    let text = r####"a // b
        /* c /* d */ e */ f "g\"h" 'i' '\'' b'j' 'k r#"l"m"# br"n" o::p"####;
    assert_eq!(tokens(text), ["a", "f", "o", "::", "p"]);
    assert_eq!(tokens("r#type 'static x['a'] '\\u{7f}' y"), ["r", "#", "type", "x", "[", "]", "y"]);
}

#[test]
fn test_items_are_left_out() {
    let text = "mod a; #[cfg(test)] mod tests; #[cfg(test)] use x::{y}; #[cfg(test)] fn f() -> [u8; 2] { g(); } mod b;\n\
                #[cfg(test)]\n#[path = \"x\"] mod more { use super::c; }";
    let (kept, modules) = without_tests(tokens(text));
    assert_eq!((kept.join(" "), modules), ("mod a ; mod b ;".to_owned(), vec!["tests".to_owned()]));
}
