@NullMarked
package io.sparkflight.manager.local;

import org.jspecify.annotations.NullMarked;
