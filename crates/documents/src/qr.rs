//! Codes to be scanned by a phone.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

/// Blank modules around the code that scanners need (ISO/IEC 18004).
const QUIET: usize = 4;

/// The text is longer than a code can hold (about 2,300 bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is too long for a code")]
pub struct TooLong;

/// An SVG of the code, to be put into a page. Its size comes from the page's CSS (`class="qr"`);
/// colours are attributes, which a content security policy allows. It stays black on white in dark
/// mode too: many phones cannot read light on dark.
///
/// `label` is read out by screen readers.
///
/// # Errors
/// [`TooLong`].
pub fn svg(text: &str, label: &str) -> Result<String, TooLong> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| TooLong)?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut svg = String::new();
    let written = write!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" class="qr" role="img" aria-label="{}" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="#fff"/><path fill="#000" d="{}"/></svg>"##,
        escaped(label),
        path(&code.to_colors(), width)
    );
    written.map_err(|_| TooLong)?;
    Ok(svg)
}

/// One stroke for each run of dark modules in a row.
fn path(modules: &[Color], width: usize) -> String {
    let mut path = String::new();
    for (y, row) in modules.chunks(width.max(1)).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
            }
            x += run.len();
        }
    }
    path
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
