//! Connections of people who say nothing whole.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::program::{Folder, Served, request};

#[test]
fn half_a_header_is_not_waited_for() {
    let folder = Folder::new();
    let mut command = folder.command();
    command.args(["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
    let served = Served::start(command);
    let half = ["", "GET / HTTP/1.1\r\nHos"].map(|said| {
        let mut stream = TcpStream::connect(&served.address).unwrap();
        stream.write_all(said.as_bytes()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    });
    for mut stream in half {
        let mut heard = Vec::new();
        assert!(stream.read_to_end(&mut heard).is_ok(), "it is still open");
        assert!(heard.is_empty());
    }
    assert_eq!(request(&served.address, "GET", "/healthz", "", None).unwrap().status, 200);
}
