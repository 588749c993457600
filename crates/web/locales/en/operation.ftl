operation-title = Work that takes a while
operation-lead = Long lists, long rosters and large rounds are worked through here; you need not wait beside them. A finished file is kept for 24 hours.
operation-none = Nothing is under way
operation-none-next = A list or a roster of a thousand rows or more comes here, a round of several hundred people, and the proof of a long trail.
operation-col-what = What
operation-col-when = When
operation-col-rows = Rows
operation-col-state = Progress
operation-state-waiting = Waiting
operation-state-running = Under way
operation-state-done = Ready
operation-state-failed = Not made
operation-state-stopped = Stopped
operation-until = can be fetched until { $when }
operation-finding-waiting = About to begin: { $what }
operation-finding-running = Under way: { $what }
operation-finding-done = Ready: { $what }
operation-finding-failed = Not made: { $what }
operation-finding-stopped = Stopped: { $what }
operation-percent = { $n } percent done
operation-queued = { $of } rows; it begins when the work before it is done.
operation-far = { $n } rows done of { $of }
operation-joint = , 
operation-seconds-left = { $n ->
    [one] about one second left
   *[other] about { $n } seconds left
}
operation-minutes-left = { $n ->
    [one] about one minute left
   *[other] about { $n } minutes left
}
operation-go-on = You can do something else; you will be told when it is ready.
operation-stop = Stop
operation-stopped = Stopped; nothing was changed
operation-nothing-changed = Nothing was changed, and no file was left. To have it, take the list out once more.
operation-ready = { $n } rows; can be fetched until { $when }.
operation-fetch = Download
refusal-operation-ended = This has already come to its end.
refusal-operation-not_done = The file is not ready yet.
refusal-operation-over = A file is kept for 24 hours and is gone by now. To have it, take the list out once more.
refusal-operation-other_grant = This file was made under another role of yours. Change back to it to fetch the file.
refusal-operation-many = Three pieces of work of yours are waiting. Wait for one of them, or stop one.
refusal-operation-right_gone = When it was made you no longer had the right to it, so nothing was kept.
refusal-operation-given_up = It failed three times; nothing was changed. Please tell whoever keeps the system when it was.
refusal-operation-broken = It could not be made; nothing was changed. Please try again in a while.
operation-import = Roster import
operation-run = Matching run
operation-proof = Proof of the trail
operation-queued-plain = It begins when the work before it is done.
operation-run-begun = Reading everybody’s wishes.
operation-far-run = { $n } orders tried of { $of } at most
operation-far-report = { $n } sheets made of { $of }
operation-far-import = { $n } rows checked of { $of }; nothing is written yet
operation-writing = Every row was checked; now they are written. This is quick and cannot be stopped.
operation-written = The result is kept.
operation-see-result = See the result
operation-nothing-written = Nothing was changed. Do it once more if you need it.
refusal-operation-other_file = Another file came in meanwhile, so nothing was written. Please go back to the import and look once more.
refusal-operation-changed = Somebody changed a wish or a record meanwhile, so nothing was kept. Please do it once more.
