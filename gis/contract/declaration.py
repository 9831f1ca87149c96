"""Reading one declaration file, and saying in Spanish what Python found wrong with it."""

from __future__ import annotations

import importlib.util
import re
import sys
import traceback
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from gis.contract.checks import meant
from gis.contract.layer import Layer
from gis.errors import ContractError

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

UNEXPECTED = re.compile(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'")
MISSING_WORDS = re.compile(r"(\w+)\.__init__\(\) missing \d+ required (?:positional|keyword)")
TOO_MANY = re.compile(r"(\w+)\.__init__\(\) takes (?:from )?[\d to]+ positional arguments")
REPEATED = re.compile(r"(\w+)\.__init__\(\) got multiple values for argument '(\w+)'")


def read_layer(path: Path) -> Layer:
    """Read the one ``LAYER`` of a declaration file, its code lists still unfilled.

    Raises :class:`ContractError` with ``file``, the ``line`` where it went wrong, and ``layer``
    and ``field`` where they are known.
    """
    layer = getattr(_module(path), "LAYER", None)
    if layer is None:
        raise ContractError("El archivo debe definir LAYER = Layer(…)", file=str(path))
    if not isinstance(layer, Layer):
        raise ContractError(
            f"LAYER debe ser Layer(…); es {type(layer).__name__}"
            + (" (¿sobra una coma al final?)" if isinstance(layer, tuple) else ""),
            file=str(path),
        )
    if layer.name != path.stem:
        raise ContractError(
            f"El archivo debe llamarse como la capa: «{layer.name}.py»",
            file=str(path),
            layer=layer.name,
        )
    return layer


def _module(path: Path) -> ModuleType:
    path = path.absolute()  # as Python names it where it tells the line
    spec = importlib.util.spec_from_file_location(f"_declaration_{abs(hash(path))}", path)
    if spec is None or spec.loader is None:
        raise ContractError("No se puede leer la declaración", file=str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except ContractError as error:
        where = {"file": str(path), "line": _line(error, path)}
        raise ContractError(error.message, **{**where, **error.context}) from error
    except Exception as error:
        raise ContractError(_explain(error), file=str(path), line=_line(error, path)) from error
    finally:
        del sys.modules[spec.name]
    return module


def _line(error: BaseException, path: Path) -> int | None:
    """The line of the declaration that was running, or that Python could not read."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    return lines[-1] if lines else None


def _explain(error: Exception) -> str:
    """What a person who does not know Python can do about ``error``."""
    if isinstance(error, SyntaxError):
        near = f", cerca de «{error.text.strip()}»" if error.text else ""
        return f"Error de escritura{near}: revise comas, comillas y paréntesis ({error.msg})"
    if isinstance(error, NameError):
        return _unknown_name(str(error.name))
    if isinstance(error, ImportError):
        return _bad_import(error)
    if isinstance(error, AttributeError) and isinstance(error.obj, type):
        known = [name for name in vars(error.obj) if not name.startswith("_")]
        return (
            f"«{error.obj.__name__}» no tiene «{error.name}»{meant(str(error.name), known)}; "
            f"tiene {', '.join(known)}"
        )
    if isinstance(error, TypeError):
        return _bad_call(str(error)) or (
            "Un valor no es de la clase que debe ser: los números van sin comillas y los textos "
            "con ellas"
        )
    return f"La declaración no se puede leer: {type(error).__name__}: {error}"


def _unknown_name(name: str) -> str:
    words = _words()
    if name in words:
        return f"Falta importar «{name}»: from gis.contract import {name}"
    return f"«{name}» no existe{meant(name, words)}; los textos van entre comillas"


def _bad_import(error: ImportError) -> str:
    found = re.search(r"cannot import name '(\w+)' from 'gis\.contract'", str(error))
    if found:
        return f"El contrato no tiene la palabra «{found[1]}»{meant(found[1], _words())}"
    if "relative import" in str(error):
        return "Una declaración no admite importaciones relativas: use from gis.contract import …"
    return f"No se puede importar «{error.name}»: una declaración solo usa gis.contract"


def _bad_call(message: str) -> str:
    """What is wrong with a call of a word of the contract; empty when it is something else."""
    words = _words()
    if (found := UNEXPECTED.match(message)) and found[1] in words:
        known = _parameters(words[found[1]])
        return (
            f"«{found[1]}» no tiene «{found[2]}»{meant(found[2], known)}; admite {', '.join(known)}"
        )
    if found := MISSING_WORDS.match(message):
        absent = re.findall(r"'(\w+)'", message)
        return f"A «{found[1]}» le falta {', '.join(absent)}"
    if found := TOO_MANY.match(message):
        return f"«{found[1]}» recibe demasiados valores sueltos: escriba nombre=valor"
    if found := REPEATED.match(message):
        return f"«{found[1]}» recibe «{found[2]}» dos veces"
    return ""


def _words() -> dict[str, Any]:
    from gis import contract  # the package imports this module's siblings first

    return {name: getattr(contract, name) for name in contract.__all__}


def _parameters(word: Any) -> list[str]:
    if not is_dataclass(word):
        return []
    return [f.name for f in fields(word) if f.init or f.default is not MISSING]
