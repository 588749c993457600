//! Records in, bytes out and back, through the doors that other rooms use.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed unwrap is a failed test")]

mod biff;
mod child;
mod draft;
mod excel;
mod hostile;
mod layout;
mod left_out;
mod marked;
mod odd;
mod pair;
mod picture;
mod qr;
mod volunteer;
mod workbook;
