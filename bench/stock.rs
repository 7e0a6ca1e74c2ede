//! The frames: drawn from a seed, or pictures from folders.

use std::path::PathBuf;

use frames::photographs::{Photograph, folders};
use frames::{Class, HEIGHT, Order, Show, WIDTH};
use image::GrayImage;
use image::imageops::{FilterType, resize};

use crate::options::Options;

/// One frame.
#[derive(Clone)]
pub(crate) struct Still {
    pub(crate) pixels: Vec<u8>,
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// What is to be read; `None` where nothing may be.
    pub(crate) expected: Option<String>,
}

/// Frames that are counted together.
pub(crate) struct Set {
    name: String,
    source: Source,
    size: Option<(u32, u32)>,
}

enum Source {
    Drawn {
        seed: u64,
        class: Class,
        show: Show,
        count: usize,
    },
    Files(Vec<PathBuf>),
}

/// All sets.
pub(crate) struct Stock(Vec<Set>);

impl Stock {
    pub(crate) fn of(options: &Options) -> Result<Self, String> {
        let set = |name: String, source| Set {
            name,
            source,
            size: options.size,
        };
        if let Some(top) = &options.pictures {
            let found = folders(top)?.into_iter();
            return Ok(Self(
                found
                    .map(|(name, files)| set(name, Source::Files(files)))
                    .collect(),
            ));
        }
        let drawn = |name: String, class, show| {
            let (seed, count) = (options.seed, options.per_class);
            set(
                name,
                Source::Drawn {
                    seed,
                    class,
                    show,
                    count,
                },
            )
        };
        let classes = Class::ALL.iter();
        let mut sets: Vec<Set> = classes
            .map(|class| drawn(class.to_string(), *class, Show::Both))
            .collect();
        for class in [Class::Easy, Class::Medium] {
            sets.push(drawn(format!("{class}, bars only"), class, Show::Bars));
        }
        sets.push(drawn("nothing".to_owned(), Class::Hard, Show::Nothing));
        Ok(Self(sets))
    }

    pub(crate) fn sets(&self) -> &[Set] {
        &self.0
    }

    /// A frame to warm up with.
    pub(crate) fn first(&self) -> Option<Still> {
        self.0.first()?.still(0).ok()
    }
}

impl Set {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn count(&self) -> usize {
        match &self.source {
            Source::Drawn { count, .. } => *count,
            Source::Files(files) => files.len(),
        }
    }

    pub(crate) fn still(&self, number: usize) -> Result<Still, String> {
        let still = match &self.source {
            Source::Drawn {
                seed, class, show, ..
            } => {
                let order = Order {
                    seed: *seed,
                    class: *class,
                    number: number as u64,
                    show: *show,
                    take: 0,
                };
                let frame = order.draw();
                Still {
                    pixels: frame.pixels,
                    width: WIDTH,
                    height: HEIGHT,
                    expected: (*show != Show::Nothing).then_some(frame.text),
                }
            }
            Source::Files(files) => {
                let picture = Photograph::read(&files[number])?;
                Still {
                    pixels: picture.pixels,
                    width: picture.width,
                    height: picture.height,
                    expected: picture.expected,
                }
            }
        };
        Ok(self
            .size
            .map_or_else(|| still.clone(), |size| still.brought_to(size)))
    }
}

impl Still {
    fn brought_to(&self, (width, height): (u32, u32)) -> Self {
        let (own_width, own_height) = (self.width as u32, self.height as u32);
        let picture = GrayImage::from_raw(own_width, own_height, self.pixels.clone());
        let picture = picture.expect("as many bytes as pixels");
        Self {
            pixels: resize(&picture, width, height, FilterType::Triangle).into_raw(),
            width: width as usize,
            height: height as usize,
            expected: self.expected.clone(),
        }
    }
}
