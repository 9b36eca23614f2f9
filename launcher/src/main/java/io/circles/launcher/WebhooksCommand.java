package io.circles.launcher;

import picocli.CommandLine.Command;

/// `circles webhooks`: what came from outside, and a way to try it.
@Command(name = "webhooks", description = "What came from outside, and a way to try it.")
final class WebhooksCommand {}
