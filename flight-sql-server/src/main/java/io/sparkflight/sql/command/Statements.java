package io.sparkflight.sql.command;

import io.sparkflight.arrow.SparkArrowSchema;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.ManagerConfig;
import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PlacementRule;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultEndpoint;
import io.sparkflight.manager.ResultOptions;
import io.sparkflight.manager.SparkFlightManager;
import io.sparkflight.manager.StatementRequest;
import io.sparkflight.sql.session.PreparedStatement;
import io.sparkflight.sql.session.Session;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.sparkflight.AnalysedStatement;
import org.apache.spark.sql.sparkflight.SparkBridge;
import org.apache.spark.sql.sparkflight.SqlBridge;
import org.apache.spark.sql.sparkflight.StatementSource;
import org.apache.spark.sql.sparkflight.WrittenRows;

/** From what a client asks to what it gets: analysis, execution, the endpoints of the result. */
public final class Statements {
  /** What the Spark UI shows of a statement. */
  private static final int SHOWN = 200;

  private final SparkFlightManager manager;
  private final PlacementRule placement;
  private final ResultOptions defaults;
  private final CallJobs jobs;
  private final int longest;

  /**
   * Over a manager, which stays the caller's.
   *
   * @param config how results are placed, and handed out unless a session wants it otherwise
   * @param timer watches calls; stays the caller's
   * @param longest the most characters a statement may have
   */
  public Statements(
      SparkFlightManager manager,
      ManagerConfig config,
      ScheduledExecutorService timer,
      int longest) {
    this.manager = manager;
    this.placement = new PlacementRule(config);
    this.defaults = config.result();
    this.jobs = new CallJobs(timer);
    this.longest = longest;
  }

  /** The most characters that a statement may have. */
  public int longest() {
    return longest;
  }

  /** Analyses a statement of SQL for one execution; runs nothing. */
  QueryExecution analyse(Session session, String sql) {
    checkLength(sql);
    return analyse(session, StatementSource.sql(sql));
  }

  /** Analyses a statement for one execution; runs nothing. */
  QueryExecution analyse(Session session, StatementSource source) {
    return spark(
        "analyse the statement",
        () -> {
          LogicalPlan plan = source.parse(session.spark());
          int parameters = AnalysedStatement.parameters(plan);
          if (parameters > 0) {
            throw new FlightFailure(
                ErrorKind.INVALID,
                "Cannot run the statement: it has %s, and no values are bound. Prepare it, and bind a value for each ?."
                    .formatted(PreparedPlans.parameters(parameters)));
          }
          return session.analyse(anew -> AnalysedStatement.once(session.spark(), source, anew));
        });
  }

  /** Analyses a statement of SQL that may have parameters; runs nothing. */
  PreparedStatement prepare(Session session, String sql) {
    checkLength(sql);
    return PreparedPlans.prepare(session, StatementSource.sql(sql));
  }

  private void checkLength(String sql) {
    if (sql.length() > longest) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot analyse the statement: it has %d characters, and %d are allowed. Put its values into a table."
              .formatted(sql.length(), longest));
    }
  }

  /** The schema of a statement's rows: without fields if it has none. */
  static Schema schema(AnalysedStatement analysed) {
    return SparkArrowSchema.of(analysed.columns(), analysed.timeZone());
  }

  /** The schema of a statement's rows: without fields if it has none. */
  Schema schema(QueryExecution analysed) {
    return SparkArrowSchema.of(SqlBridge.columns(analysed), SparkBridge.timeZone(analysed));
  }

  /** Runs a command to its end, or starts a query, and says where the rows are. */
  FlightInfo execute(
      Caller caller, String sql, QueryExecution analysed, FlightDescriptor descriptor) {
    PublishedStatement published =
        spark(
            "run the statement",
            () ->
                switch (SqlBridge.sort(analysed)) {
                  case COMMAND -> {
                    schema(analysed); // a result that cannot be told must not take effect
                    QueryExecution run =
                        command(caller, sql, analysed, () -> SqlBridge.run(analysed, shown(sql)));
                    yield publish(caller, sql, run, Placement.COLLECTED, defaults);
                  }
                  case QUERY -> query(caller, sql, analysed);
                });
    return new FlightInfo(
        published.schema(),
        descriptor,
        published.endpoints().stream().map(Statements::endpoint).toList(),
        -1,
        -1,
        published.ordered(),
        IpcOption.DEFAULT);
  }

  private PublishedStatement query(Caller caller, String sql, QueryExecution analysed) {
    ResultOptions options = WishedResultOptions.of(caller, defaults);
    return publish(caller, sql, analysed, placement.decide(analysed, options), options);
  }

  private <T> T command(Caller caller, String sql, QueryExecution analysed, Supplier<T> action) {
    return SqlBridge.leavesTables(analysed)
        ? changeSession(caller, shown(sql), action)
        : change(caller, shown(sql), action);
  }

  /**
   * Runs something that changes what statements see, for a client that waits.
   *
   * @param text what Spark's UI shows
   */
  <T> T change(Caller caller, String text, Supplier<T> action) {
    try {
      return changeSession(caller, text, action);
    } finally {
      caller.session().tablesChanged();
    }
  }

  private <T> T changeSession(Caller caller, String text, Supplier<T> action) {
    caller.session().changed();
    try {
      return jobs.run(caller, text, action);
    } finally {
      caller.session().changed();
    }
  }

  /**
   * Runs a command to its end.
   *
   * @return the number of rows it wrote, if it was counted
   */
  OptionalLong update(Caller caller, String sql, QueryExecution analysed) {
    requireCommand(SqlBridge.sort(analysed));
    return spark(
        "run the statement",
        () -> command(caller, sql, analysed, () -> WrittenRows.run(analysed, shown(sql))));
  }

  static void requireCommand(SqlBridge.Sort sort) {
    if (sort != SqlBridge.Sort.COMMAND) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot run the statement as an update: it is a query. Execute it as a query.");
    }
  }

  private PublishedStatement publish(
      Caller caller, String sql, QueryExecution query, Placement where, ResultOptions options) {
    String user = caller.session().identity().user();
    PublishedStatement published =
        manager.publish(new StatementRequest(user, shown(sql), query, where, options));
    if (caller.gone().getAsBoolean()) { // nobody will ever have its tickets
      manager.cancel(published.endpoints().get(0).ticket(), user);
    }
    return published;
  }

  static <T> T spark(String what, Supplier<T> action) {
    try {
      return action.get();
    } catch (Exception
        | StackOverflowError
        | OutOfMemoryError e) { // Scala throws checked exceptions undeclared
      throw FlightErrors.ofSpark(what, e);
    }
  }

  private static FlightEndpoint endpoint(ResultEndpoint endpoint) {
    return new FlightEndpoint(
        new Ticket(endpoint.ticket()),
        endpoint.expires().orElse(null),
        endpoint.locations().stream().map(Location::new).toArray(Location[]::new));
  }

  private static String shown(String sql) {
    return sql.length() <= SHOWN ? sql : sql.substring(0, SHOWN) + "…";
  }
}
