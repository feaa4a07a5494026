"""Folding: linear members as one operator, so that one pass gives value, T2 and Q."""

from pat.soft_sensor.folding.head import BLOCK, FoldedMember, folded_member
from pat.soft_sensor.folding.kernel import AT_ONCE, FoldedMembers, FoldedScores

__all__ = ["AT_ONCE", "BLOCK", "FoldedMember", "FoldedMembers", "FoldedScores", "folded_member"]
