package io.tpp.status;

import io.tpp.pool.CredentialRefusal;
import io.tpp.pool.PoolView;
import io.tpp.proxy.ConnectionView;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Whom the status page asks; on any thread, and none may block.
 *
 * @param refusals which credentials the upstream does not accept
 * @param shuttingDown true from the moment on that TPP is to stop
 */
public record StatusSources(
        Supplier<PoolView> pool,
        Supplier<List<ConnectionView>> connections,
        Supplier<List<CredentialRefusal>> refusals,
        BooleanSupplier shuttingDown) {}
