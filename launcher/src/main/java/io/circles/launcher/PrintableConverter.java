package io.circles.launcher;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;

/// `%printable(...)` in a pattern of `logback.xml`: what is logged may be text of others. Logback
/// makes it.
public final class PrintableConverter extends CompositeConverter<ILoggingEvent> {
    @Override
    protected String transform(ILoggingEvent event, String text) {
        return Printable.of(text);
    }
}
