"""Reads or writes with Spark for some seconds, then so many times more, and prints a line for each of these: rows and seconds. Run by spark-submit.

    bench_source.py read-flight|read-streams|read-streamed|read-jdbc|write-flight|write-jdbc ADDRESS WHAT TIMES WARM-UP-SECONDS
    bench_source.py read-parquet - FOLDER TIMES WARM-UP-SECONDS

Reading goes to a sink that keeps nothing. Writing appends numbered rows, WHAT of them, to the table `sink`.
"""

import sys
import time

from pyspark.sql import Observation, SparkSession
from pyspark.sql.functions import count, lit

DRIVER = "org.apache.arrow.driver.jdbc.ArrowFlightJdbcDriver"


def read(spark, how, address, what):
    if how in ("flight", "streams", "streamed"):
        retain = "0s" if how == "streamed" else "2min"
        streams = "2" if how == "streams" else "1"
        source = spark.read.format("flight-sql").option("retain", retain).option("streams", streams)
        rows = source.option("uri", address).option("query", what).load()
    elif how == "jdbc":
        rows = spark.read.format("jdbc").option("driver", DRIVER).option("url", address).option("query", what).load()
    else:
        rows = spark.read.parquet(what)
        rows = rows.select(*EIGHT)
    seen = Observation()
    rows.observe(seen, count(lit(1)).alias("rows")).write.format("noop").mode("overwrite").save()
    return seen.get["rows"]


EIGHT = "l_orderkey l_linenumber l_quantity l_extendedprice l_discount l_shipdate l_returnflag l_shipmode".split()


def write(spark, how, address, what):
    # Two INSERTs of the sink into one table of files at once would take each other's folder.
    rows = spark.range(0, int(what), 1, 2 if how == "flight" else 1).selectExpr(
        "id AS a", "CAST(id % 1000 AS INT) AS b", "id / 7.0D AS c", "concat('name ', id % 5000) AS d"
    )
    if how == "flight":
        rows.write.format("flight-sql").option("uri", address).option("dbtable", "sink").mode("append").save()
    else:
        rows.write.format("jdbc").option("driver", DRIVER).option("url", address).option("dbtable", "sink").mode(
            "append"
        ).save()
    return int(what)


def main():
    mode, address, what, times, warm_up = sys.argv[1:]
    direction, how = mode.split("-")
    spark = SparkSession.builder.getOrCreate()
    action = {"read": read, "write": write}[direction]
    warm = time.perf_counter() + float(warm_up)
    while time.perf_counter() < warm:
        action(spark, how, address, what)
    for _ in range(int(times)):
        started = time.perf_counter()
        rows = action(spark, how, address, what)
        seconds = time.perf_counter() - started
        print(f"{rows}\t{seconds}\t{seconds}", flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
