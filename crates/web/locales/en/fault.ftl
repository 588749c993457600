# What is wrong with one field: fault-<code>, dots as hyphens. $label is the field's label.
fault-required-missing = { $label } is missing
fault-key-missing = { $label } lacked its number; it has one now, please send it again
fault-key-reused = { $label } was sent once already and that was saved. This is different: send again to save it as well
fault-record-stale = { $label } was changed by somebody else after you opened it. Your words are kept below; look before you send
fault-login-invalid = { $label } needs 2 to 40 letters, digits or Chinese characters, and not digits alone
fault-login-taken = { $label } is taken
fault-phone-taken = { $label } belongs to an account already
fault-password-short = { $label } is too short: at least 10 characters
fault-password-long = { $label } is too long: at most 128 characters
fault-password-common = { $label } is easy to guess: take a sentence nobody thinks of
fault-password-differs = { $label } differs from the one above
fault-county-unknown = { $label } is not in the code list
fault-date-order = { $label } is before the first day
