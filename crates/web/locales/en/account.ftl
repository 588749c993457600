account-list-title = Accounts
account-list-soon = { $n ->
    [one] One person's role ends this week
   *[other] Roles of { $n } people end this week
}
account-list-lead = A grant is a role, a place and a time. The moment it is taken back, the children are out of sight.
account-views = Views of accounts
account-view-staff = Staff
account-view-volunteers = Volunteers
account-view-guardians = Guardians
account-view-invited = Not signed in yet
account-view-locked = Locked
account-search = Name, pinyin, initials or user name
account-none-found = Try another spelling, or look under another tab.
account-empty = Nobody here yet
account-empty-lead = Make an account, then hand over a slip.
account-role-place = Role and place
account-days = From and to
account-days-from = from { $from }
account-standing = Standing
account-standing-ok = In use
account-standing-soon = Ends soon
account-standing-invited = Waiting for the person
account-standing-locked = Locked
account-standing-closed = Closed
account-standing-none = No role
account-days-left = { $n ->
    [one] One day left
   *[other] { $n } days left
}
account-state-invited = Has not signed in yet
account-state-active = In use
account-state-locked = Locked
account-state-closed = Closed
account-enters-by-phone = User name and phone number both work for signing in. Where it is the number of the file, a change there changes it here.
account-enters-by-name = No phone number: only the user name works for signing in.
account-lost-number = The number in the file signs in to somebody else's account, and a number opens one account only. This person signs in with the user name { $login } and the same password: please tell them.

account-new-title = New account
account-new-lead = Make the account with its first role, then hand over a slip; the person chooses the password.
account-new-of-file = Somebody who has an account already (a class teacher, say) needs no second one: add this role to that account.
account-open = Open an account
account-see = See the account
account-add = Make it
account-added = The account is made; now hand over a slip
account-name = Name
account-login = User name
account-login-hint = For signing in: letters, digits or Chinese characters.
account-phone = Phone
account-phone-hint = With it, the phone number works for signing in too. For somebody on file take the number of the file: changed there, it is changed here. Where two share a number, one of them signs in by it; leave this empty for the other, who signs in by user name.
account-role = Role
account-role-missing = Choose a role
account-place = Place
account-place-hint = A class for a class teacher, a town for a child director, nothing for roles of the whole county. Volunteers and guardians get their accounts from their files.
account-place-missing = Choose where
account-place-person = The person's own file
account-person = Whose file
account-person-hint = For the role of a volunteer, an applicant or a guardian type a name (or a volunteer's number); then choose under Place who it is.
account-place-unit = Unit
account-place-town = Town
account-place-school = School
account-place-class = Class
account-class = Class
account-class-typed = There are too many classes for a list: for a class teacher choose the school as the place and type the class here, such as “4-2”
account-called = There are too many for a list: type the whole name, or the user name where two share it
fault-account-nobody = { $label }: no colleague is called so; type the whole name or the user name
fault-account-choose_file = { $label }: choose who it is, by name and number
fault-account-no_file = { $label }: nobody found; look at the role, and type the name from its beginning or a volunteer's number
fault-account-several = { $label }: several colleagues are called so; type the user name
account-from_on = From
account-to_on = To

account-show-title = Account
account-grants = Grants
account-grant-over = Taken back on { $on }
account-grant-past = Ran out
account-grant-end = Take back
account-grant-ended = Taken back; out of sight at once
account-grant-more = One more grant
account-grant-note = Ends by itself at midnight of that day. Your own roles have to come from somebody else.
account-grant-add = Give this grant
account-grant-added = Grant given
account-session-count = { $n ->
    [one] One place
   *[other] { $n } places
}
account-end-sessions = End all sign-ins
account-sessions-ended = All sign-ins are ended
account-keep = Manage this account
account-keep-note = A locked account can be opened again, a closed one cannot: its roles end, and a new account may use its phone number. Phone lost: link a new authenticator.
account-lock = Lock
account-unlock = Open
account-close = Close the account
account-state-set = Changed
account-reset-factor = Link a new authenticator
account-factor-reset = The old authenticator is off; a new one is linked at the next sign-in
account-make-slip = Hand over a slip

account-slip-title = Slip for signing in
account-slip-for = For { $name }
account-slip-open = Open in the browser of a phone or a computer:
account-slip-how = Enter this code and choose a password:
account-slip-until = Works until
account-slip-note = Hand it over in person, never through a chat group. It works once; a new slip makes this one void.

account-guardians-title = Accounts for many guardians
account-guardians-lead = Choose school and class; what comes of each guardian is written beside the name. Tick them, make the accounts in one go, and print all slips on one page to cut.
account-guardians-choose = Choose a school
account-guardians-choose-lead = Choose the school, then the class; without a class it is the whole school.
account-guardians-whole = Whole school
account-guardians-show = Show
account-guardians-nobody = No guardian here yet
account-guardians-nobody-lead = Write them down in the children's files first.
account-guardians-open = { $n ->
    [one] One can get an account
   *[other] { $n } can get an account
}
account-guardians-more = { $n } more are not listed: so many are made at once. Come back afterwards, or go class by class.
account-guardians-waiting = { $n ->
    [one] One has not signed in yet
   *[other] { $n } have not signed in yet
}
account-guardians-others = { $n ->
    [one] One for whom nothing is made
   *[other] { $n } for whom nothing is made
}
account-guardians-unnamed = { $n } more are not listed: choose a class.
account-guardians-file = See the child's file
account-guardians-make = Make accounts and slips for those ticked
account-guardians-all = { $n ->
    [one] Make the one that can be made
   *[other] Make all { $n } that can be made
}
account-guardians-note = The user name is the person's own name, with digits where somebody has it already; it stands on the slip. The accounts hold from today on and are taken back one by one.
account-guardians-none = No slip was made; the list says why
account-guardians-made = { $n ->
    [one] One slip is ready: print it and hand it over in person
   *[other] { $n } slips are ready: print them and hand them over in person
}
account-guardians-made-some = Slips ready: { $n }. None for { $left } others; the list says why
account-guardian = Guardian
account-guardian-missing = Tick the guardians first
account-outlook-new = New: user name and phone number both work
account-outlook-no_phone = New: no phone on file, so only the user name works
account-outlook-phone_taken = New: somebody else signs in by this number, so only the user name works
account-outlook-waits = Has an account and has not signed in. Ticked, a new slip is made and the old one is void
account-outlook-has = Has an account
account-outlook-known = Somebody of this name signs in by this number: add the guardian's role to that account
account-outlook-kept_away = Must not come near a child: not made here, look at the file first
account-outlook-nameless = The file has no name: none can be made

account-slips-title = Slips for signing in
account-slips-lead = { $n ->
    [one] One slip. Print it and hand it over in person.
   *[other] { $n } slips. Print them, cut along the dashes and hand each over in person.
}
account-slips-by-phone = From then on sign in with this user name or with the phone number.
account-slips-by-name = From then on sign in with this user name.
account-slips-note = Only you see this page, and a code that was used is not listed any more. Never send it to a chat group; for one that is lost make a new one.
