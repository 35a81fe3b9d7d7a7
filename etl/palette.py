"""One palette for all pictures of the ledger, on paper, screen and slide.

The states are told apart with any kind of colour vision: under the simulations of Machado, Oliveira and Fernandes
(2009, doi:10.1109/TVCG.2009.113) every two of them stay more than 30 units of CIELAB apart.
"""

from __future__ import annotations

#: What we can know of a day, best first, and its colour.
STATES = {
    "complete": "#2b7bba",
    "ended": "#a8a8a8",
    "silent": "#3f007d",
    "partial": "#fdc527",
    "blocked": "#c23b00",
    "not_looked": "#ffffff",
}
