package io.circles.launcher;

import io.circles.server.store.AuditMark;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads `NUMBER:HASH`, as `circles audit verify` prints it.
final class AuditMarkConverter implements ITypeConverter<AuditMark> {
    @Override
    public AuditMark convert(String text) {
        try {
            return AuditMark.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
