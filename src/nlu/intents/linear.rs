//! The inverse of a symmetric positive matrix, in blocks: nearly all of the work is in products of matrices.

use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis};
use std::ops::Range;

/// Rows of a block.
const BLOCK: usize = 64;

/// The inverse of a symmetric, positive definite matrix (a kernel with something added to its diagonal), kept as the lower
/// triangle whose transpose times itself it is: making the product would be most of the work, and nobody needs it whole.
pub(super) struct Inverse {
    lower: Array2<f32>,
}

impl Inverse {
    pub(super) fn of(matrix: Array2<f32>) -> Inverse {
        Inverse {
            lower: invert_lower(&factor(matrix)),
        }
    }

    /// The inverse times a matrix.
    pub(super) fn times(&self, matrix: &Array2<f32>) -> Array2<f32> {
        self.lower.t().dot(&self.lower.dot(matrix))
    }

    pub(super) fn diagonal(&self) -> Array1<f32> {
        let squares = self.lower.mapv(|value| value * value);
        squares.sum_axis(Axis(0))
    }
}

/// The lower triangle whose product with its transpose is the matrix (Cholesky), with the inverses of its diagonal blocks
/// in their place.
fn factor(mut matrix: Array2<f32>) -> Array2<f32> {
    let size = matrix.nrows();
    for start in (0..size).step_by(BLOCK) {
        let end = (start + BLOCK).min(size);
        let done = part(&matrix, start..end, 0..start).to_owned();
        let known = part(&matrix, start..size, 0..start).dot(&done.t());
        let panel = &part(&matrix, start..size, start..end) - &known;
        let corner = part(&panel, 0..end - start, 0..end - start).to_owned();
        let inverse = invert_small(&factor_small(corner));
        let below = part(&panel, end - start..size - start, 0..end - start).dot(&inverse.t());
        part_mut(&mut matrix, start..end, start..end).assign(&inverse);
        part_mut(&mut matrix, end..size, start..end).assign(&below);
    }
    matrix
}

fn factor_small(mut block: Array2<f32>) -> Array2<f32> {
    for row in 0..block.nrows() {
        for column in 0..=row {
            let product = |k| block[[row, k]] * block[[column, k]];
            let left = block[[row, column]] - (0..column).map(product).sum::<f32>();
            block[[row, column]] = if row == column {
                left.max(f32::MIN_POSITIVE).sqrt()
            } else {
                left / block[[column, column]]
            };
        }
        for column in row + 1..block.ncols() {
            block[[row, column]] = 0.0;
        }
    }
    block
}

fn invert_small(lower: &Array2<f32>) -> Array2<f32> {
    let size = lower.nrows();
    let mut inverse: Array2<f32> = Array2::zeros((size, size));
    for column in 0..size {
        for row in column..size {
            let product = |k| lower[[row, k]] * inverse[[k, column]];
            let known = (column..row).map(product).sum::<f32>();
            let own = if row == column { 1.0 } else { 0.0 };
            inverse[[row, column]] = (own - known) / lower[[row, row]];
        }
    }
    inverse
}

/// The inverse of what [`factor`] made.
fn invert_lower(lower: &Array2<f32>) -> Array2<f32> {
    let size = lower.nrows();
    let mut inverse: Array2<f32> = Array2::zeros((size, size));
    for start in (0..size).step_by(BLOCK) {
        let end = (start + BLOCK).min(size);
        let corner = part(lower, start..end, start..end);
        let known = part(lower, start..end, 0..start).dot(&part(&inverse, 0..start, 0..start));
        let row = -corner.dot(&known);
        part_mut(&mut inverse, start..end, 0..start).assign(&row);
        part_mut(&mut inverse, start..end, start..end).assign(&corner);
    }
    inverse
}

fn part(matrix: &Array2<f32>, rows: Range<usize>, columns: Range<usize>) -> ArrayView2<'_, f32> {
    let mut view = matrix.view();
    view.slice_axis_inplace(Axis(0), rows.into());
    view.slice_axis_inplace(Axis(1), columns.into());
    view
}

fn part_mut(
    matrix: &mut Array2<f32>,
    rows: Range<usize>,
    columns: Range<usize>,
) -> ArrayViewMut2<'_, f32> {
    let mut view = matrix.view_mut();
    view.slice_axis_inplace(Axis(0), rows.into());
    view.slice_axis_inplace(Axis(1), columns.into());
    view
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_times_its_inverse_is_one() {
        for size in [1, 5, 64, 65, 200] {
            let make = |(i, j): (usize, usize)| ((i * 7 + j * 3) % 11) as f32 / 11.0;
            let any = Array2::from_shape_fn((size, size), make);
            let matrix = any.dot(&any.t()) + Array2::<f32>::eye(size) * 0.5;
            let inverse = Inverse::of(matrix.clone());
            let largest = |all: Array2<f32>| all.iter().fold(0.0f32, |most, x| most.max(x.abs()));
            let worst = largest(inverse.times(&matrix) - Array2::<f32>::eye(size));
            assert!(worst < 1e-3, "{size}: {worst}");
            let whole = inverse.times(&Array2::eye(size));
            let worst = largest(Array2::from_diag(&(&inverse.diagonal() - &whole.diag())));
            assert!(worst < 1e-3, "the diagonal of {size}: {worst}");
        }
    }
}
