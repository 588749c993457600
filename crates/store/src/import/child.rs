//! Children of a roster against the register. The identity number is the person; without one, name,
//! birth date and school are.

use std::collections::{HashMap, HashSet};

use naheya_domain::child::ChildDetails;
use naheya_domain::language::Languages;
use naheya_domain::sex::Sex;
use uuid::Uuid;

use super::before::Before;
use super::place::Places;
use super::{ChildLine, Judgement, RowChange, Verdict, claims, differs, namesake, row_changes, rows_in};
use crate::Error;
use crate::child::{TABLE, new_row};
use crate::household::resealed;
use crate::sealed::entity::{child, child_category, guardian, guardianship, uniq};
use crate::sealed::tx::Tx;
use crate::search::{self, Kind};
use crate::stay::Moves;

mod adult;
mod kept_away;

use adult::{Adults, is_news, told};
use kept_away::brings_back;

pub(super) const CLAIM: &str = "child_id_no";

/// What is on file of the children that the lines may mean.
struct Known {
    children: Vec<child::Model>,
    by_number: HashMap<Vec<u8>, usize>,
    by_name: HashMap<String, Vec<usize>>,
    claims: HashSet<Vec<u8>>,
    categories: HashMap<Uuid, Vec<String>>,
    ties: HashMap<Uuid, Vec<guardianship::Model>>,
    guardians: HashMap<Uuid, guardian::Model>,
    /// The adults of all lines, by phone and name.
    told: HashSet<(Vec<u8>, String)>,
}

impl Known {
    async fn read(tx: &Tx, lines: &[ChildLine], blinds: &[Option<Vec<u8>>]) -> Result<Known, Error> {
        let numbers: Vec<Vec<u8>> = blinds.iter().flatten().cloned().collect();
        let mut children = rows_in::<child::Entity, _>(tx, child::Column::IdNoBi, &numbers).await?;
        let seen: HashSet<Uuid> = children.iter().map(|c| c.id).collect();
        let named = namesake::ids(tx, lines).await?.into_iter().filter(|id| !seen.contains(id)).collect::<Vec<Uuid>>();
        children.extend(rows_in::<child::Entity, _>(tx, child::Column::Id, &named).await?);
        let ids: Vec<Uuid> = children.iter().map(|c| c.id).collect();
        let categories = rows_in::<child_category::Entity, _>(tx, child_category::Column::ChildId, &ids).await?;
        let ties = rows_in::<guardianship::Entity, _>(tx, guardianship::Column::ChildId, &ids).await?;
        let guardian_ids: HashSet<Uuid> = ties.iter().map(|t| t.guardian_id).collect();
        let guardian_ids: Vec<Uuid> = guardian_ids.into_iter().collect();
        let guardians = rows_in::<guardian::Entity, _>(tx, guardian::Column::Id, &guardian_ids).await?;
        let mut known = Known {
            claims: claims(tx, CLAIM, &numbers).await?,
            by_number: HashMap::new(),
            by_name: HashMap::new(),
            categories: HashMap::new(),
            ties: HashMap::new(),
            guardians: guardians.into_iter().map(|g| (g.id, g)).collect(),
            told: lines.iter().flat_map(|l| l.guardians.iter().filter_map(|g| told(tx, g, &l.details))).collect(),
            children,
        };
        for (n, c) in known.children.iter().enumerate() {
            if let Some(blind) = &c.id_no_bi {
                known.by_number.insert(blind.clone(), n);
            }
            known.by_name.entry(c.name.clone()).or_default().push(n);
        }
        for row in categories.into_iter().filter(|row| row.to_on.is_none()) {
            known.categories.entry(row.child_id).or_default().push(row.code);
        }
        for row in ties {
            known.ties.entry(row.child_id).or_default().push(row);
        }
        Ok(known)
    }

    /// Whether a line tells an adult of this name and number.
    fn tells(&self, adult: &guardian::Model) -> bool {
        adult.phone_bi.as_ref().is_some_and(|phone| self.told.contains(&(phone.clone(), adult.name.clone())))
    }

    /// The child on file that the line means, or the code of a fault.
    fn find(
        &self,
        line: &ChildLine,
        blind: Option<&Vec<u8>>,
        school: Option<Uuid>,
    ) -> Result<Option<&child::Model>, &'static str> {
        if let Some(blind) = blind {
            if let Some(found) = self.by_number.get(blind).and_then(|n| self.children.get(*n)) {
                let same = found.name == line.details.name.as_str();
                return if same { Ok(Some(found)) } else { Err("duplicate.in_register") };
            }
            // Claimed elsewhere in the installation: whose it is there is not ours to see.
            if self.claims.contains(blind) {
                return Err("duplicate.in_register");
            }
        }
        let birth = line.details.birth_on.to_string();
        let alike = self.by_name.get(line.details.name.as_str()).into_iter().flatten();
        let alike = alike.filter_map(|n| self.children.get(*n));
        Ok(alike.into_iter().find(|c| {
            let either_lacks_number = c.id_no_bi.is_none() || blind.is_none();
            either_lacks_number && c.birth_on.as_deref() == Some(&birth) && school.is_some() && c.school_id == school
        }))
    }
}

/// What one line asks for.
enum Step {
    Fault(&'static str, &'static str),
    New { id: Uuid, school: Uuid, class: Option<Uuid> },
    Known { before: Box<child::Model>, after: Box<child::Model>, new_categories: Vec<String>, around: bool },
}

impl Step {
    /// School and class into which it puts a child that is not in them.
    fn new_places(&self) -> [Option<Uuid>; 2] {
        let new = |before: Option<Uuid>, after: Option<Uuid>| after.filter(|_| before != after);
        match self {
            Step::New { school, class, .. } => [Some(*school), *class],
            Step::Known { before: b, after: a, .. } => [new(b.school_id, a.school_id), new(b.class_id, a.class_id)],
            Step::Fault(..) => [None, None],
        }
    }
}

/// The lines with what each asks for; made once for the preview and again inside the act.
pub(super) struct Plan<'a> {
    lines: &'a [ChildLine],
    blinds: Vec<Option<Vec<u8>>>,
    steps: Vec<Step>,
    places: Places,
    known: Known,
}

impl<'a> Plan<'a> {
    pub(super) async fn make(tx: &Tx, lines: &'a [ChildLine]) -> Result<Plan<'a>, Error> {
        let blinds: Vec<Option<Vec<u8>>> =
            lines.iter().map(|l| l.details.id_number.as_ref().map(|n| tx.ring().blind("id_no", n.as_str()))).collect();
        let known = Known::read(tx, lines, &blinds).await?;
        let mut places = Places::read(tx).await?;
        let mut steps = Vec::with_capacity(lines.len());
        let mut met: HashMap<Uuid, bool> = HashMap::new();
        let mut fresh: HashMap<(String, String, String), bool> = HashMap::new();
        for (line, blind) in lines.iter().zip(&blinds) {
            let school = places.school(&line.school);
            let step = match known.find(line, blind.as_ref(), school) {
                Err(code) => Step::Fault("id_number", code),
                Ok(Some(found)) => match met.insert(found.id, blind.is_some()) {
                    None => known_step(tx, &known, line, found, &mut places)?,
                    // The file on record had no number and an earlier row gave it one: this is somebody else.
                    Some(true) if blind.is_some() && found.id_no_bi.is_none() => fresh_step(line, &mut places),
                    // Two rows of the file mean the same child: the later one is marked.
                    Some(_) => Step::Fault("name", "duplicate.in_file"),
                },
                Ok(None) if is_twin(&mut fresh, line) => Step::Fault("name", "duplicate.in_file"),
                Ok(None) => fresh_step(line, &mut places),
            };
            let closed = places.closed(step.new_places());
            steps.push(closed.map_or(step, |(field, code)| Step::Fault(field, code)));
        }
        Ok(Plan { lines, blinds, steps, places, known })
    }

    pub(super) fn judgement(&self) -> Judgement {
        let (new_schools, new_classes) = self.places.new_names();
        let verdict = |step: &Step| match step {
            Step::Fault(field, code) => Verdict::Fault { field, code },
            Step::New { .. } => Verdict::New,
            Step::Known { before, after, new_categories, around } => {
                let same = !differs::<child::Entity>(before, after) && new_categories.is_empty() && !around;
                if same { Verdict::Unchanged } else { Verdict::Changed }
            }
        };
        let rows = self.lines.iter().zip(&self.steps).map(|(line, step)| (line.row, verdict(step))).collect();
        let changes = self.lines.iter().zip(&self.steps).map(|(line, step)| (line.row, self.changes(step)));
        let changes = changes.filter(|(_, changes)| !changes.is_empty()).collect();
        Judgement { rows, changes, new_schools, new_classes }
    }

    fn changes(&self, step: &Step) -> Vec<RowChange> {
        let Step::Known { before, after, new_categories, around } = step else { return Vec::new() };
        let mut changes = row_changes::<child::Entity>(before, after, &["birth_on", "likes"]);
        for change in &mut changes {
            change.values = match change.field {
                "school_id" => Some((self.places.name(before.school_id), self.places.name(after.school_id))),
                "class_id" => Some((self.places.name(before.class_id), self.places.name(after.class_id))),
                _ => change.values.take(),
            };
        }
        let beside = [("categories", !new_categories.is_empty()), ("guardians", *around)];
        let beside = beside.into_iter().filter(|(_, any)| *any);
        changes.extend(beside.map(|(field, _)| RowChange { field, values: None }));
        changes
    }

    pub(super) async fn write(mut self, tx: &Tx, batch: Uuid) -> Result<(), Error> {
        self.places.write(tx).await?;
        let mut running = crate::child::next_running(tx).await?;
        let mut adults = Adults::read(tx, self.lines).await?;
        let mut was = Before::default();
        let (mut rows, mut claimed, mut tokens, mut categories) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for ((line, blind), step) in self.lines.iter().zip(&self.blinds).zip(&self.steps) {
            let Step::New { id, school, class } = step else { continue };
            let mut details: ChildDetails = line.details.clone();
            (details.school_id, details.class_id) = (Some(*school), *class);
            let mut row = new_row(tx, *id, crate::child::number_text(tx, running), &details)?;
            running += 1;
            row.batch_id = Some(batch);
            rows.push(row);
            claimed.extend(blind.clone().map(|blind| claim(tx, blind, *id)));
            let names: Vec<&str> = vec![line.details.name.as_str()];
            tokens.extend(search::rows(tx.area_id(), Kind::Child, *id, &names));
            categories.extend(line.categories.iter().map(|c| category_row(tx, *id, c.code())));
            adults.add(tx, *id, line, &[])?;
        }
        tx.insert_all::<child::Entity>(rows).await?;
        let (mut changes, mut moves) = (Vec::new(), Moves::default());
        for ((line, blind), step) in self.lines.iter().zip(&self.blinds).zip(std::mem::take(&mut self.steps)) {
            let Step::Known { before, after, new_categories, around } = step else { continue };
            if differs::<child::Entity>(&before, &after) {
                let mut after = *after;
                after.updated_at = tx.now().0;
                was.changed::<child::Entity>(before.id, &before, &after);
                if before.id_no_bi.is_none() {
                    claimed.extend(blind.clone().map(|blind| claim(tx, blind, before.id)));
                }
                moves.note(&before, &after);
                changes.push((before.as_ref().clone(), after));
            }
            for code in new_categories {
                let row = category_row(tx, before.id, &code);
                was.added::<child_category::Entity>(before.id, &row);
                categories.push(row);
            }
            if around {
                let ties = self.known.ties.get(&before.id).map(Vec::as_slice).unwrap_or_default();
                adults.merge(tx, before.id, line, ties, &self.known, &mut was).await?;
            }
        }
        tx.change_all::<child::Entity>(changes).await?;
        moves.follow(tx).await?;
        claimed.sort_unstable_by(|a, b| a.blind_index.cmp(&b.blind_index));
        tx.insert_all::<uniq::Entity>(claimed).await?;
        search::keep(tx, tokens).await?;
        tx.insert_all::<child_category::Entity>(categories).await?;
        adults.write(tx).await?;
        was.keep(tx, batch).await
    }
}

fn fresh_step(line: &ChildLine, places: &mut Places) -> Step {
    let (school, class) = places.take(&line.school, line.class.as_deref());
    Step::New { id: Uuid::now_v7(), school, class }
}

/// Whether an earlier new row is the same child: the same name, birth date and school, and one of
/// the two without an identity number.
fn is_twin(fresh: &mut HashMap<(String, String, String), bool>, line: &ChildLine) -> bool {
    let d = &line.details;
    let key = (d.name.as_str().to_owned(), d.birth_on.to_string(), line.school.clone());
    let numbered = d.id_number.is_some();
    fresh.insert(key, numbered).is_some_and(|earlier| !(earlier && numbered))
}

fn claim(tx: &Tx, blind_index: Vec<u8>, child: Uuid) -> uniq::Model {
    uniq::Model { kind: CLAIM.into(), blind_index, area_id: tx.area_id(), ref_id: child }
}

fn category_row(tx: &Tx, child: Uuid, code: &str) -> child_category::Model {
    child_category::Model {
        area_id: tx.area_id(),
        id: Uuid::now_v7(),
        child_id: child,
        code: code.to_owned(),
        from_on: None,
        to_on: None,
        basis: None,
    }
}

fn known_step(
    tx: &Tx,
    known: &Known,
    line: &ChildLine,
    found: &child::Model,
    places: &mut Places,
) -> Result<Step, Error> {
    let ties = known.ties.get(&found.id).map(Vec::as_slice).unwrap_or_default();
    if brings_back(tx, line, ties, known) {
        return Ok(Step::Fault("name", "import.kept_away"));
    }
    let (school, class) = places.take(&line.school, line.class.as_deref());
    let after = merged(tx, found.clone(), &line.details, school, class)?;
    let has = known.categories.get(&found.id).map(Vec::as_slice).unwrap_or_default();
    let codes = line.categories.iter().map(|c| c.code());
    let new_categories = codes.filter(|code| !has.iter().any(|h| h == code)).map(str::to_owned).collect();
    let around = line.guardians.iter().any(|g| is_news(tx, g, &line.details, ties, known));
    Ok(Step::Known { before: Box::new(found.clone()), after: Box::new(after), new_categories, around })
}

/// The row with what the roster says put in; what it does not say stays.
fn merged(
    tx: &Tx,
    row: child::Model,
    d: &ChildDetails,
    school: Uuid,
    class: Option<Uuid>,
) -> Result<child::Model, Error> {
    let id = row.id;
    let sealed = |column: &str, old: &Option<Vec<u8>>, text: Option<&str>| match text {
        Some(_) => resealed(tx, TABLE, column, id, old.as_ref(), text),
        None => Ok(old.clone()),
    };
    let number = d.id_number.as_ref().map(|n| n.as_str());
    let moved = row.school_id != Some(school);
    Ok(child::Model {
        sex: d.sex.map_or(row.sex.clone(), |s| Sex::standard_code(s).to_owned()),
        ethnic: d.ethnic.map(|e| e.code().to_owned()).or(row.ethnic.clone()),
        birth_on: Some(d.birth_on.to_string()),
        school_id: Some(school),
        class_id: class.or(if moved { None } else { row.class_id }),
        town_code: d.town_code.clone().or(row.town_code.clone()),
        languages: if d.languages == Languages::default() { row.languages.clone() } else { d.languages.record() },
        likes: d.likes.clone().or(row.likes.clone()),
        id_no_sealed: sealed("id_no_sealed", &row.id_no_sealed, number)?,
        id_no_bi: number.map(|n| tx.ring().blind("id_no", n)).or(row.id_no_bi.clone()),
        student_no_sealed: sealed("student_no_sealed", &row.student_no_sealed, d.student_number.as_deref())?,
        address_sealed: sealed("address_sealed", &row.address_sealed, d.address.as_deref())?,
        health_sealed: sealed("health_sealed", &row.health_sealed, d.health.as_deref())?,
        boards: d.boards.or(row.boards),
        needs_sealed: sealed("needs_sealed", &row.needs_sealed, d.needs.as_deref())?,
        family_sealed: sealed("family_sealed", &row.family_sealed, d.family.as_deref())?,
        note_sealed: sealed("note_sealed", &row.note_sealed, d.note.as_deref())?,
        ..row
    })
}
