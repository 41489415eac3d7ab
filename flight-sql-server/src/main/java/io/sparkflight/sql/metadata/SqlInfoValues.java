package io.sparkflight.sql.metadata;

import com.google.protobuf.ProtocolMessageEnum;
import io.sparkflight.sql.substrait.SubstraitPlans;
import java.util.EnumMap;
import java.util.Map;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlNullOrdering;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlOuterJoinsSupportLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedCaseSensitivity;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedGroupBy;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedResultSetConcurrency;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedResultSetType;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedSubqueries;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedTransaction;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedUnions;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlTransactionIsolationLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SupportedAnsi92SqlGrammarLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SupportedSqlGrammar;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * What this server says of itself: a value for every standard code, because drivers fail on a
 * missing one. The Java type of a value decides its wire type: a Long is a number, an Integer a
 * mask, as the JDBC driver casts them.
 */
final class SqlInfoValues {
  private static final Map<SqlInfo, Object> VALUES = new EnumMap<>(SqlInfo.class);

  private SqlInfoValues() {}

  /**
   * All of them, by code.
   *
   * @param longestStatement the most characters that a statement may have
   */
  static Map<SqlInfo, Object> of(SparkSession spark, int longestStatement) {
    Map<SqlInfo, Object> values = new EnumMap<>(VALUES);
    values.putAll(SqlLanguage.of(spark));
    values.put(SqlInfo.SQL_MAX_STATEMENT_LENGTH, (long) longestStatement);
    return values;
  }

  static {
    server();
    terms();
    language();
    transactions();
    masks();
    noMasks();
    results();
    limits();
  }

  private static void server() {
    set("Spark Flight SQL", SqlInfo.FLIGHT_SQL_SERVER_NAME);
    set(version(SqlInfoValues.class), SqlInfo.FLIGHT_SQL_SERVER_VERSION);
    set(
        version(org.apache.arrow.vector.FieldVector.class),
        SqlInfo.FLIGHT_SQL_SERVER_ARROW_VERSION);
    set(
        true,
        SqlInfo.FLIGHT_SQL_SERVER_SQL,
        SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT,
        SqlInfo.FLIGHT_SQL_SERVER_CANCEL,
        SqlInfo.FLIGHT_SQL_SERVER_BULK_INGESTION);
    // Plans of other versions are tried, and refused only for what is unknown in them.
    set(
        SubstraitPlans.VERSION,
        SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT_MIN_VERSION,
        SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT_MAX_VERSION);
    set(
        false,
        SqlInfo.FLIGHT_SQL_SERVER_READ_ONLY,
        SqlInfo.FLIGHT_SQL_SERVER_INGEST_TRANSACTIONS_SUPPORTED);
    set(
        SqlSupportedTransaction.SQL_SUPPORTED_TRANSACTION_NONE_VALUE,
        SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION);
    set(
        0,
        SqlInfo.FLIGHT_SQL_SERVER_STATEMENT_TIMEOUT,
        SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION_TIMEOUT);
  }

  private static void terms() {
    set("`", SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR);
    set("\\", SqlInfo.SQL_SEARCH_STRING_ESCAPE);
    set("", SqlInfo.SQL_EXTRA_NAME_CHARACTERS, SqlInfo.SQL_PROCEDURE_TERM);
    set("schema", SqlInfo.SQL_SCHEMA_TERM);
    set("catalog", SqlInfo.SQL_CATALOG_TERM);
    set(true, SqlInfo.SQL_CATALOG_AT_START);
    set(
        (long) SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_CASE_INSENSITIVE_VALUE,
        SqlInfo.SQL_IDENTIFIER_CASE,
        SqlInfo.SQL_QUOTED_IDENTIFIER_CASE);
  }

  private static void language() {
    set(
        true,
        SqlInfo.SQL_DDL_SCHEMA,
        SqlInfo.SQL_DDL_TABLE,
        SqlInfo.SQL_ALL_TABLES_ARE_SELECTABLE,
        SqlInfo.SQL_SUPPORTS_COLUMN_ALIASING,
        SqlInfo.SQL_NULL_PLUS_NULL_IS_NULL,
        SqlInfo.SQL_SUPPORTS_TABLE_CORRELATION_NAMES,
        SqlInfo.SQL_SUPPORTS_EXPRESSIONS_IN_ORDER_BY,
        SqlInfo.SQL_SUPPORTS_ORDER_BY_UNRELATED,
        SqlInfo.SQL_SUPPORTS_LIKE_ESCAPE_CLAUSE,
        SqlInfo.SQL_SUPPORTS_NON_NULLABLE_COLUMNS,
        SqlInfo.SQL_CORRELATED_SUBQUERIES_SUPPORTED);
    set(
        false,
        SqlInfo.SQL_DDL_CATALOG,
        SqlInfo.SQL_SUPPORTS_DIFFERENT_TABLE_CORRELATION_NAMES,
        SqlInfo.SQL_SUPPORTS_INTEGRITY_ENHANCEMENT_FACILITY,
        SqlInfo.SQL_SELECT_FOR_UPDATE_SUPPORTED,
        SqlInfo.SQL_STORED_PROCEDURES_SUPPORTED,
        SqlInfo.SQL_STORED_FUNCTIONS_USING_CALL_SYNTAX_SUPPORTED,
        SqlInfo.SQL_NAMED_PARAMETERS_SUPPORTED,
        SqlInfo.SQL_BATCH_UPDATES_SUPPORTED,
        SqlInfo.SQL_LOCATORS_UPDATE_COPY);
    set((long) SqlNullOrdering.SQL_NULLS_SORTED_LOW_VALUE, SqlInfo.SQL_NULL_ORDERING);
  }

  private static void transactions() {
    set(
        false,
        SqlInfo.SQL_TRANSACTIONS_SUPPORTED,
        SqlInfo.SQL_SAVEPOINTS_SUPPORTED,
        SqlInfo.SQL_DATA_DEFINITION_CAUSES_TRANSACTION_COMMIT,
        SqlInfo.SQL_DATA_DEFINITIONS_IN_TRANSACTIONS_IGNORED);
    set(
        (long) SqlTransactionIsolationLevel.SQL_TRANSACTION_NONE_VALUE,
        SqlInfo.SQL_DEFAULT_TRANSACTION_ISOLATION);
    set(
        mask(SqlTransactionIsolationLevel.SQL_TRANSACTION_NONE),
        SqlInfo.SQL_SUPPORTED_TRANSACTIONS_ISOLATION_LEVELS);
  }

  private static void masks() {
    set(
        mask(
            SqlSupportedGroupBy.SQL_GROUP_BY_UNRELATED,
            SqlSupportedGroupBy.SQL_GROUP_BY_BEYOND_SELECT),
        SqlInfo.SQL_SUPPORTED_GROUP_BY);
    set(
        mask(SupportedSqlGrammar.SQL_MINIMUM_GRAMMAR, SupportedSqlGrammar.SQL_CORE_GRAMMAR),
        SqlInfo.SQL_SUPPORTED_GRAMMAR);
    set(mask(SupportedAnsi92SqlGrammarLevel.ANSI92_ENTRY_SQL), SqlInfo.SQL_ANSI92_SUPPORTED_LEVEL);
    set(
        mask(
            SqlOuterJoinsSupportLevel.SQL_FULL_OUTER_JOINS,
            SqlOuterJoinsSupportLevel.SQL_LIMITED_OUTER_JOINS),
        SqlInfo.SQL_OUTER_JOINS_SUPPORT_LEVEL);
    set(
        mask(
            SqlSupportedSubqueries.SQL_SUBQUERIES_IN_COMPARISONS,
            SqlSupportedSubqueries.SQL_SUBQUERIES_IN_EXISTS,
            SqlSupportedSubqueries.SQL_SUBQUERIES_IN_INS),
        SqlInfo.SQL_SUPPORTED_SUBQUERIES);
    set(
        mask(SqlSupportedUnions.SQL_UNION, SqlSupportedUnions.SQL_UNION_ALL),
        SqlInfo.SQL_SUPPORTED_UNIONS);
  }

  private static void noMasks() {
    // Names in procedure calls, index definitions and grants: Spark has none of these.
    set(
        0,
        SqlInfo.SQL_SUPPORTED_POSITIONED_COMMANDS,
        SqlInfo.SQL_SCHEMAS_SUPPORTED_ACTIONS,
        SqlInfo.SQL_CATALOGS_SUPPORTED_ACTIONS);
  }

  private static void results() {
    set(
        mask(SqlSupportedResultSetType.SQL_RESULT_SET_TYPE_FORWARD_ONLY),
        SqlInfo.SQL_SUPPORTED_RESULT_SET_TYPES);
    set(
        mask(SqlSupportedResultSetConcurrency.SQL_RESULT_SET_CONCURRENCY_READ_ONLY),
        SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_FORWARD_ONLY);
    set(
        0,
        SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_UNSPECIFIED,
        SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_SENSITIVE,
        SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_INSENSITIVE);
  }

  /** 0 says that there is no limit, or that it is not known. */
  private static void limits() {
    for (SqlInfo code : SqlInfo.values()) {
      if (code.name().startsWith("SQL_MAX_")) {
        set(0L, code);
      }
    }
    set(0L, SqlInfo.SQL_DB_SCHEMA_NAME_LENGTH);
    set(true, SqlInfo.SQL_MAX_ROW_SIZE_INCLUDES_BLOBS);
  }

  private static void set(Object value, SqlInfo... codes) {
    for (SqlInfo code : codes) {
      VALUES.put(code, value);
    }
  }

  private static int mask(ProtocolMessageEnum... bits) {
    int mask = 0;
    for (ProtocolMessageEnum bit : bits) {
      mask |= 1 << bit.getNumber();
    }
    return mask;
  }

  private static String version(Class<?> type) {
    @Nullable String version = type.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
