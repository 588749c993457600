//! An uploaded roster: read by the documents room, compared with the register by the store, its
//! faults put at their cells. Used by the import page and by `naheya import`.

use std::collections::{BTreeSet, HashMap};

use naheya_documents::file_fault::FileFault;
use naheya_documents::roster::{CellError, ChildRow, Column, Field, Kind, PairRow, Roster, RosterRow, VolunteerRow};
use naheya_documents::workbook::Workbook;
use naheya_domain::Date;
use naheya_domain::area_code::{AreaTable, County, is_named};
use naheya_domain::child::ChildDetails;
use naheya_domain::education::Education;
use naheya_domain::language::{Language, Languages};
use naheya_domain::volunteer::VolunteerDetails;
use naheya_store::area::{AreaRow, heir};
use naheya_store::import::{ChildLine, GuardianLine, Judgement, Lines, PairLine, Verdict, VolunteerLine};

/// One row as the preview shows it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The number that Excel shows.
    pub row: u32,
    /// What its cells show, aligned with [`Reading::columns`].
    pub texts: Vec<String>,
}

/// A file that could be read.
pub struct Reading {
    /// The sheet.
    pub sheet: String,
    /// The row in which its header ends.
    pub header_row: u32,
    /// Its columns, also those not understood.
    pub columns: Vec<Column>,
    /// Other sheets that hold rows of the same kind and were not read.
    pub other_sheets: Vec<String>,
    /// Every row of the roster.
    pub shown: Vec<Shown>,
    /// What is wrong with the file's own rows.
    pub errors: Vec<CellError>,
    /// Rows that the file itself shows to be at fault.
    pub invalid: usize,
    /// The good rows, as the store takes them.
    pub lines: Lines,
    /// Puts a fault of the register at its cell.
    error_at: Box<dyn Fn(u32, Field, &'static str) -> CellError + Send + Sync>,
}

impl Reading {
    /// Finds and reads the roster in a workbook.
    ///
    /// # Errors
    /// [`FileFault::HeaderUnknown`], or [`FileFault::TooLarge`] above 50,000 rows.
    pub fn of(kind: Kind, book: &Workbook, county: County, today: Date) -> Result<Reading, FileFault> {
        match kind {
            Kind::Children => {
                let roster = Roster::<ChildRow>::read(book, today)?;
                let lines = roster.good().map(|(row, entry)| child_line(row, entry, county)).collect();
                Ok(Reading::with(roster, Lines::Children(lines)))
            }
            Kind::Volunteers => {
                let roster = Roster::<VolunteerRow>::read(book, today)?;
                let lines = roster.good().map(|(row, entry)| volunteer_line(row, entry, county)).collect();
                Ok(Reading::with(roster, Lines::Volunteers(lines)))
            }
            Kind::Pairs => {
                let roster = Roster::<PairRow>::read(book, today)?;
                let lines = roster.good().map(|(row, entry)| pair_line(row, entry)).collect();
                Ok(Reading::with(roster, Lines::Pairs(lines)))
            }
        }
    }

    fn with<T>(roster: Roster<T>, lines: Lines) -> Reading
    where
        T: naheya_documents::roster::RosterEntry + Send + Sync + 'static,
    {
        let shown = |row: &RosterRow<T>| Shown { row: row.number, texts: row.texts.clone() };
        let (invalid, errors) = (roster.invalid(), roster.errors().cloned().collect());
        let shown = roster.rows.iter().map(shown).collect();
        let (sheet, header_row, columns) = (roster.sheet.to_string(), roster.header_row, roster.columns.clone());
        let other_sheets = roster.other_sheets.clone();
        let bare = Roster { rows: Vec::new(), ..roster };
        let error_at = Box::new(move |row, field, code| bare.error_at(row, field, code));
        Reading { sheet, other_sheets, header_row, columns, shown, errors, invalid, lines, error_at }
    }

    /// Takes the rows of these schools for rows of the schools that are meant, by name.
    pub fn at_schools(&mut self, meant: &HashMap<String, String>) {
        let Lines::Children(lines) = &mut self.lines else { return };
        for line in lines {
            if let Some(name) = meant.get(&line.school) {
                line.school.clone_from(name);
            }
        }
    }

    /// Finds the towns that the county has made or named itself, where the code list knows none, and follows a town to the one
    /// that it was merged into.
    pub fn at_towns(&mut self, areas: &[AreaRow]) {
        match &mut self.lines {
            Lines::Children(lines) => {
                for line in lines {
                    place(areas, &mut line.details.town_code, line.details.address.as_deref());
                }
            }
            Lines::Volunteers(lines) => {
                for line in lines {
                    place(areas, &mut line.town_code, line.address.as_deref());
                }
            }
            Lines::Pairs(_) => {}
        }
    }

    /// What the column of towns says where no town was found, each once: whoever it is said of stands in no town's list.
    #[must_use]
    pub fn towns_unknown(&self) -> Vec<String> {
        let Some(at) = self.columns.iter().position(|column| column.field == Some(Field::Town)) else {
            return Vec::new();
        };
        let rows: Vec<u32> = match &self.lines {
            Lines::Children(lines) => {
                lines.iter().filter(|line| line.details.town_code.is_none()).map(|line| line.row).collect()
            }
            Lines::Volunteers(lines) => {
                lines.iter().filter(|line| line.town_code.is_none()).map(|line| line.row).collect()
            }
            Lines::Pairs(_) => Vec::new(),
        };
        let said = |row: u32| {
            let place = self.shown.binary_search_by_key(&row, |shown| shown.row).ok()?;
            let text = self.shown.get(place)?.texts.get(at)?.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let all: BTreeSet<String> = rows.into_iter().filter_map(said).collect();
        all.into_iter().collect()
    }

    /// The headers of the columns whose words go into the register, or all others but the running number's.
    #[must_use]
    pub fn columns_taken(&self, taken: bool) -> Vec<String> {
        let kept = |field: Option<Field>| field.is_some_and(|field| self.is_kept(field));
        let columns = self.columns.iter().filter(|c| c.field != Some(Field::Serial) && !c.header.is_empty());
        columns.filter(|c| kept(c.field) == taken).map(|c| c.header.to_string()).collect()
    }

    /// Whether the register has a place for what this column says.
    fn is_kept(&self, field: Field) -> bool {
        match self.lines {
            // Where somebody is registered stands for the address only where the roster has none.
            Lines::Children(_) => {
                field != Field::Domicile || !self.columns.iter().any(|c| c.field == Some(Field::Address))
            }
            Lines::Volunteers(_) => !matches!(field, Field::Domicile | Field::Health | Field::Family),
            Lines::Pairs(_) => !matches!(
                field,
                Field::Sex
                    | Field::EthnicGroup
                    | Field::Class
                    | Field::Grade
                    | Field::GuardianName
                    | Field::Relation
                    | Field::Notes
            ),
        }
    }

    /// Every fault, those of the file and those of the register, from the top.
    #[must_use]
    pub fn all_errors(&self, judgement: &Judgement) -> Vec<CellError> {
        let found = judgement.rows.iter().filter_map(|(row, verdict)| match verdict {
            Verdict::Fault { field, code } => Some((self.error_at)(*row, self.field(field), code)),
            Verdict::New | Verdict::Changed | Verdict::Unchanged => None,
        });
        let mut all: Vec<CellError> = self.errors.iter().cloned().chain(found).collect();
        all.sort_by_key(|error| (error.row, error.index));
        all
    }

    /// The column beside which a fault of the register is shown.
    fn field(&self, field: &str) -> Field {
        let has = |wanted: Field| self.columns.iter().any(|column| column.field == Some(wanted));
        match field {
            "id_number" => Field::IdNumber,
            "class" if has(Field::Class) => Field::Class,
            "school" if has(Field::School) => Field::School,
            "school" | "class" if has(Field::SchoolClass) => Field::SchoolClass,
            "volunteer_name" if has(Field::VolunteerName) => Field::VolunteerName,
            "volunteer_name" => Field::VolunteerNamePhone,
            "begun_on" if has(Field::PairBegin) => Field::PairBegin,
            "begun_on" => Field::PairSpan,
            "ended_on" if has(Field::PairEnd) => Field::PairEnd,
            "ended_on" => Field::PairSpan,
            _ => Field::Name,
        }
    }
}

/// Digits of a town's code.
const TOWN_DIGITS: usize = 9;

/// The town that an address names, of the county's own.
fn place(areas: &[AreaRow], code: &mut Option<String>, address: Option<&str>) {
    if code.is_none() {
        let standing = areas.iter().filter(|area| area.code.len() == TOWN_DIGITS && area.retired_into.is_none());
        let named = address
            .and_then(|text| standing.filter(|area| is_named(&area.name, text)).max_by_key(|area| area.name.len()));
        *code = named.map(|area| area.code.clone());
    }
    if let Some(now) = code.as_deref().and_then(|code| heir(areas, code)) {
        *code = Some(now.code.clone());
    }
}

/// Town code and address: a town that the code list does not know stays in the address.
fn home(
    town: Option<&String>,
    village: Option<&String>,
    address: Option<&String>,
    county: County,
) -> (Option<String>, Option<String>) {
    let table = AreaTable::EMBEDDED;
    let named = |text: &String| table.named_in(county.code(), text).map(|area| area.code.to_owned());
    let code = town.and_then(named).or_else(|| address.and_then(named));
    let mut words: Vec<&str> = Vec::new();
    for part in [town, village, address].into_iter().flatten() {
        if !words.iter().any(|word| word.contains(part.as_str()) || part.contains(word)) {
            words.push(part);
        } else if let Some(shorter) = words.iter_mut().find(|word| part.contains(**word)) {
            *shorter = part;
        }
    }
    let text: String = words.concat();
    (code, (!text.is_empty()).then_some(text))
}

fn spoken(known: &[Language]) -> Languages {
    Languages { known: known.to_vec(), unknown: Vec::new() }
}

fn child_line(row: u32, entry: &ChildRow, county: County) -> ChildLine {
    let address = entry.address.as_ref().or(entry.domicile.as_ref());
    let (town_code, address) = home(entry.town.as_ref(), entry.village.as_ref(), address, county);
    ChildLine {
        row,
        details: ChildDetails {
            name: entry.name.clone(),
            name_mn: None,
            sex: entry.sex,
            ethnic: entry.ethnic_group,
            id_number: entry.id_number,
            birth_on: entry.birth_date,
            student_number: entry.student_number.clone(),
            school_id: None,
            class_id: None,
            town_code,
            address,
            languages: spoken(&entry.languages),
            vital: None,
            care: None,
            likes: entry.strengths.clone(),
            health: entry.health.clone(),
            words: None,
            boards: entry.boards,
            needs: entry.needs.clone(),
            family: entry.family.clone(),
            note: entry.notes.clone(),
        },
        school: entry.school.school.clone(),
        class: entry.school.class.clone(),
        categories: entry.categories.clone(),
        guardians: entry
            .guardians
            .iter()
            .map(|g| GuardianLine { name: g.name.clone(), relation: g.relation, phone: g.phone.clone() })
            .collect(),
    }
}

fn volunteer_line(row: u32, entry: &VolunteerRow, county: County) -> VolunteerLine {
    let (town_code, address) = home(entry.town.as_ref(), entry.village.as_ref(), entry.address.as_ref(), county);
    let notes: Vec<&str> = [&entry.strengths, &entry.notes].into_iter().flatten().map(String::as_str).collect();
    VolunteerLine {
        row,
        details: VolunteerDetails {
            name: entry.name.clone(),
            sex: entry.sex,
            ethnic: entry.ethnic_group,
            id_number: entry.id_number,
            birth_on: entry.birth.first_day(),
            phone: entry.phone.clone(),
            political: entry.political_status,
            education: entry.education.map(Education::level),
            work_unit: entry.employer.clone(),
            trade: None,
            languages: spoken(&entry.languages),
            note: (!notes.is_empty()).then(|| notes.join("；")),
        },
        birth: entry.birth,
        town_code,
        address,
        joined_on: entry.joined,
    }
}

fn pair_line(row: u32, entry: &PairRow) -> PairLine {
    PairLine {
        row,
        volunteer_name: entry.volunteer_name.clone(),
        volunteer_phone: entry.volunteer_phone.clone(),
        volunteer_id_number: entry.volunteer_id_number,
        child_name: entry.child_name.clone(),
        child_id_number: entry.child_id_number,
        child_birth: entry.child_birth,
        school: entry.school.as_ref().map(|s| s.school.clone()),
        guardian_phone: entry.guardian_phone.clone(),
        begun_on: entry.begin,
        ended_on: entry.end,
        paper_number: entry.paper_number.clone(),
    }
}
