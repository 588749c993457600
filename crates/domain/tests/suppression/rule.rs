//! One test for each clause of the rule, on tables small enough to be reckoned by hand.

use naheya_domain::figure::{Figure, Shown};
use naheya_domain::suppression::{Area, Published, Unsound, hides, lasts, protect, waits};

use crate::forest::Forest;

use Shown::{Exact, Few, Withheld};

fn area(code: u32, parent: Option<usize>, counts: &[(Figure, i64)]) -> Area<'_> {
    Area { code, parent, counts, public: false }
}

/// One total and what is in it.
fn flat(counts: &[i64]) -> Forest {
    let parents: Vec<Option<usize>> = std::iter::once(None).chain(counts.iter().map(|_| Some(0))).collect();
    let counts: Vec<i64> = std::iter::once(0).chain(counts.iter().copied()).collect();
    Forest::single(&parents, &counts)
}

fn volunteers(forest: &Forest) -> Vec<Shown> {
    column(&forest.published(), forest, Figure::Volunteers)
}

fn column(published: &Published, forest: &Forest, figure: Figure) -> Vec<Shown> {
    assert_eq!(forest.leaks(|place, figure| published.get(place, figure)), Vec::<String>::new());
    (0..forest.parents.len()).filter_map(|place| published.get(place, figure)).collect()
}

/// Only small counts are hidden, as on a page that knows nothing of sums.
#[expect(clippy::unnecessary_wraps, reason = "as the outsider asks")]
fn naive(forest: &Forest, place: usize, figure: Figure) -> Option<Shown> {
    let count = forest.count(place, figure);
    Some(if (1..5).contains(&count) { Few } else { Exact(count) })
}

#[test]
fn hiding_small_counts_alone_leaks_and_the_outsider_sees_it() {
    let forest = flat(&[3, 20, 30]);
    assert_eq!(forest.leaks(|place, figure| naive(&forest, place, figure)), ["volunteers of 1 cannot be [1, 2, 4]"]);
}

#[test]
fn one_small_count_takes_the_smallest_other_that_leaves_it_room() {
    assert_eq!(volunteers(&flat(&[3, 20, 30])), [Exact(53), Few, Withheld, Exact(30)]);
    // What is withheld is at least 5: a 5 cannot give way by 1, and nothing below 8 by the 3 that a 1 needs.
    assert_eq!(volunteers(&flat(&[3, 5, 6, 30])), [Exact(44), Few, Exact(5), Withheld, Exact(30)]);
    assert_eq!(volunteers(&flat(&[1, 5, 6, 7, 8])), [Exact(27), Few, Exact(5), Exact(6), Exact(7), Withheld]);
}

#[test]
fn among_equals_the_smaller_code_is_withheld() {
    let mut forest = flat(&[3, 20, 20]);
    assert_eq!(volunteers(&forest), [Exact(43), Few, Withheld, Exact(20)]);
    forest.codes.swap(2, 3);
    assert_eq!(volunteers(&forest), [Exact(43), Few, Exact(20), Withheld]);
}

#[test]
fn two_small_counts_with_room_between_them_need_no_third() {
    assert_eq!(volunteers(&flat(&[2, 3, 30])), [Exact(35), Few, Few, Exact(30)]);
}

#[test]
fn two_small_counts_whose_sum_pins_them_need_a_third() {
    assert_eq!(volunteers(&flat(&[1, 1, 30])), [Exact(32), Few, Few, Withheld]);
    assert_eq!(volunteers(&flat(&[4, 4, 30])), [Exact(38), Few, Few, Withheld]);
    // 2 + 2 does not pin them but neither can be 4.
    assert_eq!(volunteers(&flat(&[2, 2, 30])), [Exact(34), Few, Few, Withheld]);
}

#[test]
fn several_are_withheld_where_no_one_alone_leaves_room() {
    assert_eq!(volunteers(&flat(&[1, 6, 6, 6])), [Exact(19), Few, Withheld, Withheld, Withheld]);
    assert_eq!(volunteers(&flat(&[1, 5, 6, 7])), [Exact(19), Few, Exact(5), Withheld, Withheld]);
}

#[test]
fn a_total_is_withheld_when_nothing_in_it_leaves_room() {
    assert_eq!(volunteers(&flat(&[1, 5])), [Withheld, Few, Exact(5)]);
    assert_eq!(volunteers(&flat(&[4, 4])), [Withheld, Few, Few]);
}

#[test]
fn a_small_sum_of_one_county_is_told_as_that_county() {
    let forest = flat(&[0, 3, 0]);
    assert_eq!(volunteers(&forest), [Few, Exact(0), Few, Exact(0)]);
}

#[test]
fn a_small_sum_of_several_counties_is_withheld_because_it_would_tell_too_much() {
    let forest = flat(&[1, 1, 1, 1]);
    assert_eq!(volunteers(&forest), [Withheld, Few, Few, Few, Few]);
    assert!(!forest.leaks(|place, figure| naive(&forest, place, figure)).is_empty());
}

/// A region of two leagues with two counties each.
fn region(counts: [i64; 4]) -> Forest {
    let parents = [None, Some(0), Some(0), Some(1), Some(1), Some(2), Some(2)];
    let [a, b, c, d] = counts;
    Forest::single(&parents, &[0, 0, 0, a, b, c, d])
}

#[test]
fn nothing_small_nothing_withheld() {
    assert_eq!(volunteers(&region([0, 5, 6, 0])), [11, 5, 6, 0, 5, 6, 0].map(Exact));
}

#[test]
fn a_withheld_county_stays_in_its_league() {
    let told = volunteers(&region([2, 9, 10, 11]));
    assert_eq!(told, [Exact(32), Exact(11), Exact(21), Few, Withheld, Exact(10), Exact(11)]);
}

#[test]
fn a_league_that_is_one_small_county_takes_another_league_with_a_county_in_it() {
    let told = volunteers(&region([2, 0, 10, 11]));
    assert_eq!(told, [Exact(23), Few, Withheld, Few, Exact(0), Withheld, Exact(11)]);
}

#[test]
fn a_league_whose_counties_are_used_up_is_withheld_and_so_is_another() {
    let told = volunteers(&region([4, 4, 10, 11]));
    assert_eq!(told, [Exact(29), Withheld, Withheld, Few, Few, Withheld, Exact(11)]);
}

#[test]
fn a_league_and_its_only_county_are_withheld_together() {
    let told = volunteers(&region([2, 0, 12, 0]));
    assert_eq!(told, [Exact(14), Few, Withheld, Few, Exact(0), Withheld, Exact(0)]);
}

#[test]
fn the_top_is_withheld_last() {
    // Nation, region, one league each, one county each.
    let parents = [None, Some(0), Some(0), Some(1), Some(2), Some(3), Some(4)];
    let told = volunteers(&Forest::single(&parents, &[0, 0, 0, 0, 0, 1, 40]));
    assert_eq!(told, [Exact(41), Few, Withheld, Few, Withheld, Few, Withheld]);
    let told = volunteers(&Forest::single(&parents, &[0, 0, 0, 0, 0, 1, 7]));
    assert_eq!(told, [Withheld, Few, Exact(7), Few, Exact(7), Few, Exact(7)]);
}

#[test]
fn several_trees_are_protected_each_by_itself() {
    let parents = [None, Some(0), Some(0), None, Some(3), Some(3)];
    let told = volunteers(&Forest::single(&parents, &[0, 3, 9, 0, 6, 9]));
    assert_eq!(told, [Exact(12), Few, Withheld, Exact(15), Exact(6), Exact(9)]);
}

fn linked<const N: usize>(figures: [Figure; N], rows: &[[i64; N]]) -> Forest {
    let parents = std::iter::once(None).chain(rows.iter().map(|_| Some(0))).collect();
    let rows: Vec<[i64; N]> = std::iter::once([0; N]).chain(rows.iter().copied()).collect();
    Forest::new(parents, |place| figures.into_iter().zip(rows[place]).collect())
}

#[test]
fn families_that_are_told_do_not_give_withheld_volunteers_back() {
    let figures = [Figure::Volunteers, Figure::Families];
    // With 20 families told there are at least 20 volunteers, so the small county could not rise.
    let forest = linked(figures, &[[2, 0], [20, 20], [30, 25]]);
    let published = forest.published();
    assert_eq!(column(&published, &forest, Figure::Volunteers), [Exact(52), Few, Exact(20), Withheld]);
    assert_eq!(column(&published, &forest, Figure::Families), [45, 0, 20, 25].map(Exact));
    let alone = |place: usize, figure| match (place, figure) {
        (1, Figure::Volunteers) => Some(Few),
        (2, Figure::Volunteers) => Some(Withheld),
        _ => naive(&forest, place, figure),
    };
    assert_eq!(forest.leaks(alone), ["volunteers of 1 cannot be [3, 4]"]);
}

#[test]
fn active_pairs_that_are_withheld_are_bounded_by_pairs_that_are_told() {
    let figures = [Figure::Pairs, Figure::PairsActive];
    let forest = linked(figures, &[[30, 4], [20, 20], [30, 25]]);
    let published = forest.published();
    assert_eq!(column(&published, &forest, Figure::Pairs), [80, 30, 20, 30].map(Exact));
    assert_eq!(column(&published, &forest, Figure::PairsActive), [Exact(49), Few, Exact(20), Withheld]);
}

#[test]
fn where_each_home_has_one_volunteer_both_figures_of_a_county_are_withheld() {
    let figures = [Figure::Volunteers, Figure::Families];
    let forest = linked(figures, &[[2, 2], [20, 20], [30, 30]]);
    let published = forest.published();
    for figure in figures {
        assert_eq!(column(&published, &forest, figure), [Exact(52), Few, Withheld, Exact(30)]);
    }
}

#[test]
fn children_are_withheld_with_active_pairs_that_would_give_them_back() {
    let figures = [Figure::ChildrenSupported, Figure::PairsActive, Figure::Pairs];
    // With 20 active pairs told there are at least 20 children, so the small county could not rise.
    let forest = linked(figures, &[[2, 0, 0], [20, 20, 40], [30, 25, 50]]);
    let published = forest.published();
    assert_eq!(column(&published, &forest, Figure::ChildrenSupported), [Exact(52), Few, Exact(20), Withheld]);
    let alone = |place: usize, figure| match (place, figure) {
        (2, Figure::ChildrenSupported) => Some(Withheld),
        _ => naive(&forest, place, figure),
    };
    assert_eq!(forest.leaks(alone), ["children_supported of 1 cannot be [3, 4]"]);
}

#[test]
fn two_pairs_of_one_child_on_paper_stop_no_page() {
    let figures = [Figure::ChildrenSupported, Figure::PairsActive, Figure::Pairs];
    let told = linked(figures, &[[2, 3, 30], [20, 21, 40], [30, 25, 50]]).published();
    assert_eq!((told.get(1, figures[0]), told.get(1, figures[1])), (Some(Few), Some(Few)));
}

#[test]
fn what_a_county_tells_the_public_by_itself_is_not_withheld_in_place_of_another() {
    let mut forest = flat(&[3, 20, 30]);
    forest.public = Some(2);
    assert_eq!(volunteers(&forest), [Exact(53), Few, Exact(20), Withheld]);
    let mut forest = flat(&[3, 20]);
    assert_eq!(volunteers(&forest), [Exact(23), Few, Withheld]);
    // Its own page says 20: 23 would give the 3 back.
    forest.public = Some(2);
    assert_eq!(volunteers(&forest), [Withheld, Few, Exact(20)]);
    let mut forest = flat(&[3, 20, 30]);
    forest.public = Some(1);
    assert_eq!(volunteers(&forest), [Exact(53), Few, Withheld, Exact(30)], "its own few stay few");
}

#[test]
fn hours_are_told_as_they_are_and_what_was_not_counted_is_absent() {
    let counts = [[(Figure::Volunteers, 2), (Figure::ServiceHours, 3)]; 2];
    let areas = [area(15, None, &counts[0]), area(1508, Some(0), &counts[1])];
    let published = protect(&areas).unwrap();
    let told: Vec<_> = published.area(0).collect();
    assert_eq!(told, [(Figure::Volunteers, Few), (Figure::ServiceHours, Exact(3))]);
    assert_eq!(published.get(0, Figure::Pairs), None);
    assert_eq!(published.get(2, Figure::Volunteers), None);
}

#[test]
fn what_cannot_be_true_is_refused() {
    let two = |parent, top: &[(Figure, i64)], own: &[(Figure, i64)]| {
        let areas = [area(15, parent, top), area(1508, Some(0), own)];
        protect(&areas).unwrap_err()
    };
    let (volunteers, families) = (Figure::Volunteers, Figure::Families);
    assert_eq!(two(Some(1), &[], &[]), Unsound::Order(15));
    assert_eq!(two(None, &[(volunteers, 5)], &[(volunteers, 6)]), Unsound::Sum(15, volunteers));
    assert_eq!(two(None, &[(volunteers, -1)], &[(volunteers, -1)]), Unsound::Negative(15, volunteers));
    assert_eq!(two(None, &[(families, 1)], &[(families, 1)]), Unsound::Part(15, families));
}

#[test]
fn a_number_waits_for_the_next_month_when_one_to_four_of_a_lasting_figure_are_in_it() {
    for figure in Figure::ALL {
        for (count, few) in [(0, false), (1, true), (4, true), (5, false)] {
            assert_eq!(waits(&[(Figure::Pairs, 20), (figure, count)]), few && lasts(figure), "{figure:?} {count}");
        }
    }
    assert!(!waits(&[]));
}

#[test]
fn an_area_hides_something_where_a_letter_of_a_lasting_figure_is_hidden() {
    for (at, figure) in Figure::ALL.into_iter().enumerate() {
        for (letter, hidden) in [("f", true), ("w", true), (".", false)] {
            let mut letters = vec!["."; Figure::ALL.len()];
            letters[at] = letter;
            let text = format!("150824:.......\n150825:{}\nno line\n", letters.concat());
            let expected: Vec<u32> = (hidden && lasts(figure)).then_some(150_825).into_iter().collect();
            assert_eq!(hides(&text).collect::<Vec<_>>(), expected, "{figure:?} {letter}");
        }
    }
}
