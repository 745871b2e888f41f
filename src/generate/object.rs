//! Composes objects: what is required, what else is documented, and as many members as there must be.

use serde_json::{Map, Value};

use crate::contract::Anchor;
use crate::contract::SchemaView;

use super::maker::Maker;
use super::parts::{Part, Parts};
use super::pattern::Wanted;
use super::value::Unsatisfied;

/// Members with names that no schema gives.
const MOST_FREE: usize = 1_000;
/// Times that members ask for further schemas.
const MOST_ROUNDS: usize = 8;

/// A member that is to be composed.
struct Member<'c> {
    name: String,
    parts: Parts<'c>,
    is_required: bool,
}

/// An object that keeps `parts`.
pub(super) fn compose<'c>(maker: &mut Maker<'c>, parts: &Parts<'c>, nth: usize) -> Result<Value, Unsatisfied> {
    let mut planned = plan(maker, parts)?;
    let mut with_dependents = None;
    for _ in 0..MOST_ROUNDS {
        let known = with_dependents.as_ref().unwrap_or(parts);
        let further = further(known, &planned);
        if further.is_empty() {
            break;
        }
        let wider = maker.parts(known.anchors().into_iter().chain(further).collect())?;
        planned = plan(maker, &wider)?;
        with_dependents = Some(wider);
    }
    let parts = with_dependents.as_ref().unwrap_or(parts);
    let mut composed = Map::new();
    for (index, Member { name, parts, is_required }) in planned.iter().enumerate() {
        // The members take turns as digits do, so that every combination of them comes.
        let nth = u32::try_from(index).ok().and_then(|index| nth.checked_shr(index)).unwrap_or_default();
        match maker.within(name, |maker| maker.of(parts, nth)) {
            Ok(value) => drop(composed.insert(name.clone(), value)),
            Err(why) if *is_required => return Err(why),
            Err(_) => {}
        }
    }
    fill(maker, parts, &mut composed)?;
    for (name, tag) in parts.tags() {
        composed.insert(name.to_owned(), tag.into());
    }
    if maker.is_turned(parts) {
        spoil(parts, &mut composed);
    }
    Ok(composed.into())
}

/// The members to compose: those that are required, and those that may be as long as there is room.
fn plan<'c>(maker: &mut Maker<'c>, parts: &Parts<'c>) -> Result<Vec<Member<'c>>, Unsatisfied> {
    let mut required: Vec<&str> = texts(parts.all("required"));
    let unwelcome: Vec<&str> = parts.against().filter_map(unwelcome).collect();
    let properties = parts.all("properties").filter_map(Value::as_object).flat_map(Map::keys).map(String::as_str);
    let properties: Vec<&str> = properties.collect();
    let (least, most) = (parts.at_least("minProperties"), parts.at_most("maxProperties"));
    let mut planned: Vec<Member<'c>> = Vec::new();
    // What members ask for may stand before them, so that one look is not enough.
    for is_again in [false, true] {
        for name in names(properties.iter().chain(&required).copied()) {
            let is_required = required.contains(&name);
            if planned.iter().any(|member| member.name == name) || (is_again && !is_required) {
                continue;
            }
            let member = maker.within(name, |maker| maker.parts(schemas(parts, name)));
            let mut member = match member {
                Ok(member) => member,
                Err(why) if is_required => return Err(why),
                Err(_) => continue,
            };
            parts.against().for_each(|part| member.refuse(maker.contract, part.child(&["properties", name])));
            let awaited = required.iter().filter(|name| !planned.iter().any(|member| member.name == **name)).count();
            let count = planned.len() + awaited;
            let is_wanted = count < least || (count < most && maker.wants(&member));
            let is_welcome = is_required || (is_wanted && !unwelcome.contains(&name));
            if !member.is_against(maker.direction) && is_welcome {
                planned.push(Member { name: name.to_owned(), parts: member, is_required });
            }
        }
        let depending = parts.all("dependentRequired").filter_map(Value::as_object).flatten();
        let present = depending.filter(|(name, _)| planned.iter().any(|member| member.name == **name));
        let asked = texts(present.map(|(_, names)| names));
        required = names(required.into_iter().chain(asked));
        for member in &mut planned {
            member.is_required |= required.contains(&member.name.as_str());
        }
    }
    Ok(planned)
}

fn texts<'v>(lists: impl Iterator<Item = &'v Value>) -> Vec<&'v str> {
    names(lists.filter_map(Value::as_array).flatten().filter_map(Value::as_str))
}

/// The member that must not be there, where a schema that must not hold asks for nothing else.
fn unwelcome<'c>(against: &Part<'c>) -> Option<&'c str> {
    match against.schema.list("required")? {
        [Value::String(name)] if !against.schema.has("properties") => Some(name),
        _ => None,
    }
}

/// The `dependentSchemas` of members that are planned, which do not apply yet.
fn further(parts: &Parts<'_>, planned: &[Member<'_>]) -> Vec<Anchor> {
    let known = parts.anchors();
    let of_part = |part: &Part<'_>| {
        let names = part.schema.map("dependentSchemas").into_iter().flat_map(Map::keys);
        let present = names.filter(|name| planned.iter().any(|member| member.name == **name));
        present.map(|name| part.child(&["dependentSchemas", name])).collect::<Vec<_>>()
    };
    parts.iter().flat_map(of_part).filter(|anchor| !known.contains(anchor)).collect()
}

/// Adds members with names of their own until there are enough.
fn fill<'c>(maker: &mut Maker<'c>, parts: &Parts<'c>, composed: &mut Map<String, Value>) -> Result<(), Unsatisfied> {
    let least = parts.at_least("minProperties");
    for number in 0..least.saturating_mul(16).min(MOST_FREE) {
        if composed.len() >= least {
            break;
        }
        let name = free_name(maker, parts, number)?;
        if composed.contains_key(&name) {
            continue;
        }
        let value = maker.within(&name, |maker| {
            let member = maker.parts(schemas(parts, &name))?;
            maker.of(&member, 0)
        })?;
        composed.insert(name, value);
    }
    Ok(())
}

/// A name that `propertyNames` or `patternProperties` allow; another one for another `number`.
fn free_name<'c>(maker: &mut Maker<'c>, parts: &Parts<'c>, number: usize) -> Result<String, Unsatisfied> {
    let named: Vec<_> = parts.iter().filter(|part| part.schema.has("propertyNames")).collect();
    if !named.is_empty() {
        let group = named.iter().map(|part| part.child(&["propertyNames"])).collect();
        let name = maker.within("propertyNames", |maker| {
            let name = maker.parts(group)?;
            maker.of(&name, number)
        })?;
        return Ok(name.as_str().map_or_else(|| name.to_string(), str::to_owned));
    }
    let closed = parts.all("additionalProperties").chain(parts.all("unevaluatedProperties"));
    if closed.into_iter().any(|closed| closed == &Value::Bool(false)) {
        let patterns = parts.all("patternProperties").filter_map(Value::as_object).flat_map(Map::keys);
        let patterns: Vec<_> = patterns.collect();
        let patterns_count = patterns.len().max(1);
        if let Some(pattern) = patterns.get(number % patterns_count) {
            let (contract, patterns, refused) = (maker.contract, vec![pattern.as_str()], Vec::new());
            let wanted = Wanted { contract, patterns, refused, length: (0, usize::MAX) };
            let nth = number / patterns_count;
            return wanted.text(nth, None).ok_or_else(|| parts.unsatisfied("no name is composed for its pattern"));
        }
    }
    Ok(format!("key{}", number + 1))
}

/// Breaks the branches that were not taken, where `oneOf` allows only one: a member that only they know gets a value that they
/// refuse.
fn spoil<'c>(parts: &Parts<'c>, composed: &mut Map<String, Value>) {
    let resolved = |branch: SchemaView<'c>| if branch.reference().is_some() { branch.target() } else { Some(branch) };
    for part in parts.iter() {
        let branches = part.schema.branches("oneOf").into_iter();
        let is_taken =
            |branch: &SchemaView<'_>| part.taken.as_ref().is_some_and(|taken| taken.anchor() == branch.anchor());
        for other in branches.filter(|branch| !is_taken(branch)).filter_map(resolved) {
            let properties = other.map("properties").into_iter().flatten();
            let mut unknown = properties.filter(|(name, _)| schemas(parts, name).is_empty());
            let Some((name, schema)) = unknown.next() else { continue };
            let is_text = schema.get("type").is_some_and(|kind| kind == "string");
            composed.entry(name).or_insert(if is_text { 0.into() } else { "other".into() });
        }
    }
}

/// Each name once, in order.
fn names<'n>(all: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut seen = std::collections::HashSet::new();
    all.filter(|name| seen.insert(*name)).collect()
}

/// The schemas that a member of that name must keep.
fn schemas(parts: &Parts<'_>, name: &str) -> Vec<Anchor> {
    let found: Vec<_> = parts.iter().flat_map(|part| of_part(parts, part, name)).collect();
    if !found.is_empty() {
        return found;
    }
    let unevaluated = parts.iter().filter(|part| part.schema.has("unevaluatedProperties"));
    unevaluated.map(|part| part.child(&["unevaluatedProperties"])).collect()
}

fn of_part(parts: &Parts<'_>, part: &Part<'_>, name: &str) -> Vec<Anchor> {
    let own = part.schema.map("properties").filter(|properties| properties.contains_key(name));
    let mut found: Vec<_> = own.map(|_| part.child(&["properties", name])).into_iter().collect();
    let patterns = part.schema.map("patternProperties").into_iter().flat_map(Map::keys);
    let fitting = patterns.filter(|pattern| parts.contract.schemas.matches(pattern, name));
    found.extend(fitting.map(|pattern| part.child(&["patternProperties", pattern])));
    if found.is_empty() && part.schema.has("additionalProperties") {
        found.push(part.child(&["additionalProperties"]));
    }
    found
}
