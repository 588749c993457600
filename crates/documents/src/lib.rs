//! Records in, bytes out and back: workbooks, pictures, codes to be scanned. No database, no HTTP.

pub mod excel;
pub mod file_fault;
pub mod left_out;
pub mod marked;
pub mod picture;
pub mod qr;
pub mod roster;
pub mod workbook;
