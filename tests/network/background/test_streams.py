"""A service's lines are the service's, whoever captures standard output meanwhile."""

from __future__ import annotations

import contextlib
import io

from labkit import Network


def test_a_services_output_under_redirect_and_capture(capsys):
    def echo(conn):
        while data := conn.recv(100):
            print("served", data)
            conn.sendall(data)

    async def echo_async(reader, writer):
        while data := await reader.read(100):
            print("served", data)
            writer.write(data)
        writer.close()

    with Network("client", "server") as net:
        for handler in (echo, echo_async):
            with net.server.start(handler) as service:
                for word in (b"one", b"two"):
                    with contextlib.redirect_stdout(io.StringIO()) as captured, net.client.socket() as caller:
                        caller.connect(("server", service.port))
                        caller.sendall(word)
                        assert caller.recv(100) == word
                        print("mine")
                    assert captured.getvalue() == "mine\n"
                service.wait_for(output="two")
                assert service.output == "served b'one'\nserved b'two'\n"
    assert capsys.readouterr() == ("", "")
