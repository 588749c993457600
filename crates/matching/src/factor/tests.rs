//! Solving with a basis, and after changes of it.
use super::*;

/// A stream of small numbers, the same in every run.
fn stream(state: &mut u32) -> u32 {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    *state >> 16
}

fn columns(many: u32, state: &mut u32) -> Vec<Vec<(u32, f64)>> {
    let column = |own: u32| {
        let mut terms = vec![(own, 3.0)];
        for _ in 0..stream(state) % 4 {
            let row = stream(state) % many;
            if terms.iter().all(|&(known, _)| known != row) {
                terms.push((row, f64::from(stream(state) % 5) - 2.5));
            }
        }
        terms
    };
    (0..many).map(column).collect()
}

/// How far `x` is from solving basis · x = right.
fn wrong(basis: &[&[(u32, f64)]], x: &[f64], right: &[f64]) -> f64 {
    let mut rest = right.to_vec();
    for (column, &value) in basis.iter().zip(x) {
        column.iter().for_each(|&(row, factor)| rest[row as usize] -= factor * value);
    }
    rest.iter().fold(0.0, |most: f64, value| value.abs().max(most))
}

#[test]
fn a_basis_is_solved_after_it_was_factored_and_after_each_change() {
    let (many, mut state) = (40_u32, 7);
    for _ in 0..50 {
        let matrix = columns(many, &mut state);
        let mut by_column = Lists::default();
        matrix.iter().for_each(|terms| by_column.push(terms.iter().copied()));
        let by_row = by_column.turned(many as usize, &number);
        // Every fourth row keeps its slack.
        let free: Vec<bool> = (0..many).map(|row| row % 4 > 0).collect();
        let chosen: Vec<u32> = (0..many).filter(|row| row % 4 > 0).collect();
        let mut factors = Factors::default();
        let row_of = factors.renew(&by_row, &by_column, &chosen, &free);
        let slacks: Vec<[(u32, f64); 1]> = (0..many).map(|row| [(row, 1.0)]).collect();
        let mut basis: Vec<&[(u32, f64)]> = slacks.iter().map(<[_; 1]>::as_slice).collect();
        for &column in chosen.iter().filter(|&&column| row_of[column as usize] != NONE) {
            basis[row_of[column as usize] as usize] = &matrix[column as usize];
        }
        let right: Vec<f64> = (0..many).map(|row| f64::from(row % 7) - 3.0).collect();
        for coming in (0..many).filter(|row| row % 4 == 0) {
            let mut x = right.clone();
            factors.forward(&mut x, None);
            assert!(wrong(&basis, &x, &right) < 1e-6);
            let mut y = right.clone();
            factors.backward(&mut y, None);
            for (column, right) in basis.iter().zip(&right) {
                let sum: f64 = column.iter().map(|&(row, factor)| factor * y[row as usize]).sum();
                assert!((sum - right).abs() < 1e-6);
            }
            let (mut forth, mut back) = (Halfway::new(), Halfway::new());
            let mut column = vec![0.0; many as usize];
            matrix[coming as usize].iter().for_each(|&(row, factor)| column[row as usize] = factor);
            factors.forward(&mut column, Some(&mut forth));
            let Some(row) = (0..many).max_by(|&a, &b| column[a as usize].abs().total_cmp(&column[b as usize].abs()))
            else {
                continue;
            };
            let mut rho = vec![0.0; many as usize];
            rho[row as usize] = 1.0;
            factors.backward(&mut rho, Some(&mut back));
            factors.change(row, &forth, &back, column[row as usize]);
            basis[row as usize] = &matrix[coming as usize];
        }
        assert_eq!(factors.changes(), 10);
    }
}
