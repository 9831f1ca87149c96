"""Quality in the terms of ISO 19157: what a record carries, and a report of its own (XML).

Each measure is a quantity (``DQ_QuantitativeResult``) and, where something is demanded of it, a
verdict against the layer's contract (``DQ_ConformanceResult``). What needs ground truth is absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from publishers.iso_parts import XML, citation
from publishers.markup import Element, written
from publishers.metadata import INSTANT, iso_day

if TYPE_CHECKING:
    from gis.quality import Measure
    from publishers.metadata import Record

EXPLAINED = "Debe ser cero"


def write(record: Record) -> bytes:
    """The report as an XML document of its own (``mdq:DQ_DataQuality``)."""
    root = XML.root("mdq:DQ_DataQuality")
    data_quality(root, record)
    return written(root)


def data_quality(quality: Element, record: Record) -> None:
    """Fill a ``mdq:DQ_DataQuality``: scope, the report for people, one report per measure."""
    scope = XML.add(quality, "mdq:scope/mcc:MD_Scope")
    XML.code(scope, "mcc:level", "mcc:MD_ScopeCode", record.scope)
    for link in record.links:
        if link.rel == "quality":
            path = "mdq:standaloneQualityReport/mdq:DQ_StandaloneQualityReportInformation"
            standalone = XML.add(quality, path)
            citation(standalone, "mdq:reportReference", link.title, url=link.url)
            XML.text(standalone, "mdq:abstract", abstract(record))
    for measure in record.quality.measures:
        _report(quality, measure, record)


def abstract(record: Record) -> str:
    """The report in a sentence."""
    measures = record.quality.measures
    judged = [m for m in measures if m.passed is not None]
    passed = sum(m.passed is True for m in judged)
    return (
        f"{record.shown_title}. Se midieron {len(measures)} resultados sobre "
        f"{record.quality.feature_count} elementos; de los {len(judged)} de los que algo se "
        f"exige, cumplen {passed}."
    )


def named(measure: Measure) -> str:
    """The measure's name, with the field it was measured on."""
    return f"{measure.name} ({measure.field})" if measure.field else measure.name


def _report(quality: Element, measure: Measure, record: Record) -> None:
    report = XML.add(quality, f"mdq:report/mdq:{measure.element}")
    reference = XML.add(report, "mdq:measure/mdq:DQ_MeasureReference")
    identification = XML.add(reference, "mdq:measureIdentification/mcc:MD_Identifier")
    XML.text(identification, "mcc:code", measure.id)
    XML.text(identification, "mcc:codeSpace", measure.code_space)
    XML.text(reference, "mdq:nameOfMeasure", named(measure))
    if measure.note:
        XML.text(reference, "mdq:measureDescription", measure.note)
    method = XML.add(report, "mdq:evaluationMethod/mdq:DQ_FullInspection")
    evaluated = record.quality.evaluated_at.strftime(INSTANT)
    XML.add(method, "mdq:dateTime/gco:DateTime", evaluated)
    codelist = "mdq:DQ_EvaluationMethodTypeCode"
    XML.code(method, "mdq:evaluationMethodType", codelist, "directInternal")
    if measure.passed is not None:
        result = XML.add(report, "mdq:result/mdq:DQ_ConformanceResult")
        title = f"Contrato de la capa {record.layer}"
        citation(result, "mdq:specification", title, day=iso_day(record.modified))
        XML.text(result, "mdq:explanation", measure.note or EXPLAINED)
        XML.add(result, "mdq:pass/gco:Boolean", "true" if measure.passed else "false")
    result = XML.add(report, "mdq:result/mdq:DQ_QuantitativeResult")
    XML.add(result, "mdq:value/gco:Record", f"{measure.value:.6g}")
    kind = "Integer" if measure.unit == "count" else "Real"
    XML.add(result, "mdq:valueRecordType/gco:RecordType", kind)
