package io.tpp.proxy;

import io.tpp.net.CidrBlocks;

/** Access for tests that are about something else. */
final class TestAccess {
    private TestAccess() {}

    static ClientAccess everyone() {
        return limitedTo(0);
    }

    /** So many connections of each address. */
    static ClientAccess limitedTo(int connections) {
        AccessRules rules = new AccessRules(null, () -> null, null, false, connections, CidrBlocks.NONE);
        return new ClientAccess(rules, (reason, client) -> {});
    }
}
