//! What can be heard and felt: short tones made on the spot, the spoken amount, a shake.

use std::cell::RefCell;

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AudioContext, OscillatorType, SpeechSynthesisUtterance, SpeechSynthesisVoice};

use crate::flow::Sound;

thread_local! {
    /// One for the page's life: browsers allow only a few.
    static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
}

/// The gain of the loudest tone: above it small loudspeakers rattle.
const LOUDEST: f32 = 0.5;

/// A tone: hertz, start and length in seconds.
type Tone = (f32, f64, f64);

const fn tones(sound: Sound) -> &'static [Tone] {
    match sound {
        Sound::Read => &[(1_320.0, 0.0, 0.05)],
        Sound::Paid => &[(880.0, 0.0, 0.12), (1_318.5, 0.12, 0.22)],
        Sound::Refused => &[(311.0, 0.0, 0.16), (233.0, 0.18, 0.26)],
        Sound::Unknown => &[(523.0, 0.0, 0.1), (523.0, 0.2, 0.1), (523.0, 0.4, 0.1)],
    }
}

/// Makes a sound; `share` of 1 is as loud as it gets, 0 is silence. A browser that allows none
/// before the first touch stays silent.
pub(crate) fn play(sound: Sound, share: f32) {
    if share <= 0.0 {
        return;
    }
    CONTEXT.with_borrow_mut(|context| {
        if context.is_none() {
            *context = AudioContext::new().ok();
        }
        if let Some(context) = context {
            for tone in tones(sound) {
                // A tone that cannot be made is not worth a word: the screen says the same.
                drop(ring(context, *tone, share));
            }
        }
    });
}

fn ring(
    context: &AudioContext,
    (hertz, start_s, length_s): Tone,
    share: f32,
) -> Result<(), wasm_bindgen::JsValue> {
    let (oscillator, gain) = (context.create_oscillator()?, context.create_gain()?);
    let start_s = context.current_time() + start_s;
    oscillator.set_type(OscillatorType::Sine);
    oscillator.frequency().set_value(hertz);
    gain.gain().set_value_at_time(0.0, start_s)?;
    gain.gain()
        .linear_ramp_to_value_at_time(LOUDEST * share, start_s + 0.01)?;
    gain.gain()
        .linear_ramp_to_value_at_time(0.0, start_s + length_s)?;
    oscillator.connect_with_audio_node(&gain)?;
    gain.connect_with_audio_node(&context.destination())?;
    oscillator.start_with_when(start_s)?;
    oscillator.stop_with_when(start_s + length_s)
}

/// Wakes the sound up at a person's touch, where the browser wants that.
pub(crate) fn wake() {
    CONTEXT.with_borrow_mut(|context| {
        if context.is_none() {
            *context = AudioContext::new().ok();
        }
        if let Some(context) = context
            && let Ok(resumed) = context.resume()
        {
            wasm_bindgen_futures::spawn_local(async move { drop(resumed.await) });
        }
    });
}

/// Shakes the device, where it can be shaken and a person has touched the page.
pub(crate) fn shake(sound: Sound) {
    let ms = match sound {
        Sound::Read => 20,
        Sound::Paid => 60,
        Sound::Refused => 200,
        Sound::Unknown => 400,
    };
    let navigator = web_sys::window().map(|window| window.navigator());
    if let Some(navigator) = navigator.filter(|one| !is_untouched(one)) {
        // False where there is nothing to shake: the screen and the tones say the same.
        let _is_shaken = navigator.vibrate_with_duration(ms);
    }
}

/// True when the browser says that nobody has touched the page since it was loaded: it would not
/// shake then, and complains when asked. Browsers that cannot tell are asked all the same.
fn is_untouched(navigator: &web_sys::Navigator) -> bool {
    let field = |of: &JsValue, name| Reflect::get(of, &JsValue::from_str(name)).ok();
    field(navigator, "userActivation")
        .and_then(|activation| field(&activation, "hasBeenActive"))
        .is_some_and(|has_been| has_been == JsValue::FALSE)
}

/// Says a sentence in a language; `share` as with the tones.
pub(crate) fn speak(sentence: &str, tag: &str, share: f32) {
    let synthesis = web_sys::window().and_then(|window| window.speech_synthesis().ok());
    let utterance = SpeechSynthesisUtterance::new_with_text(sentence).ok();
    if let (Some(synthesis), Some(utterance)) = (synthesis, utterance) {
        utterance.set_lang(tag);
        utterance.set_volume(share);
        synthesis.cancel();
        synthesis.speak(&utterance);
    }
}

/// True when the browser has a voice for a language. Browsers may take a moment to know.
pub(crate) fn has_voice(tag: &str) -> bool {
    let language = tag.split('-').next().unwrap_or(tag);
    let synthesis = web_sys::window().and_then(|window| window.speech_synthesis().ok());
    let voices = synthesis.map(|one| one.get_voices()).unwrap_or_default();
    voices.iter().any(|voice| {
        let voice: SpeechSynthesisVoice = voice.unchecked_into();
        voice.lang().starts_with(language)
    })
}
