//! Solves instances and says what it took: `cargo run --release -p naheya-matching --example solve -- [--exact | --one] FILE…`.
//!
//! In place of a file, `random:CHILDREN:HOMES:LENGTH:CAPACITY` and `event:CHILDREN:SEED` draw one as the benches do, `rerun:CHILDREN:SEED` one that is to stay
//! near to what was before some dropped out, `shape:NAME:CHILDREN:SEED` an event of another shape (`benches/draw/shape.rs` names them). `--one` runs one order without
//! the bound; `--limit=SECONDS` ends the search; `--times=N` solves N times and tells the best and the mean; the clock may tick in milliseconds, then only the mean says something of short solves. Processor time and peak memory come from `/proc`, so they are missing where there is none.

#[path = "../benches/draw/mod.rs"]
mod draw;

use naheya_matching::{Instance, Options, Report, Written, solve, solve_until};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let given = |flag: &str| arguments.iter().find_map(|argument| argument.strip_prefix(flag)?.parse::<u64>().ok());
    for file in arguments.iter().filter(|argument| !argument.starts_with("--")) {
        let instance = read(file)?;
        let one = has("--one").then_some(1);
        let options =
            Options { seed: "example".into(), exact: has("--exact"), orders: one, without_bound: one.is_some() };
        let rest = memory("VmRSS:");
        // Forgets the peak so far; where that is not possible the peak of reading the file stays.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        let times = given("--times=").unwrap_or(1).max(1);
        let (mut least, mut all) = (u64::MAX, 0);
        let mut last = None;
        for _ in 0..times {
            drop(last.take());
            let before = processor_time();
            let end = given("--limit=").map(|seconds| before + seconds * 1_000_000_000);
            let mut over = || end.is_some_and(|end| processor_time() > end);
            last = Some(solve_until(&instance, &options, &mut over)?);
            let took = processor_time() - before;
            (least, all) = (least.min(took), all + took);
        }
        let (Some(outcome), peak) = (last, memory("VmHWM:")) else { continue };
        let proven = outcome.proven;
        println!(
            "{file}: placed {} of {} (bound {}), apart {}, fit {}, proven {}/{}/{}, {} orders, {} µs, {} µs in the mean, {rest} kB before, peak {peak} kB",
            outcome.placed,
            instance.children(),
            outcome.bound,
            outcome.apart.len(),
            outcome.fit,
            proven.size,
            proven.apart,
            proven.fit,
            outcome.orders,
            least / 1_000,
            all / times / 1_000,
        );
        if let Some(rerun) = &outcome.rerun {
            println!("  kept {}, moved {}, proven {:?}", rerun.kept, rerun.moved.len(), proven.kept);
        }
        if instance.children() <= 10_000 {
            let text = serde_json::to_vec(&Report::new(&instance, &outcome))?;
            let before = processor_time();
            serde_json::from_slice::<Written>(&text)?.check(&instance)?;
            println!("  checked in {} µs, {} bytes", processor_time().saturating_sub(before) / 1_000, text.len());
        }
    }
    Ok(())
}

fn read(name: &str) -> Result<Instance, Box<dyn std::error::Error>> {
    if let Some((shape, numbers)) = name.strip_prefix("shape:").and_then(|rest| rest.split_once(':')) {
        let (children, seed) = numbers.split_once(':').ok_or("shape:NAME:CHILDREN:SEED")?;
        let drawn = draw::shape::shape(shape, children.parse()?, seed.parse()?);
        return drawn.ok_or_else(|| format!("shapes are {}", draw::shape::NAMES.join(", ")).into());
    }
    let mut parts = name.split(':');
    let kind = parts.next();
    let numbers: Result<Vec<usize>, _> = parts.map(str::parse).collect();
    match (kind, numbers.as_deref()) {
        (Some("random"), Ok(&[children, homes, length, capacity])) => {
            Ok(draw::instance(children, homes, length, capacity))
        }
        (Some("event"), Ok(&[children, seed])) => Ok(draw::event(children, u64::try_from(seed)?)),
        (Some("rerun"), Ok(&[children, seed])) => rerun(children, u64::try_from(seed)?),
        _ => Ok(Instance::from_json(&std::fs::read(name)?)?),
    }
}

/// The event after it was solved and every twentieth child and every thirtieth home dropped out, with the pairs that are left.
fn rerun(children: usize, seed: u64) -> Result<Instance, Box<dyn std::error::Error>> {
    let mut draft = draw::event_draft(children, seed);
    let options = Options { seed: "first".into(), ..Options::default() };
    let before = solve(&Instance::new(draft.clone())?, &options)?;
    draft.child_prefs.iter_mut().skip(7).step_by(20).for_each(Vec::clear);
    draft.volunteer_prefs.iter_mut().skip(3).step_by(30).for_each(Vec::clear);
    let rest = Instance::new(draft)?;
    let pairs = (0_u32..).zip(before.assign).filter_map(|(child, home)| Some((child, home?)));
    let left = pairs.filter(|&(child, home)| rest.acceptable(child, home)).collect();
    Ok(rest.keeping(left)?)
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
