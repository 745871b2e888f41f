//! Path and query of a request: values are serialised as their parameter declares, otherwise percent-encoded.

use crate::contract::{ParameterIn, encoded_template, parameters};

use super::super::error::ExpandError;
use super::builder::{RequestBuilder, expand_text, expand_tree, place};
use super::text::{encoded, plain, scalar};

/// The names of the parameters in a path template, in order.
pub(crate) fn path_names(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

impl RequestBuilder<'_> {
    /// Sets the path: the case's `url` verbatim, otherwise the operation's template with its values.
    pub(super) fn url(&mut self) -> Result<(), ExpandError> {
        let own = self.case.request.url.as_ref();
        self.path = match own.map(|url| expand_text(url, self.scope, || self.at("url"))).transpose()?.flatten() {
            Some(url) => self.as_it_stands(url)?,
            None => self.filled()?,
        };
        Ok(())
    }

    /// Checks that a URL starts with its path: nothing is ever sent to another origin than the target's.
    fn as_it_stands(&self, url: String) -> Result<String, ExpandError> {
        if !url.starts_with('/') {
            let message = format!("`url` must start with `/`, as it follows the target's base URL; found `{url}`");
            return Err(ExpandError::new(message, self.at("url")));
        }
        match url.chars().find(|c| c.is_control() || c.is_whitespace() || *c == '#') {
            Some(odd) => Err(ExpandError::new(format!("{odd:?} must be percent-encoded in `url`"), self.at("url"))),
            None => Ok(url),
        }
    }

    fn filled(&mut self) -> Result<String, ExpandError> {
        let Some(operation) = self.operation else {
            return Err(ExpandError::new("the case needs an `operation` or a `url`", self.case.at.clone()));
        };
        let template = encoded_template(&operation.path);
        let mut parts = template.split('{');
        let mut path = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let Some((name, rest)) = part.split_once('}') else { continue };
            path.push_str(&self.segment(name)?);
            path.push_str(rest);
        }
        Ok(path)
    }

    /// One path value as text; empty if the case omits it on purpose.
    fn segment(&mut self, name: &str) -> Result<String, ExpandError> {
        let case = self.case;
        let at = || place(case, "path").join(name);
        let tree = case.request.path.iter().find(|(other, _)| other == name).map(|(_, tree)| tree);
        if tree.is_some_and(|tree| self.unknown.note_tree(tree, || format!("path/{name}"))) {
            // Any segment: the path must lead to the operation.
            return Ok("0".to_owned());
        }
        let Some(value) = tree.map(|tree| expand_tree(tree, self.scope, at)).transpose()?.flatten() else {
            return Ok(String::new());
        };
        let declared = self.operation.and_then(|operation| operation.parameter(ParameterIn::Path, name));
        let text = match declared {
            Some(parameter) => parameters::serialize(parameter, &value),
            None => scalar(&value).map(|text| encoded(&text)),
        };
        text.map_err(|message| ExpandError::new(message, at()))
    }

    /// Adds the query: declared parameters by their style, others as `name=value`.
    pub(super) fn query(&mut self) -> Result<(), ExpandError> {
        for (name, tree) in &self.case.request.query {
            if self.unknown.note_tree(tree, || format!("query/{name}")) {
                continue;
            }
            let at = || self.at("query").join(name);
            let Some(value) = expand_tree(tree, self.scope, at)? else { continue };
            let declared = self.operation.and_then(|operation| operation.parameter(ParameterIn::Query, name));
            let text = match declared {
                Some(parameter) => parameters::serialize(parameter, &value),
                None => plain(name, &value),
            };
            self.query.push(text.map_err(|message| ExpandError::new(message, at()))?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_names_its_parameters() {
        assert_eq!(path_names("/a/{b}/c-{d}.json").collect::<Vec<_>>(), ["b", "d"]);
        assert_eq!(path_names("/a").count(), 0);
    }
}
