"""Reads or writes with Spark, in several ways by turns, and prints a line for each time: the way, rows and seconds.

    bench_source.py read-WAY[,read-WAY...] HOST:PORT FOLDER TIMES WARM-UP-SECONDS
    bench_source.py write-WAY HOST:PORT ROWS TIMES WARM-UP-SECONDS

Run by spark-submit. Each way first works for the seconds of the warm-up, of which nothing is told; then all have their
turn, so many times: what slows the machine down for a minute slows all of them.

Reading takes eight columns of the Parquet files in FOLDER to a sink that keeps nothing: from the server by `flight`
(results kept for a task that is run again), `streams` (the same in two streams), `streamed` (not kept) or `jdbc`, and by
`parquet` without a server. Writing appends numbered rows to the table `sink` of the server, by `flight` or `jdbc`.
"""

import sys
import time

from pyspark.sql import Observation, SparkSession
from pyspark.sql.functions import count, lit

DRIVER = "org.apache.arrow.driver.jdbc.ArrowFlightJdbcDriver"
EIGHT = "l_orderkey l_linenumber l_quantity l_extendedprice l_discount l_shipdate l_returnflag l_shipmode".split()


def jdbc(io, address):
    return io.format("jdbc").option("driver", DRIVER).option("url", f"jdbc:arrow-flight-sql://{address}/?useEncryption=false")


def flight(io, address):
    return io.format("flight-sql").option("uri", f"grpc://{address}")


def read(spark, way, address, folder):
    query = f"SELECT {', '.join(EIGHT)} FROM parquet.`file:{folder}`"
    if way == "parquet":
        rows = spark.read.parquet(folder).select(*EIGHT)
    elif way == "jdbc":
        rows = jdbc(spark.read, address).option("query", query).load()
    else:
        retain = "0s" if way == "streamed" else "2min"
        streams = "2" if way == "streams" else "1"
        source = flight(spark.read, address).option("retain", retain).option("streams", streams)
        rows = source.option("query", query).load()
    seen = Observation()
    rows.observe(seen, count(lit(1)).alias("rows")).write.format("noop").mode("overwrite").save()
    return seen.get["rows"]


def write(spark, way, address, wanted):
    # Two INSERTs of the sink into one table of files at once would take each other's folder.
    rows = spark.range(0, int(wanted), 1, 2 if way == "flight" else 1).selectExpr(
        "id AS a", "CAST(id % 1000 AS INT) AS b", "id / 7.0D AS c", "concat('name ', id % 5000) AS d"
    )
    sink = {"flight": flight, "jdbc": jdbc}[way](rows.write, address)
    sink.option("dbtable", "sink").mode("append").save()
    return int(wanted)


def main():
    modes, address, what, times, warm_up = sys.argv[1:]
    spark = SparkSession.builder.getOrCreate()

    def once(mode):
        direction, way = mode.split("-")
        started = time.perf_counter()
        rows = {"read": read, "write": write}[direction](spark, way, address, what)
        return f"{mode}\t{rows}\t{time.perf_counter() - started}"

    for mode in modes.split(","):
        warm = time.perf_counter() + float(warm_up)
        while time.perf_counter() < warm:
            once(mode)
    for _ in range(int(times)):
        for mode in modes.split(","):
            print(once(mode), flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
