import-list-title = Excel import
import-list-lead = Children, volunteers, pairs: this order saves the most work.
import-choose = Choose a file
import-none-title = Nothing imported yet
import-none-text = Choose an .xlsx, .xls or .csv file of at most 50,000 rows and 20 MB
import-col-what = Roster
import-col-when = When
import-col-who = Imported by
import-col-state = State
import-col-signed = Signed at
import-col-undone = Taken back at
import-col-row = Row
import-col-name = Name
import-col-fault = What is wrong
import-col-changes = What changes
import-change = { $field }: { $before } → { $after }
import-change-more = Also: { $fields }
import-change-nothing = nothing
import-comma = ,{" "}
import-field-birth_on = Birth date
import-field-sex = Sex
import-field-ethnic = Ethnic group
import-field-school_id = School
import-field-class_id = Class
import-field-town_code = Town
import-field-languages = Languages
import-field-likes = Likes
import-field-id_no = Identity number
import-field-student_no = Student number
import-field-address = Address
import-field-health = Health
import-field-boards = Boarding
import-field-needs = Needs
import-field-family = Family
import-field-note = Note
import-field-political = Political status
import-field-education = Education
import-field-work_unit = Employer
import-field-phone = Phone
import-field-joined_on = Joined
import-field-begun_on = Begins
import-field-ended_on = Ends
import-field-paper_number = Agreement no.
import-field-state = State
import-field-categories = Categories
import-field-guardians = Guardians
import-second-children = School
import-second-volunteers = Employer
import-second-pairs = Weekend mother
import-new-rows = New
import-changed-rows = Changed
import-unchanged-rows = Unchanged
import-faulty-rows = To fix
import-left-out = Left out
import-state-undone = Taken back
import-state-to_sign = Waits for a leader
import-state-done = Imported
import-sign-hint = Imported volunteers are active once a leader signs who did not import them
import-sign-other = You imported this yourself: another leader signs it
import-new-title = Choose a roster
import-new-lead = You look first; this step changes nothing.
import-which-columns = Which columns a roster has
import-which-columns-lead = One row with the names of the columns, then a row for each person. Without a roster, make one with these names; most other spellings are known too, and those that are not are listed.
import-which-columns-children = 姓名、性别、出生日期、身份证号、民族、学校、班级、是否住校、苏木镇、嘎查村、家庭住址、监护人、与孩子关系、联系电话、健康状况、家庭情况、备注
import-needed-columns-children = Needed: name and school, and either birth date or identity number
import-which-columns-volunteers = 姓名、性别、出生日期、身份证号、联系电话、民族、政治面貌、文化程度、工作单位、苏木镇、住址、加入时间、备注
import-needed-columns-volunteers = Needed: name and phone, and either birth date or identity number
import-which-columns-pairs = 儿童姓名、儿童身份证号、学校、志愿者姓名、志愿者电话、结对时间、结束时间、协议编号
import-needed-columns-pairs = Needed: the names of child and volunteer, and when the pair began
import-kind = Which roster is it
import-kind-missing = Choose which kind of roster
import-kind-children = Children
import-kind-volunteers = Volunteers
import-kind-pairs = Ledger of pairs
import-roster = File
import-roster-hint = .xlsx, .xls or .csv, at most 50,000 rows and 20 MB. Header row and order of columns do not matter
import-roster-missing = Choose a file
import-look = Look at it
import-preview-title = Look first, then save
import-preview-lead = “{ $name }”, sheet “{ $sheet }”, { $rows } rows. Nothing is saved yet.
import-preview-lead-text = “{ $name }”, { $rows } rows. Nothing has been saved yet.
import-other-file = Another file
import-commit-good = { $n ->
    [one] Import one good row
   *[other] Import { $n } good rows
}
import-commit-all = { $n ->
    [one] Import one row
   *[other] Import { $n } rows
}
import-to-fix = { $n ->
    [one] One row to fix
   *[other] { $n } rows to fix
}
import-row-fault = Row { $row }: { $words }
import-and = {"; "}
import-more-faults = { $n } more, all under “To fix”
import-download-marked = Download the Excel with the faults marked
import-nothing-new = Everything in this roster is on file already; nothing to save
import-columns-known = Columns understood: { $columns }.
import-columns-unknown = These columns are not kept: { $columns }.
import-other-sheets = Only this sheet was read. The file also has: { $sheets }. Save each as a file of its own and import it too.
import-unknown-towns = In the column of towns these are not known: { $towns }. Their rows come in with it in the address, but stand in no town's list, and no town worker sees them. Correct what is mistyped in the file; add here what is missing, then look again.
import-new-schools = Schools that are not on file will be made: { $schools }. If a name is mistyped, correct the file first.
import-new-classes = { $n } new classes: { $classes }.
import-schools = { $n ->
    [one] One school is not on file
   *[other] { $n } schools are not on file
}
import-schools-lead = New schools, or ones on file that are written otherwise? What you choose holds for every row of the school.
import-schools-send = Look again
import-schools-kept = The rows were compared anew with the schools you chose. Please look once more
import-schools-open = Please choose for { $n } more schools first
import-school-open = Please choose
import-school-ask = Choose one
import-school-new = A new school: make it
import-school-near = It is { $name }
import-school-to = Change to { $name }
import-school-meant = { $name } (“{ $named }” in the file)
import-views = Rows of the roster
import-blank = blank
import-other = The roster was changed meanwhile. This is the current one, please look again
import-fix-lead = No need to go back to Excel: put it right here and press Enter to look again. The file itself stays as it is.
import-fix-cell = Row { $row }, { $column }
import-fix-send = Look again
import-fixed = Cells changed: { $n }
import-fixed-none = Nothing was changed
import-fixes = Cells put right here: { $n }.
import-unfix = As in the file again
import-unfixed = As in the file again
import-undo-hint = For 7 days the whole import can be taken back: new files go, changed ones are as before. What was used or changed since stays and is listed
import-advice = To fix
import-marked-name = roster-marked.xlsx
import-done-title = Imported
import-done-children = The children are imported
import-done-volunteers = The volunteers are imported
import-done-pairs = The pairs are imported
import-done-but = { $n ->
    [one] , one row is left out
   *[other] , { $n } rows are left out
}
import-left-head = What to fix
import-left-name = rows-left-out.xlsx
import-left-fetch = { $n ->
    [one] Download the row left out
   *[other] Download the { $n } rows left out
}
import-left-lead = Each row says what to fix; put it right and import this file. Whoever imports in the county can download it until { $day }; who did is on record.
import-enrol-title = { $n ->
    [one] One child is still an applicant
   *[other] { $n } children are still applicants
}
import-enrol-lead = When you have looked through them, take them in together; put right in their files what is wrong first.
import-enrol = Looked through: take all in
import-enrol-hint = After that this import cannot be taken back as a whole.
import-enrolled = { $n ->
    [one] One child taken in
   *[other] { $n } children taken in
}
import-next-enrolled = All children of this import are taken in. The guardians' consents come next.
import-next-volunteers = New volunteers are being screened until a leader signs. Checks are entered apart; without them no weekend opens.
import-next-signed = All of this import are active. Enter their checks next: without them no weekend opens.
import-next-pairs = Running pairs go on, ended ones are kept. Weekends are asked for apart.
import-to-children = See the children
import-to-volunteers = See the volunteers
import-to-pairs = See the pairs
import-sign = Sign, all are active
import-signed = { $n ->
    [one] Signed: one volunteer is active
   *[other] Signed: { $n } volunteers are active
}
import-signed-on = Signed by a leader on { $day }
import-undo-title = The wrong file?
import-undo-until = Until { $day } the whole import can be taken back: new files go, changed ones are as before. What was used (paired, planned) or changed since stays and is listed.
import-undo = Take it all back
import-undone = This import was taken back
import-undone-but = Taken back; what was used or changed since stays: { $n }
import-kept = Still here
import-kept-lead = These were changed, signed, given an account, paired or planned before the import was taken back.
import-kept-erased = File erased, stays as it is
import-kept-first = Only the first { $n } are listed here; the others are still on file too
refusal-import-has_faults = Some rows no longer fit what is on file. Look again, put them right, or import the good rows alone
refusal-import-undone_already = This import was taken back already
refusal-import-too_late = After 7 days an import cannot be taken back as a whole. Change the files one by one
refusal-import-changed_files = This import only changed files, and their earlier content is not kept, so it cannot be taken back. Change the files instead
refusal-import-built_on = All of this import was used since (changed, signed, paired or planned): nothing is left to take back
refusal-import-not_to_enrol = No child of this import waits to be taken in
refusal-import-not_to_sign = This import needs no signature: it is signed, taken back, or no roster of volunteers
refusal-import-too_many_fixes = Too many cells to put right here. Download the marked workbook, correct it and import again.
