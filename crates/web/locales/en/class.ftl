class-edit-title = Class
class-edit-lead = Under a new name the children stay in the class, and so does its teacher.
class-name = Name of the class
class-grade = Grade
class-grade-hint = 1 to 12
class-changed = The class is changed
class-teachers = Class teacher
class-no-teachers = Nobody with an account teaches this class yet
class-to = To which class
class-to-missing = Choose the other class
class-move = Move
class-moved = Moved
class-move-hint = Moving holds at once: the children of the new class are seen, those of the old one are not
class-new-teacher = Open an account for a teacher of this class
class-hand-over-hint = When a teacher leaves: open the new one's account, then withdraw the grant of the one before.
class-teacher-account = Account of { $name }
refusal-grant-suspended = This cannot be moved now; please ask the leader
class-account = Which teacher
class-account-missing = Choose a teacher
class-to-school = To another school
class-school = To which school
class-school-missing = Choose the school
class-to-school-hint = Its children and its teacher go along. Weekends ahead begin and end at the new school, and volunteers and teacher are told.
class-to-school-do = Move it there
class-went = The class is here now
refusal-class-exists_there = { $school } has a { $name } already: give this class another name first
class-is-closed = Closed
class-closed-lead = This class is closed: it takes no children and has no teacher. Everything written about it is still there.
class-reopen = Open it again
class-reopened = The class is open again
class-see-children = See these children
class-close-title = Close the class
class-close-hint = Close it when it has left, or has become part of another. Everything stays to be read, and it can be opened again.
class-close = Close this class
class-closed = The class is closed
class-close-children = { $n ->
    [one] One child is still in it. It is closed once the child is in another class or has left the programme.
   *[other] { $n } children are still in it. It is closed once they are in another class or have left the programme.
}
class-close-teacher = First move its teacher to another class, or withdraw the grant in the teacher's account.
class-empty = No children in it
class-still-in = { $n ->
    [one] One child still in it
   *[other] { $n } children still in it
}
class-may-close = May be closed
fault-class-closed = { $label } is closed: choose another, or open it again on the school's page
fault-class-exists_closed = { $label } exists already and is closed: open it again on the school's page
refusal-class-closed_since = Children were in { $name } before, which is closed: open it again first
refusal-class-has_children = { $n ->
    [one] One child is still in this class: move the child first
   *[other] { $n } children are still in this class: move them first
}
refusal-class-has_teacher = { $name } still teaches this class: move the teacher or withdraw the grant first
refusal-class-names_settled = It is too late to take this back: please change the classes one by one
refusal-class-used_since = { $name } was changed after it moved up, or a child or a teacher came into it: please change the classes one by one
refusal-child-class_closed = The class this child was in is closed: put the child into another class first
