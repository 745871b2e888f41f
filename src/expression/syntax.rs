//! Compiles expressions: minijinja parses them, and constructs whose semantics are too forgiving are refused or
//! replaced.

use std::ops::Range;

use minijinja::machinery::{Span, ast, parse_expr};
use serde_json::Value;

use super::builtins::Function;
use super::error::Error;
use super::node::{Arguments, Node, NodeKind};
use super::operators::{Arithmetic, Comparison};
use super::{builtins, filter, header_names, members};

/// Maximum length of an expression in bytes; together with `MAX_DEPTH` it bounds recursion.
const MAX_LENGTH: usize = 2000;
/// The function that reads a file, and the variable that has the contents.
const FILE: &str = "file";
/// Maximum nesting depth.
const MAX_DEPTH: usize = 100;

/// Compiles the expression `text`.
pub(super) fn parse(text: &str) -> Result<Node, Error> {
    if text.trim().is_empty() {
        return Err(error("the expression is empty", 0..text.len()));
    }
    if text.len() > MAX_LENGTH {
        return Err(error(format!("the expression is longer than {MAX_LENGTH} bytes"), 0..text.len()));
    }
    let tree = parse_expr(text).map_err(|fault| {
        let message = fault.detail().map_or_else(|| fault.to_string(), str::to_owned);
        foreign_operator(text).unwrap_or_else(|| error(message, fault.range().unwrap_or(0..text.len())))
    })?;
    lower(&tree, 0)
}

/// The error of an operator of another language in an expression that cannot be parsed.
fn foreign_operator(text: &str) -> Option<Error> {
    const OPERATORS: [(&str, &str); 3] = [("===", "=="), ("!==", "!="), ("=", "==")];
    let (mut quote, mut depth) = (None, 0);
    let mut rest = text.char_indices();
    while let Some((at, c)) = rest.next() {
        match quote {
            Some(_) if c == '\\' => drop(rest.next()),
            Some(opening) => quote = quote.filter(|_| c != opening),
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == '(' => depth += 1,
            None if c == ')' => depth -= 1,
            None => {
                let is_sign = |c: char| "=!<>&|".contains(c);
                if text[..at].ends_with(is_sign) || !is_sign(c) {
                    continue;
                }
                let length = text[at..].find(|c| !is_sign(c)).unwrap_or(text.len() - at);
                let sign = &text[at..at + length];
                // `=` gives an argument its name.
                let known = OPERATORS.iter().find(|(foreign, _)| *foreign == sign && !(sign == "=" && depth > 0));
                if let Some((_, own)) = known {
                    return Some(error(format!("`{sign}` is not an operator here: write `{own}`"), at..at + length));
                }
            }
        }
    }
    None
}

fn error(message: impl Into<String>, range: Range<usize>) -> Error {
    Error { message: message.into(), range }
}

fn bytes(span: Span) -> Range<usize> {
    span.start_offset as usize..span.end_offset as usize
}

type Lowered = Result<Node, Error>;

fn lower(expr: &ast::Expr<'_>, depth: usize) -> Lowered {
    let range = bytes(expr.span());
    if depth > MAX_DEPTH {
        return Err(error(format!("nested deeper than {MAX_DEPTH} levels"), range));
    }
    let kind = match expr {
        ast::Expr::Var(var) => variable(var.id),
        ast::Expr::Const(constant) => NodeKind::Constant(filter::constant(&constant.value, &range)?),
        ast::Expr::GetAttr(get) => NodeKind::Attribute(below(&get.expr, depth)?, get.name.to_owned()),
        ast::Expr::GetItem(get) => NodeKind::Item(below(&get.expr, depth)?, below(&get.subscript_expr, depth)?),
        ast::Expr::Slice(slice) => sliced(slice, &range, depth)?,
        ast::Expr::UnaryOp(unary) => match unary.op {
            ast::UnaryOpKind::Not => NodeKind::Not(below(&unary.expr, depth)?),
            ast::UnaryOpKind::Neg => NodeKind::Negate(below(&unary.expr, depth)?),
        },
        ast::Expr::BinOp(binary) => binary_operation(binary, depth)?,
        ast::Expr::Compare(compare) => {
            let operand = |op: &ast::CompareOp<'_>| Ok((comparison(op.op), lower(&op.expr, depth + 1)?));
            NodeKind::Compare(below(&compare.expr, depth)?, compare.ops.iter().map(operand).collect::<Result<_, _>>()?)
        }
        ast::Expr::IfExpr(choice) => chosen(choice, &range, depth)?,
        ast::Expr::Filter(filter) => filtered(filter, &range, depth)?,
        ast::Expr::Test(test) => tested(test, &range, depth)?,
        ast::Expr::Call(call) => called(call, &range, depth)?,
        ast::Expr::List(list) => listed(all(&list.items, depth)?),
        ast::Expr::Tuple(tuple) => listed(all(&tuple.items, depth)?),
        ast::Expr::Map(map) => {
            NodeKind::Map(all(&map.keys, depth)?.into_iter().zip(all(&map.values, depth)?).collect())
        }
    };
    let kind = header_names::in_lower_case(kind);
    Ok(Node { range: around(&kind, range), kind })
}

/// A list; a list of constants is a constant.
fn listed(items: Vec<Node>) -> NodeKind {
    let constant = |item: &Node| match &item.kind {
        NodeKind::Constant(value) => Some(value.clone()),
        _ => None,
    };
    items.iter().map(constant).collect::<Option<Value>>().map_or(NodeKind::List(items), NodeKind::Constant)
}

/// Corrects spans of minijinja, which may start at an operator or at the last step of a path, to start at the first operand.
fn around(kind: &NodeKind, range: Range<usize>) -> Range<usize> {
    let first = match kind {
        NodeKind::Attribute(of, _) | NodeKind::Item(of, _) | NodeKind::Slice(of, ..) | NodeKind::Compare(of, _) => {
            Some(of.as_ref())
        }
        NodeKind::And(left, _) | NodeKind::Or(left, _) | NodeKind::Arithmetic(_, left, _) => Some(left.as_ref()),
        NodeKind::Default(of, _) | NodeKind::Merge(of, _) | NodeKind::Pick(of, _) => Some(of.as_ref()),
        NodeKind::Choice { yes, .. } => Some(yes.as_ref()),
        NodeKind::Filter(_, arguments) | NodeKind::Test(_, arguments) => arguments.positional.first(),
        NodeKind::Defined(of) => Some(of.as_ref()),
        _ => None,
    };
    first.map_or(range.start, |first| first.range.start)..range.end
}

fn below(expr: &ast::Expr<'_>, depth: usize) -> Result<Box<Node>, Error> {
    lower(expr, depth + 1).map(Box::new)
}

fn all(exprs: &[ast::Expr<'_>], depth: usize) -> Result<Vec<Node>, Error> {
    exprs.iter().map(|expr| lower(expr, depth + 1)).collect()
}

fn variable(name: &str) -> NodeKind {
    match name {
        "omit" => NodeKind::Omit,
        "null" => NodeKind::Constant(Value::Null),
        _ => NodeKind::Variable(name.to_owned()),
    }
}

fn sliced(slice: &ast::Slice<'_>, range: &Range<usize>, depth: usize) -> Result<NodeKind, Error> {
    if slice.step.is_some() {
        return Err(error("slices have no step: write `[start:stop]`", range.clone()));
    }
    let bound = |expr: &Option<ast::Expr<'_>>| expr.as_ref().map(|expr| below(expr, depth)).transpose();
    Ok(NodeKind::Slice(below(&slice.expr, depth)?, bound(&slice.start)?, bound(&slice.stop)?))
}

fn binary_operation(binary: &ast::BinOp<'_>, depth: usize) -> Result<NodeKind, Error> {
    let (left, right) = (below(&binary.left, depth)?, below(&binary.right, depth)?);
    let compare = |comparison, left, right: Box<Node>| NodeKind::Compare(left, vec![(comparison, *right)]);
    Ok(match binary.op {
        ast::BinOpKind::Eq => compare(Comparison::Equal, left, right),
        ast::BinOpKind::Ne => compare(Comparison::Unequal, left, right),
        ast::BinOpKind::Lt => compare(Comparison::Less, left, right),
        ast::BinOpKind::Lte => compare(Comparison::LessOrEqual, left, right),
        ast::BinOpKind::Gt => compare(Comparison::Greater, left, right),
        ast::BinOpKind::Gte => compare(Comparison::GreaterOrEqual, left, right),
        ast::BinOpKind::In => compare(Comparison::In, left, right),
        ast::BinOpKind::ScAnd => NodeKind::And(left, right),
        ast::BinOpKind::ScOr => NodeKind::Or(left, right),
        ast::BinOpKind::Add => NodeKind::Arithmetic(Arithmetic::Add, left, right),
        ast::BinOpKind::Sub => NodeKind::Arithmetic(Arithmetic::Subtract, left, right),
        ast::BinOpKind::Mul => NodeKind::Arithmetic(Arithmetic::Multiply, left, right),
        ast::BinOpKind::Div => NodeKind::Arithmetic(Arithmetic::Divide, left, right),
        ast::BinOpKind::FloorDiv => NodeKind::Arithmetic(Arithmetic::DivideWhole, left, right),
        ast::BinOpKind::Rem => NodeKind::Arithmetic(Arithmetic::Remainder, left, right),
        ast::BinOpKind::Pow => NodeKind::Arithmetic(Arithmetic::Power, left, right),
        ast::BinOpKind::Concat => NodeKind::Arithmetic(Arithmetic::Concatenate, left, right),
    })
}

fn comparison(op: ast::CompareOpKind) -> Comparison {
    match op {
        ast::CompareOpKind::Eq => Comparison::Equal,
        ast::CompareOpKind::Ne => Comparison::Unequal,
        ast::CompareOpKind::Lt => Comparison::Less,
        ast::CompareOpKind::Lte => Comparison::LessOrEqual,
        ast::CompareOpKind::Gt => Comparison::Greater,
        ast::CompareOpKind::Gte => Comparison::GreaterOrEqual,
        ast::CompareOpKind::In => Comparison::In,
        ast::CompareOpKind::NotIn => Comparison::NotIn,
    }
}

fn chosen(choice: &ast::IfExpr<'_>, range: &Range<usize>, depth: usize) -> Result<NodeKind, Error> {
    let Some(no) = &choice.false_expr else {
        return Err(error("`if` needs an `else`", range.clone()));
    };
    let (test, yes) = (below(&choice.test_expr, depth)?, below(&choice.true_expr, depth)?);
    Ok(NodeKind::Choice { test, yes, no: below(no, depth)? })
}

/// Filters that minijinja cannot apply become nodes of their own.
fn filtered(filter: &ast::Filter<'_>, range: &Range<usize>, depth: usize) -> Result<NodeKind, Error> {
    let Some(operand) = &filter.expr else {
        return Err(error("missing value before the filter", range.clone()));
    };
    let both = |argument| Ok((below(operand, depth)?, below(argument, depth)?));
    let takes = |what: &str| Err(error(format!("the filter `{}` takes {what}", filter.name), range.clone()));
    match (filter.name, filter.args.as_slice()) {
        ("default" | "d", [ast::CallArg::Pos(fallback)]) => both(fallback).map(|(of, or)| NodeKind::Default(of, or)),
        ("merge", [ast::CallArg::Pos(change)]) => both(change).map(|(held, change)| NodeKind::Merge(held, change)),
        ("merge", _) => takes(members::MERGE),
        ("pick", [ast::CallArg::Pos(names)]) => both(names).map(|(of, names)| NodeKind::Pick(of, names)),
        ("pick", _) => takes(members::PICK),
        (name, given) if filter::is_filter(name) => {
            Ok(NodeKind::Filter(name.to_owned(), arguments(operand, given, range, depth)?))
        }
        (name, _) => Err(error(format!("unknown filter `{name}`"), range.clone())),
    }
}

/// `is defined` becomes a node; tests that compare become strict comparisons; the rest are tests of minijinja.
fn tested(test: &ast::Test<'_>, range: &Range<usize>, depth: usize) -> Result<NodeKind, Error> {
    let comparison = match test.name {
        "defined" => return Ok(NodeKind::Defined(below(&test.expr, depth)?)),
        "undefined" => {
            let range = range.clone();
            return Ok(NodeKind::Not(Box::new(Node { range, kind: NodeKind::Defined(below(&test.expr, depth)?) })));
        }
        "eq" | "equalto" | "==" | "sameas" => Comparison::Equal,
        "ne" | "!=" => Comparison::Unequal,
        "lt" | "lessthan" | "<" => Comparison::Less,
        "le" | "<=" => Comparison::LessOrEqual,
        "gt" | "greaterthan" | ">" => Comparison::Greater,
        "ge" | ">=" => Comparison::GreaterOrEqual,
        "in" => Comparison::In,
        name if filter::is_test(name) => {
            return Ok(NodeKind::Test(name.to_owned(), arguments(&test.expr, &test.args, range, depth)?));
        }
        name => return Err(error(format!("unknown test `{name}`"), range.clone())),
    };
    match test.args.as_slice() {
        [ast::CallArg::Pos(right)] => {
            Ok(NodeKind::Compare(below(&test.expr, depth)?, vec![(comparison, lower(right, depth + 1)?)]))
        }
        _ => Err(error(format!("`is {}` needs one value", test.name), range.clone())),
    }
}

fn arguments(
    operand: &ast::Expr<'_>,
    given: &[ast::CallArg<'_>],
    range: &Range<usize>,
    depth: usize,
) -> Result<Arguments, Error> {
    let mut arguments = Arguments { positional: vec![lower(operand, depth + 1)?], named: Vec::new() };
    for argument in given {
        match argument {
            ast::CallArg::Pos(expr) => arguments.positional.push(lower(expr, depth + 1)?),
            ast::CallArg::Kwarg(name, expr) => arguments.named.push(((*name).to_owned(), lower(expr, depth + 1)?)),
            _ => return Err(error("`*` and `**` are not supported", range.clone())),
        }
    }
    Ok(arguments)
}

/// `file("PATH")` reads the property `PATH` of the variable `file`. Expressions read no files: whoever evaluates them sets the variable.
fn file(given: &[ast::CallArg<'_>], name: Range<usize>, range: &Range<usize>) -> Result<NodeKind, Error> {
    let path = match given {
        [ast::CallArg::Pos(ast::Expr::Const(constant))] => constant.value.as_str().filter(|path| !path.is_empty()),
        _ => None,
    };
    let path =
        path.ok_or_else(|| error("expected `file(\"PATH\")` with a path that contains no expression", range.clone()))?;
    let variable = Node { range: name, kind: NodeKind::Variable(FILE.to_owned()) };
    Ok(NodeKind::Attribute(Box::new(variable), path.to_owned()))
}

fn called(call: &ast::Call<'_>, range: &Range<usize>, depth: usize) -> Result<NodeKind, Error> {
    let ast::Expr::Var(name) = &call.expr else {
        let message = "values have no methods; use a filter, such as `x | length`";
        return Err(error(message, bytes(call.expr.span())));
    };
    if name.id == FILE {
        return file(&call.args, bytes(name.span()), range);
    }
    let function = Function::named(name.id).ok_or_else(|| error(builtins::unknown(name.id), bytes(name.span())))?;
    let given = call.args.iter().map(|argument| match argument {
        ast::CallArg::Pos(expr) => lower(expr, depth + 1),
        _ => Err(error(format!("expected `{}`", function.signature()), range.clone())),
    });
    let given = given.collect::<Result<Vec<_>, _>>()?;
    if given.len() != function.arity() {
        return Err(error(
            format!("expected `{}`, found {} arguments", function.signature(), given.len()),
            range.clone(),
        ));
    }
    Ok(NodeKind::Call(function, given))
}
