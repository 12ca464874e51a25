# A real SMTP server for tests (Debian's python3-aiosmtpd): takes e-mail on loopback for who signs in, and tells each on standard output as JSON.
# Recipients whose name begins with "later" are put off once, with "never" refused for good. Ends with its standard input.
import asyncio
import json
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Inbox:
    put_off = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("never"):
            return "550 no such person"
        if address.startswith("later") and address not in self.put_off:
            self.put_off.add(address)
            return "451 not now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        text = envelope.content.decode("utf-8", "replace")
        print(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos, "text": text}), flush=True)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"court" and data.password == b"a word of its own")


async def serve():
    loop = asyncio.get_running_loop()
    inbox = Inbox()

    def speak():
        return SMTP(inbox, loop=loop, authenticator=authenticate, auth_required=True, auth_require_tls=False)

    server = await loop.create_server(speak, host="127.0.0.1", port=0)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(serve())
