//! Pieces of the room that need no request: words, dates, forms, drawings. They stand here so that the room, which takes
//! the longest of all to build, is built once and not a second time for its own tests.

mod answer;
mod appearance;
mod beginning;
mod chart;
mod consent;
mod demo;
mod form;
mod format;
mod frame;
mod knock;
mod notice;
mod notice_queue;
mod order;
mod problem;
mod proxy;
mod report;
mod routes;
mod sign;
mod typed;
mod way;
mod words;
