"""One daemon for each test module: the tenants are the module's TENANTS, more flags its FLAGS."""

import pytest

from harness import Daemon
from localpro import LocalPro


@pytest.fixture(scope="module")
def daemon(request):
    module = request.module
    with Daemon(
        module.TENANTS,
        flags=getattr(module, "FLAGS", ()),
        plugins=getattr(module, "PLUGINS", "plugins:\n  localpro: {}\n"),
    ) as running:
        yield running


@pytest.fixture(scope="module")
def compat(daemon):
    return LocalPro(daemon, "compat")


@pytest.fixture(scope="module")
def strict(daemon):
    return LocalPro(daemon, "strict")
