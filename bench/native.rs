//! The readers that are compiled into this program.

use std::collections::HashSet;
use std::time::Instant;

use rxing::helpers::detect_in_luma_slice_with_hints;
use rxing::{BarcodeFormat, DecodeHints};
use scan::{Luma, Scanner};
use zedbar::DecoderConfig;
use zedbar::config::{Code128, QrCode};

use crate::Answer;
use crate::options::Options;
use crate::stock::Still;

/// A reader of this program.
pub(crate) struct Native {
    name: &'static str,
    read: Box<dyn FnMut(&Still) -> Vec<String>>,
}

impl Native {
    pub(crate) fn answer(&mut self, still: &Still) -> Answer {
        let start = Instant::now();
        let texts = (self.read)(still);
        Answer {
            reader: self.name.to_owned(),
            texts,
            ms: start.elapsed().as_secs_f64() * 1_000.0,
        }
    }
}

/// Those that are wanted.
pub(crate) fn all(options: &Options) -> Vec<Native> {
    let native = |name, read| Native { name, read };
    let mut all = vec![
        native(
            "ours",
            Box::new(ours()) as Box<dyn FnMut(&Still) -> Vec<String>>,
        ),
        native(
            "zxing-cpp",
            Box::new(zxing(&[zxingcpp::BarcodeFormat::QRCode])),
        ),
        native(
            "zxing-cpp, bars too",
            Box::new(zxing(&[
                zxingcpp::BarcodeFormat::QRCode,
                zxingcpp::BarcodeFormat::Code128,
            ])),
        ),
        native("rxing", Box::new(rxing)),
        native("rqrr", Box::new(rqrr)),
        native("zedbar", Box::new(zedbar())),
    ];
    all.retain(|one| options.wants(one.name));
    all
}

fn ours() -> impl FnMut(&Still) -> Vec<String> {
    let mut scanner = Scanner::default();
    move |still| {
        let luma = Luma::new(&still.pixels, still.width, still.height, still.width);
        let sighting = luma.ok().and_then(|luma| scanner.look(&luma).ok());
        sighting.map(|sighting| sighting.text).into_iter().collect()
    }
}

fn zxing(formats: &[zxingcpp::BarcodeFormat]) -> impl FnMut(&Still) -> Vec<String> + use<> {
    let reader = zxingcpp::read().formats(formats);
    move |still| {
        let (width, height) = (still.width as i32, still.height as i32);
        let lum = zxingcpp::ImageFormat::Lum;
        let view = zxingcpp::ImageView::from_slice(&still.pixels, width, height, lum);
        let found = view.and_then(|view| reader.from(view)).unwrap_or_default();
        found.iter().map(zxingcpp::Barcode::text).collect()
    }
}

fn rxing(still: &Still) -> Vec<String> {
    let mut hints = DecodeHints {
        PossibleFormats: Some(HashSet::from([
            BarcodeFormat::QR_CODE,
            BarcodeFormat::CODE_128,
        ])),
        AlsoInverted: Some(true),
        ..DecodeHints::default()
    };
    let (width, height) = (still.width as u32, still.height as u32);
    let found = detect_in_luma_slice_with_hints(&still.pixels, width, height, None, &mut hints);
    found
        .map(|found| found.getText().to_owned())
        .into_iter()
        .collect()
}

fn rqrr(still: &Still) -> Vec<String> {
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(still.width, still.height, |x, y| {
            still.pixels[y * still.width + x]
        });
    let grids = picture.detect_grids();
    grids
        .iter()
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
        .collect()
}

/// With everything that makes it read more; it stays the slowest.
fn zedbar() -> impl FnMut(&Still) -> Vec<String> {
    let config = DecoderConfig::new()
        .enable(QrCode)
        .enable(Code128)
        .test_inverted(true)
        .retry_undecoded_regions(true)
        .retry_downscaled(true)
        .retry_smoothed(true);
    let mut scanner = zedbar::Scanner::with_config(config);
    move |still| {
        let (width, height) = (still.width as u32, still.height as u32);
        let Ok(mut picture) = zedbar::Image::from_gray(&still.pixels, width, height) else {
            return Vec::new();
        };
        let found = scanner.scan(&mut picture);
        let texts = found
            .symbols()
            .iter()
            .filter_map(|symbol| symbol.data_string());
        texts.map(str::to_owned).collect()
    }
}
