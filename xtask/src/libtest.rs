//! Reads what Rust's test harness prints: how many ran, failed, and were left out.

/// Sums over all test binaries and doc tests of a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that held.
    pub passed: u64,
    /// Tests that did not.
    pub failed: u64,
    /// Names of the tests that were not run, as printed.
    pub ignored: Vec<String>,
    /// Ignored by the harness's own sums, in case a name was printed in another form.
    pub ignored_sum: u64,
}

impl Tally {
    /// Takes in one line of output.
    pub fn read(&mut self, line: &str) {
        let line = line.trim();
        if let Some(sums) = line.strip_prefix("test result:") {
            self.passed += number_before(sums, " passed");
            self.failed += number_before(sums, " failed");
            self.ignored_sum += number_before(sums, " ignored");
        } else if let Some((name, rest)) = line.strip_prefix("test ").and_then(|test| test.split_once(" ... "))
            && rest.starts_with("ignored")
        {
            self.ignored.push(name.to_owned());
        }
    }

    /// Whether anything was left out.
    pub fn left_out(&self) -> bool {
        !self.ignored.is_empty() || self.ignored_sum > 0
    }
}

fn number_before(text: &str, word: &str) -> u64 {
    let Some((before, _)) = text.split_once(word) else { return 0 };
    before.rsplit(' ').next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn tally(text: &str) -> Tally {
        let mut tally = Tally::default();
        text.lines().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn sums_add_up_over_binaries() {
        let tally = tally(
            "test a::b ... ok\ntest result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s\n\
             test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
        );
        assert_eq!((tally.passed, tally.failed, tally.left_out()), (15, 2, false));
    }

    #[test]
    fn an_ignored_test_is_named() {
        let tally =
            tally("test a::slow ... ignored, too slow\ntest result: ok. 1 passed; 0 failed; 1 ignored; 0 measured");
        assert_eq!(tally.ignored, ["a::slow"]);
        assert!(tally.left_out());
    }

    #[test]
    fn a_test_that_speaks_of_ignoring_is_not_left_out() {
        assert!(!tally("test an_ignored_row_is_kept ... ok").left_out());
    }
}
