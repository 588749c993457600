//! Rosters as they are sent, looked at, put right and written.
//!
//! Long because: every button of the preview is tried on the same rosters.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_store::audit::AuditFilter;

use crate::browser::{Browser, Reply, filled};
use crate::export::cells;
use crate::site::site;

/// Two children.
pub const CHILDREN: &str = "姓名,性别,出生日期,学校,班级,监护人姓名,监护人电话\n\
安小草,女,2016-03-05,示例第一小学,4(3)班,监护白,13900000001\n\
白云朵,女,2017-03-05,示例第一小学,3(1)班,监护白,13900000001\n";

/// Sends a file through the form of the import page.
pub async fn send(browser: &mut Browser, kind: &str, name: &str, content: &[u8]) -> Reply {
    let shown = browser.get("/imports/new").await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    let mut body = Vec::new();
    for (field, value) in filled(shown.form("/imports/new"), &[("kind", kind)]) {
        if field != "roster" {
            let part = format!("--B\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
    }
    let head = format!("--B\r\nContent-Disposition: form-data; name=\"roster\"; filename=\"{name}\"\r\n\r\n");
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--B--\r\n");
    browser.post_body("/imports/new", "multipart/form-data; boundary=B", body).await
}

#[tokio::test]
async fn a_roster_is_looked_at_first_and_then_saved_once() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let sent = send(&mut browser, "children", "名单.csv", CHILDREN.as_bytes()).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/imports/preview"), "{}", sent.body);
    let preview = browser.get("/imports/preview").await;
    assert!(preview.body.contains("安小草") && preview.body.contains("示例第一小学"), "{}", preview.body);
    assert!(browser.get("/imports").await.body.contains("/imports/new"));
    let fields = preview.form("/imports");
    let saved = browser.post("/imports", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let place = saved.location().to_owned();
    let done = browser.get(&place).await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(done.body.contains("href=\"/children?view=applying\""), "to those who came: {}", done.body);
    // Sent twice by a double tap: the upload is gone, nothing is made twice, and both lead to the import.
    let again = browser.post("/imports", &fields).await;
    assert_eq!((again.status, again.location()), (StatusCode::SEE_OTHER, place.as_str()));
    let other = browser.post("/imports", &filled(fields.clone(), &[("good_rows", "on")])).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "another form under the same key");
    let late = browser.post("/imports", &filled(fields, &[("key", "never-sent-before-1")])).await;
    assert_eq!(late.location(), "/imports/new", "there is no roster any more");
    let desk = site.system();
    assert_eq!(desk.count_children(&naheya_store::child::ChildFilter::default()).await.unwrap(), 2);
    let undone = browser.submit(&place, &format!("{place}/undo"), &[]).await;
    assert_eq!(undone.status, StatusCode::SEE_OTHER, "{}", undone.body);
    assert_eq!(desk.count_children(&naheya_store::child::ChildFilter::default()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_file_that_a_roster_opened_is_told_as_opened_and_not_as_changed() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    send(&mut me, "children", "名单.csv", CHILDREN.as_bytes()).await;
    me.submit("/imports/preview", "/imports", &[]).await;
    let (rows, _) = site.system().children(&naheya_store::child::ChildFilter::default()).await.unwrap();
    let trail = me.get(&format!("/children/{}/trail", rows.first().unwrap().id)).await.body;
    assert!(trail.contains("建了档案") && !trail.contains("改了档案"), "{trail}");
}

#[tokio::test]
async fn a_changed_row_says_what_changes_and_its_import_is_taken_back_too() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    send(&mut me, "children", "名单.csv", CHILDREN.as_bytes()).await;
    me.submit("/imports/preview", "/imports", &[]).await;
    let again = CHILDREN.replacen("4(3)班,监护白,13900000001", "5(3)班,监护白,13900000007", 1);
    send(&mut me, "children", "名单.csv", format!("{again}石小榴,女,2016-03-02,示例第一小学,5(3)班,,\n").as_bytes())
        .await;
    let preview = me.get("/imports/preview?view=changed").await;
    assert!(preview.body.contains("班级：4(3)班 → 5(3)班") && preview.body.contains("也改：家长"), "{}", preview.body);
    assert!(!me.get("/imports/preview?view=unchanged").await.body.contains("班级：3(1)班"));
    let place = me.submit("/imports/preview", "/imports", &[]).await.location().to_owned();
    assert!(me.get(&place).await.body.contains("更新的改回原样"));
    let undone = me.submit(&place, &format!("{place}/undo"), &[]).await;
    assert_eq!((undone.status, undone.location()), (StatusCode::SEE_OTHER, "/imports"), "{}", undone.body);
    // As it was, to the word: the first file changes nothing now.
    send(&mut me, "children", "名单.csv", CHILDREN.as_bytes()).await;
    assert!(me.get("/imports/preview").await.body.contains("没有要存的"));
}

#[tokio::test]
async fn faults_stand_beside_their_rows_and_the_marked_file_comes_back() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let faulty = format!("{CHILDREN}石小榴,女,2071-03-02,示例第一小学,4(3)班,,\n");
    send(&mut browser, "children", "名单.csv", faulty.as_bytes()).await;
    let preview = browser.get("/imports/preview").await;
    assert!(preview.body.contains("id=\"r4\"") && preview.body.contains("出生日期在今天之后"), "{}", preview.body);
    let marked = browser.get("/imports/preview/marked").await;
    assert_eq!(marked.status, StatusCode::OK);
    assert!(marked.header("content-type").contains("spreadsheetml"));
    let saved = browser.post("/imports", &preview.form("/imports")).await;
    assert!(saved.location().starts_with("/imports/"), "{}", saved.body);
    let desk = site.system();
    assert_eq!(desk.count_children(&naheya_store::child::ChildFilter::default()).await.unwrap(), 2);
}

#[tokio::test]
async fn where_two_cells_contradict_each_other_both_can_be_put_right() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let roster = "姓名,身份证号,出生日期,学校\n安小草,150825201603050010,2016-03-06,示例第一小学\n";
    send(&mut me, "children", "名单.csv", roster.as_bytes()).await;
    let preview = me.get("/imports/preview").await;
    assert!(preview.body.contains("name=\"c-2-1\"") && preview.body.contains("name=\"c-2-2\""), "{}", preview.body);
    let cells = "/imports/preview/cells";
    me.post(cells, &filled(preview.form(cells), &[("c-2-2", "2016-03-05")])).await;
    let again = me.submit("/imports/preview", "/imports", &[]).await;
    assert!(again.location().starts_with("/imports/"), "{}", again.body);
    assert_eq!(site.system().count_children(&naheya_store::child::ChildFilter::default()).await.unwrap(), 1);
}

/// A child of row 4 whose birth date and phone are wrong.
const FAULTY: &str = "石小榴,女,2071-03-02,示例第一小学,4(3)班,监护石,1390000\n";

#[tokio::test]
async fn rows_left_out_are_fetched_from_the_last_page_put_right_and_imported() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    send(&mut me, "children", "名单.csv", format!("{CHILDREN}{FAULTY}").as_bytes()).await;
    let saved = me.submit("/imports/preview", "/imports", &[]).await;
    let place = saved.location().to_owned();
    let file = format!("{place}/left-out");
    let done = me.get(&place).await;
    assert!(
        done.body.contains(&format!("href=\"{file}\"")) && done.body.contains("下载没导入的 1 行"),
        "{}",
        done.body
    );
    let reply = me.get(&file).await;
    assert!(reply.header("content-type").contains("spreadsheetml"), "{}", reply.body);
    let rows = cells(&reply.bytes);
    assert_eq!(rows[0][..8], ["姓名", "性别", "出生日期", "学校", "班级", "监护人姓名", "监护人电话", "要改的地方"]);
    assert_eq!((rows.len(), rows[1][0].as_str()), (2, "石小榴"), "{rows:?}");
    assert!(rows[1][7].contains("出生日期：在今天之后") && rows[1][7].contains("监护人电话："), "{rows:?}");
    let mut colleague = site.as_role(Role::Leader).await;
    assert!(colleague.get(&place).await.body.contains("left-out"));
    assert_eq!(colleague.get(&file).await.status, StatusCode::OK, "whoever may import may finish it");
    let mut town = site.as_role(Role::TownWorker).await;
    assert!(town.get(&file).await.is_refused());
    // Put right on the page, it comes in like any other file.
    send(&mut me, "children", "没导入的行.xlsx", &reply.bytes).await;
    let cells_form = "/imports/preview/cells";
    let typed = [("c-2-2", "2017-03-02"), ("c-2-6", "13900000009")];
    let preview = me.get("/imports/preview").await;
    assert!(!preview.body.contains("这些列不会存"), "the column of advice is ours: {}", preview.body);
    let form = preview.form(cells_form);
    me.post(cells_form, &filled(form, &typed)).await;
    let again = me.submit("/imports/preview", "/imports", &[]).await;
    assert!(again.location().starts_with("/imports/"), "{}", again.body);
    let whole = me.get(again.location()).await;
    assert!(!whole.body.contains("left-out"), "nothing was left out: {}", whole.body);
    assert_eq!(site.system().count_children(&naheya_store::child::ChildFilter::default()).await.unwrap(), 3);
}

#[tokio::test]
async fn a_school_chosen_beside_cells_at_fault_is_kept_with_them() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    send(&mut me, "children", "名单.csv", CHILDREN.as_bytes()).await;
    me.submit("/imports/preview", "/imports", &[]).await;
    let known = site.system().school_names().await.unwrap()[0].0.to_string();
    let other = format!("{CHILDREN}{FAULTY}").replace("示例第一小学", "示例实验学校");
    send(&mut me, "children", "名单.csv", other.as_bytes()).await;
    let preview = me.get("/imports/preview").await;
    let cells = "/imports/preview/cells";
    let own = format!("<form method=\"post\" action=\"{cells}\"");
    assert!(!preview.body.contains(&own), "one form holds both: {}", preview.body);
    assert!(preview.body.contains("name=\"c-4-2\" form=\"commit\""), "{}", preview.body);
    let mut form = preview.form("/imports");
    let said = [("school", "示例实验学校"), ("to-示例实验学校", known.as_str())];
    for (name, value) in said.into_iter().chain([("c-4-2", "2017-03-02"), ("c-4-6", "13900000009")]) {
        form.push((name.to_owned(), value.to_owned()));
    }
    assert_eq!(me.post(cells, &form).await.location(), "/imports/preview");
    let again = me.get("/imports/preview?view=new").await;
    assert!(again.body.contains("改了 2 格"), "{}", again.body);
    assert!(again.body.contains(&format!("<option value=\"{known}\" selected>")), "{}", again.body);
    assert!(again.body.contains("示例第一小学（名单上是“示例实验学校”）"), "{}", again.body);
}

#[tokio::test]
async fn a_town_that_the_county_does_not_have_is_named_before_anything_is_written() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let roster = "姓名,出生日期,学校,苏木镇\n安小草,2016-03-05,示例第一小学,巴音镇\n\
        白云朵,2016-03-06,示例第一小学,巴音宝力格镇\n石小榴,2016-03-07,示例第一小学,\n";
    send(&mut me, "children", "名单.csv", roster.as_bytes()).await;
    let preview = me.get("/imports/preview").await.body;
    assert!(preview.contains("这些不认得：巴音镇。") && preview.contains("href=\"/areas\""), "{preview}");
    send(&mut me, "children", "名单.csv", CHILDREN.as_bytes()).await;
    assert!(!me.get("/imports/preview").await.body.contains("这些不认得"), "a roster without towns names none");
}

#[tokio::test]
async fn every_column_that_the_page_names_is_read() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = me.get("/imports/new").await.body;
    for kind in ["children", "volunteers", "pairs"] {
        let named = page.split(&format!("<span id=\"columns-{kind}\">")).nth(1).unwrap();
        let named: Vec<&str> = named.split("</span>").next().unwrap().split('、').collect();
        let roster = format!("{}\n安小草{}\n", named.join(","), ",".repeat(named.len() - 1));
        send(&mut me, kind, "名单.csv", roster.as_bytes()).await;
        let preview = me.get("/imports/preview").await.body;
        assert!(preview.contains("认出的列") && !preview.contains("这些列不会存"), "{kind}: {preview}");
    }
}

#[tokio::test]
async fn cells_put_right_are_kept_whichever_button_is_pressed() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let faulty = format!("{CHILDREN}{FAULTY}");
    send(&mut me, "children", "名单.csv", faulty.as_bytes()).await;
    let preview = me.get("/imports/preview").await;
    assert!(preview.body.contains("form=\"cells\" formaction=\"/imports\""), "{}", preview.body);
    let typed = [("c-4-2", "2017-03-02"), ("c-4-6", "13900000009")];
    let form = filled(preview.form("/imports/preview/cells"), &typed);
    let kept = me.post("/imports", &form).await;
    assert!(kept.location().starts_with("/imports/preview"), "nothing is written unseen: {}", kept.body);
    assert!(me.get("/imports/preview").await.body.contains("改了 2 格"));
    let saved = me.submit("/imports/preview", "/imports", &[]).await;
    assert!(!me.get(saved.location()).await.body.contains("left-out"), "the row came in as it was put right");
    // Beside a school that is asked about, its button keeps them too.
    let known = site.system().school_names().await.unwrap()[0].0.to_string();
    let other = faulty.replace("示例第一小学", "示例实验学校").replace("石小榴", "余小川");
    send(&mut me, "children", "名单.csv", other.as_bytes()).await;
    let mut form = me.get("/imports/preview").await.form("/imports");
    let said = [("school", "示例实验学校"), ("to-示例实验学校", known.as_str()), ("c-4-2", "2017-03-02")];
    form.extend(said.map(|(name, value)| (name.to_owned(), value.to_owned())));
    me.post("/imports/preview/schools", &form).await;
    let again = me.get("/imports/preview").await;
    assert!(again.body.contains("改了 1 格"), "{}", again.body);
    assert!(again.body.contains(&format!("<option value=\"{known}\" selected>")), "{}", again.body);
}

#[tokio::test]
async fn a_school_that_is_not_on_file_is_made_or_is_another_one_for_all_of_its_rows() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    send(&mut me, "children", "名单.csv", CHILDREN.as_bytes()).await;
    let first = me.get("/imports/preview").await;
    assert!(!first.body.contains("to-示例第一小学"), "while no school is on file there is nothing to choose");
    me.post("/imports", &first.form("/imports")).await;
    let other = CHILDREN.replace("示例第一小学", "示例实验学校");
    send(&mut me, "children", "名单.csv", other.as_bytes()).await;
    let preview = me.get("/imports/preview").await;
    let new = "<option value=\"new\" selected>是新学校，建</option>";
    assert!(preview.body.contains(new) && preview.body.contains(">改成 示例第一小学</option>"), "{}", preview.body);
    assert!(preview.body.contains("form=\"commit\" name=\"to-示例实验学校\""), "{}", preview.body);
    let known = site.system().school_names().await.unwrap()[0].0.to_string();
    let choice = |to: &str| {
        let fields = [("school", "示例实验学校"), ("to-示例实验学校", to)];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let mut form = preview.form("/imports");
    form.extend(choice(&known));
    // Chosen and sent at once, the outcome is shown before anything is written.
    let shown = me.post("/imports", &form).await;
    assert_eq!(shown.location(), "/imports/preview", "{}", shown.body);
    let preview = me.get("/imports/preview").await;
    assert!(preview.body.contains("请再看一眼"), "{}", preview.body);
    assert!(preview.body.contains(&format!("<option value=\"{known}\" selected>")), "{}", preview.body);
    assert!(preview.body.contains("都已经在档案里"), "both children are known there: {}", preview.body);
    // Said to be new after all.
    let schools = "/imports/preview/schools";
    let mut form = preview.form("/imports");
    form.extend(choice("new"));
    assert_eq!(me.post(schools, &form).await.location(), "/imports/preview");
    let preview = me.get("/imports/preview").await;
    let mut form = preview.form("/imports");
    form.extend(choice("new"));
    let done = me.post("/imports", &form).await;
    assert!(done.location().starts_with("/imports/") && !done.location().ends_with("preview"), "{}", done.body);
    let names: Vec<_> = site.system().school_names().await.unwrap().into_iter().map(|(_, name)| name).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert_eq!(site.system().count_children(&naheya_store::child::ChildFilter::default()).await.unwrap(), 4);
}

#[tokio::test]
async fn a_school_one_character_off_stands_first_and_has_to_be_said() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let far = CHILDREN.replace("示例第一小学", "甲乙丙丁学校");
    for roster in [CHILDREN, &far] {
        send(&mut me, "children", "名单.csv", roster.as_bytes()).await;
        me.submit("/imports/preview", "/imports", &[]).await;
    }
    let off = CHILDREN.replace("示例第一小学", "示列第一小学");
    send(&mut me, "children", "名单.csv", off.as_bytes()).await;
    let preview = me.get("/imports/preview").await;
    let select = preview.body.split("name=\"to-示列第一小学\">").nth(1).unwrap().split("</select>").next().unwrap();
    let words: Vec<&str> = select.split("</option>").filter_map(|option| option.rsplit('>').next()).collect();
    assert_eq!(words[..4], ["请选一个", "就是 示例第一小学", "是新学校，建", "改成 甲乙丙丁学校"], "{select}");
    let said = |to: &str| {
        let mut form = preview.form("/imports");
        form.extend([("school".to_owned(), "示列第一小学".to_owned()), ("to-示列第一小学".to_owned(), to.to_owned())]);
        form
    };
    assert_eq!(me.post("/imports", &said("")).await.location(), "/imports/preview");
    assert!(me.get("/imports/preview").await.body.contains("还有 1 所学校没选"));
    let known = site.system().school_names().await.unwrap();
    assert_eq!(known.len(), 2, "nothing was written");
    let id = known.iter().find(|(_, name)| name == "示例第一小学").unwrap().0.to_string();
    assert_eq!(me.post("/imports/preview/schools", &said(&id)).await.location(), "/imports/preview");
    let preview = me.get("/imports/preview").await;
    assert!(preview.body.contains("都已经在档案里"), "{}", preview.body);
}

#[tokio::test]
async fn the_summary_tells_every_row_at_fault_once_and_the_end_says_how_many_were_left_out() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    // Six rows, two faults in each.
    let row = |n: usize| format!("石小榴{n},女,2071-03-02,示例第一小学,4(3)班,监护石,1390000\n");
    let faulty = format!("{CHILDREN}{}", (0..6).map(row).collect::<String>());
    send(&mut browser, "children", "名单.csv", faulty.as_bytes()).await;
    let preview = browser.get("/imports/preview").await;
    for row in 4..=9 {
        assert_eq!(preview.body.matches(&format!("view=faults#r{row}\"")).count(), 1, "row {row}: {}", preview.body);
    }
    assert!(preview.body.contains("<span class=\"small\">出生日期</span>"), "a cell says what it is");
    let saved = browser.post("/imports", &preview.form("/imports")).await;
    let done = browser.get(saved.location()).await;
    assert!(done.body.contains("孩子名单导入好了，6 行没有导入"), "{}", done.body);
}

#[tokio::test]
async fn of_many_rows_at_fault_the_summary_tells_twenty_and_where_the_others_are() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let row = |n: usize| format!("石小榴{n},女,2071-03-02,示例第一小学,4(3)班,监护石,13900000003\n");
    let faulty = format!("{CHILDREN}{}", (0..23).map(row).collect::<String>());
    send(&mut browser, "children", "名单.csv", faulty.as_bytes()).await;
    let preview = browser.get("/imports/preview").await;
    assert_eq!(preview.body.matches("view=faults#r").count(), 20);
    assert!(preview.body.contains("还有 3 行，都在“要改”里"), "{}", preview.body);
}

#[tokio::test]
async fn a_preview_that_another_window_has_replaced_writes_nothing() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let cells = "/imports/preview/cells";
    let faulty = |name: &str| format!("{CHILDREN}{name},女,2071-03-02,示例第一小学,4(3)班,监护石,13900000003\n");
    send(&mut browser, "children", "第一份.csv", faulty("石小榴").as_bytes()).await;
    let first = browser.get("/imports/preview").await;
    send(&mut browser, "children", "第二份.csv", faulty("余小川").as_bytes()).await;
    let typed = filled(first.form(cells), &[("c-4-2", "2017-03-02")]);
    for (action, form) in [(cells, typed), ("/imports", first.form("/imports"))] {
        assert_eq!(browser.post(action, &form).await.location(), "/imports/preview", "{action}");
        let shown = browser.get("/imports/preview").await;
        assert!(shown.body.contains("第二份.csv") && shown.body.contains("名单换过了"), "{action}: {}", shown.body);
        assert!(shown.body.contains("value=\"2071-03-02\""), "{action}: no cell of it was typed over");
    }
    let desk = site.system();
    assert_eq!(desk.count_children(&naheya_store::child::ChildFilter::default()).await.unwrap(), 0);
    let second = browser.get("/imports/preview").await.form("/imports");
    assert!(browser.post("/imports", &second).await.location().starts_with("/imports/"));
    assert_eq!(desk.count_children(&naheya_store::child::ChildFilter::default()).await.unwrap(), 2);
}

#[tokio::test]
async fn cells_put_right_stay_when_a_preview_that_was_replaced_would_have_them_as_in_the_file() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let (cells, removal) = ("/imports/preview/cells", "/imports/preview/cells/removal");
    let put_right = async |me: &mut Browser, file: &str, name: &str| {
        let faulty = format!("{CHILDREN}{name},女,2071-03-02,示例第一小学,4(3)班,监护石,13900000003\n");
        send(me, "children", file, faulty.as_bytes()).await;
        me.submit("/imports/preview", cells, &[("c-4-2", "2017-03-02")]).await;
        me.get("/imports/preview").await
    };
    let first = put_right(&mut me, "第一份.csv", "石小榴").await;
    put_right(&mut me, "第二份.csv", "余小川").await;
    assert_eq!(me.post(removal, &first.form(removal)).await.location(), "/imports/preview");
    let shown = me.get("/imports/preview").await;
    assert!(shown.body.contains("名单换过了") && shown.body.contains("在这里改了 1 格"), "{}", shown.body);
    for _ in 0..2 {
        me.post(removal, &shown.form(removal)).await;
        let again = me.get("/imports/preview").await;
        assert!(!again.body.contains("名单换过了") && !again.body.contains(removal), "{}", again.body);
    }
}

#[tokio::test]
async fn a_school_chosen_on_a_preview_that_was_replaced_is_not_said_of_the_other_file() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    send(&mut me, "children", "名单.csv", CHILDREN.as_bytes()).await;
    me.submit("/imports/preview", "/imports", &[]).await;
    let known = site.system().school_names().await.unwrap()[0].0.to_string();
    let other = CHILDREN.replace("示例第一小学", "示例实验学校");
    send(&mut me, "children", "第一份.csv", other.as_bytes()).await;
    let mut form = me.get("/imports/preview").await.form("/imports");
    form.push(("school".to_owned(), "示例实验学校".to_owned()));
    form.push(("to-示例实验学校".to_owned(), known.clone()));
    send(&mut me, "children", "第二份.csv", other.replace("安小草", "余小川").as_bytes()).await;
    for action in ["/imports", "/imports/preview/schools"] {
        assert_eq!(me.post(action, &form).await.location(), "/imports/preview", "{action}");
        let shown = me.get("/imports/preview").await;
        assert!(shown.body.contains("第二份.csv") && shown.body.contains("名单换过了"), "{action}: {}", shown.body);
        assert!(shown.body.contains("<option value=\"new\" selected>"), "{action}: nobody has said it: {}", shown.body);
    }
    assert_eq!(site.system().school_names().await.unwrap().len(), 1);
    let mut form = me.get("/imports/preview").await.form("/imports");
    form.push(("school".to_owned(), "示例实验学校".to_owned()));
    form.push(("to-示例实验学校".to_owned(), known.clone()));
    for _ in 0..2 {
        assert_eq!(me.post("/imports/preview/schools", &form).await.location(), "/imports/preview");
        let shown = me.get("/imports/preview").await;
        assert!(shown.body.contains(&format!("<option value=\"{known}\" selected>")), "{}", shown.body);
        assert!(!shown.body.contains("名单换过了"), "a double tap says what is kept already: {}", shown.body);
    }
}

#[tokio::test]
async fn every_row_at_fault_stands_on_a_page_of_the_preview() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let row = |n: usize| format!("石小榴{n},女,2071-03-02,示例第一小学,4(3)班,监护石,13900000003\n");
    let faulty = format!("{CHILDREN}{}", (0..60).map(row).collect::<String>());
    send(&mut browser, "children", "名单.csv", faulty.as_bytes()).await;
    let first = browser.get("/imports/preview?view=faults").await;
    assert!(first.body.contains("name=\"c-53-2\"") && !first.body.contains("name=\"c-54-2\""), "{}", first.body);
    let cells = "/imports/preview/cells";
    // What was typed is kept by the way to the next page too, which begins after the last row of this one.
    let mut typed = filled(first.form(cells), &[("c-4-2", "2017-03-02")]);
    typed.push(("go".to_owned(), "54".to_owned()));
    assert!(first.body.contains("name=\"go\" value=\"54\""), "{}", first.body);
    let way = browser.post(cells, &typed).await.location().to_owned();
    assert_eq!(way, "/imports/preview?view=faults&row=54");
    let last = browser.get(&way).await;
    assert!(last.body.contains("改了 1 格") && last.body.contains("name=\"c-63-2\""), "{}", last.body);
    assert!(last.body.contains("第 50—59 个，共 59 个") && last.body.contains("name=\"c-54-2\""), "{}", last.body);
    let typed = filled(last.form(cells), &[("c-63-2", "2017-03-02")]);
    assert_eq!(browser.post(cells, &typed).await.location(), way, "back to where the row stood");
}

#[tokio::test]
async fn cells_at_fault_are_put_right_on_the_page_and_can_be_as_in_the_file_again() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let faulty = format!("{CHILDREN}石小榴,女,2071-03-02,示例第一小学,4(3)班,监护石,1390000\n");
    send(&mut browser, "children", "名单.csv", faulty.as_bytes()).await;
    let cells = "/imports/preview/cells";
    let preview = browser.get("/imports/preview").await;
    assert!(preview.body.contains("name=\"c-4-2\" value=\"2071-03-02\""), "{}", preview.body);
    let form = preview.form(cells);
    assert_eq!(
        browser.post(cells, &filled(form.clone(), &[("c-4-2", "2071-03-02")])).await.location(),
        "/imports/preview"
    );
    assert!(!browser.get("/imports/preview").await.body.contains("cells/removal"), "what says the same is no change");
    // A cell that is not at fault cannot be typed over from outside.
    let typed = [("c-4-2", "2017-03-02"), ("c-4-6", "13900000009"), ("c-4-0", "别人")];
    let form = browser.get("/imports/preview").await.form(cells);
    assert_eq!(browser.post(cells, &filled(form, &typed)).await.status, StatusCode::SEE_OTHER);
    let clean = browser.get("/imports/preview").await;
    assert!(clean.body.contains("石小榴") && clean.body.contains("改了 2 格"), "{}", clean.body);
    assert!(!clean.body.contains("esum"), "nothing is left to be put right");
    let back = browser.submit("/imports/preview", "/imports/preview/cells/removal", &[]).await;
    assert_eq!(back.location(), "/imports/preview");
    let again = browser.get("/imports/preview").await;
    assert!(again.body.contains("value=\"2071-03-02\""), "as in the file");
    assert_eq!(browser.post(cells, &filled(again.form(cells), &typed)).await.status, StatusCode::SEE_OTHER);
    let fields = browser.get("/imports/preview").await.form("/imports");
    assert!(browser.post("/imports", &fields).await.location().starts_with("/imports/"));
    let (rows, _) = site.system().children(&naheya_store::child::ChildFilter::default()).await.unwrap();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().any(|row| row.name == "石小榴"), "the name is the file's");
}

#[tokio::test]
async fn a_file_that_is_no_roster_is_refused_with_words() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let no_workbook = send(&mut browser, "children", "a.xlsx", b"hello").await;
    assert_eq!(no_workbook.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(no_workbook.body.contains("这个文件打不开"), "{}", no_workbook.body);
    let no_header = send(&mut browser, "pairs", "a.csv", "一,二\n三,四\n".as_bytes()).await;
    assert!(no_header.body.contains("没有找到这种名单的表头"), "{}", no_header.body);
    let none = browser.get("/imports/preview").await;
    assert_eq!(none.location(), "/imports/new");
    let unknown = send(&mut browser, "anything", "名单.csv", CHILDREN.as_bytes()).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_leader_signs_the_volunteers_that_somebody_else_imported() {
    let site = site().await;
    let mut coordinator = site.as_role(Role::Coordinator).await;
    let roster = "姓名,联系电话,出生年月,加入时间\n苏小禾,13900000011,1985.4,2020.10\n";
    send(&mut coordinator, "volunteers", "志愿者.csv", roster.as_bytes()).await;
    let preview = coordinator.get("/imports/preview").await;
    let saved = coordinator.post("/imports", &preview.form("/imports")).await;
    let place = saved.location().to_owned();
    let mut leader = site.as_role(Role::Leader).await;
    let signed = leader.submit(&place, &format!("{place}/signature"), &[]).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.body);
    assert!(coordinator.get("/volunteers").await.body.contains("苏小禾"));
    let shown = coordinator.get(&place).await;
    assert!(!shown.body.contains("/signature"));
}

#[tokio::test]
async fn a_column_that_has_no_place_is_named_before_anything_is_saved() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let roster = "姓名,出生日期,学校,鞋码,需求,是否寄宿\n安小草,2016-03-05,示例第一小学,33,一盏台灯,是\n";
    send(&mut browser, "children", "名单.csv", roster.as_bytes()).await;
    let preview = browser.get("/imports/preview").await;
    assert!(preview.body.contains("这些列不会存：鞋码。"), "{}", preview.body);
    assert!(preview.body.contains("姓名、出生日期、学校、需求、是否寄宿"), "{}", preview.body);
}

#[tokio::test]
async fn the_imports_as_excel_say_who_took_in_what_and_no_row_of_it() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    assert!(!me.get("/imports").await.body.contains("/imports.xlsx"), "nothing to take out");
    send(&mut me, "children", "名单.csv", CHILDREN.as_bytes()).await;
    let saved = me.submit("/imports/preview", "/imports", &[]).await;
    assert!(me.get("/imports").await.body.contains("/imports.xlsx"));
    let row = |rows: &[Vec<String>]| rows.iter().find(|row| row[0] == "孩子名单").unwrap().clone();
    let rows = cells(&me.get("/imports.xlsx").await.bytes);
    let first = row(&rows);
    assert_eq!(first[3..10], ["2", "0", "0", "0", "已导入", "", ""], "{rows:?}");
    assert!(!first[2].is_empty() && !rows.iter().flatten().any(|cell| cell.contains("安小草")), "{rows:?}");
    me.submit(saved.location(), &format!("{}/undo", saved.location()), &[]).await;
    let undone = row(&cells(&me.get("/imports.xlsx").await.bytes));
    assert!(undone[7] == "已撤回" && !undone[9].is_empty(), "{undone:?}");
    let filter = AuditFilter { noun: Some("import_batches".into()), ..AuditFilter::default() };
    let (trail, _) = site.system().audit_events(&filter).await.unwrap();
    assert_eq!(trail.iter().filter(|line| line.fields == "export").count(), 2, "{trail:?}");
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert_eq!(teacher.get("/imports.xlsx").await.status, StatusCode::NOT_FOUND);
}
