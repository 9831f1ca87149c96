"""From a delivered file to rows that keep the contract, with a finding for all that do not."""

from gis.conform.addresses import Addresses
from gis.conform.catalogue import CHECKS, Check, measure_of
from gis.conform.prepare import Conformed, conform, prepare
from gis.conform.repairs import REPAIRS

__all__ = [
    "CHECKS",
    "REPAIRS",
    "Addresses",
    "Check",
    "Conformed",
    "conform",
    "measure_of",
    "prepare",
]
