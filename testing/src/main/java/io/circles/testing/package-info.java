/// What the tests of several modules need. Nothing of it ships.
@NullMarked
package io.circles.testing;

import org.jspecify.annotations.NullMarked;
