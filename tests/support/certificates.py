"""A certificate for this machine, made when it is needed."""

import ssl
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from cma_graphql.core import clock


class Encryption(NamedTuple):
    """How a server shows who it is, and how a client that trusts it checks that."""

    server: ssl.SSLContext
    trusting_client: ssl.SSLContext


def encryption_of_localhost(folder: Path) -> Encryption:
    """Make a certificate of localhost and 127.0.0.1, trusted by nobody but the client given with it."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))],
            ),
            critical=False,
        )
        .sign(key, SHA256())
    )
    file = folder / "localhost.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return Encryption(server, ssl.create_default_context(cafile=file))
