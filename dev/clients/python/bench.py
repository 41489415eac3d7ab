"""Reads a whole result for some seconds, then so many times more, and prints a line for each of these: rows, seconds, seconds to the first rows.

    bench.py adbc|pyarrow|connect ADDRESS SQL TIMES WARM-UP-SECONDS PYSPARK-FOLDER
"""

import sys
import time


def adbc(address, sql):
    """ADBC, as data scientists use it: to one Arrow table."""
    import adbc_driver_flightsql.dbapi as flight_sql

    connection = flight_sql.connect(address, autocommit=True)
    cursor = connection.cursor()

    def read(started):
        cursor.execute(sql)
        reader = cursor.fetch_record_batch()
        batches = []
        first = None
        for batch in reader:
            first = first or time.perf_counter() - started
            batches.append(batch)
        import pyarrow

        table = pyarrow.Table.from_batches(batches, reader.schema)
        return table.num_rows, first

    return read


def pyarrow(address, sql):
    """The Flight client of pyarrow, batch by batch; the command's few bytes are written by hand, since pyarrow knows no Flight SQL."""
    from pyarrow import flight

    client = flight.connect(address)

    def field(number, data):
        assert len(data) < 1 << 14
        length = bytes([len(data)]) if len(data) < 128 else bytes([len(data) & 127 | 128, len(data) >> 7])
        return bytes([number << 3 | 2]) + length + data

    def read(started):
        command = field(1, b"type.googleapis.com/arrow.flight.protocol.sql.CommandStatementQuery") + field(
            2, field(1, sql.encode())
        )
        info = client.get_flight_info(flight.FlightDescriptor.for_command(command))
        rows, first = 0, None
        for endpoint in info.endpoints:
            for chunk in client.do_get(endpoint.ticket):
                first = first or time.perf_counter() - started
                rows += chunk.data.num_rows
        return rows, first

    return read


def connect(address, sql):
    """Spark Connect, to one Arrow table."""
    from pyspark.sql.connect.session import SparkSession

    spark = SparkSession.builder.remote(address).getOrCreate()

    def read(started):
        rows = spark.sql(sql)
        table, _ = spark.client.to_table(rows._plan.to_proto(spark.client))
        return table.num_rows, time.perf_counter() - started

    return read


def main():
    how, address, sql, times, warm_up, pyspark = sys.argv[1:]
    sys.path.append(pyspark)
    read = {"adbc": adbc, "pyarrow": pyarrow, "connect": connect}[how](address, sql)
    warm = time.perf_counter() + float(warm_up)
    while time.perf_counter() < warm:
        read(time.perf_counter())
    for _ in range(int(times)):
        started = time.perf_counter()
        rows, first = read(started)
        print(f"{rows}\t{time.perf_counter() - started}\t{first}", flush=True)


if __name__ == "__main__":
    main()
