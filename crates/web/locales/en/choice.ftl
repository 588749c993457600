choice-slip-title = Wish slips
choice-finding-child = Children's slips: { $written } in, { $waiting } to go
choice-finding-volunteer = Mothers' slips: { $written } in, { $waiting } to go
choice-lead = The children's slips come first, then the mothers'. The children's word stands in front.
choice-to-homes = Mothers' slips
choice-to-children = Children's slips
choice-to-run = Work it out
choice-number = Number { $n }
choice-keys = Keyboard only: number, Enter
choice-wish = Wish { $n }
choice-wishes = Whom you would like
choice-wishes-hint = Numbers, best first, for example “3, 5=7, 2”. “5=7” means equally. Who is not written is never matched.
choice-refused = Does not suit
choice-refused-hint = Counts in this round only. Used in the matching, seen by nobody.
choice-refused-child = Not there
choice-refused-volunteer = Does not suit
choice-tie-hint = A number, Enter for the next. “3=5” is a tie.
choice-minutes = { $n } min from school
choice-save = Save, next slip
choice-written = Slip number { $number } is saved.
choice-nobody = No slips are left to type here.
choice-others = Other slips
choice-count = { $n } in
choice-sieve = Homes that are open
choice-hard-rules = hard rules
choice-struck = { $n } out
choice-open-homes = Open
choice-of = { $n } of { $total }
choice-numbers-child = Numbers of the homes
choice-numbers-volunteer = Numbers of the children
choice-mine-title = Choose
choice-mine-finding = { $n ->
    [one] One child is waiting for a home
   *[other] { $n } children are waiting for a home
}
choice-mine-number = you are number { $n }
choice-mine-day = meeting on { $day }
choice-proposed = Proposed to you: child number { $n }
choice-you-yes = You said yes
choice-you-no = You said it does not suit
choice-answer-until = Please answer by { $day }
choice-say-yes = Yes, gladly
choice-say-no = Not this time
choice-no-is-fine = A no needs no reason, and nobody else sees it.
choice-send = Save my list
choice-mine-written = Your list is saved. You can change it until wishes close.
choice-mine-wait = The children's slips are not all in yet. Read the cards meanwhile; your list opens after them.
choice-mine-closed = Wishes are closed. The coordinator will come back to you.
choice-mine-none = No round at present
choice-mine-none-lead = When the coordinator asks you to take part, the children's cards are here.
choice-card-title = Choice card
choice-own-words = The child's own words
choice-card-recorded = Opening a card is recorded.
fault-choice-unreadable = { $label }: write numbers with commas, and = for a tie
fault-choice-unknown = { $label } has a number that is not in this round
fault-choice-twice = { $label } has a number twice
fault-choice-too_many = { $label } is too long
refusal-choice-children_first = The children's slips are not all in. Type theirs first, then the mothers'.
