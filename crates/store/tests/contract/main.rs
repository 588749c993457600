//! The same tests on both engines. SQLite runs everywhere; PostgreSQL where `NAHEYA_TEST_POSTGRES`
//! names a server on which databases may be made (`cargo xtask test` brings one).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod account;
mod alarm;
mod audit;
mod backup;
mod category;
mod child;
mod concern;
mod consent;
mod custody;
mod demo;
mod draft;
mod event;
mod export;
mod family;
mod fault;
mod figure;
mod follow_up;
mod gate;
mod grid;
mod ground;
mod hours;
mod import;
mod kill;
mod memo;
mod note;
mod notice;
mod operation;
mod pair;
mod phone_act;
mod purge;
mod question;
mod rollup;
mod round;
mod setting;
mod snapshot;
mod stay;
mod story;
mod tamper;
mod term;
mod volunteer;
mod wish;
mod writer;
