/// The building blocks of a server: [CircleHost] is the process's network, [CircleServer] one
/// circle on it, [CircleConfig] what that circle is made of.
///
/// Start reading at [CircleServer], where everything of a circle is put together.
package io.circles.server;
