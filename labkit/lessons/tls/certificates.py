"""A certificate that no authority has signed: trustme makes only those of an authority."""

from __future__ import annotations

import datetime
import ssl
import tempfile
from pathlib import Path


class SelfSigned:
    """A certificate that is signed with its own key, valid on any day; like one of trustme's.

    pem  the private key, and the certificate
    """

    def __init__(self, name: str) -> None:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        key = ec.generate_private_key(ec.SECP256R1())
        whose = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        made = (
            x509.CertificateBuilder()
            .subject_name(whose)
            .issuer_name(whose)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime.datetime(2000, 1, 1))
            .not_valid_after(datetime.datetime(3000, 1, 1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .sign(key, hashes.SHA256())
        )
        self.pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ) + made.public_bytes(serialization.Encoding.PEM)

    def configure_cert(self, context: ssl.SSLContext) -> None:
        """Let a context show it: ssl takes certificates from files alone."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "self-signed.pem")
            path.write_bytes(self.pem)
            context.load_cert_chain(path)


def self_signed(name: str) -> SelfSigned:
    """A certificate for a name that nobody has vouched for."""
    return SelfSigned(name)
