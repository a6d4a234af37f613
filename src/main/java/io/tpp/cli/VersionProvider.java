package io.tpp.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** Reads the version that the build wrote into the jar. */
final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        Properties properties = new Properties();
        try (@Nullable InputStream in = VersionProvider.class.getResourceAsStream("/io/tpp/version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        }
        return new String[] {"tpp " + properties.getProperty("version", "unknown")};
    }
}
