"""Segmentation's tables; so far it holds nothing but what the chassis keeps."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Declarative base of the segmentation database."""
