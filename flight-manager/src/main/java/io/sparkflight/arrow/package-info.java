@NullMarked
package io.sparkflight.arrow;

import org.jspecify.annotations.NullMarked;
