package io.tpp.proxy;

/** Why a call is given up whose token the upstream has refused. */
final class TokenRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    TokenRefusedException() {
        super("the upstream refused the token", null, false, false);
    }
}
