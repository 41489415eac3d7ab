/** What tests of the source need in several classes. */
@NullMarked
package io.sparkflight.datasource.testing;

import org.jspecify.annotations.NullMarked;
