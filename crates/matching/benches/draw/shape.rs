//! Events of other shapes than [`super::event`]: each differs in one thing from homes of one to three places for three fifths as many as children, lists of
//! 6 to 10, half of all entries in ties, fit from 0 to 10, one `must` and one `prefer` group of two for every 20 children, a tenth of the pairs struck.

use naheya_matching::{Draft, Fit, Instance, Mode, SiblingGroup};

use super::{Stream, checked, shuffled};

/// How both sides rank.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    /// Each as it likes.
    Own,
    /// All of a side nearly alike.
    Alike,
    /// All of a side in one order.
    One,
}

/// Where fit comes from.
#[derive(Clone, Copy)]
enum Fits {
    Random(usize),
    LikeRanks,
    None,
}

struct Shape {
    homes: usize,
    places: &'static [u32],
    lengths: (usize, usize),
    /// Of 100 entries so many continue a tie, on the children's side and on the homes'.
    ties: (usize, usize),
    order: Order,
    fits: Fits,
    must: usize,
    prefer: usize,
    /// A home is the least of so many drawn: the more, the more children wish for the same homes.
    wished: usize,
}

/// The names of all shapes.
pub const NAMES: [&str; 19] = [
    "long",
    "short",
    "large",
    "alike",
    "one",
    "ties",
    "strict",
    "strict-homes",
    "single",
    "single-tight",
    "tight",
    "loose",
    "same",
    "prefer",
    "must",
    "alone",
    "fit-100",
    "fit-ranks",
    "no-fit",
];

fn named(name: &str, children: usize) -> Option<Shape> {
    let mut shape = Shape {
        homes: children * 3 / 5,
        places: &[1, 1, 1, 2, 3],
        lengths: (6, 10),
        ties: (50, 50),
        order: Order::Own,
        fits: Fits::Random(11),
        must: children / 20,
        prefer: children / 20,
        wished: 2,
    };
    match name {
        "long" => shape.lengths = (15, 20),
        "short" => shape.lengths = (3, 4),
        "large" => (shape.homes, shape.places) = (children / 5, &[3, 4, 5, 6]),
        "alike" => shape.order = Order::Alike,
        "one" => shape.order = Order::One,
        "ties" => shape.ties = (85, 85),
        "strict" => shape.ties = (0, 0),
        "strict-homes" => shape.ties = (50, 0),
        "single" => (shape.homes, shape.places) = (children, &[1]),
        "single-tight" => (shape.homes, shape.places) = (children * 9 / 10, &[1]),
        "tight" => (shape.homes, shape.places) = (children / 2, &[1, 1, 2, 2]),
        "loose" => shape.homes = children * 4 / 5,
        "same" => shape.wished = 4,
        "prefer" => (shape.must, shape.prefer) = (0, children / 4),
        "must" => (shape.must, shape.prefer) = (children / 4, 0),
        "alone" => (shape.must, shape.prefer) = (0, 0),
        "fit-100" => shape.fits = Fits::Random(101),
        "fit-ranks" => shape.fits = Fits::LikeRanks,
        "no-fit" => shape.fits = Fits::None,
        _ => return None,
    }
    Some(shape)
}

/// An event of the shape named; `None` when there is none of that name.
pub fn shape(name: &str, children: usize, seed: u64) -> Option<Instance> {
    let shape = named(name, children)?;
    let mut stream = Stream(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let capacity = (0..shape.homes).map(|_| shape.places[stream.below(shape.places.len())]).collect();
    let mut draft = Draft { capacity, ..Draft::default() };
    let homes_worth: Vec<usize> = (0..shape.homes).map(|_| stream.below(1_000)).collect();
    let children_worth: Vec<usize> = (0..children).map(|_| stream.below(1_000)).collect();
    let mut chosen_by: Vec<Vec<u32>> = vec![Vec::new(); shape.homes];
    for child in (0_u32..).take(children) {
        let (least, most) = shape.lengths;
        let length = (least + stream.below(most - least + 1)).min(shape.homes);
        let mut list: Vec<u32> = Vec::new();
        while list.len() < length {
            let home = (0..shape.wished).map(|_| stream.number(shape.homes)).min().unwrap_or(0);
            if !list.contains(&home) {
                list.push(home);
            }
        }
        ranked(&mut list, &homes_worth, shape.order, &mut stream);
        for (rank, &home) in list.iter().enumerate() {
            match stream.below(20) {
                0 => draft.forbidden.push((child, home)),
                1 => {}
                _ => chosen_by[home as usize].push(child),
            }
            let weight = match shape.fits {
                Fits::None => continue,
                Fits::Random(most) => stream.below(most),
                Fits::LikeRanks => (length - rank + stream.below(5)).saturating_sub(2),
            };
            draft.fit.push(Fit { child, volunteer: home, weight: i64::try_from(weight).unwrap_or(0) });
        }
        draft.child_prefs.push(tied(&list, shape.ties.0, &mut stream));
    }
    for list in &mut chosen_by {
        shuffled(list, &mut stream);
        ranked(list, &children_worth, shape.order, &mut stream);
        draft.volunteer_prefs.push(tied(list, shape.ties.1, &mut stream));
    }
    for group in (0_u32..).take(shape.must + shape.prefer) {
        let must = shape.prefer == 0 || (shape.must > 0 && group % 2 == 0);
        let mode = if must { Mode::Must } else { Mode::Prefer };
        draft.siblings.push(SiblingGroup { members: vec![2 * group, 2 * group + 1], mode });
    }
    Some(checked(draft))
}

fn ranked(list: &mut [u32], worth: &[usize], order: Order, stream: &mut Stream) {
    let noise = if order == Order::Alike { 300 } else { 1 };
    if order != Order::Own {
        list.sort_by_cached_key(|&other| worth[other as usize] + stream.below(noise));
    }
}

fn tied(list: &[u32], of_100: usize, stream: &mut Stream) -> Vec<Vec<u32>> {
    let mut ties: Vec<Vec<u32>> = Vec::new();
    for &other in list {
        match ties.last_mut() {
            Some(tie) if stream.below(100) < of_100 => tie.push(other),
            _ => ties.push(vec![other]),
        }
    }
    ties
}
