//! The till in a real browser, with a fake camera.
