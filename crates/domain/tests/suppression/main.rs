//! Figures for the levels above: no subtraction gives a small count back, and little is withheld for it.

mod forest;
mod outsider;
mod promise;
mod rule;
