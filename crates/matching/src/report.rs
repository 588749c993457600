//! An outcome as the JSON document of `naheya match`.

use serde::Serialize;
use serde::ser::Serializer;

use crate::check::{Blocking, Cover};
use crate::model::Instance;
use crate::reason::Reason;
use crate::solve::{Outcome, Proven};

/// The result document: [`serde::Serialize`] gives the same bytes for the same outcome.
#[derive(Debug, Serialize)]
pub struct Report<'o> {
    #[serde(serialize_with = "or_minus_one")]
    assign: &'o [Option<u32>],
    placed: u32,
    fit: i64,
    stable: bool,
    proven_optimal: bool,
    proven: Proven,
    bound: u32,
    seed: &'o str,
    blocking_pairs: &'o [Blocking],
    apart: &'o [usize],
    cover: &'o Cover,
    orders: u32,
    reasons: Vec<Reason>,
}

impl<'o> Report<'o> {
    /// The document of an outcome.
    ///
    /// ```
    /// use naheya_matching::{Draft, Instance, Options, Report, solve};
    /// let one = vec![vec![vec![0]]];
    /// let draft = Draft { child_prefs: one.clone(), volunteer_prefs: one, capacity: vec![1], ..Draft::default() };
    /// let instance = Instance::new(draft)?;
    /// let outcome = solve(&instance, &Options::default())?;
    /// let text = serde_json::to_string(&Report::new(&instance, &outcome))?;
    /// assert!(text.starts_with(r#"{"assign":[0],"placed":1,"fit":0,"stable":true,"proven_optimal":true"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(instance: &Instance, outcome: &'o Outcome) -> Self {
        Self {
            assign: &outcome.assign,
            placed: outcome.placed,
            fit: outcome.fit,
            stable: outcome.verdict.stable(),
            proven_optimal: outcome.proven.size,
            proven: outcome.proven,
            bound: outcome.bound,
            seed: &outcome.seed,
            blocking_pairs: &outcome.verdict.blocking,
            apart: &outcome.apart,
            cover: &outcome.cover,
            orders: outcome.orders,
            reasons: outcome.reasons(instance),
        }
    }
}

fn or_minus_one<S: Serializer>(assign: &[Option<u32>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(assign.iter().map(|home| home.map_or(-1, i64::from)))
}
