round-list-title = Pairing rounds
round-none-title = No rounds yet
round-list-finding = { $n ->
    [one] One pairing round so far
   *[other] { $n } pairing rounds so far
}
round-list-lead = The children are heard first, then the mothers. Nothing holds until both sides have said yes.
round-start = Start a round
round-to-pairs = All pairs
round-name = Name
round-name-hint = For example: Autumn 2026
round-held_on = Day both sides meet
round-note = Note
round-state = Step
round-children = Children
round-homes = Homes
round-pairs = Pairs
round-new-title = Start a pairing round
round-new-lead = Next you choose who takes part: children with consent for pairing, and approved mothers with a place free.
round-change = Change name and day
round-change-lead = Write the day once it is settled, and move it when it moves. It is the day that the mothers who take part see on their phones.
round-changed = Changed
round-opened = The round is open. Choose who takes part.
round-title = This round
round-colon = :{" "}
round-and = ,{" "}
round-finding = { $children } children, { $homes } homes
round-unwritten-children = { $n ->
    [one] One child has no slip yet.{" "}
   *[other] { $n } children have no slip yet.{" "}
}
round-unwritten-homes = { $n ->
    [one] One home has no slip yet.{" "}
   *[other] { $n } homes have no slip yet.{" "}
}
round-unwritten = A run is only a trial now: enter the slips, run again, then confirm.
round-unwritten-closed = No slips are taken in this step. To add one, go back to “Visits and checks” first.
round-early = { $when }: confirmed { $n ->
    [one] a pair
   *[other] { $n } pairs
} before all slips were in, because: { $why }
round-waiting = { $n ->
    [one] One child's slip is still missing. Mothers' slips open when all children's are in.
   *[other] { $n } children's slips are still missing. Mothers' slips open when all children's are in.
}
round-nobody-yet = No child takes part yet. Choose children and homes under “Who takes part” first.
round-children-in = All children's slips are in. Mothers' slips can be typed.
round-all-in = All slips of both sides are in. It can be worked out.
round-lead-proposed = The result is there. Confirm pair by pair, then both sides answer.
round-lead-meeting = Both sides meet, with staff beside them. Pairs begin after the meeting.
round-lead-closed = This round is over.
round-add-people = Who takes part
round-write-slips = Type slips
round-to-results = See the result
round-to-trial = See the trial’s result
round-by-number = by number
round-no-children = No child takes part yet.
round-no-homes = No home takes part yet.
round-number = No.
round-child = Child
round-home = Home
round-free = Places
round-home-unchecked = Checks missing
round-free-places = { $n ->
    [one] 1 place free
   *[other] { $n } places free
}
round-slip = Slip
round-do = To do
round-has-home = Matched
round-wishes = { $n ->
    [one] 1 wish
   *[other] { $n } wishes
}
round-no-slip = Not typed yet
round-names-nobody = asked, names nobody
round-full = no place free
round-write = Type slip
round-card = Card
round-candidates = Candidates
round-withdraw = Take out
round-more = More
round-withdraw-means = The number stays taken, the slip no longer counts. What waits for an answer is taken back, a pair that has begun stays. Nobody else is moved.
round-withdrawn = Taken out of this round. The number stays.
round-children-first = slips here open when all children’s are in
round-together = { $n } children stay together
round-next = Next
round-seed = Seed of the lots
round-seed-hint = Decides between equal wishes. Ask somebody in the room for a number; empty takes one at random.
round-run = Work it out
round-step-on = On to “{ $step }”
round-close-means = Take this step when everybody has met and all who said yes are pairs. It ends the round for good; who is left comes into the next one.
round-step-back = Back to “{ $step }”
round-late = Somebody comes late, or changes a wish: go back to “Visits and checks”, add it and work out again. What was confirmed stays.
round-stepped = The round is now at “{ $step }”.
round-cards = Print choice cards
round-cards-title = Choice cards
round-cards-finding = { $n ->
    [one] One choice card, no name
   *[other] { $n } choice cards, no names
}
round-cards-lead = A card has the number, sex, age band, languages, what care needs and the child's own words.
round-print = Print
round-quote = “{ $words }”
round-care = What care needs
round-care-hint = Only what care needs: no name, school, gacha or family. Empty takes what the file says.
round-words = The child's own words
round-words-hint = As the child said it, without names.
round-card-title = Choice card
round-card-finding = Choice card of number { $n }
round-card-lead = This is all that the mothers see when they choose.
round-card-written = The card is saved.
round-people-title = Who takes part
round-people-finding = { $children } children and { $homes } homes may take part
round-people-lead = Only those who may: children with consent for pairing and no pair; approved volunteers with a place free.
round-all = All
round-none-eligible = No other child may take part. A guardian agrees first: record it, or ask for it, under Consents in the child's file.
round-see-children = See the children who wait
round-none-eligible-homes = No other home may take part. Have the leader sign first, or see who has a place.
round-see-homes = See the volunteers
round-take-part = Take part in this round
round-took-part = In: { $children } children, { $homes } homes. Left out: { $left }.
round-step-collecting = Wishes
round-step-checking = Visits and checks
round-step-proposed = Matching and confirming
round-step-meeting = Meeting
round-step-closed = Pairs begin
round-step-slips = children { $written } of { $total }
round-step-slips-homes = children { $written } of { $total }, { $homes } homes to come
round-step-homes = { $n ->
    [one] 1 home
   *[other] { $n } homes
}
round-step-at-once = on the spot
round-step-no-day = no day yet
round-step-week-after = after the meeting
round-sex-male = boy
round-sex-female = girl
round-sex-unknown = sex not given
round-sex-unspecified = sex not given
round-age = age { $n }
round-band = aged { $band }
round-language-zh = Chinese
round-language-mn = Mongolian
round-language-dta = Daur
round-language-evn = Evenki
round-language-orh = Oroqen
round-language-mnc = Manchu
round-language-ko = Korean
round-language-kk = Kazakh
round-language-ug = Uyghur
round-language-bo = Tibetan
round-language-za = Zhuang
round-language-ii = Yi
round-language-hmn = Hmong
round-language-ru = Russian
round-language-en = English
round-language-ja = Japanese
round-language-csl = Sign language
refusal-round-step_impossible = The round cannot jump there now. One step at a time.
refusal-round-wishes_closed = Wishes are closed. To change them, take the round back to “Visits and checks” first.
refusal-round-proposals_open = Some proposals are still open. Close the round when both sides have answered and every accepted pair has begun.
round-struck = What the rules take out
round-struck-none = No rule takes anybody out now.
round-struck-wishes = { $n ->
    [one] One child's wish goes.{" "}
   *[other] { $n } children's wishes go.{" "}
}
round-struck-more = {" "}and others, { $n } in all
round-group-together = { $n ->
    [one] must stay together; one home has room.
   *[other] must stay together; { $n } homes have room.
}
round-group-apart = may go to two homes in this round, says { $who }: { $why }
round-group-part = They may part in this round
round-group-back = They stay together after all
round-leader-lifts = A leader may let them part, with a reason.
round-reason = Why they may part
round-reason-missing = Write why they may part
round-people-out = People of the round and their wishes
round-side = Side
round-whose = Name
round-about = About
round-wished = Wishes, by number
round-child-number = Child no.
round-home-number = Home no.
round-child-rank = Child’s wish no.
round-home-rank = Mother’s wish no.
round-outcome = How far it is
round-answers = Answers of both sides
round-reasons = What speaks for it
round-not-confirmed = Brought together, not confirmed yet
round-apart = Noted: they may go to two homes in this round.
round-together-again = Good, they stay together.
round-dropped-out = { $n ->
    [one] Taken out; one proposal went with it. All others stay. Work it out again.
   *[other] Taken out; { $n } proposals went with it. All others stay. Work it out again.
}
trial-title = Try another arrangement
trial-lead = What if this home took two? Only a look: nothing is kept.
trial-changes = Changes
trial-home = Which home
trial-nobody = No change
trial-places = Takes
trial-takes = { $n ->
    [one] takes 1 child
   *[other] takes { $n } children
}
trial-compare = Compare
trial-result = Side by side
trial-not-kept = nothing is kept
trial-as-it-is = As it is
trial-if = { $name } takes { $n }
trial-without = no home yet
trial-placed = Children with a match
trial-bound = The most possible
trial-nobody-moves = No child would go elsewhere
trial-moves = { $n ->
    [one] One child would go elsewhere
   *[other] { $n } children would go elsewhere
}
trial-moves-caption = Children who would go elsewhere
trial-seed = Lots are drawn by the same number, { $seed }, so that the trials compare.{" "}
trial-leader = To let a home take more, a leader writes the reason in her file.
places-title = List of places
places-finding = { $children } children have a place, { $homes } homes took part
places-children = Children
places-left = Free
places-without = { $n ->
    [one] One child without a place
   *[other] { $n } children without a place
}
places-worked-out = Worked out { $time }.
places-sign-drawn = Seed called out by
places-sign-office = Women's Federation
places-sign-witness = Witness
pair_card-title = Pair cards
pair_card-finding = { $n ->
    [one] One pair card
   *[other] { $n } pair cards
}
pair_card-none = No pair cards to print yet
pair_card-lead = One for each pair to which both said yes, handed over when they meet.
pair_card-numbers = Child { $child }, home { $home }
pair_card-words = From today you belong to each other's weekends. The first meetings are by day; take your time.
refusal-round-no_group = This child has no brothers or sisters to stay with.
refusal-trial-home_unknown = No home of this round has this number.
refusal-trial-places = A home takes three children at most.
refusal-trial-too_many = Three changes at a time at most.
