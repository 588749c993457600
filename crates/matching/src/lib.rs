#![doc = include_str!("../README.md")]

mod board;
mod check;
mod engine;
mod exact;
mod factor;
mod flow;
mod frame;
mod gains;
mod gather;
mod json;
mod lot;
mod malformed;
mod model;
mod preference;
mod prior;
mod proof;
mod reason;
mod relax;
mod replay;
mod report;
mod seat;
mod shape;
mod simplex;
mod solve;
mod sweep;

pub use check::{Blocking, Cover, Invalid, Judge, Verdict};
pub use json::{Document, FORMAT};
pub use lot::{Side, Urn};
pub use malformed::{Fault, Malformed, Place};
pub use model::{Draft, FIT_LIMIT, Fit, Instance, Mode, SiblingGroup};
pub use preference::{Choice, Preferences};
pub use proof::{Proof, ProofGoal, ProofStep, RowWeights};
pub use reason::{Missed, Reason, Why};
pub use report::{Report, Written, Wrong};
pub use solve::{Options, Outcome, Placement, Proven, Unsound, solve, solve_until};
