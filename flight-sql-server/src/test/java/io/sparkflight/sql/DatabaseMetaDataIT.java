package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.FlightSqlServerExtension;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every method of {@link DatabaseMetaData}, with arguments of every kind that callers give. */
class DatabaseMetaDataIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  /**
   * What version 18.3 of the JDBC driver has not, whatever the server: its base, Avatica, throws.
   */
  private static final Set<String> NOT_IN_THE_DRIVER =
      Set.of(
          "deletesAreDetected(int)",
          "insertsAreDetected(int)",
          "updatesAreDetected(int)",
          "othersDeletesAreVisible(int)",
          "othersInsertsAreVisible(int)",
          "othersUpdatesAreVisible(int)",
          "ownDeletesAreVisible(int)",
          "ownInsertsAreVisible(int)",
          "ownUpdatesAreVisible(int)",
          "supportsResultSetHoldability(int)");

  private static final String NOT_IMPLEMENTED =
      "java.lang.RuntimeException: todo: implement this method";

  private static final List<Integer> RESULT_SETS =
      List.of(
          ResultSet.TYPE_FORWARD_ONLY,
          ResultSet.TYPE_SCROLL_INSENSITIVE,
          ResultSet.TYPE_SCROLL_SENSITIVE);

  private static final List<Integer> ISOLATION_LEVELS =
      List.of(
          Connection.TRANSACTION_NONE,
          Connection.TRANSACTION_READ_COMMITTED,
          Connection.TRANSACTION_SERIALIZABLE);

  private static Connection jdbc;

  @BeforeAll
  static void connect() throws Exception {
    MetadataFixture.create(SERVER.spark());
    jdbc = SERVER.jdbc();
  }

  @AfterAll
  static void close() throws Exception {
    jdbc.close();
    MetadataFixture.drop(SERVER.spark());
  }

  @Test
  void everyMethodAnswers() throws Exception {
    Map<String, String> failed = new TreeMap<>();
    List<Method> methods = new ArrayList<>(Arrays.asList(DatabaseMetaData.class.getMethods()));
    methods.sort(Comparator.comparing(Method::getName));
    assertThat(methods).hasSizeGreaterThan(170);
    for (Method method : methods) {
      for (int choice = 0; choice < 3; choice++) {
        call(method, choice, failed);
      }
    }
    assertThat(failed.keySet()).isEqualTo(NOT_IN_THE_DRIVER);
    assertThat(failed.values()).containsOnly(NOT_IMPLEMENTED);
  }

  private static void call(Method method, int choice, Map<String, String> failed) throws Exception {
    @Nullable Object[] arguments =
        Arrays.stream(method.getParameterTypes())
            .map(type -> argument(method, type, choice))
            .toArray();
    try {
      Object answer = method.invoke(jdbc.getMetaData(), arguments);
      if (answer instanceof ResultSet rows) {
        read(rows);
      }
    } catch (InvocationTargetException e) {
      failed.put(name(method), String.valueOf(e.getCause()));
    } catch (Exception e) {
      failed.put(name(method) + " rows", String.valueOf(e));
    }
  }

  /** The driver drops a stream without rows together with its schema: no columns then. */
  private static void read(ResultSet rows) throws Exception {
    try (rows) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        assertThat(columns).isPositive();
        for (int column = 1; column <= columns; column++) {
          rows.getObject(column);
        }
      }
    }
  }

  /** Nothing, where JDBC allows it, names that exist, patterns. */
  private static @Nullable Object argument(Method method, Class<?> type, int choice) {
    if (type == String.class) {
      boolean exact = method.getName().matches(".*(Keys|CrossReference)");
      return choice == 0 && !exact ? null : choice == 1 ? "meta" : "%";
    } else if (type == String[].class) {
      return choice == 0 ? null : new String[] {"TABLE"};
    } else if (type == int[].class) {
      return choice == 0 ? null : new int[] {java.sql.Types.STRUCT};
    } else if (type == int.class) {
      boolean isolation = method.getName().contains("Isolation");
      return (isolation ? ISOLATION_LEVELS : RESULT_SETS).get(choice);
    } else if (type == boolean.class) {
      return choice == 0;
    } else if (type == Class.class) {
      return DatabaseMetaData.class;
    }
    throw new AssertionError("no argument of " + type);
  }

  private static String name(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(", ", method.getName() + "(", ")"));
  }
}
