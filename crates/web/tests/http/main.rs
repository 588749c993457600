//! The site in one process: real routes, real records on a temporary SQLite, no network. A browser
//! here keeps cookies, reads forms as they are rendered and sends them back as a person would.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod account;
mod api;
mod browser;
mod child;
mod concern;
mod demo;
mod door;
mod draft;
mod figure;
mod follow_up;
mod form;
mod frame;
mod hostile;
mod import;
mod report;
mod round;
mod school;
mod search;
mod sign_in;
mod site;
mod volunteer;
mod walk;
mod weight;
