"""How we learn more: public documents come in, claims go out; deals are never touched."""

from perpetuum.connectors.catalogue import connectors
from perpetuum.connectors.collect import Collected, Prospect, advice, collect, prospect
from perpetuum.connectors.connector import Address, Connector, Document, Read, Remark, Request
from perpetuum.connectors.limiter import Limiter
from perpetuum.connectors.raw import RawCache

__all__ = [
    "Address", "Collected", "Connector", "Document", "Limiter", "Prospect", "RawCache", "Read", "Remark", "Request",
    "advice", "collect", "connectors", "prospect",
]  # fmt: skip
