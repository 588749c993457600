//! Letters without a reason, for the tests of the store and of the web.

use naheya_store::{Act, Error, Letter, Tx};

/// An act that only leaves letters.
pub struct Leave(pub Vec<Letter>);

impl Act for Leave {
    const NAME: &'static str = "test.leave";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        for letter in &self.0 {
            tx.notify(letter.clone());
        }
        Ok(())
    }
}
