//! Evaluates compiled expressions strictly: undefined values are errors.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::{Map, Value};

use crate::suggestion::nearest;

use super::error::EvalError;
use super::evaluation::Evaluation;
use super::filter::{self, Given};
use super::growth;
use super::header_names;
use super::members;
use super::node::{Arguments, Node, NodeKind};
use super::operators::{self, Arithmetic, Comparison};
use super::value::{Operand, into_text, size};

type Evaluated<'v> = Result<Operand<'v>, EvalError>;

/// Evaluates `node`. A new value takes its memory from the budget. Bytes are a string of hexadecimal digits.
pub(super) fn evaluate<'v>(node: &'v Node, evaluation: &Evaluation<'v>) -> Evaluated<'v> {
    match (with_bytes(node, evaluation)?, &node.kind) {
        (Operand::Bytes(_), NodeKind::Variable(name)) => Err(EvalError::wrong(
            format!("`{name}` is not UTF-8: only functions on bytes take it, such as `sha256({name})`"),
            &node.range,
        )),
        (operand, _) => Ok(operand.without_bytes()),
    }
}

/// Like [`evaluate`], but bytes stay bytes: the argument of a function.
fn with_bytes<'v>(node: &'v Node, evaluation: &Evaluation<'v>) -> Evaluated<'v> {
    let operand = computed(node, evaluation)?;
    match &operand {
        Operand::Json(Cow::Owned(new)) if node.kind.makes_a_value() => evaluation.take(size(new), &node.range)?,
        // The hexadecimal digits too.
        Operand::Bytes(bytes) => evaluation.take(3 * bytes.len(), &node.range)?,
        _ => {}
    }
    Ok(operand)
}

fn computed<'v>(node: &'v Node, evaluation: &Evaluation<'v>) -> Evaluated<'v> {
    let value = |node: &'v Node| evaluate(node, evaluation);
    let kept = |node: &'v Node| with_bytes(node, evaluation);
    match &node.kind {
        NodeKind::Constant(constant) => Ok(constant.into()),
        NodeKind::Omit => Ok(Operand::Omit),
        NodeKind::Variable(name) => variable(name, evaluation, &node.range),
        NodeKind::Attribute(of, name) => match property(of, name, evaluation) {
            Some(found) => Ok(found.into()),
            None => member(value(of)?, name, &node.range),
        },
        NodeKind::Item(of, key) => item(value(of)?, &value(key)?, &node.range),
        NodeKind::Slice(of, start, stop) => {
            let bound = |bound: &'v Option<Box<Node>>| bound.as_ref().map(|node| whole(node, evaluation)).transpose();
            slice(&value(of)?, bound(start)?, bound(stop)?, &node.range)
        }
        NodeKind::Not(of) => Ok(Value::from(!value(of)?.is_true()).into()),
        NodeKind::Negate(of) => compute(Arithmetic::Subtract, Value::from(0).into(), value(of)?, &node.range),
        NodeKind::And(left, right) => Some(kept(left)?).filter(|left| !left.is_true()).map_or_else(|| kept(right), Ok),
        NodeKind::Or(left, right) => Some(kept(left)?).filter(Operand::is_true).map_or_else(|| kept(right), Ok),
        NodeKind::Compare(first, rest) => compare(first, rest, evaluation),
        NodeKind::Arithmetic(operator, left, right) => compute(*operator, value(left)?, value(right)?, &node.range),
        NodeKind::Choice { test, yes, no } => kept(if value(test)?.is_true() { yes } else { no }),
        NodeKind::Defined(of) => match value(of) {
            Err(fault) if !fault.is_missing => Err(fault),
            found => Ok(Value::from(found.is_ok()).into()),
        },
        NodeKind::Default(of, fallback) => match kept(of) {
            Err(fault) if fault.is_missing => kept(fallback),
            found => found,
        },
        NodeKind::Merge(held, change) => {
            let merged = members::merged(json(held, evaluation)?, json(change, evaluation)?);
            merged.map(Operand::from).ok_or_else(|| untaken("merge", members::MERGE, &node.range))
        }
        NodeKind::Pick(of, names) => {
            let picked = members::picked(json(of, evaluation)?, &*json(names, evaluation)?);
            picked.map(Operand::from).ok_or_else(|| untaken("pick", members::PICK, &node.range))
        }
        NodeKind::LowerCase(names) => value(names).map(header_names::lowered_operand),
        NodeKind::Filter(name, arguments) => {
            let given = given(arguments, evaluation)?;
            evaluation.take(growth::of_filter(name, &given, &node.range)?, &node.range)?;
            filter::apply(name, &given, &node.range).map(Operand::from)
        }
        NodeKind::Test(name, arguments) => {
            let given = given(arguments, evaluation)?;
            evaluation.take(growth::of_test(&given), &node.range)?;
            filter::ask(name, &given, &node.range).map(|answer| Value::from(answer).into())
        }
        NodeKind::Call(function, arguments) => {
            let arguments = arguments.iter().map(kept).collect::<Result<_, _>>()?;
            function.call(arguments, evaluation.scope, &node.range)
        }
        NodeKind::List(items) => {
            let items = items.iter().map(|item| owned(item, evaluation));
            items.collect::<Result<Value, _>>().map(Operand::from)
        }
        NodeKind::Map(members) => object(members, evaluation),
    }
}

/// Evaluates `node` to JSON; `omit` is an error.
fn json<'v>(node: &'v Node, evaluation: &Evaluation<'v>) -> Result<Cow<'v, Value>, EvalError> {
    let misplaced = || EvalError::wrong("`omit` must be the whole value", &node.range);
    evaluate(node, evaluation)?.json().ok_or_else(misplaced)
}

/// Evaluates `node` to JSON; a copy takes its memory from the budget.
fn owned(node: &Node, evaluation: &Evaluation<'_>) -> Result<Value, EvalError> {
    let value = json(node, evaluation)?;
    if matches!(value, Cow::Borrowed(_)) {
        evaluation.take(size(&value), &node.range)?;
    }
    Ok(value.into_owned())
}

fn variable<'v>(name: &str, evaluation: &Evaluation<'v>, range: &Range<usize>) -> Evaluated<'v> {
    let scope = evaluation.scope;
    if let Some(bytes) = scope.bytes(name) {
        return Ok(Operand::Bytes(bytes.to_vec()));
    }
    let value = scope.variable(name).ok_or_else(|| {
        let near = nearest(name, scope.variables()).map(|near| format!(", did you mean `{near}`?"));
        EvalError::missing(format!("unknown name `{name}`{}", near.unwrap_or_default()), range)
    })?;
    if let Cow::Owned(copied) = &value {
        evaluation.take(size(copied), range)?;
    }
    Ok(Operand::Json(value))
}

/// The property of a variable, which is not copied.
fn property<'v>(of: &Node, name: &str, evaluation: &Evaluation<'v>) -> Option<&'v Value> {
    let NodeKind::Variable(variable) = &of.kind else { return None };
    evaluation.scope.property(variable, name)
}

fn member<'v>(of: Operand<'v>, name: &str, range: &Range<usize>) -> Evaluated<'v> {
    let found = match &of {
        Operand::Json(Cow::Borrowed(value)) => value.get(name).map(Operand::from),
        Operand::Json(Cow::Owned(value)) => value.get(name).cloned().map(Operand::from),
        _ => None,
    };
    found.ok_or_else(|| EvalError::missing(format!("{} has no `{name}`{}", of.kind(), near(&of, name)), range))
}

fn near(of: &Operand<'_>, name: &str) -> String {
    let Operand::Json(value) = of else { return String::new() };
    let names = value.as_object().into_iter().flat_map(Map::keys).map(String::as_str);
    nearest(name, names).map(|near| format!(", did you mean `{near}`?")).unwrap_or_default()
}

fn item<'v>(of: Operand<'v>, key: &Operand<'_>, range: &Range<usize>) -> Evaluated<'v> {
    let Operand::Json(key) = key else {
        return Err(EvalError::wrong(format!("expected a name or an index, found {}", key.kind()), range));
    };
    match (key.as_ref(), &of) {
        (Value::String(name), _) => member(of, name, range),
        (Value::Number(index), Operand::Json(list)) if list.is_array() => {
            let items = list.as_array().map_or(0, Vec::len);
            let at = index.as_i64().and_then(|index| from_either_end(index, items));
            let found = at.and_then(|at| match list {
                Cow::Borrowed(list) => list.get(at).map(Operand::from),
                Cow::Owned(list) => list.get(at).cloned().map(Operand::from),
            });
            found.ok_or_else(|| EvalError::missing(format!("a list of {items} has no [{index}]"), range))
        }
        (key, _) => Err(EvalError::missing(format!("{} has no [{key}]", of.kind()), range)),
    }
}

/// Resolves `index`; a negative one counts from the end.
fn from_either_end(index: i64, length: usize) -> Option<usize> {
    let distance = usize::try_from(index.unsigned_abs()).ok()?;
    if index < 0 { length.checked_sub(distance) } else { Some(distance) }
}

fn whole(node: &Node, evaluation: &Evaluation<'_>) -> Result<i64, EvalError> {
    let bound = json(node, evaluation)?;
    bound.as_i64().ok_or_else(|| EvalError::wrong(format!("expected an integer, found {bound}"), &node.range))
}

fn slice<'v>(of: &Operand<'_>, start: Option<i64>, stop: Option<i64>, range: &Range<usize>) -> Evaluated<'v> {
    let refuse = || EvalError::wrong(format!("expected a string or a list, found {}", of.kind()), range);
    let bounds = |length: usize| {
        let at = |bound: i64| from_either_end(bound, length).unwrap_or_default().min(length);
        let start = start.map_or(0, at);
        start..stop.map_or(length, at).max(start)
    };
    let Operand::Json(value) = of else { return Err(refuse()) };
    match value.as_ref() {
        Value::String(text) => {
            let range = bounds(text.chars().count());
            Ok(Value::from(text.chars().skip(range.start).take(range.len()).collect::<String>()).into())
        }
        Value::Array(items) => Ok(Value::from(items.get(bounds(items.len())).unwrap_or_default()).into()),
        _ => Err(refuse()),
    }
}

fn compute<'v>(operator: Arithmetic, left: Operand<'v>, right: Operand<'v>, range: &Range<usize>) -> Evaluated<'v> {
    operators::compute(operator, left, right).map_err(|message| EvalError::wrong(message, range))
}

fn compare<'v>(first: &'v Node, rest: &'v [(Comparison, Node)], evaluation: &Evaluation<'v>) -> Evaluated<'v> {
    let (mut left_node, mut left) = (first, evaluate(first, evaluation)?);
    for (comparison, right_node) in rest {
        let right = evaluate(right_node, evaluation)?;
        let asks_null = [left_node, right_node].iter().any(|node| matches!(node.kind, NodeKind::Constant(Value::Null)));
        let range = left_node.range.start..right_node.range.end;
        let holds = operators::compare(*comparison, &left, &right, asks_null);
        if !holds.map_err(|message| EvalError::wrong(message, &range))? {
            return Ok(Value::from(false).into());
        }
        (left_node, left) = (right_node, right);
    }
    Ok(Value::from(true).into())
}

fn given<'v>(arguments: &'v Arguments, evaluation: &Evaluation<'v>) -> Result<Given<'v>, EvalError> {
    let named = arguments.named.iter().map(|(name, node)| Ok((name.clone(), json(node, evaluation)?)));
    Ok(Given {
        positional: arguments.positional.iter().map(|node| json(node, evaluation)).collect::<Result<_, _>>()?,
        named: named.collect::<Result<_, _>>()?,
    })
}

/// Error for a filter applied to unsupported types.
fn untaken(name: &str, takes: &str, range: &Range<usize>) -> EvalError {
    EvalError::wrong(format!("the filter `{name}` needs {takes}"), range)
}

fn object<'v>(members: &[(Node, Node)], evaluation: &Evaluation<'_>) -> Evaluated<'v> {
    let member = |(key, value): &(Node, Node)| {
        let name = into_text(owned(key, evaluation)?);
        Ok((name, owned(value, evaluation)?))
    };
    members.iter().map(member).collect::<Result<_, _>>().map(|members| Value::Object(members).into())
}
