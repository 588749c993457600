//! The acts of phones that wait for somebody, as Excel. Every child in it stands in the trail; the words of a note stay in
//! the house.

use naheya_documents::excel::{Head, Value};
use naheya_store::export::Out;
use naheya_store::phone_act::PhoneActLine;

use super::why;
use crate::export::{columns, hour, sent, some};
use crate::{Answer, Signed, Wanted, Words};

/// The acts that the page shows.
pub(super) async fn download_list(me: Signed, wanted: Wanted) -> Answer {
    sent(&me, &wanted, Out::PhoneActs).await
}

/// The columns of the file.
pub(crate) fn heads_out(w: Words) -> Vec<Head> {
    columns(
        w,
        [
            ("phone-col-what", 16.0),
            ("phone-col-child", 16.0),
            ("phone-col-who", 16.0),
            ("phone-col-happened", 18.0),
            ("phone-col-said", 18.0),
            ("phone-col-came", 18.0),
            ("phone-col-why", 50.0),
        ],
    )
}

/// A row of the file.
pub(crate) fn values_out(w: Words, row: PhoneActLine) -> Vec<Value> {
    let reason = match &row.code {
        _ if row.waits => Some(w.t("phone-acts-waits")),
        code => code.as_ref().map(|code| why(&w, code)),
    };
    vec![
        Value::Text(w.code("phone-act", row.kind.code())),
        some(row.child),
        some(Some(row.by)),
        hour(w, row.happened_at),
        if row.doubtful { hour(w, row.phone_at) } else { Value::Blank },
        hour(w, row.server_at),
        some(reason),
    ]
}
