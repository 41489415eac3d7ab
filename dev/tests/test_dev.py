"""Checks of the scripts below dev and of what starts the archive. Run: python3 -m unittest discover dev/tests"""

import functools
import http.server
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "dev"))

from localcluster import parts, processes, starting, state  # noqa: E402 (the path above must be set first)

PRINT_ARGUMENTS = '#!/bin/sh\nfor a in "$@"; do echo "$a"; done\nexit 7\n'

# Prints its arguments and listens on the port that follows --port, as a server does.
LISTEN = f"""#!{sys.executable}
import socket, sys, time
print(" ".join(sys.argv), flush=True)
listener = socket.create_server(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])))
time.sleep(60)
"""


class TemporaryFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()

    def program(self, name, text):
        file = self.folder / name
        file.write_text(text)
        file.chmod(0o755)
        return file


class ProcessesTest(unittest.TestCase):
    def sleeper(self, mark, before=""):
        child = subprocess.Popen(
            [sys.executable, "-c", before + "print('on', flush=True)\nimport time; time.sleep(60)", mark], stdout=subprocess.PIPE
        )
        self.addCleanup(child.stdout.close)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        child.stdout.readline()
        # A cluster's processes outlive who started them, so that none of them waits for its parent's attention.
        threading.Thread(target=child.wait, daemon=True).start()
        return child

    def test_ends_what_is_marked_and_nothing_else(self):
        ours, other = self.sleeper(processes.cluster_mark("one")), self.sleeper(processes.cluster_mark("two"))
        self.assertEqual(processes.end(processes.cluster_mark("one")), 1)
        self.assertEqual(ours.wait(5), -signal.SIGTERM)
        self.assertIsNone(other.poll())

    def test_ends_what_ignores_a_polite_end(self):
        stubborn = self.sleeper(processes.cluster_mark("stubborn"), "import signal; signal.signal(15, signal.SIG_IGN)\n")
        processes.TERM_SECONDS, before = 0.5, processes.TERM_SECONDS
        self.addCleanup(setattr, processes, "TERM_SECONDS", before)
        processes.end(processes.cluster_mark("stubborn"))
        self.assertEqual(stubborn.wait(5), -signal.SIGKILL)


class StateTest(TemporaryFolder):
    def test_lists_only_what_lives(self):
        cluster = state.State()
        waiting = "print('on', flush=True); input()"
        own = subprocess.Popen([sys.executable, "-c", waiting, cluster.mark], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(own.communicate, b"\n")
        own.stdout.readline()  # a process has no command line yet just after it was started
        cluster.parts = [
            state.Part("server-1", own.pid, "grpc://127.0.0.1:1", "a.log", "http://127.0.0.1:3"),
            state.Part("server-2", os.getpid(), "grpc://127.0.0.1:2", "b.log"),  # lives, but is not ours: a reused id
        ]
        cluster.save(self.folder)
        self.assertEqual(
            state.State.load(self.folder).as_json(),
            {
                "zookeeper": None,
                "master": None,
                "servers": [
                    {"name": "server-1", "uri": "grpc://127.0.0.1:1", "pid": own.pid, "ui": "http://127.0.0.1:3", "log": "a.log"}
                ],
                "workers": [],
                "executors": [],
            },
        )

    def test_what_starts_again_takes_the_place_of_the_dead(self):
        cluster = state.State()
        for name, pid in (("server-1", 1), ("server-2", 2), ("server-1", 3)):
            cluster.put(state.Part(name, pid, "", ""))
        self.assertEqual([(part.name, part.pid) for part in cluster.parts], [("server-1", 3), ("server-2", 2)])

    def test_properties_are_read_as_they_were_written(self):
        properties = {"a": "1", "b": "two words", "c": ""}
        self.assertEqual(parts.read_properties(parts.write_properties(self.folder / "p", properties)), properties)

    def test_only_the_owner_reads_the_secret(self):
        file = parts.write_properties(self.folder / "p", {"spark.flight.cluster.secret": "s"})
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)


class ClusterCommandTest(TemporaryFolder):
    def cluster(self, *arguments):
        command = [sys.executable, ROOT / "dev" / "cluster", *arguments, "--run-dir", self.folder]
        return subprocess.run(command, capture_output=True, text=True)

    def test_down_without_a_cluster_is_no_error(self):
        self.assertEqual(self.cluster("down").returncode, 0)

    def test_status_without_a_cluster_says_so(self):
        shown = self.cluster("status", "--json")
        self.assertEqual((shown.returncode, shown.stdout), (1, ""))
        self.assertIn("Start one with `dev/cluster up`", shown.stderr)

    def test_start_without_a_cluster_says_so(self):
        shown = self.cluster("start", "server-2")
        self.assertEqual(shown.returncode, 1)
        self.assertIn("Cannot start server-2: there is no cluster", shown.stderr)

    def test_only_servers_can_be_started(self):
        self.assertIn("worker-1 is not of the form server-N", self.cluster("start", "worker-1").stderr)

    def test_what_runs_is_not_started_again(self):
        cluster = state.State()
        waiting = "print('on', flush=True); input()"
        own = subprocess.Popen([sys.executable, "-c", waiting, cluster.mark], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(own.communicate, b"\n")
        own.stdout.readline()
        cluster.put(state.Part("server-1", own.pid, "grpc://127.0.0.1:1", "a.log"))
        cluster.save(self.folder)
        self.assertIn("it is running", self.cluster("start", "server-1").stderr)

    def test_data_must_be_a_folder(self):
        refused = self.cluster("up", "--data", str(self.folder / "absent"))
        self.assertEqual(refused.returncode, 1)
        self.assertIn("it is not a folder", refused.stderr)


class StartServerTest(TemporaryFolder):
    """What `dev/cluster start` runs, with scripts in the place of Spark and of the probe."""

    def setUp(self):
        super().setUp()
        self.cluster = state.State(data="/tables")
        self.cluster.put(state.Part("master", 1, "spark://127.0.0.1:7", "m.log"))
        self.spark = self.folder / "spark"
        (self.spark / "bin").mkdir(parents=True)
        self.program("spark/bin/spark-submit", LISTEN)
        home = parts.Home(self.spark, self.folder / "bundle.jar", self.folder / "conf", mark=self.cluster.mark)
        probe = self.program("probe", "#!/bin/sh\nexit 0\n")
        self.starter = starting.Starter(self.folder, home, probe, self.cluster, 30)
        self.addCleanup(lambda: [child.wait(10) for child in self.starter.children.values()])
        self.addCleanup(self.starter.end_children)
        parts.write_properties(self.folder / "conf" / "servers.properties", {"a": "1", "b": "2"})

    def test_one_more_has_what_all_have_and_its_own(self):
        server = self.starter.start_server("server-3", {"b": "3"})
        written = parts.read_properties(self.folder / "conf" / "server-3.properties")
        self.assertEqual((written["a"], written["b"]), ("1", "3"))
        self.assertEqual(server.ui, "")
        self.assertIn("--data /tables", Path(server.log).read_text())
        self.assertEqual(state.State.load(self.folder).named("server-3"), server)

    def test_its_pages_can_be_found_if_it_has_any(self):
        server = self.starter.start_server("server-3", {"spark.ui.enabled": "true"})
        written = parts.read_properties(self.folder / "conf" / "server-3.properties")
        self.assertEqual(server.ui, f"http://127.0.0.1:{written['spark.ui.port']}")

    def test_a_dead_one_keeps_its_port_but_no_setting_of_an_earlier_start(self):
        first = self.starter.start_server("server-2", {"b": "3"})
        child = self.starter.children["server-2"]
        child.kill()
        child.wait()
        second = self.starter.start_server("server-2", {})
        self.assertEqual(second.address, first.address)
        self.assertNotEqual(second.pid, first.pid)
        self.assertEqual(parts.read_properties(self.folder / "conf" / "server-2.properties")["b"], "2")

    def test_one_that_ends_is_told_with_its_last_words(self):
        self.program("spark/bin/spark-submit", "#!/bin/sh\necho no room\nexit 5\n")
        with self.assertRaisesRegex(starting.PartFailed, "(?s)server-3 ended with exit code 5.*no room"):
            self.starter.start_server("server-3", {})


class MasterPageTest(TemporaryFolder):
    def test_counts_the_living_workers_once_the_page_is_there(self):
        handler = functools.partial(QuietHandler, directory=str(self.folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.addCleanup(server.server_close)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        self.assertEqual(starting._alive_workers(server.server_port), -1)  # 404, as a master's for its first moment
        (self.folder / "json").mkdir()
        (self.folder / "json" / "index.html").write_text('{"workers": [{"state": "ALIVE"}, {"state": "DEAD"}]}')
        self.assertEqual(starting._alive_workers(server.server_port), 1)

    def test_takes_a_closed_port_as_not_yet(self):
        self.assertEqual(starting._alive_workers(starting.free_port()), -1)


class LauncherTest(TemporaryFolder):
    def setUp(self):
        super().setUp()
        self.home = self.folder / "the home"
        shutil.copytree(ROOT / "flight-sql-server" / "src" / "dist", self.home)
        (self.home / "lib").mkdir()
        (self.home / "lib" / "x-bundle.jar").touch()
        (self.folder / "java" / "bin").mkdir(parents=True)
        self.program("java/bin/java", PRINT_ARGUMENTS)

    def launch(self, *arguments, **environment):
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("SPARK", "JAVA_"))}
        environment = clean | {"JAVA_HOME": str(self.folder / "java")} | environment
        link = self.folder / "link"
        if not link.is_symlink():
            (self.folder / "sparkflight").symlink_to("the home/bin/sparkflight")
            link.symlink_to("sparkflight")
        return subprocess.run([link, *arguments], cwd="/", env=environment, capture_output=True, text=True)

    def test_finds_its_home_through_links_and_passes_all_on(self):
        ran = self.launch("sql", "select  1 ", JAVA_OPTS="-Xmx1g -Da=b")
        lines = ran.stdout.splitlines()
        self.assertEqual(ran.returncode, 7)
        self.assertEqual(lines[-3:], ["io.sparkflight.sql.cli.SparkFlight", "sql", "select  1 "])
        self.assertEqual(lines[-4], f"{self.home}/lib/x-bundle.jar:{self.home}/jars/*")
        self.assertIn("-Xmx1g", lines)

    def test_prefers_the_spark_it_is_told(self):
        (self.folder / "spark" / "jars").mkdir(parents=True)
        ran = self.launch("serve", SPARK_HOME=str(self.folder / "spark"))
        self.assertIn(f"{self.home}/lib/x-bundle.jar:{self.folder}/spark/jars/*", ran.stdout)

    def test_refuses_a_spark_that_is_none(self):
        ran = self.launch("serve", SPARK_HOME="/absent")
        self.assertEqual((ran.returncode, ran.stdout), (1, ""))
        self.assertIn("Cannot use SPARK_HOME=/absent", ran.stderr)


class MavenWrapperTest(TemporaryFolder):
    VERSION = "1.2.3"

    def setUp(self):
        super().setUp()
        self.clone = self.folder / "clone"
        (self.clone / ".mvn" / "wrapper").mkdir(parents=True)
        shutil.copy(ROOT / "mvnw", self.clone)
        self.tools = self.folder / "tools"
        self.tools.mkdir()
        for tool in "sh sed awk dirname mktemp mkdir mv rm curl wget tar gzip sha512sum shasum".split():
            if found := shutil.which(tool):
                (self.tools / tool).symlink_to(found)

    def mvnw(self, **environment):
        environment = {"PATH": str(self.tools), "HOME": str(self.folder)} | environment
        return subprocess.run([self.clone / "mvnw", "a b"], env=environment, capture_output=True, text=True)

    def pin(self, sha512):
        text = f"version={self.VERSION}\nsha512={sha512}\nleast=3.8.6\n"
        (self.clone / ".mvn" / "wrapper" / "maven-wrapper.properties").write_text(text)

    def repository(self):
        """Serves an archive that holds a `mvn` which prints its arguments; returns its address and checksum."""
        folder = self.folder / "repository" / "org/apache/maven/apache-maven" / self.VERSION
        (folder / "bin").mkdir(parents=True)
        self.program(folder / "bin" / "mvn", PRINT_ARGUMENTS)
        archive = folder / f"apache-maven-{self.VERSION}-bin.tar.gz"
        name = f"apache-maven-{self.VERSION}"
        os.rename(folder / "bin", self.folder / "bin")
        (self.folder / name).mkdir()
        os.rename(self.folder / "bin", self.folder / name / "bin")
        subprocess.run(["tar", "-czf", archive, "-C", self.folder, name], check=True)
        handler = functools.partial(QuietHandler, directory=self.folder / "repository")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        digest = subprocess.run(["sha512sum", archive], capture_output=True, text=True, check=True).stdout.split()[0]
        return f"http://127.0.0.1:{server.server_port}/", digest

    def test_takes_the_installed_one_if_it_is_new_enough(self):
        self.pin("")
        (self.tools / "mvn").write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Apache Maven 3.10.1" || echo "ran $1"\n')
        (self.tools / "mvn").chmod(0o755)
        self.assertEqual(self.mvnw().stdout, "ran a b\n")

    def test_says_what_to_do_without_an_address(self):
        self.pin("")
        ran = self.mvnw()
        self.assertEqual(ran.returncode, 1)
        self.assertIn("set MVNW_REPOURL", ran.stderr)

    def test_fetches_once_and_checks(self):
        address, digest = self.repository()
        self.pin("0" * 128)
        self.assertIn("SHA-512", self.mvnw(MVNW_REPOURL=address).stderr)
        self.pin(digest)
        self.assertEqual(self.mvnw(MVNW_REPOURL=address).stdout, "a b\n")
        again = self.mvnw()
        self.assertEqual((again.stdout, again.stderr, again.returncode), ("a b\n", "", 7))


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


if __name__ == "__main__":
    unittest.main()
