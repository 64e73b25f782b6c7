"""How we learn more: public documents come in, claims go out; deals are never touched."""

from perpetuum.connectors.connector import Address, Connector, Document, Read, Remark, Request

__all__ = ["Address", "Connector", "Document", "Read", "Remark", "Request"]
