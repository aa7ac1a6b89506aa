"""Lock files: what they pin, what they leave open, and what is not a lock file."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.errors import InputRejected
from clausework.evidence.lock_values import LockedDependency, LockUnreadable
from clausework.evidence.locks import LockFile, LockMissing, find_locks, kind_of_lock, read_lock

from .repository import Repository

A, B = "a" * 64, "b" * 64
REQUIREMENTS = f"""# made by a tool
--index-url https://user:s3cret@index.example.com/simple
attrs==25.1.0 \\
    --hash=sha256:{A} \\
    --hash=sha256:{B}
    # via pump
Tomli[toml]==2.2.1 ; python_version < "3.11" --hash=sha256:{A}  # why
"""
NPM = {
    "name": "pump",
    "lockfileVersion": 3,
    "packages": {
        "": {"name": "pump", "version": "1.0.0"},
        "ui": {"version": "1.0.0"},
        "node_modules/ui": {"resolved": "ui", "link": True},
        "node_modules/left-pad": {"version": "1.3.0", "integrity": "sha512-YWJj sha1-YWJj"},
        "node_modules/a/node_modules/@x/left": {"version": "2.0.0", "integrity": "sha512-YWJj"},
        "node_modules/a/node_modules/inside": {"version": "2.0.0", "inBundle": True},
    },
}
CARGO = f"""version = 3
[[package]]
name = "pump"
version = "0.1.0"
[[package]]
name = "serde"
version = "1.0.200"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "{A}"
"""
POETRY = f"""[[package]]
name = "attrs"
version = "25.1.0"
files = [{{file = "a.whl", hash = "sha256:{A}"}}, {{file = "a.tar.gz", hash = "sha256:{B}"}}]
"""
UV = f"""version = 1
[[package]]
name = "pump"
version = "0.1.0"
source = {{ virtual = "." }}
[[package]]
name = "attrs"
version = "25.1.0"
sdist = {{ url = "https://files.example.com/a.tar.gz", hash = "sha256:{A}" }}
wheels = [{{ url = "https://files.example.com/a.whl", hash = "sha256:{B}" }}]
"""
PIPFILE = {
    "_meta": {},
    "default": {"attrs": {"version": "==25.1.0", "hashes": [f"sha256:{A}"]}},
    "develop": {},
}
GO = f"""example.com/m v1.2.3 h1:{"a" * 43}=
example.com/m v1.2.3/go.mod h1:{"b" * 43}=
example.com/unused v1.0.0/go.mod h1:{"b" * 43}=
"""


def _unlocked(name: str, text: str) -> tuple[str, ...]:
    return tuple(str(one) for one in read_lock(name, text.encode()).unlocked)


def test_requirements_with_hashes() -> None:
    """Each line with '==' and a hash is pinned; options, comments, extras and markers open nothing."""
    lock = read_lock("locks/run.txt", REQUIREMENTS.encode())
    assert lock.kind == "requirements"
    assert lock.unlocked == ()
    assert lock.dependencies == (
        LockedDependency("attrs", "25.1.0", (f"sha256:{A}", f"sha256:{B}")),
        LockedDependency("Tomli", "2.2.1", (f"sha256:{A}",)),
    )
    assert "s3cret" not in repr(lock)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("attrs", "line 1: attrs has no version pinned with '=='"),
        ("attrs>=1.0", "line 1: attrs has no version pinned with '=='"),
        ("attrs==1.*", "line 1: attrs has no version pinned with '=='"),
        ("attrs==1.0,!=1.1", "line 1: attrs has no version pinned with '=='"),
        ("attrs==1.0", "line 1: attrs has no hash"),
        (f"\n\nattrs>=1 --hash=sha256:{A}", "line 3: attrs has no version pinned with '=='"),
        ("attrs==1.0 # --hash=sha256:" + A, "line 1: attrs has no hash"),
        ("-r other.txt", "line 1: '-r other.txt' brings in what is not pinned here"),
        ("-e .", "line 1: '-e .' brings in what is not pinned here"),
        ("--editable=../lib", "line 1: '--editable=../lib' brings in what is not pinned here"),
        ("./lib", "line 1: './lib' is a path or an address"),
        ("https://example.com/a.whl", "line 1: 'https://example.com/a.whl' is a path or an address"),
        ("a @ https://example.com/a.whl", "line 1: a has no version pinned with '=='"),
    ],
)
def test_requirements_that_leave_something_open(line: str, why: str) -> None:
    """A line without exact version or without hash is named, with its number and the reason."""
    assert _unlocked("requirements.lock", line) == (why,)


@pytest.mark.parametrize(
    "text",
    [
        "attrs==1.0 --hash=sha256:abc",
        f"attrs==1.0 --hash=md5:{'a' * 32}",
        f"attrs==1.0 --hash=sha256:{A.upper()}",
        "attrs==1.0 --hash=",
        "two words==1.0",
        "==1.0",
        "<html>",
        "\x00\x01",
    ],
)
def test_requirements_that_are_none(text: str) -> None:
    """A line that is no requirement and a hash that is no hash reject the file, with the place."""
    with pytest.raises(LockUnreadable) as caught:
        read_lock("requirements.lock", text.encode())
    assert caught.value.message.startswith("requirements.lock:1: ")


def test_package_lock() -> None:
    """Packages with a strong integrity are pinned; the project, links and bundled parts are no packages."""
    lock = read_lock("ui/package-lock.json", json.dumps(NPM).encode())
    assert (lock.kind, lock.unlocked) == ("npm", ())
    assert lock.dependencies == (
        LockedDependency("left-pad", "1.3.0", ("sha512:YWJj",)),
        LockedDependency("@x/left", "2.0.0", ("sha512:YWJj",)),
    )


def test_package_lock_that_leaves_something_open() -> None:
    """A package without integrity, such as one from a repository, or with SHA-1 alone, is named."""
    packages = {
        "node_modules/a": {"version": "1"},
        "node_modules/b": {"version": "1", "integrity": "sha1-YWJj"},
    }
    text = json.dumps({"lockfileVersion": 2, "packages": packages})
    assert _unlocked("package-lock.json", text) == ("a has no integrity", "b has only a SHA-1 integrity")


def test_cargo_lock() -> None:
    """Packages with a checksum are pinned, in the old form too; the project's own have no source."""
    lock = read_lock("Cargo.lock", CARGO.encode())
    assert (lock.kind, lock.unlocked) == ("cargo", ())
    assert lock.dependencies == (LockedDependency("serde", "1.0.200", (f"sha256:{A}",)),)
    source = "registry+https://github.com/rust-lang/crates.io-index"
    older = CARGO.replace(f'checksum = "{A}"', f'[metadata]\n"checksum serde 1.0.200 ({source})" = "{A}"')
    assert read_lock("Cargo.lock", older.encode()).dependencies == lock.dependencies


def test_cargo_lock_that_leaves_something_open() -> None:
    """A package from a repository has no checksum and is named."""
    text = '[[package]]\nname = "x"\nversion = "1"\nsource = "git+https://example.com/x#abc"\n'
    assert _unlocked("Cargo.lock", text) == ("x 1 has no checksum",)


def test_poetry_lock() -> None:
    """Packages with hashed files are pinned, in the old form too; one without is named."""
    pinned = LockedDependency("attrs", "25.1.0", (f"sha256:{A}", f"sha256:{B}"))
    assert read_lock("poetry.lock", POETRY.encode()).dependencies == (pinned,)
    older = POETRY.replace("files = ", "[metadata.files]\nattrs = ")
    assert read_lock("poetry.lock", older.encode()).dependencies == (pinned,)
    bare = '[[package]]\nname = "x"\nversion = "1"\nfiles = []\n'
    assert _unlocked("poetry.lock", bare) == ("x 1 has a file without hash, or none",)


def test_uv_lock() -> None:
    """Packages with hashed files are pinned, the project is left out, one from a folder is named."""
    lock = read_lock("uv.lock", UV.encode())
    assert lock.unlocked == ()
    assert lock.dependencies == (LockedDependency("attrs", "25.1.0", (f"sha256:{B}", f"sha256:{A}")),)
    folder = '[[package]]\nname = "lib"\nversion = "1"\nsource = { directory = "../lib" }\n'
    assert _unlocked("uv.lock", folder) == ("lib 1 has a file without hash, or none",)


def test_pipfile_lock() -> None:
    """Packages with exact version and hashes are pinned; others are named with their category."""
    lock = read_lock("Pipfile.lock", json.dumps(PIPFILE).encode())
    assert lock.dependencies == (LockedDependency("attrs", "25.1.0", (f"sha256:{A}",)),)
    text = json.dumps({"develop": {"x": {"version": "*"}, "y": {"version": "==1"}}})
    assert _unlocked("Pipfile.lock", text) == (
        "x (develop) has no version with ==",
        "y (develop) has no hash",
    )


def test_go_sum() -> None:
    """Modules with the hash of their content are pinned; the hash of a go.mod alone brings no code in."""
    lock = read_lock("go.sum", GO.encode())
    assert lock.dependencies == (LockedDependency("example.com/m", "v1.2.3", (f"h1:{'a' * 43}=",)),)


@pytest.mark.parametrize("name", ["conan.lock", "packages.lock.json", "requirements.in"])
def test_an_unread_kind_says_so(name: str) -> None:
    """Of a lock file of another kind the dependencies are unknown, never none."""
    lock = read_lock(name, b"anything")
    assert lock.dependencies == ()
    assert [str(one) for one in lock.unlocked] == [
        "this kind of lock file is not read: its dependencies are unknown"
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("package-lock.json", b"{"),
        ("package-lock.json", b"[]"),
        ("package-lock.json", b'{"lockfileVersion": 1, "dependencies": {}}'),
        ("package-lock.json", b'{"lockfileVersion": 3, "packages": {"": {}}, "packages": {}}'),
        ("package-lock.json", b'{"lockfileVersion": 3, "packages": {"node_modules/a": {"integrity": "zz"}}}'),
        (
            "package-lock.json",
            b'{"lockfileVersion": 3, "packages": {"node_modules/a": {"integrity": "sha512-YQ=="}}}',
        ),
        ("package-lock.json", b'{"lockfileVersion": 3, "packages": {"node_modules/": {"version": "1"}}}'),
        ("package-lock.json", b'{"lockfileVersion": NaN}'),
        ("package-lock.json", b"[" * 100_000),
        ("package-lock.json", b"\xff"),
        ("package-lock.json", b'{"lockfileVersion": ' + b"9" * 10_000 + b"}"),
        ("Cargo.lock", b"[[package]"),
        ("Cargo.lock", b'[[package]]\nname = 1\nsource = "x"'),
        ("Cargo.lock", b'[[package]]\nname = "a"\nversion = "1"\nsource = "x"\nchecksum = "short"'),
        ("Cargo.lock", b"package = 1"),
        ("Cargo.lock", b"a = " + b"[" * 100_000),
        ("poetry.lock", b'[[package]]\nname = "a"\nversion = "1"\nfiles = [{hash = "sha256:zz"}]'),
        ("poetry.lock", b'[[package]]\nversion = "1"'),
        ("poetry.lock", b'[[package]]\nname = "a"\nversion = 2020-01-01'),
        ("Pipfile.lock", b'{"default": []}'),
        ("Pipfile.lock", b'{"default": {"a": {"version": "==1", "hashes": "sha256"}}}'),
        ("go.sum", b"example.com/m v1 h1:short\n"),
        ("go.sum", b"one two"),
        ("verification-metadata.xml", b"<components/>"),
        ("verification-metadata.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><verification-metadata/>'),
        ("verification-metadata.xml", b"<verification-metadata><component/></verification-metadata>"),
        ("verification-metadata.xml", b"<verification-metadata>"),
        ("gradle.lockfile", b"no coordinates at all"),
        ("list.txt", b"The following files have been resolved:\n  a:b\n"),
        ("Packages", b"Package: a\nVersion: 1\nVersion: 2\nSHA256: 00\n"),
        ("Packages", b"Package: a\nVersion: 1\nSHA256: 00\n"),
        ("Packages", b"Package: a\nSHA256: " + b"a" * 64),
    ],
)
def test_a_malformed_lock_is_rejected(name: str, data: bytes) -> None:
    """A lock file that is cut short, doubled, nested without end or of the wrong shape is rejected whole."""
    with pytest.raises(LockUnreadable) as caught:
        read_lock(name, data)
    assert caught.value.exit_code == 3
    assert name in caught.value.message


VERIFICATION = f"""<?xml version="1.0" encoding="UTF-8"?>
<verification-metadata xmlns="https://schema.gradle.org/dependency-verification">
   <configuration><verify-metadata>true</verify-metadata><verify-signatures>false</verify-signatures></configuration>
   <components>
      <component group="org.slf4j" name="slf4j-api" version="2.0.9">
         <artifact name="slf4j-api-2.0.9.jar"><sha256 value="{A}"><also-trust value="{B}"/></sha256></artifact>
         <artifact name="slf4j-api-2.0.9.pom"><sha512 value="{A}{A}"/></artifact>
      </component>
   </components>
</verification-metadata>
"""
GRADLE = """# This is a Gradle generated file for dependency locking.
org.slf4j:slf4j-api:2.0.9=compileClasspath,runtimeClasspath
empty=annotationProcessor
"""
MAVEN = """
The following files have been resolved:
   org.slf4j:slf4j-api:jar:2.0.9:compile -- module org.slf4j
   io.netty:netty-epoll:jar:linux-x86_64:4.1.0:runtime (optional)

"""
DEBIAN = f"""Package: zlib1g
Version: 1:1.2.13.dfsg-1
Architecture: amd64
Description: compression library
 goes on here: with a colon
Filename: pool/main/z/zlib/zlib1g_1.2.13.dfsg-1_amd64.deb
SHA256: {A}

Package: zlib1g
Version: 1:1.2.13.dfsg-1
Architecture: i386
Filename: pool/main/z/zlib/zlib1g_1.2.13.dfsg-1_i386.deb
SHA256: {B}
"""


def test_gradle_verification_metadata() -> None:
    """Each file of a component is wanted by its own hashes; one that is trusted besides is as good."""
    lock = read_lock("gradle/verification-metadata.xml", VERIFICATION.encode())
    assert (lock.kind, lock.unlocked) == ("gradle-verification", ())
    assert lock.dependencies == (
        LockedDependency(
            "org.slf4j/slf4j-api", "2.0.9", (f"sha256:{A}", f"sha256:{B}"), "slf4j-api-2.0.9.jar"
        ),
        LockedDependency("org.slf4j/slf4j-api", "2.0.9", (f"sha512:{A}{A}",), "slf4j-api-2.0.9.pom"),
    )


def test_gradle_verification_metadata_that_lets_something_in() -> None:
    """Weak hashes, keys and patterns that are trusted pin nothing, and each is named."""
    text = VERIFICATION.replace("sha512", "sha1").replace(
        "<configuration>",
        '<configuration><trusted-artifacts><trust file=".*-sources[.]jar" regex="true"/></trusted-artifacts>'
        '<trusted-keys><trusted-key id="00ff" group="com.evil"/></trusted-keys>',
    )
    assert _unlocked("verification-metadata.xml", text) == (
        "'file=.*-sources[.]jar' is trusted without a hash",
        "'group=com.evil id=00ff' is trusted without a hash",
        "slf4j-api-2.0.9.pom has no SHA-256 or SHA-512",
    )


@pytest.mark.parametrize(("name", "text"), [("gradle.lockfile", GRADLE), ("dependencies.txt", MAVEN)])
def test_locks_that_carry_no_hash_name_each_entry(name: str, text: str) -> None:
    """Gradle's lockfile and Maven's list name versions alone: every entry is left open, by name and version."""
    lock = read_lock(name, text.encode())
    assert lock.is_read
    assert lock.dependencies == ()
    assert (lock.unlocked[0].name, lock.unlocked[0].version) == ("org.slf4j/slf4j-api", "2.0.9")
    assert [one.version for one in lock.unlocked[1:]] in ([], ["4.1.0"])


def test_debian_package_index() -> None:
    """Each architecture's package is one file with its own hash; a stanza without a strong one is left open."""
    lock = read_lock("debian/Packages", DEBIAN.encode())
    assert (lock.kind, lock.unlocked) == ("debian", ())
    assert [(one.version, one.hashes, one.file) for one in lock.dependencies] == [
        ("1:1.2.13.dfsg-1", (f"sha256:{A}",), "zlib1g_1.2.13.dfsg-1_amd64.deb"),
        ("1:1.2.13.dfsg-1", (f"sha256:{B}",), "zlib1g_1.2.13.dfsg-1_i386.deb"),
    ]
    weak = DEBIAN.replace(f"SHA256: {B}", "MD5sum: " + "0" * 32)
    assert _unlocked("debian/Packages", weak) == ("zlib1g 1:1.2.13.dfsg-1 has no SHA256",)


_FILES = [
    "requirements.txt",
    "package-lock.json",
    "Cargo.lock",
    "poetry.lock",
    "uv.lock",
    "Pipfile.lock",
    "go.sum",
    "verification-metadata.xml",
    "gradle.lockfile",
    "dependencies.txt",
    "Packages",
]
_SOUND = [
    *(REQUIREMENTS, json.dumps(NPM), CARGO, POETRY, UV, json.dumps(PIPFILE), GO),
    *(VERIFICATION, GRADLE, MAVEN, DEBIAN),
]


@given(
    number=st.integers(0, 10), start=st.integers(0, 600), length=st.integers(0, 40), put=st.binary(max_size=4)
)
def test_damage_never_ends_in_a_traceback(number: int, start: int, length: int, put: bytes) -> None:
    """A sound lock file damaged anywhere is read or rejected, and nothing else."""
    sound = _SOUND[number].encode()
    with contextlib.suppress(InputRejected):
        assert read_lock(_FILES[number], sound[:start] + put + sound[start + length :]).kind


@pytest.mark.parametrize("stanza", ["Package: {}\nVersion: 1\n", "Package: x\nVersion: {}\n"])
def test_name_that_no_record_can_hold_is_told_with_the_lock(stanza: str) -> None:
    """Attack: a name of megabytes makes of what the archive lacks something that nobody can name."""
    with pytest.raises(LockUnreadable, match=r"Packages: .* is too long for a name and a version"):
        read_lock("Packages", stanza.format("a" * 501).encode())


def test_kinds_by_name_and_content() -> None:
    """A text file is a requirement lock only by its name or by the hashes in it."""
    assert kind_of_lock("a/requirements-dev.txt", b"") == "requirements"
    assert kind_of_lock("locks/run.txt", f"a==1 --hash=sha256:{A}".encode()) == "requirements"
    assert kind_of_lock("notes.txt", b"hello") == "unknown"
    assert kind_of_lock("yarn.lock", b"") == "unknown"


def test_locks_that_the_plan_names(repository: Repository) -> None:
    """The plan's lock files are read from the commit, each once; one that the commit lacks is refused."""
    repository.commit(src__a_c="1", locks__run_txt=REQUIREMENTS, locks__demo_txt="x==1\n")
    repository.write("locks/run.txt", "changed in the work tree")
    found = find_locks(repository.path, "HEAD", ["src/**"], ["locks/*.txt", "locks/run.txt"])
    assert found == (LockFile("locks/demo.txt", b"x==1\n"), LockFile("locks/run.txt", REQUIREMENTS.encode()))
    with pytest.raises(LockMissing):
        find_locks(repository.path, "HEAD", ["src/**"], ["locks/other.txt"])


def test_locks_that_are_found(repository: Repository) -> None:
    """Known lock files under the item's paths and around them count; others' and unhashed do not."""
    for name in ("Cargo.lock", "src/go.sum", "src/pump/lib/uv.lock", "other/poetry.lock"):
        repository.write(name, "x")
    repository.write("requirements.txt", "attrs\n")
    repository.write("requirements-dev.txt", REQUIREMENTS)
    repository.write("src/pump/a.c")
    (repository.path / "src" / "Pipfile.lock").symlink_to("/etc/hostname")
    repository.commit()
    paths = [lock.path for lock in find_locks(repository.path, "HEAD", ["src/pump/**"])]
    assert paths == ["Cargo.lock", "requirements-dev.txt", "src/go.sum", "src/pump/lib/uv.lock"]
