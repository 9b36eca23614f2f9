/// Events: what scripts publish, on its way from the circle's log to those who subscribed.
///
/// Start reading at [Events], which a circle has one of; [Subscriptions] are those of one
/// connection, and [Deliveries] puts their events behind the replies that they belong behind.
package io.circles.server.event;
