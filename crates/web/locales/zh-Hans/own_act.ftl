# What one has done oneself, day by day.
own_act-title = 我做过的
own_act-lead = 您自己在这一天办的事，新的在前。看过谁的档案不在这里，在那份档案的“谁看过”里。
own_act-heading = { $day }办了 { $n } 件事
own_act-heading-none = { $day }没有办过什么
own_act-day = 哪一天
own_act-before = 前一天
own_act-after = 后一天
own_act-more = 还有 { $n } 处
own_act-none = 这一天没有
own_act-none-hint = 换一天看看。
