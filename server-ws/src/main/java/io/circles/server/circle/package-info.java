/// The methods of the circle endpoint. Start reading at [CircleMethods], which lists them.
package io.circles.server.circle;
