# The county by town.
grid-title = Towns at a glance
grid-heading = { $towns } towns; in { $gaps } { $gaps ->
    [one] place
   *[other] places
 } nobody is responsible yet
grid-heading-whole = { $towns } towns, somebody responsible everywhere
grid-lead = { $children } children, { $volunteers } weekend mothers at work, { $stations } stations. Each number opens its list.
grid-areas = Edit towns and gachas
grid-export-stations = Export stations
grid-children = { $n ->
    [one] { $n } child
   *[other] { $n } children
 }
grid-paired = Paired
grid-waiting = Waiting
grid-applying = Applying
grid-paused = Resting
grid-volunteers = Volunteers
grid-late = Follow-ups late
grid-people = Responsible
grid-nobody = Nobody yet
grid-add-person = Add somebody
grid-gone = account closed
grid-station-closed = Station closed
grid-stations = Stations
grid-no-station = None yet
grid-add-station = Add one
grid-merged = Merged elsewhere
grid-carry = Carry its files over
grid-nowhere = No town on file
grid-comma = {", "}
grid-gap-lead = Nobody is responsible here yet. Add somebody first, so that the children have a person to turn to.
grid-show-lead = Who is responsible, how to call them, where people can go. When somebody changes, write down from when to when; the old line stays.
grid-see-children = See the children here
grid-parts = Gachas and villages
grid-since = since { $on }
grid-past = Responsible before: { $n }
grid-closed = No longer used: { $n }
grid-column-code = Code
grid-column-area = Town or gacha
grid-column-children = Children
grid-column-paired = Paired
grid-column-waiting = Waiting
grid-column-applying = Applying
grid-column-paused = Resting
grid-column-volunteers = Volunteers
grid-column-people = Responsible
grid-column-stations = Stations
grid-column-late = Follow-ups late
grid-mine = Yours first: { $places }
grid-everywhere = See the whole county
grid-mine-option = My area
refusal-area-retired = This place was merged into another. Please add it there.
