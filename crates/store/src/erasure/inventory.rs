//! Every column that can hold words or sealed bytes, and what becomes of it when a file is erased: a child's, or a volunteer's. A
//! test reads the migrated schema: a column that is not decided for both fails it until somebody has decided.

/// Columns of one table.
pub type Columns = (&'static str, &'static [&'static str]);
/// Columns of one table whose values stay, and why.
pub type Kept = (&'static str, &'static [&'static str], &'static str);

/// What becomes of every column when a file of one kind is erased.
#[derive(Clone, Copy, Debug)]
pub struct Inventory {
    /// What goes with a file of this kind alone.
    own: &'static [Columns],
    /// What goes with a file of the other kind, and why it stays here.
    other: (&'static [Columns], &'static str),
}

/// A child's file, with the guardians who belong to no other child.
pub const OF_CHILD: Inventory = Inventory { own: CHILD, other: (VOLUNTEER, OF_A_VOLUNTEER) };
/// A volunteer's file, with the home that is only hers.
pub const OF_VOLUNTEER: Inventory = Inventory { own: VOLUNTEER, other: (CHILD, OF_A_CHILD) };

impl Inventory {
    /// Columns whose values go, by table. Of `child_categories`, `guardianships`, `uniq`, `public_links`, `search_tokens` and
    /// `drafts` the rows go.
    pub fn goes(self) -> impl Iterator<Item = Columns> {
        self.own.iter().chain(EITHER).copied()
    }

    /// Columns whose values stay, by table, each with its reason.
    pub fn stays(self) -> impl Iterator<Item = Kept> {
        let (others, reason) = self.other;
        STAYS.iter().copied().chain(others.iter().map(move |(table, columns)| (*table, *columns, reason)))
    }
}

/// What goes with either file: what people are found by, how they sign in, what they or others said of the pairs and hours that
/// both have part in.
const EITHER: &[Columns] = &[
    ("search_tokens", &["token"]),
    ("uniq", &["blind_index"]),
    ("accounts", &["login", "phone_bi", "display_name", "password_hash", "totp_sealed"]),
    ("contacts", &["mail_sealed", "phone_sealed"]),
    ("drafts", &["form", "body_sealed"]),
    ("pairs", &["end_reason"]),
    ("partings", &["at_once_sealed"]),
    ("term_plans", &["guests_sealed", "going_sealed"]),
    // Of a volunteer's file: what she herself said.
    ("follow_ups", &["answers_sealed"]),
    ("phone_acts", &["body_sealed"]),
    ("hours_claims", &["words_sealed", "answer_sealed"]),
    ("merges", &["answer_sealed", "undo_sealed"]),
    ("audit_reasons", &["words_sealed"]),
];

/// What goes with a child's file alone.
const CHILD: &[Columns] = &[
    (
        "children",
        &[
            "name",
            "name_mn",
            // The year stays: figures count by age.
            "birth_on",
            "languages",
            "vital_sealed",
            "care_sealed",
            "words",
            "likes",
            "id_no_sealed",
            "id_no_bi",
            "student_no_sealed",
            "address_sealed",
            "health_sealed",
            "needs_sealed",
            "family_sealed",
            "note_sealed",
        ],
    ),
    ("child_categories", &["code", "from_on", "to_on", "basis"]),
    ("guardians", &["name", "phone_sealed", "phone_bi", "id_no_sealed", "id_no_bi", "address_sealed"]),
    ("guardianships", &["relation", "blocked_reason_sealed"]),
    ("guardian_tokens", &["token"]),
    ("public_links", &["token_hash", "code_hash"]),
    ("consents", &["evidence_sealed", "withdrawn_how"]),
    ("wishes", &["words_sealed"]),
    ("round_children", &["words", "care", "apart_reason"]),
    ("partings", &["talk_sealed"]),
    (
        "stays",
        &[
            "plan_sealed",
            "teacher_words_sealed",
            "refusal",
            "cancelled_reason",
            "code_sealed",
            "code_hash",
            "return_code_sealed",
            "return_code_hash",
            "late_words_sealed",
            "late_closed_reason_sealed",
        ],
    ),
    ("custody_events", &["note_sealed"]),
    ("plan_records", &["evidence_sealed"]),
    ("notes", &["words_sealed"]),
    ("pictures", &["sha256", "bytes_sealed"]),
    ("break_glasses", &["reason_sealed", "words_sealed"]),
    ("restrictions", &["ground_sealed", "lifted_sealed"]),
    ("alarms", &["closed_words_sealed"]),
];

/// What goes with a volunteer's file alone: hers, and of a home that is nobody else's.
const VOLUNTEER: &[Columns] = &[
    (
        "volunteers",
        &[
            "name",
            // The year stays, as a child's does.
            "birth_on",
            "political",
            "education",
            "work_unit",
            "trade",
            "phone_sealed",
            "phone_bi",
            "id_no_sealed",
            "id_no_bi",
            "languages",
            "note",
        ],
    ),
    ("households", &["name", "address_sealed", "languages", "animals", "capacity_reason"]),
    ("household_members", &["name", "birth_on", "id_no_sealed", "id_no_bi", "phone_sealed"]),
    ("checks", &["number", "note_sealed"]),
];

const CODE: &str = "a code of a closed list, a day or a number of ours; it names nobody";
const FIGURES: &str = "counted by the figures; with no name beside it, it names nobody";
const OF_A_VOLUNTEER: &str = "a volunteer's, her home's or a check's; it goes with her file";
const OF_A_CHILD: &str =
    "a child's or its family's, and says who cared for it from when to when; it goes with the child's file";
const PLACE: &str = "of a place, a school, a calendar or a setting";
const STAFF: &str = "of an account at work, or of how letters go";
const LAW: &str =
    "a report that the law demands, and how it was handled (未成年人保护法 art. 11); its circle alone reads it";
const TRAIL: &str = "the chain cannot be changed; ids, names of fields, and what proves a reason without holding it";
const TYPED: &str = "what somebody at the office typed to find or to take out; tied to nobody";
const DEAD: &str = "a hash of what is used up or over; nothing can be read from it";
const DAY: &str = "a file that somebody asked for; gone a day after its end";
const PROOF: &str = "on what ground the file was erased, or not";

/// Columns whose values stay whoever's file is erased, by table, each with its reason.
const STAYS: &[Kept] = &[
    ("children", &["number", "state", "enrolled_on", "left_on"], CODE),
    ("children", &["sex", "ethnic", "town_code"], FIGURES),
    ("uniq", &["kind"], CODE),
    ("public_links", &["kind"], CODE),
    ("search_tokens", &["kind"], CODE),
    ("accounts", &["state", "language"], CODE),
    ("contacts", &["choice"], CODE),
    ("consents", &["purpose", "text_version", "from_on", "to_on", "how"], CODE),
    ("wishes", &["occasion", "answer"], CODE),
    ("pairs", &["state", "begun_on", "ended_on", "source", "paper_number", "suspended_from"], CODE),
    ("partings", &["notice_on", "reason", "notice_by", "talk_on", "farewell_on", "contact"], CODE),
    ("pair_meetings", &["met_on", "met_at"], CODE),
    ("stays", &["start_kind", "end_kind", "state", "teacher_answer"], CODE),
    ("custody_events", &["kind", "holder_kind", "how"], CODE),
    ("term_plans", &["state", "by_side", "adults"], CODE),
    ("term_weekends", &["refusal"], CODE),
    ("plan_records", &["how"], CODE),
    ("notes", &["kinds", "state"], CODE),
    ("follow_ups", &["with_whom", "state", "cause", "way"], CODE),
    ("break_glasses", &["role", "verdict"], CODE),
    ("alarms", &["kind", "closed_how"], CODE),
    ("phone_acts", &["kind", "state", "code"], CODE),
    ("phone_acts", &["body_hash"], DEAD),
    ("hours_claims", &["kind", "paper_number", "state"], CODE),
    ("hours_entries", &["kind", "reason", "paper_number"], CODE),
    ("merges", &["other_number", "chosen", "state", "kind"], CODE),
    ("sibling_groups", &["mode"], CODE),
    ("proposals", &["reasons", "state", "child_answer", "volunteer_answer"], CODE),
    ("choices", &["side"], CODE),
    ("runs", &["seed", "result"], CODE),
    ("rounds", &["name", "held_on", "state", "seed", "note"], PLACE),
    ("concerns", &["number", "raised_as", "situation", "words_sealed", "contact_sealed", "state"], LAW),
    ("concerns", &["reported_to", "result_sealed"], LAW),
    ("concern_people", &["kind"], LAW),
    ("concern_entries", &["kind", "words_sealed"], LAW),
    ("audit_events", &["role", "act", "noun", "fields", "reason", "row_mac", "hash"], TRAIL),
    ("audit_heads", &["hash", "mac"], TRAIL),
    ("erasures", &["reason_sealed", "state", "answer_sealed"], PROOF),
    ("idempotency", &["key", "body_hash", "answer"], CODE),
    ("import_batches", &["kind"], CODE),
    ("import_batches", &["file_hash"], DEAD),
    ("exports", &["filter_sealed", "purpose_sealed", "state", "answer_sealed"], TYPED),
    ("saved_views", &["list", "name_sealed", "filter_sealed", "search_sealed"], TYPED),
    ("operations", &["kind", "asked_sealed", "language", "state", "failure"], DAY),
    ("operation_parts", &["part_sealed"], DAY),
    ("outbox", &["kind", "to_role", "ref_kind", "state", "person_kind"], STAFF),
    (
        "notices",
        &[
            "number",
            "kind",
            "urgency",
            "channel",
            "lane",
            "person_kind",
            "ref_kind",
            "state",
            "answer_code",
            "provider_id",
        ],
        STAFF,
    ),
    ("channels", &["kind", "config_sealed", "fault"], STAFF),
    ("charges", &["town_code", "duty", "name", "phone_sealed", "from_on", "to_on"], STAFF),
    ("grants", &["role", "place_kind", "place_ref", "from_on", "to_on"], STAFF),
    ("duties", &["on_date"], STAFF),
    ("sessions", &["agent"], STAFF),
    ("sessions", &["token_hash"], DEAD),
    ("slips", &["code_hash", "kind"], DEAD),
    ("recovery_codes", &["code_bi"], DEAD),
    ("sign_in_tries", &["subject"], DEAD),
    ("checks", &["kind", "outcome", "done_on", "valid_until"], CODE),
    ("households", &["town_code"], FIGURES),
    ("household_members", &["relation", "sex", "from_on", "to_on"], CODE),
    ("volunteers", &["number", "state", "joined_on", "left_on"], CODE),
    ("volunteers", &["sex", "ethnic"], FIGURES),
    ("areas", &["code", "name", "level", "parent", "retired_into"], PLACE),
    ("counties", &["code", "name"], PLACE),
    ("county_holidays", &["on_date", "kind", "name", "was_kind", "was_name"], PLACE),
    ("holidays", &["on_date", "name"], PLACE),
    ("schools", &["name", "town_code", "rhythm", "rhythm_anchor", "release_at", "return_at"], PLACE),
    ("schools", &["phone_sealed", "state"], PLACE),
    ("classes", &["name", "state"], PLACE),
    ("school_days", &["on_date", "kind", "name"], PLACE),
    ("school_terms", &["name", "from_on", "to_on"], PLACE),
    ("ladders", &["minutes"], PLACE),
    ("stations", &["town_code", "kind", "name", "address", "opening", "from_on", "to_on"], PLACE),
    ("settings", &["key", "value"], PLACE),
    ("meta", &["key", "value"], PLACE),
    ("rollups", &["day"], FIGURES),
    ("snapshots", &["month", "state"], FIGURES),
    ("snapshots", &["reason_sealed", "asked_sealed"], STAFF),
];
