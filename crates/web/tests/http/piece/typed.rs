use naheya_domain::id::{ClassId, SchoolId};
use naheya_store::school::{Class, School};
use naheya_web::class::typed::{MOST_LISTED, found, name, names};
use uuid::Uuid;

fn school(classes: usize) -> School {
    let class = |n| Class { id: ClassId(Uuid::now_v7()), name: format!("{n}班"), grade: Some(1) };
    let classes = (1..=classes).map(class).collect();
    let (id, at) = (SchoolId(Uuid::now_v7()), String::new());
    School { id, name: "示例小学".to_owned(), release_at: at.clone(), return_at: at, classes }
}

#[test]
fn classes_are_typed_only_where_no_list_holds_them() {
    assert!(names(&[school(MOST_LISTED)], None).is_empty());
    let both = [school(MOST_LISTED), school(2)];
    assert_eq!(names(&both, None).len(), MOST_LISTED, "each name once");
    assert_eq!(names(&both, Some(both[1].id)), ["1班", "2班"], "of the school that is chosen");
}

#[test]
fn a_typed_class_is_the_one_of_its_school_however_it_is_written() {
    let both = [school(3), school(2)];
    let last = both[1].classes[1].id;
    assert_eq!(found(&both, Some(both[1].id), "二班"), Some(last));
    assert_eq!(found(&both, Some(both[1].id), "3班"), None, "of another school");
    assert_eq!(found(&both, None, "2班"), None, "two are meant");
    assert_eq!(found(&both, None, "3班"), Some(both[0].classes[2].id));
    assert_eq!(name(&both, &last.to_string()), "2班");
    assert_eq!(name(&both, "二班"), "二班");
}
