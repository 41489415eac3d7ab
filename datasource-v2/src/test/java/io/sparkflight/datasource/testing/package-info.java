/**
 * What tests of the source need in several classes; tasks that fail or wait when a test wants it,
 * and servers that are not ours: one of Arrow's own parts whose answers a test writes, and the
 * SQLite example of Arrow for Go.
 */
@NullMarked
package io.sparkflight.datasource.testing;

import org.jspecify.annotations.NullMarked;
