volunteer-list-title = Volunteers
volunteer-list-finding = { $free } homes can take a child now, { $expired } have a check that is over
volunteer-list-finding-well = { $free ->
    [one] One home can take a child now
   *[other] { $free } homes can take a child now
}
volunteer-list-soon = { $n ->
    [one] One home has a check that ends within 30 days.
   *[other] { $n } homes have a check that ends within 30 days.
}
volunteer-list-lead = One leaf is one place; filled leaves have a child
volunteer-enter-checks = Enter checks
volunteer-register = Register
volunteer-import = Import from Excel
volunteer-views = Views of volunteers
volunteer-view-approved = Active
volunteer-view-expired = Check expired
volunteer-view-expiring = Ending soon
volunteer-checks-over = Check expired
volunteer-view-applied = Applied
volunteer-view-screening = Screening
volunteer-view-paused = Resting
volunteer-view-left = Left
volunteer-state-applied = Applied
volunteer-state-screening = Screening
volunteer-state-approved = Active
volunteer-state-paused = Resting
volunteer-state-left = Left
volunteer-state-refused = Not accepted
volunteer-search = Name or initials
volunteer-all-towns = All towns
volunteer-free = Place free
volunteer-find = Find
volunteer-none-title = No volunteers here yet
volunteer-none-text = Register one, or import a roster
volunteer-none-active = Nobody is active yet
volunteer-none-active-text = { $n } are being screened; they are active once the leader has signed.
volunteer-see-screening = See them
volunteer-none-in-view = Nobody is here.
volunteer-found-none = No volunteer found
volunteer-col-who = Volunteer
volunteer-col-home = Home, way to school
volunteer-col-places = Places
volunteer-col-check = Next check
volunteer-col-hours = This year
volunteer-col-state = State
volunteer-since = since { $year }
volunteer-minutes = { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}
volunteer-places = { $capacity } places, { $taken } taken
volunteer-whose-check = { $what } of { $who }
volunteer-over = expired
volunteer-days-left = { $n ->
    [one] One day left
   *[other] { $n } days left
}
volunteer-taken-of = { $taken } of { $capacity } taken
volunteer-rooms-n = { $n }
volunteer-in-all = { $hours } in all
volunteer-new-title = Register a volunteer
volunteer-new-lead = Person, home and the adults in it at once. Checks and the leader's signature follow
volunteer-name = Name
volunteer-phone = Phone
volunteer-id_number = Identity number
volunteer-id_number-hint = With an identity number no birth date is needed
volunteer-birth_on = Birth date
volunteer-sex = Sex
volunteer-sex-female = Female
volunteer-sex-male = Male
volunteer-ethnic = Ethnic group
volunteer-political = Political status
volunteer-work_unit = Employer
volunteer-trade = Occupation
volunteer-languages = Languages
volunteer-languages-hint = For example 汉语、蒙古语
volunteer-home = Home
volunteer-town_code = Town
volunteer-address = Address
volunteer-travel_minutes = Minutes to the school
volunteer-rooms = Rooms
volunteer-home_languages = Languages at home
volunteer-animals = Animals
volunteer-family = Others in the home
volunteer-family-lead = Every adult who lives there needs checks. Children may be written here too
volunteer-family-nth = Person { $n }
volunteer-member-name = Name
volunteer-member-relation = What to the volunteer
volunteer-member-birth_on = Birth date
volunteer-member-id_number = Identity number
volunteer-member-guest = A guest for some days
volunteer-member-from_on = From
volunteer-member-to_on = To
volunteer-note = Anything else
volunteer-registered = Registered; the checks come next
volunteer-file-title = Volunteer's file
volunteer-sign = Sign, active
volunteer-signed = Signed; she is active
volunteer-sign-other = Once the checks are in, another leader signs: neither whoever registered her nor she herself does
volunteer-strip-soon = { $what } of { $who } ends on { $day }.
volunteer-strip-over = { $what } of { $who } ended on { $day }.
volunteer-strip-then = After that day no weekend in this home can be approved.
volunteer-adults = Checks of every adult
volunteer-adults-note = { $n ->
    [one] One adult, needed
   *[other] { $n } adults, all needed
}
volunteer-adult = Adult
volunteer-herself = Herself
volunteer-guest = Guest
volunteer-pairs = Pairs
volunteer-pairs-note = { $n } so far
volunteer-no-pairs = No pair yet
volunteer-now = now
volunteer-years = Hours by year
volunteer-year = Year
volunteer-hours = Hours
volunteer-no-hours = No hours yet
volunteer-history = Changes
volunteer-act-volunteer-register = Registered
volunteer-act-volunteer-change = File changed
volunteer-act-volunteer-sign = Signed by a leader
volunteer-act-volunteer-step = State changed
volunteer-act-household_member-add = Somebody added to the home
volunteer-act-household_member-change = Somebody in the home changed
volunteer-act-household-move = Moved; to be visited anew
volunteer-act-household-change = Home changed
volunteer-act-household-raise_capacity = Places changed
volunteer-act-demo-tell = On file with the demo
volunteer-act-import-commit = Imported from Excel
volunteer-act-operation-import = Imported from Excel
volunteer-act-import-undo = The import was taken back
volunteer-member-add = Add somebody to the home
volunteer-member-added = Added. If an adult, enter the checks
volunteer-capacity-change = Change the places
volunteer-capacity = Places
volunteer-capacity-hint = Usually 1, at most 3, siblings first
volunteer-capacity_reason = Why
volunteer-capacity-set = Places changed
volunteer-step-title = A rest?
volunteer-step-back-title = Rested?
volunteer-step-refuse-title = Do not accept?
volunteer-step-screen-title = Coming again?
volunteer-step-lead = Hours and pairs are kept. Weekends already planned are arranged anew first.
volunteer-leave-title = Leaving for good?
volunteer-leave-lead = She takes no more children and no longer sees their files; hours are kept. Pairs are ended first.
volunteer-step = State
volunteer-reason = Reason
volunteer-leave_reason = Why she leaves
volunteer-step-pause = Begin a rest
volunteer-step-resume = Back again
volunteer-step-leave = Leaves
volunteer-step-refuse = Do not accept
volunteer-step-screen = Screen again
volunteer-stepped-pause = Noted: takes a rest
volunteer-stepped-resume = Noted: back again
volunteer-stepped-leave = Noted: no longer takes part
volunteer-stepped-refuse = Noted: not accepted
volunteer-stepped-screen = The screening begins anew
refusal-volunteer-signs_own = Whoever registered or imported her, or is her, does not sign: ask another leader
refusal-volunteer-wrong_state = This cannot follow on the present state; reload and look
refusal-volunteer-check_missing = Checks are missing, first enter: { $kind ->
    [identity] her identity
    [home_visit] the home visit
    [interview] the interview by two
   *[no_offence] the no-offence query of every adult in the home
}
refusal-volunteer-has_stays = Weekends are planned. Arrange them anew first
refusal-volunteer-number_elsewhere = Somebody else has registered this identity number. To come back she leaves there first; then begin a new screening here
refusal-volunteer-has_pairs = Pairs have not ended. End them first
refusal-capacity-out_of_range = Places are 1 to 3
refusal-capacity-below_pairs = More children are there now than this number
refusal-capacity-reason_missing = More than one place needs a reason
refusal-member-is_volunteer = This is the volunteer herself: change her file
volunteer-export = Export
volunteer-col-number = Number
volunteer-col-joined = Joined
volunteer-col-taken = Taken
volunteer-export-by-leader = A list of more than 50 volunteers is taken out by the leader. Narrow it to 50 first.
refusal-volunteer-export_needs_leader = A list of more than 50 volunteers is taken out by the leader. Narrow it to 50, or ask the leader
volunteer-edit = Change the file
volunteer-edit-title = Change a volunteer's file
volunteer-edit-lead = What was changed, and by whom, is kept. The identity number is not shown; left empty it stays.
volunteer-kept-id_number = An identity number is on file; leave this empty to keep it.
volunteer-back-to-file = Back to the file
volunteer-cancel = Leave as it is
volunteer-changed = The file is changed
volunteer-home-change = Change
volunteer-home-title = Change the home
volunteer-home-lead = After a move, or when rooms or animals have changed.
volunteer-moved = The family has moved
volunteer-moved-hint = Earlier home visits end today; the new home is to be visited
volunteer-home-moved = The move is kept. Arrange a home visit and enter the check after it
volunteer-home-changed = The home is changed
volunteer-member-title = Change a person in the home
volunteer-member-lead = Whoever has moved out gets a last day; from then on no checks are asked for.
volunteer-member-kept = Identity number and phone are not shown; left empty they stay.
volunteer-member-phone = Phone
volunteer-member-changed = Changed
volunteer-others = Also:
volunteer-moved-out = (moved out)
volunteer-education = Schooling
fault-education-unknown = { $label }: please choose from the list
volunteer-act-merge-approve = Two files became one
volunteer-act-merge-undo = The merge was taken apart
