# A child passes between school, family and base.
custody-pass-title = 假期交接
custody-now = { $name }现在{ $where }
custody-with-school = 在学校
custody-with-guardian = 在家里
custody-with-base = 在爱心基地
custody-with-volunteer = 由周末妈妈带着
custody-with-hospital = 在医院
custody-with-police = 在派出所
custody-pass-lead = 放假家长接走、收假送回来，记在这里，谁都不会找不到孩子。
custody-pass-not-here = 孩子不在学校、家里或基地，从“孩子在哪里”那一页办。
custody-to = 现在交到哪儿
custody-to-missing = 请选交到哪儿
custody-words = 谁送来，谁接走
custody-words-hint = 例如：外婆到校门口接走，王老师看着交的
custody-keep = 记下
custody-passed = 记下了
