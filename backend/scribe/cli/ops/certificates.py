"""The certificate that nginx serves: made here, or looked at."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Browsers refuse what is valid for longer.
_DAYS = 397
_SOON = timedelta(days=14)


@dataclass(frozen=True)
class Pair:
    """A chain and its key, as PEM."""

    chain: str
    key: str


def self_signed(host: str, now: datetime) -> Pair:
    """A certificate for the host that nobody vouches for. Browsers warn, until each is told to trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName([_general_name(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Pair(
        certificate.public_bytes(serialization.Encoding.PEM).decode(),
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
    )


def leaf(chain: str) -> x509.Certificate:
    """The server's own certificate, the first of the chain, or `ValueError`."""
    return x509.load_pem_x509_certificates(chain.encode())[0]


def faults(pair: Pair, host: str, now: datetime) -> Iterator[str]:
    """What keeps browsers from trusting it, in words."""
    try:
        certificate = leaf(pair.chain)
    except ValueError:
        yield "The certificate is not PEM."
        return
    if certificate.not_valid_before_utc > now:
        yield f"The certificate is valid only from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC."
    if certificate.not_valid_after_utc <= now:
        yield f"The certificate ended on {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC."
    if not any(_covers(each, host) for each in _names(certificate)):
        yield f"The certificate is for {', '.join(map(str, _names(certificate))) or 'no name'}, not for {host}."
    yield from _faults_of_key(certificate, pair.key)


def cautions(chain: str, now: datetime) -> Iterator[str]:
    """What an operator should know of a certificate that has no fault."""
    certificate = leaf(chain)
    if certificate.issuer == certificate.subject:
        yield "The certificate is self-signed: browsers warn until each is told to trust it."
    if now < certificate.not_valid_after_utc <= now + _SOON:
        yield f"The certificate ends on {certificate.not_valid_after_utc:%Y-%m-%d}. Renew it."


def _faults_of_key(certificate: x509.Certificate, text: str) -> Iterator[str]:
    try:
        key = serialization.load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError):
        yield "The certificate's key is not PEM, or has a passphrase, which nginx could not type."
        return
    form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    if key.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        yield "The certificate's key belongs to another certificate."


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [*found.get_values_for_type(x509.DNSName), *map(str, found.get_values_for_type(x509.IPAddress))]


def _covers(name: str, host: str) -> bool:
    if name.startswith("*."):
        return host.partition(".")[2].lower() == name[2:].lower()
    return name.lower() == host.lower()


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
