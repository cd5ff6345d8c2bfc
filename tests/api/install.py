#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""install.py BUILD: what is installed is all that an embedder needs.

Everything is installed into a directory that is thrown away.  Programs in C and in C++ are compiled
against what is there, by what pkg-config says, with the shared library and with the static one, and
run.
"""

import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.realpath(os.path.join(HERE, "..", ".."))
sys.path.insert(1, os.path.join(TOP, "tests", "real"))

from tap import Failed, Skip, run_checks

BUILD = os.path.realpath(sys.argv[1])
CC = os.environ["SIGFATE_CC"].split()
CXX = [re.sub(r"gcc|(?<![a-z])cc", "g++", re.sub(r"clang", "clang++", CC[-1]))]
SANITIZE = [value for value in os.environ["SIGFATE_SANITIZE"].split(",") if value != "none"]
SANITIZE = [f"-fsanitize={','.join(SANITIZE)}"] if SANITIZE else []
THREADS = os.environ["SIGFATE_THREADS"] == "true"
STRICT = ["-Wall", "-Wextra", "-Werror", "-pedantic"]


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, **more)
    if done.returncode:
        raise Failed(f"{shlex.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def headers_in(directory):
    return sorted(os.path.relpath(os.path.join(where, name), directory)
                  for where, _, names in os.walk(directory) for name in names
                  if name.endswith(".h"))


class Installed:
    """What is installed, in a directory of its own."""

    def __init__(self, directory):
        self.root = os.path.join(directory, "root")
        self.work = directory
        run("meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", self.root)
        found = glob.glob(os.path.join(self.root, "**", "sigfate.pc"), recursive=True)
        if len(found) != 1:
            raise Failed(f"sigfate.pc: {found}")
        self.pkgconfig = os.path.dirname(found[0])
        self.libdir = os.path.dirname(self.pkgconfig)
        self.prefix = re.sub(r"/lib(/.*|64)?$", "", self.libdir)

    def headers(self):
        return headers_in(os.path.join(self.prefix, "include"))

    def pkg_config(self, *options):
        more = os.environ.get("PKG_CONFIG_PATH", "")
        environment = dict(os.environ, PKG_CONFIG_SYSROOT_DIR=self.root,
                           PKG_CONFIG_PATH=f"{self.pkgconfig}:{more}")
        return run("pkg-config", *options, "sigfate", env=environment).split()

    def libraries(self, static):
        """As pkg-config says; the static library instead of the shared one when that is wanted."""
        words = self.pkg_config("--libs", *(["--static"] if static else []))
        archive = os.path.join(self.libdir, "libsigfate.a")
        return [archive if static and word == "-lsigfate" else word for word in words]

    def compile(self, compiler, source, static, *options):
        program = os.path.join(self.work, "program")
        run(*compiler, *options, *SANITIZE, *self.pkg_config("--cflags"), source, "-o", program,
            *self.libraries(static), "-pthread")
        return program

    def run(self, program):
        return run(program, env=dict(os.environ, LD_LIBRARY_PATH=self.libdir), timeout=240)


def example(name):
    return os.path.join(TOP, "examples", f"{name}.c")


def check_files(there):
    """the headers, both libraries and the manual pages are there"""
    wanted = [f"{there.prefix}/include/sigfate.h", f"{there.libdir}/libsigfate.so",
              f"{there.libdir}/libsigfate.so.0", f"{there.libdir}/libsigfate.a",
              f"{there.prefix}/share/man/man3/sf_kill.3",
              f"{there.prefix}/share/man/man3/libsigfate.3"]
    missing = [name for name in wanted if not os.path.exists(name)]
    if missing:
        raise Failed(f"not there: {', '.join(missing)}")
    if there.headers() != headers_in(os.path.join(TOP, "include")):
        raise Failed(f"the headers are {there.headers()}: the model's own are nobody's business")


def check_needs(there):
    """the shared library needs the C library, with threads liburcu too, and nothing else"""
    text = run("readelf", "-d", os.path.join(there.libdir, "libsigfate.so"))
    needed = {re.sub(r"\.so.*", "", name) for name in re.findall(r"NEEDED.*\[(.*)\]", text)}
    needed -= {"libasan", "libubsan", "libtsan", "libclang_rt", "libgcc_s", "libm"} if SANITIZE \
        else set()
    more = needed - {"libc", "ld-linux-x86-64"} - ({"liburcu-bp", "liburcu-common"} if THREADS
                                                  else set())
    if more:
        raise Failed(f"it needs {', '.join(sorted(more))}")
    if "[libsigfate.so.0]" not in text:
        raise Failed("its name says nothing of its version")


def check_shared(there):
    """a program in C with the shared library"""
    out = there.run(there.compile(CC, example("question"), False, *STRICT, "-std=c11"))
    if "killed (init-from-outside)" not in out:
        raise Failed(out)


def check_static(there):
    """the same with the static library, which then is not looked for"""
    program = there.compile(CC, example("question"), True)
    shared = re.search(r"NEEDED.*libsigfate", run("readelf", "-d", program))
    if shared or "killed (init-from-outside)" not in there.run(program):
        raise Failed("the shared library is needed all the same")


def check_all_static(there):
    """the same without any shared library"""
    if SANITIZE:
        raise Skip("a sanitizer needs its own")
    there.run(there.compile(CC, example("question"), True, "-static"))


def check_own_names(there):
    """a program with functions that the model has too is not mixed up with it"""
    for static in (False, True):
        there.run(there.compile(CC, os.path.join(HERE, "names.c"), static))


def check_cxx(there):
    """a program in C++"""
    if not shutil.which(CXX[0]):
        raise Skip(f"no {CXX[0]}")
    for static in (False, True):
        for standard in ("c++11", "c++17"):
            program = there.compile(CXX, os.path.join(HERE, "embed.cc"), static, *STRICT,
                                    "-Wold-style-cast", f"-std={standard}")
            if there.run(program) != "handled killed\n":
                raise Failed("it gives something else")


def check_headers(there):
    """each header can be included alone, in C and in C++"""
    compilers = [[*CC, "-xc", "-std=c99"]]
    if shutil.which(CXX[0]):
        compilers.append([*CXX, "-xc++", "-std=c++11", "-Wold-style-cast"])
    source = os.path.join(there.work, "alone.c")
    for name in there.headers():
        with open(source, "w", encoding="utf-8") as file:
            file.write(f"#include <{name}>\n#include <{name}>\n")
        for compiler in compilers:
            run(*compiler, *STRICT, "-fsyntax-only", *there.pkg_config("--cflags"), source)


def check_cxx_examples(there):
    """the examples are C++ as well, where C and C++ are the same"""
    if not shutil.which(CXX[0]):
        raise Skip(f"no {CXX[0]}")
    for name, words in {"question": "killed (init-from-outside)", "guests": "status 0x300"}.items():
        program = there.compile([*CXX, "-xc++"], example(name), False, *STRICT, "-std=c++20",
                                "-Wno-missing-field-initializers")
        if words not in there.run(program):
            raise Failed(f"{name} says something else")


def check_c99(there):
    """the headers are C of 1999"""
    there.compile(CC, os.path.join(HERE, "names.c"), False, *STRICT, "-std=c99")


def check_opened(there):
    """the shared library can be opened by a program that is running"""
    if SANITIZE:
        raise Skip("a sanitizer has to be there first")
    call = ("import ctypes, sys; lib = ctypes.CDLL(sys.argv[1]); "
            "lib.sf_machine_new.restype = lib.sf_machine_boot.restype = ctypes.c_void_p; "
            "lib.sf_kill.restype = ctypes.c_long; m = lib.sf_machine_new(None); "
            "print(lib.sf_kill(ctypes.c_void_p(lib.sf_machine_boot(ctypes.c_void_p(m))), 99, 9))")
    out = run(sys.executable, "-c", call, os.path.join(there.libdir, "libsigfate.so"))
    if out != "-3\n":
        raise Failed(out)


def check_guests(there):
    """the kernel in user space"""
    if "wait4 = 2, status 0x300" not in there.run(there.compile(CC, example("guests"), False)):
        raise Failed("no child has been waited for")


def check_threads(there):
    """the program with threads"""
    if not THREADS:
        raise Skip("a build without threads")
    if "4000 signals were sent, 4000 handled" not in there.run(
            there.compile(CC, example("threads"), False)):
        raise Failed("a signal was lost or made up")


def check_alone(there):
    """the library alone is built with nothing but a compiler and the C library"""
    build = os.path.join(there.work, "alone")
    environment = dict(os.environ, CC=shlex.join(CC), PKG_CONFIG_LIBDIR="/nonexistent",
                       PKG_CONFIG_PATH="")
    run("meson", "setup", build, TOP, "-Dprogram=false", "-Dthreads=disabled", "-Dtests=disabled",
        env=environment)
    run("ninja", "-C", build, "-j2", env=environment)
    needed = re.findall(r"NEEDED.*\[(.*)\]",
                        run("readelf", "-d", os.path.join(build, "src", "libsigfate.so")))
    if [name for name in needed if not name.startswith(("libc.", "ld-linux"))]:
        raise Failed(f"it needs {', '.join(needed)}")
    if "killed (init-from-outside)" not in run(os.path.join(build, "examples", "question")):
        raise Failed("it answers something else")


def main():
    with tempfile.TemporaryDirectory() as directory:
        return run_checks(globals(), Installed(directory))


if __name__ == "__main__":
    sys.exit(main())
