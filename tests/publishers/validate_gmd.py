"""Validates XML files with a schema in a process of its own: libxml2 reads its catalog once."""

from __future__ import annotations

import sys

from lxml import etree


def main(schema: str, files: list[str]) -> int:
    compiled = etree.XMLSchema(etree.parse(schema))
    wrong = [
        f"{file}: {compiled.error_log}"
        for file in files
        if not compiled.validate(etree.parse(file))
    ]
    sys.stdout.write("\n".join(wrong))
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
