//! What a phone takes with it for a weekend without network: the volunteer her own stays with their
//! digits, the gate its lists, on which no code stands. A code is proved there by a tag: one slow
//! derivation of the digits typed, then an HMAC bound to stay, adult and window (docs/adr/0011).

use hmac::{Hmac, KeyInit, Mac};
use naheya_domain::access::Action;
use naheya_domain::code::{Code, Window};
use naheya_domain::id::StayId;
use naheya_domain::{Date, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use sha2::Sha256;
use uuid::Uuid;

use crate::consented::consented;
use crate::field::random;
use crate::sealed::entity::{child, stay};
use crate::sealed::tx::Tx;
use crate::stay::{BackLine, GateLine, HomeLine, code, is_off, let_go_here, received_here};
use crate::{Desk, Error};

/// Rounds of PBKDF2: an old phone with `WebCrypto` needs 100 to 300 ms for one code.
pub const ROUNDS: u32 = 50_000;
/// Readable data of a stay leave a phone this many hours after its end.
pub const KEEP_HOURS: i64 = 72;
/// A phone takes along what begins within this many days.
const AHEAD_DAYS: i64 = 7;
/// Codes of the days before are told from wrong ones.
const PAST_DAYS: i64 = 4;

/// A line of the gate as a phone keeps it.
#[derive(Clone, Debug)]
pub struct ListLine {
    /// The line as on the page.
    pub line: GateLine,
    /// The adult to whom the tag is bound.
    pub adult: Uuid,
    /// Window and tag of its code; none while there is no code, or no longer one.
    pub proof: Option<(Window, Vec<u8>)>,
}

/// The gate's lists, with what tells a right code from a wrong one.
#[derive(Clone, Debug)]
pub struct PhoneList {
    /// Twelve bits of each code of other schools: enough to say whose it is not, too little to find it.
    pub others: Vec<u16>,
    /// Of this list alone.
    pub salt: [u8; 16],
    /// Who is fetched.
    pub gate: Vec<ListLine>,
    /// Who is brought back.
    pub back: Vec<ListLine>,
}

/// A stay as its carer's phone keeps it.
#[derive(Clone, Debug)]
pub struct HomeItem {
    /// As on the page.
    pub line: HomeLine,
    /// What care needs.
    pub care: Option<String>,
    /// Whether pictures may be taken.
    pub pictures: bool,
    /// The digits with which she fetches the child, once they are out.
    pub fetch: Option<(Code, Window)>,
    /// The digits with which she brings it back.
    pub back: Option<(Code, Window)>,
}

impl Desk {
    /// The lists of `day` and of the way back, for a phone at the gate.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn phone_list(&self, day: Date) -> Result<PhoneList, Error> {
        let gate = self.weekend_out(day).await?;
        let back = self.weekend_back().await?;
        let tx = self.read();
        let ids: Vec<Uuid> = gate.iter().chain(&back).map(|l| l.stay.0).collect();
        let rows = tx.visible::<stay::Entity>().among(ids).all(&tx).await?;
        let salt: [u8; 16] = random()?;
        let others = others(&tx, &rows, &salt).await?;
        let gate = proved(&tx, gate, &rows, fetch_code)?;
        let back = proved(&tx, back, &rows, |tx, row| Ok(back_code(tx, row)))?;
        let made = tokio::task::spawn_blocking(move || (tagged(gate, "release", salt), tagged(back, "return", salt)));
        let (gate, back) = made.await.map_err(|_| Error::Database("a derivation stopped".into()))?;
        Ok(PhoneList { others, salt, gate, back })
    }

    /// Today's, and those of the days around, so that yesterday's code is told from a wrong one.
    async fn weekend_out(&self, day: Date) -> Result<Vec<GateLine>, Error> {
        let from = Timestamp::from_shanghai(day.at(0, 0, 0, 0));
        let near = Condition::all()
            .add(stay::Column::StartsAt.gte(from.plus_minutes(-PAST_DAYS * 24 * 60).0))
            .add(stay::Column::StartsAt.lt(from.plus_minutes(24 * 60).0))
            .add(stay::Column::State.is_in(["approved", "released", "in_care", "returned", "closed"]));
        self.gate_lines(let_go_here(&self.read()).add(near)).await
    }

    async fn weekend_back(&self) -> Result<Vec<BackLine>, Error> {
        let now = self.now();
        let near = Condition::all()
            .add(stay::Column::EndsAt.gte(now.plus_minutes(-48 * 60).0))
            .add(stay::Column::EndsAt.lte(now.plus_minutes(5 * 24 * 60).0))
            .add(stay::Column::State.is_in(["approved", "released", "in_care", "returned", "closed"]));
        let late = Condition::all().add(stay::Column::State.is_in(["released", "in_care"]));
        self.gate_lines(received_here(&self.read()).add(Condition::any().add(near).add(late))).await
    }

    /// The volunteer's stays of this weekend and the next days, each with what her phone shows.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn phone_home(&self) -> Result<Vec<HomeItem>, Error> {
        let now = self.now();
        let mut lines = self.my_stays(now.plus_minutes(-KEEP_HOURS * 60)).await?;
        let until = now.plus_minutes(AHEAD_DAYS * 24 * 60);
        lines.retain(|l| !is_off(l.state) && l.held.is_none() && l.starts_at <= until);
        let tx = self.read();
        let rows = tx.visible::<stay::Entity>().among(lines.iter().map(|l| l.stay.0));
        let rows = rows.all(&tx).await?;
        let ids: Vec<Uuid> = lines.iter().filter_map(|l| l.child.as_ref().map(|(id, _)| id.0)).collect();
        let children = tx.visible::<child::Entity>().among(ids.clone()).all(&tx).await?;
        let allowed = consented(&tx, &ids, "photo").await?;
        let mut items = Vec::with_capacity(lines.len());
        for line in lines {
            let Some(row) = rows.iter().find(|r| r.id == line.stay.0) else { continue };
            let of = children.iter().find(|c| c.id == row.child_id);
            let care = match of {
                Some(c) => tx.open_some("children", "care_sealed", c.id, c.care_sealed.as_ref())?,
                None => None,
            };
            let waits = row.state == "approved";
            let fetch = if waits { fetch_code(&tx, row)? } else { None };
            let back = if waits || line.state.is_away() { back_code(&tx, row) } else { None };
            items.push(HomeItem { line, care, pictures: allowed.contains(&row.child_id), fetch, back });
        }
        Ok(items)
    }

    /// The digits with which the carer brings the child back, while it is with her.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Database`].
    pub async fn return_code(&self, id: StayId) -> Result<Option<(Code, Window)>, Error> {
        self.require(Action::RequestStay)?;
        let tx = self.read();
        let row = tx.visible::<stay::Entity>().id(id).one(&tx).await?;
        let away = ["released", "in_care"].contains(&row.state.as_str());
        Ok(if away { back_code(&tx, &row) } else { None })
    }

    /// The key under which this account's unsent acts lie on a phone. The phone gets it with each
    /// sign-in and forgets it with each sign-out.
    #[must_use]
    pub fn phone_key(&self) -> [u8; 32] {
        self.store().ring().phone_key(&self.viewer().account.0.to_string())
    }
}

type Proof = Option<(Code, Window)>;

/// The digits of the release: out, and of a stay that nobody has stopped. Used ones are on the list too,
/// so that they are told from wrong ones.
fn fetch_code(tx: &Tx, row: &stay::Model) -> Result<Proof, Error> {
    let Some(out) = row.codes_at.filter(|_| row.suspended_by.is_none()) else {
        return Ok(None);
    };
    let window = code::window(row);
    let window = Window { from: window.from.max(Timestamp(out)), ..window };
    Ok(code::open(tx, row)?.map(|code| (code, window)))
}

/// The digits of the return.
fn back_code(tx: &Tx, row: &stay::Model) -> Proof {
    (row.codes_at.is_some() && row.suspended_by.is_none()).then(|| code::back(tx, row))
}

/// What tells a code of another school: `salt` and digits, hashed, cut to twelve bits.
async fn others(tx: &Tx, own: &[stay::Model], salt: &[u8; 16]) -> Result<Vec<u16>, Error> {
    let near = code::near(tx, tx.now().0).await?;
    let mut cut = Vec::new();
    for row in near.iter().filter(|r| own.iter().all(|o| o.id != r.id)) {
        if let Some(code) = row.open(tx)? {
            let [one, two, ..] = crate::field::sha256(&[salt.as_slice(), code.as_str().as_bytes()].concat());
            cut.push((u16::from(one) << 4) | u16::from(two >> 4));
        }
    }
    cut.sort_unstable();
    cut.dedup();
    Ok(cut)
}

type Made = (GateLine, Uuid, Proof);

fn proved(
    tx: &Tx,
    lines: Vec<GateLine>,
    rows: &[stay::Model],
    code: fn(&Tx, &stay::Model) -> Result<Proof, Error>,
) -> Result<Vec<Made>, Error> {
    let mut made = Vec::with_capacity(lines.len());
    for line in lines {
        let Some(row) = rows.iter().find(|r| r.id == line.stay.0) else { continue };
        made.push((line, row.volunteer_id, code(tx, row)?));
    }
    Ok(made)
}

/// One derivation for each code: siblings share theirs.
fn tagged(made: Vec<Made>, what: &str, salt: [u8; 16]) -> Vec<ListLine> {
    let mut known: Vec<(Code, [u8; 32])> = Vec::new();
    let mut lines = Vec::with_capacity(made.len());
    for (line, adult, proof) in made {
        let proof = proof.map(|(code, window)| {
            let key = known.iter().find(|(c, _)| *c == code).map(|(_, key)| *key);
            let key = key.unwrap_or_else(|| {
                let key = derived(code.as_str(), &salt, ROUNDS);
                known.push((code, key));
                key
            });
            let bound = format!("{what}|{}|{adult}|{}|{}", line.stay, window.from.0, window.to.0);
            (window, tag(&key, &bound))
        });
        lines.push(ListLine { line, adult, proof });
    }
    lines
}

/// PBKDF2-HMAC-SHA-256 with one block of output (RFC 8018, section 5.2).
fn derived(digits: &str, salt: &[u8], rounds: u32) -> [u8; 32] {
    let Ok(keyed) = <Hmac<Sha256> as KeyInit>::new_from_slice(digits.as_bytes()) else { return [0; 32] };
    let turn = |bytes: &[&[u8]]| -> [u8; 32] {
        let mut mac = keyed.clone();
        bytes.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().into()
    };
    let mut last = turn(&[salt, &1_u32.to_be_bytes()]);
    let mut sum = last;
    for _ in 1..rounds {
        last = turn(&[&last]);
        sum.iter_mut().zip(last).for_each(|(sum, byte)| *sum ^= byte);
    }
    sum
}

fn tag(key: &[u8; 32], bound: &str) -> Vec<u8> {
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else { return Vec::new() };
    mac.update(bound.as_bytes());
    mac.finalize().into_bytes().iter().copied().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PBKDF2-HMAC-SHA-256 of "password" and "salt", 1, 2 and 4,096 rounds, as the drafts after RFC 6070 have them.
    #[test]
    fn the_derivation_is_the_one_that_phones_have() {
        for (rounds, begins) in [
            (1, "120fb6cffcf8b32c43e7225256c4f837"),
            (2, "ae4d0c95af6b46d32d0adff928f06dd0"),
            (4096, "c5e478d59288c841aa530db6845c4c8d"),
        ] {
            let key = derived("password", b"salt", rounds);
            assert!(data_encoding::HEXLOWER.encode(&key).starts_with(begins), "{rounds}");
        }
    }

    #[test]
    fn a_tag_is_bound_to_what_it_names() {
        let key = derived("407296", &[1; 16], 1);
        assert_eq!(tag(&key, "release|a|b|1|2"), tag(&key, "release|a|b|1|2"));
        for other in ["return|a|b|1|2", "release|c|b|1|2", "release|a|c|1|2", "release|a|b|1|3"] {
            assert_ne!(tag(&key, "release|a|b|1|2"), tag(&key, other), "{other}");
        }
        assert_ne!(derived("407296", &[1; 16], 1), derived("407296", &[2; 16], 1));
    }
}
