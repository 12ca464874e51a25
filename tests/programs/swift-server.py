"""A whole OpenStack Swift with its S3 API in one process, on ports of its own, for tests: account, container, object and proxy server.
Never keeps anything outside the folder that it is given. Usage: swift-server.py FOLDER [ADDRESS]; prints the S3 port. Each line of standard
input is by how many seconds its clock is ahead from then on; it ends when that ends."""
import os
import sys
import time

machine_time = time.time
ahead = [0.0]
time.time = lambda: machine_time() + ahead[0]  # before anything of Swift asks for it

import eventlet

eventlet.monkey_patch()

from eventlet import wsgi  # noqa: E402

# What is kept here need not survive the test, and the disk of a test machine is busy.
os.fsync = os.fdatasync = lambda _descriptor: None

ACCESS_KEY, SECRET_KEY = "ezrec:ci", "an-open-secret"

SWIFT_CONF = """
[swift-hash]
swift_hash_path_suffix = x
swift_hash_path_prefix = y
[storage-policy:0]
name = one
default = yes
"""

PROXY_CONF = """
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats bulk tempurl s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:tempauth]
use = egg:swift#tempauth
user_ezrec_ci = an-open-secret .admin
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
s3_acl = false
max_upload_part_num = 10000
storage_domain = localhost
[filter:slo]
use = egg:swift#slo
max_manifest_segments = 10000
[filter:cache]
paste.filter_factory = ezrec_swift:cache_factory
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:tempurl]
use = egg:swift#tempurl
[filter:copy]
use = egg:swift#copy
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
[filter:symlink]
use = egg:swift#symlink
"""


class Cache:
    """What memcached is to Swift, as far as the S3 API asks for it."""

    def __init__(self):
        self.kept = {}

    def get(self, key, *_, **__):
        return self.kept.get(key)

    def set(self, key, value, *_, **__):
        self.kept[key] = value

    def incr(self, key, delta=1, *_, **__):
        self.kept[key] = max(0, int(self.kept.get(key, 0)) + delta)
        return self.kept[key]

    def decr(self, key, delta=1, *_, **__):
        return self.incr(key, -delta)

    def delete(self, key, *_, **__):
        self.kept.pop(key, None)


def cache_factory(_global_conf, **_local_conf):
    cache = Cache()

    def around(app):
        def answer(env, start_response):
            env["swift.cache"] = cache
            return app(env, start_response)

        return answer

    return around


def main(folder, address):
    sys.modules["ezrec_swift"] = sys.modules["__main__"]
    write(folder, "swift.conf", SWIFT_CONF)
    from swift.common import storage_policy, utils

    utils.SWIFT_CONF_FILE = os.path.join(folder, "swift.conf")
    storage_policy.reload_storage_policies()
    os.makedirs(os.path.join(folder, "dev", "d1"))
    for kind in ("account", "container", "object"):
        listener = eventlet.listen(("127.0.0.1", 0))
        make_ring(folder, kind, listener.getsockname()[1])
        serve(listener, backend(folder, kind))
    from swift.common.wsgi import loadapp

    proxy = loadapp(write(folder, "proxy.conf", PROXY_CONF.format(folder=folder)), allow_modify_pipeline=False)
    listener = eventlet.listen((address, 0))
    serve(listener, without_body(proxy))
    print(listener.getsockname()[1], flush=True)
    while line := eventlet.tpool.execute(sys.stdin.buffer.readline):
        ahead[0] = float(line)
    os._exit(0)


def backend(folder, kind):
    from swift.account.server import AccountController
    from swift.container.server import ContainerController
    from swift.obj.server import ObjectController

    conf = {
        "devices": os.path.join(folder, "dev"),
        "swift_dir": folder,
        "mount_check": "false",
        "disable_fallocate": "true",
        "allow_versions": "true",
    }
    return {"account": AccountController, "container": ContainerController, "object": ObjectController}[kind](conf)


def make_ring(folder, kind, port):
    from swift.common.ring import RingBuilder

    builder = RingBuilder(2, 1, 0)
    builder.add_dev(
        {"id": 0, "region": 1, "zone": 1, "weight": 1.0, "ip": "127.0.0.1", "port": port, "device": "d1", "meta": ""}
    )
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, kind + ".ring.gz"))


def without_body(app):
    """eventlet ends a HEAD answer of unknown length with a chunk, which clients take for the next answer."""

    def answer(env, start_response):
        def start(status, headers, *rest):
            if env["REQUEST_METHOD"] == "HEAD" and not any(name.lower() == "content-length" for name, _ in headers):
                headers = [*headers, ("Content-Length", "0")]
            return start_response(status, headers, *rest)

        return app(env, start)

    return answer


def serve(listener, app):
    from swift.common.wsgi import SwiftHttpProtocol

    quiet = open(os.devnull, "w")
    eventlet.spawn(wsgi.server, listener, app, quiet, protocol=SwiftHttpProtocol, capitalize_response_headers=False)


def write(folder, name, text):
    file = os.path.join(folder, name)
    with open(file, "w") as handle:
        handle.write(text)
    return file


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1")
