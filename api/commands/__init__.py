"""The commands of ``sig``: one module per subject, each with ``register(app)``.

What they are for is told here, so that ``sig --help`` says it without loading any of them.
"""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("serve", "Prepara todo lo que falta y sirve el mapa hasta Ctrl-C."),
    "load": ("load", "Recibe un archivo en una capa: revisa, muestra y aplica."),
    "history": ("load", "Los cambios de una capa: quién, cuándo, de qué archivo."),
    "undo": ("load", "Deshace un cambio con el cambio inverso."),
    "derive": ("derive", "Hace otra vez los conteos y los registros que salen del sistema."),
    "export": ("export", "Escribe una capa en un archivo, con lo que es público."),
    "geocode": ("geocode", "Dice dónde queda una dirección, o las de un archivo."),
    "publish": ("publish", "Publica conjuntos de datos en un destino."),
    "publications": ("publish", "Libro de publicaciones: qué salió, cuándo y por qué no."),
    "approve": ("publish", "Aprueba un plan que espera, y lo publica."),
    "schedule": ("worker", "Calendario: cuándo sale cada conjunto de datos."),
    "worker": ("worker", "Atiende la cola: publica lo que venza, hasta Ctrl-C."),
    "forget": (
        "forget",
        "Retira elementos por orden de ley: de la capa, de su historia y de lo publicado. "
        "No se puede deshacer.",
    ),
    "tour": ("tour", "Un recorrido guiado con archivos pequeños y sucios."),
    "bench": ("bench", "Mide esta máquina con datos sintéticos, frente a lo más simple."),
    "doctor": ("doctor", "Revisa la máquina y la base de datos, y dice qué hacer."),
    "layer": ("layers", "Las capas declaradas."),
    "tiles": ("tiles", "Las teselas de las capas."),
    "dataset": ("dataset", "Los conjuntos de datos declarados."),
    "user": ("accounts", "Cuentas: quién escribe y quién ve qué."),
    "token": ("tokens", "Fichas: con qué se identifican los programas."),
}
"""By name, in the order the help shows them: the module, and what the command is for."""
