package io.tpp.status;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Named values of JSON, one call each. Of one thread. */
final class JsonLines {
    private static final double THOUSAND = 1000;

    /** What writes the members of an object. */
    interface Members {
        void write() throws IOException;
    }

    /** What writes the members of the object that stands for a row. */
    interface Writer<T> {
        void write(T row) throws IOException;
    }

    private final JsonGenerator json;

    JsonLines(JsonGenerator json) {
        this.json = json;
    }

    void object(Members members) throws IOException {
        json.writeStartObject();
        members.write();
        json.writeEndObject();
    }

    void object(String name, Members members) throws IOException {
        json.writeFieldName(name);
        object(members);
    }

    <T> void array(String name, List<T> rows, Writer<T> writer) throws IOException {
        json.writeArrayFieldStart(name);
        for (T row : rows) {
            object(() -> writer.write(row));
        }
        json.writeEndArray();
    }

    void put(String name, @Nullable String text) throws IOException {
        json.writeStringField(name, text);
    }

    void put(String name, long number) throws IOException {
        json.writeNumberField(name, number);
    }

    void put(String name, @Nullable Long number) throws IOException {
        json.writeObjectField(name, number);
    }

    void put(String name, @Nullable Boolean flag) throws IOException {
        json.writeObjectField(name, flag);
    }

    void put(String name, double number) throws IOException {
        json.writeNumberField(name, rounded(number));
    }

    void put(String name, OptionalDouble number) throws IOException {
        json.writeObjectField(name, number.isPresent() ? rounded(number.getAsDouble()) : null);
    }

    void put(String name, Instant time) throws IOException {
        json.writeStringField(name, time.truncatedTo(ChronoUnit.MILLIS).toString());
    }

    void seconds(String name, @Nullable Duration duration) throws IOException {
        json.writeObjectField(name, duration == null ? null : duration.toMillis() / THOUSAND);
    }

    void numbers(String name, List<Double> numbers) throws IOException {
        json.writeArrayFieldStart(name);
        for (double number : numbers) {
            json.writeNumber(rounded(number));
        }
        json.writeEndArray();
    }

    /** More digits would be noise, and most of the text. */
    private static double rounded(double number) {
        return Math.round(number * THOUSAND) / THOUSAND;
    }
}
