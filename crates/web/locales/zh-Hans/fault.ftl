# What is wrong with one field: fault-<code>, dots as hyphens. $label is the field's label.
fault-required-missing = { $label }还没填
fault-key-missing = { $label }少了一个编号，已经补上，请再送一次
fault-key-reused = { $label }已经送过一次，那一次存好了。现在的内容不一样：要再存一份，就再送一次
fault-record-stale = { $label }在您打开以后别人改过。下面留着您写的，看清楚再送
