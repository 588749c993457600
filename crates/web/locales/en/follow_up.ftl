# Contact with the people around a child.
follow_up-with-child = the child
follow_up-with-guardian = a guardian
follow_up-with-volunteer = the weekend mother
follow_up-with-teacher = the class teacher
follow_up-state-due = due
follow_up-state-done = done
follow_up-state-missed = missed
follow_up-with = Who is asked
follow_up-with-missing = Choose who was asked
follow_up-list-title = Follow-ups
follow_up-list-late = { $n ->
    [one] One follow-up is late
   *[other] { $n } follow-ups are late
}
follow_up-list-on-time = All follow-ups are on time
follow_up-list-missed = { $n ->
    [one] One follow-up was missed
   *[other] { $n } follow-ups were missed
}
follow_up-list-none-missed = No follow-up was missed lately
follow_up-missed-hint = After fourteen days without a talk it counts as missed, and stands here for thirty. It is not too late to ask, and to write it down.
follow_up-list-lead = Earliest first. After the first weekend and every third, somebody else asks the child alone.
follow_up-only = Only { $town }
follow_up-only-late = Only late ones of { $town }
follow_up-all = See all
follow_up-list-empty = Nothing to follow up
follow_up-list-empty-hint = Plan one in a child's file.
follow_up-upcoming = Coming
follow_up-row = { $name }, asking { $with }
follow_up-tries = { $n ->
    [one] tried once
   *[other] tried { $n } times
}
follow_up-no-answer = No answer
follow_up-cause-rule_15 = The child alone, after a weekend
follow_up-cause-term = Once a term
follow_up-cause-planned = Planned
follow_up-file-title = Follow-up
follow_up-until = by { $when }
follow_up-ask-alone = Ask alone, the weekend mother out of hearing. When the child does not want to go, write that; do not persuade.
follow_up-any = Write down what was answered, at least one of these five.
follow_up-way = How it was asked
follow_up-way-missing = Choose how they were asked
follow_up-by-visit = Visit
follow_up-by-phone = Phone
follow_up-by-talk = Face to face
follow_up-alone = Was the child alone
follow_up-alone-hint = Only when the child itself was asked
follow_up-alone-missing = Choose whether the child was alone
follow_up-was-alone-yes = Alone
follow_up-was-alone-no = Somebody was there
follow_up-sleep = Sleep
follow_up-food = Food
follow_up-feelings = Feelings
follow_up-wish = Wishes
follow_up-worry = Worries
follow_up-worry-hint = In their own words
follow_up-worried = Something is wrong: tell the handlers now
follow_up-recorded = Noted
follow_up-recorded-next = Noted; the next one is planned
follow_up-recorded-worried = Recorded. If something is wrong, press “Worried?” and tell those who handle it
follow_up-worry-stays = What worries the child stands here only; it tells nobody by itself.
follow_up-tried = Noted: no answer, try again tomorrow
follow_up-drop = Not needed, drop it
follow_up-dropped = Dropped
refusal-follow_up-overdue = Its time is over and it cannot be dropped: ask, and write it down.
refusal-follow_up-makes_itself = This one has to be asked and cannot be dropped.
follow_up-new-title = Plan a follow-up
follow_up-new-lead = One person, by one day.
follow_up-due_on = By which day
follow_up-planned = Planned
follow_up-others = Which other children
follow_up-others-hint = Names or file numbers with a comma between, at most 50 at once. Each child has one of its own, by the same day.
follow_up-planned-all = { $n } are planned
refusal-follow_up-other_unknown = { $name } was not found, or several have this name: please write the number of the file. Nothing was planned.
fault-follow_up-unanswered = At least one of the five questions must have an answer ({ $label })
fault-follow_up-not_alone = With somebody there the child has not been asked. Ask alone another time
fault-date-in_past = { $label } is in the past: choose today or a later day
refusal-follow_up-done_already = This follow-up has been done.
refusal-follow_up-by_the_carer = The carer cannot record this one; somebody else asks.
follow_up-views = Views of follow-ups
follow_up-view-all = All
follow_up-view-late = Overdue
follow_up-view-missed = Missed
follow_up-col-why = Why
follow_up-col-due = Due by
follow_up-col-state = State
follow_up-col-tries = No answer
