/// What every store of states promises, as contracts, and SQLite's store against them.
@NullMarked
package io.circles.script.state;

import org.jspecify.annotations.NullMarked;
