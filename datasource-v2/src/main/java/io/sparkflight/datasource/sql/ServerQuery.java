package io.sparkflight.datasource.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Function;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.NullOrdering;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.expressions.aggregate.AggregateFunc;
import org.apache.spark.sql.connector.expressions.aggregate.Aggregation;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * One query of a server, which grows while Spark plans: what it cannot say, it leaves out and says
 * so. Used by one thread.
 */
public final class ServerQuery {
  /** For rows that are only counted. */
  private static final String NOTHING = "1";

  private final Dialect dialect;
  private final StructType table;
  private final Expressions expressions;
  private final List<String> outputs = new ArrayList<>();
  private final List<String> predicates = new ArrayList<>();
  private final List<String> groups = new ArrayList<>();
  private final List<String> aggregates = new ArrayList<>();
  private final List<String> order = new ArrayList<>();
  private final Set<String> named = new HashSet<>();
  private StructType columns = new StructType();
  private int limit = -1;
  private int offset;

  /** All columns and rows of a relation. */
  public ServerQuery(Dialect dialect, StructType table) {
    this.dialect = dialect;
    this.table = table;
    this.expressions = dialect.expressions(table);
    select(table);
  }

  /** The columns of its answer. */
  public StructType columns() {
    return columns;
  }

  /**
   * The columns, as they were planned, whose types decide what the answer means although they may
   * not be in it: those of conditions, groups, aggregates and orders that Spark does not apply
   * again.
   */
  public StructType decisive() {
    StructType decisive = new StructType();
    for (StructField column : table.fields()) {
      if (dialect.sparks() && named.contains(column.name())) {
        decisive = decisive.add(column);
      }
    }
    return decisive;
  }

  private void name(Expression... expressions) {
    for (Expression expression : expressions) {
      for (NamedReference column : expression.references()) {
        named.add(column.fieldNames()[0]);
      }
    }
  }

  /** The most rows that it returns; -1 if that is not known. */
  public int most() {
    return !aggregates.isEmpty() && groups.isEmpty() ? 1 : limit;
  }

  /**
   * Asks for some columns only, and for some fields only where the server can make structs. Of a
   * server that has not told how names are quoted, for all columns.
   */
  public void select(StructType required) {
    StructType wanted = dialect.told() || required.isEmpty() ? required : table;
    SparkColumns structs = new SparkColumns(dialect.names(), table);
    columns = new StructType();
    outputs.clear();
    for (StructField column : table.fields()) {
      if (wanted.getFieldIndex(column.name()).isDefined()) {
        String name = dialect.names().name(column.name());
        Term part = new Term(name, column.dataType());
        if (dialect.sparks()) {
          part = structs.narrowed(column, wanted.apply(column.name()).dataType());
        }
        columns = columns.add(column.name(), part.type(), true);
        outputs.add(part.text().equals(name) ? name : part.text() + " AS " + name);
      }
    }
    if (!dialect.told() && !outputs.isEmpty()) {
      outputs.clear();
      outputs.add("*");
    }
  }

  /** Asks for rows that fulfil a condition; says no if the server cannot be told of it. */
  public boolean filter(Predicate predicate) {
    Optional<Term> said = expressions.predicate(predicate);
    int length = said.map(term -> term.text().length()).orElse(0);
    if (said.isEmpty() || (dialect.longest() > 0 && length > room())) {
      return false;
    }
    predicates.add(said.get().text());
    name(predicate);
    return true;
  }

  /** Half of what a statement may have is for what is not a condition. */
  private long room() {
    return dialect.longest() / 2 - predicates.stream().mapToLong(String::length).sum();
  }

  /** Whether the server could be asked for groups, and answers as Spark would. */
  public boolean canAggregate(Aggregation wanted) {
    return groups(wanted).isPresent() && functions(wanted).isPresent();
  }

  /** Asks for groups instead of rows; says no if the server cannot. */
  public boolean aggregate(Aggregation wanted) {
    Optional<List<Term>> by = groups(wanted);
    Optional<List<Term>> values = functions(wanted);
    if (by.isEmpty() || values.isEmpty() || (by.get().isEmpty() && values.get().isEmpty())) {
      return false;
    }
    columns = new StructType();
    outputs.clear();
    name(wanted.groupByExpressions());
    name(wanted.aggregateExpressions());
    by.get().forEach(term -> output(term, "group_" + groups.size(), groups));
    values.get().forEach(term -> output(term, "aggregate_" + aggregates.size(), aggregates));
    return true;
  }

  private void output(Term term, String name, List<String> those) {
    those.add(term.text());
    outputs.add(term.text() + " AS " + (dialect.told() ? dialect.names().name(name) : name));
    columns = columns.add(name, term.type(), true);
  }

  private Optional<List<Term>> groups(Aggregation wanted) {
    return all(wanted.groupByExpressions(), expressions::group);
  }

  private Optional<List<Term>> functions(Aggregation wanted) {
    return all(wanted.aggregateExpressions(), expressions::aggregate);
  }

  private static <T> Optional<List<Term>> all(T[] expressions, Function<T, Optional<Term>> say) {
    List<Term> said = Arrays.stream(expressions).map(say).flatMap(Optional::stream).toList();
    return Optional.of(said).filter(each -> each.size() == expressions.length);
  }

  /** Asks for the first rows in an order; says no if the server cannot sort as Spark does. */
  public boolean top(SortOrder[] wanted, int most) {
    Optional<List<Term>> by = all(wanted, each -> sorted(each.expression()));
    if (by.isEmpty()) {
      return false;
    }
    order.clear(); // Spark may ask twice
    name(wanted);
    for (int i = 0; i < wanted.length; i++) {
      boolean first = wanted[i].nullOrdering() == NullOrdering.NULLS_FIRST;
      String nulls = first ? " NULLS FIRST" : " NULLS LAST";
      order.add(by.get().get(i).text() + " " + wanted[i].direction() + nulls);
    }
    limit = most;
    return true;
  }

  /** Of groups, a column of the answer; of rows, any value. */
  private Optional<Term> sorted(Expression by) {
    if (groups.isEmpty() && aggregates.isEmpty()) {
      return expressions.order(by);
    }
    Optional<Term> said =
        by instanceof AggregateFunc function
            ? expressions.aggregate(function)
            : expressions.order(by);
    return said.filter(term -> dialect.sparks()).flatMap(term -> output(term.text()));
  }

  private Optional<Term> output(String text) {
    List<String> all = new ArrayList<>(groups);
    all.addAll(aggregates);
    int at = all.indexOf(text);
    return at < 0
        ? Optional.empty()
        : Optional.of(
            new Term(
                dialect.names().name(columns.fields()[at].name()),
                columns.fields()[at].dataType()));
  }

  /**
   * Asks for so many rows at most.
   *
   * @return whether the answer is sure to have no more
   */
  public boolean limit(int most) {
    limit = most;
    return dialect.sparks();
  }

  /** Leaves out the first rows of those that {@link #limit} has left. */
  public boolean offset(int rows) {
    if (!dialect.sparks()) {
      return false;
    }
    offset = rows;
    limit = limit < 0 ? limit : Math.max(0, limit - rows);
    return true;
  }

  /** The text of it. */
  public String of(String relation) {
    StringBuilder sql = new StringBuilder("SELECT ");
    sql.append(outputs.isEmpty() ? NOTHING : String.join(", ", outputs));
    sql.append(" FROM ").append(relation);
    sql.append('\n'); // ends a comment in what the user has written
    append(sql, "WHERE ", predicates, " AND ");
    append(sql, "GROUP BY ", groups, ", ");
    append(sql, "ORDER BY ", order, ", ");
    sql.append(limit < 0 ? "" : " LIMIT " + limit);
    sql.append(offset == 0 ? "" : " OFFSET " + offset);
    return sql.toString();
  }

  private static void append(StringBuilder sql, String clause, List<String> parts, String between) {
    if (!parts.isEmpty()) {
      sql.append(' ').append(clause).append(String.join(between, parts));
    }
  }

  /** What the server does, in the words of EXPLAIN. */
  @Override
  public String toString() {
    StringJoiner said = new StringJoiner(", ");
    said.add("PushedFilters: [" + String.join(", ", predicates) + "]");
    if (!groups.isEmpty() || !aggregates.isEmpty()) {
      said.add("PushedAggregates: [" + String.join(", ", aggregates) + "]");
      said.add("PushedGroupBy: [" + String.join(", ", groups) + "]");
    }
    if (!order.isEmpty()) {
      said.add("PushedTopN: [" + String.join(", ", order) + "]");
    }
    said.add("PushedLimit: " + (limit < 0 ? "none" : String.valueOf(limit)));
    if (offset > 0) {
      said.add("PushedOffset: " + offset);
    }
    return said.toString();
  }

  /** Whether the server means by it what Spark does: what it has taken is done. */
  public boolean isExact() {
    return dialect.sparks();
  }
}
