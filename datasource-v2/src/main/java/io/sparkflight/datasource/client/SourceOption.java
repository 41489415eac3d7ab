package io.sparkflight.datasource.client;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Every option of the source, with the sentence that the manual prints. */
public enum SourceOption {
  URI(
      "uri",
      Scope.SERVER,
      "the server: `grpc://HOST:PORT`, or `grpc+tls://HOST:PORT` for TLS; required"),
  USER("user", Scope.SERVER, "signs in by Basic authentication"),
  PASSWORD("password", Scope.SERVER, "of `user`"),
  TOKEN("token", Scope.SERVER, "signs in by a bearer token"),
  TOKEN_FILE(
      "token-file",
      Scope.SERVER,
      "a file with a bearer token, on the driver and on each executor, read again for each connection"),
  TLS_CA("tls.ca", Scope.SERVER, "a file of PEM certificates to trust instead of the usual ones"),
  TLS_CERTIFICATE(
      "tls.client-cert",
      Scope.SERVER,
      "a file with the PEM certificate to show to a server that asks for one (mutual TLS)"),
  TLS_KEY("tls.client-key", Scope.SERVER, "a file with its PEM key (PKCS #8, no password)"),
  TIMEOUT(
      "timeout",
      Scope.SERVER,
      "how long the server may be silent: before it answers a call, and between two batches; default `10min`, `0s` for no end. What changes a table may take an hour, or this if it is longer"),
  RETAIN(
      "retain",
      Scope.SERVER,
      "how long a Spark Flight SQL server keeps a result for another read, renewed while the Spark query runs; default `2min`; `0s`: every part is read once, and takes no disk of the server"),
  STREAMS(
      "streams",
      Scope.SERVER,
      "in how many parts each Spark Flight SQL server hands out a result that it keeps, each for a task of its own, 1 to 64; default 1. With `retain` `0s`, and of a result in order, it is always one"),
  REREAD(
      "reread",
      Scope.SERVER,
      "`true`: the server gives the same rows again for a ticket, although it names no expiration time; default `false`"),
  QUERY("query", Scope.RELATION, "what to read, in the server's own SQL"),
  DBTABLE(
      "dbtable",
      Scope.RELATION,
      "the table, as it stands in a FROM clause of the server's own SQL"),
  WRITE_CREATE(
      "write.create",
      Scope.RELATION,
      "`true`: appending makes a table that does not exist; `false`, unless set: it is an error"),
  WRITE_AT_LEAST_ONCE(
      "write.at-least-once",
      Scope.RELATION,
      "`true`: appending to a server that cannot write all rows or none may write rows of failed tasks as well; `false`, unless set: it is an error"),
  PUSHDOWN(
      "pushdown",
      Scope.RELATION,
      "`false`: the server is asked for whole columns and all rows, and Spark does the rest; else `true`");

  /** Begins the name of an option whose rest is the name of a header. */
  static final String HEADER = "header.";

  /** The same for a header whose value Spark has to redact, as it does by this word. */
  static final String SECRET_HEADER = "secret-header.";

  private final String key;
  private final Scope scope;
  private final String meaning;

  /** What an option is about. */
  public enum Scope {
    /** The way to the server, the same for all its tables. */
    SERVER,
    /** What is read of it, or written to it. */
    RELATION
  }

  SourceOption(String key, Scope scope, String meaning) {
    this.key = key;
    this.scope = scope;
    this.meaning = meaning;
  }

  /** As users write it. */
  public String key() {
    return key;
  }

  public Scope scope() {
    return scope;
  }

  /** The sentence of the manual, in Markdown. */
  public String meaning() {
    return meaning;
  }

  /** The one of a name in any case. */
  static Optional<SourceOption> of(String name) {
    String key = name.toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(each -> each.key.equals(key)).findFirst();
  }

  /** The refusal of a name that is none of them. */
  static IllegalArgumentException unknown(String name) {
    List<String> keys = Arrays.stream(values()).map(SourceOption::key).toList();
    String near =
        keys.stream()
            .min(
                Comparator.comparing(
                    each -> LevenshteinDistance.getDefaultInstance().apply(each, name)))
            .orElseThrow();
    return new IllegalArgumentException(
        "Cannot use flight-sql: it has no option %s. Did you mean %s? It has %s, and %sNAME, %sNAME."
            .formatted(name, near, String.join(", ", keys), HEADER, SECRET_HEADER));
  }
}
