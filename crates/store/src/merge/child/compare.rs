//! Two files of one child side by side, part by part.

use std::collections::HashMap;

use naheya_domain::Timestamp;
use naheya_domain::child::ChildState;
use naheya_domain::id::ChildId;
use naheya_domain::merge::{Part, obstacles};
use naheya_domain::sex::Sex;
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::{Pair, fact, of_child};
use crate::Error;
use crate::child::TABLE;
use crate::merge::compare::{Compared, Comparison, Difference, Side, told_apart};
use crate::sealed::entity::{child, class, guardian, guardianship, school};
use crate::sealed::tx::Tx;

/// Compares; `except` is the proposal that is being judged, `codes` what it takes from the other file.
pub(in crate::merge) async fn compare(
    tx: &Tx,
    (kept, other): (ChildId, ChildId),
    except: Option<Uuid>,
    codes: &[&str],
) -> Result<Comparison, Error> {
    let Pair { kept, other } = Pair::read(tx, kept, other).await?;
    let after = fact::chosen(&kept, &other, &super::parts(codes))?;
    let facts = fact::facts(tx, &kept, &other, &after, except).await?;
    let places = Places::of(tx, [&kept, &other]).await?;
    let (mut differs, mut same) = (Vec::new(), Vec::new());
    for part in Part::ALL {
        let (mine, theirs) = (said(tx, &kept, part, &places).await?, said(tx, &other, part, &places).await?);
        if mine.0 == theirs.0 {
            same.push(part.code());
        } else {
            let (part, is_locked) = (part.code(), part.is_locked());
            differs.push(Difference { part, is_locked, kept: mine.1, other: theirs.1 });
        }
    }
    Ok(Comparison {
        rows: of_child::counts(tx, kept.id, other.id).await?,
        told_apart: told_apart(tx, kept.id, other.id).await?,
        kept: side(&kept, &places),
        other: side(&other, &places),
        differs,
        same,
        obstacles: obstacles(&facts),
    })
}

/// A file in a line.
pub(super) fn side(row: &child::Model, places: &Places) -> Side {
    Side {
        id: ChildId(row.id).into(),
        version: Compared { file: row.version, home: None },
        number: row.number.clone(),
        name: row.name.clone(),
        birth_on: row.birth_on.as_deref().and_then(|day| day.parse().ok()),
        place: places.of_child(row),
        state: ChildState::parse(&row.state).unwrap_or(ChildState::Applying).code(),
        opened_at: Timestamp(row.created_at),
    }
}

/// The names of the schools and classes of some children, read in two statements.
pub(super) struct Places(HashMap<Uuid, String>);

#[derive(Debug, FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
}

impl Places {
    pub(super) async fn of<'a>(
        tx: &Tx,
        children: impl IntoIterator<Item = &'a child::Model> + Clone,
    ) -> Result<Places, Error> {
        let schools = children.clone().into_iter().filter_map(|row| row.school_id);
        let schools = tx.for_rule::<school::Entity>().among(schools);
        let mut named: Vec<Named> = schools.columns([school::Column::Id, school::Column::Name], tx).await?;
        let classes = children.into_iter().filter_map(|row| row.class_id);
        let classes = tx.for_rule::<class::Entity>().among(classes);
        named.extend(classes.columns::<Named, 2>([class::Column::Id, class::Column::Name], tx).await?);
        Ok(Places(named.into_iter().map(|one| (one.id, one.name)).collect()))
    }

    fn of_child(&self, row: &child::Model) -> Option<String> {
        let ids = [row.school_id, row.class_id].into_iter().flatten();
        let words: Vec<&str> = ids.filter_map(|id| self.0.get(&id).map(String::as_str)).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }
}

/// What a file says of a part: as it is compared, and as it may be shown.
async fn said(
    tx: &Tx,
    row: &child::Model,
    part: Part,
    places: &Places,
) -> Result<(Option<String>, Option<String>), Error> {
    let text = plain(tx, row, part)?;
    if part.is_locked() {
        return Ok((text.clone(), text.map(|_| String::new())));
    }
    let shown = match part {
        Part::School => places.of_child(row),
        Part::Siblings => siblings(tx, row).await?,
        _ => text.clone(),
    };
    Ok((text, shown))
}

/// The words or codes of a part.
fn plain(tx: &Tx, row: &child::Model, part: Part) -> Result<Option<String>, Error> {
    let open = |column: &str, sealed: &Option<Vec<u8>>| tx.open_some(TABLE, column, row.id, sealed.as_ref());
    let text = match part {
        Part::Name => Some(row.name.clone()),
        Part::NameMn => row.name_mn.clone(),
        Part::Sex => Sex::from_standard_code(&row.sex).map(|sex| sex.code().to_owned()),
        Part::BirthOn => row.birth_on.clone(),
        Part::IdNumber => open("id_no_sealed", &row.id_no_sealed)?,
        Part::Ethnic => row.ethnic.clone(),
        Part::School => ids([row.school_id, row.class_id]),
        Part::StudentNumber => open("student_no_sealed", &row.student_no_sealed)?,
        Part::State => Some(state(row)),
        Part::Town => row.town_code.clone(),
        Part::Address => open("address_sealed", &row.address_sealed)?,
        Part::Boards => row.boards.map(|boards| if boards { "yes" } else { "no" }.to_owned()),
        Part::Languages => Some(row.languages.clone()),
        Part::Vital => open("vital_sealed", &row.vital_sealed)?,
        Part::Care => open("care_sealed", &row.care_sealed)?,
        Part::Health => open("health_sealed", &row.health_sealed)?,
        Part::Likes => row.likes.clone(),
        Part::Words => row.words.clone(),
        Part::Needs => open("needs_sealed", &row.needs_sealed)?,
        Part::Family => open("family_sealed", &row.family_sealed)?,
        Part::Note => open("note_sealed", &row.note_sealed)?,
        Part::Siblings => ids([row.sibling_group_id, None]),
    };
    Ok(text.filter(|text| !text.is_empty()))
}

fn ids(of: [Option<Uuid>; 2]) -> Option<String> {
    let all: Vec<String> = of.into_iter().flatten().map(|id| id.to_string()).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// State and its days, `enrolled 2026-03-01`.
fn state(row: &child::Model) -> String {
    let day = if row.state == "left" { row.left_on.as_deref() } else { row.enrolled_on.as_deref() };
    [Some(row.state.as_str()), day].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

async fn siblings(tx: &Tx, row: &child::Model) -> Result<Option<String>, Error> {
    let Some(group) = row.sibling_group_id else { return Ok(None) };
    let all = tx.visible::<child::Entity>().and(child::Column::SiblingGroupId.eq(group)).all(tx).await?;
    let names: Vec<String> = all.into_iter().filter(|child| child.id != row.id).map(|child| child.name).collect();
    Ok(Some(names.join("、")))
}

/// The adults of some files, by name, those to be called first at the front.
pub(super) async fn adults(
    tx: &Tx,
    children: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Vec<String>>, Error> {
    use guardian::Column as G;
    use guardianship::Column as T;
    let ties = tx.visible::<guardianship::Entity>().and(T::ChildId.is_in(children));
    let ties = ties.by(T::ContactOrder).all(tx).await?;
    let people = tx.visible::<guardian::Entity>().among(ties.iter().map(|tie| tie.guardian_id));
    let people: Vec<Named> = people.columns([G::Id, G::Name], tx).await?;
    let people: HashMap<Uuid, String> = people.into_iter().map(|one| (one.id, one.name)).collect();
    let mut adults: HashMap<Uuid, Vec<String>> = HashMap::new();
    for tie in ties {
        if let Some(name) = people.get(&tie.guardian_id) {
            adults.entry(tie.child_id).or_default().push(name.clone());
        }
    }
    Ok(adults)
}
