/// Who sends webhooks, and how: the ways in which a delivery is signed and its event is named, and
/// what a circle's configuration says of them. Knows no network and keeps nothing.
///
/// Start reading at [Webhook], and at [WebhookProvider] to add a way to sign.
package io.circles.server.webhook.provider;
