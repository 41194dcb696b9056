"""Old .xls workbooks locked with a password in the ways Excel has locked them."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterator

_PLAIN = {0x0809, 0x002F, 0x00E1, 0x0194, 0x0195, 0x0196, 0x0138}  # records that are not encrypted
_BLOCK = 1024
_SALT, _VERIFIER = bytes(range(16)), bytes(range(100, 116))

Key = Callable[[int], bytes]  # of a block of the stream


def rc4(stream: bytes, password: str) -> bytes:
    """Lock the records of a workbook as Excel 97 to 2003 do."""
    begun = hashlib.md5(password.encode("utf-16-le")).digest()[:5]
    base = hashlib.md5((begun + _SALT) * 16).digest()[:5]

    def key(block: int) -> bytes:
        return hashlib.md5(base + struct.pack("<I", block)).digest()

    proof = _ciphered(_VERIFIER + hashlib.md5(_VERIFIER).digest(), key(0))
    return _locked(stream, struct.pack("<HHH", 1, 1, 1) + _SALT + proof, key)


def rc4_by_system(stream: bytes, password: str, bits: int = 128) -> bytes:
    """Lock the records as Excel 2002 and later do: by the cipher of Windows, with keys of so many bits."""
    begun = hashlib.sha1(_SALT + password.encode("utf-16-le")).digest()

    def key(block: int) -> bytes:
        made = hashlib.sha1(begun + struct.pack("<I", block)).digest()[: bits // 8]
        return made.ljust(16, b"\0") if bits == 40 else made

    provider = "Microsoft Enhanced Cryptographic Provider v1.0\0".encode("utf-16-le")
    header = struct.pack("<IIIIIIII", 4, 0, 0x6801, 0x8004, bits, 1, 0, 0) + provider
    proof = _ciphered(_VERIFIER + hashlib.sha1(_VERIFIER).digest(), key(0))
    verifier = struct.pack("<I", 16) + _SALT + proof[:16] + struct.pack("<I", 20) + proof[16:]
    said = struct.pack("<HHHII", 1, 2, 2, 4, len(header)) + header + verifier
    return _locked(stream, said, key)


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at, kind, size
        at += 4 + size


def _locked(stream: bytes, said: bytes, key: Key) -> bytes:
    """Say behind the beginning that the rest is locked, and lock it."""
    lock = struct.pack("<HH", 0x2F, len(said)) + said
    first = 4 + struct.unpack_from("<H", stream, 2)[0]
    whole = bytearray(stream[:first] + lock + stream[first:])
    for at, kind, _ in _records(bytes(whole)):
        if kind == 0x85:
            place = struct.unpack_from("<I", whole, at + 4)[0] + len(lock)
            struct.pack_into("<I", whole, at + 4, place)
    count = -(-len(whole) // _BLOCK)
    cipher = b"".join(_ciphered(bytes(_BLOCK), key(block)) for block in range(count))
    for at, kind, size in _records(bytes(whole)):
        from_ = at + (8 if kind == 0x85 else 4)  # where a sheet begins stays readable
        for byte in range(from_, at + 4 + size) if kind not in _PLAIN else ():
            whole[byte] ^= cipher[byte]
    return bytes(whole)


def _ciphered(data: bytes, key: bytes) -> bytes:
    """RC4."""
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
