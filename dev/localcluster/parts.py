"""How each part of a cluster is started, here as well as in a container (`dev/docker/entrypoint` starts the same commands)."""

import os
import random
import socket
from dataclasses import dataclass
from pathlib import Path

MAIN = "io.sparkflight.sql.cli.SparkFlight"
ZOOKEEPER = "io.sparkflight.shaded.zookeeper.server.ZooKeeperServerMain"

# For processes that hardly work: they are there sooner, and leave the processor to those that do.
LIGHT = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]


@dataclass(frozen=True)
class Home:
    """The stock Spark, our bundle jar, and the folder of generated configuration that all parts share."""

    spark: Path
    bundle: Path
    conf: Path
    host: str = "127.0.0.1"
    mark: str = ""

    def environment(self, role: str) -> dict[str, str]:
        """The caller's environment without its own Spark settings, which would reach into the cluster."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("SPARK_", "PYSPARK_"))}
        return kept | {
            "SPARK_HOME": str(self.spark),
            "SPARK_CONF_DIR": str(self.conf),
            "SPARK_LOCAL_IP": self.host,
            "SPARK_SCALA_VERSION": "2.12",
            "SPARK_DAEMON_MEMORY": "512m",
            "SPARK_DAEMON_JAVA_OPTS": f"{self.mark} -Dflight.part={role} {' '.join(LIGHT)}",
            "SPARK_LAUNCHER_OPTS": " ".join(LIGHT),
        }

    def java(self, *arguments: str) -> list[str]:
        java = Path(os.environ["JAVA_HOME"], "bin", "java") if os.environ.get("JAVA_HOME") else "java"
        return [str(java), *arguments]


def free_port() -> int:
    """Below those of outgoing connections: one of these might take it before the part does, or while it is down."""
    for _ in range(1_000):
        port = random.randrange(15_000, 32_768)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue  # taken: another one
    raise OSError("Cannot find a free port on 127.0.0.1 from 15000 to 32767.")


def zookeeper(home: Home, port: int, data: Path) -> list[str]:
    """ZooKeeper's own server, out of the bundle, because stock Spark carries only 3.6."""
    file = home.conf / "zoo.cfg"
    file.write_text(
        f"tickTime=1000\ndataDir={data}\nclientPort={port}\nclientPortAddress={home.host}\n"
        "admin.enableServer=false\nmaxClientCnxns=0\n"
    )
    class_path = f"{home.conf}:{home.bundle}:{home.spark}/jars/*"
    options = [option for option in (home.mark, "-Dflight.part=zookeeper", "-Xmx256m", *LIGHT) if option]
    return home.java(*options, "-cp", class_path, ZOOKEEPER, str(file))


def master(home: Home, port: int, web_port: int) -> list[str]:
    return [
        f"{home.spark}/bin/spark-class", "org.apache.spark.deploy.master.Master",
        "--host", home.host, "--port", str(port), "--webui-port", str(web_port),
    ]  # fmt: skip


def worker(home: Home, master_url: str, cores: int, memory_mb: int, work: Path) -> list[str]:
    return [
        f"{home.spark}/bin/spark-class", "org.apache.spark.deploy.worker.Worker",
        "--host", home.host, "--webui-port", "0", "--cores", str(cores), "--memory", f"{memory_mb}m",
        "--work-dir", str(work), master_url,
    ]  # fmt: skip


def server(home: Home, name: str, master_url: str, properties: Path, command: list[str]) -> list[str]:
    """One Flight SQL server: the driver of its own Spark application."""
    return [
        f"{home.spark}/bin/spark-submit", "--master", master_url, "--name", name,
        "--properties-file", str(properties),
        "--driver-java-options", f"{home.mark} -Dflight.part={name}".strip(),
        "--class", MAIN, str(home.bundle), *command,
    ]  # fmt: skip


def metastore(home: Home, port: int, data: Path) -> list[str]:
    """Stock Spark's Hive metastore server on a Derby database in a folder; for trying things out, by one metastore only."""
    settings = {
        "javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={data}/metastore;create=true",
        "datanucleus.schema.autoCreateAll": "true",
        "hive.metastore.schema.verification": "false",
        "hive.metastore.warehouse.dir": f"{data}/warehouse",
    }
    command = home.java(
        *([home.mark] if home.mark else []), "-Xmx512m", *LIGHT,
        # Hive's own logging settings need a library that Spark does not carry.
        f"-Dlog4j.configurationFile=file:{home.conf}/log4j2.properties",
        "-cp", f"{home.spark}/jars/*", "org.apache.hadoop.hive.metastore.HiveMetaStore", "-p", str(port),
    )  # fmt: skip
    for key, value in settings.items():
        command += ["--hiveconf", f"{key}={value}"]
    return command


def write_properties(file: Path, properties: dict[str, str]) -> Path:
    """Readable by the owner only: it holds the cluster's secret, which for that reason is on no command line."""
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.writelines(f"{key} {value}\n" for key, value in properties.items())
    return file


def read_properties(file: Path) -> dict[str, str]:
    """What `write_properties` has written."""
    return dict(line.split(" ", 1) for line in file.read_text().splitlines())


def server_properties(home: Home, zookeeper_address: str, secret: str, cores_max: int, memory_mb: int) -> dict[str, str]:
    return {
        "spark.driver.host": home.host,
        "spark.driver.bindAddress": home.host,
        "spark.ui.port": "0",
        "spark.cores.max": str(cores_max),
        "spark.executor.cores": "1",
        "spark.executor.memory": f"{memory_mb}m",
        "spark.executor.extraJavaOptions": home.mark,
        "spark.scheduler.mode": "FAIR",
        "spark.sql.warehouse.dir": str(home.conf.parent / "warehouse"),
        "spark.flight.manager": "zookeeper",
        "spark.flight.manager.zookeeper.url": zookeeper_address,
        "spark.flight.cluster.secret": secret,
    }
