//! Asking for the camera, and what can come of it.

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack};

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The person or a policy said no.
    Denied,
    /// The device has no camera.
    NoCamera,
    /// Another program holds it.
    Busy,
    /// The page is not served securely, so the browser offers no camera at all.
    Insecure,
    /// Anything else, in the browser's words.
    Failed(String),
}

/// Asks for the rear camera at 1280x720 and 30 frames a second, as wishes, never as demands: a
/// stall's tablet may have only a front camera of 640x480, and that one reads codes too.
pub(super) async fn open() -> Result<(MediaStream, MediaStreamTrack), Refusal> {
    let devices = devices().ok_or(Refusal::Insecure)?;
    let asked = devices
        .get_user_media_with_constraints(&wishes())
        .map_err(|why| refusal(&why))?;
    let stream: MediaStream = wasm_bindgen_futures::JsFuture::from(asked)
        .await
        .map_err(|why| refusal(&why))?
        .unchecked_into();
    let track = stream
        .get_video_tracks()
        .get(0)
        .dyn_into()
        .map_err(|_| Refusal::NoCamera)?;
    Ok((stream, track))
}

/// The browser's cameras; absent when the page is not secure.
pub(super) fn devices() -> Option<MediaDevices> {
    let navigator = web_sys::window()?.navigator();
    // The getter throws nothing, but what it gives is undefined on an insecure page.
    let found = Reflect::get(&navigator, &JsValue::from_str("mediaDevices")).ok()?;
    found.is_object().then(|| found.unchecked_into())
}

fn wishes() -> MediaStreamConstraints {
    let video = Object::new();
    for (name, ideal) in [
        ("facingMode", JsValue::from_str("environment")),
        ("width", JsValue::from_f64(1280.0)),
        ("height", JsValue::from_f64(720.0)),
        ("frameRate", JsValue::from_f64(30.0)),
    ] {
        let wish = Object::new();
        put(&wish, "ideal", &ideal);
        put(&video, name, &wish);
    }
    let wishes = MediaStreamConstraints::new();
    wishes.set_audio(&JsValue::FALSE);
    wishes.set_video(&video);
    wishes
}

fn refusal(why: &JsValue) -> Refusal {
    let word = |name| {
        Reflect::get(why, &JsValue::from_str(name))
            .ok()
            .and_then(|value| value.as_string())
    };
    match word("name").as_deref() {
        Some("NotAllowedError" | "SecurityError" | "PermissionDeniedError") => Refusal::Denied,
        Some("NotFoundError" | "OverconstrainedError" | "DevicesNotFoundError") => {
            Refusal::NoCamera
        }
        Some("NotReadableError" | "AbortError" | "TrackStartError") => Refusal::Busy,
        Some(_) | None => Refusal::Failed(word("message").unwrap_or_default()),
    }
}

/// Sets a field of a plain object, which cannot fail.
pub(super) fn put(object: &Object, name: &str, value: &JsValue) {
    drop(Reflect::set(object, &JsValue::from_str(name), value));
}
