# The county's holidays.
holiday-title = Holidays
holiday-finding-none = No holidays of { $year } are entered yet
holiday-finding = Holidays of { $year }: { $n } spans
holiday-lead = The State Council's notice is the basis; the county's own days override it. The schools' weekends follow.
holiday-years = Years
holiday-missing = The notice for { $year } is missing
holiday-missing-do = It comes out in November. Paste the whole of it on this page, so that the schools' weekends are right.
holiday-enter-now = Enter it now
holiday-days = The days of the year
holiday-empty = No days for this year yet
holiday-empty-hint = Paste the whole notice, or write a line for each span.
holiday-n-days = { $n ->
    [one] One day
   *[other] { $n } days
}
holiday-own = the county's
holiday-col-on = Day
holiday-col-own = Entered by
holiday-is-off = No school
holiday-is-work = School and work
holiday-is-plain = As usual
holiday-last = Entered last
holiday-last-what = { $n } days, { $when }.
holiday-undo = Take it back
holiday-undone = { $n ->
    [one] One day is taken back
   *[other] { $n } days are taken back
}
holiday-paste = Paste the notice
holiday-lines = A line for each span
holiday-lines-hint = The State Council's notice as it stands, copied whole. Or from Excel or WPS, with name, first day, last day, off or work in a line, such as: 元旦 2027-01-01 2027-01-03 off
holiday-keep-lines = Save them all
holiday-line = Line { $n }:
holiday-this-line = This line
holiday-one = Enter one span
holiday-name = Name
holiday-from_on = First day
holiday-to_on = Last day
holiday-to_on-hint = Leave empty for one day
holiday-kind = What it is
holiday-keep = Save
holiday-entered = { $n ->
    [one] Saved; one day changed
   *[other] Saved; { $n } days changed
}
holiday-dropped = Taken away
fault-holiday-unnamed = { $label } has no name: please write one
fault-holiday-kind_unread = { $label } does not say off or work; write it like: 元旦 2027-01-01 2027-01-03 off
fault-holiday-weekday = { $label } names another day of the week: look which year the notice is of, and change to that year above
fault-holiday-too_long = { $label } is too long: two months at most
fault-holiday-too_many = { $label }: too many lines, paste in two parts
fault-holiday-unread = { $label }: some cannot be read, see below
