# A child passes between school, family and base.
custody-pass-title = Hand-over at holidays
custody-now = { $name } is { $where }
custody-with-school = at school
custody-with-guardian = with the family
custody-with-base = at the base
custody-with-volunteer = with the weekend mother
custody-with-hospital = in hospital
custody-with-police = with the police
custody-pass-lead = When the family fetches a child for the holidays and brings it back, it stands here, so that nobody looks in vain.
custody-pass-not-here = The child is neither at school nor with family or base: use the board.
custody-to = Handed to
custody-to-missing = Choose where the child is now
custody-words = Who brought, who received
custody-words-hint = For example: fetched by the grandmother at the gate, teacher Wang was there
custody-keep = Save
custody-passed = Noted
