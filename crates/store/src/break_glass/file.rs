//! What an opening shows: the child's whole file, whom to call, and who has the child now.

use naheya_domain::Timestamp;
use naheya_domain::access::Class;
use naheya_domain::custody::Holder;
use naheya_domain::id::BreakGlassId;
use naheya_domain::stay::Leg;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::TABLE;
use crate::child::SchoolContact;
use crate::child::file::{ChildFile, GuardianLine, Secret, read, read_secret};
use crate::sealed::act::Act;
use crate::sealed::entity::{break_glass, child, guardian, stay, volunteer};
use crate::sealed::glass::Glass;
use crate::sealed::tx::Tx;
use crate::{Desk, Error, custody};

/// The act of a look through an opening: "who looked" leaves it out.
pub(crate) const LOOK: &str = "look.break_glass";

/// An adult around the child with everything by which one is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adult {
    /// Name, what she is to the child, phone.
    pub line: GuardianLine,
    /// Address.
    pub address: Option<String>,
}

/// The volunteer with whom the child is, or is paired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carer {
    /// Name.
    pub name: String,
    /// Phone.
    pub phone: Option<String>,
}

/// Who has the child now, by the last that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whereabouts {
    /// With whom.
    pub holder: Holder,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Of a weekend that runs: how far it is, and until when.
    pub stay: Option<(Leg, Timestamp)>,
    /// The volunteer of that weekend, else of the pair.
    pub carer: Option<Carer>,
}

/// Everything that helps to find and help one child.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EmergencyFile {
    /// Which opening.
    pub id: BreakGlassId,
    /// Until when it holds.
    pub until: Timestamp,
    /// The file, with personal data.
    pub file: ChildFile,
    /// Its locked part.
    pub secret: Secret,
    /// The adults, in the order in which they are called.
    pub adults: Vec<Adult>,
    /// Whom to call at school.
    pub school: SchoolContact,
    /// Who has the child now.
    pub now: Whereabouts,
}

impl Desk {
    /// Reads the file through the reader's own opening; the look is on the trail before this returns, judged once more.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such opening for this reader, when it was made in another session, or when it is over.
    pub async fn emergency_file(&self, id: BreakGlassId) -> Result<EmergencyFile, Error> {
        let tx = self.read();
        let row = tx.visible::<break_glass::Entity>().id(id).one(&tx).await?;
        let glass = Glass::of(&tx, &row).await?;
        let through = tx.through(glass)?;
        let child = through.visible::<child::Entity>().id(row.child_id).one(&through).await?;
        let file = read(&through, child.clone(), true).await?;
        let found = EmergencyFile {
            id,
            until: glass.until(),
            secret: read_secret(&through, &child).await?,
            adults: adults(&through, &file).await?,
            school: SchoolContact::of(&through, &child).await?,
            now: whereabouts(&through, &child, &file).await?,
            file,
        };
        self.save(LookThrough { glass: id }).await?;
        Ok(found)
    }
}

/// A look that "who looked" leaves out (product.md rule 4).
struct LookThrough {
    glass: BreakGlassId,
}

impl Act for LookThrough {
    const NAME: &'static str = LOOK;
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let row = tx.visible::<break_glass::Entity>().id(self.glass).one(tx).await?;
        Glass::of(tx, &row).await?;
        tx.note("children", Some(row.child_id), "work,personal,secret");
        // And through which opening: of one child there may be several in an hour, and two files may become one.
        tx.note(TABLE, Some(row.id), "");
        Ok(())
    }
}

async fn adults(through: &Tx, file: &ChildFile) -> Result<Vec<Adult>, Error> {
    let ids = file.guardians.iter().map(|line| line.id);
    let rows = through.visible_as::<guardian::Entity>(Class::Personal).among(ids).all(through).await?;
    let adult = |line: &GuardianLine| {
        let row = rows.iter().find(|row| row.id == line.id.0);
        let sealed = row.and_then(|row| row.address_sealed.as_ref());
        let address = through.open_some(crate::guardian::TABLE, "address_sealed", line.id, sealed)?;
        Ok(Adult { line: line.clone(), address })
    };
    file.guardians.iter().map(adult).collect()
}

async fn whereabouts(through: &Tx, child: &child::Model, file: &ChildFile) -> Result<Whereabouts, Error> {
    use stay::Column as S;
    let away =
        through.visible::<stay::Entity>().and(S::ChildId.eq(child.id)).and(S::State.is_in(["released", "in_care"]));
    let away = away.by_desc(S::StartsAt).first(through).await?;
    let last = custody::newest(through, &[child.id]).await?.pop();
    let whose = away.as_ref().map(|stay| stay.volunteer_id).or(file.pair.as_ref().map(|pair| pair.volunteer.0));
    let leg = match &away {
        Some(stay) => custody::legs(through, &[stay.id]).await?.remove(&stay.id).unwrap_or_default(),
        None => Leg::default(),
    };
    Ok(Whereabouts {
        holder: last.as_ref().map_or(Holder::School, custody::holder),
        since: last.as_ref().map(custody::happened),
        stay: away.map(|stay| (leg, Timestamp(stay.ends_at))),
        carer: match whose {
            Some(id) => carer(through, id).await?,
            None => None,
        },
    })
}

async fn carer(through: &Tx, id: Uuid) -> Result<Option<Carer>, Error> {
    let row = through.visible_as::<volunteer::Entity>(Class::Personal).id(id).first(through).await?;
    let Some(row) = row else { return Ok(None) };
    let phone = through.open_some("volunteers", "phone_sealed", row.id, row.phone_sealed.as_ref())?;
    Ok(Some(Carer { name: row.name, phone }))
}
