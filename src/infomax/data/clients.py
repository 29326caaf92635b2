"""Asking pip and apt for one archive, each as its users do, into a folder of our own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from infomax.data.sets import Package

_RELEASE = "bookworm"  # Debian 12, from which the table's packages are
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class FetchError(OSError):
    """An archive could not be brought; the message repeats what the client said."""


def fetch(package: Package, folder: Path) -> Path:
    """Ask the client of the package's registry for it and return the file, somewhere in `folder`."""
    if package.registry == "pypi":
        return _by_pip(package, folder)
    return _by_apt(package, folder)


def pip_command(package: Package, folder: Path) -> list[str]:
    """Return the command that downloads one pinned file without dependencies.

    Wheels differ by interpreter and platform; a fixed pair makes one hash hold everywhere. Only a
    source archive makes pip run code of the package.
    """
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "--retries", "2"]
    if package.source:
        command += ["--no-binary", ":all:"]
    else:
        command += ["--only-binary", ":all:", "--python-version", "3.11"]
        command += ["--implementation", "cp", "--abi", "cp311"]
        command += ["--platform", "manylinux_2_28_x86_64"]
    return [*command, "--dest", str(folder), f"{package.name}=={package.version}"]


def apt_configuration(package: Package, folder: Path) -> str:
    """Return settings for apt with a state and cache of its own, which need no root.

    The machine's settings (a proxy, say) stay; its hooks and its other sources do not count.
    """
    languages = f'"{package.language}"' if package.language else '"none"'
    return f"""\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear Acquire::Languages;
#clear APT::Architectures;
Acquire::Languages {{ {languages}; }};
Acquire::GzipIndexes "false";
Acquire::Retries "2";
APT::Architecture "amd64";
APT::Architectures {{ "amd64"; }};
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Dir::State "{folder}/state";
Dir::State::lists "{folder}/state/lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
"""


def _by_pip(package: Package, folder: Path) -> Path:
    _run(pip_command(package, folder), folder)
    return _only_file(folder.glob("*"), package, "pip")


def _by_apt(package: Package, folder: Path) -> Path:
    archive = _debian_archive(folder)
    for name in ("state/lists/partial", "cache/archives/partial", "download"):
        (folder / name).mkdir(parents=True)
    (folder / "status").touch()
    signed = f" signed-by={_KEYRING}" if _KEYRING.exists() else ""
    source = f"deb [arch=amd64{signed}] {archive} {_RELEASE} main\n"
    (folder / "sources.list").write_text(source)
    configuration = folder / "apt.conf"
    configuration.write_text(apt_configuration(package, folder))
    apt = ["apt-get", "--config-file", str(configuration), "--quiet"]
    _run([*apt, "update"], folder)
    if package.index is not None:
        ending = f"Translation-{package.language}" if package.language else package.index
        return _only_file((folder / "state/lists").glob(f"*_{ending}"), package, "apt")
    _run([*apt, "download", f"{package.name}={package.version}"], folder / "download")
    return _only_file((folder / "download").glob("*.deb"), package, "apt")


def _debian_archive(folder: Path) -> str:
    """Return the address from which this machine's apt takes the release's main part."""
    columns = "$(RELEASE) $(COMPONENT) $(REPO_URI)"
    said = _run(["apt-get", "indextargets", "--format", columns, "Identifier: Packages"], folder)
    for line in said.splitlines():
        release, component, address = line.split(maxsplit=2)
        if (release, component) == (_RELEASE, "main"):
            return address
    raise FetchError(f"apt on this machine has no source for Debian's {_RELEASE} main: add one")


def _run(command: list[str], folder: Path) -> str:
    """Run a client in `folder` and return what it printed; turn its failure into one sentence."""
    name = "pip" if "pip" in command else command[0]
    environment = os.environ | {"LC_ALL": "C.UTF-8", "PYTHONSAFEPATH": "1"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise FetchError(f"{name} is not on this machine") from None
    if done.returncode != 0:
        raise FetchError(f"{name} said: {_reason(done.stderr or done.stdout)}")
    return done.stdout


def _reason(output: str) -> str:
    """Return what a client complained about: its last error and, if it retried, why."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR:", "E:"))] or lines[-1:]
    broken = re.search(r"connection broken by '(.*)': /", output)
    reason = errors[0] if errors else "nothing"
    return f"{reason} ({broken[1]})" if broken else reason


def _only_file(found: Iterable[Path], package: Package, client: str) -> Path:
    files = [path for path in found if path.is_file()]
    if len(files) != 1:
        raise FetchError(f"{client} brought {len(files)} files for {package.name}, not one")
    return files[0]
