package io.tpp.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Header fields in the order and spelling in which they came. Immutable. */
record HttpFields(List<Field> fields) {
    /** One header field; the value without the white space around it. Prints without its value, which may be a token. */
    record Field(String name, String value) {
        @Override
        public String toString() {
            return name;
        }
    }

    HttpFields {
        fields = List.copyOf(fields);
    }

    @Nullable
    String first(String name) {
        for (Field field : fields) {
            if (field.name.equalsIgnoreCase(name)) {
                return field.value;
            }
        }
        return null;
    }

    List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.name.equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    /** Returns whether a field that is a list of words, such as {@code Connection}, has this one. */
    boolean lists(String name, String word) {
        for (String value : all(name)) {
            for (String listed : value.split(",", -1)) {
                if (listed.strip().equalsIgnoreCase(word)) {
                    return true;
                }
            }
        }
        return false;
    }
}
