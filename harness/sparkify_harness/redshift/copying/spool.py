"""Objects become files on disk, decompressed and in UTF-8, so that memory never holds one.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-file-compression.html
"""

import bz2
import codecs
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

import pyarrow as pa

from sparkify_harness.redshift.copying.options import Compression

_STEP: Final = 1 << 20


class NotCompressed(Exception):
    """The object is not compressed as the statement says."""


class NotEncoded(Exception):
    """The object is not in the encoding that the statement names."""


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


def spool(
    chunks: Iterable[bytes],
    path: Path,
    compression: Compression,
    encoding: str,
    check: Callable[[], None],
) -> None:
    """Write an object's text to a file.

    Args:
        chunks: The object as stored.
        path: File to write.
        compression: As the statement says; nothing is guessed.
        encoding: Python's name of the encoding.
        check: Called between chunks; raises when the statement is cancelled.

    Raises:
        NotCompressed: The bytes are not what the compression says.
        NotEncoded: They are not text of that encoding.
    """
    plain = _decompressed(chunks, compression)
    with path.open("wb") as file:
        for chunk in plain if encoding == "utf-8" else _recoded(plain, encoding):
            check()
            file.write(chunk)


def _decompressed(chunks: Iterable[bytes], compression: Compression) -> Iterable[bytes]:
    match compression:
        case Compression.NONE:
            return chunks
        case Compression.GZIP:
            return _members(chunks, lambda: zlib.decompressobj(16 + zlib.MAX_WBITS), zlib.error)
        case Compression.BZIP2:
            return _members(chunks, bz2.BZ2Decompressor, OSError)
        case Compression.ZSTD:
            return _zstd(chunks)


def _members(
    chunks: Iterable[bytes],
    new: Callable[[], _Decompressor],
    error_type: type[Exception],
) -> Iterator[bytes]:
    """A file may consist of several compressed streams, one after the other."""
    member = new()
    begun = False
    try:
        for chunk in chunks:
            data = chunk
            while data:
                if member.eof:
                    member = new()
                begun = True
                yield member.decompress(data)
                data = member.unused_data if member.eof else b""
    except error_type as error:
        raise NotCompressed from error
    if begun and not member.eof:
        raise NotCompressed


class _Chunks:
    """A file to read from, out of chunks."""

    closed = False

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._rest) < size:
            more = next(self._chunks, b"")
            if not more:
                break
            self._rest += more
        cut = len(self._rest) if size < 0 else size
        data, self._rest = self._rest[:cut], self._rest[cut:]
        return data


def _zstd(chunks: Iterable[bytes]) -> Iterator[bytes]:
    try:
        with pa.CompressedInputStream(pa.PythonFile(_Chunks(chunks), mode="r"), "zstd") as stream:
            while data := stream.read(_STEP):
                yield data
    except OSError as error:
        raise NotCompressed from error


def _recoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The text in UTF-8, without a byte order mark; UTF16 must have one.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html
    """
    remaining, start = iter(chunks), b""
    for chunk in remaining:
        start += chunk
        if len(start) > 1:
            break
    marked = _MARKS.get(start[:2])
    if encoding == "utf-16" and start:
        if marked is None:
            raise NotEncoded
        encoding = marked
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chain([start[2:] if marked == encoding else start], remaining):
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise NotEncoded from error


_MARKS: Final = MappingProxyType(
    {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
)
"""Which encoding a byte order mark says."""
