//! What can be heard: short tones made on the spot, and the spoken amount.

use std::cell::RefCell;

use web_sys::{AudioContext, OscillatorType, SpeechSynthesisUtterance};

use crate::flow::Sound;

thread_local! {
    /// One for the page's life: browsers allow only a few.
    static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
}

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

/// Makes a sound. A browser that allows none before the first touch stays silent.
pub(crate) fn play(sound: Sound) {
    CONTEXT.with_borrow_mut(|context| {
        if context.is_none() {
            *context = AudioContext::new().ok();
        }
        if let Some(context) = context {
            for tone in tones(sound) {
                // A tone that cannot be made is not worth a word: the screen says the same.
                drop(ring(context, *tone));
            }
        }
    });
}

fn ring(
    context: &AudioContext,
    (hertz, start_s, length_s): Tone,
) -> Result<(), wasm_bindgen::JsValue> {
    let (oscillator, gain) = (context.create_oscillator()?, context.create_gain()?);
    let start_s = context.current_time() + start_s;
    oscillator.set_type(OscillatorType::Sine);
    oscillator.frequency().set_value(hertz);
    gain.gain().set_value_at_time(0.0, start_s)?;
    gain.gain()
        .linear_ramp_to_value_at_time(0.35, start_s + 0.01)?;
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

/// Says a sentence in a language.
pub(crate) fn speak(sentence: &str, tag: &str) {
    let synthesis = web_sys::window().and_then(|window| window.speech_synthesis().ok());
    let utterance = SpeechSynthesisUtterance::new_with_text(sentence).ok();
    if let (Some(synthesis), Some(utterance)) = (synthesis, utterance) {
        utterance.set_lang(tag);
        synthesis.cancel();
        synthesis.speak(&utterance);
    }
}
