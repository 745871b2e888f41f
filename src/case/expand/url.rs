//! Path and query of a request: values become one encoded segment each, or are laid out as their parameter declares.

use crate::contract::{ParameterIn, parameters};

use super::super::error::ExpandError;
use super::builder::{RequestBuilder, expand_text, expand_tree};
use super::text::{encoded, plain, scalar};

/// The names of the parameters in a path template, in order.
pub fn path_names(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

impl RequestBuilder<'_> {
    /// The path: the case's `url` as it stands, else the operation's template with its values in place.
    pub(super) fn url(&mut self) -> Result<(), ExpandError> {
        let own = self.case.request.url.as_ref();
        self.path = match own.map(|url| expand_text(url, self.scope, || self.at("url"))).transpose()?.flatten() {
            Some(url) => self.as_it_stands(url)?,
            None => self.filled()?,
        };
        Ok(())
    }

    /// Nothing is ever sent to another origin than the target's: a URL begins with its path.
    fn as_it_stands(&self, url: String) -> Result<String, ExpandError> {
        if !url.starts_with('/') {
            let message =
                format!("expected a path that begins with `/` and follows the target's prefix, found `{url}`");
            return Err(ExpandError::new(message, self.at("url")));
        }
        match url.chars().find(|c| c.is_control() || c.is_whitespace() || *c == '#') {
            Some(odd) => Err(ExpandError::new(format!("expected {odd:?} to be percent-encoded"), self.at("url"))),
            None => Ok(url),
        }
    }

    fn filled(&self) -> Result<String, ExpandError> {
        let Some(operation) = self.operation else {
            return Err(ExpandError::new("expected an `operation` or a `url`, found neither", self.case.at.clone()));
        };
        let mut parts = operation.path.split('{');
        let mut path = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let Some((name, rest)) = part.split_once('}') else { continue };
            path.push_str(&self.segment(name)?);
            path.push_str(rest);
        }
        Ok(path)
    }

    /// The text of one path value; empty where a case leaves it out on purpose.
    fn segment(&self, name: &str) -> Result<String, ExpandError> {
        let at = || self.at("path").join(name);
        let tree = self.case.request.path.iter().find(|(held, _)| held == name).map(|(_, tree)| tree);
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

    /// The query: declared parameters by their style, others plainly.
    pub(super) fn query(&mut self) -> Result<(), ExpandError> {
        for (name, tree) in &self.case.request.query {
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
