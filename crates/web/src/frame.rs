//! What stands around every page: head, navigation, the line said once, the tokens of its forms.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use naheya_domain::access::{Action, Class, Noun};
use naheya_domain::phone::Phone;
use naheya_domain::{Date, Role, Timestamp};

use crate::answer::Toast;
use crate::appearance::Appearance;
use crate::ask::Asker;
use crate::asset::{ASSETS, Assets};
use crate::form::Sheet;
use crate::knock::Knock;
use crate::session::Session;
use crate::words::{Lang, Words};

/// Which frame a page wears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// Rail at the left, search on top: the federation, at a PC first.
    Office,
    /// Header and tab bar: volunteer, teacher, guardian, at a phone first.
    Phone,
    /// Nobody signed in.
    Public,
}

/// One entry of the navigation.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one question of the template")]
pub struct NavItem {
    /// The text's id without `nav-`.
    pub key: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// The icon's name in `frame/icon.html`.
    pub icon: &'static str,
    /// Whether the page shown is this one or below it.
    pub here: bool,
    /// A number beside the word.
    pub count: Option<i64>,
    /// Whether the number asks for something to be done.
    pub hot: bool,
    /// Whether it stands in the tab bar of a phone.
    pub tab: bool,
    /// Whether it begins the second group.
    pub second: bool,
}

/// An entry of the navigation.
pub struct Place {
    /// Its word's code.
    pub key: &'static str,
    href: &'static str,
    icon: &'static str,
    knock: Knock,
    tab: bool,
    second: bool,
}

const fn place(key: &'static str, href: &'static str, icon: &'static str, knock: Knock) -> Place {
    Place { key, href, icon, knock, tab: false, second: false }
}

const FEDERATION: &[Role] = &[Role::Coordinator, Role::Leader];

/// The office's navigation, as its mock has it. An entry is shown to whom its knock admits, once
/// the page exists.
pub const OFFICE: &[Place] = &[
    Place { tab: true, ..place("today", "/today", "today", Knock::Roles(FEDERATION)) },
    Place { tab: true, ..place("visits", "/visits", "walk", Knock::Roles(&[Role::TownWorker])) },
    Place { tab: true, ..place("children", "/children", "child", Knock::Sees(Noun::Child, Class::Work)) },
    place("volunteers", "/volunteers", "people", Knock::May(Action::KeepVolunteer)),
    Place { tab: true, ..place("rounds", "/rounds", "pair", Knock::May(Action::RunRound)) },
    Place { tab: true, ..place("stays", "/stays", "calendar", Knock::May(Action::ApproveStay)) },
    place("board", "/board", "home", Knock::May(Action::ApproveStay)),
    place("follow-ups", "/follow-ups", "talk", Knock::May(Action::FollowUp)),
    place("concerns", "/concerns", "shield", Knock::May(Action::HandleConcern)),
    place("notices", "/notices", "bell", Knock::SignedIn),
    Place { tab: true, ..place("levels", "/levels", "chart", Knock::May(Action::SeeLevels)) },
    Place { second: true, ..place("report", "/report", "chart", Knock::May(Action::SeeReport)) },
    Place { second: true, ..place("grid", "/grid", "map", Knock::May(Action::KeepGrid)) },
    Place { second: true, ..place("imports", "/imports", "import", Knock::May(Action::Import)) },
    Place { second: true, ..place("schools", "/schools", "school", Knock::May(Action::KeepSchool)) },
    Place { second: true, ..place("accounts", "/accounts", "key", Knock::May(Action::KeepAccount)) },
    Place { second: true, ..place("trail", "/audit-events", "list", Knock::May(Action::Audit)) },
    Place { second: true, ..place("settings", "/settings", "gear", Knock::May(Action::KeepSetting)) },
];

/// The tab bars of the phones.
pub const PHONE: &[Place] = &[
    Place { tab: true, ..place("home", "/home", "home", Knock::Roles(&[Role::Volunteer])) },
    Place { tab: true, ..place("request", "/stays/new", "calendar", Knock::Roles(&[Role::Volunteer])) },
    Place { tab: true, ..place("notes", "/notes", "pen", Knock::Roles(&[Role::Volunteer])) },
    Place { tab: true, ..place("choices", "/choices", "pair", Knock::Roles(&[Role::Volunteer])) },
    Place { tab: true, ..place("friday", "/friday", "home", Knock::May(Action::HandOver)) },
    Place { tab: true, ..place("sunday", "/sunday", "calendar", Knock::May(Action::HandOver)) },
    Place { tab: true, ..place("class", "/children", "child", Knock::Roles(&[Role::ClassTeacher])) },
    Place { tab: true, ..place("family", "/family", "home", Knock::Roles(&[Role::Guardian])) },
    Place { tab: true, ..place("consents", "/family/consents", "pen", Knock::Roles(&[Role::Guardian])) },
    Place { tab: true, ..place("looks", "/family/looks", "eye", Knock::Roles(&[Role::Guardian])) },
    Place { tab: true, ..place("me", "/me", "people", Knock::SignedIn) },
];

/// Where each role begins its day, best first; the first page that exists is taken.
const HOMES: &[(&[Role], &str)] = &[
    (FEDERATION, "/today"),
    (&[Role::ClassTeacher], "/friday"),
    (&[Role::Volunteer], "/home"),
    (&[Role::Guardian], "/family"),
    (&[Role::TownWorker], "/visits"),
    (&[Role::ItAdmin], "/accounts"),
    (&[Role::Auditor], "/audit-events"),
    (&[Role::HigherLevel], "/levels"),
    (FEDERATION, "/report"),
];

/// The paths that GET answers.
static PAGES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    crate::routes::listing().into_iter().filter(|row| row.method == "GET").map(|row| row.path).collect()
});

/// Whether GET answers at this path and query.
pub(crate) fn is_page(address: &str) -> bool {
    let path = address.split('?').next().unwrap_or_default();
    let fits = |page: &String| {
        let parts = || page.split('/').zip(path.split('/'));
        page.split('/').count() == path.split('/').count()
            && parts().all(|(part, here)| part == here || part.starts_with('{'))
    };
    PAGES.iter().any(fits)
}

/// The first page of whoever is signed in; the front page for everybody else.
#[must_use]
pub fn home(session: Option<&Session>) -> &'static str {
    let Some(session) = session else { return "/" };
    let fits = |(roles, path): &&(&[Role], &'static str)| roles.contains(&session.viewer.role) && PAGES.contains(*path);
    HOMES.iter().find(fits).map_or("/me", |(_, path)| path)
}

/// Everything around a page. Every page's template has it as the field `f`.
#[derive(Clone)]
pub struct Frame {
    /// The texts of the reader's language.
    pub w: Words,
    /// The page's title, without names of people.
    pub title: String,
    /// Whether the title begins with `出错：`.
    pub faulty: bool,
    /// Which frame.
    pub shell: Shell,
    /// The navigation of this role.
    pub nav: Vec<NavItem>,
    /// Whether the search box is shown.
    pub search: bool,
    /// What stands in the search box.
    pub typed: String,
    /// The person's name, when signed in.
    pub name: Option<String>,
    /// The role's code, when signed in.
    pub role: Option<&'static str>,
    /// The county's name, or nothing.
    pub office: String,
    /// Whether the person can change to another grant.
    pub can_switch: bool,
    /// One's own notices that are unread, counted to a bound.
    pub unread: u64,
    /// The line said once.
    pub toast: Option<Toast>,
    /// In a demo: what its clock says. The strip on top shows it and puts it forward.
    pub demo: Option<Timestamp>,
    /// Large type, theme.
    pub appearance: Appearance,
    /// Path and query of this page.
    pub here: String,
    /// Today in Asia/Shanghai.
    pub today: Date,
    /// For error pages and support.
    pub request_id: String,
    /// Of the Content-Security-Policy.
    pub nonce: String,
    /// The number at which the coordinator is reached, on pages that say to call.
    pub call: Option<String>,
    /// For the roles whose pages go on without network: whose data and of which session they are.
    pub phone: Option<(String, String)>,
    asker: Asker,
}

impl Frame {
    /// The frame that fits whoever asks.
    #[must_use]
    pub fn of(asker: &Asker, title: String) -> Frame {
        let session = asker.session();
        let role = session.map(|s| s.viewer.role);
        let shell = shell_of(role);
        let query = if asker.query.is_empty() { String::new() } else { format!("?{}", asker.query) };
        Frame {
            w: asker.w(),
            title,
            faulty: false,
            shell,
            nav: counted(nav(shell, role, &asker.path), asker),
            unread: asker.unread(),
            search: PAGES.contains("/search")
                && role
                    .is_some_and(|r| shell == Shell::Office && Knock::Sees(Noun::Child, Class::Work).admits(Some(r))),
            typed: String::new(),
            name: session.map(|s| s.name.clone()),
            role: role.map(Role::code),
            office: session.map(|s| s.office.clone()).unwrap_or_default(),
            can_switch: session.is_some_and(|s| s.grants.len() > 1),
            toast: asker.take_toast(),
            demo: asker.settings.demo.as_ref().map(|_| asker.now),
            appearance: asker.appearance,
            here: format!("{}{query}", asker.path),
            today: asker.today(),
            request_id: asker.request_id.clone(),
            nonce: asker.nonce.clone(),
            call: None,
            phone: crate::phone::marks(asker),
            asker: asker.clone(),
        }
    }

    /// A page on which the coordinator may have to be called at once.
    #[must_use]
    pub fn calling(mut self, office: Option<Phone>) -> Frame {
        self.call = office.map(|phone| phone.as_str().to_owned());
        self
    }

    /// The frame of a form: its title tells when something is wrong.
    #[must_use]
    pub fn with(mut self, sheet: &Sheet) -> Frame {
        self.faulty = sheet.is_faulty();
        self
    }

    /// What was searched for stands in the search box again.
    #[must_use]
    pub fn finding(mut self, typed: &str) -> Frame {
        typed.clone_into(&mut self.typed);
        self
    }

    /// The same page in the public's frame, whoever is signed in.
    #[must_use]
    pub fn public(mut self) -> Frame {
        self.shell = Shell::Public;
        self.nav.clear();
        self
    }

    /// Puts a number beside an entry of the navigation; a hot one asks for something to be done.
    #[must_use]
    pub fn counting(mut self, key: &str, count: i64, hot: bool) -> Frame {
        for item in self.nav.iter_mut().filter(|item| item.key == key) {
            item.count = (count > 0 || !hot).then_some(count);
            item.hot = hot;
        }
        self
    }

    /// Addresses of style sheet, script and icon.
    #[must_use]
    pub fn assets(&self) -> &'static Assets {
        &ASSETS
    }

    /// The form token of this browser, masked.
    #[must_use]
    pub fn form_token(&self) -> String {
        self.asker.form_token()
    }

    /// A key never used before: one per rendered form.
    #[must_use]
    pub fn key(&self) -> String {
        uuid::Uuid::new_v4().simple().to_string()
    }

    /// The ids of the hint and the fault that stand at a field, for `aria-describedby`.
    pub fn told_by(&self, sheet: &Sheet, name: impl AsRef<str>) -> Option<String> {
        let name = name.as_ref();
        let hint = self.w.maybe(sheet.hint(name)).map(|_| format!("h-{name}"));
        let fault = sheet.fault(name).map(|_| format!("e-{name}"));
        let ids: Vec<String> = [hint, fault].into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// The BCP 47 tag for `<html lang>`.
    #[must_use]
    pub fn lang(&self) -> &'static str {
        self.w.lang.code()
    }

    /// The tag of the language that the switch offers.
    #[must_use]
    pub fn other_lang(&self) -> &'static str {
        match self.w.lang {
            Lang::Zh => Lang::En.code(),
            Lang::En => Lang::Zh.code(),
        }
    }

    /// The words of the toast.
    #[must_use]
    pub fn toast_text(&self, toast: &Toast) -> String {
        let words: Vec<(&str, String)> = toast.args.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
        self.w.args(&toast.text, &words)
    }

    /// Whether the frame has the office's rail.
    #[must_use]
    pub fn is_office(&self) -> bool {
        self.shell == Shell::Office
    }

    /// Whether the frame is the public's.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.shell == Shell::Public
    }

    /// Whether lists are walked by single letters here.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        self.is_office() && !self.appearance.no_keys
    }

    /// Whether a tab bar stands below.
    #[must_use]
    pub fn has_tabs(&self) -> bool {
        self.is_office() || self.nav.iter().any(|item| item.tab)
    }

    /// Whether this page is the one at `path`.
    #[must_use]
    pub fn is_at(&self, path: &str) -> bool {
        self.here.split('?').next() == Some(path)
    }
}

/// Whether pages of this role wear the office's frame.
pub(crate) fn is_office(role: Role) -> bool {
    shell_of(Some(role)) == Shell::Office
}

fn shell_of(role: Option<Role>) -> Shell {
    match role {
        None => Shell::Public,
        Some(Role::Volunteer | Role::Applicant | Role::Guardian | Role::ClassTeacher) => Shell::Phone,
        Some(
            Role::Coordinator
            | Role::Leader
            | Role::TownWorker
            | Role::BaseKeeper
            | Role::Treasurer
            | Role::Partner
            | Role::HigherLevel
            | Role::Auditor
            | Role::ItAdmin,
        ) => Shell::Office,
    }
}

fn nav(shell: Shell, role: Option<Role>, path: &str) -> Vec<NavItem> {
    let places = match shell {
        Shell::Office => OFFICE,
        Shell::Phone => PHONE,
        Shell::Public => return Vec::new(),
    };
    let mut items: Vec<NavItem> = places
        .iter()
        .filter(|p| p.knock.admits(role) && PAGES.contains(p.href))
        .map(|p| NavItem {
            key: p.key,
            href: p.href,
            icon: p.icon,
            here: is_below(path, p.href),
            count: None,
            hot: false,
            // A child director has no weekends to decide: talks stand in the tab bar instead.
            tab: p.tab || (p.key == "follow-ups" && role == Some(Role::TownWorker)),
            second: p.second,
        })
        .collect();
    // `/stays/new` lies below `/stays`: the longest address that fits is where one is.
    let longest = items.iter().filter(|i| i.here).map(|i| i.href.len()).max();
    for item in &mut items {
        item.here = item.here && Some(item.href.len()) == longest;
    }
    items
}

/// What waits for the reader, beside its entry.
fn counted(mut items: Vec<NavItem>, asker: &Asker) -> Vec<NavItem> {
    for item in &mut items {
        let waiting = match item.key {
            "notices" => asker.unread(),
            "friday" => asker.to_endorse(),
            _ => 0,
        };
        item.hot = waiting > 0;
        item.count = i64::try_from(waiting).ok().filter(|n| *n > 0);
    }
    items
}

/// Whether a page is the entry's own or one below it.
pub fn is_below(path: &str, href: &str) -> bool {
    path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
