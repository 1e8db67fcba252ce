"""Addresses that people type in never lead into our own network (OWASP API7: SSRF)."""

import http.server
import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from crm_gateway import egress
from crm_gateway.egress import AddressRefused, Policy, was_refused

LOOPBACK = Policy.parse("127.0.0.0/8,::1/128")
INSIDE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "169.254.0.1",
    "100.64.0.1", "100.100.100.200", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fd00:ec2::254", "fec0::1", "ff02::1", "ff0e::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "::127.0.0.1", "::10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::7f00:1",
    "2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1", "2001::1", "100::1",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_are_not_called(address):
    assert not Policy().permits(address, is_secure=True)


@pytest.mark.parametrize("address", OUTSIDE)
def test_public_addresses_are_called_over_https_alone(address):
    assert Policy().permits(address, is_secure=True)
    assert not Policy().permits(address, is_secure=False)


def test_networks_that_the_installation_allows_are_called_over_http_too():
    policy = Policy.parse("10.1.0.0/16, ::1/128")
    assert policy.permits("10.1.2.3", is_secure=False)
    assert policy.permits("::1", is_secure=False)
    assert not policy.permits("10.2.0.1", is_secure=True)


@pytest.mark.parametrize("url", [
    "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "//example.com/", "",
    "https://", "https://user:password@example.com/", "https://user@example.com/", "https://example.com/#part",
    "https://example.com:22/", "https://example.com:25/", "https://example.com:99999/", "https://localhost/",
    "https://a.localhost/", "https://printer.local/", "https://db.internal/", "https://intranet/", "https://127.0.0.1/",
    "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest/", "https://exa mple.com/",
    "https://bücher.example/", "https://example.com/" + "x" * 2000, "javascript:alert(1)", "https://localhost./",
])  # fmt: skip
def test_what_can_never_be_called_is_refused_when_it_is_typed_in(url):
    with pytest.raises(AddressRefused):
        Policy().check_url(url)


@pytest.mark.parametrize("url", ["https://example.com", "https://hooks.example.com:8443/a?b=c", "https://8.8.8.8/x"])
def test_what_may_be_called_is_taken(url):
    Policy().check_url(url)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.server.asked.append(self.headers["Host"])
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.server.status)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}/again")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def serving(address="127.0.0.1", port=0, context=None):
    server = http.server.ThreadingHTTPServer((address, port), _Handler)
    server.daemon_threads = True
    server.asked, server.status = [], 200
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f000001", "127.1", "017700000001", "[::1]", "localhost"]
)
def test_loopback_is_not_called_however_it_is_spelt(host):
    with serving() as server, egress.session(Policy()) as session:
        for scheme in ("http", "https"):
            with pytest.raises(requests.RequestException) as refused:
                session.post(f"{scheme}://{host}:{server.server_address[1]}/", timeout=5)
            assert was_refused(refused.value), refused.value
        assert server.asked == []


def test_the_address_judged_is_the_address_called():
    """DNS rebinding: a name that leads elsewhere the second time it is asked for is asked for once."""
    answers = [["127.0.0.2"], ["127.0.0.1"]]

    def rebinding(_host, _port):
        return answers.pop(0)

    with serving("127.0.0.2") as judged, serving("127.0.0.1", judged.server_address[1]) as other:
        policy = Policy.parse("127.0.0.2/32")
        with egress.session(policy, rebinding) as session:
            port = judged.server_address[1]
            assert session.post(f"http://rebind.example:{port}/", timeout=5).status_code == 200
            session.close()  # a new connection is judged anew
            with pytest.raises(requests.RequestException) as refused:
                session.post(f"http://rebind.example:{port}/", timeout=5)
        assert was_refused(refused.value)
        assert len(judged.asked) == 1
        assert other.asked == []


def test_one_inner_address_among_several_is_enough_to_refuse():
    with serving() as server, egress.session(Policy(), lambda *_: ["8.8.8.8", "127.0.0.1"]) as session:
        with pytest.raises(requests.RequestException) as refused:
            session.post(f"https://both.example:{server.server_address[1]}/", timeout=2)
        assert was_refused(refused.value)
        assert server.asked == []


def test_the_name_stays_in_the_host_header_and_the_environments_proxies_are_not_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with serving() as server, egress.session(LOOPBACK, lambda *_: ["127.0.0.1"]) as session:
        port = server.server_address[1]
        assert session.post(f"http://hooks.example:{port}/", timeout=5).status_code == 200
        assert server.asked == [f"hooks.example:{port}"]


def certificate(path, name):
    """A certificate for a name, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_the_certificate_must_be_the_names_not_the_addresss(tmp_path):
    file = certificate(tmp_path / "pem", "hooks.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    names = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with serving(context=context) as server, egress.session(LOOPBACK, lambda *_: ["127.0.0.1"]) as session:
        port = server.server_address[1]
        session.verify = str(file)
        assert session.post(f"https://hooks.example:{port}/", timeout=5).status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            session.post(f"https://other.example:{port}/", timeout=5)
        assert names == ["hooks.example", "other.example"]


def test_a_connection_that_is_fed_slowly_is_cut_off(monkeypatch):
    monkeypatch.setattr(egress, "LONGEST_S", 0.5)
    monkeypatch.setattr(egress, "_reaper", egress._Reaper())  # nothing before it in its queue
    stop = threading.Event()

    def drip(server):
        with server, server.accept()[0] as client:
            client.sendall(b"HTTP/1.1")
            while not stop.wait(0.1):
                try:
                    client.sendall(b" ")
                except OSError:
                    return

    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    dripping = threading.Thread(target=drip, args=(listening,))
    dripping.start()
    try:
        with egress.session(LOOPBACK) as session, pytest.raises(requests.RequestException):
            session.post(f"http://127.0.0.1:{port}/", timeout=5)
    finally:
        stop.set()
        dripping.join()
