//! Pairs of a paper ledger against the register: the people are found, periods are compared. What
//! paper holds already is not judged by the rules for new pairs, but for three: two pairs of one child at one
//! time cannot both be true, what has begun here is not ended by a paper, and no pair that goes on is taken in for
//! a child whose file is restricted.

use std::collections::{HashMap, HashSet};

use naheya_domain::Date;
use naheya_domain::stay::StayState;
use uuid::Uuid;

use super::before::Before;
use super::{Judgement, PairLine, Verdict, differs, row_changes, rows_in};
use crate::Error;
use crate::child::enrol;
use crate::concern::suspension::suspended;
use crate::household::date;
use crate::sealed::entity::{child, guardian, guardianship, pair, school, stay, volunteer};
use crate::sealed::tx::Tx;

const CHILD: &str = "child_name";
const VOLUNTEER: &str = "volunteer_name";

/// Everybody the lines may mean.
struct People {
    children: HashMap<String, Vec<child::Model>>,
    volunteers: HashMap<String, Vec<volunteer::Model>>,
    phones_around: HashMap<Uuid, HashSet<Vec<u8>>>,
    schools: HashMap<Uuid, String>,
}

impl People {
    async fn read(tx: &Tx, lines: &[PairLine]) -> Result<People, Error> {
        let names = |of: fn(&PairLine) -> &str| {
            let all: HashSet<&str> = lines.iter().map(of).collect();
            all.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let children = rows_in::<child::Entity, _>(tx, child::Column::Name, &names(|l| l.child_name.as_str())).await?;
        let volunteers =
            rows_in::<volunteer::Entity, _>(tx, volunteer::Column::Name, &names(|l| l.volunteer_name.as_str())).await?;
        let ids: Vec<Uuid> = children.iter().map(|c| c.id).collect();
        let ties = rows_in::<guardianship::Entity, _>(tx, guardianship::Column::ChildId, &ids).await?;
        let adults: HashSet<Uuid> = ties.iter().map(|t| t.guardian_id).collect();
        let adults: Vec<Uuid> = adults.into_iter().collect();
        let adults = rows_in::<guardian::Entity, _>(tx, guardian::Column::Id, &adults).await?;
        let phone_of: HashMap<Uuid, Vec<u8>> = adults.into_iter().filter_map(|g| Some((g.id, g.phone_bi?))).collect();
        let mut people = People {
            children: HashMap::new(),
            volunteers: HashMap::new(),
            phones_around: HashMap::new(),
            schools: tx.for_rule::<school::Entity>().all(tx).await?.into_iter().map(|s| (s.id, s.name)).collect(),
        };
        for tie in ties {
            if let Some(phone) = phone_of.get(&tie.guardian_id) {
                people.phones_around.entry(tie.child_id).or_default().insert(phone.clone());
            }
        }
        for c in children {
            people.children.entry(c.name.clone()).or_default().push(c);
        }
        for v in volunteers {
            people.volunteers.entry(v.name.clone()).or_default().push(v);
        }
        Ok(people)
    }

    fn child(&self, tx: &Tx, line: &PairLine) -> Result<Uuid, &'static str> {
        let mut found: Vec<&child::Model> = self.children.get(line.child_name.as_str()).into_iter().flatten().collect();
        let number = line.child_id_number.as_ref().map(|n| tx.ring().blind("id_no", n.as_str()));
        if let Some(number) = &number {
            if let Some(same) = found.iter().find(|c| c.id_no_bi.as_ref() == Some(number)) {
                return Ok(same.id);
            }
            found.retain(|c| c.id_no_bi.is_none());
        }
        let phone = line.guardian_phone.as_ref().map(|p| tx.ring().blind("phone", p.as_str()));
        let by_birth = |c: &child::Model| {
            let born = date(c.birth_on.as_deref());
            line.child_birth.zip(born).is_some_and(|(told, born)| told.agrees_with(born))
        };
        let by_phone = |c: &child::Model| {
            phone.as_ref().zip(self.phones_around.get(&c.id)).is_some_and(|(phone, all)| all.contains(phone))
        };
        let by_school = |c: &child::Model| {
            let name = c.school_id.and_then(|id| self.schools.get(&id));
            line.school.as_ref().zip(name).is_some_and(|(told, name)| told == name)
        };
        // A birth date that contradicts is another child of the same name, whatever else agrees.
        if line.child_birth.is_some() {
            found.retain(|c| by_birth(c));
        } else if phone.is_some() && found.iter().any(|c| by_phone(c)) {
            found.retain(|c| by_phone(c));
        } else if line.school.is_some() {
            found.retain(|c| by_school(c));
        }
        for narrower in [&by_phone as &dyn Fn(&child::Model) -> bool, &by_school] {
            if found.len() > 1 && found.iter().any(|c| narrower(c)) {
                found.retain(|c| narrower(c));
            }
        }
        only(&found, |c| c.id, ["child.not_found", "child.ambiguous"])
    }

    fn volunteer(&self, tx: &Tx, line: &PairLine) -> Result<Uuid, &'static str> {
        let mut found: Vec<&volunteer::Model> =
            self.volunteers.get(line.volunteer_name.as_str()).into_iter().flatten().collect();
        let number = line.volunteer_id_number.as_ref().map(|n| tx.ring().blind("id_no", n.as_str()));
        if let Some(number) = &number {
            if let Some(same) = found.iter().find(|v| v.id_no_bi.as_ref() == Some(number)) {
                return Ok(same.id);
            }
            found.retain(|v| v.id_no_bi.is_none());
        }
        if let Some(phone) = line.volunteer_phone.as_ref().map(|p| tx.ring().blind("phone", p.as_str())) {
            found.retain(|v| v.phone_bi.as_ref() == Some(&phone));
        }
        only(&found, |v| v.id, ["volunteer.not_found", "volunteer.ambiguous"])
    }
}

fn only<T>(found: &[&T], id: impl Fn(&T) -> Uuid, [none, several]: [&'static str; 2]) -> Result<Uuid, &'static str> {
    match found {
        [] => Err(none),
        [one] => Ok(id(one)),
        _ => Err(several),
    }
}

/// One period of a child, on file or in an earlier row.
struct Period {
    from: Date,
    to: Option<Date>,
}

impl Period {
    /// A pair may end on the day on which the next begins: papers often know the month alone.
    fn overlaps(&self, from: Date, to: Option<Date>) -> bool {
        to.is_none_or(|to| self.from < to) && self.to.is_none_or(|end| from < end)
    }
}

enum Step {
    Fault(&'static str, &'static str),
    New { child: Uuid, volunteer: Uuid },
    Known { before: Box<pair::Model>, after: Box<pair::Model> },
}

/// The lines with what each asks for.
pub(super) struct Plan<'a> {
    lines: &'a [PairLine],
    steps: Vec<Step>,
    running: HashMap<Uuid, child::Model>,
}

impl<'a> Plan<'a> {
    pub(super) async fn make(tx: &Tx, lines: &'a [PairLine]) -> Result<Plan<'a>, Error> {
        let people = People::read(tx, lines).await?;
        let found: Vec<_> = lines.iter().map(|l| (people.child(tx, l), people.volunteer(tx, l))).collect();
        let ids: HashSet<Uuid> = found.iter().filter_map(|(c, _)| c.ok()).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let mut on_file: HashMap<Uuid, Vec<pair::Model>> = HashMap::new();
        for row in rows_in::<pair::Entity, _>(tx, pair::Column::ChildId, &ids).await? {
            on_file.entry(row.child_id).or_default().push(row);
        }
        let today = tx.now().date();
        let ends = lines.iter().zip(&found).filter(|(line, _)| line.ended_on.is_some());
        let ended: Vec<Uuid> = ends.filter_map(|(line, who)| known(&on_file, line, who)).map(|pair| pair.id).collect();
        let stays = rows_in::<stay::Entity, _>(tx, stay::Column::PairId, &ended).await?;
        let away = stays.iter().filter(|stay| StayState::parse(&stay.state).is_some_and(StayState::is_away));
        let away = away.map(|stay| stay.pair_id).collect();
        let with_stays = stays.into_iter().map(|stay| stay.pair_id).collect();
        let restricted = crate::restriction::restricted(tx, &ids).await?;
        let mut judge = Judge { today, on_file, with_stays, away, met: HashSet::new(), taken: HashMap::new() };
        let steps = lines.iter().zip(found).map(|(line, (child, volunteer))| match (child, volunteer) {
            (Err(code), _) => Step::Fault(CHILD, code),
            (_, Err(code)) => Step::Fault(VOLUNTEER, code),
            (Ok(child), Ok(volunteer)) => judge.step(line, child, volunteer),
        });
        // What paper holds is so already: whether the home has a place for it is no question to the paper.
        let free = |(line, step): (&PairLine, Step)| match step {
            Step::New { child, .. } if restricted.contains(&child) && !is_over(line.ended_on, today) => {
                Step::Fault(CHILD, "restriction.holds")
            }
            step => step,
        };
        let steps: Vec<Step> = lines.iter().zip(steps).map(free).collect();
        let running = people.children.into_values().flatten().map(|c| (c.id, c)).collect();
        Ok(Plan { lines, steps, running })
    }

    pub(super) fn judgement(&self) -> Judgement {
        let verdict = |step: &Step| match step {
            Step::Fault(field, code) => Verdict::Fault { field, code },
            Step::New { .. } => Verdict::New,
            Step::Known { before, after } if differs::<pair::Entity>(before, after) => Verdict::Changed,
            Step::Known { .. } => Verdict::Unchanged,
        };
        let rows = self.lines.iter().zip(&self.steps).map(|(line, step)| (line.row, verdict(step))).collect();
        let told = |before: &pair::Model, after: &pair::Model| {
            row_changes::<pair::Entity>(before, after, &["begun_on", "ended_on", "paper_number"])
        };
        let changes = self.lines.iter().zip(&self.steps).filter_map(|(line, step)| match step {
            Step::Known { before, after } => Some((line.row, told(before, after))),
            _ => None,
        });
        let changes = changes.filter(|(_, changes)| !changes.is_empty()).collect();
        Judgement { rows, changes, ..Judgement::default() }
    }

    pub(super) async fn write(mut self, tx: &Tx, batch: Uuid) -> Result<(), Error> {
        let today = tx.now().date();
        let mut was = Before::default();
        // Changes first: a pair that the paper has closed makes room for the one that follows it.
        for step in &self.steps {
            if let Step::Known { before, after } = step {
                was.change::<pair::Entity>(tx, before.id, before, after.as_ref().clone()).await?;
            }
        }
        let mut rows = Vec::new();
        let suspended = suspended(tx).await?;
        for (line, step) in self.lines.iter().zip(&self.steps) {
            let Step::New { child, volunteer } = step else { continue };
            let over = is_over(line.ended_on, today);
            // Whoever brings the paper need not know of a concern that suspends: the pair rests until that one is lifted.
            let stopped = suspended.get(volunteer).copied().filter(|_| !over);
            rows.push(pair::Model {
                area_id: tx.area_id(),
                id: Uuid::now_v7(),
                child_id: *child,
                volunteer_id: *volunteer,
                state: if over { "ended" } else { stopped.map_or("active", |_| "paused") }.into(),
                begun_on: line.begun_on.to_string(),
                ended_on: line.ended_on.map(|day| day.to_string()),
                end_reason: None,
                source: "paper".into(),
                paper_number: line.paper_number.clone(),
                proposal_id: None,
                suspended_by: stopped,
                suspended_from: stopped.map(|_| "active".into()),
                batch_id: Some(batch),
                created_at: tx.now().0,
                version: 1,
            });
            if !over && let Some(before) = self.running.remove(child) {
                enrol(tx, &before, line.begun_on).await?;
            }
        }
        tx.insert_all::<pair::Entity>(rows).await?;
        was.keep(tx, batch).await
    }
}

type Who = (Result<Uuid, &'static str>, Result<Uuid, &'static str>);

/// The pair of a line's two people that is on file already.
fn known<'a>(on_file: &'a HashMap<Uuid, Vec<pair::Model>>, line: &PairLine, who: &Who) -> Option<&'a pair::Model> {
    let (Ok(child), Ok(volunteer)) = who else { return None };
    on_file.get(child)?.iter().find(|pair| is_told_by(pair, line, *volunteer))
}

fn is_told_by(pair: &pair::Model, line: &PairLine, volunteer: Uuid) -> bool {
    let paper = line.paper_number.is_some() && pair.paper_number == line.paper_number;
    pair.volunteer_id == volunteer && (pair.begun_on == line.begun_on.to_string() || paper)
}

/// Whether the line says of the end what is on file.
fn ends_as_told(pair: &pair::Model, line: &PairLine) -> bool {
    pair.ended_on == line.ended_on.map(|day| day.to_string())
}

fn is_over(ended_on: Option<Date>, today: Date) -> bool {
    ended_on.is_some_and(|day| day <= today)
}

struct Judge {
    today: Date,
    on_file: HashMap<Uuid, Vec<pair::Model>>,
    /// Of the pairs that a line ends, those with a weekend on file.
    with_stays: HashSet<Uuid>,
    /// Of these, those whose child is away.
    away: HashSet<Uuid>,
    met: HashSet<Uuid>,
    taken: HashMap<Uuid, Vec<Period>>,
}

impl Judge {
    fn step(&mut self, line: &PairLine, child: Uuid, volunteer: Uuid) -> Step {
        let rows = self.on_file.get(&child).map(Vec::as_slice).unwrap_or_default();
        let known = rows.iter().find(|pair| is_told_by(pair, line, volunteer)).cloned();
        let but = known.as_ref().map(|p| p.id);
        let clashes = rows
            .iter()
            .filter(|p| Some(p.id) != but)
            .filter_map(|p| Some(Period { from: date(Some(&p.begun_on))?, to: date(p.ended_on.as_deref()) }))
            .any(|period| period.overlaps(line.begun_on, line.ended_on));
        let earlier = self.taken.get(&child).into_iter().flatten();
        if clashes || earlier.into_iter().any(|period| period.overlaps(line.begun_on, line.ended_on)) {
            return Step::Fault("begun_on", "pair.overlap");
        }
        match known {
            Some(known) if !self.met.insert(known.id) => Step::Fault("begun_on", "pair.overlap"),
            Some(known) => {
                if let Some(code) = self.bars_end(&known, line) {
                    return Step::Fault("ended_on", code);
                }
                self.take(child, line);
                let after = self.merged(&known, line);
                Step::Known { before: Box::new(known), after: Box::new(after) }
            }
            None => {
                self.take(child, line);
                Step::New { child, volunteer }
            }
        }
    }

    /// Why a line must not say when a running pair ends: more stands behind it than its paper, and its end is the leader's
    /// second signature, with the child at school and what is planned called off. An end that is on file already is the
    /// clock's.
    fn bars_end(&self, pair: &pair::Model, line: &PairLine) -> Option<&'static str> {
        if line.ended_on.is_none() || pair.state == "ended" || ends_as_told(pair, line) {
            return None;
        }
        if self.away.contains(&pair.id) {
            return Some("pair.child_away");
        }
        let only_paper = pair.source == "paper" && pair.suspended_by.is_none() && !self.with_stays.contains(&pair.id);
        (!only_paper).then_some("pair.in_use")
    }

    fn take(&mut self, child: Uuid, line: &PairLine) {
        self.taken.entry(child).or_default().push(Period { from: line.begun_on, to: line.ended_on });
    }

    /// Whether the line's end takes the place of the one on file. What a leader has ended stands as it was signed; and an end
    /// that has come does not move into days to come, in which figures would count the pair as running again.
    fn moves_end(&self, known: &pair::Model, line: &PairLine) -> bool {
        let is_papers_to_say = known.end_reason.is_none() && is_over(line.ended_on, self.today);
        !ends_as_told(known, line) && (known.state != "ended" || is_papers_to_say)
    }

    /// Begin, end and number as the paper has them now. An end that the register knows and the paper
    /// does not stays; a pair that has ended is not opened again.
    fn merged(&self, known: &pair::Model, line: &PairLine) -> pair::Model {
        let mut after = known.clone();
        if known.source == "paper" {
            after.begun_on = line.begun_on.to_string();
        }
        if let Some(end) = line.ended_on.filter(|_| self.moves_end(known, line)) {
            after.ended_on = Some(end.to_string());
            if is_over(line.ended_on, self.today) {
                after.state = "ended".into();
            }
        }
        if line.paper_number.is_some() {
            after.paper_number.clone_from(&line.paper_number);
        }
        after
    }
}

#[cfg(test)]
mod tests {
    use super::Period;
    use jiff::civil::date;

    #[test]
    fn a_pair_may_begin_in_the_month_in_which_the_last_one_ended() {
        let first = Period { from: date(2020, 9, 1), to: Some(date(2023, 7, 1)) };
        assert!(!first.overlaps(date(2023, 7, 1), None));
        assert!(!first.overlaps(date(2019, 1, 1), Some(date(2020, 9, 1))));
        assert!(first.overlaps(date(2023, 6, 1), None));
        assert!(first.overlaps(date(2019, 1, 1), None));
        let open = Period { from: date(2020, 9, 1), to: None };
        assert!(open.overlaps(date(2030, 1, 1), Some(date(2031, 1, 1))));
        assert!(!open.overlaps(date(2019, 1, 1), Some(date(2020, 9, 1))));
    }
}
