//! A volunteer's data in words: the file and the home, checks that stand, pairs, weekends, hours.

use naheya_domain::Date;
use naheya_domain::check::Standing;
use naheya_domain::sex::Sex;
use naheya_store::check::Cell;
use naheya_store::hours::HoursLine;
use naheya_store::personal_copy::{CopiedStay, VolunteerCopy};
use naheya_store::volunteer::{PairLine, VolunteerFile};

use super::child::{at, end, listed, part};
use super::{Copied, Part};
use crate::Words;

pub(super) fn in_words(w: Words, copy: &VolunteerCopy) -> Copied {
    let hers = copy.file.adults.iter().flat_map(|adult| adult.cells.iter());
    let cells: Vec<&Cell> = hers.chain(copy.file.checks.iter()).collect();
    Copied {
        name: copy.file.name.clone(),
        pictures: Vec::new(),
        parts: vec![
            facts(w, &copy.file, copy.id_number.clone()),
            members(w, &copy.file),
            checks(w, &cells),
            pairs(w, &copy.file.pairs),
            stays(w, &copy.stays),
            hours(w, &copy.hours),
        ],
    }
}

fn day(w: Words, on: Option<Date>) -> String {
    on.map(|on| w.long_date(on)).unwrap_or_default()
}

fn facts(w: Words, file: &VolunteerFile, id_number: Option<String>) -> Part {
    let coded = |prefix: &'static str, code: &Option<String>| code.as_ref().map(|code| w.sent_code(prefix, code));
    let home = &file.home;
    let sex = Sex::from_standard_code(&file.sex).map(|sex| w.code("volunteer-sex", sex.code()));
    let travels = (home.travel_minutes > 0).then(|| w.t1("volunteer-minutes", "n", home.travel_minutes));
    let facts = [
        ("volunteer-col-number", Some(file.number.clone())),
        ("volunteer-name", Some(file.name.clone())),
        ("volunteer-sex", sex),
        ("volunteer-birth_on", file.birth_on.map(|on| w.long_date(on))),
        ("volunteer-ethnic", coded("ethnic_group", &file.ethnic)),
        ("volunteer-political", coded("political_status", &file.political)),
        ("volunteer-education", coded("education", &file.education)),
        ("volunteer-work_unit", file.work_unit.clone()),
        ("volunteer-trade", file.trade.clone()),
        ("volunteer-phone", file.phone.clone()),
        ("volunteer-id_number", id_number),
        ("volunteer-address", home.address.clone()),
        ("volunteer-travel_minutes", travels),
        ("volunteer-rooms", home.rooms.map(|rooms| w.t1("volunteer-rooms-n", "n", rooms))),
        ("volunteer-animals", home.animals.clone()),
        ("volunteer-col-state", Some(w.code("volunteer-state", file.state.code()))),
        ("volunteer-col-joined", file.joined_on.map(|on| w.long_date(on))),
    ];
    listed(w, "personal_copy-file", facts)
}

/// Who lives there, by name: the rest is theirs to ask for.
fn members(w: Words, file: &VolunteerFile) -> Part {
    let rows = file.members.iter().map(|member| [member.name.clone(), w.sent_code("relation", &member.relation)]);
    let heads = ["volunteer-member-name", "volunteer-member-relation"];
    part(w, "personal_copy-home", heads, rows.collect())
}

fn checks(w: Words, cells: &[&Cell]) -> Part {
    let row = |cell: &&Cell| {
        let until = match cell.standing {
            Standing::Valid(until) => day(w, until),
            Standing::Expired(over) => day(w, Some(over)),
            Standing::Missing | Standing::Due | Standing::Failed => return None,
        };
        let kind = w.code("check-kind", cell.kind.code());
        Some([kind, day(w, cell.done_on), until, cell.number.clone().unwrap_or_default()])
    };
    let heads = ["check-kind", "personal_copy-when", "personal_copy-until", "personal_copy-number"];
    part(w, "personal_copy-checks", heads, cells.iter().filter_map(row).collect())
}

fn pairs(w: Words, pairs: &[PairLine]) -> Part {
    let rows = pairs.iter().map(|pair| [w.long_date(pair.begun_on), day(w, pair.ended_on)]);
    part(w, "personal_copy-pairs", ["personal_copy-from", "personal_copy-to"], rows.collect())
}

fn stays(w: Words, stays: &[CopiedStay]) -> Part {
    let rows = stays.iter().map(|stay| [at(w, stay.starts_at), at(w, stay.ends_at), end(w, stay)]);
    let heads = ["personal_copy-from", "personal_copy-to", "child-weekend-back"];
    part(w, "personal_copy-stays", heads, rows.collect())
}

fn hours(w: Words, lines: &[HoursLine]) -> Part {
    let row = |line: &HoursLine| {
        let kind = w.code("hours-kind", line.kind.code());
        [at(w, line.span.0), at(w, line.span.1), kind, w.worked(line.minutes)]
    };
    let heads = ["personal_copy-from", "personal_copy-to", "hours-kind", "hours-col-hours"];
    part(w, "personal_copy-hours", heads, lines.iter().map(row).collect())
}
