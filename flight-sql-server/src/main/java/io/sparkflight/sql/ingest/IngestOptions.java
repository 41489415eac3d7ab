package io.sparkflight.sql.ingest;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.StatementHandle;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;

/**
 * What a client wants done with the rows that it uploads.
 *
 * @param table the name of the table
 * @param schema empty for the session's own
 * @param catalog empty for the session's own
 * @param temporary whether only the session is to have it
 * @param creates whether a table that does not exist is made, or its absence is an error
 * @param existing what happens to a table that exists
 * @param id by which the client would repeat the same ingest
 * @param step what this upload is for the ingest
 */
public record IngestOptions(
    String table,
    Optional<String> schema,
    Optional<String> catalog,
    boolean temporary,
    boolean creates,
    Existing existing,
    Optional<String> id,
    IngestStep step) {
  /** Names an ingest, so that it is done once. */
  public static final String ID = "ingest.id";

  /** Names a part of it. */
  public static final String PART = "ingest.part";

  /** Tells of which parts it consists. */
  public static final String PARTS = "ingest.parts";

  private static final Set<String> OURS = Set.of(ID, PART, PARTS);

  private static final int LONGEST_ID = 256;

  /** What happens to a table that exists. */
  public enum Existing {
    FAIL,
    APPEND,
    REPLACE
  }

  /**
   * Reads the options of a command.
   *
   * @throws FlightFailure INVALID if they are incomplete or contradict each other
   */
  public static IngestOptions of(CommandStatementIngest command) {
    require(!command.getTable().isEmpty(), "it names no table. Name one.");
    boolean placed = command.hasSchema() || command.hasCatalog();
    require(
        !(command.getTemporary() && placed),
        "a temporary table lies in no catalog and no schema. Name neither.");
    IngestOptions options =
        new IngestOptions(
            command.getTable(),
            command.hasSchema() ? Optional.of(command.getSchema()) : Optional.empty(),
            command.hasCatalog() ? Optional.of(command.getCatalog()) : Optional.empty(),
            command.getTemporary(),
            creates(command.getTableDefinitionOptions()),
            existing(command.getTableDefinitionOptions()),
            id(command.getOptionsMap()),
            step(command.getOptionsMap()));
    require(
        options.creates() || options.existing() != Existing.FAIL,
        "it may neither create the table nor use one that exists. Allow one of them.");
    require(
        options.id().isEmpty() || !options.temporary(),
        "a temporary table remembers no %s. Leave it away.".formatted(ID));
    require(
        options.id().isPresent() || options.step() instanceof IngestStep.Whole,
        "a part of an ingest needs an %s. Give it the same as the commit.".formatted(ID));
    return options;
  }

  private static IngestStep step(Map<String, String> options) {
    String part = options.get(PART);
    String parts = options.get(PARTS);
    require(
        part == null || parts == null,
        "it has both %s and %s. Send the parts first, and then commit them."
            .formatted(PART, PARTS));
    return part != null
        ? IngestStep.part(part)
        : parts != null ? IngestStep.commit(parts) : new IngestStep.Whole();
  }

  /**
   * The same with an id that is this user's alone, and that may stand anywhere: 32 hexadecimal
   * digits.
   */
  public IngestOptions of(String user) {
    Optional<String> own = id.map(name -> id(user, name).toString());
    return new IngestOptions(table, schema, catalog, temporary, creates, existing, own, step);
  }

  /** The same for a table that does not remember the ingest, because another one does. */
  IngestOptions withoutId() {
    return new IngestOptions(
        table, schema, catalog, temporary, creates, existing, Optional.empty(), step);
  }

  /** The name of a user's ingest, which no other user can have. */
  public static StatementHandle id(String user, String name) {
    return StatementHandle.of(user + "\0" + name);
  }

  private static boolean creates(TableDefinitionOptions options) {
    TableNotExistOption option = options.getIfNotExist();
    require(
        option == TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE
            || option == TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL,
        "it does not say what to do if the table does not exist (if_not_exist). Say CREATE or FAIL.");
    return option == TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE;
  }

  private static Existing existing(TableDefinitionOptions options) {
    return switch (options.getIfExists()) {
      case TABLE_EXISTS_OPTION_FAIL -> Existing.FAIL;
      case TABLE_EXISTS_OPTION_APPEND -> Existing.APPEND;
      case TABLE_EXISTS_OPTION_REPLACE -> Existing.REPLACE;
      case TABLE_EXISTS_OPTION_UNSPECIFIED, UNRECOGNIZED ->
          throw refused(
              "it does not say what to do if the table exists (if_exists). Say FAIL, APPEND or REPLACE.");
    };
  }

  private static Optional<String> id(Map<String, String> options) {
    TreeSet<String> others = new TreeSet<>(options.keySet());
    others.removeAll(OURS);
    require(
        others.isEmpty(),
        "it has the option %s, and this server knows only %s. Leave it away."
            .formatted(
                others.isEmpty() ? "" : others.first(), String.join(", ", new TreeSet<>(OURS))));
    String id = options.get(ID);
    require(
        id == null || (!id.isBlank() && id.length() <= LONGEST_ID),
        "its %s is blank or has more than %d characters. Use a shorter one."
            .formatted(ID, LONGEST_ID));
    return Optional.ofNullable(id);
  }

  private static void require(boolean condition, String why) {
    if (!condition) {
      throw refused(why);
    }
  }

  private static FlightFailure refused(String why) {
    return new FlightFailure(ErrorKind.INVALID, "Cannot carry out the bulk ingest: " + why);
  }
}
