# The children who were with a family in a month, town by town.
went-title = With a family, by month
went-heading = { $month }: { $n } children were with a weekend family
went-heading-none = { $month }: no child was with a weekend family yet
went-lead = Fetched within this month, by the town in which the child's home is now. A child counts once; { $stays } weekends in all. Each number leads to its children.
went-runs = The month is not over; numbers will change.
went-children = Children
went-stays = Weekends
went-in = { $town }: { $n } children
went-times = Weekends: { $n }
went-more = The first { $n } by name.
