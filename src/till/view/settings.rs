//! How this device is set: a choice holds the moment it is made.

use leptos::html::Input as Field;
use leptos::prelude::*;
use money::{Amount, Provider};
use say::Lang;
use say::device::DeviceWords;
use say::goods::GoodsWords;

use crate::app::{Till, till};
use crate::flow::{Flow, Sound};
use crate::route::Route;
use crate::settings::{Hand, Settings, Theme, Volume};
use crate::{keep, sound};

/// Voices are known to browsers a moment after they are first asked for.
const VOICES_LATE: core::time::Duration = core::time::Duration::from_millis(800);

/// All choices, one under the other.
#[component]
pub(crate) fn SettingsPage() -> impl IntoView {
    let till = till();
    let words = DeviceWords::of(till.lang.get_untracked());
    let is_forgotten = RwSignal::new(false);
    let change = Callback::new(move |settings: Settings| {
        is_forgotten.set(!till.set_up(settings));
    });
    let now = move || till.settings.get();
    view! {
        <p class="settings__about">{words.kept}</p>
        <p class="settings__fault" role="alert">
            {move || is_forgotten.get().then_some(words.not_kept)}
        </p>
        <Choice
            title=words.hand
            name="hand"
            options=vec![
                (Hand::Left.as_str(), words.hand_left),
                (Hand::Right.as_str(), words.hand_right),
            ]
            chosen=Signal::derive(move || now().hand.as_str())
            choose=Callback::new(move |word| pick(Hand::ALL, Hand::as_str, word, |hand| {
                change.run(Settings { hand, ..now() });
            }))
        />
        <Looks words change/>
        <Choice
            title=words.lang
            name="lang"
            options=vec![(Lang::Zh.tag(), "中文"), (Lang::En.tag(), "English")]
            chosen=Signal::derive(move || till.lang.get().tag())
            choose=Callback::new(move |word: &'static str| {
                let lang = Lang::prefer(word);
                keep::write_lang(lang);
                till.lang.set(lang);
            })
        />
        <Sounds words change/>
        <Asking words change/>
        <button
            type="button"
            class="button button--outline sheet__more"
            data-test="catalogue"
            on:click=move |_| till.go(Route::Catalogue)
        >
            {GoodsWords::of(till.lang.get_untracked()).shelf}
        </button>
        <About words/>
    }
}

/// Gives the choice of that word to `then`.
fn pick<T: Copy + 'static>(
    all: &'static [T],
    as_str: fn(T) -> &'static str,
    word: &str,
    then: impl FnOnce(T),
) {
    if let Some(one) = all.iter().find(|one| as_str(**one) == word) {
        then(*one);
    }
}

/// One of several, all in sight.
#[component]
fn Choice(
    /// What is chosen.
    title: &'static str,
    /// Its name in the page.
    name: &'static str,
    /// Word and label of each.
    options: Vec<(&'static str, &'static str)>,
    /// The word of the present one.
    #[prop(into)]
    chosen: Signal<&'static str>,
    /// Takes the word of another.
    choose: Callback<&'static str>,
) -> impl IntoView {
    let option = move |(word, label): (&'static str, &'static str)| {
        view! {
            <label class="choice__one" data-test=format!("set-{name}-{word}")>
                <input
                    class="choice__dot"
                    type="radio"
                    name=name
                    value=word
                    prop:checked=move || chosen.get() == word
                    on:change=move |_| choose.run(word)
                />
                <span class="choice__label">{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend class="choice__title">{title}</legend>
            <div class="choice__row">{options.into_iter().map(option).collect_view()}</div>
        </fieldset>
    }
}

/// Yes or no.
#[component]
fn Switch(
    /// What is switched.
    title: &'static str,
    /// Its name in the page.
    name: &'static str,
    /// The labels of on and off.
    labels: (&'static str, &'static str),
    /// True when on.
    #[prop(into)]
    is_on: Signal<bool>,
    /// Switches.
    switch: Callback<bool>,
) -> impl IntoView {
    view! {
        <Choice
            title
            name
            options=vec![("off", labels.1), ("on", labels.0)]
            chosen=Signal::derive(move || if is_on.get() { "on" } else { "off" })
            choose=Callback::new(move |word: &'static str| switch.run(word == "on"))
        />
    }
}

#[component]
fn Looks(
    /// The words of the page.
    words: &'static DeviceWords,
    /// Takes the changed settings.
    change: Callback<Settings>,
) -> impl IntoView {
    let till = till();
    view! {
        <Choice
            title=words.theme
            name="theme"
            options=vec![
                (Theme::Device.as_str(), words.theme_device),
                (Theme::Light.as_str(), words.theme_light),
                (Theme::Dark.as_str(), words.theme_dark),
                (Theme::Daylight.as_str(), words.theme_daylight),
            ]
            chosen=Signal::derive(move || till.settings.get().theme.as_str())
            choose=Callback::new(move |word| pick(Theme::ALL, Theme::as_str, word, |theme| {
                change.run(Settings { theme, ..till.settings.get_untracked() });
            }))
        />
    }
}

/// How loud, whether spoken, whether shaken, and a taste of it.
#[component]
fn Sounds(
    /// The words of the page.
    words: &'static DeviceWords,
    /// Takes the changed settings.
    change: Callback<Settings>,
) -> impl IntoView {
    let till = till();
    let now = move || till.settings.get_untracked();
    let labels = (words.on, words.off);
    view! {
        <Choice
            title=words.volume
            name="volume"
            options=vec![
                (Volume::Off.as_str(), words.volume_off),
                (Volume::Soft.as_str(), words.volume_soft),
                (Volume::Full.as_str(), words.volume_full),
            ]
            chosen=Signal::derive(move || till.settings.get().volume.as_str())
            choose=Callback::new(move |word| pick(Volume::ALL, Volume::as_str, word, |volume| {
                change.run(Settings { volume, ..now() });
                taste(till);
            }))
        />
        <Switch
            title=words.spoken
            name="spoken"
            labels
            is_on=Signal::derive(move || till.settings.get().is_spoken)
            switch=Callback::new(move |is_spoken| change.run(Settings { is_spoken, ..now() }))
        />
        <Voice words/>
        <Switch
            title=words.shaking
            name="shaking"
            labels
            is_on=Signal::derive(move || till.settings.get().is_shaking)
            switch=Callback::new(move |is_shaking| change.run(Settings { is_shaking, ..now() }))
        />
        <button
            type="button"
            class="button button--outline settings__try"
            data-test="sound-try"
            on:click=move |_| taste(till)
        >
            {words.volume_try}
        </button>
    }
}

/// A payment as it will be heard.
fn taste(till: Till) {
    till.play(Sound::Paid);
    till.speak(
        Some(Provider::Alipay),
        Amount::from_fen(1_250).unwrap_or_default(),
    );
}

/// A word where nothing can be spoken.
#[component]
fn Voice(
    /// The words of the page.
    words: &'static DeviceWords,
) -> impl IntoView {
    let till = till();
    let has_voice = move || sound::has_voice(till.lang.get_untracked().tag());
    let is_mute = RwSignal::new(false);
    // Asking once makes the browser look for its voices.
    let _is_known = has_voice();
    set_timeout(
        move || {
            // The sheet may have been closed meanwhile; its signals are gone then.
            let _closed = is_mute.try_set(!has_voice());
        },
        VOICES_LATE,
    );
    let is_needed = move || is_mute.get() && till.settings.get().is_spoken;
    view! {
        <p class="settings__note" role="status">{move || is_needed().then_some(words.no_voice)}</p>
    }
}

/// The amount above which the cashier is asked.
#[component]
fn Asking(
    /// The words of the page.
    words: &'static DeviceWords,
    /// Takes the changed settings.
    change: Callback<Settings>,
) -> impl IntoView {
    let till = till();
    let field = NodeRef::<Field>::new();
    let is_wrong = RwSignal::new(false);
    let limit = move || till.flow.with(|flow| flow.pulse.limit());
    let read = move |_| {
        let text = field
            .get_untracked()
            .map_or_else(String::new, |one| one.value());
        let wanted = Wanted::parse(text.trim(), limit());
        is_wrong.set(wanted == Wanted::Wrong);
        let confirm_above = match wanted {
            Wanted::Empty => None,
            Wanted::Above(amount) => Some(amount),
            Wanted::Wrong => return,
        };
        let settings = till.settings.get_untracked();
        change.run(Settings {
            confirm_above,
            ..settings
        });
    };
    let fault = move || {
        let limit = limit().yuan_grouped();
        is_wrong
            .get()
            .then(|| say::fill(words.confirm_wrong, &[("limit", &limit)]))
    };
    let shown = till
        .settings
        .get_untracked()
        .confirm_above
        .map(Amount::yuan);
    view! {
        <div class="choice">
            <label class="choice__title" for="confirm-above">{words.confirm}</label>
            <input
                node_ref=field
                id="confirm-above"
                class="field settings__amount"
                class:field--fault=move || is_wrong.get()
                data-test="set-confirm-above"
                type="text"
                inputmode="decimal"
                autocomplete="off"
                maxlength="12"
                value=shown
                aria-describedby="confirm-above-about confirm-above-fault"
                aria-invalid=move || is_wrong.get().to_string()
                on:change=read
            />
            <div id="confirm-above-fault" role="alert">
                {move || fault().map(|sentence| view! {
                    <p class="settings__fault" data-test="set-confirm-above-wrong">{sentence}</p>
                })}
            </div>
            <p class="settings__note" id="confirm-above-about">
                {words.confirm_about} " " {move || rule_of_shop(till, words)}
            </p>
        </div>
    }
}

/// What the shop itself asks about, where it does.
fn rule_of_shop(till: Till, words: &DeviceWords) -> Option<String> {
    let hello = |flow: &Flow| flow.pulse.hello.as_ref()?.confirm_above_fen;
    let above = till.flow.with(hello)?;
    let amount = Amount::from_fen(above).ok()?.yuan_grouped();
    Some(say::fill(words.confirm_shop, &[("amount", &amount)]))
}

/// What was typed as the amount to ask above.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// Nothing: the shop's rule alone.
    Empty,
    /// An amount within the limit.
    Above(Amount),
    /// What cannot be meant.
    Wrong,
}

impl Wanted {
    fn parse(text: &str, limit: Amount) -> Self {
        if text.is_empty() {
            return Self::Empty;
        }
        match Amount::from_yuan(text) {
            Ok(amount) if amount.fen() > 0 && amount <= limit => Self::Above(amount),
            Ok(_) | Err(_) => Self::Wrong,
        }
    }
}

#[component]
fn About(
    /// The words of the page.
    words: &'static DeviceWords,
) -> impl IntoView {
    let till = till();
    let version = move || {
        till.flow
            .with(|flow| flow.pulse.hello.as_ref().map(|hello| hello.version.clone()))
    };
    view! {
        <h3 class="record__heading">{words.about}</h3>
        <dl>
            <div class="facts__row">
                <dt>{words.name}</dt>
                <dd>{till.flow.with_untracked(|flow| flow.device().to_owned())}</dd>
            </div>
            <div class="facts__row">
                <dt>{words.version}</dt>
                <dd>{version}</dd>
            </div>
        </dl>
    }
}

#[cfg(test)]
mod tests {
    use money::Amount;

    use super::Wanted;

    fn wanted(text: &str) -> Wanted {
        Wanted::parse(text, Amount::from_fen(100_000).unwrap_or_default())
    }

    fn above(fen: i64) -> Wanted {
        Wanted::Above(Amount::from_fen(fen).unwrap_or_default())
    }

    #[test]
    fn an_empty_field_leaves_the_question_to_the_shop() {
        assert_eq!(wanted(""), Wanted::Empty);
    }

    #[test]
    fn an_amount_up_to_the_limit_is_taken() {
        assert_eq!((wanted("0.01"), wanted("1000")), (above(1), above(100_000)));
    }

    #[test]
    fn what_cannot_be_meant_is_not_taken() {
        for text in ["0", "-1", "1000.01", "1.234", "abc", "１２"] {
            assert_eq!(wanted(text), Wanted::Wrong, "{text}");
        }
    }
}
