// Tries what Go programs do with a Flight SQL server, by ADBC: go run . features|types|parameters URI
//
// features prints a line of JSON for each feature: whether it works, or which limit was met. A feature
// that does neither ends the program with 1. types reads a SQL expression a line, and prints what the
// client makes of it. parameters reads lines of an expression, a tab and a query, and binds the one's
// value to the other's parameter.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/apache/arrow-adbc/go/adbc"
	"github.com/apache/arrow-adbc/go/adbc/driver/flightsql"
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

const rows = 300_000

// limit is what this client or this server does not do, as expected.
type limit string

func (why limit) Error() string { return string(why) }

type feature struct {
	name  string
	check func(ctx context.Context, uri string) error
}

var features = []feature{
	{"session of a user", sessions},
	{"time zone of a session", timeZone},
	{"result of many batches", manyBatches},
	{"packed result (LZ4, ZSTD)", packed},
	{"global order", globalOrder},
	{"no rows, with a schema", noRows},
	{"errors with status and words", failures},
	{"DDL and DML with counts", updates},
	{"prepared once, executed again", prepared},
	{"parameters of a query", parameters},
	{"many rows of parameters", manyParameters},
	{"bulk ingest", ingest},
	{"Substrait plan", substrait},
	{"catalogs, schemas, tables, columns", metadata},
	{"facts about the server", facts},
	{"schema before execution", schema},
	{"partitions read one by one", partitions},
	{"cancel", cancelled},
	{"transactions", transactions},
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go run . features|types|parameters URI")
		os.Exit(2)
	}
	ctx := context.Background()
	switch os.Args[1] {
	case "features":
		if !tryAll(ctx, os.Args[2]) {
			os.Exit(1)
		}
	case "types":
		if err := types(ctx, os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "parameters":
		if err := bindAll(ctx, os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		fmt.Fprintln(os.Stderr, "neither features nor types nor parameters:", os.Args[1])
		os.Exit(2)
	}
}

func tryAll(ctx context.Context, uri string) bool {
	well := true
	for _, each := range features {
		line := map[string]string{"feature": each.name, "result": "pass"}
		var why limit
		err := each.check(ctx, uri)
		switch {
		case errors.As(err, &why):
			line["result"], line["why"] = "limit", string(why)
		case err != nil:
			well = false
			line["result"], line["why"] = "fail", err.Error()
		}
		print(line)
	}
	return well
}

func print(line map[string]string) {
	text, err := json.Marshal(line)
	if err != nil {
		panic(err) // strings are always JSON
	}
	fmt.Println(string(text))
}

// with connects as a user, and closes what it opened.
func with(ctx context.Context, uri, user string, action func(adbc.Connection) error) error {
	database, err := flightsql.NewDriver(memory.DefaultAllocator).NewDatabase(map[string]string{
		adbc.OptionKeyURI: uri, adbc.OptionKeyUsername: user, adbc.OptionKeyPassword: "any",
	})
	if err != nil {
		return err
	}
	connection, err := database.Open(ctx)
	if err != nil {
		return errors.Join(err, database.Close())
	}
	return errors.Join(action(connection), connection.Close(), database.Close())
}

// statement runs an action on a new statement with this text.
func statement(connection adbc.Connection, sql string, action func(adbc.Statement) error) error {
	made, err := connection.NewStatement()
	if err != nil {
		return err
	}
	err = made.SetSqlQuery(sql)
	if err == nil {
		err = action(made)
	}
	return errors.Join(err, made.Close())
}

// query hands each batch of a query's result to an action.
func query(ctx context.Context, connection adbc.Connection, sql string, each func(arrow.RecordBatch) error) error {
	return statement(connection, sql, func(made adbc.Statement) error {
		return results(ctx, made, each)
	})
}

func results(ctx context.Context, made adbc.Statement, each func(arrow.RecordBatch) error) error {
	reader, _, err := made.ExecuteQuery(ctx)
	if err != nil {
		return err
	}
	defer reader.Release()
	return batches(reader, each)
}

func batches(reader array.RecordReader, each func(arrow.RecordBatch) error) error {
	for reader.Next() {
		if err := each(reader.RecordBatch()); err != nil {
			return err
		}
	}
	return reader.Err()
}

// number is the one number of a query's result.
func number(ctx context.Context, made adbc.Statement) (int64, error) {
	found := int64(-1)
	err := results(ctx, made, func(batch arrow.RecordBatch) error {
		found = batch.Column(0).(*array.Int64).Value(0)
		return nil
	})
	return found, err
}

func expectNumber(ctx context.Context, connection adbc.Connection, sql string, wanted int64) error {
	return statement(connection, sql, func(made adbc.Statement) error {
		found, err := number(ctx, made)
		return errors.Join(err, expect(found, wanted))
	})
}

func update(ctx context.Context, connection adbc.Connection, sql string) (int64, error) {
	count := int64(-1)
	err := statement(connection, sql, func(made adbc.Statement) error {
		var err error
		count, err = made.ExecuteUpdate(ctx)
		return err
	})
	return count, err
}

func expect[T comparable](found, wanted T) error {
	if found != wanted {
		return fmt.Errorf("%v instead of %v", found, wanted)
	}
	return nil
}

// refused tells whether an error is of this kind and says this.
func refused(err error, code adbc.Status, words string) error {
	var told adbc.Error
	if !errors.As(err, &told) {
		return fmt.Errorf("not an ADBC error: %w", err)
	}
	if told.Code != code || !strings.Contains(told.Msg, words) {
		return fmt.Errorf("%v %q instead of %v %q", told.Code, told.Msg, code, words)
	}
	return nil
}

func sessions(ctx context.Context, uri string) error {
	return with(ctx, uri, "ada", func(ada adbc.Connection) error {
		_, err := update(ctx, ada, "CREATE OR REPLACE TEMPORARY VIEW go_hers AS SELECT 5L AS n")
		if err != nil {
			return err
		}
		bobs := with(ctx, uri, "bob", func(bob adbc.Connection) error {
			return refused(expectNumber(ctx, bob, "SELECT n FROM go_hers", 5), adbc.StatusNotFound, "TABLE_OR_VIEW_NOT_FOUND")
		})
		return errors.Join(bobs, expectNumber(ctx, ada, "SELECT n FROM go_hers", 5))
	})
}

func timeZone(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		for zone, shown := range map[string]string{"Asia/Kathmandu": "+05:45", "+7": "+07:00"} {
			if _, err := update(ctx, connection, "SET TIME ZONE '"+zone+"'"); err != nil {
				return err
			}
			err := query(ctx, connection, "SELECT timestamp'2024-07-01 12:00:00' AS t", func(batch arrow.RecordBatch) error {
				return expect(batch.Column(0).ValueStr(0), "2024-07-01T12:00:00"+shown)
			})
			if err != nil {
				return err
			}
		}
		option := connection.(adbc.PostInitOptions).SetOption("adbc.flight.sql.session.option.spark.sql.session.timeZone", "UTC")
		return errors.Join(option, query(ctx, connection, "SELECT current_timezone()", func(batch arrow.RecordBatch) error {
			return expect(batch.Column(0).ValueStr(0), "UTC")
		}))
	})
}

func manyBatches(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		seen := make([]bool, rows)
		sql := fmt.Sprintf("SELECT id, repeat('x', 100) AS text FROM range(0, %d, 1, 8)", rows)
		err := query(ctx, connection, sql, func(batch arrow.RecordBatch) error {
			for _, id := range batch.Column(0).(*array.Int64).Int64Values() {
				if seen[id] {
					return fmt.Errorf("row %d came twice", id)
				}
				seen[id] = true
			}
			return nil
		})
		for id, came := range seen {
			if !came {
				return errors.Join(err, fmt.Errorf("row %d is missing", id))
			}
		}
		return err
	})
}

func packed(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		for _, packing := range []string{"lz4", "zstd"} {
			if _, err := update(ctx, connection, "SET spark.flight.result.compression = "+packing); err != nil {
				return err
			}
			sum := int64(0)
			sql := "SELECT id, repeat('x', id % 100) AS text FROM range(0, 5000, 1, 2)"
			err := query(ctx, connection, sql, func(batch arrow.RecordBatch) error {
				texts := batch.Column(1).(*array.String)
				for row, id := range batch.Column(0).(*array.Int64).Int64Values() {
					sum += id
					if len(texts.Value(row)) != int(id%100) {
						return fmt.Errorf("row %d has the text %s", id, texts.Value(row))
					}
				}
				return nil
			})
			if err = errors.Join(err, expect(fmt.Sprint(sum), "12497500")); err != nil {
				return err
			}
		}
		return nil
	})
}

func globalOrder(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		next := int64(rows - 1)
		sql := fmt.Sprintf("SELECT id FROM range(0, %d, 1, 8) ORDER BY id DESC", rows)
		err := query(ctx, connection, sql, func(batch arrow.RecordBatch) error {
			for _, id := range batch.Column(0).(*array.Int64).Int64Values() {
				if err := expect(id, next); err != nil {
					return err
				}
				next--
			}
			return nil
		})
		return errors.Join(err, expect(next, -1))
	})
}

func noRows(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		return statement(connection, "SELECT id, string(id) AS name FROM range(10) WHERE id < 0", func(made adbc.Statement) error {
			reader, _, err := made.ExecuteQuery(ctx)
			if err != nil {
				return err
			}
			defer reader.Release()
			err = batches(reader, func(batch arrow.RecordBatch) error { return expect(batch.NumRows(), 0) })
			return errors.Join(err, expect(reader.Schema().NumFields(), 2))
		})
	})
}

func failures(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		none := func(arrow.RecordBatch) error { return nil }
		wrong := query(ctx, connection, "SELEC 1", none)
		late := query(ctx, connection, "SELECT raise_error('stop here') FROM range(0, 9, 1, 3)", none)
		return errors.Join(
			refused(wrong, adbc.StatusInvalidArgument, "PARSE_SYNTAX_ERROR"),
			refused(late, adbc.StatusInternal, "stop here"),
			expectNumber(ctx, connection, "SELECT 2L", 2))
	})
}

func updates(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		return withTable(ctx, connection, "go_updates", func() error {
			count, err := update(ctx, connection, "INSERT INTO go_updates VALUES (1, 'a'), (2, 'b')")
			return errors.Join(err, expect(count, 2), expectNumber(ctx, connection, "SELECT sum(id) FROM go_updates", 3))
		})
	})
}

func withTable(ctx context.Context, connection adbc.Connection, name string, action func() error) error {
	_, dropped := update(ctx, connection, "DROP TABLE IF EXISTS "+name)
	_, created := update(ctx, connection, "CREATE TABLE "+name+" (id BIGINT, name STRING) USING parquet")
	if err := errors.Join(dropped, created); err != nil {
		return err
	}
	err := action()
	_, dropped = update(ctx, connection, "DROP TABLE "+name)
	return errors.Join(err, dropped)
}

func prepared(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		return statement(connection, "SELECT count(*) FROM range(100)", func(made adbc.Statement) error {
			err := made.Prepare(ctx)
			for time := 0; time < 3 && err == nil; time++ {
				var found int64
				found, err = number(ctx, made)
				err = errors.Join(err, expect(found, 100))
			}
			return err
		})
	})
}

// bound is a batch of parameters: numbers, and their names; an empty name is null.
func bound(ids []int64, names []string) arrow.RecordBatch {
	fields := []arrow.Field{{Name: "0", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}
	if names != nil {
		fields = append(fields, arrow.Field{Name: "1", Type: arrow.BinaryTypes.String, Nullable: true})
	}
	builder := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	defer builder.Release()
	builder.Field(0).(*array.Int64Builder).AppendValues(ids, nil)
	for _, name := range names {
		if name == "" {
			builder.Field(1).AppendNull()
		} else {
			builder.Field(1).(*array.StringBuilder).Append(name)
		}
	}
	return builder.NewRecordBatch()
}

func parameters(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		return statement(connection, "SELECT count(*) FROM range(100) WHERE id < ?", func(made adbc.Statement) error {
			err := made.Prepare(ctx)
			for _, value := range []int64{7, 70} {
				if err == nil {
					err = made.Bind(ctx, bound([]int64{value}, nil))
				}
				if err == nil {
					var found int64
					found, err = number(ctx, made)
					err = errors.Join(err, expect(found, value))
				}
			}
			return err
		})
	})
}

func manyParameters(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		return withTable(ctx, connection, "go_many", func() error {
			return errors.Join(
				statement(connection, "INSERT INTO go_many VALUES (?, ?)", func(made adbc.Statement) error {
					if err := made.Prepare(ctx); err != nil {
						return err
					}
					if err := made.Bind(ctx, bound([]int64{1, 2, 3}, []string{"a", "", "c"})); err != nil {
						return err
					}
					_, err := made.ExecuteUpdate(ctx)
					return err
				}),
				expectNumber(ctx, connection, "SELECT sum(id) + count(name) FROM go_many", 8))
		})
	})
}

func ingest(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		made, err := connection.NewStatement()
		if err != nil {
			return err
		}
		defer made.Close()
		err = errors.Join(
			made.SetOption(adbc.OptionKeyIngestTargetTable, "go_ingest"),
			made.SetOption(adbc.OptionKeyIngestMode, adbc.OptionValueIngestModeCreate),
			made.Bind(ctx, bound([]int64{1, 2, 3}, nil)))
		if err != nil {
			return err
		}
		count, err := made.ExecuteUpdate(ctx)
		if err != nil {
			return err
		}
		if count != 3 {
			return fmt.Errorf("%d rows were counted, not 3", count)
		}
		if err = expectNumber(ctx, connection, "SELECT sum(`0`) FROM go_ingest", 6); err != nil {
			return err
		}
		_, dropped := update(ctx, connection, "DROP TABLE go_ingest")
		return dropped
	})
}

func metadata(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		if _, err := update(ctx, connection, "CREATE OR REPLACE VIEW go_view AS SELECT 1 AS a, 'x' AS b"); err != nil {
			return err
		}
		name := "go_view"
		reader, err := connection.GetObjects(ctx, adbc.ObjectDepthAll, nil, nil, &name, nil, nil)
		if err != nil {
			return err
		}
		defer reader.Release()
		var text strings.Builder
		err = batches(reader, func(batch arrow.RecordBatch) error {
			content, err := batch.MarshalJSON()
			text.Write(content)
			return err
		})
		for _, wanted := range []string{`"spark_catalog"`, `"default"`, `"go_view"`, `"VIEW"`, `"column_name":"b"`} {
			if !strings.Contains(text.String(), wanted) {
				err = errors.Join(err, fmt.Errorf("no %s in %s", wanted, text.String()))
			}
		}
		_, dropped := update(ctx, connection, "DROP VIEW go_view")
		return errors.Join(err, dropped)
	})
}

// substrait sends a plan that brings a table of two rows: a column "n" with 1 and 2.
func substrait(ctx context.Context, uri string) error {
	plan, err := hex.DecodeString(
		"1a2c122a0a250a23120d0a016e12080a043a02100118022a120a070a0538019003" +
			"010a070a05380290030112016e")
	if err != nil {
		return err
	}
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		made, err := connection.NewStatement()
		if err != nil {
			return err
		}
		sum := int64(0)
		err = made.SetSubstraitPlan(plan)
		if err == nil {
			err = results(ctx, made, func(batch arrow.RecordBatch) error {
				for _, n := range batch.Column(0).(*array.Int64).Int64Values() {
					sum += n
				}
				return nil
			})
		}
		return errors.Join(err, expect(sum, 3), made.Close())
	})
}

func facts(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		reader, err := connection.GetInfo(ctx, []adbc.InfoCode{adbc.InfoVendorName, adbc.InfoVendorVersion})
		if err != nil {
			return err
		}
		defer reader.Release()
		found := int64(0)
		err = batches(reader, func(batch arrow.RecordBatch) error {
			found += batch.NumRows()
			return nil
		})
		return errors.Join(err, expect(found, 2))
	})
}

func schema(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		return statement(connection, "SELECT 1L AS a, 'x' AS b", func(made adbc.Statement) error {
			found, err := made.(adbc.StatementExecuteSchema).ExecuteSchema(ctx)
			if err != nil {
				return err
			}
			return errors.Join(expect(found.Field(0).Type.String(), "int64"), expect(found.Field(1).Type.String(), "utf8"))
		})
	})
}

func partitions(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		sql := fmt.Sprintf("SELECT id FROM range(0, %d, 1, 8)", rows)
		return statement(connection, sql, func(made adbc.Statement) error {
			_, found, _, err := made.ExecutePartitions(ctx)
			if err != nil {
				return err
			}
			total := int64(0)
			for _, partition := range found.PartitionIDs {
				reader, err := connection.ReadPartition(ctx, partition)
				if err != nil {
					return err
				}
				err = batches(reader, func(batch arrow.RecordBatch) error {
					total += batch.NumRows()
					return nil
				})
				reader.Release()
				if err != nil {
					return err
				}
			}
			return expect(total, rows)
		})
	})
}

func cancelled(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		brief, cancel := context.WithCancel(ctx)
		defer cancel()
		err := query(brief, connection, "SELECT id FROM range(0, 1000000000000, 1, 4)", func(arrow.RecordBatch) error {
			cancel()
			return nil
		})
		if err == nil {
			return errors.New("a cancelled result has an end")
		}
		if !strings.Contains(strings.ToLower(err.Error()), "cancel") {
			return err
		}
		return expectNumber(ctx, connection, "SELECT 3L", 3)
	})
}

func transactions(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		err := connection.(adbc.PostInitOptions).SetOption(adbc.OptionKeyAutoCommit, adbc.OptionValueDisabled)
		if err := refused(err, adbc.StatusNotImplemented, ""); err != nil {
			return err
		}
		return limit("in Spark; each statement takes effect at once")
	})
}

func types(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		if _, err := update(ctx, connection, "SET spark.sql.session.timeZone = UTC"); err != nil {
			return err
		}
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			line := map[string]string{"expression": lines.Text()}
			err := query(ctx, connection, "SELECT "+lines.Text()+" AS v", func(batch arrow.RecordBatch) error {
				column := batch.Column(0)
				line["type"], line["value"] = column.DataType().String(), column.ValueStr(0)
				return nil
			})
			if err != nil {
				line["error"] = err.Error()
			}
			print(line)
		}
		return lines.Err()
	})
}

func bindAll(ctx context.Context, uri string) error {
	return with(ctx, uri, "go", func(connection adbc.Connection) error {
		if _, err := update(ctx, connection, "SET spark.sql.session.timeZone = UTC"); err != nil {
			return err
		}
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			expression, question, _ := strings.Cut(lines.Text(), "\t")
			line := map[string]string{}
			err := query(ctx, connection, "SELECT "+expression+" AS v", func(value arrow.RecordBatch) error {
				return statement(connection, question, func(made adbc.Statement) error {
					if err := made.Prepare(ctx); err != nil {
						return err
					}
					value.Retain() // the statement releases what it was given
					if err := made.Bind(ctx, value); err != nil {
						return err
					}
					return results(ctx, made, func(found arrow.RecordBatch) error {
						line["arrived"] = found.Column(0).ValueStr(0)
						return nil
					})
				})
			})
			if err != nil {
				line["limit"] = err.Error()
			}
			print(line)
		}
		return lines.Err()
	})
}
