//! `scantill serve`: the record, the credentials, the backend, and on request the sandbox.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use money::{Amount, Offer, Provider, World};
use say::Lang;
use server::desk::Limits;
use server::printer::{Paper as Roll, Printer};
use server::{Page, Setup, Shop};
use store::failpoint::hit;
use tokio::net::TcpListener;

use crate::fault::Fault;
use crate::options::Serve;
use crate::seal::Master;
use crate::settings::{self, Paper};
use crate::ties::ties;
use crate::world::{self, Machine};
use crate::{record, sandbox, tell};

#[expect(
    clippy::type_complexity,
    reason = "the build script writes the type out"
)]
mod pages {
    //! The web pages, made by the build script.
    include!(concat!(env!("OUT_DIR"), "/pages.rs"));
}

/// Longest shop name that fits a bill in both languages.
const SHOP_MAX: usize = 40;

/// Runs until the program is asked to end.
///
/// # Errors
/// A [`Fault`] that says why it cannot start or go on.
pub(crate) async fn serve(options: Serve, lang: Lang) -> Result<(), Fault> {
    let world: Arc<dyn World> = Arc::new(Machine::checked()?);
    let mut shop = shop(&options)?;
    let printer = printer(&options)?;
    let listener = listen(&options.listen, "--listen").await?;
    let home = &options.home.dir;
    prepare(home)?;
    hit("serve-prepared");
    let record = record::open(&options.home, &options.database, &*world)?;
    let master = Master::at(home)?;
    hit("serve-has-master");
    let bank = if options.sandbox {
        Some(sandbox::open(home, &options.sandbox_listen, "--sandbox-listen", &world).await?)
    } else {
        None
    };
    let (alipay, offer, unsealed) = if let Some(bank) = &bank {
        let here = listener.local_addr().map(address);
        let here = here.map_err(|error| Fault::Defect(error.to_string()))?;
        let paper = Paper::sandbox(&bank.credentials).told_at(&here);
        let paper = paper.with(&options.dealings);
        (paper.alipay()?, paper.offer()?, None)
    } else {
        let file = options.alipay_file.as_ref();
        settings::alipay(home, file, &options.dealings, &master)?
    };
    shop.limits.instalments = offer;
    let (writer, reader) = record.tied(&ties(&master, alipay.account()), options.adopt)?;
    if let Some(unsealed) = unsealed {
        unsealed.seal(home, &master, lang)?;
    }
    let setup = Setup {
        listener,
        writer,
        reader,
        alipay,
        world,
        pages: PAGES,
        shop,
        printer,
        secret: master.derived("desk"),
    };
    let wallet = bank.map(sandbox::Bank::run);
    let mut running = server::start(setup).map_err(|error| Fault::Defect(error.to_string()))?;
    hit("serve-started");
    announce(running.address, wallet);
    tokio::select! {
        () = world::asked_to_end() => {}
        () = running.broken() => return Err(Fault::Defect("the loop has ended".to_owned())),
    }
    running.stop().await;
    Ok(())
}

static PAGES: &[Page] = pages::PAGES;

fn announce(till: SocketAddr, wallet: Option<SocketAddr>) {
    let till = address(till);
    tell(&format!("till    {till}/"));
    tell(&format!("kiosk   {till}/kiosk"));
    if let Some(wallet) = wallet {
        tell(&format!("wallet  {}/wallet", address(wallet)));
    }
    tell("ready");
}

/// An address that a browser on this machine can open, also when every interface is listened on.
pub(crate) fn address(mut listening: SocketAddr) -> String {
    if listening.ip().is_unspecified() {
        let here: [std::net::IpAddr; 2] = [
            std::net::Ipv4Addr::LOCALHOST.into(),
            std::net::Ipv6Addr::LOCALHOST.into(),
        ];
        listening.set_ip(here[usize::from(listening.is_ipv6())]);
    }
    format!("http://{listening}")
}

/// Opens a port.
///
/// # Errors
/// [`Fault::Port`] with the option that changes it.
pub(crate) async fn listen(addr: &str, option: &'static str) -> Result<TcpListener, Fault> {
    let fault = |cause| Fault::Port {
        addr: addr.to_owned(),
        option,
        cause,
    };
    TcpListener::bind(addr).await.map_err(fault)
}

/// Makes the home folder, for its owner only, and sees whether it takes files.
///
/// # Errors
/// [`Fault::Home`].
pub(crate) fn prepare(home: &Path) -> Result<(), Fault> {
    let make = || -> io::Result<()> {
        if !home.is_dir() {
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(home)?;
        }
        let probe = home.join("probe.part");
        fs::write(&probe, b"")?;
        fs::remove_file(&probe)
    };
    make().map_err(Fault::home(home))
}

fn printer(options: &Serve) -> Result<Option<Printer>, Fault> {
    let paper = Roll::of_mm(options.printer_paper).ok_or(Fault::Roll)?;
    let Some(place) = &options.printer else {
        return Ok(None);
    };
    Printer::at(place, paper).map(Some).ok_or(Fault::Printer)
}

fn shop(options: &Serve) -> Result<Shop, Fault> {
    let name = options.shop.trim();
    let is_odd = |sign: char| sign.is_control() || matches!(sign, '/' | '=' | '&');
    if name.is_empty() || name.chars().count() > SHOP_MAX || name.contains(is_odd) {
        return Err(Fault::Shop);
    }
    let amount = |fen, option| Amount::chargeable(fen).map_err(|_| Fault::Limit(option));
    let charge_max = amount(options.charge_max_fen, "--charge-max-fen")?;
    let confirm = options
        .confirm_above_fen
        .map(|fen| amount(fen, "--confirm-above-fen"));
    let confirm_above_fen = confirm.transpose()?.map(Amount::fen);
    Ok(Shop {
        name: name.to_owned(),
        limits: Limits {
            charge_max,
            providers: vec![Provider::Alipay],
            instalments: Offer::NONE,
        },
        confirm_above_fen,
        is_sandbox: options.sandbox,
    })
}
