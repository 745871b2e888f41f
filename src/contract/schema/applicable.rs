//! The schemas that apply to the same value as a given one: what it refers to, its `allOf`, its branches and conditions.

use std::collections::HashSet;

use crate::contract::keyword::{self, Applies};
use crate::contract::refs::{DYNAMIC_REF, RECURSIVE_REF};
use crate::contract::version::OasVersion;

use super::view::SchemaView;

/// Schemas for one value.
pub(crate) struct Applicable<'d> {
    /// The schemas. One that is nothing but a reference is left out.
    pub schemas: Vec<SchemaView<'d>>,
    /// Whether these are all: every reference could be followed.
    pub is_complete: bool,
}

impl<'d> Applicable<'d> {
    /// The schemas that every value of `schema` must conform to.
    pub(crate) fn always(schema: &SchemaView<'d>, openapi: OasVersion) -> Self {
        Self::follow(schema, openapi, |applies| applies == Applies::Always)
    }

    /// The schemas that describe the values of `schema`: branches too, but no conditions.
    pub(crate) fn alternatively(schema: &SchemaView<'d>, openapi: OasVersion) -> Self {
        Self::follow(schema, openapi, |applies| matches!(applies, Applies::Always | Applies::Alternatively))
    }

    /// The schemas that may apply to values of `schema`: branches and conditions too.
    pub(crate) fn possibly(schema: &SchemaView<'d>, openapi: OasVersion) -> Self {
        Self::follow(schema, openapi, |applies| applies.is_part() || applies == Applies::AsCondition)
    }

    fn follow(schema: &SchemaView<'d>, openapi: OasVersion, is_followed: fn(Applies) -> bool) -> Self {
        let mut found = Self { schemas: Vec::new(), is_complete: true };
        let (mut open, mut seen) = (vec![schema.clone()], HashSet::new());
        while let Some(schema) = open.pop() {
            if !seen.insert(schema.anchor().clone()) {
                continue;
            }
            let is_only_reference = schema.is_only_reference(openapi);
            let start = open.len();
            if !is_only_reference {
                let keywords = keyword::applicators().filter(|keyword| keyword.applies().is_some_and(is_followed));
                keywords.for_each(|keyword| open.extend(schema.subschemas(keyword)));
            }
            let has_dynamic = schema.has(DYNAMIC_REF);
            let has_both = has_dynamic && schema.reference().is_some();
            found.is_complete &= !has_both && !schema.has(RECURSIVE_REF);
            if has_dynamic || schema.reference().is_some() {
                let target = schema.target();
                found.is_complete &= target.is_some();
                open.extend(target);
            }
            // What was pushed last is popped first: keep the order of the document.
            open[start..].reverse();
            if !is_only_reference {
                found.schemas.push(schema);
            }
        }
        found
    }
}
