package io.tpp.proxy;

import java.nio.ByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * Several short pieces of bytes as one.
 *
 * <p>Thread-safe: each thread gathers in memory of its own.
 */
final class Gathering {
    /** What is longer is not copied, in bytes: about a head and a small answer. */
    private static final int LIMIT = 2048;

    private static final ThreadLocal<ByteBuffer> SPACE =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(LIMIT));

    private Gathering() {}

    /** Returns whether there is something to write, but little. */
    static boolean isShort(ByteBuffer... pieces) {
        long length = BufferUtil.remaining(pieces);
        return length > 0 && length <= LIMIT;
    }

    /**
     * Returns the same bytes as one piece, valid until the calling thread gathers again; the pieces stay as they are.
     *
     * @return null if they are not {@linkplain #isShort short}
     */
    static @Nullable ByteBuffer asOne(ByteBuffer... pieces) {
        if (!isShort(pieces)) {
            return null;
        }
        ByteBuffer space = SPACE.get().clear();
        for (ByteBuffer piece : pieces) {
            int count = piece.remaining();
            space.put(space.position(), piece, piece.position(), count);
            space.position(space.position() + count);
        }
        return space.flip();
    }

    /** Takes so many bytes away from the start of the pieces. */
    static void advance(ByteBuffer[] pieces, int count) {
        int left = count;
        for (ByteBuffer piece : pieces) {
            int taken = Math.min(left, piece.remaining());
            piece.position(piece.position() + taken);
            left -= taken;
        }
    }
}
