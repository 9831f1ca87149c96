"""Content encodings: the one the caller likes best, and back again."""

from __future__ import annotations

import pytest

from api.encodings import ENCODINGS, Encoding, best_encoding, decode, encode


@pytest.mark.parametrize(
    ("accepted", "best"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP ; Q=0.5", "gzip"),
        ("br;q=0.1, gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.5", "br"),
        ("br;q=0, gzip;q=0", "identity"),
        ("gzip;q=0.3, identity;q=0.6", "identity"),
        ("identity", "identity"),
        ("deflate, zstd", "identity"),
        ("*", "br"),
        ("*;q=0.5, br;q=0", "gzip"),
        ("*;q=0", "identity"),
        ("*;q=0, gzip", "gzip"),
        ("gzip;q=x", "identity"),
        ("gzip;q=7", "gzip"),
        (",,;;", "identity"),
    ],
)
def test_the_greatest_weight_wins(accepted: str, best: str) -> None:
    assert best_encoding(accepted) == best


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_is_encoded_comes_back_and_is_the_same_each_time(encoding: Encoding) -> None:
    body = b"tesela" * 999
    assert decode(encode(body, encoding), encoding) == body
    assert encode(body, encoding) == encode(body, encoding)
