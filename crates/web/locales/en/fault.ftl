# What is wrong with one field: fault-<code>, dots as hyphens. $label is the field's label.
fault-required-missing = { $label } is missing
fault-key-missing = { $label } lacked its number; it has one now, please send it again
fault-key-reused = { $label } was sent once already and that was saved. This is different: send again to save it as well
fault-record-stale = { $label } was changed by somebody else after you opened it. Your words are kept below; look before you send
