//! The bytes of a message in a record.
