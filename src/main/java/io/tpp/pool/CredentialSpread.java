package io.tpp.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** Spreads tokens over credentials: evenly, and moving no more of them than that takes. Vacant sources get what is left. One use. */
final class CredentialSpread {
    private final List<CredentialLogins> credentials;
    private final int share;

    /** How many credentials get one token more than the others. */
    private int extras;

    private final Map<CredentialLogins, List<TokenPlan>> kept = new LinkedHashMap<>();
    private final Queue<TokenPlan> moved = new ArrayDeque<>();

    private CredentialSpread(int tokens, List<CredentialLogins> credentials) {
        this.credentials = credentials;
        this.share = tokens / credentials.size();
        this.extras = tokens % credentials.size();
        credentials.forEach(credential -> kept.put(credential, new ArrayList<>()));
    }

    /** Returns which tokens need another credential, and which one; the credentials that are not vacant are no more than tokens. */
    static Map<TokenPlan, CredentialLogins> moves(List<TokenPlan> plans, List<CredentialLogins> credentials) {
        CredentialSpread spread = new CredentialSpread(plans.size(), vacantOnesLast(credentials));
        boolean vacantOnesNeeded =
                credentials.stream().filter(credential -> !isVacant(credential)).count() < plans.size();
        for (TokenPlan plan : plans) {
            boolean stays = vacantOnesNeeded || !isVacant(plan.credential);
            if (!stays || !spread.take(plan.credential, plan)) {
                spread.moved.add(plan);
            }
        }
        return spread.assign();
    }

    private static List<CredentialLogins> vacantOnesLast(List<CredentialLogins> credentials) {
        return credentials.stream()
                .sorted(Comparator.comparing(CredentialSpread::isVacant))
                .toList();
    }

    private static boolean isVacant(CredentialLogins credential) {
        return credential.source().isVacant();
    }

    private boolean take(CredentialLogins credential, TokenPlan plan) {
        List<TokenPlan> tokens = kept.get(credential);
        if (tokens == null || tokens.size() > share || (tokens.size() == share && extras == 0)) {
            return false;
        }
        if (tokens.size() == share) {
            extras--;
        }
        return tokens.add(plan);
    }

    private Map<TokenPlan, CredentialLogins> assign() {
        Map<TokenPlan, CredentialLogins> moves = new LinkedHashMap<>();
        for (int tokens = share; tokens <= share + 1; tokens++) {
            for (CredentialLogins credential : credentials) {
                while (!moved.isEmpty() && sizeOf(credential) < tokens && take(credential, moved.element())) {
                    moves.put(moved.remove(), credential);
                }
            }
        }
        return moves;
    }

    private int sizeOf(CredentialLogins credential) {
        return kept.getOrDefault(credential, List.of()).size();
    }
}
