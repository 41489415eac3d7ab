package io.sparkflight.sql.cli;

/** How the command ends. */
final class ExitCode {
  /** Done. */
  static final int OK = 0;

  /** The server, or what it was asked for, failed. */
  static final int FAILED = 1;

  /** The command line says something that cannot be. */
  static final int USAGE = 2;

  /** No server answers. */
  static final int UNREACHABLE = 3;

  private ExitCode() {}
}
