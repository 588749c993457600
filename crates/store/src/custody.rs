//! The custody chain in the records: read for judging the next link, appended to, never changed.

use std::collections::BTreeMap;

use naheya_domain::access::Action;
use naheya_domain::custody::{Chain, Deed, Event, HandOver, Holder, Link, Made, Outcome, Standing};
use naheya_domain::id::{ChildId, GuardianId};
use naheya_domain::stay::{Leg, RunsFrom, StayState};
use naheya_domain::viewer::Place;
use naheya_domain::{Refusal, Timestamp};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, IdenStatic};
use uuid::Uuid;

use crate::Error;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, custody_event, guardian, guardianship, stay};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{at, same};
use crate::wish::is_carer;

const TABLE: &str = "custody_events";
/// More links than one stay can have, so that the newest stay is read whole.
const NEWEST: u64 = 40;

/// How a hand-over is known, and the phone's own clock.
#[derive(Clone, Debug, Default)]
pub struct Witness {
    /// `code`, `list`, `call`, `sight` or `staff`.
    pub how: &'static str,
    /// The phone's time, where a phone reported.
    pub phone_at: Option<Timestamp>,
    /// The phone's offset from UTC in minutes.
    pub phone_offset: Option<i32>,
    /// When it happened, where a phone reported whose clock was set right; stronger than the phone's word.
    pub happened: Option<Timestamp>,
    /// Who was spoken to, or why; sealed.
    pub note: Option<String>,
    /// Who of the family receives the child, where the family does.
    pub guardian: Option<Uuid>,
    /// Who else receives it for the family, by name; sealed with the note.
    pub other: Option<String>,
    /// Whether somebody has to be named who receives it: the only adult on file does not stand for a cousin who came.
    pub by_name: bool,
}

/// Who of a family came for a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// Whom the words name.
    InWords,
    /// An adult on file.
    Known(GuardianId),
    /// Somebody else, by name, 1 to 60 characters: a cousin, a neighbour.
    Other(String),
}

impl Came {
    /// What a witness says of it.
    ///
    /// # Errors
    /// What is amiss with the name, at `guardian_name`.
    pub(crate) fn witness(&self, witness: Witness) -> Result<Witness, Error> {
        let mut witness = Witness { by_name: true, ..witness };
        match self {
            Came::InWords => {}
            Came::Known(id) => witness.guardian = Some(id.0),
            Came::Other(name) => witness.other = Some(crate::stay::reason(name, 60, "guardian_name")?.to_owned()),
        }
        Ok(witness)
    }
}

impl Witness {
    /// Known in this way, without further words.
    #[must_use]
    pub fn by(how: &'static str) -> Witness {
        Witness { how, ..Witness::default() }
    }

    /// What is kept of it in words: who came, and the note.
    fn words(&self) -> Option<String> {
        match (&self.other, &self.note) {
            (Some(other), Some(note)) if !note.contains(other.as_str()) => Some(format!("{other}：{note}")),
            (Some(other), None) => Some(other.clone()),
            (_, note) => note.clone(),
        }
    }

    /// When it happened: as it was set right, else the phone's word where it is between `since` and `now`, else `now`.
    pub(crate) fn at(&self, since: Option<i64>, now: Timestamp) -> Timestamp {
        if let Some(at) = self.happened {
            return at;
        }
        let since = since.unwrap_or(now.0 - 72 * 3_600_000);
        self.phone_at.filter(|at| (since..=now.0).contains(&at.0)).unwrap_or(now)
    }
}

/// The end of a child's chain.
pub(crate) async fn chain(tx: &Tx, child: Uuid) -> Result<Chain, Error> {
    let mut rows = tx
        .for_rule::<custody_event::Entity>()
        .and(custody_event::Column::ChildId.eq(child))
        .by_desc(custody_event::Column::Seq)
        .limit(NEWEST)
        .all(tx)
        .await?;
    rows.reverse();
    Ok(Chain::of(&rows.iter().filter_map(link).collect::<Vec<_>>()))
}

fn link(row: &custody_event::Model) -> Option<Link> {
    Some(Link {
        seq: row.seq,
        event: Event::parse(&row.kind)?,
        holder: Holder::parse(&row.holder_kind, row.holder_id)?,
        stay: row.stay_id,
        person: row.holder_id,
    })
}

/// The holder at a stay's end.
pub(crate) fn port(kind: &str) -> Holder {
    match RunsFrom::parse(kind).unwrap_or(RunsFrom::School) {
        RunsFrom::School => Holder::School,
        RunsFrom::Guardian => Holder::Guardian,
        RunsFrom::Base => Holder::Base,
    }
}

/// Where a child is that the viewer says is here. A school has it at school, also one that was to go home to its family or to the
/// base, where the office calls.
pub(crate) fn received_at(tx: &Tx, row: &stay::Model) -> Holder {
    let at_school = matches!(tx.viewer().place, Place::School(_) | Place::Class(_));
    match port(&row.end_kind) {
        Holder::Guardian | Holder::Base if at_school => Holder::School,
        end => end,
    }
}

/// Carries a deed out on the chain: judged by the domain, written as one more link; two at once are
/// kept apart by the unique number. The answer tells the stay's state afterwards.
pub(crate) async fn carry_out(tx: &Tx, row: &stay::Model, deed: Deed, witness: &Witness) -> Result<Made, Error> {
    let standing = Standing {
        stay: row.id,
        state: StayState::parse(&row.state).unwrap_or(StayState::Closed),
        chain: chain(tx, row.child_id).await?,
        carer: row.volunteer_id,
        start: port(&row.start_kind),
        end: if deed == Deed::Receive { received_at(tx, row) } else { port(&row.end_kind) },
    };
    let person = match deed {
        Deed::Settle(Outcome::Family) => of_family(tx, row.child_id, witness).await?,
        Deed::Receive | Deed::Settle(Outcome::Back) if standing.end == Holder::Guardian => {
            of_family(tx, row.child_id, witness).await?
        }
        _ => Some(tx.account()),
    };
    let made = standing.after(deed, person)?;
    if let Some(link) = made.link {
        write(tx, row.child_id, link, witness).await?;
    }
    Ok(made)
}

/// A child is back at school from hospital, police or family, outside any stay.
#[derive(Clone, Debug)]
pub struct ComeBack {
    /// The child.
    pub child: ChildId,
    /// Who brought it, 1 to 200 characters; sealed.
    pub words: String,
}

impl Act for ComeBack {
    const NAME: &'static str = "custody.come_back";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::HandOver)?;
        let child = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        if is_carer(tx, child.id, None).await? {
            return Err(Error::refused("stay.own_return"));
        }
        let words = crate::stay::reason(&self.words, 200, "words")?;
        let witness = Witness { how: "staff", note: Some(words.to_owned()), ..Witness::default() };
        pass(tx, child.id, (Event::HandBack, Holder::School), &witness).await
    }
}

/// A hand-over outside any stay.
pub(crate) async fn pass(tx: &Tx, child: Uuid, (event, to): (Event, Holder), witness: &Witness) -> Result<(), Error> {
    let from = chain(tx, child).await?.holder();
    let person = if to == Holder::Guardian { of_family(tx, child, witness).await? } else { Some(tx.account()) };
    append(tx, child, HandOver { event, from, to, stay: None, person }, witness).await
}

/// Appends one link, judged by the chain alone: what a phone tells of has happened, however far the stay was.
pub(crate) async fn append(tx: &Tx, child: Uuid, next: HandOver, witness: &Witness) -> Result<(), Error> {
    let link = chain(tx, child).await?.append(next)?;
    write(tx, child, link, witness).await
}

/// Who of the family receives the child: who was named, by choice or in the words; who is at work
/// herself; or the only one there is, where nobody has to be named. For somebody who is not on file whoever writes it down stands,
/// and the words name the person. A blocked person who is named so is refused: the link would name somebody else.
async fn of_family(tx: &Tx, child: Uuid, witness: &Witness) -> Result<Option<Uuid>, Error> {
    let ties = tx.for_rule::<guardianship::Entity>().and(guardianship::Column::ChildId.eq(child)).all(tx).await?;
    let everybody = tx.for_rule::<guardian::Entity>().among(ties.iter().map(|tie| tie.guardian_id)).all(tx).await?;
    let is_blocked = |g: &guardian::Model| ties.iter().any(|tie| tie.guardian_id == g.id && tie.blocked);
    let named = named(&witness.words().unwrap_or_default(), &everybody);
    let chosen = witness.guardian.and_then(|id| everybody.iter().find(|g| g.id == id));
    if let Some(away) = named.iter().copied().chain(chosen).find(|g| is_blocked(g)) {
        return Err(Refusal::new("custody.kept_away").with("name", away.name.clone()).into());
    }
    if witness.guardian.is_some() {
        return Ok(chosen.map(|g| g.id));
    }
    if let Some(other) = &witness.other {
        let on_file = everybody.iter().find(|g| g.name == *other);
        return Ok(Some(on_file.map_or_else(|| tx.account(), |g| g.id)));
    }
    let people: Vec<&guardian::Model> = everybody.iter().filter(|g| !is_blocked(g)).collect();
    let herself = |g: &guardian::Model| tx.viewer().place == Place::Person(g.id) || named.iter().any(|n| n.id == g.id);
    Ok(match (people.iter().find(|g| herself(g)), people.as_slice()) {
        (Some(g), _) => Some(g.id),
        (None, [only]) if !witness.by_name => Some(only.id),
        _ => None,
    })
}

/// Who is named in the words. One name may be part of another: the longest is read first and taken out of them.
fn named<'a>(words: &str, people: &'a [guardian::Model]) -> Vec<&'a guardian::Model> {
    let bare = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let mut names: Vec<(String, &guardian::Model)> = people.iter().map(|g| (bare(&g.name), g)).collect();
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let mut left = bare(words);
    let mut found = Vec::new();
    for (name, _) in names.iter().filter(|(name, _)| !name.is_empty()) {
        if left.contains(name.as_str()) {
            found.extend(names.iter().filter(|(other, _)| other == name).map(|(_, person)| *person));
            left = left.replace(name.as_str(), " ");
        }
    }
    found
}

async fn write(tx: &Tx, child: Uuid, link: Link, witness: &Witness) -> Result<(), Error> {
    let id = Uuid::now_v7();
    tx.insert::<custody_event::Entity>(custody_event::Model {
        area_id: tx.area_id(),
        id,
        stay_id: link.stay,
        child_id: child,
        seq: link.seq,
        kind: link.event.code().into(),
        holder_kind: link.holder.code().into(),
        holder_id: link.holder.id().or(link.person),
        how: witness.how.into(),
        by_account: tx.account(),
        // Without the error of its clock: from here pages tell the hour. The phone's own word stands with its act.
        phone_at: witness.happened.or(witness.phone_at).map(|at| at.0),
        phone_offset: witness.phone_offset,
        server_at: tx.now().0,
        note_sealed: tx.seal_some(TABLE, "note_sealed", id, witness.words().as_deref())?,
    })
    .await
}

/// When a link happened: by the phone that told of it, unless its clock runs ahead.
pub(crate) fn happened(row: &custody_event::Model) -> Timestamp {
    Timestamp(row.phone_at.filter(|at| *at <= row.server_at).unwrap_or(row.server_at))
}

/// Where on their way the children of these stays are, by what was said last. Stays of which nothing was said are not in it.
pub(crate) async fn legs(tx: &Tx, stays: &[Uuid]) -> Result<BTreeMap<Uuid, Leg>, Error> {
    use custody_event::Column as C;
    let mut said: BTreeMap<Uuid, Vec<(Event, Timestamp)>> = BTreeMap::new();
    for some in stays.chunks(200) {
        let rows = tx.for_rule::<custody_event::Entity>().holding(C::StayId, some.iter().copied()).by(C::Seq);
        for row in rows.all(tx).await? {
            if let (Some(stay), Some(event)) = (row.stay_id, Event::parse(&row.kind)) {
                let said = said.entry(stay).or_default();
                // What a phone says to be before the link before cannot be: then it is shown as of when it came.
                let since = said.last().map_or(i64::MIN, |(_, at)| at.0);
                let at = row.phone_at.filter(|at| (since..=row.server_at).contains(at)).unwrap_or(row.server_at);
                said.push((event, Timestamp(at)));
            }
        }
    }
    Ok(said.into_iter().map(|(stay, said)| (stay, Leg::after(said))).collect())
}

/// With whom the child was after the last that was written of each of these stays.
pub(crate) async fn ends(tx: &Tx, stays: &[Uuid]) -> Result<BTreeMap<Uuid, Holder>, Error> {
    use custody_event::Column as C;
    let mut ends = BTreeMap::new();
    for some in stays.chunks(200) {
        let rows = tx.for_rule::<custody_event::Entity>().holding(C::StayId, some.iter().copied()).by(C::Seq);
        ends.extend(rows.all(tx).await?.iter().filter_map(|row| Some((row.stay_id?, holder(row)))));
    }
    Ok(ends)
}

/// All of a link.
const WHOLE: [custody_event::Column; 14] = {
    use custody_event::Column as C;
    [
        C::AreaId,
        C::Id,
        C::StayId,
        C::ChildId,
        C::Seq,
        C::Kind,
        C::HolderKind,
        C::HolderId,
        C::How,
        C::ByAccount,
        C::PhoneAt,
        C::PhoneOffset,
        C::ServerAt,
        C::NoteSealed,
    ]
};

/// The newest link of each of `children` that has one: one step into each chain from its end. To find the numbers first, and
/// then two hundred links by child and number, took a server eight milliseconds to plan.
pub(crate) async fn newest(tx: &Tx, children: &[Uuid]) -> Result<Vec<custody_event::Model>, Error> {
    use custody_event::Column as C;
    if let [child] = children {
        let last = tx.for_rule::<custody_event::Entity>().and(C::ChildId.eq(*child)).by_desc(C::Seq).limit(1);
        return last.all(tx).await;
    }
    let mut all = Vec::new();
    for some in children.chunks(200) {
        let links = || tx.for_rule::<custody_event::Entity>();
        let last = links().and(same(C::ChildId, child::Column::Id)).largest(C::Seq);
        let is_last = Condition::all().add(same(C::ChildId, child::Column::Id)).add(at(C::Seq).eq(last));
        let ends = tx.for_rule::<child::Entity>().among(some.iter().copied()).beside(links(), WHOLE, is_last);
        let picked = WHOLE.map(|column| (at(column), column.as_str())).into();
        all.extend(ends.and(C::ChildId.is_not_null()).pick::<custody_event::Model>(picked, tx).await?);
    }
    Ok(all)
}

/// Who has the child after `row`.
pub(crate) fn holder(row: &custody_event::Model) -> Holder {
    Holder::parse(&row.holder_kind, row.holder_id).unwrap_or(Holder::School)
}
