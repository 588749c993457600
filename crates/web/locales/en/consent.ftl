# On the child's file.
consent-list-title = Consents
consent-list-lead = What the guardian said. It can be taken back at any time, and that counts at once.
consent-hold = { $n ->
    [one] One consent in force
   *[other] { $n } consents in force
}
consent-none-holds = No consent is in force yet
consent-new = Write down a consent
consent-empty = The guardian has not answered yet
consent-empty-hint = Send a link, or write down what was said on paper or by phone.
consent-guardian = Given by
consent-guardian-missing = Choose who answered
consent-days = From and until
consent-state = Now
consent-past = Earlier ones
consent-send-link = Ask the guardian
consent-send-link-note = One link, five questions, on any phone. No app, no account.
consent-nobody = No adult on file can decide for the child yet. Add one first.
consent-make-link = Make a link
consent-take-back = Take back
consent-other-guardian = The other guardian
consent-written-by = , written down by { $who }
consent-withdrawn-at = Taken back on { $when }
consent-withdrawn-how = How it was taken back: { $how }
consent-from = From { $from }
consent-from-to = { $from } to { $to }

consent-purpose = What for
consent-purpose-hint = Tick several where the answer is the same
consent-purpose-missing = Choose what it is about
consent-purpose-file = Keeping a file
consent-purpose-pairing = Finding a weekend mother
consent-purpose-overnight = Staying overnight at weekends
consent-purpose-photo = Pictures
consent-purpose-publication = Telling the child's story
consent-purpose-handover = Handing the file to another office
consent-how = How it was said
consent-how-missing = Choose how it was said
consent-how-link = Answered on the own phone
consent-how-paper = Signed on paper
consent-how-voice = Said in person
consent-how-phone = Said by phone
consent-state-holds = In force
consent-state-not_yet = Not begun
consent-state-over = Over
consent-state-no = No
consent-state-withdrawn = Taken back
consent-state-replaced = Answered again since
consent-state-blocked = Counts no longer

# Writing down what was said on paper or by voice.
consent-new-title = Write down a consent
consent-new-heading = What did the guardian say
consent-new-lead = Write it as it was said, a no just like a yes. A guardian with an account sees it and can take it back at any time.
consent-said-yes = Yes
consent-said-no = No
consent-answer = Answer
consent-answer-missing = Choose an answer
consent-evidence = Evidence
consent-evidence-hint = Where the paper lies, or who heard it. For example: third grade folder, page 12
consent-from_on = First day
consent-to_on = Last day
consent-to_on-hint = Left empty it holds until the guardian takes it back
consent-keep = Save
consent-recorded = Noted
fault-guardian-unknown = { $label } is not on the child's file, or may not decide for the child

# The link, shown once.
consent-link-title = Consent link
consent-link-heading = The link is ready. Tell the code separately
consent-link-lead = Send the link by chat and say the code by phone: whoever finds one of them opens nothing.
consent-link-send = First: send these words to the guardian
consent-link-message = Hello, this is the school. We would like to ask you five questions about your child's weekends; yes and no are both fine. Please open: { $link } It asks for a code of six digits, which the teacher tells you separately. Valid for { $days } days.
consent-link-copy = Copy these words
consent-link-only = Just the link:
consent-link-tell = Then: tell the guardian the code
consent-link-tell-note = Be sure that it is the guardian. After five wrong codes the link stops; make another one.
consent-link-once = The code is shown on this page only. A new link ends the old one.

# Taking a yes back.
consent-back-title = Take a consent back
consent-back-heading = Take this consent back?
consent-back-how = What did the guardian say
consent-back-how-hint = For example: phoned this morning
consent-back-send = Take back
consent-back-keep = Leave it
consent-back-means-file = The coordinator learns it at once and agrees with you what becomes of the file. School goes on as before.
consent-back-means-pairing = Nobody looks for a weekend mother any more. School goes on as before.
consent-back-means-overnight = Weekends that have not begun are called off. If the child is with the weekend mother now, the coordinator phones at once and the child comes back early, to school or to you.
consent-back-means-photo = No more pictures are taken, and those taken are hidden at once.
consent-back-means-publication = The child's story is told no more, and what was told is taken down.
consent-back-means-handover = The file is handed to nobody else.
consent-taken-back = Taken back, as of now
consent-taken-back-away = Taken back. The child is still with the weekend mother: the coordinator will phone you at once
consent-taken-back-call = Taken back. The child is away: phone now and arrange an early return
refusal-consent-by_the_carer = You take this child home: somebody else writes down what the guardian says.
refusal-consent-withdrawn_already = This consent has been taken back already.
refusal-consent-was_a_no = This was a no, there is nothing to take back. For a yes, ask the guardian again.

# The guardian's link.
consent-open-title = Consent
consent-open-heading = First the code
consent-open-lead = Six digits that the teacher told you by phone.
consent-code = Code
consent-open-send = Open
consent-open-note = No code? Please phone the class teacher. Your child's name is shown only after the code.
fault-code-wrong = { $label } is not right. Enter it as the teacher said; after five wrong codes the link stops
consent-dead-title = The link does not open
consent-dead-heading = This link does not open any more
consent-dead-lead = A link stops after seven days, after five wrong codes, and when the school sends a new one.
consent-dead-do = Please phone the class teacher for another one.
consent-dead-nothing-lost = What you have answered is saved; you need not start again.

consent-question-title = For you to decide
consent-question-back = Back to the question before
consent-question-of = To { $name }'s family · question { $n } of { $all }
consent-question-next = Next question
consent-question-last = Done
consent-any-time = You can change your mind on any day; it counts at once.
consent-said-before-yes = You said: yes.
consent-said-before-no = You said: no.
consent-keep-answer = Keep it and go on

consent-ask-file = May we keep a file for { $name }?
consent-why-file = It holds class, health, how to reach the family and what a carer must know. The class teacher and a paired weekend mother see what care needs; the Women's Federation's coordinators and leaders and the child director see the file; the locked part on health and family is opened with a reason by the Federation, or when something has happened to the child. Every look is kept and you can see who looked.
consent-yes-file = Yes, until { $until }
consent-no-file = No
consent-costs-file = With a no, { $name } goes to school and boards as before; only Weekend Mothers is not possible.

consent-ask-pairing = May we look for a weekend mother for { $name }?
consent-why-pairing = Checked volunteers first see a number, sex, age band, languages, what care needs and the child's own words; no name, no picture, no school, nothing of the family. Before they meet, the child is asked, and then you.
consent-yes-pairing = Yes, until { $until }
consent-no-pairing = No
consent-costs-pairing = With a no, { $name } misses nothing at school.

consent-ask-overnight = May { $name } stay overnight with the weekend mother at weekends?
consent-why-overnight = Each time the child is asked first, then the class teacher, then the coordinator. From school on Friday, back at school on Sunday, each hand-over with its time. Every adult of the home is checked.
consent-yes-overnight = Yes, until { $until }
consent-half-overnight = Yes, for now until { $until }
consent-no-overnight = No
consent-costs-overnight = With a no, { $name } spends weekends at school as before, with the teachers.

consent-ask-photo = May the weekend mother take pictures of { $name }?
consent-why-photo = Only you, the weekend mother and the federation's coordinators and leaders see them. They are not put on the internet and not used in publicity. If you change your mind, no more are taken and those taken are hidden at once.
consent-yes-photo = Yes, until { $until }
consent-no-photo = No pictures
consent-costs-photo = With a no, { $name } can go to the weekend mother all the same.

consent-ask-publication = May we tell { $name }'s story to others?
consent-why-publication = Without the real name and without the face. You see each one before it is published.
consent-yes-publication = Yes, until { $until }
consent-no-publication = No
consent-costs-publication = With a no, { $name }'s weekends stay exactly as they are.

consent-end-title = Your answers
consent-end-heading = Thank you, everything is noted
consent-end-lead = We do as you said for { $name }. A no counts as much as a yes.
consent-end-not-all = Some questions are open
consent-end-not-all-lead = What you answered is saved. You can close this page and come back by the same link within seven days.
consent-end-go-on = Go on with question { $n }
consent-end-said = Your answers
consent-not-said = Open
consent-change = Change
consent-answer-now = Answer now
consent-end-next = What comes next
consent-end-next-1 = Class teacher and coordinator read your answers.
consent-end-next-2 = Before a weekend your child is asked whether it wants to go.
consent-end-next-3 = You are told which home and which days.
consent-end-back = How to take it back
consent-end-back-how = Open this link and choose Take back: it works as long as your yes holds. You can also phone the class teacher or the coordinator: it is written down while you speak and counts at once. Also while your child is with the weekend mother; the coordinator then arranges the way back at once.
consent-away-overnight = Yes, until the child is back on { $until }
consent-weekend-overnight = Yes, this weekend only ({ $days })
consent-term-overnight = Yes, this term ({ $from } to { $to }, { $n } weekends)
consent-term-dates = The { $n } weekends of this term
consent-aloud = Read it to me
consent-lacking-title = Children without a consent
consent-lacking-heading = { $n } children have no consent to nights away until { $day }
consent-lacking-heading-none = Every child with a pair has a consent to nights away until { $day }
consent-lacking-lead = Look before a holiday. Open the child's consents and ask the guardian on the phone; or print a letter that the class teacher passes on.
consent-lacking-until = Until which day
consent-lacking-none = Nothing is missing
consent-lacking-none-hint = Try another day, such as the last one of the holiday.
consent-letters-title = Letters to guardians
consent-letters-heading = Letters to guardians: { $n }
consent-letters-lead = Print and cut them; the class teachers pass them on. What comes back signed is written down among the child's consents.
consent-letters-many = At most { $n } letters are printed at once: choose a school first.
consent-letter-to = To the guardian of { $name }:
consent-letter-words = At weekends and holidays until { $day } your child is to sleep at the home of { $carer }. That needs your yes first. Please tick one, sign it and give it to the class teacher. A no is fine, and you can change it at any time.
consent-letter-words-bare = At weekends and holidays until { $day } your child is to sleep at a weekend mother's home. That needs your yes first. Please tick one, sign it and give it to the class teacher. A no is fine, and you can change it at any time.
consent-letter-answer = □ Yes    □ No
consent-letter-sign = Signature: __________  I am the child's: ______  Date: ______
