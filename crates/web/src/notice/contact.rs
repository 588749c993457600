//! How one is reached outside the app: chosen by each person, for oneself.

use askama::Template;
use naheya_domain::FieldError;
use naheya_domain::error::Faults;
use naheya_domain::notice::{Choice, mail_address};
use naheya_domain::phone::Phone;
use naheya_domain::viewer::Place;
use naheya_store::Error;
use naheya_store::contact::{Contact, KeepContact};
use naheya_store::meanwhile::Record;

use crate::answer::see_other_saying;
use crate::clash::Versioned;
use crate::{Answer, Fields, Frame, Knock, Posted, Route, Sheet, Signed, Toast, Words, page_as};

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/me/contact", Knock::SignedIn, "me", show),
        Route::post("/me/contact", Knock::SignedIn, "me", keep),
    ]
}

#[derive(Template)]
#[template(path = "notice/contact.html")]
struct ContactPage {
    f: Frame,
    sheet: Sheet,
    choices: Vec<(&'static str, String)>,
    /// Whether the reader is a person on file: whoever has to call her takes the number from there.
    on_file: bool,
}

async fn show(me: Signed) -> Answer {
    let sheet = me.resumed_of("contact", "contact", &me.desk.my_contact().await?).await?;
    form(&me, sheet).await
}

impl Versioned for Contact {
    fn records(&self) -> Vec<Record> {
        vec![Record::Contact]
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn fields(&self) -> Fields {
        Fields::of([
            ("choice", self.choice.code().to_owned()),
            ("mail", self.mail.clone().unwrap_or_default()),
            ("phone", self.phone.clone().unwrap_or_default()),
        ])
    }

    fn said(&self, w: Words, name: &str, value: &str) -> String {
        if name == "choice" { w.sent_code("contact-by", value) } else { value.to_owned() }
    }
}

async fn form(me: &Signed, sheet: Sheet) -> Answer {
    let f = me.frame_calling("contact-title").await?.with(&sheet);
    let choices = Choice::ALL.map(|c| (c.code(), f.w.code("contact-by", c.code()))).to_vec();
    let on_file = matches!(me.viewer.place, Place::Person(_));
    page_as(sheet.status(), &ContactPage { f, sheet, choices, on_file })
}

async fn keep(me: Signed, posted: Posted) -> Answer {
    let done = async {
        let contact = parse(&posted)?;
        me.desk.save_once(KeepContact { contact }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying("/me", Toast::new("contact-kept")),
        Err(error) => {
            let held = me.desk.my_contact().await?;
            form(&me, me.again("contact", &posted, error, &held).await?).await
        }
    }
}

/// Reads the form: whoever chose a way gives the address for it.
fn parse(posted: &Posted) -> Result<Contact, Error> {
    let mut faults = Faults::default();
    let choice = faults.take("choice", Choice::parse(posted.text("choice")).ok_or("option.missing"));
    let mail = match posted.given("mail") {
        Some(typed) => faults.take("mail", mail_address(typed)),
        None if choice == Some(Choice::Mail) => faults.take("mail", Err("required.missing")),
        None => None,
    };
    let phone = posted.given("phone").and_then(|typed| {
        let read = Phone::parse(typed).ok().filter(Phone::is_mobile).ok_or("phone.invalid");
        faults.take("phone", read.map(|p| p.as_str().to_owned()))
    });
    let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
    let read = choice.map(|choice| Contact { choice, mail, phone, version });
    faults.finish(read).map_err(|faults: Vec<FieldError>| Error::from(faults))
}
