"""How layers look: MapLibre styles and legends, derived from the declarations.

Map, popup, printed legend and folium maps all paint from here, so that a colour means one thing
everywhere.
"""

from gis.styles.document import layer_style, style
from gis.styles.legend import LegendEntry, color_of, hatch_name, legend

__all__ = ["LegendEntry", "color_of", "hatch_name", "layer_style", "legend", "style"]
