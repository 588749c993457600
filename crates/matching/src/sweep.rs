//! The fast engine for the size of a nation: the same rules as [`crate::engine`], in rounds that read memory in its order.
//!
//! In a round all children who wait ask one home each, in the order of lots; what they ask is dealt to *stacks* by home, and stack by stack the homes
//! answer. A stack's homes, their seats and their lists fit into the nearest cache, so that a home looks up its rank of a child in its own
//! list and both sides' lists need never be joined. Who waits, who was refused and which homes are free are bits, few enough to stay near as well.
//!
//! Homes answer independently of each other in a round, and each hears those who ask in the order of lots, so that numbers decide nothing.
//! Each child is one *record* with its list beside it, in the order of lots, and so is each home with its seats and its list: to ask and to answer takes
//! one look into memory each.
//!
//! Children who took a free place while their tie had another free home sit *uncertainly*. Whether that other home is still free is not looked up when
//! they are passed on: they queue again without losing anything, as if they had come later.
#![expect(
    clippy::indexing_slicing,
    reason = "places, homes and entries are linked by numbers that were checked before"
)]

use crate::board::{BATCH, Lots, NONE, count};
use crate::engine::low;
use crate::lot::{Side, Urn};
use crate::model::Instance;
use crate::preference::BEGINS;

/// From so many children on the rounds are worth it.
const LEAST: usize = 20_000;
/// Homes look their ranks up by a walk through their lists, and children look through their ties anew in each round; longer lists are joined.
const LONGEST: usize = 96;
/// Records of homes in one stack are so many words of [`RECORD`] together.
const STACK: u32 = 8_192;
/// Words between two places where a record may begin; records are named by the number of their place.
const RECORD: usize = 4;

/// Whether this engine is for the instance: many single children with short lists.
pub(crate) fn suits(instance: &Instance) -> bool {
    let short = |lists: &crate::preference::Preferences| lists.longest() <= LONGEST;
    instance.children() >= LEAST
        && !instance.has_must()
        && short(&instance.child_prefs)
        && short(&instance.volunteer_prefs)
}

/// What a child asks.
#[derive(Clone, Copy)]
struct Ask {
    home: u32,
    child: u32,
    number: u32,
    how: u32,
}

/// The home was free, and another one of the tie as well.
const UNCERTAIN: u32 = 1;
/// The child was refused by all already and wins ties.
const SECOND: u32 = 2;
/// Over the rank in a seat: the child sits there uncertainly.
const LOOSE: u32 = 1 << 31;

/// A set of records.
struct Bits(Vec<u64>);

impl Bits {
    fn new(words: &[u32]) -> Self {
        Self(vec![0; words.len() / RECORD / 64 + 1])
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

/// Ends a record; the place of the next.
fn finish(words: &mut Vec<u32>) -> u32 {
    words.resize(words.len().next_multiple_of(RECORD), 0);
    count(words.len() / RECORD)
}

/// What a child's record says beside its number and its list.
#[derive(Clone, Copy)]
struct State {
    length: u8,
    /// The first entry not struck off in this round; its tie is the one at hand.
    ask: u8,
    /// The entry asked last, where the child sits when it does not wait; [`NOWHERE`] when all have refused it twice.
    asked: u8,
    second: u8,
}

const NOWHERE: u8 = u8::MAX;

/// The children's records: number, [`State`], entries (homes' records) of which within a tie those struck off come first.
struct Children {
    words: Vec<u32>,
    waiting: Bits,
    /// Those of the waiting whom the home asked last has refused.
    refused: Bits,
}

/// What a home's record says beside its number, seats and list.
#[derive(Clone, Copy)]
struct Counts {
    length: u8,
    places: u8,
    taken: u8,
    /// Seats before this one are held certainly; all of them once it is the number of places.
    certain: u8,
}

/// The homes' records: number, [`Counts`], two words a seat (the rank and whether the child is in its first round, then the child), entries (children's
/// numbers). The lesser seat is the better.
struct Homes<'i> {
    instance: &'i Instance,
    words: Vec<u32>,
    free: Bits,
}

/// Runs in the order of lots. The home of each child, or [`NONE`].
pub(crate) fn run(instance: &Instance, seed: &str) -> Vec<u32> {
    let (mut homes, listed) = Homes::new(instance, seed);
    let mut children = Children::new(instance, seed, &listed);
    drop(listed);
    let mut stacks: Vec<Vec<Ask>> = vec![Vec::new(); homes.words.len() / RECORD / STACK as usize + 1];
    while children.ask_all(&homes.free, &mut stacks) {
        for stack in &mut stacks {
            for batch in stack.chunks(BATCH) {
                homes.fetch(batch);
                batch.iter().for_each(|&ask| homes.answer(ask, &mut children.waiting, &mut children.refused));
            }
            stack.clear();
        }
    }
    children.seated(&homes.words)
}

/// The homes by number: their lots and their records.
struct Listed<'i> {
    lots: Lots<'i>,
    records: Vec<u64>,
}

impl Children {
    fn new(instance: &Instance, seed: &str, listed: &Listed<'_>) -> Self {
        let lists = &instance.child_prefs;
        let order = Urn::new(seed, Side::Child).order(instance.children(), instance.child_ids.as_deref());
        let mut words = Vec::with_capacity(lists.entries() + 4 * order.len());
        let mut starts = Vec::with_capacity(order.len());
        let mut row = Vec::new();
        for batch in order.chunks(BATCH) {
            std::hint::black_box(batch.iter().map(|&child| lists.start(child)).fold(0, |a, b| a ^ b));
            let first = |&child: &u32| lists.packed(child).first().copied().unwrap_or(0);
            std::hint::black_box(batch.iter().map(first).fold(0, |a, b| a ^ b));
            for &number in batch {
                starts.push(finish(&mut words));
                let length = lists.packed(number).len();
                words.extend([number, State { length: short(length), ask: 0, asked: NOWHERE, second: 0 }.packed()]);
                row.clear();
                row.extend(
                    lists.packed(number).iter().map(|&entry| (listed.records[(entry & !BEGINS) as usize], entry)),
                );
                for tie in row.chunk_by_mut(|_, next| next.1 & BEGINS == 0) {
                    listed.sort(tie);
                    let begins =
                        (0..).zip(&*tie).map(|(k, &(record, _))| low(record) | if k == 0 { BEGINS } else { 0 });
                    words.extend(begins);
                }
            }
        }
        finish(&mut words);
        let (mut waiting, refused) = (Bits::new(&words), Bits::new(&words));
        for record in starts {
            waiting.set(record);
        }
        Self { words, waiting, refused }
    }

    /// All who wait ask, in the order of lots. `false` when nobody did.
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
            // Touches what the asks will need, so that memory answers all of them at once.
            let touch = |&child: &u32| {
                self.words[child as usize * RECORD] ^ self.words.get(child as usize * RECORD + 11).copied().unwrap_or(0)
            };
            std::hint::black_box(batch.iter().map(touch).fold(0, |a, b| a ^ b));
            for child in batch.drain(..) {
                if let Some(ask) = self.next_ask(child, free) {
                    stacks[(ask.home / STACK) as usize].push(ask);
                    any = true;
                }
            }
        }
        any
    }

    fn next_ask(&mut self, child: u32, free: &Bits) -> Option<Ask> {
        let record = &mut self.words[child as usize * RECORD..];
        let (number, mut state) = (record[0], State::of(record[1]));
        let row = &mut record[2..2 + usize::from(state.length)];
        if self.refused.get(child) {
            self.refused.clear(child);
            strike(row, state.asked, state.ask);
            state.ask += 1;
        }
        if state.ask == state.length {
            if state.second == 1 || state.length == 0 {
                record[1] = State { asked: NOWHERE, ..state }.packed();
                return None;
            }
            (state.second, state.ask) = (1, 0);
        }
        let left = &row[usize::from(state.ask)..];
        let rest = left.iter().skip(1).take_while(|&&entry| entry & BEGINS == 0).count();
        // In the second round all homes of the list are known to be full.
        let open = |k: &usize| state.second == 0 && free.get(left[*k] & !BEGINS);
        let mut open = (0..=rest).filter(open);
        let (k, other) = (open.next(), open.next());
        let k = k.unwrap_or(0);
        let home = left[k] & !BEGINS;
        let how = if other.is_some() { UNCERTAIN } else { 0 } | if state.second == 1 { SECOND } else { 0 };
        state.asked = state.ask + short(k);
        record[1] = state.packed();
        Some(Ask { home, child, number, how })
    }

    fn seated(self, homes: &[u32]) -> Vec<u32> {
        let mut home_of = vec![NONE; self.words.len() / RECORD];
        let (mut at, mut children) = (0, 0);
        while let Some(&[number, state]) = self.words.get(at..at + 2) {
            let state = State::of(state);
            if state.asked != NOWHERE {
                let home = self.words[at + 2 + usize::from(state.asked)] & !BEGINS;
                home_of[number as usize] = homes[home as usize * RECORD];
            }
            at = (at + 2 + usize::from(state.length)).next_multiple_of(RECORD);
            children += 1;
        }
        home_of.truncate(children);
        home_of
    }
}

/// Moves an entry to the front of what is left of its tie; the bit that begins the tie stays where it is.
fn strike(row: &mut [u32], asked: u8, ask: u8) {
    let (asked, ask) = (usize::from(asked), usize::from(ask));
    let (a, b) = (row[asked], row[ask]);
    row[asked] = (b & !BEGINS) | (a & BEGINS);
    row[ask] = (a & !BEGINS) | (b & BEGINS);
}

impl Listed<'_> {
    /// Brings the entries of one tie into the order of lots.
    fn sort(&self, tie: &mut [(u64, u32)]) {
        let less = |a: (u64, u32), b: (u64, u32)| match (a.0 >> 32).cmp(&(b.0 >> 32)) {
            std::cmp::Ordering::Equal => self.lots.less(a.1 & !BEGINS, b.1 & !BEGINS),
            decided => decided.is_lt(),
        };
        for end in 1..tie.len() {
            let mut at = end;
            while at > 0 && less(tie[at], tie[at - 1]) {
                tie.swap(at, at - 1);
                at -= 1;
            }
        }
    }
}

impl<'i> Homes<'i> {
    fn new(instance: &'i Instance, seed: &str) -> (Self, Listed<'i>) {
        let lists = &instance.volunteer_prefs;
        let lots = Lots::new(instance, seed);
        let mut words = Vec::with_capacity(lists.entries() + 6 * instance.volunteers());
        let mut records = Vec::with_capacity(instance.volunteers());
        for (number, &capacity) in (0_u32..).zip(&instance.capacity) {
            records.push((u64::from(lots.short(number)) << 32) | u64::from(finish(&mut words)));
            let list = lists.packed(number);
            let places = list.len().min(capacity as usize);
            let counts = Counts { length: short(list.len()), places: short(places), taken: 0, certain: 0 };
            words.extend([number, counts.packed()]);
            words.resize(words.len() + 2 * places, 0);
            words.extend_from_slice(list);
        }
        finish(&mut words);
        let mut free = Bits::new(&words);
        for &record in &records {
            if Counts::of(words[low(record) as usize * RECORD + 1]).places > 0 {
                free.set(low(record));
            }
        }
        (Self { instance, words, free }, Listed { lots, records })
    }

    /// As for the children: touches both ends of the records asked.
    fn fetch(&self, batch: &[Ask]) {
        let touch = |ask: &Ask| {
            let at = ask.home as usize * RECORD;
            self.words[at] ^ self.words.get(at + 14).copied().unwrap_or(0)
        };
        std::hint::black_box(batch.iter().map(touch).fold(0, |a, b| a ^ b));
    }

    fn answer(&mut self, ask: Ask, waiting: &mut Bits, refused: &mut Bits) {
        let mut refuse = |child: u32| {
            waiting.set(child);
            refused.set(child);
        };
        let record = &mut self.words[ask.home as usize * RECORD..];
        let (number, mut counts) = (record[0], Counts::of(record[1]));
        let (seats, list) = record[2..].split_at_mut(2 * usize::from(counts.places));
        let Some(rank) = rank(&list[..usize::from(counts.length)], ask.number) else { return refuse(ask.child) };
        if !self.instance.forbidden.is_empty() && self.instance.is_forbidden(ask.number, number) {
            return refuse(ask.child);
        }
        let worth = rank * 2 + u32::from(ask.how & SECOND == 0);
        let uncertain = ask.how & UNCERTAIN != 0;
        if counts.taken < counts.places {
            let at = 2 * usize::from(counts.taken);
            seats[at..at + 2].copy_from_slice(&[worth | if uncertain { LOOSE } else { 0 }, ask.child]);
            counts.taken += 1;
            record[1] = counts.packed();
            if counts.taken == counts.places {
                self.free.clear(ask.home);
            }
            return;
        }
        if uncertain {
            // Someone was faster; the other free homes of the tie come first.
            return waiting.set(ask.child);
        }
        while counts.certain < counts.places {
            let at = 2 * usize::from(counts.certain);
            counts.certain += 1;
            if seats[at] & LOOSE != 0 {
                waiting.set(seats[at + 1]);
                seats[at..at + 2].copy_from_slice(&[worth, ask.child]);
                record[1] = counts.packed();
                return;
            }
        }
        let worst = seats.chunks_exact_mut(2).max_by_key(|seat| (seat[0], seat[1]));
        match worst.filter(|seat| seat[0] > worth) {
            Some(seat) => {
                refuse(seat[1]);
                seat.copy_from_slice(&[worth, ask.child]);
            }
            None => refuse(ask.child),
        }
        record[1] = counts.packed();
    }
}

/// The rank of a number in a list.
fn rank(list: &[u32], number: u32) -> Option<u32> {
    let mut classes = 0;
    let found = list.iter().any(|entry| {
        classes += entry >> 31;
        entry & !BEGINS == number
    });
    found.then(|| classes - 1)
}

impl State {
    fn of(word: u32) -> Self {
        let [length, ask, asked, second] = word.to_le_bytes();
        Self { length, ask, asked, second }
    }

    fn packed(self) -> u32 {
        u32::from_le_bytes([self.length, self.ask, self.asked, self.second])
    }
}

impl Counts {
    fn of(word: u32) -> Self {
        let [length, places, taken, certain] = word.to_le_bytes();
        Self { length, places, taken, certain }
    }

    fn packed(self) -> u32 {
        u32::from_le_bytes([self.length, self.places, self.taken, self.certain])
    }
}

fn short(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may end here")]
    use super::*;
    use crate::lot::Stream;
    use crate::{Draft, Judge, Options, solve};

    fn classes(mut list: Vec<u32>, stream: &mut Stream, ties: usize) -> Vec<Vec<u32>> {
        stream.shuffle(&mut list);
        list.truncate(stream.below(list.len() + 1));
        let mut classes: Vec<Vec<u32>> = Vec::new();
        for other in list {
            match classes.last_mut() {
                Some(class) if stream.below(4) < ties => class.push(other),
                _ => classes.push(vec![other]),
            }
        }
        classes
    }

    fn draft(seed: u32) -> Draft {
        let mut stream = Stream::new("sweep", seed);
        let (children, homes, ties) = (1 + stream.below(7), 1 + stream.below(5), stream.below(4));
        let all = |people: usize| (0..count(people)).collect::<Vec<u32>>();
        let mut draft = Draft::default();
        for child in all(children) {
            draft.child_prefs.push(classes(all(homes), &mut stream, ties));
            if stream.below(4) == 0 {
                draft.forbidden.push((child, count(stream.below(homes))));
            }
        }
        for _ in 0..homes {
            draft.volunteer_prefs.push(classes(all(children), &mut stream, ties));
            draft.capacity.push(1 + count(stream.below(3)));
        }
        draft.child_ids = Some((0..children).map(|child| format!("c{child}")).collect());
        draft.volunteer_ids = Some((0..homes).map(|home| format!("v{home}")).collect());
        draft
    }

    /// The same people the other way round.
    fn turned(draft: &Draft) -> Draft {
        let (children, homes) = (count(draft.child_prefs.len()), count(draft.capacity.len()));
        let lists = |lists: &[Vec<Vec<u32>>], others: u32| {
            let class = |class: &Vec<u32>| class.iter().map(|other| others - 1 - other).collect();
            lists.iter().rev().map(|list| list.iter().map(class).collect()).collect()
        };
        let ids = |ids: &Option<Vec<String>>| ids.as_ref().map(|ids| ids.iter().rev().cloned().collect());
        Draft {
            child_prefs: lists(&draft.child_prefs, homes),
            volunteer_prefs: lists(&draft.volunteer_prefs, children),
            capacity: draft.capacity.iter().rev().copied().collect(),
            forbidden: draft.forbidden.iter().map(|&(c, v)| (children - 1 - c, homes - 1 - v)).collect(),
            child_ids: ids(&draft.child_ids),
            volunteer_ids: ids(&draft.volunteer_ids),
            ..Draft::default()
        }
    }

    /// Stable, two thirds of the largest, and the same in another order of input.
    #[test]
    fn ten_thousand_small_instances_are_matched_as_promised() {
        for seed in 0..10_000 {
            let draft = draft(seed);
            let instance = Instance::new(draft.clone()).unwrap();
            let home_of = run(&instance, "lots");
            let assign: Vec<Option<u32>> = home_of.iter().map(|&home| (home != NONE).then_some(home)).collect();
            assert!(Judge::new(&instance).judge(&assign).unwrap().stable(), "seed {seed}");
            let placed = count(assign.iter().flatten().count());
            let exact = solve(&instance, &Options { exact: true, ..Options::default() }).unwrap();
            assert!(exact.proven.size && 3 * placed >= 2 * exact.placed, "seed {seed}: {placed} of {}", exact.placed);
            let other = run(&Instance::new(turned(&draft)).unwrap(), "lots");
            let back: Vec<u32> =
                other.iter().rev().map(|&v| if v == NONE { v } else { count(draft.capacity.len()) - 1 - v }).collect();
            assert_eq!(home_of, back, "seed {seed}");
        }
    }
}
