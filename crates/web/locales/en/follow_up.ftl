# Contact with the people around a child.
follow_up-with-child = the child
follow_up-with-guardian = a guardian
follow_up-with-volunteer = the weekend mother
follow_up-with-teacher = the class teacher
follow_up-state-due = due
follow_up-state-done = done
follow_up-state-missed = missed
