package io.tpp.config;

/**
 * How many credentials a pool may have.
 *
 * @param given {@code token.pool_size}; 0: it is not given and follows from the credentials
 * @param source where it is given
 */
record PoolSizeRule(int given, String source) {
    static PoolSizeRule of(Values values) {
        boolean given = values.isGiven(Key.POOL_SIZE) && values.sound(Key.POOL_SIZE);
        return new PoolSizeRule(given ? values.number(Key.POOL_SIZE) : 0, values.source(Key.POOL_SIZE));
    }

    /** Adds to the problems what is wrong with the number of credentials. */
    void check(Credentials credentials, Problems problems) {
        int users = credentials.users().size();
        int tokens = credentials.tokens().size();
        if (given > 0 && given < users) {
            add("must be at least " + users + ", the number of credentials", problems);
        } else if (given > 0 && tokens > 0 && given != tokens) {
            add("must be " + tokens + ", the number of tokens in tokens_file, or left out", problems);
        }
    }

    private void add(String requirement, Problems problems) {
        problems.add(source, Key.POOL_SIZE.path() + " " + requirement + ", was " + given);
    }
}
