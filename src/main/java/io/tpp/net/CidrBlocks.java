package io.tpp.net;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Any number of {@link CidrBlock}s. Immutable.
 *
 * @param blocks none: no address is in them
 */
public record CidrBlocks(List<CidrBlock> blocks) {
    /** Contains no address. */
    public static final CidrBlocks NONE = new CidrBlocks(List.of());

    public CidrBlocks {
        blocks = List.copyOf(blocks);
    }

    /** Returns whether one of them contains the address; null, which is no IP address, is in none. */
    public boolean contain(@Nullable InetAddress address) {
        return address != null && blocks.stream().anyMatch(block -> block.contains(address));
    }

    @Override
    public String toString() {
        return blocks.isEmpty()
                ? "none"
                : blocks.stream().map(CidrBlock::toString).collect(Collectors.joining(", "));
    }
}
