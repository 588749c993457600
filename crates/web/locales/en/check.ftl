check-kind = Which check
check-kind-identity = Identity
check-kind-no_offence = No-offence query
check-kind-health = Health
check-kind-home_visit = Home visit
check-kind-interview = Interview by two
check-kind-references = References
check-kind-training = Training
check-kind-agreement = Agreement
check-kind-insurance = Accident insurance
check-outcome-passed = Passed
check-outcome-failed = Not passed
check-outcome-due = Waiting for it
check-table-title = Enter checks
check-table-lead = Many people at once: fill in the rows that have a result, leave the others empty.
check-only-open = Only what is to be entered
check-only-ending = Running out soon
check-show-all = List everybody
check-none-open = All in order here, nothing to enter
check-next-kind = Go on with: { $kind }
check-nobody-yet = There is nobody to check yet. Register volunteers first, then come back here.
check-none-ending = Nothing of this kind runs out soon
check-ending-which = Listed is what is in order now and ends within { $n } days.
check-open-which = Listed is what is missing, was not passed, has ended, or ends within { $n } days.
check-none-so-far = All in order up to here; there are more people further down
check-none-after = This is the end of the list, nothing to enter here
check-go-on = Go on further down
check-lines = The table
check-second = Second interviewer
check-second-missing = Choose who was there too
check-line-who = Who
check-line-now = Now
check-line-outcome = Result
check-line-done_on = Day
check-line-number = Number
check-line-number-needed = Number, needed
check-line-valid_until = Valid until
check-label = { $what } of { $who }
check-fault-of = { $name }: { $words }
check-until = until { $day }
check-valid = In order
check-expired = ended { $day }
check-failed = Not passed
check-due = Not approved
check-missing = Not entered
check-number = No. { $number }
check-done-day = done { $day }
check-period-hint = Without a last day the usual period counts: one year for query, health, home visit and insurance, two for training. A query and a home visit hold a year at most
check-save = Save these results
check-fill-title = The same day for several rows
check-fill-lead = Tick the rows above. Fill in once here, press “Put in”, look it over, then save.
check-fill_outcome = Result
check-fill_outcome-missing = Choose the result
check-fill_done_on = Day
check-fill_valid_until = Valid until
check-fill_every = Every row of this page
check-fill = Put in
check-filled = { $n ->
    [one] Put into one row, not saved yet.
   *[other] Put into { $n } rows, not saved yet.
}
check-filled-next = Look it over, add each number, then save these results.
check-entered = { $n ->
    [one] One check saved
   *[other] { $n } checks saved
}
check-entries-see = Entries
check-entries-title = Checks entered
check-entries-of = { $who }: entries of { $what }
check-entries-lead = Choose what was entered by mistake and strike it out, then enter it again. The audit trail keeps that it stood here. An entry that says “not passed” goes when two leaders strike it out.
check-entries-none = Nothing has been entered
check-entered-next = { $n ->
    [one] One check saved; this one comes next
   *[other] { $n } checks saved; this one comes next
}
check-entered-all = { $n ->
    [one] One check saved; nothing is missing of this home
   *[other] { $n } checks saved; nothing is missing of this home
}
check-entered-by = entered by { $who }, { $when }
check-entered-two = entered by { $who } with { $second }, { $when }
check-entered-at = entered { $when }
check-entry = Which entry is wrong
check-entry-missing = Please choose the entry to strike out
check-reason = What is wrong with it
check-strike = Strike this entry out
check-struck = Struck out
check-strike-waits = Noted. This entry says “not passed”: it goes when another leader strikes it out too
check-strike-own = You called it a slip; another leader has to strike it out
check-strike-asked = { $who } called it a slip, { $when }; strike it out if you find so too
check-strike-asked-why = { $who } called it a slip, { $when } ({ $why }); strike it out if you find so too
fault-table-size = Fill in at least one row, at most 500
fault-check-no_row = Tick the rows first, or “{ $label }”
fault-check-subject_unknown = { $label }: this person is no longer on the list, please open the page anew
fault-check-wrong_subject = { $label }: this check is not asked of this one
fault-check-second_is_first = { $label } must be somebody else
fault-check-second_at_home = { $label } lives in this home: choose somebody else
refusal-check-own_home = These are the checks of your own home: a colleague enters them.
fault-check-yearly = { $label } is at most the same day a year later: query and home visit are done anew each year
fault-check-unknown = { $label }: please choose from the list
fault-check-outcome_unknown = { $label }: please choose from the list
fault-account-unknown = { $label }: please choose from the list
