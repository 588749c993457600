//! Damages instance documents and looks that the reader never panics: `cargo run --release -p naheya-matching --example fuzz -- [DOCUMENTS] [SEED]`.
//!
//! Bytes are changed, cut, doubled and taken from other documents, numbers are made extreme, pieces of the format put in. What can still be read is
//! solved, and its result written and checked; what can be read as a result is checked with its certificate. A document that ends in a panic is written to `fuzz-SEED-CASE.json`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use naheya_matching::{Instance, Options, Report, Written, solve};

const SAMPLES: [&str; 4] = [
    r#"{"format":"naheya-hrt-1","children":3,"volunteers":2,"capacity":[1,2],"child_prefs":[[[0],[1]],[[0,1]],[[1]]],
"volunteer_prefs":[[[1],[0]],[[2],[0,1]]],"siblings":[{"members":[0,1],"mode":"prefer"}]}"#,
    r#"{"format":"naheya-hrt-1","children":3,"volunteers":2,"capacity":[2,2],"child_prefs":[[[0,1]],[[1],[0]],[]],"volunteer_prefs":
[[[0,1,2]],[[1],[0]]],"siblings":[{"members":[0,1],"mode":"must"}],"forbidden":[[2,0]],"fit":[[0,1,5],[1,0,-7]],
"child_ids":["a","b","c"],"volunteer_ids":["x","y"],"keep":[[0,1],[1,0]],"note":{"any":[1,2.5,"\u00e9",null,true]}}"#,
    r#"{"assign":[0,1,null],"placed":2,"stable":true,"bound":2,"cover":{"children":[0],"volunteers":[1]},"fit":5,"apart":[0],
"proven":{"size":true,"kept":false,"apart":false,"fit":false},"kept":1,"moved":[1],"proofs":[{"goal":"size","bound":2,"steps":["close"]}]}"#,
    r#"{"assign":[0,1,1],"placed":3,"proofs":[{"goal":"fit","placed":3,"kept":0,"together":0,"bound":0,"steps":[{"gather":0},{"split":[0,1]},{"weigh":
{"pairs":[[0,0,7]],"homes":[[0,524288],[1,3]],"placed":1,"kept":0,"together":2,"unions":[[0,1,0,9],[0,1,1,9]],"without":[[0,0,1],[0,1,1]],
"combs":[[1,[2,1],5]],"envies":[[[[1,0],[0,0]],6]]}},"close","close",{"weigh":{"envies":[[[[1,1],[0,0]],4]],"combs":[[1,[2,2],5]]}},"close"]}]}"#,
];

const PIECES: [&str; 25] = [
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "0",
    "1",
    "2",
    "-1",
    "4294967295",
    "2147483647",
    "1e9",
    "0.5",
    "null",
    "true",
    "\"",
    "\\u0000",
    "\"must\"",
    "\"format\"",
    "\"fit\"",
    "\"keep\"",
    "\"siblings\"",
    "18446744073709551616",
    "[[0]]",
];

/// A stream of numbers, the same for the same seed.
struct Stream(u64);

impl Stream {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % bound.max(1) as u64).unwrap_or(0)
    }
}

fn damage(bytes: &mut Vec<u8>, stream: &mut Stream) {
    let at = stream.below(bytes.len() + 1);
    let end = (at + 1 + stream.below(12)).min(bytes.len());
    let piece = PIECES.get(stream.below(PIECES.len())).unwrap_or(&"");
    match stream.below(7) {
        0 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = u8::try_from(stream.below(256)).unwrap_or(0)),
        1 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << stream.below(8)),
        2 => drop(bytes.drain(at..end)),
        3 => drop(bytes.splice(at..end, piece.bytes())),
        4 => drop(bytes.splice(at..at, piece.bytes())),
        5 => {
            let doubled: Vec<u8> = bytes.iter().skip(at).take(end - at).copied().collect();
            let to = stream.below(bytes.len() + 1);
            drop(bytes.splice(to..to, doubled));
        }
        _ => {
            let other = SAMPLES.get(stream.below(SAMPLES.len())).unwrap_or(&"");
            let from = stream.below(other.len());
            drop(bytes.splice(at..end, other.bytes().skip(from).take(1 + stream.below(60)).collect::<Vec<u8>>()));
        }
    }
}

/// Whether the document could be read.
fn read(bytes: &[u8]) -> bool {
    let written = serde_json::from_slice::<Written>(bytes);
    let Ok(instance) = Instance::from_json(bytes) else {
        for sample in SAMPLES.iter().take(2) {
            if let (Ok(written), Ok(instance)) = (&written, Instance::from_json(sample.as_bytes())) {
                let _ = written.check(&instance);
            }
        }
        return false;
    };
    if let Ok(outcome) = solve(&instance, &Options { exact: true, ..Options::default() }) {
        let text = serde_json::to_vec(&Report::new(&instance, &outcome)).unwrap_or_default();
        let written = serde_json::from_slice::<Written>(&text);
        assert!(written.is_ok_and(|written| written.check(&instance).is_ok()), "our own result does not pass");
    }
    true
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let documents = arguments.next().transpose()?.unwrap_or(1_000_000);
    let seed = arguments.next().transpose()?.unwrap_or(1);
    let mut stream = Stream(seed);
    let (mut readable, mut panics) = (0_u64, 0_u64);
    for case in 0..documents {
        let mut bytes = SAMPLES.get(stream.below(SAMPLES.len())).unwrap_or(&"").as_bytes().to_vec();
        for _ in 0..=stream.below(6) {
            damage(&mut bytes, &mut stream);
        }
        match catch_unwind(AssertUnwindSafe(|| read(&bytes))) {
            Ok(could) => readable += u64::from(could),
            Err(_) => {
                panics += 1;
                std::fs::write(format!("fuzz-{seed}-{case}.json"), &bytes)?;
            }
        }
    }
    println!("{documents} documents, {readable} of them could be read and were solved, {panics} panics");
    if panics > 0 { Err("see the documents written".into()) } else { Ok(()) }
}
