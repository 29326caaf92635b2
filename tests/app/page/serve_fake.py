"""`infomax serve`, whose runs are carried out by the fake process where FAKE_CHILD names a plan."""

import os
import sys
from pathlib import Path

from infomax.app.cli import main
from infomax.app.page.runs import queue

if __name__ == "__main__":
    if os.environ.get("FAKE_CHILD"):
        queue.COMMAND = (sys.executable, str(Path(__file__).with_name("fake_child.py")))
        queue.LOOK_EVERY = 0.05
    main(["serve", *sys.argv[1:]])
