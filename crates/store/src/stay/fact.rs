//! The facts of rule 2, collected for many stays in a fixed number of reads. Read past the viewer's
//! scope, because a rule must know what the viewer may not: nothing of it is shown as it is, the
//! gate's refusals go through [`heard`].
//!
//! Long because: what one clause asks is read beside what the others ask.

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::Date;
use naheya_domain::access::{Action, Class, Noun, Reach, may, reach};
use naheya_domain::check::{CheckKind, Standing, Subject};
use naheya_domain::custody::Holder;
use naheya_domain::error::Refusal;
use naheya_domain::household::{is_adult, is_there};
use naheya_domain::stay::gate::{
    Adult, ChildWord, Circle, Facts, Gate, PairStanding, TeacherWord, Whereabouts, judged, spoken,
};
use naheya_domain::stay::proof::Proof;
use naheya_domain::stay::{RunsFrom, StayState};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::concerned::concerns;
use super::kept_away::{blocked, kept_away};
use crate::carer::Somebody;
use crate::check::CheckBook;
use crate::concern::hides;
use crate::consent::{Days, holding};
use crate::household::{date, is_adult_there};
use crate::pair::lasts;
use crate::sealed::entity::{
    child, concern, consent, custody_event, household_member, pair, stay, stay_adult, volunteer, wish,
};
use crate::sealed::tx::Tx;
use crate::{Error, custody};

/// A term's wish, or one from the pairing, speaks for a booking this long.
const WISH_MILLIS: i64 = 184 * 24 * 3_600_000;

/// The checks that rule 2 asks for.
const ASKED: [CheckKind; 5] =
    [CheckKind::Agreement, CheckKind::Insurance, CheckKind::Training, CheckKind::HomeVisit, CheckKind::NoOffence];

/// So many children are asked about one by one in a question.
const EACH: usize = 100;

/// One stay of one child, asked for or on record.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) stay: Option<Uuid>,
    pub(crate) pair: Uuid,
    pub(crate) child: Uuid,
    pub(crate) volunteer: Uuid,
    pub(crate) household: Uuid,
    pub(crate) starts_at: i64,
    pub(crate) ends_at: i64,
    pub(crate) start: RunsFrom,
    pub(crate) day_only: bool,
    pub(crate) adults: Vec<Uuid>,
    pub(crate) guests: Vec<String>,
    pub(crate) teacher: TeacherWord,
    pub(crate) requested_at: Option<i64>,
    pub(crate) suspended: Option<Uuid>,
}

impl Claim {
    pub(crate) fn of(row: &stay::Model, adults: &[stay_adult::Model]) -> Claim {
        Claim {
            stay: Some(row.id),
            pair: row.pair_id,
            child: row.child_id,
            volunteer: row.volunteer_id,
            household: row.household_id,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            start: RunsFrom::parse(&row.start_kind).unwrap_or(RunsFrom::School),
            day_only: row.day_only,
            adults: adults.iter().filter(|a| a.stay_id == row.id).map(|a| a.member_id).collect(),
            guests: Vec::new(),
            teacher: match row.teacher_answer.as_deref() {
                Some("yes") => TeacherWord::Yes,
                Some(_) => TeacherWord::No,
                None => TeacherWord::Open,
            },
            requested_at: Some(row.requested_at),
            suspended: row.suspended_by,
        }
    }

    fn first_on(&self) -> Date {
        naheya_domain::Timestamp(self.starts_at).date()
    }

    fn last_on(&self) -> Date {
        naheya_domain::Timestamp(self.ends_at).date()
    }
}

/// What rule 2 asks about the people of some stays, read once. From it come the facts of each stay that the domain judges.
pub(crate) struct Dossier {
    pairs: Vec<pair::Model>,
    children: Vec<Child>,
    volunteers: Vec<volunteer::Model>,
    members: Vec<household_member::Model>,
    checks: CheckBook,
    consents: Vec<consent::Model>,
    kept_away: BTreeSet<(Uuid, Uuid)>,
    blocked_ids: BTreeSet<(Uuid, Uuid)>,
    wishes: Vec<wish::Model>,
    concerns: Vec<(Uuid, Uuid)>,
    others: Vec<Other>,
    custody: Vec<custody_event::Model>,
    /// The volunteers and homes of which whoever is at work is part, where that role reads what children said.
    own: BTreeSet<Uuid>,
    today: Date,
}

/// What is asked of a child's own row.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Child {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) school_id: Option<Uuid>,
    pub(crate) class_id: Option<Uuid>,
}

const OF_CHILD: [child::Column; 5] =
    [child::Column::Id, child::Column::Name, child::Column::State, child::Column::SchoolId, child::Column::ClassId];

fn ids(claims: &[Claim], pick: fn(&Claim) -> Uuid) -> Vec<Uuid> {
    claims.iter().map(pick).collect::<BTreeSet<_>>().into_iter().collect()
}

impl Dossier {
    pub(crate) async fn of(tx: &Tx, claims: &[Claim]) -> Result<Dossier, Error> {
        let pairs = tx.for_rule::<pair::Entity>().among(ids(claims, |c| c.pair)).all(tx).await?;
        let volunteers = tx.for_rule::<volunteer::Entity>().among(ids(claims, |c| c.volunteer)).all(tx).await?;
        Dossier::with(tx, claims, pairs, volunteers).await
    }

    /// The same, when the claims' pairs and volunteers have been read in this transaction.
    pub(crate) async fn with(
        tx: &Tx,
        claims: &[Claim],
        pairs: Vec<pair::Model>,
        volunteers: Vec<volunteer::Model>,
    ) -> Result<Dossier, Error> {
        let children = ids(claims, |c| c.child);
        let homes = ids(claims, |c| c.household);
        let (blocked, blocked_ids) = blocked(tx, &children).await?;
        let members = tx
            .for_rule::<household_member::Entity>()
            .holding(household_member::Column::HouseholdId, homes.iter().copied())
            .all(tx)
            .await?;
        Ok(Dossier {
            own: own(tx, &volunteers, &homes).await?,
            kept_away: kept_away(tx, &blocked, &members, &volunteers)?,
            concerns: concerns(tx, &volunteers, &members).await?,
            members,
            checks: CheckBook::standings(tx, homes.clone(), &ASKED).await?,
            consents: tx
                .for_rule::<consent::Entity>()
                .holding(consent::Column::ChildId, children.iter().copied())
                .and(consent::Column::Purpose.eq("overnight"))
                .by(consent::Column::GivenAt)
                .by(consent::Column::Id)
                .all(tx)
                .await?,
            blocked_ids,
            wishes: wishes(tx, children.iter().copied()).await?,
            others: others(tx, claims).await?,
            custody: custody::newest(tx, &children).await?,
            children: tx.for_rule::<child::Entity>().among(children).columns(OF_CHILD, tx).await?,
            pairs,
            volunteers,
            today: tx.now().date(),
        })
    }

    pub(crate) fn facts(&self, claim: &Claim, gate: Gate) -> Facts {
        let volunteer = self.volunteers.iter().find(|v| v.id == claim.volunteer);
        let proof = |kind, subject| self.proof(kind, subject);
        let hers = Subject::Volunteer(claim.volunteer);
        Facts {
            last_on: claim.last_on(),
            day_only: claim.day_only,
            pair: self.pair(claim),
            volunteer_approved: volunteer.is_some_and(|v| v.state == "approved"),
            agreement: proof(CheckKind::Agreement, hers),
            insurance: proof(CheckKind::Insurance, hers),
            training: proof(CheckKind::Training, hers),
            adults: self.adults(claim),
            home_visit: proof(CheckKind::HomeVisit, Subject::Home(claim.household)),
            consented: self.consent(claim).is_some(),
            teacher: self.teacher(claim),
            child: self.word(claim, gate),
            concern: !self.concerns_about(claim).is_empty(),
            whereabouts: self.whereabouts(claim, gate),
        }
    }

    /// Of whom or what a check is about, its own are looked through: those of two hundred homes together took longer than reading
    /// them.
    fn proof(&self, kind: CheckKind, subject: Subject) -> Proof {
        Proof::of(self.checks.about(subject), kind, subject)
    }

    /// A pair whose last day is known stands for no stay that goes beyond it.
    fn pair(&self, claim: &Claim) -> PairStanding {
        let of = self.pairs.iter().find(|p| p.id == claim.pair).filter(|p| lasts(p, claim.last_on()));
        match of.map(|p| p.state.as_str()) {
            Some("settling") => PairStanding::Settling,
            Some("active") => PairStanding::Active,
            _ => PairStanding::Other,
        }
    }

    /// Whoever sleeps there; whoever lives there and must not come near the child, and whoever lives there and was failed by
    /// the last query: that somebody says he is out is no reason to bring it to his home.
    fn adults(&self, claim: &Claim) -> Vec<Adult> {
        let at_home = self.members.iter().filter(|m| m.household_id == claim.household);
        let named = at_home.filter_map(|m| self.adult(claim, m));
        let strangers = claim.guests.iter().map(|name| Adult {
            name: name.clone(),
            no_offence: Proof::Missing,
            blocked: false,
            failed: false,
        });
        named.chain(strangers).collect()
    }

    /// Somebody of the home, where one of the clauses asks about this person.
    fn adult(&self, claim: &Claim, m: &household_member::Model) -> Option<Adult> {
        let (first, last) = (claim.first_on(), claim.last_on());
        let sleeps = self.sleeps(claim, m);
        let blocked = self.kept_away.contains(&(claim.child, m.id));
        let about = Subject::Adult(m.id);
        let failed = || self.checks.standing(CheckKind::NoOffence, about, self.today) == Standing::Failed;
        // Who is written down as living elsewhere in these days is not there.
        let failed = !sleeps && is_adult_there(m, first, last) && failed();
        let there = is_there(date(m.from_on.as_deref()), date(m.to_on.as_deref()), first, last);
        (sleeps || failed || blocked && there).then(|| Adult {
            name: m.name.clone(),
            // Of somebody who is said to be out, nobody asks for a query.
            no_offence: if sleeps { self.proof(CheckKind::NoOffence, about) } else { Proof::Open },
            blocked,
            failed,
        })
    }

    /// Whether somebody of the home is a grown-up who sleeps there in these days: whom the request names, unless they have
    /// moved out since; every guest; and whoever comes of age between the request and the last day, of whom nobody was asked.
    fn sleeps(&self, claim: &Claim, m: &household_member::Model) -> bool {
        let asked_on = claim.requested_at.map_or(self.today, |at| naheya_domain::Timestamp(at).date());
        let comes_of_age = || !is_adult(date(m.birth_on.as_deref()), asked_on);
        is_adult_there(m, claim.first_on(), claim.last_on())
            && (m.guest || claim.adults.contains(&m.id) || comes_of_age())
    }

    /// The grown-ups who live in this home and are not named: nobody asks for their checks.
    pub(crate) fn left_out(&self, claim: &Claim) -> Vec<String> {
        let (first, last) = (claim.first_on(), claim.last_on());
        let lives = |m: &&household_member::Model| m.household_id == claim.household && !m.guest;
        let at_home = self.members.iter().filter(lives).filter(|m| is_adult_there(m, first, last));
        at_home.filter(|m| !self.sleeps(claim, m)).map(|m| m.name.clone()).collect()
    }

    /// The consent on which the stay rests: of the guardians who are not blocked, at least one whose
    /// last answer is a yes for all its days, and none whose last answer is a no.
    pub(crate) fn consent(&self, claim: &Claim) -> Option<&consent::Model> {
        let mine = self.consents.iter().filter(|c| {
            c.child_id == claim.child
                && (c.stay_id.is_none() || c.stay_id == claim.stay)
                && !self.blocked_ids.contains(&(c.child_id, c.guardian_id))
        });
        holding(mine, &Days { first: claim.first_on().to_string(), last: claim.last_on().to_string() })
    }

    /// The teacher's word on this request; for one not made yet, a no to other days that meet these.
    fn teacher(&self, claim: &Claim) -> TeacherWord {
        let said_no = || self.overlapping(claim).any(|s| s.teacher_answer.as_deref() == Some("no"));
        if claim.stay.is_none() && said_no() { TeacherWord::No } else { claim.teacher }
    }

    fn overlapping<'a>(&'a self, claim: &'a Claim) -> impl Iterator<Item = &'a Other> {
        self.others.iter().filter(move |s| {
            s.child_id == claim.child
                && Some(s.id) != claim.stay
                && s.starts_at < claim.ends_at
                && s.ends_at > claim.starts_at
        })
    }

    /// The child's last word that counts at this gate.
    fn word(&self, claim: &Claim, gate: Gate) -> ChildWord {
        match last_word(&self.wishes, claim, gate).map(|w| w.answer.as_str()) {
            None => ChildWord::NotAsked,
            Some("no") => ChildWord::No,
            Some(_) => ChildWord::NotAgainst,
        }
    }

    /// Whether the child's last word on this stay was neither yes nor no: somebody should look.
    pub(crate) fn is_unsure(&self, claim: &Claim) -> bool {
        let last = self.wishes.iter().rfind(|w| w.child_id == claim.child && w.alone && w.stay_id == claim.stay);
        last.is_some_and(|w| w.answer == "unsure")
    }

    fn whereabouts(&self, claim: &Claim, gate: Gate) -> Whereabouts {
        let state = self.children.iter().find(|c| c.id == claim.child).map(|c| c.state.as_str());
        if !matches!(state, Some("applying" | "enrolled")) {
            return Whereabouts::NotTakingPart;
        }
        let claimed = self.overlapping(claim).any(|s| StayState::parse(&s.state).is_some_and(StayState::is_open));
        if claimed {
            return Whereabouts::Claimed;
        }
        let holder = self.custody.iter().find(|e| e.child_id == claim.child).map_or(Holder::School, custody::holder);
        let fits = match (holder, gate) {
            (Holder::Hospital | Holder::Police, _) => false,
            (_, Gate::Booking | Gate::Approval) => true,
            (holder, Gate::Release) => holder == start_of(claim.start),
        };
        if fits { Whereabouts::Here } else { Whereabouts::Elsewhere }
    }

    fn concerns_about(&self, claim: &Claim) -> BTreeSet<Uuid> {
        let people = [claim.child, claim.volunteer, claim.household];
        let open = self.concerns.iter().filter(|(_, about)| people.contains(about)).map(|(id, _)| *id);
        let pair = self.pairs.iter().find(|p| p.id == claim.pair).and_then(|p| p.suspended_by);
        open.chain(pair).chain(claim.suspended).collect()
    }

    /// Of these pairs, those it holds.
    pub(crate) fn pairs_among(&self, ids: &[Uuid]) -> Vec<&pair::Model> {
        self.pairs.iter().filter(|p| ids.contains(&p.id)).collect()
    }

    /// Stays made since it was drawn up.
    pub(crate) fn learn(&mut self, stays: &[stay::Model]) {
        self.others.extend(stays.iter().map(Other::of));
    }

    /// Whether this person is on the list of that home.
    pub(crate) fn lives_in(&self, household: Uuid, member: Uuid) -> bool {
        self.members.iter().any(|m| m.household_id == household && m.id == member)
    }

    pub(crate) fn child(&self, id: Uuid) -> Option<&Child> {
        self.children.iter().find(|c| c.id == id)
    }

    pub(crate) fn volunteer(&self, id: Uuid) -> Option<&volunteer::Model> {
        self.volunteers.iter().find(|v| v.id == id)
    }
}

/// Of these volunteers and homes, those of which whoever is at work is part; nobody of a role that reads no child's words.
async fn own(tx: &Tx, volunteers: &[volunteer::Model], homes: &[Uuid]) -> Result<BTreeSet<Uuid>, Error> {
    if tx.is_system() || reach(tx.viewer().role, Noun::Wish, Class::Work) != Reach::County {
        return Ok(BTreeSet::new());
    }
    let homes: BTreeSet<Uuid> = volunteers.iter().map(|v| v.household_id).chain(homes.iter().copied()).collect();
    let mut own = Somebody::at_work(tx).await?.homes_among(tx, &homes).await?;
    let beside: Vec<Uuid> = volunteers.iter().filter(|v| own.contains(&v.household_id)).map(|v| v.id).collect();
    own.extend(beside);
    Ok(own)
}

/// What these children said lately, in its order.
pub(crate) async fn wishes(
    tx: &Tx,
    children: impl IntoIterator<Item = Uuid> + Send,
) -> Result<Vec<wish::Model>, Error> {
    tx.for_rule::<wish::Entity>()
        .holding(wish::Column::ChildId, children)
        .and(wish::Column::AskedAt.gte(tx.now().0 - WISH_MILLIS))
        .by(wish::Column::AskedAt)
        .by(wish::Column::Id)
        .all(tx)
        .await
}

/// Of what the children said, the last word that counts for this claim at this gate.
pub(crate) fn last_word<'a>(wishes: &'a [wish::Model], claim: &Claim, gate: Gate) -> Option<&'a wish::Model> {
    let counts = |w: &&wish::Model| {
        let about_this = w.stay_id.is_some() && w.stay_id == claim.stay;
        let since_request = w.occasion == "stay" && claim.requested_at.is_some_and(|at| w.asked_at >= at);
        w.child_id == claim.child
            // A no counts whoever hears it.
            && (w.alone || w.answer == "no")
            && (w.stay_id.is_none() || about_this)
            && (gate == Gate::Booking || about_this || since_request || w.answer == "no")
    };
    wishes.iter().rfind(counts)
}

/// Where the child is before a stay that begins there.
pub(crate) fn start_of(start: RunsFrom) -> Holder {
    match start {
        RunsFrom::School => Holder::School,
        RunsFrom::Guardian => Holder::Guardian,
        RunsFrom::Base => Holder::Base,
    }
}

/// Another stay of the same child: what the clauses ask of it.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Other {
    id: Uuid,
    child_id: Uuid,
    starts_at: i64,
    ends_at: i64,
    state: String,
    teacher_answer: Option<String>,
}

impl Other {
    fn of(row: &stay::Model) -> Other {
        Other {
            id: row.id,
            child_id: row.child_id,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            state: row.state.clone(),
            teacher_answer: row.teacher_answer.clone(),
        }
    }
}

/// Stays of these children that meet the days asked for.
async fn others(tx: &Tx, claims: &[Claim]) -> Result<Vec<Other>, Error> {
    use stay::Column as C;
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let columns = [C::Id, C::ChildId, C::StartsAt, C::EndsAt, C::State, C::TeacherAnswer];
    let meets = |(first, last): (i64, i64)| Condition::all().add(C::StartsAt.lt(last)).add(C::EndsAt.gt(first));
    let mut spans = BTreeMap::<Uuid, (i64, i64)>::new();
    for claim in claims {
        let span = spans.entry(claim.child).or_insert((claim.starts_at, claim.ends_at));
        *span = (span.0.min(claim.starts_at), span.1.max(claim.ends_at));
    }
    let days = if spans.len() <= EACH {
        // Each for its own days: those of all of them together may hold a year.
        let one = |(child, span): (Uuid, (i64, i64))| meets(span).add(C::ChildId.eq(child));
        spans.into_iter().map(one).fold(Condition::any(), Condition::add)
    } else {
        let wide = |all: (i64, i64), span: &(i64, i64)| (all.0.min(span.0), all.1.max(span.1));
        let all = spans.values().fold((i64::MAX, i64::MIN), wide);
        meets(all).add(C::ChildId.is_in(spans.into_keys()))
    };
    tx.for_rule::<stay::Entity>().and(days).columns::<Other, 6>(columns, tx).await
}

/// What the viewer may be told: that a child said no if the role sees wishes and it does not go to her own home, that a query was
/// failed if the role sees it, that a concern is open if every open one is the viewer's to handle and none is about the viewer.
pub(crate) async fn circle(tx: &Tx, dossier: &Dossier, claim: &Claim) -> Result<Circle, Error> {
    if tx.is_system() {
        return Ok(Circle { wishes: true, checks: true, concerns: true });
    }
    let is_own = dossier.own.contains(&claim.volunteer) || dossier.own.contains(&claim.household);
    let wishes = reach(tx.viewer().role, Noun::Wish, Class::Work) == Reach::County && !is_own;
    let checks = may(tx.viewer().role, Action::ApproveVolunteer) && !is_own;
    let open = dossier.concerns_about(claim);
    if open.is_empty() {
        return Ok(Circle { wishes, checks, concerns: false });
    }
    let seen = tx.visible::<concern::Entity>().among(open.iter().copied()).count(tx).await?;
    Ok(Circle { wishes, checks, concerns: seen == open.len() as u64 && !hides(tx, &open).await? })
}

/// The refusals of `gate` as the viewer may hear them; empty when the gate is open.
pub(crate) async fn heard(tx: &Tx, dossier: &Dossier, claim: &Claim, gate: Gate) -> Result<Vec<Refusal>, Error> {
    match judged(&dossier.facts(claim, gate), gate) {
        Ok(()) => Ok(Vec::new()),
        Err(refusals) => Ok(spoken(refusals, circle(tx, dossier, claim).await?)),
    }
}

/// Judges one claim for an act: the first refusal ends it, and says how many more there are.
pub(crate) async fn pass(tx: &Tx, dossier: &Dossier, claim: &Claim, gate: Gate) -> Result<(), Error> {
    let refusals = heard(tx, dossier, claim, gate).await?;
    let more = refusals.len().saturating_sub(1);
    match refusals.into_iter().next() {
        None => Ok(()),
        Some(first) if more > 0 => Err(Error::Refused(first.with("more", more.to_string()))),
        Some(first) => Err(Error::Refused(first)),
    }
}
