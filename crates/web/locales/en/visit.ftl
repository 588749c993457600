# A child director's round.
visit-title = Visits
visit-heading = { $n ->
    [one] { $n } child is waiting for you
   *[other] { $n } children are waiting for you
 }
visit-heading-none = No child is waiting for you today
visit-lead = { $n ->
    [one] { $places }: one child in all.
   *[other] { $places }: { $n } children in all.
}
visit-due = Waiting
visit-due-none = All seen. Write down any other talk below.
visit-talk = Ask { $with } by { $on }
visit-talk-late = Overdue since { $on }: ask { $with }
visit-lacks-confirmation = File not confirmed for a long time
visit-lacks-phone = No phone that can be called
visit-seen = Seen today
visit-others = Other children
visit-others-none = No other children.
visit-write = Write a talk
visit-do-call = Call
visit-call = { $relation } { $name }
visit-people = Responsible around you
visit-merged = Your place was merged into { $name }. You see the children there once the coordinator has changed your role: please call.
visit-elsewhere = You also look after
visit-elsewhere-late = { $n } talks are late
visit-new-title = Write down a visit
visit-new-heading = What { $name } and the people around said
visit-new-lead = In their own words; a few are enough. A talk that was due counts as done.
