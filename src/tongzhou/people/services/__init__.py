"""Acts on people."""

from .signing import accept_signing_agreement

__all__ = ["accept_signing_agreement"]
