//! Children found by who speaks for them: a parent on the phone says the own name first.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use naheya_domain::{AreaId, Timestamp};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use crate::audit::Finding;
use crate::backfill::{Mark, is_made};
use crate::child::{ChildFilter, ChildRow, rows_of};
use crate::sealed::act::Act;
use crate::sealed::entity::{guardian, guardian_token as token, guardianship};
use crate::sealed::record::Record;
use crate::sealed::tx::Tx;
use crate::sealed::visible::{at, same};
use crate::search::{letters, spellings};
use crate::{Desk, Error, Store, SystemTask};

/// Letters from which on guardians are looked for: one alone begins the names of a tenth of a county.
const LEAST: usize = 2;
/// Ties between guardians and children that one search looks at.
const MOST: u64 = 200;
/// Guardians read at a time.
const PIECE: u64 = 1_000;
/// Set when every guardian from before has spellings.
const MADE: &str = "guardian_tokens";

/// A child that was found by who speaks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfGuardian {
    /// The child, as lists show it.
    pub row: ChildRow,
    /// Names of those of its guardians who were meant.
    pub guardians: BTreeSet<String>,
}

#[derive(Debug, FromQueryResult)]
struct Tie {
    child_id: Uuid,
    guardian_id: Uuid,
    name: Option<String>,
}

#[derive(Debug, FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
}

#[derive(Debug, FromQueryResult)]
struct Spelled {
    guardian_id: Uuid,
    token: String,
}

impl Desk {
    /// Children one of whose guardians may be meant by `typed` (the whole name or its beginning, in characters, pinyin or
    /// initials, from two letters on), by name. Guardians that the reader does not see are not looked for; nor is anybody from
    /// whom a child is kept away: such a person does not speak for it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn children_of_guardian(&self, typed: &str) -> Result<Vec<OfGuardian>, Error> {
        let typed = letters(typed);
        if typed.chars().count() < LEAST {
            return Ok(Vec::new());
        }
        let tx = self.read();
        let mut meant: HashMap<Uuid, BTreeSet<String>> = HashMap::new();
        for tie in ties(&tx, &typed).await? {
            meant.entry(tie.child_id).or_default().extend(tie.name);
        }
        let rows = rows_of(&tx, &ChildFilter::default(), meant.keys().copied().collect()).await?;
        let found =
            rows.into_iter().map(|row| OfGuardian { guardians: meant.remove(&row.id.0).unwrap_or_default(), row });
        Ok(found.collect())
    }
}

/// The guardians who may be meant by `typed`, as in [`Desk::children_of_guardian`], by name, each with the children they speak
/// for.
pub(crate) async fn guardians_called(tx: &Tx, typed: &str) -> Result<BTreeMap<(String, Uuid), Vec<Uuid>>, Error> {
    let typed = letters(typed);
    let mut meant: BTreeMap<(String, Uuid), Vec<Uuid>> = BTreeMap::new();
    if typed.chars().count() < LEAST {
        return Ok(meant);
    }
    for tie in ties(tx, &typed).await? {
        if let Some(name) = tie.name {
            meant.entry((name, tie.guardian_id)).or_default().push(tie.child_id);
        }
    }
    Ok(meant)
}

/// Who speaks for which child, of those whose spelling begins so. Whoever sees the tie sees the name.
async fn ties(tx: &Tx, typed: &str) -> Result<Vec<Tie>, Error> {
    use guardianship::Column as C;
    let begins = Condition::all()
        .add(token::Column::Token.gte(typed))
        .add(token::Column::Token.lt(format!("{typed}\u{10FFFF}")));
    let called = tx.for_rule::<token::Entity>().and(begins).ids(token::Column::GuardianId);
    tx.visible::<guardianship::Entity>()
        .and(C::Blocked.eq(false))
        .and(C::GuardianId.in_subquery(called))
        .beside(
            tx.for_rule::<guardian::Entity>(),
            [guardian::Column::Id, guardian::Column::Name],
            same(guardian::Column::Id, C::GuardianId),
        )
        .limit(MOST)
        .pick(
            vec![
                (at(C::ChildId), "child_id"),
                (at(C::GuardianId), "guardian_id"),
                (at(guardian::Column::Name), "name"),
            ],
            tx,
        )
        .await
}

/// What a guardian is found by.
pub(crate) fn rows(area_id: i32, guardian: Uuid, name: &str) -> Vec<token::Model> {
    let model = |token| token::Model { area_id, token, guardian_id: guardian };
    spellings(name).into_iter().map(model).collect()
}

/// Writes what many are found by in the order of the index.
pub(crate) async fn keep(tx: &Tx, mut rows: Vec<token::Model>) -> Result<(), Error> {
    rows.sort_unstable_by(|a, b| (&a.token, a.guardian_id).cmp(&(&b.token, b.guardian_id)));
    tx.insert_all::<token::Entity>(rows).await
}

/// Nobody is found by these guardians' names any more.
pub(crate) async fn forget(tx: &Tx, guardians: &[Uuid]) -> Result<(), Error> {
    for some in guardians.chunks(1_000) {
        let of = Condition::all().add(token::Column::GuardianId.is_in(some.iter().copied()));
        tx.clear::<token::Entity>(of).await?;
    }
    Ok(())
}

/// The next guardians by id, with their names.
async fn after(tx: &Tx, last: Uuid) -> Result<Vec<Named>, Error> {
    use guardian::Column as C;
    tx.for_rule::<guardian::Entity>().and(C::Id.gt(last)).by(C::Id).limit(PIECE).columns([C::Id, C::Name], tx).await
}

/// What these guardians are found by now.
async fn spelled(tx: &Tx, people: &[Named]) -> Result<BTreeMap<Uuid, BTreeSet<String>>, Error> {
    use token::Column as C;
    let of = C::GuardianId.is_in(people.iter().map(|person| person.id));
    let rows: Vec<Spelled> = tx.for_rule::<token::Entity>().and(of).columns([C::GuardianId, C::Token], tx).await?;
    let mut all: BTreeMap<Uuid, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        all.entry(row.guardian_id).or_default().insert(row.token);
    }
    Ok(all)
}

/// Compares what guardians are found by with their names: a finding `search.differs` for each guardian, and one without an id
/// when they cannot be read. Where a backup from before has been put back and nothing was started since, there is nothing to
/// compare yet.
pub(crate) async fn examine(tx: &Tx, findings: &mut Vec<Finding>) {
    let differs = |row: String| Finding { code: "search.differs", area: tx.area(), table: token::Entity::TABLE, row };
    match differing(tx).await {
        Ok(ids) => findings.extend(ids.into_iter().map(|id| differs(id.to_string()))),
        Err(_) => findings.push(differs(String::new())),
    }
}

async fn differing(tx: &Tx) -> Result<Vec<Uuid>, Error> {
    let (mut last, mut all) = (Uuid::nil(), Vec::new());
    if !is_made(tx, MADE).await? {
        return Ok(all);
    }
    loop {
        let people = after(tx, last).await?;
        let Some(end) = people.last() else { return Ok(all) };
        last = end.id;
        let kept = spelled(tx, &people).await?;
        let is_wrong = |person: &&Named| kept.get(&person.id) != Some(&spellings(&person.name));
        all.extend(people.iter().filter(is_wrong).map(|person| person.id));
    }
}

impl Store {
    /// Makes the spellings of guardians who were written down before there were any, so many at a time. Once an installation.
    pub(crate) async fn make_guardian_tokens(&self, now: Timestamp) -> Result<(), Error> {
        let nation = self.as_system(SystemTask::SetUp, AreaId::NATION, now);
        if is_made(&nation.read(), MADE).await? {
            return Ok(());
        }
        for (area, _) in self.counties(now).await? {
            let desk = self.as_system(SystemTask::SetUp, area, now);
            let mut next = Some(Uuid::nil());
            while let Some(after) = next {
                next = desk.save(Spell { after }).await?;
            }
        }
        nation.save(Mark(MADE)).await
    }
}

/// Spells the names of the next guardians by id; those who are found by their names already stay as they are. The last of them.
struct Spell {
    after: Uuid,
}

impl Act for Spell {
    const NAME: &'static str = "guardian.spell";
    type Answer = Option<Uuid>;

    async fn run(&self, tx: &Tx) -> Result<Option<Uuid>, Error> {
        tx.alone_in_county().await?;
        let people = after(tx, self.after).await?;
        let kept = spelled(tx, &people).await?;
        let fresh = people.iter().filter(|person| !kept.contains_key(&person.id));
        keep(tx, fresh.flat_map(|person| rows(tx.area_id(), person.id, &person.name)).collect()).await?;
        Ok(people.last().map(|person| person.id))
    }
}
