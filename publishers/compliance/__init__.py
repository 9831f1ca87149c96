"""Whether a dataset meets what ICDE, MinTIC and datos.gov.co ask, row by row, with the evidence.

The rows are those of the checklist that the project keeps (docs/metadatos.md). Each is one pure
function of :class:`Evidence`; what cannot be proved here says so, and is never taken for granted.
"""

from publishers.compliance.evidence import Evidence, Probe, gather
from publishers.compliance.rows import Assessment, Row, assess
from publishers.compliance.verdict import Status, Verdict

__all__ = [
    "Assessment",
    "Evidence",
    "Probe",
    "Row",
    "Status",
    "Verdict",
    "assess",
    "gather",
]
