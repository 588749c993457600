# The weekends of a term at once.
term-list-title = Term plans
term-list-finding = { $n ->
    [one] One plan waits for an answer
   *[other] { $n } plans wait for an answer
}
term-list-mine = { $n ->
    [one] One plan waits for you
   *[other] { $n } plans wait for you
}
term-list-lead = Only weekends that volunteer and guardian both agree to become requests. Silence is never yes.
term-list-empty = No plans yet
term-list-empty-hint = In a school's calendar you can plan a whole term.
term-list-another = To plan more: a whole school from its calendar, “Plan the term's weekends”; one pair from its own page, “Plan a whole term”.
term-col-child = Child's number
term-col-volunteer = Volunteer's number
term-col-proposed = Asked at
term-col-first = First day
term-col-last = Last day
term-col-all = Weekends
term-col-agreed = Agreed
term-col-refused = Not yet allowed
term-n-weekends = { $n ->
    [one] One weekend
   *[other] { $n } weekends
}
term-some-refused = { $n } still lack something
term-agreed-n = Answered: { $n } agreed
term-waits-for-you = { $n } wait for you
term-waits-for = volunteer: { $hers } open, guardian: { $theirs } open
term-back = Back
term-new-title = Plan the term's weekends
term-new-finding = { $school }: which weekends of this term
term-new-hers = Which weekends of this term with { $name }
term-new-lead = Volunteer and guardian are asked; what both agree to is requested.
term-nobody = Nobody can be planned for now
term-nobody-hint = A whole term is planned once the first meetings went well and nights are possible.
term-weekend = Choose weekends
term-weekend-missing = Choose a weekend
term-all = All of them
term-only-one = All of them are asked. To plan for one pair only, choose it.
term-tile-vacation = Long: asked for with its own days
term-tile-proposed = Being asked
term-tile-some = Free for { $n } of { $all } children
term-send = Ask volunteer and guardian
term-send-note = One touch on the phone is enough, and each may take some out. Days without a consent are shown with what is missing.
term-pairs = { $n ->
    [one] One pair is asked
   *[other] { $n } pairs are asked
}
term-settling = { $n } more pairs are still settling: by day only, not planned yet.
term-proposed = Asked: { $n } pairs, { $weekends } weekends
term-show-title = Term plan
term-lead = { $child } with { $carer }
term-ask = { $n ->
    [one] One weekend: is that all right?
   *[other] { $n } weekends: is that all right?
}
term-nothing-now = Nothing waits for you now
term-office = { $n ->
    [one] One weekend and what both sides say
   *[other] { $n } weekends and what both sides say
}
term-withdrawn = This plan was taken back
term-which = One by one
term-which-hint = Tick those that are not possible.
term-take-out = Not this one
term-hours = fetched { $from }, back by { $to }
term-agree = Agree to these { $n }, without those ticked “Not this one”
term-agree-none = None of these
term-agree-note = Only a yes is asked for. Each time the child is asked, and class teacher and coordinator decide. It can be called off at any time.
term-later = { $n } more need the consent first
term-later-guardian = Your consent to nights away does not cover these days. Answer it first, then come back.
term-later-other = The guardian's consent to nights away does not cover these days. It comes first.
term-ask-consent = See the consents
term-rest = Answered
term-each = Each weekend
term-both-but = Agreed; something is missing
term-out = Not this one
term-silent = No answer in time
term-waits-both = Waits for both
term-waits-volunteer = Waits for the volunteer
term-waits-guardian = Waits for the guardian
term-no-consent = Consent is missing
term-your-turn = Waits for you
term-why-check = The query on an adult of the home does not reach the last day. Once it is renewed, ask again.
term-said-no = Noted: none of these
term-said-yes = Noted: you agree to { $n }; the other side is asked
term-said-both = Noted: you agree to { $n }; { $asked } are requested
term-withdraw = Take this plan back
term-taken-back = Taken back
term-again = I have changed my mind: answer anew
term-again-guardian = The guardian has changed her mind: write it down anew
term-again-hers = The volunteer has changed her mind: write it down anew
term-taken-back-n = The answers for { $n } weekends are taken back. Please answer anew.
term-restore = Ask about it after all
term-restored = Asked about again, with every answer as it was
term-ask-again = All is there: ask again
term-asked-again = { $n } are requested, { $left } are still not possible
term-waits-guardian-of = { $n ->
    [one] { $name }: one weekend of this term waits for you
   *[other] { $name }: { $n } weekends of this term wait for you
}
term-waits-volunteer-of = { $n ->
    [one] { $name }: one weekend of this term waits for you
   *[other] { $name }: { $n } weekends of this term wait for you
}
term-look = Have a look
term-plan-ahead = Plan a whole term
term-also = The same for these children, on the same days
term-also-one = { $n ->
    [one] { $name }, one weekend
   *[other] { $name }, { $n } weekends
}
term-record = Write down what the guardian said
term-record-title = Write down what the guardian said
term-record-heading = What did the guardian say
term-record-yes = The guardian agrees to these { $n }, except those ticked
term-record-note = The guardian gets a message, can read what was written down, and can object at any time.
term-record-none = No weekend waits for the guardian now
term-record-none-hint = Perhaps all were answered, or the overnight consent is still missing.
term-recorded-no = Written down: none of these
term-recorded-yes = Written down: the guardian agrees to { $n }; the volunteer is next
term-recorded-both = Written down: the guardian agrees to { $n }, { $asked } asked for
term-paper = Print for the guardian to sign
term-paper-title = A sheet for the guardian
term-paper-lead = Print it; the class teacher passes it on. What comes back signed is written down under “Write down what the guardian said”.
term-paper-words = On these weekends your child is to sleep at the home of { $carer }. Please tick for each whether it suits you, sign and give it to the class teacher. A no is fine, and you can change it at any time.
term-paper-tick = □ Yes  □ No
term-records = Written down for a guardian
term-record-by = by { $who }, { $when }
term-hers = Write down what the volunteer said
term-hers-heading = What did she say
term-hers-yes = She takes these { $n }, except those ticked
term-hers-note = She gets a message and can put it right on her phone. A colleague approves what you write down.
term-hers-no = Written down: she takes none of these
term-hers-waits = Written down: she takes { $n }; the guardian is next
term-hers-both = Written down: she takes { $n }, { $asked } asked for
term-hers-by = The volunteer's answer was written down by { $who }, { $when }
term-put-right = Somebody answered for you: is it right
refusal-plan-over = This plan is answered already, or taken back.
refusal-plan-nothing_to_answer = No weekend waits for you now: answered already, or the consent comes first.
refusal-plan-no_school = No school stands in the child's file. Enter it first.
refusal-plan-settling = They are still settling: by day only. Plan a term once that is over.
refusal-plan-nobody = No pair runs here now.
refusal-plan-all_taken = The weekends chosen are taken, or being asked for.
refusal-plan-nothing_to_take_back = There is no answer to take back. A weekend that was asked for is called off instead.
refusal-plan-newer = A newer term plan is being asked about: please answer there.
refusal-plan-her_own_word = This was answered in person, on her own phone, and is changed there.
refusal-plan-not_withdrawn = This plan was not taken back.
refusal-plan-calendar_moved = The school calendar has changed and these days no longer fit. Ask again once it is settled.
refusal-plan-home_changed = The volunteer's household has changed. She asks for these days anew.
refusal-plan-unanswered = Please choose yes or none of these.
refusal-plan-own_home = Your own home takes this child: a colleague writes this down.
