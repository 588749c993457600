//! A site on records of its own, gone when the test ends.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use axum::Router;
use naheya_domain::id::AccountId;
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, Role, Timestamp};
use naheya_store::account::{AddAccount, AddGrant};
use naheya_store::slip::{MakeSlip, UseSlip};
use naheya_store::{Desk, Location, Store, SystemTask};
use naheya_web::{App, SiteSettings};
use uuid::Uuid;

use crate::browser::Browser;

/// 2026-11-20 10:00 in Asia/Shanghai, a Friday.
pub const NOW: Timestamp = Timestamp(1_795_140_000_000);
/// The sample county.
pub const COUNTY: AreaId = AreaId(150_825);
/// The password of every account of a test.
pub const PASSWORD: &str = "three horses drink";

static NEXT: AtomicU32 = AtomicU32::new(0);

pub struct Site {
    pub app: Router,
    pub store: Store,
    clock: Arc<AtomicI64>,
    folder: PathBuf,
}

/// A demo site (no second factor) with the sample county open.
pub async fn site() -> Site {
    let site = real_site().await;
    site.store.mark_demo(NOW).await.unwrap();
    site
}

/// The same, with everything that is asked for outside a demo.
pub async fn real_site() -> Site {
    let site = empty_site().await;
    site.system().open_county().await.unwrap();
    site
}

/// The demo as `naheya demo` tells it, with its clock; every role's login is its code.
pub async fn told_site() -> Site {
    let site = site_with(SiteSettings { demo: Some(Arc::default()), ..SiteSettings::default() }).await;
    site.store.tell_demo("naheya", PASSWORD, NOW).await.unwrap();
    site
}

/// Prepared records without any county.
pub async fn empty_site() -> Site {
    site_with(SiteSettings::default()).await
}

/// Prepared records of a site that is told what it is.
pub async fn site_with(settings: SiteSettings) -> Site {
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("naheya-http-{}-{n}", std::process::id()));
    let store = Store::open(&Location::Folder(folder.clone()), &[7; 32]).await.unwrap();
    store.prepare(NOW).await.unwrap();
    let clock = Arc::new(AtomicI64::new(NOW.0));
    let hand = Arc::clone(&clock);
    let ahead = settings.demo.clone().unwrap_or_default();
    let app = naheya_web::app(App {
        store: store.clone(),
        clock: Arc::new(move || ahead.at(Timestamp(hand.load(Ordering::Relaxed)))),
        settings: Arc::new(settings),
    });
    Site { app, store, clock, folder }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Site {
    /// The present moment of this site.
    pub fn now(&self) -> Timestamp {
        Timestamp(self.clock.load(Ordering::Relaxed))
    }

    /// What puts its clock, for a body that takes its time.
    pub fn hand(&self) -> Arc<AtomicI64> {
        Arc::clone(&self.clock)
    }

    /// Lets time go by.
    pub fn wait_minutes(&self, minutes: i64) {
        self.clock.store(self.now().plus_minutes(minutes).0, Ordering::Relaxed);
    }

    /// A desk that may do everything in the sample county.
    pub fn system(&self) -> Desk {
        self.store.as_system(SystemTask::Demo, COUNTY, self.now())
    }

    /// A browser that has been nowhere.
    pub fn visitor(&self) -> Browser {
        Browser::new(self.app.clone())
    }

    /// A browser signed in as `role`, for the whole county where the role can have it.
    pub async fn as_role(&self, role: Role) -> Browser {
        let place = match role {
            Role::TownWorker => Place::Town("150825100".into()),
            Role::ClassTeacher => Place::Class(Uuid::now_v7()),
            Role::Volunteer | Role::Applicant | Role::Guardian => Place::Person(Uuid::now_v7()),
            Role::BaseKeeper | Role::Partner => Place::Unit(Uuid::now_v7()),
            _ => Place::County,
        };
        self.as_grant(role, place).await
    }

    /// A browser signed in as `role` at `place`.
    pub async fn as_grant(&self, role: Role, place: Place) -> Browser {
        let (account, _) = self.account(role, place).await;
        self.signed_in(account).await
    }

    /// An account with one grant and no password, and its user name.
    pub async fn account(&self, role: Role, place: Place) -> (AccountId, String) {
        let desk = self.system();
        let login = format!("{}-{}", role.code(), NEXT.fetch_add(1, Ordering::Relaxed));
        let add = AddAccount { login: login.clone(), display_name: "样例".into(), language: String::new() };
        let account = desk.save(add).await.unwrap();
        let grant = AddGrant { account, role, place, from_on: self.now().date(), to_on: None };
        desk.save(grant).await.unwrap();
        (account, login)
    }

    /// Uses the account's first slip and keeps the session.
    pub async fn signed_in(&self, account: AccountId) -> Browser {
        let desk = self.system();
        let slip = desk.save(MakeSlip { account }).await.unwrap();
        let (code, _, _) = desk.slip_code(slip).await.unwrap();
        let given =
            UseSlip { code, password: PASSWORD.into(), address: String::new(), agent: "test".into(), shared: false };
        let signed_in = self.store.use_slip(&given, self.now()).await.unwrap();
        let mut browser = self.visitor();
        browser.set_cookie("naheya", &signed_in.token);
        browser
    }
}
