# Said by anybody.
concern-new-title = I am worried about a child
concern-new-lead = Say it even when you are not sure. No account, no permission; one line is enough.
concern-danger = A child in danger now: call 110 first. Hurt or suddenly ill: 120
concern-danger-hint = Say where the child is. Writing here can wait.
concern-call-110 = Call 110
concern-call-120 = Call 120
concern-words = What you saw or heard
concern-words-hint = The child's own words matter most. Where, when, who was there. No verdict needed.
concern-words-missing = Write what was seen or heard
concern-situation-ask = Is any of these the case (may stay empty)
concern-situation-ask-hint = Any one of them is for the police, also when unsure.
concern-situation-mr1 = Unusual injury of private parts
concern-situation-mr2 = A girl under 14: sexual assault, pregnancy or abortion, or a sign of it
concern-situation-mr3 = A girl of 14 or more: pregnancy or abortion from assault, or a sign of it
concern-situation-mr4 = Many injuries, severe malnutrition or clouded mind: violence at home, bullying, abuse, beating or drugging is possible
concern-situation-mr5 = Disability or death from suicide, self-harm, work, poison, beating and the like
concern-situation-mr6 = Abandoned, or long without care
concern-situation-mr7 = Of unknown origin, missing, or trafficked
concern-situation-mr8 = Made to beg by others
concern-situation-mr9 = Other serious harm, or in danger of it
concern-contact = How to reach you
concern-contact-hint = It helps to ask you more; without it we act all the same.
concern-send = Tell the handlers
concern-cut = Not sent; what you wrote is still here. If it cannot wait, call 110 or the coordinator; press again once there is network.
concern-kept-quiet = Only a few named people see it. Whoever it is about does not learn of it.
concern-said-title = The handlers have it
concern-said-lead = Thank you for saying it. What happens next:
concern-next-1 = Somebody takes it up
concern-next-1-hint = Within 15 to 60 minutes when a situation was ticked, else within a day.
concern-next-2 = The police are told where they must be
concern-next-2-hint = Without waiting for proof or for anybody's nod.
concern-next-3 = The child is kept safe first
concern-next-3-hint = Where needed the weekend is held back and the school looks after the child.
concern-say-more = Something more to say
concern-back-to-work = Back to the visits

# For the handlers.
concern-list-title = Concerns
concern-list-lead = Seen by named people only. No child's name stands in this list.
concern-list-empty = No concerns
concern-list-empty-hint = A worry shows up here the moment it is said.
concern-from-first-word = from the first word
concern-number = Concern { $number }
concern-row = { $when }, said by: { $who }
concern-row-must = { $when }, said by: { $who }; { $n } ticked
concern-same = { $n } more in the very same words
concern-by-public = somebody not signed in
concern-late = Nobody has it yet
concern-minutes = { $m } min
concern-hours = { $h } h { $m } min
concern-days = { $d } d { $h } h
concern-state-raised = To be taken up
concern-state-taken_up = Taken up
concern-state-reported = Reported
concern-state-in_hand = In hand
concern-state-closed = Closed
concern-is-suspended = Suspended
concern-file-title = Concern
concern-crumb = Concerns / { $number }
concern-since = { $clock } from the first word
concern-is-closed = Closed
concern-file-lead = Looks are kept here only; the family cannot see them.
concern-take-up = I take it up
concern-taken-up = You have it; the time is noted
concern-step-said = First word
concern-step-taken-up = Taken up
concern-step-reported = Police told
concern-step-end = Followed through
concern-step-end-hint = The result, and how the child is
concern-until = by { $when }
concern-not-yet = not yet
concern-must = A situation is ticked: tell the police now.
concern-must-hint = No proof, no leave needed. Then press “Reported”; the time is noted by itself.
concern-did-report = Reported, note the time
concern-was-reported = The time of the report is noted
concern-report-title = Report to
concern-to-police = Police
concern-to-civil_affairs = Civil affairs
concern-facts-only = Facts only; never changed
concern-reach = Reach: { $contact }
concern-nine = Nine situations
concern-nine-hint = One is enough to report, also when unsure
concern-ticked = Ticked
concern-add-title = Add a line
concern-add = Add it
concern-log-only-grows = It only grows
concern-close-title = Close
concern-close = Close it
concern-result = The result, and how the child is now
concern-result-missing = Write what came of it and how the child is now
concern-about = Whom it is about
concern-open-name = Show the child's name
concern-open-people = { $n ->
    [one] Show one name
   *[other] Show { $n } names
}
concern-child = The child's name or file number
concern-child-missing = Name at least one: a child, a volunteer or a colleague
concern-volunteer = The volunteer's name or number
concern-account = Colleague
concern-name = Put down
concern-person-volunteer = Volunteer
concern-person-staff = Colleague
concern-shield-first = Keep the child safe first
concern-suspend-hint = Stops four things at once: pair, weekends, codes, looks at the child. Others read only “not this weekend”.
concern-suspend = Suspend all four
concern-suspended = Suspended: { $pairs } pairs, { $stays } weekends
concern-suspended-under-way = Suspended: { $pairs } pairs, { $stays } weekends. A child is out right now: call and fetch it back
concern-circle = Who can see it
concern-circle-count = { $n ->
    [one] One person
   *[other] { $n } people
}
concern-circle-hint = Nobody it is about, volunteer, parent, teacher or leader, sees it or learns of it.
concern-log = Record
concern-entry-taken_up = Took it up
concern-entry-reported = Reported to: { $to }
concern-entry-suspended = Suspended all four
concern-entry-closed = Closed it
fault-concern-person_unknown = { $label } was not found, or several have that name: write the number
refusal-concern-step_not_possible = This step is not possible now; somebody may have done it. Load the page again.
refusal-concern-nobody_left = With this person named nobody could handle it. Open an account for another coordinator or leader first. If it is urgent, call 110 at once.

# Ending a suspension.
concern-lift-title = End the suspension
concern-lift-hint = Pair and access are as before. Weekends that were called off do not come back by themselves: once the concern is closed, each is restored on its own page, with everything checked anew. What another concern suspends stays suspended.
concern-lift_reason = Why it is safe now
concern-lift_reason-missing = Write clearly why it is safe now
concern-lift = End it
concern-lifted = { $pairs ->
    [one] Ended; one pair restored
   *[other] Ended; { $pairs } pairs restored
}
concern-lifted-partly = Ended. { $kept } more are kept suspended by another concern
concern-entry-lifted = Ended the suspension: { $words }
refusal-concern-not_suspended = This concern suspends nothing now.
concern-export = Export to Excel
concern-col-number = Number
concern-col-raised = First word
concern-col-by = Said by
concern-col-ticked = Situations ticked
concern-col-state = State
concern-col-take-up-by = Take up by
concern-col-taken-up = Taken up
concern-col-reported = Reported
concern-col-closed = Closed
