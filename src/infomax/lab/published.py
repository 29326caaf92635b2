"""The printed numbers in the form of the estimate: one difference, oriented, in one unit."""

import math

from infomax.lab.claims import Bound, Claim, Comparison, Identity, Published, Trend


def published_effect(claim: Claim, *, row_unit: str) -> tuple[float | None, str]:
    """Return the published effect as the estimate is formed, and where it is printed.

    The effect is None where the paper gives no number, or gives it in a unit that does not convert
    to the unit of the rows; the place then says so. Bits and nats convert ("bits/symbol" too), and
    so do percent and fractions. A log ratio needs no unit.
    """
    printed = claim.published
    if printed is None:
        return None, ""
    if isinstance(claim, Comparison) and claim.scale == "log" and claim.target is None:
        return _log_ratio(claim, printed), printed.where
    if printed.arm is None:
        return None, printed.where
    factor = unit_factor(printed.unit, row_unit)
    if factor is None:
        note = f"printed in {printed.unit!r}, measured in {row_unit!r}"
        return None, f"{printed.where} ({note})".strip()
    baseline = None if printed.baseline is None else printed.baseline * factor
    return _effect(claim, printed.arm * factor, baseline), printed.where


def unit_factor(printed: str, measured: str) -> float | None:
    """Return the factor from the printed to the measured unit, None if there is none."""
    if printed == measured:
        return 1.0
    if printed.startswith("bits") and "nats" + printed[4:] == measured:
        return math.log(2)
    if printed.startswith("nats") and "bits" + printed[4:] == measured:
        return 1 / math.log(2)
    return {("%", "1"): 0.01, ("1", "%"): 100.0}.get((printed, measured))


def _log_ratio(claim: Comparison, printed: Published) -> float | None:
    if printed.arm is None or printed.baseline is None or min(printed.arm, printed.baseline) <= 0:
        return None
    ratio = math.log(printed.arm / printed.baseline)
    return ratio if claim.better == "higher" else -ratio


def _effect(claim: Claim, arm: float, baseline: float | None) -> float | None:
    if isinstance(claim, Trend):
        return arm if claim.direction == "increasing" else -arm
    if isinstance(claim, Comparison):
        return None if baseline is None else _difference(claim, arm, baseline)
    reference = claim.at_most if isinstance(claim, Bound) else claim.equals
    if baseline is None and not isinstance(reference, str):
        baseline = float(reference)
    if baseline is None:
        return None
    return abs(arm - baseline) if isinstance(claim, Identity) else baseline - arm


def _difference(claim: Comparison, arm: float, baseline: float) -> float | None:
    if claim.target is not None:
        arm, baseline = abs(arm - claim.target), abs(baseline - claim.target)
    if claim.scale == "log":
        if min(arm, baseline) <= 0:
            return None
        arm, baseline = math.log(arm), math.log(baseline)
    return arm - baseline if claim.better == "higher" else baseline - arm
