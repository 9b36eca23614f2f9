/// When things are done, and how often: what several features need alike. A [Chore] is done
/// whenever there may be something to do, [HandlerRuns] runs the circle's handlers until what
/// happened was handled, [Quota] counts who asks.
package io.circles.server.pace;
