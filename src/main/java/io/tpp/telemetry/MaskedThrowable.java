package io.tpp.telemetry;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A throwable with its causes as it is logged, without secrets in the messages. */
record MaskedThrowable(IThrowableProxy original) implements IThrowableProxy {
    static @Nullable IThrowableProxy of(@Nullable IThrowableProxy original) {
        return original == null ? null : new MaskedThrowable(original);
    }

    @Override
    public @Nullable String getOverridingMessage() {
        return SecretMask.maskNullable(original.getOverridingMessage());
    }

    @Override
    public @Nullable String getMessage() {
        return SecretMask.maskNullable(original.getMessage());
    }

    @Override
    public String getClassName() {
        return original.getClassName();
    }

    @Override
    public StackTraceElementProxy[] getStackTraceElementProxyArray() {
        return original.getStackTraceElementProxyArray();
    }

    @Override
    public int getCommonFrames() {
        return original.getCommonFrames();
    }

    @Override
    public @Nullable IThrowableProxy getCause() {
        return of(original.getCause());
    }

    @Override
    public IThrowableProxy[] getSuppressed() {
        return Stream.of(original.getSuppressed()).map(MaskedThrowable::new).toArray(IThrowableProxy[]::new);
    }

    @Override
    public boolean isCyclic() {
        return original.isCyclic();
    }
}
