"""The QR code of a verification address, as SVG for PDF and page and as PNG for Word and Excel."""

from __future__ import annotations

import struct
import zlib

QUIET_ZONE = 2
"""Blank modules around the code; readers find it more easily against the paper with a margin."""


def _matrix(address: str) -> list[list[bool]]:
    import qrcode

    code = qrcode.QRCode(border=QUIET_ZONE, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(address)
    code.make(fit=True)
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


def qr_svg(address: str) -> str:
    """The code as an SVG of black squares on white; holds nothing but numbers."""
    matrix = _matrix(address)
    size = len(matrix)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )


def qr_png(address: str, scale: int = 8) -> bytes:
    """The code as a PNG in shades of black and white, `scale` pixels a module."""
    matrix = _matrix(address)
    side = len(matrix) * scale
    lines = []
    for row in matrix:
        bits = "".join(("0" if dark else "1") * scale for dark in row)
        bits += "0" * (-len(bits) % 8)
        lines += [b"\x00" + int(bits, 2).to_bytes(len(bits) // 8, "big")] * scale

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"".join(lines), 9))
        + chunk(b"IEND", b"")
    )
