//! What libFuzzer says at its end, as far as a person asks for it.

/// How much was tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    executions: u64,
    each_second: u64,
}

impl Tally {
    /// Takes what a line tells: `stat::number_of_executed_units: 31337` and its like.
    pub(super) fn hear(&mut self, line: &str) {
        let told = line.strip_prefix("stat::").and_then(|s| s.split_once(':'));
        let Some((name, number)) = told else { return };
        let Ok(number) = number.trim().parse() else {
            return;
        };
        match name {
            "number_of_executed_units" => self.executions = number,
            "average_exec_per_sec" => self.each_second = number,
            _ => {}
        }
    }

    /// The two figures as words.
    pub(super) fn told(self) -> String {
        format!(
            "{} executions, {} a second",
            self.executions, self.each_second
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn executions_are_taken_from_the_last_lines_and_all_else_is_passed_over() {
        let mut tally = Tally::default();
        for line in [
            "#2 INITED cov: 3 ft: 4 corp: 1/1b exec/s: 0 rss: 30Mb",
            "Done 10000000 runs in 61 second(s)",
            "stat::number_of_executed_units: 10000000",
            "stat::average_exec_per_sec:     161290",
            "stat::new_units_added:          7",
            "stat::peak_rss_mb: many",
            "stat:: ",
        ] {
            tally.hear(line);
        }
        assert_eq!(tally.told(), "10000000 executions, 161290 a second");
    }
}
