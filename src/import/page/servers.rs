//! Servers of pages: without credentials and repetitions, and those of each page for its own operations.

use serde_json::{Map, Value, json};

use crate::contract::lint::{OPERATIONS, ObjectKind, all_objects};
use crate::pointer::Pointer;

use super::super::user_information;

/// What was removed.
pub(super) enum Removed {
    /// User information in the URL at the location.
    User(Pointer),
    /// The server at the location, whose variables put user information into its URL.
    Server(Pointer),
}

/// Removes user information, which is a credential, and repeated servers.
pub(super) fn clean(root: &mut Value) -> Vec<Removed> {
    let mut removed = Vec::new();
    for (kind, at) in all_objects(root) {
        let field = match kind {
            ObjectKind::Document | ObjectKind::PathItem | ObjectKind::Operation => "servers",
            ObjectKind::Link => "server",
            _ => continue,
        };
        let at = at.join(field);
        let Some(held) = root.pointer_mut(at.as_str()) else { continue };
        if let Value::Array(servers) = held {
            let mut kept: Vec<Value> = Vec::new();
            for (index, mut server) in std::mem::take(servers).into_iter().enumerate() {
                let is_usable = without_user(&mut server, &at.join(index), &mut removed);
                if is_usable && !kept.iter().any(|held| is_same(held, &server)) {
                    kept.push(server);
                }
            }
            *servers = kept;
        } else if !without_user(held, &at, &mut removed) {
            *held = json!({ "url": "/" });
        }
        if root.pointer(at.as_str()).and_then(Value::as_array).is_some_and(Vec::is_empty)
            && let Some(holder) = at.parent().and_then(|at| root.pointer_mut(at.as_str())?.as_object_mut())
        {
            holder.remove(field);
        }
    }
    removed
}

/// Removes user information from a server. Returns whether the server has none then.
fn without_user(server: &mut Value, at: &Pointer, removed: &mut Vec<Removed>) -> bool {
    let Some(template) = server.get("url").and_then(Value::as_str) else { return true };
    let url = user_information::without(template);
    let is_removed = url.is_some();
    let url = url.unwrap_or_else(|| template.to_owned());
    let variables = server.get("variables").and_then(Value::as_object).into_iter().flatten();
    let is_hidden = variables.clone().any(|(name, variable)| {
        let values = variable.get("enum").and_then(Value::as_array).into_iter().flatten();
        let mut values = values.chain(variable.get("default")).filter_map(Value::as_str);
        values.any(|value| user_information::without(&url.replace(&format!("{{{name}}}"), value)).is_some())
    });
    if is_hidden {
        removed.push(Removed::Server(at.clone()));
        return false;
    }
    if is_removed {
        removed.push(Removed::User(at.join("url")));
        let is_used = |name: &str| url.contains(&format!("{{{name}}}"));
        if let Some(Value::Object(variables)) = server.get_mut("variables") {
            variables.retain(|name, _| is_used(name));
        }
        server["url"] = url.into();
    }
    true
}

/// Whether two servers have the same URLs.
fn is_same(a: &Value, b: &Value) -> bool {
    let url =
        |server: &Value| server.get("url").and_then(Value::as_str).map(|url| url.trim_end_matches('/').to_owned());
    let values = |server: &Value| {
        let variables = server.get("variables").and_then(Value::as_object).into_iter().flatten();
        let values =
            variables.map(|(name, held)| (name.clone(), held.get("default").cloned(), held.get("enum").cloned()));
        let mut values: Vec<_> = values.collect();
        values.sort_by(|a, b| a.0.cmp(&b.0));
        values
    };
    url(a) == url(b) && values(a) == values(b)
}

/// Whether two lists have the same servers in the same order.
pub(super) fn are_same(a: &Value, b: &Value) -> bool {
    let (Some(a), Some(b)) = (a.as_array(), b.as_array()) else { return a == b };
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
}

/// Adds the servers that a list does not have.
pub(super) fn add(list: &mut Value, more: &Value) {
    let (Some(list), Some(more)) = (list.as_array_mut(), more.as_array()) else { return };
    for server in more {
        if !list.iter().any(|held| is_same(held, server)) {
            list.push(server.clone());
        }
    }
}

/// Writes the servers of `next` to its operations if those of `merged` are others. A page without servers has those of other pages.
pub(super) fn keep_own(merged: &Value, next: &mut Value) {
    let (Some(first), Some(own)) = (merged.get("servers"), next.get("servers")) else { return };
    if are_same(first, own) {
        return;
    }
    let own = own.clone();
    let items = next.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    for item in items.filter_map(|(_, item)| item.as_object_mut()).filter(|item| !item.contains_key("servers")) {
        for operation in operations(item) {
            operation.entry("servers").or_insert_with(|| own.clone());
        }
    }
}

/// The operations of a path item.
pub(super) fn operations(item: &mut Map<String, Value>) -> impl Iterator<Item = &mut Map<String, Value>> {
    item.iter_mut().filter(|(name, _)| OPERATIONS.contains(&&***name)).filter_map(|(_, held)| held.as_object_mut())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_have_no_credentials_and_no_repetitions() {
        let secret = json!({ "default": "ann:s3cr3t@a.example" });
        let mut root = json!({ "servers": [
            { "url": "https://ann:s3cr3t@a.example/v1" },
            { "url": "https://a.example/v1/", "description": "The same" },
            { "url": "https://{user}:{password}@{host}/", "variables": {
                "user": { "default": "ann" }, "password": { "default": "s3cr3t" }, "host": { "default": "b.example" }
            } },
            { "url": "https://{host}/", "variables": { "host": secret } }
        ], "paths": { "/a": { "servers": [{ "url": "//s3cr3t@c" }], "get": { "servers": [{ "url": "{a}", "variables": {
            "a": { "default": "https://d.example", "enum": ["https://d.example", "https://s3cr3t@d.example"] }
        } }] } } } });
        assert_eq!(clean(&mut root).len(), 5);
        let expected = json!({ "servers": [
            { "url": "https://a.example/v1" },
            { "url": "https://{host}/", "variables": { "host": { "default": "b.example" } } }
        ], "paths": { "/a": { "servers": [{ "url": "//c" }], "get": {} } } });
        assert_eq!(root, expected);
    }
}
