//! How the fields of a form are written: as JSON or as text, as the validation engine reads them.

use serde_json::Value;

use crate::contract::clause::location::{ClauseLocation, Step};
use crate::contract::form::Form;
use crate::contract::keyword;
use crate::contract::schema::Applicable;
use crate::contract::{Contract, MediaTypeObject, SchemaView, Shape};
use crate::http::MediaType;

/// How a value in a form is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum FieldWriting {
    /// It is the form.
    Form,
    /// As JSON.
    Json,
    /// As the text of a whole field.
    Field,
    /// As text within a field, or as a JSON object there.
    WithinField,
}

/// The fields of a form.
#[derive(Debug)]
pub(super) struct FormFields<'c> {
    contract: &'c Contract,
    declared: &'c MediaTypeObject,
    form: Form<'c>,
    is_multipart: bool,
}

impl<'c> FormFields<'c> {
    /// The fields of the form that `declared` describes; none for other content.
    pub(super) fn new(contract: &'c Contract, declared: &'c MediaTypeObject) -> Option<Self> {
        let is_multipart = match &*declared.media_type.essence() {
            "application/x-www-form-urlencoded" => false,
            "multipart/form-data" => true,
            _ => return None,
        };
        Some(Self { contract, declared, form: Form::new(contract, declared), is_multipart })
    }

    /// How the value at a location of the form is written.
    pub(super) fn writing(&self, at: &ClauseLocation) -> FieldWriting {
        let steps: Vec<_> = at.steps.iter().filter(|step| !matches!(step, Step::Branch(_))).collect();
        match steps.as_slice() {
            [] => FieldWriting::Form,
            [Step::Name(name), within @ ..] if self.is_multipart => self.part(name, within.len()),
            [Step::Name(name), within @ ..] => self.pair(name, within.len()),
            // Parts may be JSON; how a pair is written depends on its name.
            [_, within @ ..] if self.are_others_text() => text(within.len()),
            _ => FieldWriting::Json,
        }
    }

    /// A field of `application/x-www-form-urlencoded`, or what is so many steps within it.
    fn pair(&self, name: &str, depth: usize) -> FieldWriting {
        let field = self.form.field(name.to_owned(), self.form.members.shape(name));
        let media_types = self.form.by_media_type(&field);
        let is_json = media_types.iter().any(|field| field.content.as_ref().is_some_and(MediaType::is_json));
        let is_in_json = depth > 1 && self.form.has_json_items(&field);
        if is_json || is_in_json { FieldWriting::Json } else { text(depth) }
    }

    /// A field of `multipart/form-data`, or what is so many steps within it. The media type of a part is chosen by its request.
    fn part(&self, name: &str, depth: usize) -> FieldWriting {
        let listed = self.form.encoding(name).map_or(&[][..], |encoding| &encoding.content);
        let json = MediaType::parse("application/json").ok();
        let may_be_json =
            |listed: &MediaType| listed.is_json() || json.as_ref().is_some_and(|json| listed.covers(json).is_some());
        let is_never_json = !listed.is_empty() && !listed.iter().any(may_be_json);
        if is_never_json || self.is_verbatim(name) { text(depth) } else { FieldWriting::Json }
    }

    /// Whether the value of a part is its text, also where it is JSON. The list that one part may be is read where its text violates
    /// something.
    fn is_verbatim(&self, name: &str) -> bool {
        let shape = self.form.members.shape(name);
        let is_only_text =
            |shape: &Shape| shape.is_verbatim() && shape.primitives().is_empty() && shape.structures().is_empty();
        match &shape.array {
            None => is_only_text(&shape),
            Some(items) => {
                !shape.is_primitive()
                    && shape.object.is_none()
                    && items.all().all(is_only_text)
                    && !self.is_restricted(name)
            }
        }
    }

    /// Whether texts may violate the schemas of the field or of its items.
    fn is_restricted(&self, name: &str) -> bool {
        let openapi = self.contract.openapi;
        let possibly = |schema: SchemaView<'c>| Applicable::possibly(&schema, openapi).schemas;
        let root = self.declared.schema.as_ref().and_then(|schema| self.contract.schema(&schema.anchor));
        let own = root.into_iter().flat_map(possibly).filter_map(|schema| schema.property(name));
        let own: Vec<_> = own.flat_map(possibly).collect();
        let items: Vec<_> = own.iter().filter_map(|schema| schema.below("items")).flat_map(possibly).collect();
        let is_restricting = |(name, value): (&str, &Value)| match name {
            "type" | "items" | "contentMediaType" => false,
            "format" => value != "binary",
            "minItems" => value.as_f64().is_none_or(|least| least > 1.0),
            _ => keyword::find(name).is_some_and(keyword::Keyword::is_declarable) || name == "contentEncoding",
        };
        own.iter().chain(&items).any(|schema| schema.keywords().any(is_restricting))
    }

    /// Whether undeclared fields are text, whatever their names are.
    fn are_others_text(&self) -> bool {
        let members = self.form.members;
        let is_json = |shape: &Shape| {
            let has_objects = shape.array.as_ref().is_some_and(|items| items.all().any(|item| item.object.is_some()));
            shape.object.is_some() || has_objects
        };
        let is_declared = |name: &str| members.named.contains_key(name);
        !self.is_multipart
            && self.declared.encoding.iter().all(|encoding| is_declared(&encoding.name))
            && !members.undeclared().any(is_json)
    }
}

/// Text of a whole field, or within one.
fn text(depth: usize) -> FieldWriting {
    if depth == 0 { FieldWriting::Field } else { FieldWriting::WithinField }
}
