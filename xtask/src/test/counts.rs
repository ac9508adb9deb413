//! How many tests passed and failed, read from what the test runners print.
//!
//! Must never turn an output it does not understand into a success: no summary is `None`.

/// Tests, or checks that count as one each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Went well.
    pub passed: u64,
    /// Failed, timed out or could not be started.
    pub failed: u64,
    /// Not run because the filter left them out.
    pub skipped: u64,
}

impl Counts {
    /// One check.
    pub const fn one(went_well: bool) -> Self {
        Self { passed: went_well as u64, failed: !went_well as u64, skipped: 0 }
    }

    /// Adds others to these.
    pub const fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// A run that ended badly must show it, also where the failure was no test of its own, such as a build error.
    #[must_use]
    pub const fn ended(mut self, went_well: bool) -> Self {
        if !went_well && self.failed == 0 {
            self.failed = 1;
        }
        self
    }
}

/// The counts of cargo-nextest: its line `Summary [ 1.2s] 3 tests run: 2 passed, 1 failed, 4 skipped`.
pub fn of_nextest(output: &str) -> Option<Counts> {
    let plain = without_colours(output);
    let line = plain.lines().rev().find(|line| line.trim_start().starts_with("Summary ["))?;
    let (_, results) = line.split_once("run:")?;
    let mut counts = Counts::default();
    for part in results.split(',') {
        let mut words = part.split_whitespace();
        let Some(number) = words.next().and_then(|word| word.parse::<u64>().ok()) else { continue };
        match words.next().unwrap_or_default() {
            "passed" => counts.passed += number,
            "skipped" => counts.skipped += number,
            _ => counts.failed += number,
        }
    }
    Some(counts)
}

/// The counts of `cargo test`: the sum of its lines `test result: ok. 2 passed; 0 failed; 0 ignored; …`.
pub fn of_libtest(output: &str) -> Option<Counts> {
    let plain = without_colours(output);
    let mut total = None;
    for line in plain.lines().filter_map(|line| line.trim_start().strip_prefix("test result: ")) {
        let (_, results) = line.split_once(". ")?;
        let counts = total.get_or_insert_with(Counts::default);
        for part in results.split(';') {
            let mut words = part.split_whitespace();
            let Some(number) = words.next().and_then(|word| word.parse::<u64>().ok()) else { continue };
            match words.next().unwrap_or_default() {
                "passed" => counts.passed += number,
                "failed" => counts.failed += number,
                "ignored" => counts.skipped += number,
                _ => {}
            }
        }
    }
    total
}

fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = behind.find(|c: char| c.is_ascii_alphabetic()).map_or("", |end| &behind[end + 1..]);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn nextest_tells_its_counts_in_one_line() {
        for (line, expect) in [
            ("     Summary [   0.012s] 3 tests run: 3 passed, 0 skipped", counts(3, 0, 0)),
            (
                "     Summary [   9.1s] 7 tests run: 4 passed (1 slow), 2 failed, 1 timed out, 5 skipped",
                counts(4, 3, 5),
            ),
            ("Summary [ 1s] 2/9 tests run: 1 passed, 1 exec failed, 7 not run", counts(1, 8, 0)),
            (
                "\u{1b}[32;1m     Summary\u{1b}[0m [   0.0s] \u{1b}[1m1\u{1b}[0m test run: \u{1b}[1m1\u{1b}[0m passed, 0 skipped",
                counts(1, 0, 0),
            ),
        ] {
            assert_eq!(of_nextest(&format!("noise\n{line}\nerror: test run failed\n")), Some(expect), "{line}");
        }
        assert_eq!(of_nextest("error: could not compile"), None);
    }

    #[test]
    fn libtest_tells_them_per_binary() {
        let output = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.0s\n\
            test result: FAILED. 4 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(of_libtest(output), Some(counts(6, 1, 1)));
        assert_eq!(of_libtest("error[E0432]: unresolved import"), None);
    }

    #[test]
    fn a_bad_end_without_a_failed_test_is_still_a_failure() {
        assert_eq!(counts(5, 0, 0).ended(false), counts(5, 1, 0));
        assert_eq!(counts(5, 2, 0).ended(false), counts(5, 2, 0));
        assert_eq!(counts(5, 0, 0).ended(true), counts(5, 0, 0));
    }
}
