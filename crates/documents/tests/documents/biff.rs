//! Small `.xls` files (BIFF8 in a compound file) made while a test runs.

use std::io::{Cursor, Write};

/// What a test writes into a cell of an old workbook.
pub enum B {
    Text(&'static str),
    Number(f64),
    Day(f64),
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
    bytes.extend(data);
    bytes
}

fn beginning(kind: u16) -> Vec<u8> {
    let mut data = vec![0x00, 0x06];
    data.extend(kind.to_le_bytes());
    data.extend([0xBB, 0x0D, 0xCC, 0x07, 0, 0, 0, 0, 6, 0, 0, 0]);
    record(0x0809, &data)
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn format_record(number_format: u16) -> Vec<u8> {
    let mut data = vec![0; 20];
    data[2..4].copy_from_slice(&number_format.to_le_bytes());
    record(0x00E0, &data)
}

fn cell(row: u16, column: u16, content: &B) -> Vec<u8> {
    let mut place = row.to_le_bytes().to_vec();
    place.extend(column.to_le_bytes());
    let mut with = |format: u16, rest: &[u8]| {
        place.extend(format.to_le_bytes());
        place.extend(rest);
        place.clone()
    };
    match content {
        B::Text(text) => {
            let mut rest = u16::try_from(text.encode_utf16().count()).unwrap().to_le_bytes().to_vec();
            rest.push(1);
            rest.extend(utf16(text));
            record(0x0204, &with(0, &rest))
        }
        B::Number(number) => record(0x0203, &with(0, &number.to_le_bytes())),
        B::Day(serial) => record(0x0203, &with(1, &serial.to_le_bytes())),
    }
}

/// One sheet named `花名册` with these rows; `extra` records go into the workbook's head.
pub fn stream(rows: &[Vec<B>], extra: &[(u16, Vec<u8>)], sheet_extra: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let name = "花名册";
    let mut sheet = beginning(0x0010);
    for (kind, data) in sheet_extra {
        sheet.extend(record(*kind, data));
    }
    for (row, cells) in (0u16..).zip(rows) {
        for (column, content) in (0u16..).zip(cells) {
            sheet.extend(cell(row, column, content));
        }
    }
    sheet.extend(record(0x000A, &[]));

    let head = |start: u32| {
        let mut head = beginning(0x0005);
        head.extend(record(0x0042, &1200u16.to_le_bytes()));
        head.extend(format_record(0));
        head.extend(format_record(14));
        for (kind, data) in extra {
            head.extend(record(*kind, data));
        }
        let mut bound = start.to_le_bytes().to_vec();
        bound.extend([0, 0, u8::try_from(name.chars().count()).unwrap(), 1]);
        bound.extend(utf16(name));
        head.extend(record(0x0085, &bound));
        head.extend(record(0x000A, &[]));
        head
    };
    let start = u32::try_from(head(0).len()).unwrap();
    let mut stream = head(start);
    stream.extend(sheet);
    // Streams under 4,096 bytes lie elsewhere in a compound file; Excel never writes such.
    stream.resize(stream.len().max(5_000), 0);
    stream
}

/// A compound file with this stream, and empty storages of these names.
pub fn compound(stream: &[u8], storages: &[&str]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).unwrap();
    file.create_stream("/Workbook").unwrap().write_all(stream).unwrap();
    for name in storages {
        file.create_storage(format!("/{name}")).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

pub fn xls(rows: &[Vec<B>]) -> Vec<u8> {
    compound(&stream(rows, &[], &[]), &[])
}
