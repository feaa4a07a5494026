"""Slow textbook versions to test against: one spectrum, one channel, one sample at a time."""

from itertools import combinations

import numpy as np
from scipy.special import expit


def snv_by_hand(spectrum):
    """Return (x - mean)/s with the sample's standard deviation."""
    n = len(spectrum)
    mean = sum(spectrum) / n
    spread = (sum((x - mean) ** 2 for x in spectrum) / (n - 1)) ** 0.5
    return np.array([(x - mean) / spread for x in spectrum])


def emsc_by_hand(spectrum, reference, backgrounds):
    """Return (x - c·backgrounds)/b from the least squares of x on reference and backgrounds."""
    design = np.column_stack([reference, *backgrounds])
    coefficients = np.linalg.lstsq(design, spectrum, rcond=None)[0]
    return (spectrum - design[:, 1:] @ coefficients[1:]) / coefficients[0]


def savitzky_golay_by_hand(spectrum, axis, *, window, polyorder, deriv):
    """Return each channel's polynomial fit over its own window (the nearest whole one)."""
    n = len(spectrum)
    treated = np.empty(n)
    for k in range(n):
        start = min(max(k - window // 2, 0), n - window)
        x = axis[start : start + window] - axis[k]
        fit = np.polynomial.Polynomial.fit(x, spectrum[start : start + window], polyorder)
        treated[k] = fit.deriv(deriv)(0.0) if deriv else fit(0.0)
    return treated


def interpolant_mean(spectrum, axis, low, high, n=4_001):
    """Return the mean of the linear interpolant from low to high by the midpoint rule."""
    x = low + (high - low) * (np.arange(n) + 0.5) / n
    return np.interp(x, axis, spectrum).mean()


def modified_z_by_hand(values):
    """Return Iglewicz and Hoaglin's 0.6745 (x - median)/MAD."""
    centre = sorted_median(values)
    mad = sorted_median([abs(v - centre) for v in values])
    return np.array([0.6745 * (v - centre) / mad for v in values])


def sorted_median(values):
    """Return the middle of the sorted values, or the mean of the two in the middle."""
    ordered = sorted(values)
    n = len(ordered)
    return ordered[n // 2] if n % 2 else 0.5 * (ordered[n // 2 - 1] + ordered[n // 2])


def penalised_fit(spectrum, weights, lam):
    """Return (W + λD'D)⁻¹Wy with everything dense."""
    second = np.diff(np.eye(len(spectrum)), n=2, axis=0)
    return np.linalg.solve(np.diag(weights) + lam * second.T @ second, weights * spectrum)


def asls_by_hand(spectrum, *, lam, asymmetry, n_iterations=200):
    """Return Eilers' baseline, reweighted until nothing changes."""
    weights = np.ones(len(spectrum))
    for _ in range(n_iterations):
        baseline = penalised_fit(spectrum, weights, lam)
        weights = np.where(spectrum > baseline, asymmetry, 1.0 - asymmetry)
    return baseline


def arpls_by_hand(spectrum, *, lam, tol=1e-3, n_iterations=300):
    """Return the baseline of Baek et al. (2015), their algorithm line by line."""
    weights = np.ones(len(spectrum))
    for _ in range(n_iterations):
        baseline = penalised_fit(spectrum, weights, lam)
        residual = spectrum - baseline
        below = residual[residual < 0]
        mean, spread = below.mean(), below.std(ddof=1)
        updated = expit(-2.0 * (residual - (2.0 * spread - mean)) / spread)
        if np.linalg.norm(updated - weights) / np.linalg.norm(weights) < tol:
            return baseline
        weights = updated
    raise AssertionError("no convergence")


def lower_hull(spectrum, axis):
    """Return, at each channel, the lowest chord between any two points around it."""
    hull = np.array(spectrum, dtype=float)
    for i, j in combinations(range(len(axis)), 2):
        share = (axis[i : j + 1] - axis[i]) / (axis[j] - axis[i])
        chord = spectrum[i] + share * (spectrum[j] - spectrum[i])
        hull[i : j + 1] = np.minimum(hull[i : j + 1], chord)
    return hull


def jackknife_log_mse(errors, cultures, t_quantile):
    """Return the interval of the RMSE by leaving cultures out one by one, in pseudo-values."""
    names = sorted(set(cultures))
    m = len(names)

    def log_mse(kept):
        squares = [e * e for e, c in zip(errors, cultures, strict=True) if c in kept]
        return np.log(sum(squares) / len(squares))

    whole = log_mse(set(names))
    pseudo = [m * whole - (m - 1) * log_mse(set(names) - {name}) for name in names]
    centre = sum(pseudo) / m
    variance = sum((p - centre) ** 2 for p in pseudo) / (m * (m - 1))
    reach = t_quantile * variance**0.5
    return np.exp((centre - reach) / 2), np.exp((centre + reach) / 2)


def sign_flip_by_hand(errors_a, errors_b, cultures):
    """Return the share of all ways to swap two sensors' errors, culture by culture, as extreme."""
    names = sorted(set(cultures))

    def difference(swapped):
        total = 0.0
        for a, b, c in zip(errors_a, errors_b, cultures, strict=True):
            total += (b * b - a * a) if c in swapped else (a * a - b * b)
        return abs(total)

    observed = difference(set())
    swaps = [set(s) for k in range(len(names) + 1) for s in combinations(names, k)]
    return np.mean([difference(s) >= observed * (1 - 1e-9) for s in swaps])


def weighted_nipals(spectra, targets, weights, *, n_components):
    """Return the regression vector of PLS whose means and sums all count a row by its weight."""
    X = spectra - np.average(spectra, axis=0, weights=weights)
    y = targets - np.average(targets, weights=weights)
    W, P, q = [], [], []
    for _ in range(n_components):
        w = X.T @ (weights * y)
        w /= np.linalg.norm(w)
        t = X @ w
        size = np.sum(weights * t**2)
        p, share = X.T @ (weights * t) / size, np.sum(weights * t * y) / size
        X, y = X - np.outer(t, p), y - share * t
        W, P, q = [*W, w], [*P, p], [*q, share]
    W, P = np.array(W).T, np.array(P).T
    return W @ np.linalg.solve(P.T @ W, np.array(q))
