//! Tests, being written.
