"""Labels that look like registered names, numbered: every number gives another label, none needs remembering.

The kinds of label cannot collide: invented brands alternate consonant and vowel strictly, every noun has two
consonants or two vowels side by side, and the other kinds differ in hyphens or digits (a test compares them).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from directory.escrow.sample.shape import Ranges, Stratum

ADJECTIVES = tuple(
    "alpine amber ancient artisan atlantic autumn azure bamboo bold bright brisk bronze calm cedar celtic "
    "central classic clear clever coastal copper coral cosmic crimson crisp crystal daily dapper direct "
    "eager early earnest eastern electric emerald endless evergreen exact express fair famous fancy fast "
    "fresh friendly gentle giant global golden grand green happy harbour honest humble indigo inner jolly "
    "keen kind leading little local lucky lunar magic maple marine mellow merry mighty modern mystic "
    "national neat noble nordic northern oaken ocean olive open orchid orient pacific perfect plain "
    "pleasant prime proud quick quiet rapid ready regal royal rustic sacred scarlet secret serene sharp "
    "silent silver simple smart smooth southern sparkling splendid steady stellar sterling strong summer "
    "sunny swift thrifty trusty urban velvet vibrant violet vivid warm western whole wild young".split()
)
NOUNS = tuple(
    "academy accounts agency archive artists athletic auction bakery basket bicycle blanket blossom "
    "bookshop boutique bridge brothers builders business butcher candle carpets catering ceramics charity "
    "chemist circle cleaning clinic clothing coaching coffee company computing concerts consulting cottage "
    "council courier crafts creative culture dancing dealers delivery dental design doctors dreams drinks "
    "driving education electrics energyshop engines estates events printshop fabrics factory farms fashion "
    "feathers finance fishing fitness flooring florist flowers football forest foundation friends furniture"
    " gallery gardens glass goldsmith graphics grocer guitars harvest health heating history holidays "
    "homestead horses hosting house imports industry insurance invest jewels journal kitchen knitwear labs "
    "landscape laundry lawyers learning leather library lighting logistics machines market massage "
    "mechanics media merchant metalworks mountain networks nursery opticians orchard orchestra outdoors "
    "painters parents partners passport patterns pharmacy photos planning plants plumbing pottery printing "
    "projects property publishing quarry railway records rentals repairs research restaurant roofing "
    "sailing school science shelter shipping shoes shop shutters software solutions sports stables station "
    "storage studio supplies surgery systems tailors talent tech textiles theatre tickets timberyard tools "
    "tourism towers training transport travel trends trucks tutors university village vineyard vintage "
    "wardrobe watches weather weddings wholesale windows woodwork workshop writers".split()
)
CITIES = tuple(
    "aarhus accra antwerp athens auckland austin bangkok bergen berlin bogota boston bristol brno brussels "
    "cairo cardiff chicago cordoba dakar delhi denver dublin dundee durban fukuoka geneva ghent glasgow "
    "graz hamburg hanoi helsinki istanbul jakarta krakow lagos leeds leipzig lima lisbon lyon madrid malmo "
    "manila mexico milan montreal munich nairobi nantes naples osaka oslo ottawa panama paris perth porto "
    "prague quito recife riga rome rosario seattle seoul seville sofia stockholm sydney tallinn tampere "
    "toronto tunis turin utrecht valencia vienna vilnius warsaw zagreb zurich".split()
)
RESERVED = (
    "nic www whois rdap rdds epp dns icann iana ietf example invalid localhost registry registrar "
    "gtld-servers root-servers escrow abuse hostmaster postmaster police parliament government"
).split()

SYLLABLES = tuple(c + v for c in "bdfgklmnprstvz" for v in "aeiou")
_ENDINGS = ("", "x", "n", "r", "l")
_ALNUM = "abcdefghijklmnopqrstuvwxyz0123456789"
_S, _A, _N, _C, _E = len(SYLLABLES), len(ADJECTIVES), len(NOUNS), len(CITIES), len(_ENDINGS)


def _syllables(number: int, count: int) -> tuple[str, int]:
    text = ""
    for _ in range(count):
        number, rest = divmod(number, _S)
        text += SYLLABLES[rest]
    return text, number


def _brand(count: int) -> Callable[[int], str]:
    def label(number: int) -> str:
        text, rest = _syllables(number, count)
        return text + _ENDINGS[rest]

    return label


def _numbered(number: int) -> str:
    rest, noun = divmod(number, _N)
    return f"{NOUNS[noun]}{rest + 2}"


def _branded(number: int) -> str:
    text, noun = _syllables(number, 2)
    return text + NOUNS[noun]


def _located(number: int) -> str:
    rest, city = divmod(number, _C)
    adjective, noun = divmod(rest, _N)
    return f"{ADJECTIVES[adjective]}-{NOUNS[noun]}-{CITIES[city]}"


# How many labels there are of a kind, its share of the names, and the label of a number.
KINDS: tuple[tuple[int, int, Callable[[int], str]], ...] = (
    (_A * _N, 18, lambda n: ADJECTIVES[n // _N] + NOUNS[n % _N]),
    (_A * _N, 14, lambda n: f"{ADJECTIVES[n // _N]}-{NOUNS[n % _N]}"),
    (_N * _C, 10, lambda n: f"{NOUNS[n // _C]}-{CITIES[n % _C]}"),
    (_N * 998, 10, _numbered),
    (_S**2 * _N, 15, _branded),
    (_A * _N * _C, 8, _located),
    (_S**3 * _E, 20, _brand(3)),
    (_S**4 * _E, 5, _brand(4)),
)


@dataclass(frozen=True, slots=True)
class Labels:
    """`total` distinct labels of letters, digits and hyphens."""

    quotas: Ranges
    orders: tuple[Stratum, ...]

    @classmethod
    def of(cls, total: int, seed: int) -> Labels:
        quotas = [min(capacity, total * weight // 100) for capacity, weight, _ in KINDS]
        quotas[-1] += total - sum(quotas)  # what small kinds cannot hold goes to the largest
        if quotas[-1] > KINDS[-1][0]:
            raise ValueError(f"there are not {total} distinct labels")
        orders = (Stratum.of(kind[0], seed, f"label-{n}") for n, kind in enumerate(KINDS))
        return cls(Ranges.of(quotas), tuple(orders))

    def label(self, number: int) -> str:
        kind, place = self.quotas.locate(number)
        return KINDS[kind][2](self.orders[kind].rank(place))


def reserved(number: int) -> str:
    """Names kept from registration: infrastructure and authority, then two letters, then short numbers."""
    if number < len(RESERVED):
        return RESERVED[number]
    number -= len(RESERVED)
    if number < 36 * 36:
        return _ALNUM[number // 36] + _ALNUM[number % 36]
    return f"{number - 36 * 36:03d}"
