package io.tpp.telemetry;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;

/** Writes events as another encoder does, but without secrets. As thread-safe as that one. */
final class MaskingEncoder extends EncoderBase<ILoggingEvent> {
    private final Encoder<ILoggingEvent> format;

    /** {@code format} is started already. */
    MaskingEncoder(Encoder<ILoggingEvent> format) {
        this.format = format;
    }

    boolean writesJson() {
        return format instanceof JsonEncoder;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return format.encode(new MaskedEvent(event));
    }

    @Override
    public byte[] headerBytes() {
        return format.headerBytes();
    }

    @Override
    public byte[] footerBytes() {
        return format.footerBytes();
    }
}
