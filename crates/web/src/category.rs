//! A child's categories over time: added with a first day, ended with a last one, never lost.

use askama::Template;
use naheya_domain::FieldError;
use naheya_domain::access::{Class, Noun};
use naheya_domain::category::Category;
use naheya_domain::id::{ChildCategoryId, ChildId};
use naheya_store::Error;
use naheya_store::category::{AddCategory, EndCategory};

use crate::answer::see_other_saying;
use crate::consent::day;
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, page_as};

/// Only who may read the locked part writes there: a refusal would tell what is on file.
const READS: Knock = Knock::Sees(Noun::Child, Class::Secret);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let child = Noun::Child;
    vec![
        Route::get("/children/{id}/categories/new", READS, child, blank),
        Route::post("/children/{id}/categories", READS, child, add),
        Route::get("/children/{id}/categories/{category}/end", READS, child, ask_end),
        Route::post("/children/{id}/categories/{category}/end", READS, child, end),
    ]
}

#[derive(Template)]
#[template(path = "category/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
    child: ChildId,
    categories: Vec<(String, String)>,
}

async fn blank(me: Signed, Id(child): Id<ChildId>) -> Answer {
    me.desk.child_in_list(child).await?;
    let today = me.today().to_string();
    let sheet = Sheet::filled("category", Fields::of([("from_on", today)]));
    let sheet = me.resumed(&format!("category-{child}"), sheet).await?;
    form(&me, child, sheet)
}

fn form(me: &Signed, child: ChildId, sheet: Sheet) -> Answer {
    let w = me.w();
    let named = |c: Category| (c.code().to_owned(), w.code("category-name", c.code()));
    let shown = NewPage {
        f: me.frame("category-new-title").with(&sheet),
        child,
        categories: Category::all().map(named).collect(),
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

async fn add(me: Signed, Id(child): Id<ChildId>, posted: Posted) -> Answer {
    me.desk.child_in_list(child).await?;
    let done = async {
        let mut faults = Vec::new();
        let category = Category::parse(posted.text("code"));
        if category.is_none() {
            faults.push(FieldError::new("code", "required.missing"));
        }
        if posted.given("from_on").is_none() {
            faults.push(FieldError::new("from_on", "required.missing"));
        }
        let from_on = day(&posted, "from_on", &mut faults);
        let (Some(category), Some(from_on)) = (category, from_on) else { return Err(Error::Invalid(faults)) };
        let act = AddCategory { child, category, from_on, basis: posted.text("basis").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(_) => see_other_saying(format!("/children/{child}"), Toast::new("category-added")),
        Err(error) => form(&me, child, Sheet::again("category", &posted, error)?),
    }
}

#[derive(Template)]
#[template(path = "category/end.html")]
struct EndPage {
    f: Frame,
    sheet: Sheet,
    child: ChildId,
    id: ChildCategoryId,
}

async fn ask_end(me: Signed, Id((child, id)): Id<(ChildId, ChildCategoryId)>) -> Answer {
    me.desk.category_in_file(child, id).await?;
    let today = me.today().to_string();
    end_form(&me, child, id, Sheet::filled("category", Fields::of([("to_on", today)])))
}

fn end_form(me: &Signed, child: ChildId, id: ChildCategoryId, sheet: Sheet) -> Answer {
    let shown = EndPage { f: me.frame("category-end-title").with(&sheet), child, id, sheet };
    page_as(shown.sheet.status(), &shown)
}

async fn end(me: Signed, Id((child, id)): Id<(ChildId, ChildCategoryId)>, posted: Posted) -> Answer {
    me.desk.category_in_file(child, id).await?;
    let done = async {
        let mut faults = Vec::new();
        if posted.given("to_on").is_none() {
            faults.push(FieldError::new("to_on", "required.missing"));
        }
        let Some(to_on) = day(&posted, "to_on", &mut faults) else { return Err(Error::Invalid(faults)) };
        me.desk.save_once(EndCategory { child, category: id, to_on }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("/children/{child}"), Toast::new("category-ended")),
        Err(error) => end_form(&me, child, id, Sheet::again("category", &posted, error)?),
    }
}
