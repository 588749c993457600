//! Two processes on one database, and the moments at which one of them is killed.

use std::fs::File;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::program::{Folder, Reply, Served, ask};

/// What happens around the processes while they work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// A request has been sent and is not answered.
    Sent,
    /// A request was answered.
    Answered,
    /// A message has arrived outside and is not answered.
    Arrived,
}

struct Armed {
    side: usize,
    /// Events until then.
    left: usize,
}

pub struct Duo {
    folder: Folder,
    url: String,
    sides: [Mutex<Option<Served>>; 2],
    addresses: [Mutex<String>; 2],
    armed: Mutex<Option<Armed>>,
    killed: Sender<Event>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Duo {
    /// None of them runs yet; the receiver hears of each kill.
    pub fn new(folder: Folder, url: &str) -> (Duo, Receiver<Event>) {
        let (killed, hears) = channel();
        let url = url.to_owned();
        let (sides, addresses) = (Default::default(), Default::default());
        (Duo { folder, url, sides, addresses, armed: Mutex::new(None), killed }, hears)
    }

    /// Starts the process of a side, which is not running.
    pub fn start(&self, side: usize) {
        let mut command = self.folder.command();
        command.args(["serve", "--listen", "127.0.0.1:0", "--backup-dir", "backups", "--database-url", &self.url]);
        let log = File::options().create(true).append(true).open(self.folder.path("log")).unwrap();
        let served = Served::start_telling(command, log.into());
        locked(&self.addresses[side]).clone_from(&served.address);
        *locked(&self.sides[side]) = Some(served);
    }

    /// The process of this side is killed at the `left`th event from now.
    pub fn arm(&self, side: usize, left: usize) {
        *locked(&self.armed) = Some(Armed { side, left });
    }

    /// Something happened; kills when it was time to.
    pub fn happened(&self, event: Event) {
        let mut armed = locked(&self.armed);
        let Some(waits) = armed.as_mut() else { return };
        waits.left -= 1;
        if waits.left > 0 {
            return;
        }
        // SIGKILL: the process has no word in it.
        drop(locked(&self.sides[waits.side]).take());
        *armed = None;
        self.killed.send(event).unwrap();
    }

    /// One request to the process of `side` (its parity counts).
    pub fn ask(
        &self,
        side: usize,
        what: (&str, &str),
        cookie: &str,
        body: Option<(&str, &str)>,
    ) -> std::io::Result<Reply> {
        let address = locked(&self.addresses[side % 2]).clone();
        let reply = ask(&address, what, cookie, body, || self.happened(Event::Sent))?;
        self.happened(Event::Answered);
        Ok(reply)
    }

    /// Ends both as a power cut would.
    pub fn stop(&self) {
        self.sides.iter().for_each(|side| drop(locked(side).take()));
    }

    /// Where they work.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Lines of both logs that hold `word`.
    pub fn told(&self, word: &str) -> Vec<String> {
        let log = std::fs::read_to_string(self.folder.path("log")).unwrap();
        log.lines().filter(|line| line.contains(word)).map(str::to_owned).collect()
    }
}
