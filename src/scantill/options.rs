//! What can be said on the command line, each option with its environment variable.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use store::postgres::Address;

use crate::fault::Fault;

/// 扫码收银台: a browser with a camera becomes a payment terminal.
#[derive(Debug, Parser)]
#[command(name = "scantill", version, propagate_version = true)]
pub(crate) struct Options {
    /// What is logged to stderr: error, warn, info, debug, or a filter such as `server=debug`.
    #[arg(
        long,
        global = true,
        env = "SCANTILL_LOG",
        value_name = "FILTER",
        display_order = 90
    )]
    pub log: Option<String>,
    /// Log in JSON, one object a line.
    #[arg(long, global = true, env = "SCANTILL_LOG_JSON", display_order = 91)]
    pub log_json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the binary can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the backend: till, kiosk, records and the HTTP interface.
    #[command(after_help = VARIABLES)]
    Serve(Box<Serve>),
    /// Run only the sandbox, a stand-in for Alipay and its customers.
    Sandbox(Sandbox),
    /// Recompute the whole record and say whether it is sound.
    Verify(Verify),
    /// Take a sealed copy of the record, also while a server runs, and read it back.
    #[command(after_help = SEALING)]
    Backup(Backup),
    /// Put a backup into a folder that has no record, and compare every row.
    #[command(after_help = SEALING)]
    Restore(Restore),
    /// Write every charge out as a table for other programs, also while a server runs.
    Export(Export),
    /// Seal a credentials file, so that the plain one can go.
    Credentials(Credentials),
    /// Read the codes in picture files.
    #[command(after_help = crate::decode::STATUS)]
    Decode(crate::decode::Decode),
}

/// What has no option, because other users of the machine can read a program's options.
const VARIABLES: &str = "\
Environment only:
  SCANTILL_MASTER_KEY              64 hexadecimal digits under which credentials are sealed;
                                   without it HOME/master.key is made and used
  SCANTILL_ALIPAY_GATEWAY          https://openapi.alipay.com/gateway.do when left out
  SCANTILL_ALIPAY_APP_ID           the app's number
  SCANTILL_ALIPAY_APP_PRIVATE_KEY  the app's private key
  SCANTILL_ALIPAY_PUBLIC_KEY       key mode: Alipay's public key
  SCANTILL_ALIPAY_APP_CERT         certificate mode: the app's, Alipay's and the root certificate
  SCANTILL_ALIPAY_CERT
  SCANTILL_ALIPAY_ROOT_CERT
  SCANTILL_ALIPAY_SELLER_ID        the receiving account 2088..., optional; answers must name it
Keys and certificates can also be files: the same name with _FILE behind it.
A credentials file (TOML) has gateway, app_id, app_private_key, alipay_public_key, app_cert,
alipay_cert, root_cert, seller_id, and likewise the names with _file behind. It may also have
public_url, refused_sources, instalments and instalments_from, which are the options of these names.
Variables come before the file, the file before what was sealed.";

/// What seals a backup.
const SEALING: &str = "\
Environment only:
  SCANTILL_BACKUP_PASSPHRASE       12 letters or more, where no file is named
A key file holds 64 hexadecimal digits, for example from `openssl rand -hex 32`. Without the
passphrase or the key file nobody opens a backup: keep it apart from the backup. Credentials are
not in it; they are sealed in the home folder and can be handed in again.";

/// Options of `scantill serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub home: Home,
    #[command(flatten)]
    pub database: Database,
    /// Address of the till; port 0 picks a free one.
    #[arg(
        long,
        env = "SCANTILL_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDR"
    )]
    pub listen: String,
    /// Charge the sandbox's customers instead of Alipay's, in the same process.
    #[arg(long, env = "SCANTILL_SANDBOX")]
    pub sandbox: bool,
    /// Address of the sandbox with its wallet page.
    #[arg(
        long,
        env = "SCANTILL_SANDBOX_LISTEN",
        default_value = "127.0.0.1:8081",
        value_name = "ADDR"
    )]
    pub sandbox_listen: String,
    /// The shop's name on screens and in the customer's bill.
    #[arg(
        long,
        env = "SCANTILL_SHOP",
        default_value = "Scantill",
        value_name = "NAME"
    )]
    pub shop: String,
    /// TOML file with Alipay's credentials; it is sealed into the home folder.
    #[arg(long, env = "SCANTILL_ALIPAY_FILE", value_name = "FILE")]
    pub alipay_file: Option<PathBuf>,
    #[command(flatten)]
    pub dealings: Dealings,
    /// The most that one charge may take, in fen.
    #[arg(
        long,
        env = "SCANTILL_CHARGE_MAX_FEN",
        default_value_t = 5_000_000,
        value_name = "FEN"
    )]
    pub charge_max_fen: i64,
    /// Above this sum, in fen, the till asks the cashier to confirm.
    #[arg(long, env = "SCANTILL_CONFIRM_ABOVE_FEN", value_name = "FEN")]
    pub confirm_above_fen: Option<i64>,
    /// A receipt printer on the shop's network: its name or address, with a port where that is not
    /// 9100. Receipts are then printed there by the interface.
    #[arg(long, env = "SCANTILL_PRINTER", value_name = "ADDR")]
    pub printer: Option<String>,
    /// The width of that printer's roll in millimetres, 58 or 80.
    #[arg(
        long,
        env = "SCANTILL_PRINTER_PAPER",
        default_value_t = 80,
        value_name = "MM"
    )]
    pub printer_paper: u8,
    /// Go on with a record that was begun under another master key or for another Alipay app, once:
    /// the change is meant, and every other server of the record is stopped. It has no variable,
    /// which could be left behind and allow the next change as well.
    #[arg(long)]
    pub adopt: bool,
}

/// How the shop deals with Alipay; a credentials file can say the same.
#[derive(Debug, Default, Args)]
pub(crate) struct Dealings {
    /// Where the internet reaches this backend, such as `https://pay.example.cn`: Alipay then tells
    /// of payments there at once. Without it Alipay is only asked, which is enough; `none` says so.
    #[arg(long, env = "SCANTILL_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Sources of money that the shop does not take, in Alipay's words with commas between:
    /// `pcredit,pcreditpayInstallment` refuses Huabei, `credit_group` all credit.
    #[arg(long, env = "SCANTILL_REFUSED_SOURCES", value_name = "LIST")]
    pub refused_sources: Option<String>,
    /// Plans of Huabei instalments that the shop offers, with commas between: months, who bears the
    /// fee and the rate of the contract, such as `3 customer 2.3%, 6 shop 4.5%`.
    #[arg(long, env = "SCANTILL_INSTALMENTS", value_name = "LIST")]
    pub instalments: Option<String>,
    /// The smallest sum that can be paid in instalments, in yuan; 100.00 where it is left out.
    #[arg(long, env = "SCANTILL_INSTALMENTS_FROM", value_name = "YUAN")]
    pub instalments_from: Option<String>,
}

/// Options of `scantill sandbox`.
#[derive(Debug, Args)]
pub(crate) struct Sandbox {
    #[command(flatten)]
    pub home: Home,
    /// Address of gateway and wallet page; port 0 picks a free one.
    #[arg(
        long,
        env = "SCANTILL_SANDBOX_LISTEN",
        default_value = "127.0.0.1:8081",
        value_name = "ADDR"
    )]
    pub listen: String,
}

/// Options of `scantill verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub home: Home,
    #[command(flatten)]
    pub database: Database,
    /// Report in JSON.
    #[arg(long, env = "SCANTILL_JSON")]
    pub json: bool,
}

/// Options of `scantill backup`.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The file to make; one that is there is left alone.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub home: Home,
    #[command(flatten)]
    pub database: Database,
    #[command(flatten)]
    pub sealing: Sealing,
}

/// Options of `scantill restore`.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub home: Home,
    #[command(flatten)]
    pub database: Database,
    #[command(flatten)]
    pub sealing: Sealing,
}

/// Options of `scantill export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The file to make; one that is there is left alone. Without it the table goes to stdout.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub home: Home,
    #[command(flatten)]
    pub database: Database,
    /// csv: for spreadsheets, with headings; what looks like a formula gets a ' before it.
    /// jsonl: one JSON object a line.
    #[arg(
        long,
        env = "SCANTILL_EXPORT_FORMAT",
        default_value = "csv",
        value_enum
    )]
    pub format: Format,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Comma-separated values with headings.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

/// What a backup is sealed with.
#[derive(Debug, Args)]
pub(crate) struct Sealing {
    /// File with a key of 64 hexadecimal digits.
    #[arg(
        long,
        env = "SCANTILL_BACKUP_KEY_FILE",
        value_name = "FILE",
        conflicts_with = "passphrase_file"
    )]
    pub key_file: Option<PathBuf>,
    /// File whose text is the passphrase.
    #[arg(long, env = "SCANTILL_BACKUP_PASSPHRASE_FILE", value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// Options of `scantill credentials`.
#[derive(Debug, Args)]
pub(crate) struct Credentials {
    #[command(flatten)]
    pub home: Home,
    /// TOML file with Alipay's credentials.
    #[arg(long, env = "SCANTILL_ALIPAY_FILE", value_name = "FILE")]
    pub alipay_file: PathBuf,
}

/// Where the record is, when not in the home folder.
#[derive(Debug, Args)]
pub(crate) struct Database {
    /// Keep the record in this PostgreSQL database, which several servers may share, instead of a
    /// file: `postgres://user:password@host/name`. Several hosts may stand in it, primary and
    /// standby: `host,other:5433`. `?sslmode=verify-full&sslrootcert=FILE` behind it encrypts the
    /// way there and verifies who answers; sslmode and sslrootcert mean what they mean to psql.
    /// Other users of the machine can read options, so a password is better in the variable.
    #[arg(
        long = "database",
        env = "SCANTILL_DATABASE",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub url: Option<String>,
}

impl Database {
    /// Its address, when there is one.
    ///
    /// # Errors
    /// [`Fault::Book`] for what is no address.
    pub(crate) fn address(&self) -> Result<Option<Address>, Fault> {
        let address = self.url.as_deref().map(Address::parse).transpose();
        address.map_err(|fault| Fault::Book {
            path: PathBuf::new(),
            cause: fault.into(),
        })
    }
}

/// Where everything of one shop lies.
#[derive(Debug, Args)]
pub(crate) struct Home {
    /// Folder of the record, the sealed credentials and the sandbox's keys; made when missing.
    #[arg(
        long = "home",
        env = "SCANTILL_HOME",
        default_value = "scantill-home",
        value_name = "DIR"
    )]
    pub dir: PathBuf,
}

impl Home {
    /// The record.
    pub(crate) fn book(&self) -> PathBuf {
        self.dir.join("scantill.db")
    }
}
