/**
 * The documents kept true: what they show is compiled and run, where they point exists.
 *
 * <p>Entry: the tests. Used by nobody else; knows the documents' markers and nothing of the code
 * behind the examples.
 *
 * <p>Threading: one test at a time.
 *
 * <p>Invariant: an example is run as it is printed, but for the port.
 */
@NullMarked
package io.sparkflight.docs;

import org.jspecify.annotations.NullMarked;
