//! What a token finds: the session with its account and each grant, and what every page needs beside it, in one question.

use naheya_domain::{Timestamp, Viewer};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use crate::sealed::db::Engine;
use crate::sealed::desk::{Holding, Known};
use crate::sealed::door;
use crate::sealed::entity::{account, grant, session};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{at, same};
use crate::{Error, sha};

/// A session with its account, and one of its grants.
#[derive(FromQueryResult)]
pub(super) struct Live {
    pub(super) id: Uuid,
    pub(super) chosen: Option<Uuid>,
    pub(super) seen_at: i64,
    pub(super) factor_at: Option<i64>,
    pub(super) shared: bool,
    pub(super) account_id: Uuid,
    pub(super) display_name: String,
    pub(super) account_state: String,
    pub(super) language: String,
    pub(super) totp_confirmed_at: Option<i64>,
    pub(super) grant_id: Option<Uuid>,
    pub(super) area_id: Option<i32>,
    pub(super) role: Option<String>,
    pub(super) place_kind: Option<String>,
    pub(super) place_ref: Option<String>,
    pub(super) from_on: Option<String>,
    pub(super) to_on: Option<String>,
    pub(super) suspended_by: Option<Uuid>,
    pub(super) mark: Option<i64>,
    pub(super) unread: Option<i64>,
    pub(super) views: Option<bool>,
}

impl Live {
    /// What the door has read beside the grant: on a server alone.
    pub(super) fn known(&self) -> Known {
        Known { mark: self.mark, unread: self.unread.and_then(|n| u64::try_from(n).ok()), views: self.views }
    }

    /// The viewer that the grant makes today.
    pub(super) fn viewer(&self, now: Timestamp) -> Option<Viewer> {
        let grant = Holding {
            id: self.grant_id?,
            account: self.account_id,
            area_id: self.area_id?,
            role: self.role.as_deref()?,
            place: (self.place_kind.as_deref()?, self.place_ref.as_deref()?),
            from_on: self.from_on.as_deref()?,
            to_on: self.to_on.as_deref(),
            stopped: self.suspended_by.is_some(),
        };
        grant.viewer(now)
    }
}

/// The session of a token with its account and the grants not ended, oldest grant first: one question.
pub(super) async fn live(tx: &Tx, engine: Engine, token: &str, now: Timestamp) -> Result<Vec<Live>, Error> {
    use {account::Column as A, grant::Column as G, session::Column as S};
    if token.is_empty() || token.len() > 100 {
        return Ok(Vec::new());
    }
    let of_account = [A::Id, A::DisplayName, A::State, A::Language, A::TotpConfirmedAt];
    let of_grant = [
        G::Id,
        G::AccountId,
        G::AreaId,
        G::Role,
        G::PlaceKind,
        G::PlaceRef,
        G::FromOn,
        G::ToOn,
        G::SuspendedBy,
        G::CreatedAt,
    ];
    let [mark, unread, views] = door::beside_session(engine, at(G::AreaId), at(S::AccountId));
    tx.common::<session::Entity>()
        .and(S::TokenHash.eq(sha(token.as_bytes())))
        .and(S::EndedAt.is_null())
        .and(S::ExpiresAt.gt(now.0))
        .beside(tx.common::<account::Entity>(), of_account, same(A::Id, S::AccountId))
        .beside(tx.common::<grant::Entity>().and(G::EndedAt.is_null()), of_grant, same(G::AccountId, S::AccountId))
        .by_other(G::CreatedAt)
        .by_other(G::Id)
        .pick(
            vec![
                (at(S::Id), "id"),
                (at(S::GrantId), "chosen"),
                (at(S::SeenAt), "seen_at"),
                (at(S::FactorAt), "factor_at"),
                (at(S::Shared), "shared"),
                (at(A::Id), "account_id"),
                (at(A::DisplayName), "display_name"),
                (at(A::State), "account_state"),
                (at(A::Language), "language"),
                (at(A::TotpConfirmedAt), "totp_confirmed_at"),
                (at(G::Id), "grant_id"),
                (at(G::AreaId), "area_id"),
                (at(G::Role), "role"),
                (at(G::PlaceKind), "place_kind"),
                (at(G::PlaceRef), "place_ref"),
                (at(G::FromOn), "from_on"),
                (at(G::ToOn), "to_on"),
                (at(G::SuspendedBy), "suspended_by"),
                (mark, "mark"),
                (unread, "unread"),
                (views, "views"),
            ],
            tx,
        )
        .await
}
