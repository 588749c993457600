# What can be wrong with channels, limits and contacts.
refusal-notice-not_failed = This one did not fail, it need not be sent again.
refusal-notice-passed_on = Somebody has passed this one on already.
fault-cap-week_below_day = { $label } cannot be less than that of a day
fault-url-not_https = { $label } must begin with https://
fault-port-invalid = { $label } is a number from 1 to 65535
fault-mail-invalid = { $label } does not look like a mail address
fault-header-unreadable = { $label }: one a line, a colon between name and value
fault-template-phone_missing = { $label } lacks {"{phone}"}
fault-template-text_missing = { $label } lacks {"{text}"}
fault-security-none_outside = { $label }: only a mail server on this machine may go without
