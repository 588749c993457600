//! Requests of one commit, foreseen: on a Friday noon many volunteers ask within the same milliseconds, and each request is
//! judged by the same eleven questions. They are asked once for all of them, and each request is then judged alone, in
//! its turn, with the stays made before it. Whatever cannot be granted so reads for itself and says why.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use naheya_domain::Viewer;
use naheya_domain::stay::gate::{Gate, judged};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::fact::{Claim, Dossier};
use super::request::{RequestStay, RequestStays, Rows, carer_of, claims_of};
use crate::Error;
use crate::sealed::commit::Ahead;
use crate::sealed::entity::{pair, stay, volunteer};
use crate::sealed::tx::Tx;

/// Tables that the clauses of rule 2 are read from: once another kind of act has written into one of them, nothing of this
/// counts any more.
const READ: [&str; 14] = [
    "pairs",
    "volunteers",
    "household_members",
    "checks",
    "consents",
    "guardianships",
    "guardians",
    "wishes",
    "concerns",
    "concern_people",
    "stays",
    "custody_events",
    "children",
    "accounts",
];

/// What is known of the people of several requests.
pub(super) struct Foreseen {
    /// By who asks, the pairs asked for that she sees.
    seen: BTreeMap<Uuid, BTreeSet<Uuid>>,
    dossier: Mutex<Dossier>,
}

impl Foreseen {
    /// Asks for all of them; nothing when nobody sees what she asks for.
    pub(super) async fn of(asked: &[(&RequestStays, &Viewer)], tx: &Tx) -> Result<Option<Ahead>, Error> {
        let (pairs, seen) = pairs_seen(asked, tx).await?;
        let carers: BTreeSet<Uuid> = pairs.iter().map(|p| p.volunteer_id).collect();
        let carers = tx.for_rule::<volunteer::Entity>().among(carers).all(tx).await?;
        let mut claims = Vec::new();
        for new in asked.iter().flat_map(|(act, _)| &act.new) {
            let theirs: Vec<&pair::Model> = pairs.iter().filter(|p| new.pairs.contains(&p.id)).collect();
            let carer = carer_of(&theirs).ok().and_then(|id| carers.iter().find(|c| c.id == id));
            claims.extend(carer.map(|carer| claims_of(new, &theirs, carer)).unwrap_or_default());
        }
        if claims.is_empty() {
            return Ok(None);
        }
        let dossier = Dossier::with(tx, &claims, pairs, carers).await?;
        Ok(Some(Arc::new(Foreseen { seen, dossier: Mutex::new(dossier) })))
    }

    /// What was foreseen for this commit and still counts.
    pub(super) fn still(tx: &Tx) -> Option<Arc<Foreseen>> {
        tx.ahead::<RequestStays, Foreseen>(&READ)
    }

    /// The rows of a request that every clause lets pass; nothing when it must be read for itself.
    pub(super) fn rows(&self, tx: &Tx, request: &RequestStay, by: Uuid) -> Option<Result<Rows, Error>> {
        let dossier = self.dossier.lock().unwrap_or_else(PoisonError::into_inner);
        let claims = self.claims(tx, request, &dossier)?;
        let passes = |claim: &Claim| judged(&dossier.facts(claim, Gate::Booking), Gate::Booking).is_ok();
        claims.iter().all(passes).then(|| request.rows(tx, by, &claims, &dossier))
    }

    fn claims(&self, tx: &Tx, request: &RequestStay, dossier: &Dossier) -> Option<Vec<Claim>> {
        let new = &request.new;
        let hers = self.seen.get(&tx.viewer().grant.0)?;
        let pairs = dossier.pairs_among(&new.pairs);
        if pairs.len() != new.pairs.len() || !pairs.iter().all(|p| hers.contains(&p.id)) {
            return None;
        }
        let carer = dossier.volunteer(carer_of(&pairs).ok()?)?;
        let at_home = new.adults.iter().all(|adult| dossier.lives_in(carer.household_id, *adult));
        at_home.then(|| claims_of(new, &pairs, carer))
    }

    /// Stays made meanwhile: the next request of the same child is judged with them.
    pub(super) fn learn(&self, stays: &[stay::Model]) {
        self.dossier.lock().unwrap_or_else(PoisonError::into_inner).learn(stays);
    }
}

type Seen = (Vec<pair::Model>, BTreeMap<Uuid, BTreeSet<Uuid>>);

/// The pairs asked for, each read by the one who asks.
async fn pairs_seen(asked: &[(&RequestStays, &Viewer)], tx: &Tx) -> Result<Seen, Error> {
    let mut by_viewer = BTreeMap::<Uuid, (&Viewer, BTreeSet<Uuid>)>::new();
    for (act, viewer) in asked {
        let (_, ids) = by_viewer.entry(viewer.grant.0).or_insert((*viewer, BTreeSet::new()));
        ids.extend(act.new.iter().flat_map(|new| &new.pairs));
    }
    let (mut pairs, mut seen) = (BTreeMap::new(), BTreeMap::new());
    for (grant, (viewer, ids)) in by_viewer {
        let hers = tx.on_behalf(viewer.clone());
        let found = hers.visible::<pair::Entity>().and(pair::Column::Id.is_in(ids)).all(&hers).await?;
        seen.insert(grant, found.iter().map(|p| p.id).collect());
        pairs.extend(found.into_iter().map(|p| (p.id, p)));
    }
    Ok((pairs.into_values().collect(), seen))
}
