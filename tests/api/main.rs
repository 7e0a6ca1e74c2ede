//! The interface of the running program, without a browser.
