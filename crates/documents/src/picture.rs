//! Pictures from phones: made small, turned upright, and freed of everything that tells where and
//! when they were taken.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};

/// The most bytes that are looked at.
const MOST_BYTES: usize = 20 * 1024 * 1024;
/// The most pixels that are unpacked.
const MOST_PIXELS: u64 = 40_000_000;
/// The most bytes that a kept picture has.
pub const LARGEST_KEPT: usize = 200_000;
const LONGEST_SIDE: u32 = 1_600;
const MOST_MEMORY: u64 = 256 * 1024 * 1024;

/// A picture as it is kept: JPEG, upright, at most 200 kB, without metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The file.
    pub jpeg: Vec<u8>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureFault {
    /// Neither JPEG nor PNG nor WebP.
    #[error("picture.unknown_format")]
    UnknownFormat,
    /// More than 20 MB.
    #[error("picture.too_many_bytes")]
    TooManyBytes,
    /// More than 40 million pixels.
    #[error("picture.too_many_pixels")]
    TooManyPixels,
    /// Cut off or damaged.
    #[error("picture.damaged")]
    Damaged,
}

impl PictureFault {
    /// The code for the sentence that says what to do.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownFormat => "picture.unknown_format",
            Self::TooManyBytes => "picture.too_many_bytes",
            Self::TooManyPixels => "picture.too_many_pixels",
            Self::Damaged => "picture.damaged",
        }
    }
}

impl Picture {
    /// Takes a picture from whatever a phone sent. Takes some hundred milliseconds and up to 256 MB
    /// for the largest: call it off the async threads, few at a time.
    ///
    /// # Errors
    /// [`PictureFault`].
    pub fn from_upload(bytes: &[u8]) -> Result<Self, PictureFault> {
        if bytes.len() > MOST_BYTES {
            return Err(PictureFault::TooManyBytes);
        }
        catch_unwind(AssertUnwindSafe(|| shrink(&upright(bytes)?))).unwrap_or(Err(PictureFault::Damaged))
    }
}

fn upright(bytes: &[u8]) -> Result<DynamicImage, PictureFault> {
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| PictureFault::UnknownFormat)?;
    if !matches!(reader.format(), Some(ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) {
        return Err(PictureFault::UnknownFormat);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| PictureFault::Damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_MEMORY {
        return Err(PictureFault::TooManyPixels);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|_| PictureFault::Damaged)?;
    let mut picture = within(picture, LONGEST_SIDE);
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn within(picture: DynamicImage, side: u32) -> DynamicImage {
    if picture.width().max(picture.height()) <= side {
        picture
    } else {
        picture.resize(side, side, FilterType::Triangle)
    }
}

fn shrink(picture: &DynamicImage) -> Result<Picture, PictureFault> {
    let mut picture = DynamicImage::ImageRgb8(on_white(picture));
    loop {
        for quality in [82, 72, 62] {
            let jpeg = encode(&picture, quality)?;
            if jpeg.len() <= LARGEST_KEPT {
                return Ok(Picture { jpeg, width: picture.width(), height: picture.height() });
            }
        }
        let side = picture.width().max(picture.height()) * 4 / 5;
        if side < 16 {
            return Err(PictureFault::Damaged);
        }
        picture = within(picture, side);
    }
}

/// JPEG knows no transparency.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let mut flat = picture.to_rgb8();
    if picture.color().has_alpha() {
        for (pixel, seen) in flat.pixels_mut().zip(picture.to_rgba8().pixels()) {
            let [red, green, blue, alpha] = seen.0.map(u16::from);
            let mix = |colour: u16| u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
            pixel.0 = [mix(red), mix(green), mix(blue)];
        }
    }
    flat
}

fn encode(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, PictureFault> {
    let mut jpeg = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, quality)).map_err(|_| PictureFault::Damaged)?;
    Ok(jpeg)
}
