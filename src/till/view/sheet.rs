//! The sheet over the till: its frame, and what is in it.

use leptos::prelude::*;
use say::device::DeviceWords;
use say::goods::GoodsWords;

use super::icon::{Icon, Mark};
use super::record::RecordPage;
use super::records::List;
use super::settings::SettingsPage;
use super::shelf::ShelfPage;
use crate::app::till;
use crate::route::Route;

/// What stands over the till, if anything: the last sales, one of them, the device's settings.
#[component]
pub(crate) fn Sheet() -> impl IntoView {
    let till = till();
    move || match till.route.get() {
        Route::Till | Route::Kiosk { .. } => ().into_any(),
        Route::Records => view! { <Frame title=till.words().records up=Route::Till>
            <List/>
        </Frame> }
        .into_any(),
        Route::Record(id) => view! { <Frame title=till.words().record up=Route::Records>
            <RecordPage id=id.clone()/>
        </Frame> }
        .into_any(),
        Route::Catalogue => {
            // Not built anew with another language: what is typed there stays.
            let title = Signal::derive(move || GoodsWords::of(till.lang.get()).shelf);
            view! { <Frame title=title up=Route::Settings><ShelfPage/></Frame> }.into_any()
        }
        Route::Settings => {
            let title = DeviceWords::of(till.lang.get()).title;
            view! { <Frame title=title up=Route::Till><SettingsPage/></Frame> }.into_any()
        }
    }
}

/// A sheet with its title and the ways out.
#[component]
fn Frame(
    /// What it shows.
    #[prop(into)]
    title: Signal<&'static str>,
    /// Where 'back' leads.
    up: Route,
    /// The content.
    children: Children,
) -> impl IntoView {
    let till = till();
    let is_top = up == Route::Till;
    view! {
        <div class="sheet" role="dialog" aria-modal="true" aria-label=title>
            <div class="sheet__top">
                <Show when=move || !is_top>
                    <button
                        type="button"
                        class="button button--quiet"
                        on:click={
                            let up = up.clone();
                            move |_| till.go(up.clone())
                        }
                    >
                        <Mark icon=Icon::Undo/>
                        {move || till.words().back}
                    </button>
                </Show>
                <h2 class="sheet__title">{title}</h2>
                <button
                    type="button"
                    class="button button--quiet button--square"
                    data-test="sheet-close"
                    aria-label=move || till.words().close
                    on:click=move |_| till.go(Route::Till)
                >
                    <Mark icon=Icon::Cross/>
                </button>
            </div>
            // A long text without anything to press is read on with the arrow keys.
            <div class="sheet__body" tabindex="0">{children()}</div>
        </div>
    }
}
