use naheya_web::search::way::means;

#[test]
fn a_page_is_meant_by_any_of_its_words() {
    for typed in ["Excel", "导入", "daoru", "dr", "excel导"] {
        assert!(means("Excel 导入", typed), "{typed}");
    }
    assert!(!means("Excel 导入", "d"), "one letter is meant as the first");
    assert!(!means("Excel 导入", "") && !means("Excel 导入", "孩子"));
}
