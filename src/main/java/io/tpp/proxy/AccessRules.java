package io.tpp.proxy;

import io.tpp.access.ApiKeys;
import io.tpp.access.ClientSubjects;
import io.tpp.net.CidrBlocks;
import java.net.InetAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the proxy.
 *
 * @param allow from where; null: from everywhere
 * @param keys asked at each request, because they change: the keys of which clients need one; gives null if they need none
 * @param subjects what their certificates must say; null: anything, or nothing
 * @param certificates whether clients are known by certificates, so that their addresses do not count
 * @param maxConnections of each client; 0: no limit
 * @param trustedProxies whose connections are not counted, because they come from many clients
 */
public record AccessRules(
        @Nullable CidrBlocks allow,
        Supplier<@Nullable ApiKeys> keys,
        @Nullable ClientSubjects subjects,
        boolean certificates,
        int maxConnections,
        CidrBlocks trustedProxies) {
    boolean allow(@Nullable InetAddress address) {
        return allow == null || allow.contain(address);
    }

    boolean byAddress() {
        return keys.get() == null && !certificates;
    }
}
