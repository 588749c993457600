# Alarms: what is told to whom, how one ends, the ladder of a school.
alarm-end-title = Write down why
alarm-end-lead = One sentence ends it; who wrote it and when is kept.
alarm-reason = What happened
alarm-reason-hint = For example: the family had plans, next week instead.
alarm-end-keep = Keep and end
alarm-ended = Kept
alarm-open-title = Somebody has to see to
alarm-open-note = It ends when somebody writes why
alarm-is-volunteer = Not back in time
alarm-is-guardian = Not back in time
alarm-is-coordinator = Not back in time
alarm-is-school = Not back in time
alarm-is-leader = Not back in time
alarm-is-police = Not back in time
alarm-is-not_fetched = Nobody came for the child
alarm-is-code_paused = Five wrong codes
alarm-is-release_refused = Released without network, and should not have been
alarm-told-volunteer = { $time } volunteer asked
alarm-told-guardian = { $time } guardian told
alarm-told-coordinator = { $time } coordinator took over
alarm-told-school = { $time } school told
alarm-told-leader = { $time } leader told
alarm-told-police = { $time } leader asked to call 110
alarm-told-not_fetched = { $time } nobody came, coordinator and teacher told
alarm-told-code_paused = { $time } codes stopped for five minutes
alarm-told-release_refused = { $time } should not have been released, coordinator and leader told
alarm-told-nobody = { $words } (nobody could be reached)
alarm-comma = {", "}
alarm-since = since { $time }
alarm-today = { $n ->
    [one] One child needs somebody at once
   *[other] { $n } children need somebody at once
 }
alarm-today-do = See where the children are
alarm-teacher = { $name }: { $what }
alarm-ladder-title = When a child is not back in time
alarm-ladder-own = This school has its own minutes.
alarm-ladder-county = As in the whole county. A change here is for this school only.
alarm-ladder-open = Change this school’s minutes
alarm-ladder-keep = Save
alarm-ladder-back = Back to the county’s
alarm-ladder-kept = Changed; it holds from now on
refusal-alarm-wants_result = The child’s result is not written yet. Open the weekend and write it.
refusal-custody-nobody_named = Please say who of the family has the child.
