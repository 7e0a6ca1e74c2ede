//! The overlay with `?debug`: how frames come, and how long a code takes to become a request.

use leptos::prelude::*;

use crate::app::{Lens, till};
use crate::here;
use crate::route::value;

/// Figures of the camera and of the last scan.
#[component]
pub(crate) fn Overlay() -> impl IntoView {
    let (_, query) = here::address();
    value(&query, "debug").map(|_| view! { <Figures/> })
}

#[component]
fn Figures() -> impl IntoView {
    let till = till();
    let stats = move || till.stats.get();
    let rung = move || {
        if let Lens::Ready { rung, .. } = till.lens.get() {
            rung.as_str()
        } else {
            "-"
        }
    };
    let figure =
        |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |one| format!("{one:.1}"));
    let size = move || {
        stats().map_or_else(
            || "-".to_owned(),
            |one| format!("{:.0}x{:.0}", one.width, one.height),
        )
    };
    let fps = move || figure(stats().map(|one| one.fps));
    let decode = move || figure(stats().map(|one| one.decode_ms));
    let callback = move || figure(stats().map(|one| one.callback_ms));
    let copy = move || figure(stats().map(|one| one.copy_ms));
    let light = move || figure(stats().map(|one| one.light));
    let request = move || figure(till.span_ms.get());
    view! {
        <dl
            class="debug"
            data-test="debug"
            data-rung=rung
            data-fps=fps
            data-decode-ms=decode
            data-callback-ms=callback
            data-scan-to-request-ms=request
            data-size=size
        >
            <dt>"rung"</dt><dd>{rung}</dd>
            <dt>"size"</dt><dd>{size}</dd>
            <dt>"fps"</dt><dd>{fps}</dd>
            <dt>"copy ms"</dt><dd>{copy}</dd>
            <dt>"decode ms"</dt><dd>{decode}</dd>
            <dt>"frame to page ms"</dt><dd>{callback}</dd>
            <dt>"frame to request ms"</dt><dd>{request}</dd>
            <dt>"light"</dt><dd>{light}</dd>
        </dl>
    }
}
