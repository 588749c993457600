//! Speed of reading and checking a roster.
fn main() {}
