today-title = Today
today-heading = { $n ->
    [one] This weekend one child goes to a Weekend Mother's home
   *[other] This weekend { $n } children go to a Weekend Mother's home
}
today-lead = { $approved } approved, { $waiting } wait for you.
today-lead-decided = This weekend is decided.
today-lead-next = { $this } { $n } of next weekend ({ $days }) wait for you.
today-decide-title = Waiting for you
today-items = { $n }, by deadline
today-nothing = Nothing needs you this weekend.
today-before = Before { $at }
today-left = { $n } left
today-over-by = { $n } over
today-now = Now
today-late-by = { $n } late
today-late-note = Not back yet
today-late = { $child } is not back from { $volunteer }
today-late-text = Expected at { $at }. { $known }
today-late-act = Where is the child
today-stay-note = Before school ends
today-stay = { $child } · weekend with { $volunteer }
today-stay-ready = Class teacher and guardian have said yes.
today-stay-teacher = The guardian has said yes; the class teacher has not answered yet.
today-stay-guardian = The class teacher has said yes; the guardian has not answered yet.
today-stay-both = Neither class teacher nor guardian has answered yet.
today-stay-taken_back = The guardian took the consent back at { $at }; please call first.
today-stay-refused = The guardian said no to nights away at { $at }.
today-stay-no = The child or the class teacher said no at { $at }; please see what to arrange.
today-decide = Decide
today-see = Look
today-concern-note = Concern
today-concern = A concern waits to be taken up
today-concern-text = Only the people named for it can see what it says.
today-take-up = Take it up
today-follow-up-note = Follow-up
today-follow-up = { $child } · follow-up
today-follow-up-text = To be asked before { $at }.
today-record = Record it
today-calm = No hurry
today-calm-note = This month
today-stale = { $n ->
    [one] One child's file has not been confirmed for a long time
   *[other] { $n } children's files have not been confirmed for a long time
}
today-stale-text = Ask the class teacher or the child director to look; one tap when nothing has changed.
today-look = See which
today-days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
today-hours = { $n ->
    [one] 1 hour
   *[other] { $n } hours
}
today-minutes = { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}
today-weekends = Children taken home, the last 13 weekends
today-usual = Usually about { $n } children
today-weekend-now = now
today-weekend-off = off
today-this-weekend = This weekend
today-fetch = fetched
today-return = back
today-return-text = Back at school, counted by the class teacher
today-dots-key = One mark is one child: ring approved, dot fetched, square back, diamond waits for you
today-dots-away = { $n } away
today-dots-going = { $n } approved
today-dots-back = { $n } back
today-dots-open = { $n } waiting
today-dots-none = Nobody has asked for this weekend yet
today-comma = {", "}
today-long = Not taken home for long
today-long-none = Every paired child has been home lately.
today-weeks = { $n ->
    [one] Not for a week
   *[other] Not for { $n } weeks
}
today-never = { $n ->
    [one] Paired for a week, no weekend on record
   *[other] Paired for { $n } weeks, no weekend on record
}
today-full = The server’s disk is full: nothing can be saved now, and no reminder goes out.
today-full-do = Please tell whoever runs the server at once. Until then, phone to hear where the children are.
today-scarce = The server’s disk is nearly full; once it is, nothing can be saved.
today-scarce-do = Please have whoever runs the server make room within days.
today-clock = The server’s clock is behind: the last backup is of { $at }, which is still to come.
today-clock-do = Reminders come late. Please tell whoever runs the server to set the clock at once, and phone to hear where the children are.
today-unsent = Since { $at } there are notices that have not gone out; phone first where it is urgent.
today-unsent-do = See which
today-certificate = The certificate of this address ends at { $at }; then no page opens any more.
today-certificate-do = Please have whoever runs the server put a new one in.
today-backup = Backed up at { $at }; it was read back and is whole.
today-backup-old = The last backup is of { $at }, more than a day ago. Please tell whoever runs the server.
today-no-backup = No backup yet. The first is made by itself ten minutes after the start, then one every night; whoever runs the server makes another with naheya backup.
today-hand-back = The guardian took the consent back while { $name } is away.
today-hand-back-do = Phone now and arrange the return
today-hand-back-arranged = The guardian took the consent back; { $name } comes back by { $when }, as agreed.
today-hand-back-look = See what was agreed, change the hour
today-must-end = { $name }’s weekend must end at once, and the child is still away.
today-must-end-arranged = { $name }’s weekend must end at once; the child comes back by { $when }, as agreed.
today-night = The guardian’s consent ends on { $day }; { $name } comes back { $back }.
today-night-do = Phone and ask about the nights to come
today-next-week = { $n ->
    [one] One more request waits for you
   *[other] { $n } more requests wait for you
}
today-next-week-text = Look at them in one go and approve what is complete together.
today-month-by = By the { $day }th
today-month-late = After the { $day }th
today-month-text = Every number is counted from records; look and sign.
today-month-act = Look
today-heading-missed = { $n ->
    [one] { $n } child is not back in time
   *[other] { $n } children are not back in time
}
today-late-more = { $n ->
    [one] One more child is not back in time
   *[other] { $n } more children are not back in time
}
today-long-no-pair = No child has a pair yet.
today-import = { $n ->
    [one] One volunteer waits for your signature
   *[other] { $n } volunteers wait for your signature
}
today-import-text = Imported by { $who } on { $day }. They are active once you have signed; checks are entered apart.
today-import-act = Sign
today-volunteer = { $name }: the checks are in, please sign
today-volunteer-text = She is active, and may take a child, once you have signed.
today-begin-heading = A few steps, and the first weekend can come
today-begin-lead = This order saves the most work; each finished step is marked.
today-begin-lead-leader = This order saves the most work; each finished step is marked. To share it with a coordinator, make her account under Accounts first.
today-begin-title = Begin here
today-begin-progress = { $done } of { $all } steps done
today-begin-done = Done
today-begin-asked = { $text } The leader or the administrator enters it.
today-begin-what-school = Set up schools and classes
today-begin-text-school = A child belongs to a class, and a class teacher sees the own class. An imported roster makes them too.
today-begin-act-school = Set up
today-begin-what-children = Bring in the children
today-begin-text-children = Import a whole Excel, looking before anything is kept, or open files one by one under Children.
today-begin-act-children = Import
today-begin-what-volunteers = Register volunteers
today-begin-text-volunteers = Import a roster, or register them one by one under Volunteers.
today-begin-act-volunteers = Import
today-begin-what-checks = Enter checks, signed by the leader
today-begin-text-checks = Before the signature: identity, no-offence query, home visit, interview by two. Before the first weekend: training, agreement, accident insurance. Every adult of the home has a no-offence query. No child goes before they are complete and the leader has signed.
today-begin-act-checks = Enter
today-begin-what-pairs = Pair
today-begin-text-pairs = Import the register of pairs that exist; open a round for those that do not yet.
today-begin-act-pairs = Pair
today-begin-what-consents = Record the guardians' consent
today-begin-text-consents = Open Consents in a child's file: send the guardian a link, or record what was signed on paper. Both pairing and nights away need a yes: without it no child takes part in a round.
today-begin-act-consents = See children
today-begin-what-accounts = Accounts for class teachers and volunteers
today-begin-text-accounts = A teacher's is made under Accounts, a volunteer's from her file. Print a slip and hand it over in person.
today-begin-act-accounts = Make one
today-begin-what-phone = Enter the coordinator's phone
today-begin-text-phone = Teachers, volunteers and guardians call this number; whoever wants to apply sees it on the front page.
today-begin-act-phone = Enter
today-begin-what-channel = Connect SMS or a group and send a test
today-begin-text-channel = It tells people when a child is not back in time. It is connected once a test has arrived; until then rehearse only, and go by the paper list.
today-begin-act-channel = Connect
today-begin-what-weekend = The first weekend
today-begin-text-weekend = The child is asked alone about this term, then the volunteer asks on her phone; the class teacher says yes, the child is asked about this once, you approve.
today-begin-act-weekend = See requests
today-from-then = from then on
today-class-alone = { $class } of { $school } has no teacher
today-class-alone-soon = { $class } of { $school } has no teacher from that day on
today-class-alone-text = { $n ->
    [one] One child is in it: nobody lets it go, nobody says that it is back.
   *[other] { $n } children are in it: nobody lets them go, nobody says that they are back.
}
today-class-alone-who = { $n ->
    [one] { $who } teaches it until the day before. One child is in it, and somebody has to take over.
   *[other] { $who } teaches it until the day before. { $n } children are in it, and somebody has to take over.
}
today-class-alone-act = Hand it on
today-area-alone = Nobody is responsible for { $area }
today-area-alone-soon = Nobody is responsible for { $area } from that day on
today-area-alone-text = It was { $who }. Children there: { $n }. Somebody has to take over.
today-duty-alone = { $n ->
    [one] One day at the gate of { $school } needs somebody else
   *[other] { $n } days at the gate of { $school } need somebody else
}
today-duty-alone-text = { $who } stands in the list and teaches there no more by then.
today-duty-alone-act = Name somebody else
