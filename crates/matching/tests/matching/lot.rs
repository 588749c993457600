//! Lots.

use naheya_matching::{Draft, Side, Urn};

use crate::solved;

/// SHA-256 over "naheya-lot-1\0" "c" 00000000 00000004 "seed" "a", computed with another program.
#[test]
fn a_lot_can_be_drawn_again_with_any_sha_256() {
    assert_eq!(Urn::new("seed", Side::Child).lot("a"), 0x8CB9_34A5_A9FD_80AB);
}

#[test]
fn the_seed_decides_between_equals_and_both_can_win() {
    let draft = Draft {
        child_prefs: vec![vec![vec![0]], vec![vec![0]]],
        volunteer_prefs: vec![vec![vec![0, 1]]],
        capacity: vec![1],
        ..Draft::default()
    };
    let first_wins = |seed: u32| solved(&draft, &seed.to_string()).1.assign[0].is_some();
    let wins = (0..64).filter(|&seed| first_wins(seed)).count();
    assert!((16..=48).contains(&wins), "{wins} of 64");
}

#[test]
fn the_sides_have_lots_of_their_own() {
    assert_ne!(Urn::new("s", Side::Child).lot("1"), Urn::new("s", Side::Volunteer).lot("1"));
    assert_ne!(Urn::new("ab", Side::Child).lot("c"), Urn::new("a", Side::Child).lot("bc"));
}
