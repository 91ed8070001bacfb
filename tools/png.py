"""PNG pictures that weigh little: plots have few colours."""

from __future__ import annotations

import base64
import io


def smaller(png: str) -> str:
    """The picture (base64) with 128 colours of its own, where that is smaller: plots have few."""
    from PIL import Image

    data = base64.b64decode(png)
    written = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        image.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    best = min((written.getvalue(), data), key=len)
    return base64.b64encode(best).decode()
