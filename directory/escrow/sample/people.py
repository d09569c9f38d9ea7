"""Names, organisations and places to make contacts from. All of it invented, or too common to be anyone's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """A country with its calling code, the form of its postal codes, and some cities with their provinces."""

    code: str
    calling: str
    postal: str
    cities: tuple[tuple[str, str], ...]

    def postal_code(self, number: int) -> str:
        """`#` stands for a digit; what else there is in the pattern stays."""
        digits = iter(f"{number:09d}"[::-1])
        return "".join(next(digits) if char == "#" else char for char in self.postal)


def _country(line: str) -> Country:
    code, calling, postal, cities = line.split("|")
    pairs = (city.partition("/") for city in cities.split(","))
    return Country(code, calling, postal, tuple((city, province) for city, _, province in pairs))


COUNTRIES = tuple(
    _country(line)
    for line in """\
US|1|#####|Springfield/IL,Portland/OR,Austin/TX,Dayton/OH,Reno/NV
US|1|#####-####|Richmond/VA,Denver/CO,Boise/ID
US|1|2####|Raleigh/NC,Charlotte/NC
GB|44|LS# #AA|Leeds,Bradford
GB|44|M# #DB|Manchester,Salford
DE|49|#####|Berlin,Hamburg,Leipzig/Sachsen,Kassel/Hessen
FR|33|#####|Lyon,Nantes,Toulouse,Lille
ES|34|#####|Sevilla/Sevilla,Zaragoza/Zaragoza,Valencia/Valencia
MX|52|#####|Guadalajara/Jalisco,Puebla/Puebla,Monterrey/Nuevo Leon
CA|1|K#A #B#|Ottawa/ON,Kingston/ON
BR|55|#####-###|Curitiba/PR,Recife/PE,Campinas/SP
AR|54|####|Rosario/Santa Fe,Cordoba/Cordoba
CL|56|#######|Valparaiso,Concepcion
CO|57|######|Medellin/Antioquia,Cali/Valle del Cauca
PE|51|#####|Lima,Arequipa
IT|39|#####|Torino/TO,Bologna/BO,Bari/BA
NL|31|#### AB|Utrecht,Groningen,Delft
BE|32|####|Gent,Namur
CH|41|####|Bern/BE,Basel/BS
AT|43|####|Graz,Linz
SE|46|### ##|Uppsala,Lund
NO|47|####|Bergen,Trondheim
DK|45|####|Aarhus,Odense
FI|358|#####|Turku,Tampere
PL|48|##-###|Gdansk,Poznan,Lublin
CZ|420|### ##|Brno,Olomouc
PT|351|####-###|Porto,Braga
IE|353|D## X###|Dublin,Cork
AU|61|####|Hobart/TAS,Perth/WA,Newcastle/NSW
NZ|64|####|Dunedin,Nelson
IN|91|######|Pune/Maharashtra,Kochi/Kerala
JP|81|###-####|Kobe/Hyogo,Sendai/Miyagi
KR|82|#####|Daegu,Daejeon
SG|65|######|Singapore
ZA|27|####|Durban/KwaZulu-Natal,Pretoria/Gauteng
KE|254|#####|Nairobi,Kisumu
NG|234|######|Ibadan/Oyo,Enugu/Enugu""".splitlines()
)

GIVEN = tuple(
    "Alice Amelia Ana Andrea Anna Antonio Arthur Beatriz Carlos Carmen Charlotte Chris Clara Daniel David "
    "Diego Elena Emma Eric Erik Fatima Felix Fernanda Francisco George Hannah Hans Helen Henrik Hugo Ines "
    "Ingrid Isabel Jack James Jan Jane Javier Johan John Jose Julia Karin Kenji Laura Lars Lena Leo Lucas "
    "Lucia Luis Luisa Magda Marco Maria Marta Martin Mei Michael Miguel Mina Nadia Nina Noah Nora Olga "
    "Oliver Omar Oscar Pablo Paul Pedro Peter Priya Rafael Ravi Robert Rosa Ruth Samuel Sara Sofia Stefan "
    "Susan Teresa Thomas Tom Ulrike Victor Yuki".split()
)
FAMILY = tuple(
    "Abbott Adeyemi Alvarez Andersen Baker Becker Bernard Bianchi Brown Campbell Carter Castro Chen Clark "
    "Costa Cruz Davies Diaz Dubois Evans Fernandez Ferrari Fischer Garcia Gomez Gonzalez Green Gupta Hall "
    "Hansen Hernandez Hill Hoffmann Ivanova Jackson Jansen Johansson Jones Kaur Keller Kelly Khan Kim King "
    "Kowalski Kumar Larsen Lee Lewis Lopez Mancini Martin Martinez Meyer Miller Moore Morales Moreau "
    "Mueller Murphy Nakamura Nguyen Nielsen Novak O'Brien O'Neill Okafor Olsen Ortiz Park Patel Pereira "
    "Perez Petit Ramirez Reyes Ricci Rivera Roberts Rodriguez Romero Rossi Ruiz Sanchez Santos Sato Schmidt"
    " Schulz Silva Singh Smith Suzuki Svensson Tanaka Taylor Torres Vargas Virtanen Walker Weber Wilson "
    "Wood Wright Young Zhang".split()
)
STEMS = tuple(
    "Acme|Alder & Ash|Anchor|Arrow|Aurora|Beacon|Bell & Daughters|Birch|Blue Door|Brightwater|"
    "Cask & Cork|Cedar|Cobalt|Compass|Copper Kettle|Crane|Delta|Ember|Falcon|Fern & Moss|Foxglove|"
    "Granite|Greenfield|Harbour|Hazel|Ironbridge|Juniper|Kestrel|Lantern|Larch|Lighthouse|Linden|Lobo|"
    "Meridian|Mill & Lane|Monarch|Northgate|Nova|Oak & Iron|Old Mill|Orbit|Osprey|Paperboat|Pine|Polar|"
    "Quarry|Raven|Red Kite|Ridge|River|Rowan|Salt & Sons|Sequoia|Signal|Silverline|Sol y Luna|Starling|"
    "Stone|Summit|Swift|Tern|Thistle|Tinker's|Umbra|Vector|Verde|Vista|Westwind|Willow|Wren|Zenith|"
    "x<y Research|A>B Testing".split("|")
)
FORMS = (
    "Ltd", "Inc.", "GmbH", "S.A.", "SARL", "B.V.", "LLC", "S.A. de C.V.", "AB", "Pty Ltd", "Foundation",
    "Consulting", "Logistics", "Media", "Software", "Foods", "Travel", "& Co.", "Association", "Studio",
)  # fmt: skip
STREETS = tuple(
    "High Street|Station Road|Mill Lane|Main Street|Park Avenue|Oak Street|Church Road|Market Square|"
    "Elm Drive|Harbour Way|River Road|Castle Street|Garden Row|Bridge Street|Hill Road|Calle Mayor|"
    "Rue du Port|Bahnhofstrasse|Via Roma|Avenida Central|Rua Nova|Kerkstraat|Storgatan|"
    "Long Acre & Fields".split("|")
)
BUILDINGS = ("Suite {}", "Floor {}", "Unit {}", "Building {}", "Apt. {}", "Room {}")
DEPARTMENTS = (
    "Domain Administration",
    "IT Department",
    "Accounts Payable",
    "Legal & Compliance",
    "P.O. Box {}",
)
ROLES = ("Hostmaster", "Domain Administrator", "DNS Operations", "Technical Support", "Billing & Accounts")
MAIL = tuple(f"mail-{n}.example.{tld}" for n in range(1, 41) for tld in ("com", "net", "org"))
