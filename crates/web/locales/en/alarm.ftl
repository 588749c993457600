# Alarms: what is told to whom, how one ends, the ladder of a school.
alarm-end-title = Write down why
alarm-end-lead = One sentence ends it; who wrote it and when is kept.
alarm-end-gone = Has the child been fetched after all? Let it go by the list first: only then is it awaited.
alarm-reason = What happened
alarm-reason-hint = For example: the family had plans, next week instead.
alarm-end-keep = Write it down and end it
alarm-ended = Noted
alarm-open-title = Still needs somebody
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
alarm-told-guardian = { $time } sent to the guardian
alarm-told-coordinator = { $time } coordinator told
alarm-told-school = { $time } school told
alarm-told-leader = { $time } leader told
alarm-told-police = { $time } leader asked to call 110
alarm-told-not_fetched = { $time } nobody came, coordinator and teacher told
alarm-told-code_paused = { $time } codes stopped for five minutes
alarm-told-release_refused = { $time } should not have been released, coordinator and leader told
alarm-who-volunteer = the volunteer
alarm-who-guardian = the guardian
alarm-who-coordinator = the coordinator
alarm-who-school = the school
alarm-who-leader = the leader
alarm-who-police = the leader (to call 110)
alarm-who-not_fetched = coordinator and teacher
alarm-who-code_paused = the coordinator
alarm-who-release_refused = coordinator and leader
alarm-sending = { $time } being sent to { $who }
alarm-by-hand = { $time } { $who } should be told, nobody has done it yet
alarm-passed-on = { $time } { $who } told by hand
alarm-not-sent = { $time } { $who } should be told, the message did not go out
alarm-nobody = { $time } { $who } should be told, nobody could be reached
alarm-pass-on = Called? Write it down
alarm-today-by-hand = { $n ->
    [one] One guardian or weekend mother has no account in use, please pass it on
   *[other] { $n } guardians or weekend mothers have no account in use, please pass it on
 }
alarm-today-by-hand-text = A child was not fetched or is not back, and no message reaches them. Call, then press “Passed on”.
alarm-today-by-hand-note = not passed on
alarm-today-by-hand-act = Pass it on
alarm-then = {"; "}
alarm-comma = {", "}
alarm-since = since { $time }
alarm-since-unfetched-guardian = To be fetched from home at { $time }; nobody has entered the hand-over. The child is at home for the holidays; the coordinator calls.
alarm-since-unfetched = Nobody had come by { $time }. Please tell the coordinator whether the child is at school, and ask the weekend mother too.
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
refusal-alarm-own_stay = You took this child home yourself: somebody else ends its alarm.
refusal-custody-nobody_named = Write who of the family took the child. Of whoever is not on file, choose “Somebody else” and give the name.
refusal-custody-kept_away = { $name } must not take this child. Do not hand it over; call the coordinator at once. If they only came and did not take it, leave the name out.
