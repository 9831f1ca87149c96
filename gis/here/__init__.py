"""«¿Qué hay aquí?»: what every layer that declares ``here`` says of one place, as one answer."""

from gis.here.answer import Answer, Spot
from gis.here.asking import Asking, ask
from gis.here.document import document
from gis.here.text import short_text

__all__ = ["Answer", "Asking", "Spot", "ask", "document", "short_text"]
