package io.sparkflight.sql.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.util.List;

/** What a server says when it answers: where it is, and what to try. */
record Greeting(URI uri, List<String> tables, String query) {

  /** Programs wait for the first line, which holds the JDBC URL. */
  void print(PrintWriter out) {
    String jdbc = "jdbc:arrow-flight-sql://%s/?useEncryption=false".formatted(uri.getAuthority());
    out.println(jdbc);
    out.println();
    if (!tables.isEmpty()) {
      out.println("Tables: " + String.join(", ", tables));
      out.println();
    }
    out.printf(
        "From another terminal:%n  %s sql --uri %s \"%s\"%n%n", SparkFlight.calledAs(), uri, query);
    out.printf(
        "From Python (pip install adbc-driver-flightsql pyarrow):%n"
            + "  import adbc_driver_flightsql.dbapi as flight%n"
            + "  with flight.connect(\"%s\", autocommit=True) as connection, connection.cursor() as cursor:%n"
            + "      cursor.execute(\"%s\")%n"
            + "      print(cursor.fetch_arrow_table())%n%n",
        uri, query);
    out.printf(
        "From Java, with flight-sql-jdbc-driver on the class path:%n"
            + "  DriverManager.getConnection(\"%s\")%n"
            + "      .createStatement().executeQuery(\"%s\")%n%n",
        jdbc, query);
    out.println("Ctrl-C ends the server.");
    out.flush();
  }
}
