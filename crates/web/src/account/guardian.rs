//! Accounts for the guardians of a class or a school: what comes of each is read before the press, and all slips stand on one
//! page to be cut.

use askama::Template;
use naheya_domain::access::Noun;
use naheya_domain::id::{ClassId, GuardianId, SchoolId};
use naheya_domain::{Role, Timestamp};
use naheya_store::Error;
use naheya_store::account::{GuardianLine, GuardiansOf, InviteGuardians, MOST_MADE, Outlook};
use naheya_store::school::School;
use naheya_store::slip::PrintedSlip;

use crate::answer::see_other_saying;
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, Wanted, Words, page, page_as};

const LIST: &str = "/accounts/guardians";
/// Who keeps accounts and sees guardians.
const WHO: Knock = Knock::Roles(&[Role::Coordinator, Role::Leader]);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/accounts/guardians", WHO, Noun::Account, list),
        Route::post("/accounts/guardians/slips", WHO, Noun::Account, make),
        Route::get("/accounts/guardians/slips/{until}", WHO, Noun::Account, slips),
    ]
}

/// Whether the reader makes accounts for many guardians at once.
pub(crate) fn may_make(me: &Signed) -> bool {
    WHO.admits(Some(me.viewer.role))
}

/// A guardian as the page shows one.
struct Row {
    id: GuardianId,
    name: String,
    children: String,
    word: String,
    /// Where the account or the file is, and the id of its word.
    way: Option<(String, &'static str)>,
}

#[derive(Template)]
#[template(path = "account/guardians.html")]
struct ListPage {
    f: Frame,
    sheet: Sheet,
    schools: Vec<(String, String)>,
    /// The school and the class whose guardians are listed; empty where none is chosen.
    school: String,
    classes: Vec<(String, String)>,
    class: String,
    /// Who gets an account, who a new slip for the account that waits, and who neither.
    open: Vec<Row>,
    waiting: Vec<Row>,
    others: Vec<Row>,
    /// How many more would get an account than one act makes.
    more: usize,
    /// How many of the others are not listed: a page of a whole school has an end.
    unnamed: usize,
}

impl ListPage {
    fn is_empty(&self) -> bool {
        self.open.is_empty() && self.waiting.is_empty() && self.others.is_empty()
    }
}

async fn list(me: Signed, wanted: Wanted) -> Answer {
    show(&me, &wanted.0, Sheet::blank("account")).await
}

/// What was chosen: a class goes before its school, and one of another school than the chosen one is none.
fn chosen<'s>(schools: &'s [School], fields: &Fields) -> (Option<&'s School>, Option<ClassId>) {
    let school = fields.given("school").and_then(SchoolId::parse);
    let class = fields.given("class").and_then(ClassId::parse);
    let has = |one: &School, id: ClassId| one.classes.iter().any(|class| class.id == id);
    let named = schools.iter().find(|one| Some(one.id) == school);
    let of_class = || schools.iter().find(|one| class.is_some_and(|id| has(one, id)));
    let school = named.or_else(of_class);
    (school, class.filter(|id| school.is_some_and(|one| has(one, *id))))
}

async fn show(me: &Signed, fields: &Fields, sheet: Sheet) -> Answer {
    let w = me.w();
    let schools = me.desk.schools().await?;
    let (school, class) = chosen(&schools, fields);
    let lines = match (school, class) {
        (_, Some(class)) => me.desk.guardians_of(GuardiansOf::Class(class)).await?,
        (Some(school), None) => me.desk.guardians_of(GuardiansOf::School(school.id)).await?,
        (None, None) => Vec::new(),
    };
    let (mut made, rest): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.outlook.is_made());
    let (mut waiting, mut others): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|line| matches!(line.outlook, Outlook::Waits(_)));
    let (more, unnamed) = (cut(&mut made), cut(&mut waiting) + cut(&mut others));
    let seen = made.iter().chain(&waiting).chain(&others).map(|line| line.id.0).collect();
    me.desk.looked("guardians", seen, "work", None).await?;
    let rows = |lines: Vec<GuardianLine>| lines.into_iter().map(|line| row(w, school, line)).collect::<Vec<_>>();
    let classes = school.into_iter().flat_map(|one| &one.classes);
    let shown = ListPage {
        f: me.frame("account-guardians-title").with(&sheet),
        schools: schools.iter().map(|one| (one.id.to_string(), one.name.clone())).collect(),
        school: school.map(|one| one.id.to_string()).unwrap_or_default(),
        classes: classes.map(|one| (one.id.to_string(), one.name.clone())).collect(),
        class: class.map(|id| id.to_string()).unwrap_or_default(),
        open: rows(made),
        waiting: rows(waiting),
        others: rows(others),
        more,
        unnamed,
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

/// Leaves as many as one act makes; how many were more.
fn cut(lines: &mut Vec<GuardianLine>) -> usize {
    let more = lines.len().saturating_sub(MOST_MADE);
    lines.truncate(MOST_MADE);
    more
}

fn row(w: Words, school: Option<&School>, line: GuardianLine) -> Row {
    let class = |id: Option<ClassId>| {
        let mut classes = school.into_iter().flat_map(|one| &one.classes);
        classes.find(|one| Some(one.id) == id).map(|one| one.name.clone())
    };
    let child = |name: &str, id: Option<ClassId>| [Some(name.to_owned()), class(id)].into_iter().flatten();
    let children = line.children.iter().map(|(_, name, id)| child(name, *id).collect::<Vec<_>>().join(" "));
    let file = || line.children.first().map(|(id, _, _)| (format!("/children/{id}"), "account-guardians-file"));
    let way = match line.outlook {
        Outlook::Has(account) | Outlook::Waits(account) => Some((format!("/accounts/{account}"), "account-see")),
        Outlook::Known | Outlook::KeptAway | Outlook::Nameless => file(),
        Outlook::New | Outlook::NoPhone | Outlook::PhoneTaken => None,
    };
    Row {
        id: line.id,
        children: children.collect::<Vec<_>>().join(&w.t("child-and")),
        word: w.code("account-outlook", line.outlook.code()),
        way,
        name: line.name,
    }
}

async fn make(me: Signed, posted: Posted) -> Answer {
    let named = if posted.is_on("all") {
        posted.all("of")
    } else {
        posted.all("guardian").into_iter().chain(posted.all("again")).collect()
    };
    let guardians: Vec<GuardianId> = named.into_iter().filter_map(GuardianId::parse).collect();
    let done = async {
        if guardians.is_empty() {
            return Err(Error::field("guardian", "required.missing"));
        }
        me.desk.save_once(InviteGuardians { guardians }, posted.submission()?).await
    };
    match done.await {
        Ok(done) if done.slips == 0 => {
            let back = Fields::of([("school", posted.text("school")), ("class", posted.text("class"))]);
            see_other_saying(format!("{LIST}?{}", back.query()), Toast::new("account-guardians-none"))
        }
        Ok(done) => {
            let text = if done.left == 0 { "account-guardians-made" } else { "account-guardians-made-some" };
            let toast = Toast::new(text).with("n", done.slips).with("left", done.left);
            see_other_saying(format!("{LIST}/slips/{}", done.until.0), toast)
        }
        Err(error) => show(&me, &posted.fields, Sheet::again("account", &posted, error)?).await,
    }
}

#[derive(Template)]
#[template(path = "account/slips.html")]
struct SlipsPage {
    f: Frame,
    slips: Vec<PrintedSlip>,
    until: Timestamp,
    /// Where the codes are typed.
    address: String,
}

/// Only who made the slips sees them, until each is used: they can be printed again.
async fn slips(me: Signed, Id(until): Id<i64>) -> Answer {
    let until = Timestamp(until);
    let slips = me.desk.slips_until(until).await?;
    let address = format!("{}/slip", me.origin());
    page(&SlipsPage { f: me.frame("account-slips-title"), slips, until, address })
}
