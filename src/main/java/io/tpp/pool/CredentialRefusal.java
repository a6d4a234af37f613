package io.tpp.pool;

/**
 * A credential the upstream does not accept.
 *
 * @param position its place in the configuration, from 1
 * @param reason whose it is and why, for operators; holds no secret
 */
public record CredentialRefusal(int position, String reason) {}
