//! One story from setup to teardown.
