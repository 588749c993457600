//! Records in, bytes out and back: workbooks, pictures, codes to be scanned. No database, no HTTP.

pub mod file_fault;
pub mod roster;
pub mod workbook;
