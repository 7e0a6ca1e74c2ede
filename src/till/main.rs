//! The cashier's and the customer's screen: a page that asks the backend and repeats its answers.

mod api;
mod app;
mod camera;
mod flow;
mod here;
mod keep;
mod keys;
mod live;
mod qr;
mod route;
mod settings;
mod sound;
mod timing;
mod view;
mod wedge;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(view::App);
}
