//! The fast engine for the size of a nation: the same rules as [`crate::engine`], in rounds that read memory in its order.
//!
//! In a round all children who wait ask one home each, in the order in which their lists lie in memory; what they ask is dealt to *stacks* by home, and
//! stack by stack the homes answer. A stack's homes, their seats and their lists fit into the nearer caches, so that a home looks up its rank of a child in
//! its own list and both sides' lists need neither be joined nor copied. Who waits, who was refused and which homes are free are bits, few enough to stay near
//! as well; lots are looked up only where a tie is to be decided.
//!
//! Nothing depends on the order in which children ask: which homes are free is what was so when the round began, and a home keeps the best of all who asked
//! it so far: by certainty, by rank, whoever has been refused by all already, whoever came in an earlier round, by lot.
//!
//! Children who took a free place while their tie had another free home sit *uncertainly*: anyone who comes for certain takes their place, and they ask
//! again without having lost anything. Whether that other home is still free is seen then.
#![expect(
    clippy::indexing_slicing,
    reason = "places, homes and entries are linked by numbers that were checked before"
)]

use crate::board::{Lots, NONE, count};
use crate::engine::low;
use crate::lot::{Side, Urn};
use crate::model::Instance;
use crate::preference::{BEGINS, Preferences, rank_in};

/// From so many children on the rounds are worth it.
const LEAST: usize = 20_000;
/// Homes look their ranks up by a walk through their lists, and children look through their ties anew in each round; longer lists are joined.
const LONGEST: usize = 96;
/// The longest tie of a child, by the bits of [`State::struck`].
const LONGEST_TIE: usize = 40;
/// How many lines are fetched from memory at the same time.
const BATCH: usize = 64;
/// How many homes are in one stack, as a power of two.
const STACK_BITS: u32 = 12;

/// Whether this engine is for the instance: many single children with short lists.
pub(crate) fn suits(instance: &Instance) -> bool {
    let longest = instance.child_prefs.longest();
    instance.children() >= LEAST
        && !instance.has_must()
        && longest <= LONGEST
        && instance.volunteer_prefs.longest() <= LONGEST
        && (longest <= LONGEST_TIE || longest_tie(&instance.child_prefs) <= LONGEST_TIE)
}

fn longest_tie(lists: &Preferences) -> usize {
    let ties =
        (0..count(lists.people())).flat_map(|person| lists.packed(person).chunk_by(|_, next| next & BEGINS == 0));
    ties.map(<[u32]>::len).max().unwrap_or(0)
}

/// What a child asks: the home above, the child below, and the topmost bits of both.
type Ask = u64;

/// Over the home: it was free, and another one of the tie as well.
const UNCERTAIN: u64 = 1 << 63;
/// Over the child: it was refused by all already and wins ties.
const SECOND: u64 = 1 << 31;

/// One line of the cache, which holds all that most people need.
#[derive(Clone)]
#[repr(align(64))]
struct Line([u32; LINE]);

const LINE: usize = 16;

/// Where a child sits: whether uncertainly, the rank, whether in the first round, since when; and the child. The lesser seat is the better, among
/// equals by the lot.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Seat {
    worth: u32,
    child: u32,
}

/// Over the rank: the child sits uncertainly.
const LOOSE: u32 = 1 << 31;
/// Below the rank: since when the child sits there.
const HEARD_BITS: u32 = 22;
const HEARD_MOST: u32 = (1 << HEARD_BITS) - 1;
/// A seat that is free; worse than any that is taken.
const FREE: Seat = Seat { worth: NONE, child: NONE };

/// A set of people.
struct Bits(Vec<u64>);

impl Bits {
    fn new(people: usize) -> Self {
        Self(vec![0; people / 64 + 1])
    }

    fn get(&self, at: u32) -> bool {
        self.0[(at / 64) as usize] >> (at % 64) & 1 == 1
    }

    fn set(&mut self, at: u32) {
        self.0[(at / 64) as usize] |= 1 << (at % 64);
    }

    fn clear(&mut self, at: u32) {
        self.0[(at / 64) as usize] &= !(1 << (at % 64));
    }
}

/// Where a child stands in its list; kept in eight bytes.
#[derive(Clone, Copy)]
struct State {
    /// By entry of the tie at hand: struck off in this round.
    struck: u64,
    /// The first entry of the tie at hand.
    tie: u8,
    /// The entry asked last, where the child sits when it does not wait; [`NOWHERE`] when all have refused it twice.
    asked: u8,
    second: bool,
}

const NOWHERE: u8 = u8::MAX;

/// The children: where each stands in its list, which lies in the instance and is not copied. A tie is looked through anew at each ask: to keep it in the
/// order of lots, lists would have to be copied and pages found for the copies.
struct Children<'i> {
    lists: &'i Preferences,
    /// Of the homes.
    lots: Lots<'i>,
    states: Vec<[u32; 2]>,
    waiting: Bits,
    /// Those of the waiting whom the home asked last has refused.
    refused: Bits,
}

/// The homes, a line each: how many places, its seats unless they are many, and as much of its list as fits beside them.
struct Homes<'i> {
    instance: &'i Instance,
    /// Of the children, whose lots are drawn when two are compared, which is seldom.
    urn: Urn,
    lines: Vec<Line>,
    /// Seats of homes with more than [`NEAR`] places; their lines say where they begin.
    far: Vec<u32>,
    /// How often all have been heard.
    heard: u32,
    free: Bits,
}

/// So many places have their seats in the home's line.
const NEAR: usize = 3;

/// Runs by the lots of the seed. The home of each child, or [`NONE`].
pub(crate) fn run(instance: &Instance, seed: &str) -> Vec<u32> {
    let mut homes = Homes::new(instance, seed);
    let mut children = Children::new(instance, seed);
    let mut stacks: Vec<Vec<Ask>> = vec![Vec::new(); (instance.volunteers() >> STACK_BITS) + 1];
    while children.ask_all(&homes.free, &mut stacks) {
        for stack in &mut stacks {
            for batch in stack.chunks(BATCH) {
                homes.fetch(batch);
                batch.iter().for_each(|&ask| homes.answer(ask, &mut children.waiting, &mut children.refused));
            }
            stack.clear();
        }
        homes.heard = (homes.heard + 1).min(HEARD_MOST);
    }
    children.seated()
}

impl<'i> Children<'i> {
    fn new(instance: &'i Instance, seed: &str) -> Self {
        let lists = &instance.child_prefs;
        let mut waiting = Bits::new(lists.people());
        for child in (0..count(lists.people())).filter(|&child| !lists.packed(child).is_empty()) {
            waiting.set(child);
        }
        let begin = State { struck: 0, tie: 0, asked: NOWHERE, second: false };
        let states = vec![begin.packed(); lists.people()];
        Self { lists, lots: Lots::new(instance, seed), states, waiting, refused: Bits::new(lists.people()) }
    }

    /// All who wait ask. `false` when nobody did.
    fn ask_all(&mut self, free: &Bits, stacks: &mut [Vec<Ask>]) -> bool {
        let mut any = false;
        let mut batch = Vec::with_capacity(BATCH + 64);
        for word in 0..self.waiting.0.len() {
            let mut waiting = std::mem::take(&mut self.waiting.0[word]);
            while waiting != 0 {
                batch.push(count(word) * 64 + waiting.trailing_zeros());
                waiting &= waiting - 1;
            }
            if batch.len() < BATCH && word + 1 < self.waiting.0.len() {
                continue;
            }
            self.fetch(&batch);
            for child in batch.drain(..) {
                if let Some((home, ask)) = self.next_ask(child, free) {
                    stacks[(home >> STACK_BITS) as usize].push(ask);
                    any = true;
                }
            }
        }
        any
    }

    /// Touches what the asks will need, so that memory answers all of them at once.
    fn fetch(&self, batch: &[u32]) {
        let touch = |&child: &u32| {
            let list = self.lists.packed(child);
            self.states[child as usize][0] ^ list[0] ^ list[list.len() - 1]
        };
        std::hint::black_box(batch.iter().map(touch).fold(0, |a, b| a ^ b));
    }

    fn next_ask(&mut self, child: u32, free: &Bits) -> Option<(u32, Ask)> {
        let mut state = State::of(self.states[child as usize]);
        if self.refused.get(child) {
            self.refused.clear(child);
            state.struck |= 1 << (state.asked - state.tie);
        }
        let list = self.lists.packed(child);
        let picked = loop {
            let tie = Tie { entries: &list[usize::from(state.tie)..], state, free, lots: &self.lots };
            let (picked, length) = tie.pick();
            if picked.is_some() {
                break picked;
            }
            (state.struck, state.tie) = (0, state.tie + length);
            if usize::from(state.tie) == list.len() {
                if state.second {
                    break None;
                }
                (state.tie, state.second) = (0, true);
            }
        };
        state.asked = picked.as_ref().map_or(NOWHERE, |picked| state.tie + picked.at);
        self.states[child as usize] = state.packed();
        let Picked { home, uncertain, .. } = picked?;
        let second = if state.second { SECOND } else { 0 };
        Some((home, u64::from(home) << 32 | u64::from(child) | if uncertain { UNCERTAIN } else { 0 } | second))
    }

    fn seated(self) -> Vec<u32> {
        let home = |(child, &state)| match State::of(state).asked {
            NOWHERE => NONE,
            asked => self.lists.packed(child)[usize::from(asked)] & !BEGINS,
        };
        (0_u32..).zip(&self.states).map(home).collect()
    }
}

/// An entry of a tie.
struct Picked {
    at: u8,
    home: u32,
    uncertain: bool,
}

/// A child's list from the tie at hand on, and what decides within it.
struct Tie<'a> {
    entries: &'a [u32],
    state: State,
    free: &'a Bits,
    lots: &'a Lots<'a>,
}

/// A key of an entry of a tie: whether its home is full, the first byte of the home's lot, and where in the tie it stands.
const AT_BITS: u32 = 8;
const FULL_BIT: u32 = 16;

impl Tie<'_> {
    /// The next home of the tie: a free one before others, then by lot; and how long the tie is. In the second round all homes of the list are known to be
    /// full. What cannot be foreseen is reckoned and not branched on: the least key is looked for.
    fn pick(&self) -> (Option<Picked>, u8) {
        let second = u32::from(self.state.second);
        let (mut best, mut length, mut roomy) = (NONE, 0_u8, 0);
        for entry in self.entries {
            if length > 0 && entry & BEGINS != 0 {
                break;
            }
            let home = entry & !BEGINS;
            let full = second | u32::from(!self.free.get(home));
            let struck = self.state.struck >> length & 1 == 1;
            let key = full << FULL_BIT | u32::from(self.lots.short(home)) << AT_BITS | u32::from(length);
            let key = if struck { NONE } else { key };
            roomy += u32::from(!struck) & !full;
            let equal = key >> AT_BITS == best >> AT_BITS && key != NONE;
            let closer = if equal { self.precedes(key, best) } else { key < best };
            best = if closer { key } else { best };
            length += 1;
        }
        let at = best.to_le_bytes()[0];
        let picked = (best != NONE).then(|| Picked { at, home: self.home(best), uncertain: roomy > 1 });
        (picked, length)
    }

    fn home(&self, key: u32) -> u32 {
        self.entries[usize::from(key.to_le_bytes()[0])] & !BEGINS
    }

    /// Whether the home of one key comes before that of another by their whole lots.
    #[cold]
    fn precedes(&self, key: u32, other: u32) -> bool {
        self.lots.less(self.home(key), self.home(other))
    }
}

impl<'i> Homes<'i> {
    fn new(instance: &'i Instance, seed: &str) -> Self {
        let lists = &instance.volunteer_prefs;
        let mut free = Bits::new(lists.people());
        let mut lines = Vec::with_capacity(lists.people());
        let mut far = Vec::new();
        for (home, &capacity) in (0_u32..).zip(&instance.capacity) {
            let list = lists.packed(home);
            let places = list.len().min(capacity as usize);
            let mut line = Line([NONE; LINE]);
            line.0[0] = count(places);
            if places > NEAR {
                line.0[1] = count(far.len());
                far.resize(far.len() + 2 * places, NONE);
            }
            let beside = &mut line.0[list_from(places)..];
            let near = list.len().min(beside.len());
            beside[..near].copy_from_slice(&list[..near]);
            lines.push(line);
            if places > 0 {
                free.set(home);
            }
        }
        Self { instance, urn: Urn::new(seed, Side::Child), lines, far, heard: 0, free }
    }

    /// As for the children: touches the homes' lines.
    fn fetch(&self, batch: &[Ask]) {
        let line = |&ask: &Ask| self.lines[home_of(ask) as usize].0[0];
        std::hint::black_box(batch.iter().map(line).fold(0, |a, b| a ^ b));
    }

    fn answer(&mut self, ask: Ask, waiting: &mut Bits, refused: &mut Bits) {
        let (home, child) = (home_of(ask), child_of(ask));
        let mut refuse = |seat: Seat| {
            waiting.set(seat.child);
            if seat.worth & LOOSE == 0 {
                refused.set(seat.child);
            }
        };
        let line = &mut self.lines[home as usize].0;
        let places = line[0] as usize;
        let (head, beside) = line.split_at_mut(list_from(places));
        let rank = rank_in(beside, child).or_else(|| {
            let list = self.instance.volunteer_prefs.packed(home);
            if list.len() > beside.len() { rank_in(list, child) } else { None }
        });
        let Some(rank) = rank.filter(|_| !self.instance.is_forbidden(child, home)) else {
            return refuse(Seat { worth: 0, child });
        };
        let worth = (rank * 2 + u32::from(ask & SECOND == 0)) << HEARD_BITS | self.heard;
        let mut leaves = Seat { worth: worth | if ask & UNCERTAIN == 0 { 0 } else { LOOSE }, child };
        let seats = if places > NEAR {
            let from = head[1] as usize;
            &mut self.far[from..from + 2 * places]
        } else {
            &mut head[1..]
        };
        let better = |a: Seat, b: Seat| match a.worth.cmp(&b.worth) {
            std::cmp::Ordering::Equal => {
                a != b && self.urn.compare(a.child, b.child, self.instance.child_ids.as_deref()).is_lt()
            }
            decided => decided.is_lt(),
        };
        let (mut worst, mut at, mut free) = (None, 0, 0);
        for (k, seat) in seats.chunks_exact(2).enumerate() {
            let seat = Seat { worth: seat[0], child: seat[1] };
            free += u32::from(seat == FREE);
            if worst.is_none_or(|worst| better(worst, seat)) {
                (worst, at) = (Some(seat), 2 * k);
            }
        }
        if let Some(worst) = worst.filter(|&worst| better(leaves, worst)) {
            seats[at..at + 2].copy_from_slice(&[leaves.worth, leaves.child]);
            leaves = worst;
        }
        if leaves != FREE {
            refuse(leaves);
        } else if free == 1 {
            self.free.clear(home);
        }
    }
}

/// Where the list begins in a home's line.
fn list_from(places: usize) -> usize {
    if places > NEAR { 2 } else { 1 + 2 * places }
}

fn home_of(ask: Ask) -> u32 {
    low(ask >> 32) & !BEGINS
}

/// The child of an ask.
fn child_of(ask: Ask) -> u32 {
    low(ask) & !BEGINS
}

impl State {
    fn of([struck, rest]: [u32; 2]) -> Self {
        let [more, tie, asked, last] = rest.to_le_bytes();
        let struck = u64::from(more) << 32 | u64::from(struck);
        Self { struck, tie, asked, second: last == 1 }
    }

    fn packed(self) -> [u32; 2] {
        let [.., more, _, _, _] = self.struck.to_le_bytes();
        let rest = [more, self.tie, self.asked, u8::from(self.second)];
        [low(self.struck), u32::from_le_bytes(rest)]
    }
}

#[cfg(test)]
mod tests;
