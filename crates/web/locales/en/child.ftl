# The list.
child-list-title = Children
child-list-finding = { $n ->
    [one] One child, { $waiting } waiting for a pair
   *[other] { $n } children, { $waiting } waiting for a pair
}
child-list-number = { $n ->
    [one] One child
   *[other] { $n } children
}
child-list-found = { $what }: { $n } of { $all } children
child-list-searched = Found
child-class-finding = { $n ->
    [one] My class: one child, { $paired } with a weekend mother
   *[other] My class: { $n } children, { $paired } with a weekend mother
}
child-list-lead = One file a child. Family matters are seen in the file only, and every look is kept.
child-class-title = My class
child-class-lead = Once a term: tap what has not changed, tell the coordinator what has.
child-class-talks = { $n ->
    [one] One follow-up is due
   *[other] { $n } follow-ups are due
}
child-class-see-talks = See who is to be asked
child-new = New file
child-views = Views
child-view-here = All
child-view-paired = In a pair
child-view-waiting = Waiting for a pair
child-view-applying = Applying
child-view-paused = Resting
child-view-left = Left
child-view-stale = Long unconfirmed
child-search = Name, pinyin or initials
child-all-schools = All schools
child-all-towns = All towns
child-find = Find
child-keys = move
child-key-open = opens
child-key-edit = edit
child-list-empty = No child found
child-list-empty-hint = Try another name or fewer filters.
child-list-none = No child is on file yet
child-list-none-hint = Import a roster, or open files one by one.
child-show-all = Show all
child-with = with { $who }
child-confirmed-on = Confirmed { $on }
child-never-confirmed = Nobody has confirmed it yet
child-nothing-changed = Nothing changed
child-since = since { $year }
child-age-years = aged { $n }
child-sex-male = boy
child-sex-female = girl
child-column-number = File number
child-column-name = Child
child-column-sex = Sex
child-column-age = Age
child-column-school = School
child-column-class = School and class
child-column-volunteer = Weekend mother
child-column-since = Paired since
child-column-last = Last weekend at the home
child-column-state = State
child-column-updated = File updated

child-tag-left = Left
child-tag-paused = Resting
child-tag-late = Follow-up late
child-tag-settling = Settling
child-tag-paired = In a pair
child-tag-applying = Applying
child-tag-waiting = Waiting for a pair

# The file.
child-file-title = A child's file
child-crumb = Children / file { $number }
child-back-to-file = Back to the file
child-edit = Change the file
child-vital-first = Must know: { $words }
child-vital-hand-over = Say it face to face when the child is handed over.
child-tab-growing = Growing up
child-tab-weekends = Weekends
child-tab-follow-ups = Follow-ups
child-tab-trail = Who looked
child-plan-follow-up = Plan a follow-up
child-moments-empty = Nothing here yet
child-moments-empty-hint = It grows after the first weekend and the first follow-up.
child-applying-next = Still applying. With the adults and the guardian's consent on file the child takes part; then it can be paired and have weekends.
child-applying-consent = Record a consent
child-applying-enrol = Take it in
child-moment-stay = Weekend with { $who } · { $state }
child-moment-note = Note of a weekend
child-moment-correction = Correction of a note
child-moment-follow-up = Follow-up: { $with }, { $state }
child-stay-state-requested = waiting for the guardian
child-stay-state-consented = waiting for approval
child-stay-state-approved = approved
child-stay-state-released = released
child-stay-state-in_care = at the home
child-stay-state-returned = back, waiting for a result
child-stay-state-closed = back
child-own-words = In the child's words
child-quoted = “{ $words }”
child-own-words-none = Not written yet. The class teacher can help.
child-around = People around
child-no-pair = None yet
child-and = ,{" "}
child-still-right = Is the file still right?
child-state = In the programme
child-state-applying = Applying
child-state-enrolled = Taken in
child-state-paused = Resting
child-state-left = Left
child-become-applying = Apply again
child-become-enrolled = Take in
child-become-paused = Let it rest
child-become-left = Leaves the programme
child-leave-first = The file moves to “Left” and is kept. Whoever comes back applies again from here.
child-leave-pair = The pair with { $name } is still open. End it on its page first, then come back.
child-pause-first = Weekends that are planned are called off with it; everything else stays.
child-see-pair = See the pair
child-locked = Family and documents
child-locked-hint = Opens with a reason; the guardian can see who looked.
child-locked-open = Give a reason and open
child-confirmed = Noted: the file is still right
child-state-changed = The state is changed
child-opened = The file is open
child-changed = The file is changed

# Who looked.
child-trail-title = Who looked
child-trail-finding = Who looked at the file of { $name }
child-trail-lead = Who looked at this file or changed it, newest first.
child-trail-when = When
child-trail-who = Who
child-trail-what = What
child-trail-why = Reason
child-trail-system = The system
child-trail-by = { $who } ({ $role })
child-did-look = Looked at the file
child-did-secret = Opened the locked part
child-did-export = Took the list out
child-did-merge = Merged with another file
child-did-erase = Erased the file
child-did-part = Taken apart from another file
child-did-confirm = Confirmed it
child-did-open = Opened the file
child-did-state = Changed the state
child-did-change = Changed the file

# The locked part.
child-secret-title = Family and documents
child-secret-lead = Say in a line what you need it for. The reason and your name are kept; the guardian can see them.
child-secret-open-lead = Shown once on this page. Looking again needs a reason again.
child-secret-reason = Why you need to look
child-secret-reason-hint = For example: check the school record, tell the hospital about an allergy
child-secret-send = Open
child-categories = Categories
child-kept-away = Kept away from the child
child-nobody-kept-away = Nobody
child-none-on-file = Not on file

# The forms.
child-new-title = New file
child-edit-title = Change the file
child-form-lead = Write what you know; the rest can follow. Name and birth date are needed.
child-form-who = The child
child-form-where = School and home
child-form-care = What care needs
child-name = Name
child-name_mn = Name in Mongolian script
child-sex = Sex
child-birth_on = Birth date
child-another = It is another child, open it
child-twin = There is a file with the same name and birth date:
child-twin-look = Look at it
child-birth_on-hint = As 2016-03-05 or 2016.3.5; may stay empty with an identity number
child-id_number = Identity number
child-kept-id_number = The identity number is on file; leave it empty to keep it.
child-student_number = Student number
child-kept-student_number = The student number is on file; leave it empty to keep it.
child-ethnic = Ethnic group
child-ethnic-hint = Counted only, never used to choose
child-languages = Languages
child-languages-hint = All that the child speaks, for example 汉语、蒙古语
child-school_id = School
child-class_id = Class
child-class_id-typed = Choose the school first, then type the class, such as “4-2”
child-town_code = Town
child-address = Home address
child-vital = Must know
child-vital-hint = Allergy, medicine: the line that whoever fetches the child must know
child-care = What care needs
child-teachers = Class teacher: { $names }
child-call-school = Call the school
child-care-hint = Food, sleep, fears, sizes
child-likes = Likes
child-words = The child's own words
child-words-hint = As the child says it
child-health = Health
child-kept-health = Health is on file and locked; leave it empty to keep it.
child-health-hint = Kept locked; opens with a reason

# Adults around the child.
guardian-add = Add
guardian-change = Change
guardian-new-title = Add an adult
guardian-edit-title = Change an adult
guardian-lead = Those working away too; a phone that answers matters most.
guardian-name = Name
guardian-relation = To the child
guardian-relation-missing = Choose how they are related to the child
guardian-phone = Phone
guardian-away = Works away from home
guardian-blocked = Must be kept away from the child
guardian-blocked-hint = Release is refused to this person. A reason is needed.
guardian-blocked_reason = Why kept away
guardian-kept-reason = The reason is on file and locked; leave it empty to keep it.
child-must-not-take = Must not take the child: { $names }
child-must-not-take-one = { $name } ({ $relation })
guardian-is-blocked = Must not fetch
guardian-is-away = away
guardian-added = Added
guardian-account = With an account the guardian can read about the weekends and change consents.
guardian-lift-waits = Noted; the adult is still kept away. It holds when another colleague of the office says so too
guardian-lift-own = You said that this adult is kept away no more; it holds when another colleague of the office says so too
guardian-lift-asked = { $who } said, { $when }, that this adult is kept away no more. Once another colleague of the office has made sure, untick this and save
guardian-changed = Changed
guardian-changed-by-name = Changed. Somebody else signs in by this number: please tell this guardian to sign in by user name
guardian-lost-number = Somebody else signs in by this guardian's number, so only the user name works. It stands on the account's page and on the slip.
guardian-call-first = Call this one first
guardian-called-first = This one is called first now
fault-guardian-already_there = This adult is on the file already ({ $label })
fault-guardian-kept_away = { $label } is that of somebody who is kept away from this child: change that entry, or write what tells the two apart
fault-guardian-number_kept_away = this is the number of somebody who is kept away from this child, who would pick up: give another one, or leave it empty for now

sibling-title = Brothers and sisters
sibling-lead = Children put together here are kept in mind when pairing.
sibling-none = None on file
sibling-other = The other child
sibling-other-hint = The name; the file number when names are the same
sibling-mode = One home
sibling-mode-missing = Choose whether they must share a home
sibling-mode-must = Must be in one home
sibling-mode-prefer = Better in one home
sibling-send = Put together
sibling-leave = Take this child out
sibling-grouped = Put together
sibling-left = Taken out
fault-child-twin = There is a file with the same name and birth date. Please look at it first; to open this one all the same, tick “{ $label }”
fault-sibling-unknown = { $label } was not found, or several have that name. Write the file number of another child
fault-sibling_group-too_few = { $label } needs two or more

refusal-child-state_not_possible = The state cannot change that way. Load the page again.
refusal-child-pair_open = A pair has not ended. End it before the child leaves.

# Relations (GB/T 4761).
child-relation-10 = Spouse
child-relation-20 = Son
child-relation-30 = Daughter
child-relation-40 = Grandchild
child-relation-50 = Parents
child-relation-51 = Father
child-relation-52 = Mother
child-relation-57 = Step- or adoptive father
child-relation-58 = Step- or adoptive mother
child-relation-60 = Grandparents
child-relation-61 = Father's father
child-relation-62 = Father's mother
child-relation-63 = Mother's father
child-relation-64 = Mother's mother
child-relation-70 = Brother or sister
child-relation-71 = Elder brother
child-relation-73 = Younger brother
child-relation-75 = Elder sister
child-relation-77 = Younger sister
child-relation-80 = Other
child-relation-81 = Father's elder brother
child-relation-82 = Wife of father's elder brother
child-relation-83 = Father's younger brother
child-relation-84 = Wife of father's younger brother
child-relation-85 = Mother's brother
child-relation-86 = Wife of mother's brother
child-relation-87 = Husband of mother's sister
child-relation-88 = Mother's sister
child-relation-89 = Husband of father's sister
child-relation-90 = Father's sister
child-relation-97 = Other relative
child-relation-99 = Not a relative
child-relation-01 = The child

# Languages.
child-language-zh = Chinese
child-language-mn = Mongolian
child-language-dta = Daur
child-language-evn = Evenki
child-language-orh = Oroqen
child-language-mnc = Manchu
child-language-ko = Korean
child-language-kk = Kazakh
child-language-ug = Uyghur
child-language-bo = Tibetan
child-language-za = Zhuang
child-language-ii = Yi
child-language-hmn = Hmong
child-language-ru = Russian
child-language-en = English
child-language-ja = Japanese
child-language-csl = Sign language
child-export = Export
child-form-back = Back
child-form-cancel = Do not save
child-back-to-concern = Back to the concern
child-boards = Boarding
child-boarding-yes = Boards at school
child-boarding-no = Lives at home
child-needs = Needs and wishes
child-needs-hint = What the child and the family need most, and would like
child-family = The family
child-family-hint = Kept locked; opens with a reason
child-kept-family = Something is on file of the family and locked; leave it empty to keep it.
child-note = Remarks
child-note-hint = Kept locked; opens with a reason
child-kept-note = Remarks are on file and locked; leave it empty to keep them.
fault-boards-unknown = { $label }: please choose from the list

# The weekends and the follow-ups of one child.
child-weekends-title = Weekends
child-weekends-finding = { $name } went for { $n ->
    [one] one weekend
   *[other] { $n } weekends
}
child-weekends-none-yet = { $name } has not been to a weekend mother's yet
child-weekends-next = Next: { $when }, { $state }
child-weekends-empty = No weekend has been planned yet
child-weekends-empty-hint = They are listed here one by one as soon as the weekend mother asks.
child-weekend-when = Weekend
child-weekend-who = At whose home
child-weekend-fetched = Fetched
child-weekend-back = Back
child-follow-ups-title = Follow-ups
child-follow-ups-finding = Follow-ups done about { $name }: { $n }
child-follow-ups-none-yet = No follow-up about { $name } has been done yet
child-follow-ups-late = Follow-ups about { $name } that are overdue: { $n }
child-follow-ups-empty = No follow-up yet
child-follow-ups-empty-hint = After the first weekend one is planned by itself.
child-follow-up-with = Asking { $with }
