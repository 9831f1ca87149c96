"""A program of QGIS (its own Python runs it): does what it is told and prints what it found.

``qgis_program.py`` TASKS, a JSON list. Each gives one line of JSON, those that read layers one more
for each feature and an empty one at the end.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsMapBoxGlStyleConversionContext,
    QgsMapBoxGlStyleConverter,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorDataProvider,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QDate, QDateTime, QSize, Qt, QTime
from qgis.PyQt.QtGui import QColor

BEHIND = QColor("magenta")


def oapif(task):
    uri = f"url='{task['url']}' typename='{task['layer']}' pagingEnabled='true'"
    if "page" in task:
        uri += f" pageSize='{task['page']}'"
    if "filter" in task:
        uri += f" filter='{task['filter']}'"
    if task.get("restricted"):
        uri += " restrictToRequestBBOX='1'"
    return QgsVectorLayer(uri, task["layer"], "OAPIF")


def read(task):
    layer = oapif(task)
    assert layer.isValid(), task
    able = layer.dataProvider().capabilities()
    says(
        {
            "version": Qgis.QGIS_VERSION_INT,
            "crs": layer.crs().authid(),
            "count": layer.featureCount(),
            "types": {field.name(): field.typeName() for field in layer.fields()},
            "edits": bool(
                able
                & (
                    QgsVectorDataProvider.AddFeatures
                    | QgsVectorDataProvider.ChangeAttributeValues
                    | QgsVectorDataProvider.DeleteFeatures
                )
            ),
        }
    )
    request = QgsFeatureRequest()
    if "where" in task:
        request.setFilterExpression(task["where"])
    if "box" in task:
        request.setFilterRect(QgsRectangle(*task["box"]))
    if "crs" in task:
        target = QgsCoordinateReferenceSystem(task["crs"])
        request.setDestinationCrs(target, QgsProject.instance().transformContext())
    names = layer.fields().names()
    for feature in layer.getFeatures(request):
        values = {n: plain(v) for n, v in zip(names, feature.attributes(), strict=True)}
        box = None
        if feature.hasGeometry() and not feature.geometry().isNull():
            found = feature.geometry().boundingBox()
            box = (found.xMinimum(), found.yMinimum(), found.xMaximum(), found.yMaximum())
        says({"values": {n: v for n, v in values.items() if v is not None}, "box": box})
    print()  # noqa: T201


def plain(value):
    if value is None or (hasattr(value, "isNull") and value.isNull()):
        return None
    if isinstance(value, (QDate, QDateTime, QTime)):
        return value.toString(Qt.ISODate)
    return value


def draw(task):
    """Tiles drawn as our style says, but for its background; how many pixels were, and how many
    colours cover a hundredth of them."""
    zooms = f"zmin={task['minzoom']}&zmax={task['maxzoom']}"
    layer = QgsVectorTileLayer(f"type=xyz&url={task['tiles']}&{zooms}", "teselas")
    assert layer.isValid(), task
    warnings = styled(layer, task["style"]) if "style" in task else []
    settings = QgsMapSettings()
    target = QgsCoordinateReferenceSystem("EPSG:3857")
    turned = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem("EPSG:4326"), target, QgsProject.instance()
    )
    settings.setLayers([layer])
    settings.setDestinationCrs(target)
    settings.setBackgroundColor(BEHIND)
    settings.setOutputSize(QSize(512, 512))
    settings.setOutputDpi(96)
    settings.setExtent(turned.transformBoundingBox(QgsRectangle(*task["box"])))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    if "picture" in task:
        image.save(task["picture"])
    pixels = [image.pixel(x, y) for x in range(512) for y in range(512)]
    drawn = Counter(pixel for pixel in pixels if pixel != BEHIND.rgb())
    large = [
        QColor(colour).name() for colour, count in drawn.items() if count * 100 > drawn.total()
    ]
    errors = [error.message for error in job.errors()]
    says({"drawn": drawn.total(), "colours": sorted(large), "errors": errors, "warnings": warnings})


def styled(layer, style):
    converter = QgsMapBoxGlStyleConverter()
    layers = [one for one in style["layers"] if one["type"] != "background"]
    result = converter.convert({**style, "layers": layers}, QgsMapBoxGlStyleConversionContext())
    assert result == QgsMapBoxGlStyleConverter.Success, converter.errorMessage()
    layer.setRenderer(converter.renderer())
    layer.setLabeling(converter.labeling())
    return converter.warnings()


def says(value):
    print(json.dumps(value))  # noqa: T201


def main():
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], True)
    application.initQgis()
    for task in json.loads(sys.argv[1]):
        {"read": read, "draw": draw}[task["do"]](task)
    sys.stdout.flush()
    os._exit(0)  # Taking QGIS down in order is known to crash without a display.


main()
