//! Composes objects: required properties, documented optional ones, and as many others as `minProperties` requires.

use serde_json::{Map, Value};

use crate::contract::Anchor;
use crate::contract::SchemaView;

use super::applicable::{ApplicableSchema, ApplicableSchemas};
use super::composer::Composer;
use super::pattern::Wanted;
use super::unsatisfied::Unsatisfied;

/// Maximum number of properties with invented names.
const MAX_INVENTED: usize = 1_000;
/// Maximum number of rounds in which properties add `dependentSchemas`.
const MAX_ROUNDS: usize = 8;

/// A property to be composed.
struct PlannedProperty<'c> {
    name: String,
    applicable: ApplicableSchemas<'c>,
    is_required: bool,
}

/// Composes an object that conforms to `applicable`.
pub(super) fn compose<'c>(
    composer: &mut Composer<'c>,
    applicable: &ApplicableSchemas<'c>,
    nth: usize,
) -> Result<Value, Unsatisfied> {
    let mut planned = plan(composer, applicable)?;
    let mut with_dependents = None;
    for _ in 0..MAX_ROUNDS {
        let known = with_dependents.as_ref().unwrap_or(applicable);
        let additional = additional(known, &planned);
        if additional.is_empty() {
            break;
        }
        let wider = composer.schemas(known.anchors().into_iter().chain(additional).collect())?;
        planned = plan(composer, &wider)?;
        with_dependents = Some(wider);
    }
    let applicable = with_dependents.as_ref().unwrap_or(applicable);
    let mut composed = Map::new();
    for (index, PlannedProperty { name, applicable, is_required }) in planned.iter().enumerate() {
        // Properties change like the digits of a number, so that all combinations occur.
        let nth = u32::try_from(index).ok().and_then(|index| nth.checked_shr(index)).unwrap_or_default();
        match composer.within(name, |composer| composer.value(applicable, nth)) {
            Ok(value) => drop(composed.insert(name.clone(), value)),
            Err(why) if *is_required => return Err(why),
            Err(_) => {}
        }
    }
    fill(composer, applicable, &mut composed)?;
    for (name, tag) in applicable.discriminators() {
        composed.insert(name.to_owned(), tag.into());
    }
    if composer.is_exhausted(applicable) {
        invalidate_other_branches(applicable, &mut composed);
    }
    Ok(composed.into())
}

/// The properties to compose: required ones, and optional ones within the limits.
fn plan<'c>(
    composer: &mut Composer<'c>,
    applicable: &ApplicableSchemas<'c>,
) -> Result<Vec<PlannedProperty<'c>>, Unsatisfied> {
    let mut required: Vec<&str> = strings(applicable.all("required"));
    let forbidden_name: Vec<&str> = applicable.forbidden().filter_map(forbidden_name).collect();
    let properties = applicable.all("properties").filter_map(Value::as_object).flat_map(Map::keys).map(String::as_str);
    let properties: Vec<&str> = properties.collect();
    let (least, most) = (applicable.at_least("minProperties"), applicable.at_most("maxProperties"));
    let mut planned: Vec<PlannedProperty<'c>> = Vec::new();
    // A property may require an earlier one, so there is a second pass.
    for is_again in [false, true] {
        for name in names(properties.iter().chain(&required).copied()) {
            let is_required = required.contains(&name);
            if planned.iter().any(|member| member.name == name) || (is_again && !is_required) {
                continue;
            }
            let member = composer.within(name, |composer| composer.schemas(schemas(applicable, name)));
            let mut member = match member {
                Ok(member) => member,
                Err(why) if is_required => return Err(why),
                Err(_) => continue,
            };
            applicable.forbidden().for_each(|part| member.forbid(composer.contract, part.child(&["properties", name])));
            let awaited = required.iter().filter(|name| !planned.iter().any(|member| member.name == **name)).count();
            let count = planned.len() + awaited;
            let is_wanted = count < least || (count < most && composer.wants(&member));
            let is_included = is_required || (is_wanted && !forbidden_name.contains(&name));
            if !member.is_excluded_from(composer.direction) && is_included {
                planned.push(PlannedProperty { name: name.to_owned(), applicable: member, is_required });
            }
        }
        let depending = applicable.all("dependentRequired").filter_map(Value::as_object).flatten();
        let present = depending.filter(|(name, _)| planned.iter().any(|member| member.name == **name));
        let asked = strings(present.map(|(_, names)| names));
        required = names(required.into_iter().chain(asked));
        for member in &mut planned {
            member.is_required |= required.contains(&member.name.as_str());
        }
    }
    Ok(planned)
}

fn strings<'v>(lists: impl Iterator<Item = &'v Value>) -> Vec<&'v str> {
    names(lists.filter_map(Value::as_array).flatten().filter_map(Value::as_str))
}

/// The property that must be absent, if a forbidden schema only requires it.
fn forbidden_name<'c>(forbidden: &ApplicableSchema<'c>) -> Option<&'c str> {
    match forbidden.schema.list("required")? {
        [Value::String(name)] if !forbidden.schema.has("properties") => Some(name),
        _ => None,
    }
}

/// The `dependentSchemas` of planned properties that do not apply yet.
fn additional(applicable: &ApplicableSchemas<'_>, planned: &[PlannedProperty<'_>]) -> Vec<Anchor> {
    let known = applicable.anchors();
    let of_part = |part: &ApplicableSchema<'_>| {
        let names = part.schema.map("dependentSchemas").into_iter().flat_map(Map::keys);
        let present = names.filter(|name| planned.iter().any(|member| member.name == **name));
        present.map(|name| part.child(&["dependentSchemas", name])).collect::<Vec<_>>()
    };
    applicable.iter().flat_map(of_part).filter(|anchor| !known.contains(anchor)).collect()
}

/// Adds properties with invented names up to `minProperties`.
fn fill<'c>(
    composer: &mut Composer<'c>,
    applicable: &ApplicableSchemas<'c>,
    composed: &mut Map<String, Value>,
) -> Result<(), Unsatisfied> {
    let least = applicable.at_least("minProperties");
    for number in 0..least.saturating_mul(16).min(MAX_INVENTED) {
        if composed.len() >= least {
            break;
        }
        let name = free_name(composer, applicable, number)?;
        if composed.contains_key(&name) {
            continue;
        }
        let value = composer.within(&name, |composer| {
            let member = composer.schemas(schemas(applicable, &name))?;
            composer.value(&member, 0)
        })?;
        composed.insert(name, value);
    }
    Ok(())
}

/// A name that `propertyNames` or `patternProperties` allow; another one for another `number`.
fn free_name<'c>(
    composer: &mut Composer<'c>,
    applicable: &ApplicableSchemas<'c>,
    number: usize,
) -> Result<String, Unsatisfied> {
    let named: Vec<_> = applicable.iter().filter(|part| part.schema.has("propertyNames")).collect();
    if !named.is_empty() {
        let group = named.iter().map(|part| part.child(&["propertyNames"])).collect();
        let name = composer.within("propertyNames", |composer| {
            let name = composer.schemas(group)?;
            composer.value(&name, number)
        })?;
        return Ok(name.as_str().map_or_else(|| name.to_string(), str::to_owned));
    }
    let closed = applicable.all("additionalProperties").chain(applicable.all("unevaluatedProperties"));
    if closed.into_iter().any(|closed| closed == &Value::Bool(false)) {
        let patterns = applicable.all("patternProperties").filter_map(Value::as_object).flat_map(Map::keys);
        let patterns: Vec<_> = patterns.collect();
        let patterns_count = patterns.len().max(1);
        if let Some(pattern) = patterns.get(number % patterns_count) {
            let (contract, patterns, refused) = (composer.contract, vec![pattern.as_str()], Vec::new());
            let wanted = Wanted { contract, patterns, refused, length: (0, usize::MAX) };
            let nth = number / patterns_count;
            return wanted
                .text(nth, None)
                .ok_or_else(|| applicable.unsatisfied("no name could be generated for its pattern"));
        }
    }
    Ok(format!("key{}", number + 1))
}

/// Makes the other branches of a `oneOf` fail: a property that only they declare gets a value that they reject.
fn invalidate_other_branches<'c>(applicable: &ApplicableSchemas<'c>, composed: &mut Map<String, Value>) {
    let resolved = |branch: SchemaView<'c>| if branch.reference().is_some() { branch.target() } else { Some(branch) };
    for part in applicable.iter() {
        let branches = part.schema.branches("oneOf").into_iter();
        let is_taken =
            |branch: &SchemaView<'_>| part.taken.as_ref().is_some_and(|taken| taken.anchor() == branch.anchor());
        for other in branches.filter(|branch| !is_taken(branch)).filter_map(resolved) {
            let properties = other.map("properties").into_iter().flatten();
            let mut unknown = properties.filter(|(name, _)| schemas(applicable, name).is_empty());
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

/// The schemas of a property of that name.
fn schemas(applicable: &ApplicableSchemas<'_>, name: &str) -> Vec<Anchor> {
    let found: Vec<_> = applicable.iter().flat_map(|part| of_part(applicable, part, name)).collect();
    if !found.is_empty() {
        return found;
    }
    let unevaluated = applicable.iter().filter(|part| part.schema.has("unevaluatedProperties"));
    unevaluated.map(|part| part.child(&["unevaluatedProperties"])).collect()
}

fn of_part(applicable: &ApplicableSchemas<'_>, part: &ApplicableSchema<'_>, name: &str) -> Vec<Anchor> {
    let own = part.schema.map("properties").filter(|properties| properties.contains_key(name));
    let mut found: Vec<_> = own.map(|_| part.child(&["properties", name])).into_iter().collect();
    let patterns = part.schema.map("patternProperties").into_iter().flat_map(Map::keys);
    let fitting = patterns.filter(|pattern| applicable.contract.schemas.matches(pattern, name));
    found.extend(fitting.map(|pattern| part.child(&["patternProperties", pattern])));
    if found.is_empty() && part.schema.has("additionalProperties") {
        found.push(part.child(&["additionalProperties"]));
    }
    found
}
