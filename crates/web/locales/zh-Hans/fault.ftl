# What is wrong with one field: fault-<code>, dots as hyphens. $label is the field's label.
fault-required-missing = { $label }还没填
fault-key-missing = { $label }少了一个编号，已经补上，请再送一次
fault-key-reused = { $label }已经送过一次，那一次存好了。现在的内容不一样：要再存一份，就再送一次
fault-record-stale = { $label }在您打开以后别人改过。下面留着您写的，看清楚再送
fault-login-invalid = { $label }要 2 到 40 个字：字母、数字、汉字，不能只有数字
fault-login-taken = { $label }已经有人用了
fault-phone-taken = { $label }已经有账号在用
fault-password-short = { $label }太短，至少 10 个字
fault-password-long = { $label }太长，最多 128 个字
fault-password-common = { $label }太容易猜到，换一句别人想不到的话
fault-password-differs = { $label }和上面的不一样
fault-county-unknown = { $label }不在代码表里
fault-date-order = { $label }在开始日期前面
