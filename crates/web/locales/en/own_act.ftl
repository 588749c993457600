# What one has done oneself, day by day.
own_act-title = What I did
own_act-lead = What you did yourself on this day, newest first. Whose file you looked at stands in that file, among who looked.
own_act-heading = { $day }: { $n } things done
own_act-heading-none = { $day }: nothing was done
own_act-day = Which day
own_act-before = The day before
own_act-after = The day after
own_act-more = and { $n } more
own_act-none = Nothing on this day
own_act-none-hint = Try another day.
