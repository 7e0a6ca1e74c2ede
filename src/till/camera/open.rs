//! Asking for the camera, and what can come of it.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    MediaDeviceInfo, MediaDeviceKind, MediaDevices, MediaStream, MediaStreamConstraints,
    MediaStreamTrack, PermissionState, PermissionStatus,
};

use super::choose::Wish;
use super::lens::Lens;

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

impl Refusal {
    /// True when another camera, or the same one asked for otherwise, may open all the same.
    pub(super) const fn is_of_one_camera(&self) -> bool {
        match self {
            Self::NoCamera | Self::Busy | Self::Failed(_) => true,
            Self::Denied | Self::Insecure => false,
        }
    }
}

/// Asks for a camera at 1280x720 and 30 frames a second, as wishes, never as demands: a stall's
/// tablet may have only a front camera of 640x480, and that one reads codes too.
pub(super) async fn open(wish: &Wish) -> Result<(MediaStream, MediaStreamTrack), Refusal> {
    let devices = devices().ok_or(Refusal::Insecure)?;
    let asked = devices
        .get_user_media_with_constraints(&constraints(wish))
        .map_err(|why| refusal(&why))?;
    let stream: MediaStream = JsFuture::from(asked)
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

/// All cameras of the device, in the browser's order. Before a person has let the page see, most
/// browsers list them without names.
pub(super) async fn list() -> Vec<Lens> {
    let listing = devices().and_then(|devices| devices.enumerate_devices().ok());
    let Some(listing) = listing else {
        return Vec::new();
    };
    let listed = JsFuture::from(listing).await.unwrap_or_default();
    let listed = listed.dyn_into::<Array>().unwrap_or_default();
    let cameras = listed.iter().map(JsCast::unchecked_into::<MediaDeviceInfo>);
    cameras
        .filter(|camera| camera.kind() == MediaDeviceKind::Videoinput)
        .map(|camera| Lens {
            id: camera.device_id(),
            label: camera.label(),
        })
        .collect()
}

/// What the browser remembers of the person's answer, where it tells.
pub(super) async fn permission() -> Option<PermissionStatus> {
    let permissions = web_sys::window()?.navigator().permissions().ok()?;
    let query = Object::new();
    put(&query, "name", &"camera".into());
    let asking = permissions.query(&query).ok()?;
    JsFuture::from(asking).await.ok()?.dyn_into().ok()
}

/// True when the camera may be used by now.
pub(super) fn is_granted(permission: &PermissionStatus) -> bool {
    permission.state() == PermissionState::Granted
}

/// The lens behind a track.
pub(super) fn lens_of(track: &MediaStreamTrack) -> Lens {
    Lens {
        id: track.get_settings().get_device_id().unwrap_or_default(),
        label: track.label(),
    }
}

/// The browser's cameras; absent when the page is not secure.
pub(super) fn devices() -> Option<MediaDevices> {
    let navigator = web_sys::window()?.navigator();
    // The getter throws nothing, but what it gives is undefined on an insecure page.
    let found = field(&navigator, "mediaDevices");
    found.is_object().then(|| found.unchecked_into())
}

fn constraints(wish: &Wish) -> MediaStreamConstraints {
    let video = Object::new();
    let ideal = |name, value: JsValue| demand(&video, name, "ideal", &value);
    ideal("width", 1280.into());
    ideal("height", 720.into());
    ideal("frameRate", 30.into());
    match wish {
        Wish::Rear => ideal("facingMode", "environment".into()),
        Wish::Kept { id, is_front } => {
            // Should it be gone, another one that looks the same way is the next best.
            let side = if *is_front { "user" } else { "environment" };
            ideal("facingMode", side.into());
            ideal("deviceId", id.as_str().into());
        }
        Wish::Exactly(id) => demand(&video, "deviceId", "exact", &id.as_str().into()),
    }
    let wishes = MediaStreamConstraints::new();
    wishes.set_audio(&JsValue::FALSE);
    wishes.set_video(&video);
    wishes
}

fn demand(video: &Object, name: &str, how: &str, value: &JsValue) {
    let wish = Object::new();
    put(&wish, how, value);
    put(video, name, &wish);
}

fn refusal(why: &JsValue) -> Refusal {
    let word = |name| field(why, name).as_string();
    match word("name").as_deref() {
        Some("NotAllowedError" | "SecurityError" | "PermissionDeniedError") => Refusal::Denied,
        Some("NotFoundError" | "OverconstrainedError" | "DevicesNotFoundError") => {
            Refusal::NoCamera
        }
        Some("NotReadableError" | "AbortError" | "TrackStartError") => Refusal::Busy,
        Some(_) | None => Refusal::Failed(word("message").unwrap_or_default()),
    }
}

/// A field of an object; undefined where it has none.
pub(super) fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default()
}

/// Sets a field of a plain object, which cannot fail.
pub(super) fn put(object: &Object, name: &str, value: &JsValue) {
    drop(Reflect::set(object, &JsValue::from_str(name), value));
}
