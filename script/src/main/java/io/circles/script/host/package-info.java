/// What scripts can touch besides computing: state, effects, the console, HTTP, cryptography. No
/// engine in here: the engine binds these to the names that scripts know.
///
/// Start reading at [Rights]: every use takes the rights of the code that calls. What a script may
/// catch is a [HostException].
package io.circles.script.host;
