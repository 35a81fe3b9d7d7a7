"""Places: the gazetteer of provinces, cities and counties with its history, and the way from a text to its city."""

from etl.places.gazetteer import Gazetteer, Place, gazetteer
from etl.places.locate import Located, locate
from etl.places.numbers import cnaps_city

__all__ = ["Gazetteer", "Located", "Place", "cnaps_city", "gazetteer", "locate"]
