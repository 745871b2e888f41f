//! The table of report formats.

use super::definition::Format;
use super::format;

/// Every format, in the order in which it is listed. To add one, write its file in `format/`, declare it there and list it here.
pub(crate) static FORMATS: &[&Format] = &[
    &format::record::FORMAT,
    &format::junit::FORMAT,
    &format::endpoints::FORMAT,
    &format::html::FORMAT,
    &format::events::FORMAT,
    &format::github::FORMAT,
    &format::sarif::FORMAT,
    &format::tap::FORMAT,
    &format::ctrf::FORMAT,
    &format::har::FORMAT,
];

/// The names of all formats.
pub(crate) fn names() -> Vec<&'static str> {
    FORMATS.iter().map(|format| format.name).collect()
}

/// Returns the format with this name.
pub(crate) fn named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.name == name)
}

/// Returns the formats that every run writes, and those in `extra`, in the order of the table and without duplicates.
pub(crate) fn defaults_and(extra: &[&'static Format]) -> Vec<&'static Format> {
    FORMATS.iter().copied().filter(|format| format.is_default || extra.contains(format)).collect()
}

/// Returns `formats` in the order of the table and without duplicates.
pub(crate) fn in_order(formats: &[&'static Format]) -> Vec<&'static Format> {
    FORMATS.iter().copied().filter(|format| formats.contains(format)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_files_are_unique() {
        for (index, format) in FORMATS.iter().enumerate() {
            assert_eq!(named(format.name), Some(*format));
            let others = &FORMATS[index + 1..];
            assert!(others.iter().all(|other| other.name != format.name && other.file != format.file));
        }
    }
}
