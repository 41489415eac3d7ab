"""Tries what Python programs do with a Flight SQL server: check.py features|types|parameters|answers URI

`features` prints a line of JSON for each feature: whether it works, or which limit was met. A feature
that does neither ends the program with 1. `types` reads a SQL expression a line, and prints what the
client makes of it. `parameters` reads lines of an expression, a tab and a query, and binds the one's
value to the other's parameter. `answers` reads a statement a line, as JSON, runs them all in one session, and prints
the columns and rows of each.
"""

import json
import sys
import traceback
import warnings

import adbc_driver_flightsql.dbapi as flight_sql
import adbc_driver_manager
import pyarrow as pa
from adbc_driver_manager import DatabaseOptions

ROWS = 300_000
FEATURES = []


class Limit(Exception):
    """What this client or this server does not do, as expected."""


def feature(name):
    def register(function):
        FEATURES.append((name, function))
        return function

    return register


def connect(uri, user="python", **options):
    login = {DatabaseOptions.USERNAME.value: user, DatabaseOptions.PASSWORD.value: "any"}
    return flight_sql.connect(uri, db_kwargs={**login, **options}, autocommit=True)


def rows(connection, sql, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def run(connection, sql, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def expect(found, wanted):
    if found != wanted:
        raise AssertionError(f"{found!r} instead of {wanted!r}")


def refused(action, status, words):
    """What the action is refused with; anything else is a failure."""
    try:
        action()
    except adbc_driver_manager.Error as error:
        expect(error.status_code, status)
        if words not in str(error):
            raise AssertionError(f"no {words!r} in {error}") from error
        return
    raise AssertionError("it was not refused")


@feature("connect without a warning")
def _(uri):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with connect(uri) as connection:
            expect(rows(connection, "SELECT 1 AS one"), [(1,)])


@feature("session of a user")
def _(uri):
    with connect(uri, "ada") as ada, connect(uri, "bob") as bob:
        run(ada, "CREATE TEMPORARY VIEW hers AS SELECT 'secret' AS word")
        expect(rows(ada, "SELECT word FROM hers"), [("secret",)])
        refused(
            lambda: rows(bob, "SELECT word FROM hers"),
            adbc_driver_manager.AdbcStatusCode.NOT_FOUND,
            "TABLE_OR_VIEW_NOT_FOUND",
        )


@feature("time zone of a session")
def _(uri):
    with connect(uri) as connection:
        for zone, shown in (("Asia/Kathmandu", "+05:45"), ("+7", "+07:00")):
            run(connection, f"SET TIME ZONE '{zone}'")
            moment = rows(connection, "SELECT timestamp'2024-07-01 12:00:00' AS t")[0][0]
            expect(moment.isoformat(), f"2024-07-01T12:00:00{shown}")
        option = "adbc.flight.sql.session.option.spark.sql.session.timeZone"
        connection.adbc_connection.set_options(**{option: "Asia/Tokyo"})
        expect(rows(connection, "SELECT current_timezone()"), [("Asia/Tokyo",)])


@feature("result of many batches")
def _(uri):
    with connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT id, repeat('x', 100) AS text FROM range(0, {ROWS}, 1, 8)")
        table = cursor.fetch_arrow_table()
        expect(table.num_rows, ROWS)
        expect(sorted(table["id"].to_pylist()), list(range(ROWS)))


@feature("packed result (LZ4, ZSTD)")
def _(uri):
    with connect(uri) as connection, connection.cursor() as cursor:
        for packing in ("lz4", "zstd"):
            run(connection, f"SET spark.flight.result.compression = {packing}")
            cursor.execute("SELECT id, repeat('x', id % 100) AS text FROM range(0, 5000, 1, 2)")
            table = cursor.fetch_arrow_table().sort_by("id")
            expect(table["id"].to_pylist(), list(range(5000)))
            expect(table["text"].to_pylist(), ["x" * (id % 100) for id in range(5000)])


@feature("global order")
def _(uri):
    with connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM range(0, {ROWS}, 1, 8) ORDER BY id DESC")
        expect(cursor.fetch_arrow_table()["id"].to_pylist(), list(range(ROWS - 1, -1, -1)))


@feature("no rows, with a schema")
def _(uri):
    with connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, string(id) AS name FROM range(10) WHERE id < 0")
        table = cursor.fetch_arrow_table()
        expect((table.num_rows, table.schema.names), (0, ["id", "name"]))


@feature("errors with status and words")
def _(uri):
    status = adbc_driver_manager.AdbcStatusCode
    with connect(uri) as connection:
        refused(lambda: rows(connection, "SELEC 1"), status.INVALID_ARGUMENT, "PARSE_SYNTAX_ERROR")
        refused(
            lambda: rows(connection, "SELECT raise_error('stop here') FROM range(0, 9, 1, 3)"),
            status.INTERNAL,
            "stop here",
        )
        expect(rows(connection, "SELECT 2 AS two"), [(2,)])


@feature("DDL and DML with counts")
def _(uri):
    with connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS python_ddl")
        cursor.execute("CREATE TABLE python_ddl (id BIGINT, name STRING) USING parquet")
        expect(cursor.executescript("INSERT INTO python_ddl VALUES (1, 'a'), (2, 'b')"), None)
        expect(rows(connection, "SELECT count(*) FROM python_ddl"), [(2,)])
        cursor.execute("INSERT INTO python_ddl VALUES (3, 'c')")
        expect((cursor.rowcount, cursor.fetchall()), (-1, []))
        expect(rows(connection, "SELECT count(*) FROM python_ddl"), [(3,)])
        cursor.execute("DROP TABLE python_ddl")


@feature("prepared once, executed again")
def _(uri):
    with connect(uri) as connection, connection.cursor() as cursor:
        sql = "SELECT count(*) FROM range(100)"
        cursor.adbc_prepare(sql)
        for _ in range(3):
            cursor.execute(sql)
            expect(cursor.fetchall(), [(100,)])


@feature("parameters of a query")
def _(uri):
    with connect(uri) as connection:
        sql = "SELECT count(*) FROM range(100) WHERE id < ?"
        for bound in (7, 70):
            expect(rows(connection, sql, (bound,)), [(bound,)])
        expect(rows(connection, "SELECT concat(?, 'b')", ("a",)), [("ab",)])


@feature("many rows of parameters")
def _(uri):
    with connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS python_many")
        cursor.execute("CREATE TABLE python_many (id BIGINT, name STRING) USING parquet")
        cursor.executemany("INSERT INTO python_many VALUES (?, ?)", [(1, "a"), (2, None), (3, "c")])
        expect(cursor.rowcount, 3)
        found = rows(connection, "SELECT id, name FROM python_many ORDER BY id")
        expect(found, [(1, "a"), (2, None), (3, "c")])
        cursor.execute("DROP TABLE python_many")


@feature("bulk ingest")
def _(uri):
    with connect(uri) as connection, connection.cursor() as cursor:
        words = pa.array(["a", "b", "a"]).dictionary_encode()
        first = pa.table({"id": [1, 2, 3], "word": words})
        # The same indexes, and other words: a dictionary holds until the next one.
        second = pa.table({"id": [4, 5], "word": pa.array(["c", "d"]).dictionary_encode()})
        cursor.execute("DROP TABLE IF EXISTS python_ingest")
        expect(cursor.adbc_ingest("python_ingest", first, mode="create"), 3)
        expect(cursor.adbc_ingest("python_ingest", second, mode="append"), 2)
        both = pa.RecordBatchReader.from_batches(first.schema, first.to_batches() + second.to_batches())
        expect(cursor.adbc_ingest("python_ingest", both, mode="create_append"), 5)
        found = rows(connection, "SELECT word, count(*), sum(id) FROM python_ingest GROUP BY word ORDER BY word")
        expect(found, [("a", 4, 8), ("b", 2, 4), ("c", 2, 8), ("d", 2, 10)])
        expect(cursor.adbc_ingest("python_ingest", first, mode="replace"), 3)
        expect(rows(connection, "SELECT count(*) FROM python_ingest"), [(3,)])
        cursor.execute("DROP TABLE python_ingest")
        cursor.adbc_ingest("python_mine", first, mode="create", temporary=True)
        expect(rows(connection, "SELECT count(*) FROM python_mine"), [(3,)])


@feature("Substrait plan")
def _(uri):
    # A table of two rows within the plan: a column "n" with 1 and 2.
    plan = bytes.fromhex(
        "1a2c122a0a250a23120d0a016e12080a043a02100118022a120a070a0538019003"
        "010a070a05380290030112016e"
    )
    with connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute(plan)
        table = cursor.fetch_arrow_table()
        expect((table.schema.names, sorted(table["n"].to_pylist())), (["n"], [1, 2]))


@feature("catalogs, schemas, tables, columns")
def _(uri):
    with connect(uri) as connection:
        run(connection, "CREATE OR REPLACE VIEW python_view AS SELECT 1 AS a, 'x' AS b")
        found = connection.adbc_get_objects(table_name_filter="python_view").read_all().to_pylist()
        tables = [
            (catalog["catalog_name"], schema["db_schema_name"], table["table_type"], column["column_name"])
            for catalog in found
            for schema in catalog["catalog_db_schemas"] or []
            for table in schema["db_schema_tables"] or []
            for column in table["table_columns"]
        ]
        place = ("spark_catalog", "default", "VIEW")
        expect(tables, [(*place, "a"), (*place, "b")])
        expect(connection.adbc_get_table_schema("python_view").names, ["a", "b"])
        run(connection, "DROP VIEW python_view")
        if "VIEW" not in connection.adbc_get_table_types():
            raise AssertionError("no views among the types of tables")


@feature("facts about the server")
def _(uri):
    with connect(uri) as connection:
        info = connection.adbc_get_info()
        for name in ("vendor_name", "vendor_version", "vendor_arrow_version"):
            if not info.get(name):
                raise AssertionError(f"no {name} in {info}")


@feature("schema before execution")
def _(uri):
    with connect(uri) as connection, connection.cursor() as cursor:
        schema = cursor.adbc_execute_schema("SELECT 1L AS a, 'x' AS b")
        expect([(field.name, str(field.type)) for field in schema], [("a", "int64"), ("b", "string")])


@feature("partitions read one by one")
def _(uri):
    with connect(uri) as connection, connection.cursor() as cursor:
        partitions, _ = cursor.adbc_execute_partitions(f"SELECT id FROM range(0, {ROWS}, 1, 8)")
        total = 0
        for partition in partitions:
            cursor.adbc_read_partition(partition)
            total += cursor.fetch_arrow_table().num_rows
        expect(total, ROWS)


@feature("cancel")
def _(uri):
    with connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM range(0, 1000000000000, 1, 4)")
        reader = cursor.fetch_record_batch()
        reader.read_next_batch()
        cursor.adbc_cancel()
        try:
            while True:
                reader.read_next_batch()
        except StopIteration as end:
            raise AssertionError("a cancelled result has an end") from end
        except Exception as error:  # pyarrow has its own classes for it
            if "ancel" not in str(error):
                raise
    with connect(uri) as connection:
        expect(rows(connection, "SELECT 3 AS three"), [(3,)])


@feature("transactions")
def _(uri):
    with connect(uri) as connection:
        refused(
            lambda: connection.adbc_connection.set_autocommit(False),
            adbc_driver_manager.AdbcStatusCode.NOT_IMPLEMENTED,
            "",
        )
        raise Limit("in Spark; each statement takes effect at once")


@feature("pandas, polars and duckdb")
def _(uri):
    import duckdb
    import polars

    sql = "SELECT id, string(id) AS name FROM range(0, 1000, 1, 4) ORDER BY id"
    with connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        expect(int(cursor.fetch_df()["id"].sum()), 499_500)
        expect(polars.read_database(sql, connection)["id"].sum(), 499_500)
        cursor.execute(sql)
        result = cursor.fetch_arrow_table()
        expect(duckdb.sql("SELECT sum(id)::BIGINT FROM result").fetchall(), [(499_500,)])
        del result


def features(uri):
    failed = False
    for name, check in FEATURES:
        line = {"feature": name, "result": "pass"}
        try:
            check(uri)
        except Limit as limit:
            line = {"feature": name, "result": "limit", "why": str(limit)}
        except Exception:
            failed = True
            line = {"feature": name, "result": "fail", "why": traceback.format_exc()}
        print(json.dumps(line), flush=True)
    return 1 if failed else 0


def types(uri):
    with connect(uri) as connection, connection.cursor() as cursor:
        run(connection, "SET spark.sql.session.timeZone = UTC")
        for expression in sys.stdin.read().splitlines():
            try:
                cursor.execute(f"SELECT {expression} AS v")
                table = cursor.fetch_arrow_table()
                line = {"type": str(table.schema[0].type), "value": repr(table["v"][0].as_py())}
            except Exception as error:
                line = {"error": str(error)}
            print(json.dumps({"expression": expression, **line}), flush=True)
    return 0


def bind(cursor, query, parameters):
    cursor.execute(query, parameters)
    return cursor.fetchall()[0][0]


def parameters(uri):
    with connect(uri) as connection, connection.cursor() as cursor:
        run(connection, "SET spark.sql.session.timeZone = UTC")
        for line in sys.stdin.read().splitlines():
            expression, query = line.split("\t")
            cursor.execute(f"SELECT {expression} AS v")
            value = cursor.fetch_arrow_table()
            try:
                found = {"arrived": bind(cursor, query, (value["v"][0].as_py(),))}
            except Exception as error:
                try:
                    found = {"arrived": bind(cursor, query, value.to_batches()[0])}
                    found["limit"] = f"as Arrow data; as an object: `{first_line(error)}`"
                except Exception as arrows_error:
                    found = {"limit": first_line(arrows_error)}
            print(json.dumps(found), flush=True)
    return 0


def first_line(error):
    return str(error).splitlines()[0]


def spark_type(arrow_type):
    """What Spark calls the type of a column."""
    if pa.types.is_decimal(arrow_type):
        return f"decimal({arrow_type.precision},{arrow_type.scale})"
    names = {"int8": "tinyint", "int16": "smallint", "int32": "int", "int64": "bigint", "date32[day]": "date", "bool": "boolean"}
    return names.get(str(arrow_type), str(arrow_type))


def text(value):
    return value if value is None or isinstance(value, str) else str(value)


def answers(uri):
    with connect(uri) as connection:
        for statement in sys.stdin.read().splitlines():
            with connection.cursor() as cursor:
                try:
                    cursor.execute(json.loads(statement))
                    table = cursor.fetch_arrow_table()
                    # Two columns can have one name: by column, not by name.
                    columns = [[text(value) for value in column.to_pylist()] for column in table.columns]
                    line = {
                        "columns": [[field.name, spark_type(field.type)] for field in table.schema],
                        "rows": list(zip(*columns)),
                    }
                except Exception as error:
                    line = {"error": str(error)}
                print(json.dumps(line), flush=True)
    return 0


COMMANDS = {"features": features, "types": types, "parameters": parameters, "answers": answers}

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    sys.exit(COMMANDS[sys.argv[1]](sys.argv[2]))
