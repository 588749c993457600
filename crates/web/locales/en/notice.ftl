# Notices. notice-kind-* and notice-topic-* also go outside: never a name, a school, a phone, a place or a date in them.
notice-title = Notices
notice-unread =
    { $n ->
        [one] { $n } notice to read
       *[other] { $n } notices to read
    }
notice-none-unread = All read
notice-lead = Opening one marks it as read.
notice-read-all = Mark all as read
notice-all-read = { $n } marked as read
notice-empty = No notices yet
notice-empty-lead = What you need to know will be listed here.
notice-new = Not read yet
notice-old = Read
notice-kept = Kept for 90 days
notice-alarm = Look now
notice-subject = Naheya: { $what } ({ $number })
notice-body = [Naheya] { $what }. Please sign in and look under Notices. No. { $number }
notice-body-link = [Naheya] { $what }. Sign in to read: { $link } No. { $number }
notice-body-call = [Naheya] { $what }. Please phone the child's school or the federation. No. { $number }

notice-kind-account-reset = Somebody made a new way into an account that opens files or keeps accounts, please check
notice-kind-account-role_given = Somebody was given a role that opens files or keeps accounts, please check
notice-kind-account-slip = There is a new sign-in slip for your account
notice-kind-alarm-closed = A child was not fetched or not back in time: that is settled now
notice-kind-alarm-coordinator = A child is not back in time, please take over now
notice-kind-alarm-fetch = You have not fetched the child yet, please answer at once
notice-kind-alarm-guardian = The child is not back in time, we are calling
notice-kind-alarm-leader = A child is still not back, please take charge
notice-kind-alarm-not_fetched = Nobody came for a child, please ask at once
notice-kind-alarm-police = A child is still not back, please call 110
notice-kind-alarm-release_refused = A child was released without network and should not have been, please look at once
notice-kind-alarm-school = A child is not back at school in time, please help to find it
notice-kind-alarm-volunteer = The child should be back by now, please answer at once
notice-kind-break_glass-late = An emergency look has not been reviewed within three days
notice-kind-break_glass-opened = Somebody opened a child's file in an emergency, please look at once
notice-kind-break_glass-reviewed = Your emergency look has been reviewed
notice-kind-import-lapsed = The list you uploaded lay three months without being imported and is gone; upload it again if you need it
notice-kind-import-thrown_away = A file is to be erased, so the list you had uploaded and not imported is gone; you may upload it again
notice-kind-draft-gone = You have begun too many forms: the one that lay longest is gone
notice-kind-duty-handed_on = The gate days of the teacher before you are yours; on such a day you see the whole school
notice-kind-duty-moved = A teacher has left a school: her gate days went to her successor, please have a look
notice-kind-duty-open = A teacher has left a school: somebody else has to take her gate days, please open
notice-kind-erasure-asked = A request to erase a file waits for you
notice-kind-erasure-done = The file that you asked for has been erased
notice-kind-erasure-refused = The erasure that you asked for was not agreed to; please see why
notice-kind-check-strike_asked = A leader called an entry of a check a slip: another leader has to look
notice-kind-child-kept_away_asked = Somebody asks that a person kept away from a child be so no more: another colleague has to look
notice-kind-child-kept_away_ended = Somebody who was kept away from a child is so no more, by its file: please look
notice-kind-code-paused = Wrong codes were typed several times, code entry is paused, please look
notice-kind-concern-raised = There is something that you must see at once
notice-kind-concern-waits = Something that must be seen at once has not been taken up in time
notice-kind-consent-asked = A consent waits for your answer; the teacher gives you the link and the code
notice-kind-consent-recorded = A consent was recorded
notice-kind-consent-refused = A guardian has not agreed, please look
notice-kind-consent-withdrawn = A consent was withdrawn
notice-kind-consent-withdrawn_after_release = A consent was withdrawn after the release, please call at once
notice-kind-export-approved = An export can be fetched
notice-kind-export-asked = An export waits for your answer
notice-kind-export-refused = An export was not agreed to; please see why
notice-kind-follow_up-missed = Follow-ups were not made within fourteen days and count as missed
notice-kind-gate-stranger = Somebody who is not on the list is at a school gate, please call the teacher at once
notice-kind-merge-asked = A merge of files waits for you
notice-kind-merge-done = The merge that you proposed has been agreed to
notice-kind-merge-refused = The merge that you proposed was not agreed to; please see why
notice-kind-merge-undone = The merge that you proposed has been taken apart again
notice-kind-operation-done = What you waited for is ready
notice-kind-operation-failed = What you waited for could not be done; please see why
notice-kind-pair-begun = You are paired with a child, please look
notice-kind-pair-ended = A pair has ended
notice-kind-plan-answered = There is an answer about the weekends of this term
notice-kind-plan-proposed = The weekends of this term are planned and wait for you
notice-kind-plan-recorded = Your answer about this term's weekends has been written down for you
notice-kind-plan-settled = The weekends of this term are settled
notice-kind-proposal-accepted = Both sides have said yes to a proposed match
notice-kind-proposal-declined = A proposed match came to nothing, please look
notice-kind-proposal-lapsed = A proposed match has had no answer in 7 days
notice-kind-proposal-offered = A proposed match waits for your answer
notice-kind-proposal-over = What was proposed to you has changed, please look
notice-kind-snapshot-asked = The level above asks you to check a month's figures
notice-kind-snapshot-due = A month's figures wait for your signature
notice-kind-snapshot-moved = The records of a month that was signed have changed since, please see whether to sign it again
notice-kind-stay-approved = This weekend is approved
notice-kind-stay-calendar_moved = The school calendar has changed, and the days of a weekend no longer fit
notice-kind-stay-cancelled = A weekend was cancelled
notice-kind-stay-child_left = The child has left with the carer: have a look
notice-kind-stay-child_back = The child is back: see with whom
notice-kind-stay-child_not_asked = A weekend could not be asked for because the child was not asked alone, please ask
notice-kind-stay-end_now = A weekend must end at once, please take over
notice-kind-stay-goes_home = A child of your class is handed to its family this time, not brought back to school
notice-kind-stay-hand_back = A child is to be handed back early, please look at once
notice-kind-stay-held = A weekend is held back: a consent was withdrawn
notice-kind-stay-held_now = Do not fetch for now: a consent was withdrawn
notice-kind-stay-kept_away = Who may take a child has changed: please call the coordinator before it is handed to anybody
notice-kind-stay-late_announced = A child will be a little late
notice-kind-stay-later = A child comes back later, as agreed; please see the new time
notice-kind-stay-later_now = A child comes back later tonight, as agreed; please see the new time now
notice-kind-stay-may_ask_again = A weekend that did not come about may be asked for again
notice-kind-stay-paper_gone = A check, the visit or who lives there has changed in the home of an approved weekend: please look
notice-kind-stay-paper_gone_now = A check, the visit or who lives there has changed in a home where a child is now: please open it at once
notice-kind-stay-received_early = A child is entered as back long before its hour: please check; who still has it calls the coordinator
notice-kind-stay-refused = Not this weekend, please read why
notice-kind-stay-released_by_list = A child was released by the printed list, please check
notice-kind-stay-requested = A weekend request waits for you
notice-kind-stay-restored = A weekend that was called off is on again, please see how it stands
notice-kind-stay-restored_now = A weekend that begins soon is on again after all, please open it
notice-kind-stay-return_corrected = The record of a return was corrected
notice-kind-stay-returned_late = A child came back late and is here
notice-kind-stay-school_changed = A child has changed school: it is fetched from and brought back to the new one
notice-kind-stay-settled = Where and when your child spends a weekend is settled
notice-kind-stay-stopped = An approved weekend is held back, please open it
notice-kind-stay-stopped_now = Do not fetch for now, please open it
notice-kind-stay-teacher_asked = A weekend of a child of your class waits for your word
notice-kind-stay-teacher_said_no = The class teacher says that this weekend does not suit
notice-kind-stay-teacher_said_yes = The class teacher has changed her mind: a weekend that did not suit does now
notice-kind-stay-unsettled = A weekend of your child that was settled is off for now
notice-kind-stay-with_family = A child who is to be fetched soon has gone home with its family, please ask before setting out
notice-kind-test-message = This is a test message, if you read it the channel works
notice-kind-thanks-said = A guardian said thanks
notice-kind-volunteer-checks_ending = A check of your home ends soon, please have the coordinator renew it
notice-kind-volunteer-role_due = A volunteer was signed: please add the role of a weekend mother to her account
notice-kind-volunteer-signed = You are accepted, please look

notice-many-alarm-coordinator = { $n ->
    [one] A child
   *[other] { $n } children
} did not come back on time; take over at once
notice-many-alarm-leader = { $n ->
    [one] A child has
   *[other] { $n } children have
} not come back yet; please take charge
notice-many-alarm-not_fetched = { $n ->
    [one] Nobody came for one child, please ask at once
   *[other] Nobody came for { $n } children, please ask at once
 }
notice-many-alarm-police = { $n ->
    [one] A child has
   *[other] { $n } children have
} not come back yet; call 110
notice-many-alarm-school = { $n ->
    [one] A child
   *[other] { $n } children
} did not return to school on time; please help to find them
notice-several-merge-asked = Several merges wait for you
notice-several-proposal-accepted = Both sides have said yes to several proposed matches
notice-several-proposal-declined = Several proposed matches came to nothing, please look
notice-several-proposal-lapsed = Several proposed matches have had no answer in 7 days
notice-several-proposal-over = What was proposed to you has changed several times, please look
notice-several-stay-requested = Several weekend requests wait for you
notice-several-stay-teacher_asked = Several weekends of your class wait for your word
notice-at = { $n } notices, { $at }
notice-from-to = { $n } notices, { $first } to { $last }

notice-topic-account = There is something about your account
notice-topic-alarm = There is something urgent, please look at once
notice-topic-concern = There is something that you must see at once
notice-topic-consent = There is something about a consent
notice-topic-pair = There is something about a pair
notice-topic-stay = There is something about a weekend
notice-topic-other = There is something for you to see

notice-queue-title = Notices sent
notice-queue-well = Every notice has gone out
notice-queue-stuck =
    { $n ->
        [one] { $n } notice needs your hand
       *[other] { $n } notices need your hand
    }
notice-queue-lead = Who got what, when and by which way. Messages carry no name, school or phone.
notice-by-hand = Please pass on
notice-by-hand-lead = There is no other way to tell them: copy it into WeChat, or phone
notice-hand = Passed on
notice-handed = Noted: you passed it on
notice-failed = Not sent
notice-failed-none = None.
notice-waiting = Waiting
notice-sent = Sent
notice-sent-none = Nothing has gone out yet.
notice-what = What
notice-to = To
notice-way = By
notice-why = Why
notice-next = Next try
notice-tries =
    { $n ->
        [one] Tried once.
       *[other] Tried { $n } times.
    }
notice-when = When
notice-proof = Proof
notice-again = Send again
notice-retried = It is sent again at once, under the same number
notice-group = Group
notice-nobody = Nobody to be reached
notice-person-guardians = A guardian without an account in use
notice-person-volunteers = A volunteer without an account in use
refusal-notice-not_failed = This one did not fail, it need not be sent again.
refusal-notice-passed_on = Somebody has passed this one on already.

notice-code-address-missing = No phone or mail address: the person enters one under Me, then send it again
notice-code-answer-lost = It went out but no answer came; it may have arrived
notice-code-answer-no = The SMS provider did not take it: look at balance, signature and template
notice-code-answer-unreadable = The answer could not be read
notice-code-cap-reached = Enough went to this person in these days, it was not sent
notice-code-channel-off = This channel is closed
notice-code-errcode-130101 = Too fast, DingTalk asks to wait
notice-code-errcode-310000 = DingTalk refuses the signature: look at secret, keywords and IP settings
notice-code-errcode-45009 = Too fast, WeCom asks to wait
notice-code-errcode-93000 = The robot's address is wrong or the robot has left the group: copy the address again
notice-code-host-not_reached = The other side cannot be reached
notice-code-mail-invalid = The mail address is wrong
notice-code-tls-failed = No encrypted connection: look at the address and its certificate
notice-code-tls-not_offered = The mail server does not offer STARTTLS, please choose TLS

# How one is reached.
contact-title = How to reach me
contact-lead = Notices are always listed here. You may choose one more way. In an emergency, such as a child who is not back, every way that you gave is used, at night too.
contact-choice = Besides the list, everyday notices go to
contact-choice-missing = Choose where ordinary notices go
contact-by-app = nothing else
contact-by-mail = mail
contact-by-sms = text message
contact-mail = Mail
contact-mail-hint = Only for notices, nobody else sees it.
contact-phone = Mobile phone
contact-phone-hint = Left empty, the phone in your file is used. Nobody else sees it.
contact-on-file = A new number? Call the coordinator too, who changes it in the file: in an emergency people call the number that stands there.
contact-kept = Saved

# Channels.
channel-title = How notices go out
channel-lead = Notices go by every channel that is open. Addresses and secrets are kept encrypted and are not shown again.
channel-demo = In the demo notices stay in the list, nothing goes out.
channel-name-in_app = Notices
channel-name-mail = Mail
channel-name-wecom = WeCom group
channel-name-dingtalk = DingTalk group
channel-name-sms = Text message
channel-name-copy = By hand
channel-about-mail = To whoever gave a mail address.
channel-about-wecom = A robot tells the group that there is something, and where to sign in.
channel-about-dingtalk = A robot tells the group that there is something, and where to sign in.
channel-about-sms = To whoever chose text messages, and to families and volunteers without an account in use; emergencies to everybody with a phone.
channel-open = Open
channel-closed = Closed
channel-unset = Not set up
channel-faulty = Settings to be changed
channel-test = Send me a test
channel-tested = The test is on its way under number { $number }. See below in a few seconds
channel-set = Saved
channel-secret-kept = Addresses, secrets and passwords are not shown again. Left empty, they stay.
channel-url = Address
channel-url-hint = It begins with https://. Copy it whole from the group's robot or the provider of messages, and show it to nobody.
channel-secret = Signing secret
channel-secret-hint = It begins with SEC and stands in the robot's security settings.
channel-audience = Whose notices go to this group
channel-to_coordinator = Coordinators
channel-to_leader = Leaders
channel-to_class_teacher = Class teachers
channel-audience-hint = Concerns and accounts never go to a group.
channel-active = Use this channel from now on
channel-host = Mail server
channel-port = Port
channel-security = Encryption
channel-security-missing = Choose how it is encrypted
channel-security-tls = TLS (465)
channel-security-starttls = STARTTLS (587)
channel-security-none = None (this machine only)
channel-user = User
channel-password = Password
channel-from = Sender's address
channel-method = Method
channel-content_type = Content type
channel-headers = Further headers
channel-headers-hint = One a line, such as Authorization: Bearer secret
channel-body = Body
channel-body-hint = {"{phone}"}, {"{text}"} and {"{number}"} stand for phone, words and number.
channel-success = Words in the answer that mean taken
channel-success-hint = Such as "code":0, as the provider documents it.

# Quiet hours and caps.
limit-title = Hours and numbers
limit-lead = Emergencies are not held: a child who is not back, or somebody who worries about a child, is told at any hour.
limit-quiet = Quiet at night
limit-quiet-lead = Everyday notices wait until these hours are over. The same time twice means none.
limit-quiet_from = From
limit-quiet_to = To
limit-caps = At most
limit-caps-lead = To one person (or one group) in a day and in seven days. What is more stays in the list only.
limit-sms_day = Text messages, a day
limit-sms_week = Text messages, seven days
limit-mail_day = Mail, a day
limit-mail_week = Mail, seven days
limit-group_day = One group, a day
limit-group_week = One group, seven days
fault-cap-week_below_day = { $label } cannot be less than that of a day
fault-url-not_https = { $label } must begin with https://
fault-port-invalid = { $label } is a number from 1 to 65535
fault-mail-invalid = { $label } does not look like a mail address
fault-header-unreadable = { $label }: one a line, a colon between name and value
fault-template-phone_missing = { $label } lacks {"{phone}"}
fault-template-text_missing = { $label } lacks {"{text}"}
fault-security-none_outside = { $label }: only a mail server on this machine may go without
