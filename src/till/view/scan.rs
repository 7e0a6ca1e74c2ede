//! The camera's picture, what helps to read the code, and the code that was read.

use leptos::html::Video;
use leptos::prelude::*;
use say::funding::wallet;
use say::goods::GoodsWords;
use say::kiosk::KioskWords;
use say::till::TillWords;

use super::debug::Overlay;
use super::gear::{self, GearKeys, Held};
use super::icon::{Icon, Mark};
use super::seconds_since;
use crate::app::{Asked, Lens, Till, till};
use crate::camera::{Camera, Hint};
use crate::flow::{CODE_LIFE_MS, Flow, Input, Notice, StateWord};
use crate::{here, keep};

/// The preview with its guidance.
#[component]
pub(crate) fn ScanPanel() -> impl IntoView {
    let till = till();
    let video = NodeRef::<Video>::new();
    let camera: Held = StoredValue::new_local(None);
    Effect::new(move |_| {
        if let Some(video) = video.get() {
            let kept = keep::lens();
            camera.set_value(Some(Camera::start(video, kept, move |news| {
                till.hear_camera(news);
            })));
        }
    });
    let has_hand = Memo::new(move |_| till.flow.with(|flow| flow.hand.is_some()));
    let is_fresh = Memo::new(move |_| till.word.get() == StateWord::Ready && !has_hand.get());
    Effect::new(move |was_fresh: Option<bool>| {
        let is_fresh = is_fresh.get();
        // What was read is charged or dropped: the next code may be anywhere.
        if was_fresh == Some(false) && is_fresh {
            gear::with(camera, Camera::forget);
        }
        is_fresh
    });
    on_cleanup(move || camera.set_value(None));
    let is_front = move || till.lens.get().is_front();
    let is_off = move || !matches!(till.lens.get(), Lens::Ready { .. });
    view! {
        <section
            class="scan"
            class:scan--off=is_off
            class:scan--lit=move || till.is_lit.get()
            aria-label=move || till.words().camera
        >
            <div class="scan__picture" class:scan__picture--mirrored=is_front>
                <video class="scan__video" node_ref=video muted autoplay playsinline></video>
                <Outline/>
            </div>
            <Show when=is_off>
                <Blank camera/>
            </Show>
            <Show when=move || !is_off()>
                <div
                    class="scan__aim"
                    class:scan__aim--read=move || has_hand.get()
                    aria-hidden="true"
                ></div>
            </Show>
            <div class="scan__foot">
                <Guidance/>
                <HandLine/>
            </div>
            <ShowKey/>
            <Show when=move || !till.flow.with_untracked(|flow| flow.mode.is_kiosk())>
                <button
                    type="button"
                    class="button button--glass scan__type"
                    data-test="type-code"
                    on:click=move |_| till.asked.set(Some(Asked::Code))
                >
                    <Mark icon=Icon::Keyboard/>
                    {move || till.words().type_code}
                </button>
                <GearKeys camera/>
            </Show>
            <Overlay/>
        </section>
    }
}

/// What is there instead of a picture.
#[component]
fn Blank(
    /// The camera.
    camera: Held,
) -> impl IntoView {
    let till = till();
    view! {
        <div class="scan__blank">
            <Show
                when=move || till.lens.get() == Lens::Opening
                fallback=|| view! { <Mark icon=Icon::NoCamera/> }
            >
                <Mark icon=Icon::Camera/>
            </Show>
            <AskAgain camera/>
        </div>
    }
}

/// Asks for the camera again where the person said no: browsers take that back only on a wish.
#[component]
fn AskAgain(
    /// The camera.
    camera: Held,
) -> impl IntoView {
    let till = till();
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    view! {
        <Show when=move || !is_kiosk && till.lens.get() == Lens::Denied>
            <button
                type="button"
                class="button button--glass button--lined"
                data-test="camera-ask"
                on:click=move |_| gear::with(camera, Camera::ask_again)
            >
                {move || till.words().camera_ask}
            </button>
        </Show>
    }
}

/// The other way round: the customer scans a code on this screen.
#[component]
fn ShowKey() -> impl IntoView {
    let till = till();
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    let is_done = Memo::new(move |_| till.flow.with(Flow::is_done));
    let words = move || {
        if is_kiosk {
            till.words().kiosk_scan
        } else {
            till.words().show
        }
    };
    view! {
        <Show when=move || !is_done.get()>
            <button
                type="button"
                class="button button--glass scan__show"
                data-test="show"
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| till.tell(Input::Show)
            >
                <Mark icon=Icon::Code/>
                {words}
            </button>
        </Show>
    }
}

/// Where the code was seen, drawn for a moment.
#[component]
fn Outline() -> impl IntoView {
    let till = till();
    move || {
        till.seen.get().map(|seen| {
            let points: Vec<String> = seen
                .corners
                .iter()
                .map(|(x, y)| format!("{x:.0},{y:.0}"))
                .collect();
            let frame = format!("0 0 {:.0} {:.0}", seen.width, seen.height);
            view! {
                <svg
                    class="scan__outline"
                    viewBox=frame
                    preserveAspectRatio="xMidYMid slice"
                    aria-hidden="true"
                >
                    <polygon points=points.join(" ")></polygon>
                </svg>
            }
        })
    }
}

/// One short sentence: what is wrong with the code, or what would help.
#[component]
fn Guidance() -> impl IntoView {
    let till = till();
    let about_code = Memo::new(move |_| {
        till.flow
            .with(|flow| flow.notice().filter(Notice::is_about_code))
    });
    // What to hold where is no question any more once a code is read.
    let has_hand = Memo::new(move |_| till.flow.with(|flow| flow.hand.is_some()));
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    let sentence = move || {
        let (words, lens) = (till.words(), till.lens.get());
        let kiosk = KioskWords::of(till.lang.get());
        match about_code.get() {
            Some(notice) if is_kiosk => code_sentence_at_kiosk(words, kiosk, &notice),
            Some(notice) => code_sentence(words, &notice),
            // What to allow or to plug in is not for a customer to know.
            None if is_kiosk && lens.is_away() => kiosk.camera_away.to_owned(),
            None if lens.is_away() && here::is_in_wechat() => words.camera_in_wechat.to_owned(),
            None => lens_sentence(words, lens, till.hint.get()).to_owned(),
        }
    };
    view! {
        <p
            class="scan__guide"
            class:scan__guide--fault=move || about_code.get().is_some()
            class:scan__guide--done=move || has_hand.get() && about_code.get().is_none()
            data-test="camera-state"
            data-state=move || lens_word(till.lens.get())
            role="status"
        >
            {sentence}
        </p>
    }
}

fn code_sentence(words: &TillWords, notice: &Notice) -> String {
    match notice {
        Notice::ProviderOff(provider) => {
            let name = wallet(words, *provider);
            say::fill(words.provider_off, &[("provider", name)])
        }
        Notice::NotPaymentCode => words.not_payment_code.to_owned(),
        Notice::CodeLength => words.code_length.to_owned(),
        Notice::CodeUsed => words.code_used.to_owned(),
        Notice::CodeExpired => words.code_expired.to_owned(),
        Notice::ShowCode
        | Notice::AmountMissing
        | Notice::Offline
        | Notice::FinishFirst
        | Notice::DoubtPaid(_)
        | Notice::DoubtFreed(_)
        | Notice::CancelLate
        | Notice::PlanOff(_)
        | Notice::PlanNeedsAlipay
        | Notice::GoodsChanged
        | Notice::CartFull => words.scan_hint.to_owned(),
    }
}

/// What the notice says to the customer who holds the code.
fn code_sentence_at_kiosk(words: &TillWords, kiosk: &KioskWords, notice: &Notice) -> String {
    match notice {
        Notice::ProviderOff(provider) => {
            let name = wallet(words, *provider);
            say::fill(kiosk.provider_off, &[("provider", name)])
        }
        Notice::NotPaymentCode | Notice::CodeLength => kiosk.not_payment_code.to_owned(),
        Notice::CodeUsed => kiosk.code_used.to_owned(),
        Notice::CodeExpired => kiosk.code_expired.to_owned(),
        Notice::ShowCode
        | Notice::AmountMissing
        | Notice::Offline
        | Notice::FinishFirst
        | Notice::DoubtPaid(_)
        | Notice::DoubtFreed(_)
        | Notice::CancelLate
        | Notice::PlanOff(_)
        | Notice::PlanNeedsAlipay
        | Notice::GoodsChanged
        | Notice::CartFull => words.kiosk_show.to_owned(),
    }
}

const fn lens_sentence(words: &TillWords, lens: Lens, hint: Option<Hint>) -> &'static str {
    match (lens, hint) {
        (Lens::Ready { .. }, Some(Hint::Closer)) => words.hint_closer,
        (Lens::Ready { .. }, Some(Hint::TooDark)) => words.hint_dark,
        (Lens::Ready { .. }, Some(Hint::HoldStill)) => words.hint_still,
        (Lens::Ready { .. }, Some(Hint::Glare)) => words.hint_glare,
        (Lens::Ready { .. }, None) => words.camera_ready,
        (Lens::Opening, _) => words.camera_opening,
        (Lens::Denied, _) => words.camera_denied,
        (Lens::Absent, _) => words.camera_absent,
        (Lens::Busy, _) => words.camera_busy,
        (Lens::Insecure, _) => words.camera_insecure,
        (Lens::Failed, _) => words.camera_failed,
        (Lens::Ended, _) => words.camera_ended,
    }
}

const fn lens_word(lens: Lens) -> &'static str {
    match lens {
        Lens::Opening => "opening",
        Lens::Ready { .. } => "ready",
        Lens::Denied => "denied",
        Lens::Absent => "absent",
        Lens::Busy => "busy",
        Lens::Insecure => "insecure",
        Lens::Failed => "failed",
        Lens::Ended => "ended",
    }
}

/// The code in hand, and for how long it can be charged.
#[component]
fn HandLine() -> impl IntoView {
    let till = till();
    let hand = Memo::new(move |_| {
        till.flow.with(|flow| {
            let has_amount = flow.sum().is_ok();
            flow.hand
                .as_ref()
                .map(|hand| (hand.code.provider(), hand.read_ms, has_amount))
        })
    });
    let sentence = move |provider, read_ms| {
        let words = till.words();
        let left_s = (CODE_LIFE_MS / 1_000 - seconds_since(till, read_ms))
            .max(0)
            .to_string();
        say::fill(
            words.hand,
            &[("provider", wallet(words, provider)), ("s", &left_s)],
        )
    };
    move || {
        hand.get().map(|(provider, read_ms, has_amount)| {
            view! {
                <div class="hand" data-test="code-in-hand" role="status">
                    <Mark icon=Icon::Check/>
                    <span class="hand__text">
                        <strong>{move || sentence(provider, read_ms)}</strong>
                        <span>{move || hand_next(till, has_amount)}</span>
                    </span>
                    <button
                        type="button"
                        class="button button--quiet button--square"
                        aria-label=move || till.words().hand_drop
                        on:click=move |_| till.tell(Input::Escape)
                    >
                        <Mark icon=Icon::Cross/>
                    </button>
                </div>
            }
        })
    }
}

fn hand_next(till: Till, has_amount: bool) -> &'static str {
    let words = till.words();
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    if till.flow.with(|flow| flow.basket.is_stale()) {
        return GoodsWords::of(till.lang.get()).stale_in_hand;
    }
    match (has_amount, is_kiosk) {
        (true, false) => words.hand_charge,
        (false, false) => words.hand_next,
        (true, true) => words.kiosk_hand_charge,
        (false, true) => words.kiosk_hand_next,
    }
}
