package io.circles.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/// Has Awaitility look at once and then every 20 milliseconds, in every JVM of tests that has this
/// module on its class path: by default it waits a tenth of a second before it looks first, and the
/// suite waits for a thousand things that are there by then.
///
/// JUnit makes it; see `META-INF/services`.
public final class QuickPolls implements LauncherSessionListener {
    private static final Duration INTERVAL = Duration.ofMillis(20);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(INTERVAL);
    }
}
