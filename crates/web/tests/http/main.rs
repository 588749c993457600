//! The site in one process: real routes, real records on a temporary SQLite, no network. A browser
//! here keeps cookies, reads forms as they are rendered and sends them back as a person would.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod account;
mod api;
mod area;
mod audit_event;
mod beginning;
mod board;
mod browser;
mod category;
mod child;
mod clash;
mod concern;
mod consent;
mod demo;
mod door;
mod draft;
mod everywhere;
mod export;
mod family;
mod figure;
mod follow_up;
mod form;
mod frame;
mod grid;
mod hostile;
mod hours;
mod import;
#[path = "../../../store/tests/contract/leave.rs"]
mod leave;
mod merge;
mod meter;
mod note;
mod notice;
mod operation;
mod order;
mod phone;
mod piece;
mod place;
mod report;
mod round;
mod saved_view;
mod school;
mod search;
mod setting;
mod sign_in;
mod site;
mod stay;
mod story;
mod term;
mod visit;
mod volunteer;
mod walk;
mod weekend;
mod weight;
mod wish;
