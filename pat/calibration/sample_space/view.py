"""A block as sample space sees it: rows, their Gram matrix, and each training's scaling.

Row-wise recipes need one Gram matrix for all trainings. So do MSC and EMSC as last step,
though their reference is learnt in each fold: with the backgrounds projected out of the
rows Z, a training's reference is the mean w'Z of its rows, the share of it in row i is
b_i = (ZZ'w)_i / (w'ZZ'w), and the corrected rows are Z_i/b_i plus a constant that centring
removes. Any other step that learns is fitted in each fold, at the price of a Gram matrix a
fold.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.calibration.blocks import Block
from pat.calibration.sample_space.gram import Gram
from pat.calibration.sample_space.kernel import Kernel, Products, ScaledProducts, join
from pat.calibration.trainings import Trainings
from pat.preprocessing import EMSC, MSC
from pat.preprocessing.scatter import polynomial_terms

#: A share of the reference below this is none: the row stays unscaled, as in `emsc`.
NO_SHARE = 1e-12

P = TypeVar("P", bound=Products)


@dataclass(frozen=True, slots=True, eq=False)
class View(Generic[P]):
    """Rows (n_samples, n_channels), their inner products, and whether a reference scales them."""

    rows: FloatArray
    products: P
    by_reference: bool = False

    def scale(self, train: BoolArray) -> FloatArray:
        """Return what each training (n_trainings, n_samples) multiplies the rows by."""
        if not self.by_reference:
            return np.ones(train.shape)
        weights = train / train.sum(axis=1, keepdims=True)
        along = self.products.apply(weights)
        norm = np.sum(along * weights, axis=1, keepdims=True)
        share = along / np.where(norm > 0, norm, 1.0)
        return 1 / np.where(np.abs(share) > NO_SHARE, share, 1.0)

    def kernel(self, train: BoolArray, process: FloatArray | None) -> Kernel:
        """Return the kernel of trainings (n_trainings, n_samples), both blocks joined."""
        scale = self.scale(train)
        spectra: Kernel = (
            ScaledProducts(self.products, scale) if self.by_reference else self.products
        )
        if process is None:
            return spectra
        variances = self.products.total_variances(train, scale=scale)
        return join(spectra, variances=variances, process=process, train=train)


def restricted(view: View[Gram], rows: BoolArray) -> View[Gram]:
    """Return a view of some rows; those that a training sees must be among them."""
    return View(view.rows[rows], view.products.take(rows), by_reference=view.by_reference)


def views(
    block: Block, trainings: Trainings, products: Callable[[FloatArray], P]
) -> Iterator[tuple[View[P], IntArray]]:
    """Yield views of a block, each with the positions of the trainings it serves.

    `products` makes inner products of rows: `gram`, or `RowProducts` where rows are many.
    """
    backgrounds = _backgrounds(block)
    if block.learned is None:
        centred = block.rows - block.rows.mean(axis=0)  # for the digits: training centres anew
        yield View(centred, products(centred)), np.arange(len(trainings))
    elif backgrounds is not None:
        rows = block.rows - (block.rows @ backgrounds.T) @ backgrounds
        yield View(rows, products(rows), by_reference=True), np.arange(len(trainings))
    else:
        for train, same in trainings.by_rows():
            spectra = block.spectra(train)
            spectra = spectra - spectra[train].mean(axis=0)
            yield View(spectra, products(spectra)), same


def one_view_serves(block: Block) -> bool:
    """Return whether all trainings share one view of a block."""
    return block.learned is None or _backgrounds(block) is not None


def _backgrounds(block: Block) -> FloatArray | None:
    """Return orthonormal backgrounds where MSC or EMSC is all that is learnt, else None."""
    if block.learned is None or len(block.learned) != 1:
        return None
    step, n_channels = block.learned[0], block.rows.shape[1]
    if isinstance(step, MSC):
        return np.full((1, n_channels), n_channels**-0.5)
    if isinstance(step, EMSC):
        axis = np.arange(n_channels) if step.axis is None else step.axis
        terms = polynomial_terms(np.asarray(axis, dtype=np.float64), step.degree)
        basis: FloatArray = np.linalg.qr(terms.T)[0].T
        return basis
    return None
