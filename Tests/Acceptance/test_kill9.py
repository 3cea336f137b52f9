"""An acknowledged write is on disk: SIGKILL under load loses none."""

import kill9


def test_kill9(capsys):
    with capsys.disabled():
        print()
        kill9.main(3)
