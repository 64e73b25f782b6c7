"""A small whole case as a zip: what somebody starts from who wants to write down a machine of money."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from importlib import resources

FOLDER = "my-case"
_STARTER = "starter"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever and wherever it is made


def files() -> dict[str, bytes]:
    """The files of the case by their path inside it."""
    found: dict[str, bytes] = {}
    top = resources.files("perpetuum.web") / _STARTER
    for entry in top.iterdir():
        inside = [(f"{entry.name}/{each.name}", each) for each in entry.iterdir()] if entry.is_dir() else []
        for name, file in inside or [(entry.name, entry)]:
            if name.endswith((".yaml", ".csv")):
                found[name] = file.read_bytes()
    return dict(sorted(found.items()))


@cache
def zipped() -> bytes:
    """The same as a zip of one folder, as one is brought."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files().items():
            member = zipfile.ZipInfo(f"{FOLDER}/{name}", date_time=_LONG_AGO)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, content)
    return packed.getvalue()
