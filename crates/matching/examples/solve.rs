//! Solves instance files and says what it took: `cargo run --release --example solve -- [--exact | --one] FILE…`.
//!
//! `--one` runs one order without the bound. Processor time and peak memory come from `/proc`, so they are missing where there is none.

use naheya_matching::{Instance, Options, Report, Written, solve};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    for file in arguments.iter().filter(|argument| !argument.starts_with("--")) {
        let instance = Instance::from_json(&std::fs::read(file)?)?;
        let one = has("--one").then_some(1);
        let options =
            Options { seed: "example".into(), exact: has("--exact"), orders: one, without_bound: one.is_some() };
        let (rest, before) = (memory("VmRSS:"), processor_time());
        // Forgets the peak so far; where that is not possible the peak of reading the file stays.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        let outcome = solve(&instance, &options)?;
        let (after, peak) = (processor_time(), memory("VmHWM:"));
        let proven = outcome.proven;
        println!(
            "{file}: placed {} of {} (bound {}), apart {}, fit {}, proven {}/{}/{}, {} orders, {} µs, {rest} kB before, peak {peak} kB",
            outcome.placed,
            instance.children(),
            outcome.bound,
            outcome.apart.len(),
            outcome.fit,
            proven.size,
            proven.apart,
            proven.fit,
            outcome.orders,
            after.saturating_sub(before) / 1_000,
        );
        if instance.children() <= 10_000 {
            let text = serde_json::to_vec(&Report::new(&instance, &outcome))?;
            let before = processor_time();
            serde_json::from_slice::<Written>(&text)?.check(&instance)?;
            println!(
                "  checked in {:.3} ms, {} bytes",
                processor_time().saturating_sub(before) as f64 / 1e6,
                text.len()
            );
        }
    }
    Ok(())
}

fn memory(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// Nanoseconds that this thread has run.
fn processor_time() -> u64 {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    times.split_whitespace().next().and_then(|time| time.parse().ok()).unwrap_or(0)
}
