/**
 * Servers that are not ours, for tests of the source: one of Arrow's own parts whose answers a test
 * writes, and the SQLite example of Arrow for Go.
 */
@NullMarked
package io.sparkflight.datasource.testing;

import org.jspecify.annotations.NullMarked;
