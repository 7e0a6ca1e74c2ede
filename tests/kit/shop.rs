//! A whole shop without a browser: the backend on a fresh home, and the bank behind it.

use std::path::PathBuf;

use crate::api::Api;
use crate::bank::Bank;
use crate::home::Home;
use crate::program::{self, Program};

/// A backend with the sandbox in the same process, as `cargo xtask run` starts it.
pub struct Shop {
    /// The backend's interface.
    pub api: Api,
    /// The bank and its customers.
    pub bank: Bank,
    program: Program,
    home: Home,
    /// How the first start was asked for, with the ports that it got.
    args: Vec<String>,
    till: String,
    said: Vec<String>,
}

impl Shop {
    /// A fresh shop.
    pub fn open() -> Self {
        Self::open_with(&[])
    }

    /// A fresh shop with further options of `scantill serve`. The bank tells it nothing unasked, so
    /// that a lost answer stays lost until it is asked for.
    pub fn open_with(options: &[&str]) -> Self {
        Self::open_told(&[&["--public-url", "none"], options].concat())
    }

    /// A fresh shop as a person starts it: the bank tells it of every payment at once.
    pub fn open_told(options: &[&str]) -> Self {
        let home = Home::fresh();
        let mut args = serve_args(&home, "127.0.0.1:0");
        args.extend(["--sandbox", "--sandbox-listen", "127.0.0.1:0"].map(str::to_owned));
        args.extend(options.iter().map(|option| (*option).to_owned()));
        let program = Program::start(&args);
        let till = program.address("till");
        let bank = program.address("wallet");
        pin(&mut args, "--listen", &till);
        pin(&mut args, "--sandbox-listen", &bank);
        let (api, bank) = (Api::at(&till), Bank::at(&bank));
        Self {
            api,
            bank,
            program,
            home,
            args,
            till,
            said: Vec::new(),
        }
    }

    /// A fresh shop whose bank is another process and survives the backend.
    pub fn open_apart() -> (Self, Apart) {
        Self::open_apart_with(Trust::Key)
    }

    /// As [`Shop::open_apart`], with the kind of trust said.
    pub fn open_apart_with(trust: Trust) -> (Self, Apart) {
        let apart = Apart::open();
        (Self::open_beside(&apart, Home::fresh(), trust, &[]), apart)
    }

    /// A further backend of the same bank and account, with a record of its own.
    pub fn open_on_bank(apart: &Apart) -> Self {
        Self::open_beside(apart, Home::fresh(), Trust::Key, &[])
    }

    /// A further backend of the same bank, whose record is in a database that others write too.
    /// All such have one master key, so that a request means the same to each.
    ///
    /// # Panics
    /// When the key cannot be laid into the home.
    pub fn open_on(database: &str, apart: &Apart) -> Self {
        let home = Home::fresh();
        std::fs::write(home.file("master.key"), "5a".repeat(32)).expect("the home takes files");
        Self::open_beside(apart, home, Trust::Key, &["--database", database])
    }

    fn open_beside(apart: &Apart, home: Home, trust: Trust, options: &[&str]) -> Self {
        let mut args = serve_args(&home, "127.0.0.1:0");
        args.extend(["--alipay-file".to_owned(), apart.credentials(trust)]);
        args.extend(options.iter().map(|option| (*option).to_owned()));
        let program = Program::start(&args);
        let till = program.address("till");
        pin(&mut args, "--listen", &till);
        let (api, bank) = (Api::at(&till), apart.bank.clone());
        Self {
            api,
            bank,
            program,
            home,
            args,
            till,
            said: Vec::new(),
        }
    }

    /// The address of the till, for a browser.
    pub fn till(&self) -> &str {
        &self.till
    }

    /// The folder of this shop.
    pub const fn home(&self) -> &Home {
        &self.home
    }

    /// The running process.
    pub const fn program(&self) -> &Program {
        &self.program
    }

    /// A power cut.
    pub fn kill(&mut self) {
        self.said.push(self.program.said());
        self.program.kill();
    }

    /// Starts again on the same home and the same ports, after [`Shop::kill`].
    pub fn start_again(&mut self) {
        self.program = Program::start(&self.args);
    }

    /// As [`Shop::start_again`], with further options from now on.
    pub fn start_again_with(&mut self, options: &[&str]) {
        let options = options.iter().map(|option| (*option).to_owned());
        self.args.extend(options);
        self.start_again();
    }

    /// Ends the day: the program stops when asked, the record is sound, and no code that was ever
    /// shown is in any file or any line of a log.
    ///
    /// # Panics
    /// When one of this is not so.
    pub fn close(mut self) {
        let status = self.program.stop();
        assert!(
            status.success(),
            "it ended with {status}:\n{}",
            self.program.said()
        );
        self.said.push(self.program.said());
        self.verify();
        let codes = self.bank.codes();
        let files: Vec<PathBuf> = self.home.files_with(&codes);
        assert!(files.is_empty(), "a payment code is in {files:?}");
        let said = self.said.join("\n");
        assert!(
            !codes.iter().any(|code| said.contains(code.as_str())),
            "a code is in:\n{said}"
        );
    }

    /// `scantill verify` finds nothing wrong with the record.
    ///
    /// # Panics
    /// When it does.
    pub fn verify(&self) {
        let home = self.home.path().display().to_string();
        let mut args = vec!["verify", "--home", &home];
        let mut given = self.args.iter().map(String::as_str);
        if given.any(|arg| arg == "--database") {
            args.extend(["--database", given.next().unwrap_or_default()]);
        }
        let checked = program::run(&args);
        assert!(checked.status.success(), "{}", checked.said);
    }
}

fn serve_args(home: &Home, listen: &str) -> Vec<String> {
    let home = home.path().display().to_string();
    ["serve", "--home", &home, "--listen", listen]
        .map(str::to_owned)
        .to_vec()
}

/// Puts the port that was given in place of the one that was asked for.
fn pin(args: &mut [String], option: &str, address: &str) {
    let place = args
        .iter()
        .position(|arg| arg == option)
        .expect("the option is there");
    address
        .trim_start_matches("http://")
        .clone_into(&mut args[place + 1]);
}

/// How the backend knows the provider's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// By the provider's public key.
    Key,
    /// By the provider's certificate.
    Certificate,
    /// By a key that is not the provider's: a sound one, but another bank's.
    StrangersKey,
}

/// A bank in a process of its own.
pub struct Apart {
    /// Its customers and orders.
    pub bank: Bank,
    home: Home,
    _program: Program,
}

impl Apart {
    /// Starts one.
    pub fn open() -> Self {
        let home = Home::fresh();
        let place = home.path().display().to_string();
        let args = ["sandbox", "--home", &place, "--listen", "127.0.0.1:0"].map(str::to_owned);
        let program = Program::start(&args);
        Self {
            bank: Bank::at(&program.address("wallet")),
            home,
            _program: program,
        }
    }

    /// Writes the file with what a merchant gets from this bank, and gives its path.
    fn credentials(&self, trust: Trust) -> String {
        let key = |name: &str| format!("{:?}", self.home.file_named(name).display().to_string());
        let app_id = "2021000000000001";
        let trusted = match trust {
            Trust::Key => format!("alipay_public_key_file = {}", key("alipayPublicKey.pem")),
            Trust::StrangersKey => {
                let stranger = Self::open();
                let theirs = stranger.home.file_named("alipayPublicKey.pem");
                let copy = self.home.file("stranger.pem");
                std::fs::copy(theirs, &copy).expect("the key can be copied");
                format!("alipay_public_key_file = {copy:?}")
            }
            Trust::Certificate => format!(
                "app_cert_file = {}\nalipay_cert_file = {}\nroot_cert_file = {}",
                key(&format!("appCertPublicKey_{app_id}.crt")),
                key("alipayCertPublicKey_RSA2.crt"),
                key("alipayRootCert.crt"),
            ),
        };
        let text = format!(
            "gateway = {:?}\napp_id = {app_id:?}\napp_private_key_file = {}\n{trusted}\n",
            self.bank.gateway(),
            key("appPrivateKey.pem"),
        );
        let path = self.home.file("alipay.toml");
        std::fs::write(&path, text).expect("the file can be written");
        path
    }
}
