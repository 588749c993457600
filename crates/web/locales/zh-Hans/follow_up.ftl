# Contact with the people around a child.
follow_up-with-child = 孩子
follow_up-with-guardian = 家长
follow_up-with-volunteer = 周末妈妈
follow_up-with-teacher = 班主任
follow_up-state-due = 待回访
follow_up-state-done = 做过了
follow_up-state-missed = 错过了
