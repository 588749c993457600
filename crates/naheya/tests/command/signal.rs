//! What the system tells the program while it serves.

use std::process::Command;

use crate::kill::prepared;
use crate::program::{Folder, Served};

#[tokio::test]
async fn a_server_whose_terminal_is_closed_ends_as_when_it_is_told_to_stop() {
    let folder = Folder::new();
    prepared(&folder).await;
    let mut command = folder.command();
    command.args(["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
    let mut served = Served::start(command);
    let hang_up = format!("kill -HUP {}", served.process.id());
    assert!(Command::new("sh").args(["-c", &hang_up]).status().unwrap().success());
    assert_eq!(served.process.wait().unwrap().code(), Some(0), "what was under way is finished");
}
