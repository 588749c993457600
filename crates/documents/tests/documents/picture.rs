//! Pictures from phones.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use naheya_documents::picture::{LARGEST_KEPT, Picture, PictureFault};

/// Noise does not shrink: the worst case for a size limit.
fn noise(width: u32, height: u32) -> RgbImage {
    let mut state = 1u32;
    RgbImage::from_fn(width, height, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = (state >> 4).to_le_bytes();
        Rgb([a, b, c])
    })
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes
}

/// A JPEG whose upper half is red, with an orientation and a place in its metadata.
fn with_exif(orientation: u8) -> Vec<u8> {
    let picture = RgbImage::from_fn(64, 32, |_, y| if y < 16 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) });
    let mut exif = b"II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    exif.extend([0x0E, 0x01, 2, 0, 12, 0, 0, 0, 38, 0, 0, 0]);
    exif.extend([0, 0, 0, 0]);
    exif.extend(b"SECRETPLACE\0");
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.set_exif_metadata(exif).unwrap();
    encoder.encode_image(&picture).unwrap();
    bytes
}

#[test]
fn every_picture_fits_into_200_kb() {
    for (width, height) in [(2_400, 1_800), (40, 4_000), (1, 1)] {
        let kept = Picture::from_upload(&png(&noise(width, height).into())).unwrap();
        assert!(kept.jpeg.len() <= LARGEST_KEPT);
        let again = image::load_from_memory_with_format(&kept.jpeg, ImageFormat::Jpeg).unwrap();
        assert_eq!((again.width(), again.height()), (kept.width, kept.height));
        assert!(kept.width.max(kept.height) <= 1_600);
    }
}

#[test]
fn a_picture_is_turned_upright_and_keeps_no_metadata() {
    let bytes = with_exif(6);
    assert!(bytes.windows(11).any(|window| window == b"SECRETPLACE"));
    let kept = Picture::from_upload(&bytes).unwrap();
    assert_eq!((kept.width, kept.height), (32, 64));
    assert!(!kept.jpeg.windows(11).any(|window| window == b"SECRETPLACE"));
    assert!(!kept.jpeg.windows(4).any(|window| window == b"Exif"));
    let upright = image::load_from_memory(&kept.jpeg).unwrap().to_rgb8();
    assert!(upright.get_pixel(28, 32).0[0] > 200, "turned clockwise, the red half is on the right");
    assert!(upright.get_pixel(3, 32).0[2] > 200);
}

#[test]
fn what_shines_through_becomes_white() {
    let clear = RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0]));
    let kept = Picture::from_upload(&png(&clear.into())).unwrap();
    let pixel = *image::load_from_memory(&kept.jpeg).unwrap().to_rgb8().get_pixel(4, 4);
    assert!(pixel.0.iter().all(|colour| *colour > 250));
}

#[test]
fn too_many_pixels_are_refused_before_they_are_unpacked() {
    let mut header = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR".to_vec();
    header.extend(30_000u32.to_be_bytes());
    header.extend(30_000u32.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let crc = crc_of(&header[12..]);
    header.extend(crc.to_be_bytes());
    header.extend(b"\x00\x00\x00\x00IDAT\x35\xAF\x06\x1E");
    assert_eq!(Picture::from_upload(&header), Err(PictureFault::TooManyPixels));
}

fn crc_of(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

#[test]
fn what_is_no_picture_or_cut_off_is_refused_with_its_code() {
    assert_eq!(Picture::from_upload(b"<svg/>"), Err(PictureFault::UnknownFormat));
    assert_eq!(Picture::from_upload(b""), Err(PictureFault::UnknownFormat));
    assert_eq!(Picture::from_upload(b"GIF89a\x01\x00\x01\x00"), Err(PictureFault::UnknownFormat));
    let whole = png(&noise(64, 64).into());
    assert_eq!(Picture::from_upload(&whole[..200]), Err(PictureFault::Damaged));
    assert_eq!(Picture::from_upload(&vec![0xFF; 21 * 1024 * 1024]), Err(PictureFault::TooManyBytes));
}
