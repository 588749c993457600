//! Two files of one child side by side, part by part.

use naheya_domain::Timestamp;
use naheya_domain::child::ChildState;
use naheya_domain::id::ChildId;
use naheya_domain::merge::{Part, obstacles};
use naheya_domain::sex::Sex;
use sea_orm::ColumnTrait;
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
    let (mut differs, mut same) = (Vec::new(), Vec::new());
    for part in Part::ALL {
        let (mine, theirs) = (said(tx, &kept, part).await?, said(tx, &other, part).await?);
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
        kept: side(tx, &kept).await?,
        other: side(tx, &other).await?,
        differs,
        same,
        obstacles: obstacles(&facts),
    })
}

pub(in crate::merge) async fn side(tx: &Tx, row: &child::Model) -> Result<Side, Error> {
    Ok(Side {
        id: ChildId(row.id).into(),
        version: Compared { file: row.version, home: None },
        number: row.number.clone(),
        name: row.name.clone(),
        birth_on: row.birth_on.as_deref().and_then(|day| day.parse().ok()),
        place: place(tx, row).await?,
        state: ChildState::parse(&row.state).unwrap_or(ChildState::Applying).code(),
        opened_at: Timestamp(row.created_at),
    })
}

async fn place(tx: &Tx, row: &child::Model) -> Result<Option<String>, Error> {
    let school = match row.school_id {
        Some(id) => tx.for_rule::<school::Entity>().id(id).first(tx).await?.map(|row| row.name),
        None => None,
    };
    let class = match row.class_id {
        Some(id) => tx.for_rule::<class::Entity>().id(id).first(tx).await?.map(|row| row.name),
        None => None,
    };
    let words: Vec<String> = school.into_iter().chain(class).collect();
    Ok((!words.is_empty()).then(|| words.join(" ")))
}

/// What a file says of a part: as it is compared, and as it may be shown.
async fn said(tx: &Tx, row: &child::Model, part: Part) -> Result<(Option<String>, Option<String>), Error> {
    let text = plain(tx, row, part)?;
    if part.is_locked() {
        return Ok((text.clone(), text.map(|_| String::new())));
    }
    let shown = match part {
        Part::School => place(tx, row).await?,
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

/// The adults of a file, by name.
pub(super) async fn adults(tx: &Tx, child: Uuid) -> Result<Vec<String>, Error> {
    let ties = tx.visible::<guardianship::Entity>().and(guardianship::Column::ChildId.eq(child));
    let ties = ties.by(guardianship::Column::ContactOrder).all(tx).await?;
    let ids = ties.iter().map(|tie| tie.guardian_id);
    let people = tx.visible::<guardian::Entity>().among(ids).all(tx).await?;
    let name = |tie: &guardianship::Model| people.iter().find(|p| p.id == tie.guardian_id).map(|p| p.name.clone());
    Ok(ties.iter().filter_map(name).collect())
}
