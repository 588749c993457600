# The frame of every page.
frame-brand = Naheya
frame-programme = Weekend Mothers
frame-skip = Skip to the page
frame-sample = Demo · every person, school and detail is invented
frame-nav = Main navigation
frame-tabs = Navigation below
frame-pages = Pages
frame-search = Find people, schools, how to
frame-worry = Worried?
frame-cut = No network: not sent. What you wrote is still here; press again once there is network.
frame-printed = Printed by { $who } on { $day }. Holds personal data; keep it locked away.
frame-large = Larger
frame-other-language = 中文
frame-undo = Undo
frame-call = Call the coordinator
frame-copy = Copy
frame-sign-in = Sign in
frame-sign-out = Sign out
frame-previous = Previous
frame-next = Next
frame-sort = Sort by
frame-sort-ascending = ascending
frame-sort-descending = descending
frame-rows = { $first }–{ $last } of { $total }
frame-error-title = Error:{" "}
frame-error-count = { $n ->
    [one] One thing to change
   *[other] { $n } things to change
}
frame-save = Save
frame-back = Back
frame-print = Print

# Forms.
form-optional = (optional)
form-choose = Choose
form-resumed = What you had not finished is filled in again (kept { $when }). Just go on.
form-resumed-drop = Discard it and start again
form-kept = Your unfinished form is kept
form-not-kept = The last words are not kept yet; they will be once you are online
form-signed-out = You are signed out, so new words are not kept. Copy them, sign in again and go on
form-draft-dropped = The unfinished form is discarded
frame-at-least = at least { $n }
form-key = This form

# Navigation.
nav-today = Today
nav-children = Children
nav-visits = Visits
nav-grid = Towns
nav-volunteers = Volunteers
nav-rounds = Pairing
nav-stays = Weekends
nav-board = Where children are
nav-follow-ups = Follow-ups
nav-concerns = Concerns
nav-notices = Notices
nav-group-office = Records and reports
nav-levels = Areas
nav-report = Report
nav-imports = Excel import
nav-schools = Schools
nav-accounts = Accounts
nav-trail = Audit trail
nav-settings = Settings
nav-home = Today
nav-request = Request
nav-notes = Notes
nav-choices = Wishes
nav-friday = Release
nav-sunday = Return
nav-class = My class
nav-family = My child
nav-me = Me

# Roles.
role-coordinator = Coordinator
role-leader = Leader
role-town_worker = Child director
role-class_teacher = Class teacher
role-volunteer = Weekend mother
role-applicant = Applicant
role-guardian = Guardian
role-base_keeper = Base keeper
role-treasurer = Treasurer
role-partner = Partner department
role-higher_level = Higher level
role-auditor = Auditor
role-it_admin = IT administrator
nav-more = More
