"""Plausible people of the United Kingdom, made from a seed: names, addresses, numbers. None of them is real."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

FIRST_NAMES = (
    "Aaliyah", "Adam", "Agnieszka", "Aisha", "Alan", "Amara", "Andrew", "Angela", "Bethan", "Brian", "Callum",
    "Carol", "Catrin", "Charlotte", "Chidi", "Claire", "Craig", "Daniel", "David", "Deborah", "Dylan", "Eilidh",
    "Elizabeth", "Emily", "Fatima", "Fiona", "Gareth", "Gemma", "George", "Grace", "Hannah", "Harpreet", "Ian",
    "Imran", "Jack", "James", "Jasmine", "Joanne", "Kamal", "Karen", "Kieran", "Kwame", "Laura", "Lee", "Leila",
    "Linda", "Lukasz", "Margaret", "Maria", "Mark", "Mohammed", "Natalie", "Niamh", "Nicola", "Nisha", "Olivia",
    "Oluwaseun", "Owen", "Patricia", "Paul", "Priya", "Rachel", "Rhys", "Robert", "Sarah", "Sean", "Siobhan",
    "Sofia", "Stephen", "Susan", "Tariq", "Thomas", "Tracey", "Victoria", "Wei", "William", "Yasmin", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Adebayo", "Ahmed", "Ali", "Allen", "Anderson", "Baker", "Begum", "Bell", "Bennett", "Brown", "Campbell",
    "Chapman", "Clark", "Collins", "Cooper", "Davies", "Edwards", "Evans", "Fletcher", "Ferguson", "Gibson",
    "Gill", "Green", "Griffiths", "Hall", "Harris", "Hassan", "Hughes", "Hussain", "Jackson", "James", "Jenkins",
    "Johnson", "Jones", "Kaur", "Kelly", "Khan", "King", "Kowalska", "Kumar", "Lewis", "MacDonald", "Marshall",
    "Mitchell", "Moore", "Morgan", "Morris", "Murphy", "Nguyen", "O'Brien", "Okafor", "Osei", "Owen", "Palmer",
    "Parker", "Patel", "Phillips", "Price", "Rahman", "Rees", "Reid", "Roberts", "Robinson", "Rogers", "Scott",
    "Shah", "Singh", "Smith", "Stewart", "Taylor", "Thomas", "Thompson", "Turner", "Walker", "Ward", "Watson",
    "White", "Williams", "Wilson", "Wood", "Wright", "Young",
)  # fmt: skip
STREETS = (
    "Abbey Road", "Albert Street", "Ashfield Avenue", "Beech Grove", "Bridge Street", "Canal Walk", "Castle Lane",
    "Chapel Street", "Church Road", "Elm Close", "Factory Lane", "Grange Road", "Green Lane", "High Street",
    "Hill View", "King Street", "Larch Drive", "Manor Way", "Meadow Close", "Mill Lane", "North Parade",
    "Oak Tree Road", "Park Avenue", "Queensway", "Railway Terrace", "School Lane", "South Street", "Station Road",
    "The Crescent", "Victoria Road", "West View", "Windsor Drive", "Wood Lane", "York Street",
)  # fmt: skip
PLACES = (
    ("Bristol", ("BS1", "BS3", "BS5", "BS7")),
    ("Cardiff", ("CF10", "CF11", "CF14", "CF24")),
    ("Leeds", ("LS6", "LS8", "LS10", "LS12")),
    ("Glasgow", ("G3", "G12", "G41", "G42")),
    ("Nottingham", ("NG1", "NG5", "NG7", "NG8")),
    ("Belfast", ("BT5", "BT7", "BT9", "BT12")),
)
Place = tuple[str, tuple[str, ...]]
"""A town and its postcode districts."""
_TITLES = ("Dr", "Mx", None, None, None, None, None)
"""Those that go with any name."""
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
_NINO_FIRST = "ABCEGHJKLMNOPRSTWXYZ"
_NINO_SECOND = "ABCEGHJKLMNPRSTWXYZ"
_NINO_NEVER = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ", "OO", "CR", "FY", "MW", "NC", "PP", "PY", "PZ"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    title: str | None
    first_name: str
    last_name: str
    date_of_birth: date
    national_insurance_number: str
    phone: str
    email: str
    address_line1: str
    city: str
    postcode: str


def make_postcode(random: Random, outward: str) -> str:
    """Make a well-formed postcode in a district."""
    return f"{outward} {random.randint(1, 9)}{random.choice(_INWARD)}{random.choice(_INWARD)}"


def make_nino(random: Random) -> str:
    """Make a well-formed national insurance number."""
    while (prefix := random.choice(_NINO_FIRST) + random.choice(_NINO_SECOND)) in _NINO_NEVER:
        pass
    return f"{prefix}{random.randint(0, 999_999):06d}{random.choice('ABCD')}"


def make_person(random: Random, place: Place, *, today: date) -> Person:
    """Make an adult living in a place; telephone numbers are from the range kept for fiction."""
    first_name, last_name = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    city, districts = place
    return Person(
        title=random.choice(_TITLES),
        first_name=first_name,
        last_name=last_name,
        date_of_birth=today - timedelta(days=random.randint(19 * 366, 80 * 365)),
        national_insurance_number=make_nino(random),
        phone=f"+447700900{random.randint(0, 999):03d}",
        email=f"{first_name}.{last_name.replace(chr(39), '')}.{random.randint(1, 9999)}@example.org".lower(),
        address_line1=f"{random.randint(1, 180)} {random.choice(STREETS)}",
        city=city,
        postcode=make_postcode(random, random.choice(districts)),
    )
