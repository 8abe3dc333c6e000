"""More people for a demo clinic: each journey has its own doctor, whose lists nobody else fills."""

import secrets
from dataclasses import replace

from scribe.cli.embedded.people import Person
from scribe.cli.embedded.sample import Client
from tests.journey.product import Product


def newcomer(product: Product, full_name: str) -> Person:
    """A doctor whom the admin has just added: the password is the admin's and must be changed."""
    email = f"{secrets.token_hex(6)}@clinic.example"
    person = Person(full_name, email, "doctor", secrets.token_urlsafe(18))
    fields = {"email": email, "full_name": full_name, "role": person.role, "password": person.password}
    Client(product.url, product.person("Okafor")).call("POST", "/api/users", json=fields)
    return person


def doctor(product: Product, full_name: str) -> Person:
    """A doctor with a password of their own and nothing in the list."""
    person = newcomer(product, full_name)
    chosen = replace(person, password=secrets.token_urlsafe(18))
    passwords = {"current_password": person.password, "new_password": chosen.password}
    # Past `call`, which reads JSON: this answers nothing.
    Client(product.url, person)._http.post("/api/account/password", json=passwords).raise_for_status()
    return chosen
