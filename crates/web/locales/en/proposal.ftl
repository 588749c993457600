proposal-results-title = Result
proposal-finding-trial = a trial: of { $written } children with a slip, { $n } can be matched
proposal-finding = { $n ->
    [one] one child has a match
   *[other] { $n } children have a match
}
proposal-stable = Where a child would rather go to another home, that home would not rather have it instead.{" "}
proposal-lead = Confirm it pair by pair. Nobody sees anything before.
proposal-lead-asked = All are confirmed and both sides are asked; a pair begins when both say yes.
proposal-lead-again = { $n } came to nothing: work out again to find somebody else for them. All others stay.
proposal-run-again = Work it out again
proposal-confirm-all = { $n ->
    [one] Confirm this one
   *[other] Confirm these { $n }
}
proposal-confirm-rest = { $n ->
    [one] Confirm the last one
   *[other] Confirm the other { $n }
}
proposal-confirm-early = { $n ->
    [one] Do not wait: confirm this pair
   *[other] Do not wait: confirm these { $n } pairs
}
proposal-reason = Confirmed before all slips are in, because
proposal-reason-hint = Not needed once all are in. What is written here stays with the round and can be read later.
proposal-ran = { $n ->
    [one] Done: one child has a match.
   *[other] Done: { $n } children have a match.
}
proposal-changed = Wishes have changed since. Work it out again before confirming.
proposal-results = Pairs
proposal-count = { $homes } homes, { $children } children
proposal-child-rank = the child's wish { $n }
proposal-home-rank = the mother's wish { $n }
proposal-said-yes-child = Child and guardian said yes
proposal-said-no-child = Child or guardian said no
proposal-waits-child = Waiting for child and guardian
proposal-said-yes-volunteer = The weekend mother said yes
proposal-said-no-volunteer = The weekend mother said it does not suit
proposal-waits-volunteer = Waiting for the weekend mother
proposal-yes-child = Child's side: yes
proposal-no-child = No
proposal-yes-volunteer = Weekend mother: yes
proposal-no-volunteer = No
proposal-is-pair = A pair
proposal-see-pair = See the pair
proposal-begin = Begin the pair
proposal-begun = The pair has begun. First meetings are by day only.
proposal-undo = Take back
proposal-undone = Taken back. It can be confirmed again.
proposal-written-wrongly = Written down wrongly: take this no back
proposal-again = To be matched again
proposal-confirm = Confirm
proposal-other = Another one
proposal-offered = { $n ->
    [one] One pair confirmed. Both sides answer within 7 days.
   *[other] { $n } pairs confirmed. Both sides answer within 7 days.
}
proposal-yes-kept = Noted: yes.
proposal-no-kept = Noted: no.
proposal-answer-undone = The answer is taken back.
proposal-wishes = Wishes of both sides
proposal-first = Children with their first wish
proposal-top = Children within their first 3
proposal-home-top = Mothers within their first 3
proposal-drop-out = Somebody drops out
proposal-left = Not matched yet
proposal-left-wishless = Without wishes: { $n }
proposal-left-rest = { $n } more; all of them are in the file
proposal-left-child-no_wish = Wrote no home yet
proposal-left-child-all_struck = None of the homes wished for is possible now; see what can be put in order
proposal-left-child-not_returned = The homes wished for did not choose this child this time
proposal-left-child-taken = The homes wished for are full
proposal-left-home-no_wish = Wrote no wishes; base activities are a start
proposal-left-home-all_struck = None of the children wished for is possible now; see what can be put in order
proposal-left-home-not_returned = The children wished for did not write this home
proposal-left-home-taken = The children wished for went where they wished more
proposal-number = Run { $n }. The same wishes give the same result.
proposal-lots = The number of the lots
proposal-seed = Seed { $seed }: where wishes are equal, lots are drawn by this number.
proposal-not-run = Not worked out yet
proposal-not-run-lead = When the wishes are in, go back to the round and press “Work it out”.
proposal-state-offered = Waiting for answers
proposal-state-accepted = Both said yes
proposal-state-declined = Came to nothing
proposal-state-lapsed = No answer in 7 days
proposal-state-undone = Taken back
refusal-run-closed = This round is over.
refusal-run-nobody = There is nobody to be matched yet. Choose who takes part first.
refusal-run-unsound = The result did not pass the check and was not kept. Try again; if it stays so, ask the system administrator.
refusal-run-changed = Wishes have changed since. Work it out again, then confirm.
refusal-proposal-barred = { $bar ->
    [child_paired] This child has a home already. Work it out again.
    [consent_missing] There is no consent for pairing in force. Ask the guardian, then confirm.
    [volunteer_not_approved] This volunteer is not approved, or rests. Work it out again.
    [home_visit] The home visit is missing or expired. Visit first, then confirm.
    [no_offence] An adult's query is missing in this home. Complete it, then confirm.
    [home_full] This home has just filled up. Work it out again.
   *[other] Things have changed: this pair cannot be confirmed. Work it out again.
}
refusal-proposal-own_home = This one is about your own home: a colleague writes down what the child says.
refusal-proposal-round_closed = This round is over. Nothing can be confirmed any more.
refusal-proposal-not_run = Not worked out yet. Do that first, then confirm.
refusal-proposal-nothing_left = There is nothing left to confirm.
refusal-proposal-not_open = This proposal is no longer waiting for answers.
refusal-proposal-expired = The 7 days are over. Work it out again.
refusal-proposal-answered = There is an answer already. Take it back to change it.
refusal-proposal-begun = The pair has begun and cannot be taken back. A leader can close it.
refusal-proposal-unanswered = There is no answer to take back.
refusal-proposal-given_on = Child or place has gone to somebody else; it cannot be taken back.
